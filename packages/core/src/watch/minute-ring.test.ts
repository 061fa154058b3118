import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beforeMinutes, openMinuteRing, recentMinutes } from './minute-ring.ts'

test('the ten minutes that are over are recent, the day before them is before, the minute that is being counted is neither', () => {
  const ring = openMinuteRing(99)
  ring.add(100, 5)
  expect([ring.recent(), ring.before(), ring.at(100)]).toEqual([0, 0, 5])
  ring.advance(100)
  expect([ring.recent(), ring.before()]).toEqual([5, 0])
  ring.advance(109)
  expect([ring.recent(), ring.before()]).toEqual([5, 0])
  ring.advance(110)
  expect([ring.recent(), ring.before()]).toEqual([0, 5])
  ring.advance(110 + beforeMinutes)
  expect([ring.recent(), ring.before()]).toEqual([0, 0])
})

test('what is older than the ring is refused, and what is late finds its minute', () => {
  const ring = openMinuteRing(0)
  ring.advance(5_000)
  expect(ring.add(3_000, 1)).toBe(false)
  expect(ring.add(4_000, 1)).toBe(true)
  expect(ring.add(4_995, 2)).toBe(true)
  expect([ring.recent(), ring.before()]).toEqual([2, 1])
})

test('the sums are those of counting everything anew, whatever comes in whatever order', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: -1_600, max: 1 }), count: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ advance: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 4_000 })) })
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let over = 10_000
      const ring = openMinuteRing(over)
      const counts = new Map<number, number>()
      for (const each of steps) {
        if ('advance' in each) {
          over += each.advance
          ring.advance(over)
        } else if (ring.add(over + each.add, each.count)) counts.set(over + each.add, (counts.get(over + each.add) ?? 0) + each.count)
        const sum = (from: number, to: number): number =>
          [...counts].filter(([minute]) => minute >= from && minute <= to).reduce((total, [, count]) => total + count, 0)
        const first = over - recentMinutes + 1
        expect(ring.recent()).toBe(sum(first, over))
        expect(ring.before()).toBe(sum(first - beforeMinutes, first - 1))
        expect(ring.sum(over - 100, over + 1)).toBe(sum(over - 100, over + 1))
      }
    })
  )
})
