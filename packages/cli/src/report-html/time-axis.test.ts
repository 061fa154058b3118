import { expect, test } from 'vitest'
import { timeAxisSvg } from './time-axis.ts'

const hour = 3_600_000
const noon = Date.UTC(2026, 2, 2, 12)
const lengths: readonly (readonly [said: string, milliseconds: number, marks: readonly string[]])[] = [
  ['minutes of an hour', hour, ['12:00', '12:15', '12:30', '12:45', '13:00']],
  ['hours of a day, with its date at midnight', 24 * hour, ['12:00', '16:00', '20:00', '3 Mar', '04:00', '08:00', '12:00']],
  ['days of a week', 7 * 24 * hour, ['3 Mar', '4 Mar', '5 Mar', '6 Mar', '7 Mar', '8 Mar', '9 Mar']]
]
for (const [said, length, marks] of lengths)
  test(`marks are ${said}`, () => {
    const texts = [...timeAxisSvg(noon, noon + length, 12).matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text)
    expect(texts).toEqual(marks)
  })

test('the axis of a moment and of a century are short', () => {
  for (const length of [0, 1, 100 * 365 * 24 * hour])
    expect(timeAxisSvg(noon, noon + length, 12).match(/<text/g)?.length ?? 0).toBeLessThanOrEqual(8)
})
