import { expect, test } from 'vitest'
import { lasting, roundShare, share } from './figures.ts'
import { sparkline, stepsPerColumn } from './sparkline.ts'

test('a share is neither rounded to nothing nor to all', () => {
  const table: readonly (readonly [number, number, string])[] = [
    [1, 0, ''],
    [0, 10, '0.0 %'],
    [1, 100_000, '<0.1 %'],
    [99_999, 100_000, '>99.9 %'],
    [10, 10, '100 %'],
    [81, 1_000, '8.1 %']
  ]
  for (const [part, whole, text] of table) expect(share(part, whole)).toBe(text)
  expect([roundShare(1, 1_000), roundShare(999, 1_000), roundShare(1, 2), roundShare(0, 2)]).toEqual(['<1 %', '>99 %', '50 %', '0 %'])
})

test('a length of time has two units at most', () => {
  const table: readonly (readonly [number, string])[] = [
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [12_360, '3 h 26 min'],
    [86_400, '1 day'],
    [90_061, '1 day 1 h'],
    [432_000, '5 days']
  ]
  for (const [seconds, text] of table) expect(lasting(seconds)).toBe(text)
})

test('a sparkline shows sums of steps, the highest as a whole bar and nothing as a blank', () => {
  expect(sparkline([0, 1, 4, 8], 1)).toEqual({ text: ' ▁▄█', peak: 8 })
  expect(sparkline([1, 1, 4, 4, 8], 2)).toEqual({ text: '▂██', peak: 8 })
  expect(sparkline([0, 1_000_000, 1], 1).text).toBe(' █▁')
  expect(sparkline([], 1)).toEqual({ text: '', peak: 0 })
  expect(sparkline([0, 0], 1)).toEqual({ text: '  ', peak: 0 })
})

test('a series of any length fits in the columns', () => {
  for (const length of [0, 1, 11, 12, 13, 480])
    for (const columns of [1, 12, 48]) expect(Math.ceil(length / stepsPerColumn(length, columns))).toBeLessThanOrEqual(columns)
})
