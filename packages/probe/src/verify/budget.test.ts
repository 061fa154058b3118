import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openWindow } from './budget.ts'

test('no minute holds more recipients than the budget, whenever and in whatever portions they are asked', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 1, max: 20 })), { maxLength: 60 }),
      (perMinute, steps) => {
        const window = openWindow(perMinute, [])
        const asked: number[] = []
        let now = 1_000_000
        for (const [later, wanted] of steps) {
          now += later
          const spent = Math.min(wanted, window.room(now))
          window.spend(now, spent)
          for (let count = 0; count < spent; count++) asked.push(now)
        }
        for (const time of asked)
          expect(asked.filter((other) => other > time - 60_000 && other <= time).length).toBeLessThanOrEqual(perMinute)
      }
    )
  )
})

test('it opens when the oldest recipient is a minute old, and not before', () => {
  const window = openWindow(2, [])
  window.spend(1_000, 1)
  window.spend(5_000, 1)
  expect(window.room(60_999)).toBe(0)
  expect(window.opensAt(6_000)).toBe(61_000)
  expect(window.room(61_000)).toBe(1)
})

test('what was asked before this process began counts', () => {
  expect(openWindow(3, [1_000, 2_000, 3_000]).room(4_000)).toBe(0)
  expect(openWindow(3, [1_000, 2_000, 3_000]).room(61_500)).toBe(1)
})

test('an operator that asks for it gets half', () => {
  const window = openWindow(10, [])
  window.slow()
  expect(window.room(0)).toBe(5)
  const unlimited = openWindow(Number.POSITIVE_INFINITY, [])
  unlimited.slow()
  expect(unlimited.room(0)).toBe(60)
})
