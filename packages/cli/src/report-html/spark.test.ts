import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeSteps, packSeries, sparkSvg } from './spark.ts'

test('adding up neighbours loses nothing and keeps within its bound', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { maxLength: 400 }), fc.integer({ min: 1, max: 96 }), (series, most) => {
      const { values, factor } = mergeSteps(series, most)
      expect(values.length).toBeLessThanOrEqual(most)
      expect(values.length).toBe(Math.ceil(series.length / factor))
      expect(values.reduce((sum, value) => sum + value, 0)).toBe(series.reduce((sum, value) => sum + value, 0))
    })
  )
})

test('only bars that are not empty are written down', () => {
  expect(packSeries([0, 3, 0, 12])).toBe('1:3 3:12')
})

test('one of a million is still a line', () => {
  expect(sparkSvg([1, 1_000_000])).toContain('M0.5 20V18.8')
  expect(sparkSvg([])).toContain('d=""')
})
