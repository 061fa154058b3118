import { constantFrom, property, assert as prove, string } from 'fast-check'
import { expect, test } from 'vitest'
import { slip, slipsBetween } from './edit-distance.ts'

test.each([
  ['gmsil', 'gmail', 0.5, slip.keyboard],
  ['gnail', 'gmail', 0.5, slip.keyboard],
  ['hptmail', 'hotmail', 0.5, slip.keyboard],
  ['gmaill', 'gmail', 0.4, slip.repeated],
  ['yaho', 'yahoo', 0.4, slip.repeated],
  ['gmial', 'gmail', 0.6, slip.swapped],
  ['gimal', 'gmail', 0.9, slip.swapped],
  ['gmai1', 'gmail', 0.5, slip.confusable],
  ['homail', 'hotmail', 0.7, slip.edit],
  ['hotmil', 'hotmail', 0.55, slip.edit],
  ['tonline', 't-online', 0.4, slip.edit]
])('%s for %s costs %d', (typed, meant, cost, kinds) => {
  const found = slipsBetween(typed, meant)
  expect(found.cost).toBeCloseTo(cost)
  expect(found.kinds).toBe(kinds)
})

test('another first letter makes another word, unless it is a neighbour or a look-alike', () => {
  expect(slipsBetween('wahoo', 'yahoo').cost).toBeGreaterThan(1.3)
  expect(slipsBetween('tahoo', 'yahoo').cost).toBeCloseTo(0.5)
})

test('neighbours on a German and on a French keyboard are neighbours', () => {
  expect(slipsBetween('hotmqil', 'hotmail').cost).toBeCloseTo(0.5)
  expect(slipsBetween('gmaip', 'gmail').cost).toBeCloseTo(0.5)
  expect(slipsBetween('gtoup', 'gzoup').cost).toBeCloseTo(0.5)
})

test('no slip costs nothing, any slip costs something, and never more than writing everything anew', () => {
  const word = string({ maxLength: 24 })
  prove(
    property(word, word, (one, other) => {
      const { cost, kinds } = slipsBetween(one, other)
      expect(cost === 0).toBe(one === other)
      expect(kinds === 0).toBe(one === other)
      expect(cost).toBeLessThanOrEqual(one.length + other.length)
    })
  )
})

test('a limit changes no answer within it', () => {
  const word = string({ unit: constantFrom(...'gmailho-'), maxLength: 9 })
  prove(
    property(word, word, constantFrom(0.5, 0.7, 1, 1.3), (one, other, limit) => {
      const whole = slipsBetween(one, other)
      const cut = slipsBetween(one, other, limit)
      if (whole.cost <= limit) expect(cut).toEqual(whole)
      else expect(cut.cost).toBeGreaterThan(limit)
    }),
    { numRuns: 3000 }
  )
})
