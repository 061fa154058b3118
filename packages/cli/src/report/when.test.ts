import { openZone } from '@whybounce/core/plan'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWhen, whenExamples } from './when.ts'

const berlin = openZone('Europe/Berlin')
/** 07:00 in Berlin. */
const now = Date.parse('2026-11-26T06:00:00Z')
const iso = (text: string, zone = berlin, at = now): string | undefined => {
  const when = readWhen(text, at, zone)
  return when === undefined ? undefined : new Date(when).toISOString()
}

describe('a moment as a person writes it', () => {
  const table: readonly (readonly [string, string])[] = [
    ['2026-11-25', '2026-11-24T23:00:00.000Z'],
    ['2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['2026-11-25T08:00', '2026-11-25T07:00:00.000Z'],
    ['2026-11-25 08:00:30', '2026-11-25T07:00:30.000Z'],
    ['2026-11-25T08:00:00Z', '2026-11-25T08:00:00.000Z'],
    ['2026-11-25T08:00:00.5+01:00', '2026-11-25T07:00:00.000Z'],
    ['2026-11-25T08:00-0530', '2026-11-25T13:30:00.000Z'],
    ['today', '2026-11-25T23:00:00.000Z'],
    ['Yesterday', '2026-11-24T23:00:00.000Z'],
    ['yesterday 18:00', '2026-11-25T17:00:00.000Z'],
    ['06:30', '2026-11-26T05:30:00.000Z'],
    ['now', '2026-11-26T06:00:00.000Z'],
    ['90m', '2026-11-26T04:30:00.000Z'],
    ['2h', '2026-11-26T04:00:00.000Z'],
    ['3 d', '2026-11-23T06:00:00.000Z'],
    ['1w', '2026-11-19T06:00:00.000Z']
  ]
  for (const [text, expected] of table) test(`${text} is ${expected}`, () => expect(iso(text)).toBe(expected))

  test('a time of the day that has not come yet is that of yesterday', () => expect(iso('22:15')).toBe('2026-11-25T21:15:00.000Z'))
  test('yesterday on the first of a year is in the year before', () =>
    expect(iso('yesterday', berlin, Date.parse('2026-01-01T12:00:00Z'))).toBe('2025-12-30T23:00:00.000Z'))
  test('yesterday begins at its midnight where the clock was changed in between', () =>
    expect(iso('yesterday', berlin, Date.parse('2026-10-26T06:00:00Z'))).toBe('2026-10-24T22:00:00.000Z'))
  test('each example of the sentence about WHEN is one', () => {
    for (const example of whenExamples.split(', ')) expect(readWhen(example.replaceAll('"', ''), now, berlin), example).toBeDefined()
  })
})

describe('what is no moment', () => {
  for (const text of [
    '',
    'soon',
    '25:00',
    '09:60',
    '2026-02-30',
    '2026-13-01',
    '2026-11',
    '2026-11-25T24:01',
    '2h ago',
    '-2h',
    '1e9d',
    'yesterdayy'
  ])
    test(`"${text}"`, () => expect(readWhen(text, now, berlin)).toBeUndefined())

  test('any text at all gives a moment or none', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const when = readWhen(text, now, berlin)
        expect(when === undefined || Number.isFinite(when)).toBe(true)
      })
    )
  })
})
