import { expect, test } from 'vitest'
import { openMappedTime } from './mapped-time.ts'

test.each<[string, string | undefined]>([
  ['2026-11-24T08:14:03Z', '2026-11-24T08:14:03Z'],
  ['1764015243', '2025-11-24T20:14:03Z'],
  ['24.11.2026 08:14:03', '2026-11-24T07:14:03Z'],
  ['3.4.2026 8:14', '2026-04-03T07:14:00Z'],
  ['24.11.2026', '2026-11-23T23:00:00Z'],
  ['24/11/2026 08:14', '2026-11-24T07:14:00Z'],
  ['11/24/2026, 8:14:03 PM', '2026-11-24T19:14:03Z'],
  ['11/24/2026 12:05 AM', '2026-11-23T23:05:00Z'],
  ['2026/11/24 08:14', '2026-11-24T07:14:00Z'],
  ['2026-11-24', '2026-11-23T23:00:00Z'],
  ['31.11.2026 08:14', undefined],
  ['24.13.2026', undefined],
  ['11/24/2026 13:14 PM', undefined],
  ['24.11.2026 25:14', undefined],
  ['yesterday', undefined],
  ['', undefined]
])('%s is %s where the clock is an hour ahead', (text, expected) => {
  expect(openMappedTime(60)(text)).toBe(expected)
})

test('which part of 3/4/2026 is the day, a row before it tells, and nothing else', () => {
  const [dayFirst, monthFirst, unknown, dotted] = [openMappedTime(), openMappedTime(), openMappedTime(), openMappedTime()]
  dayFirst('24/11/2026')
  monthFirst('11/24/2026')
  dotted('24.11.2026')
  expect([dayFirst, monthFirst, unknown, dotted].map((read) => read('3/4/2026'))).toEqual([
    '2026-04-03T00:00:00Z',
    '2026-03-04T00:00:00Z',
    undefined,
    undefined
  ])
})
