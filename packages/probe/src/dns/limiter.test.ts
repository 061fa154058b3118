import { expect, test } from 'vitest'
import { createLimiter } from './limiter.ts'

test('at most so many run at once, in their order, and a failed one makes room like any other', async () => {
  const limit = createLimiter(3)
  let running = 0
  let most = 0
  const started: number[] = []
  const work = (index: number) => async (): Promise<number> => {
    started.push(index)
    most = Math.max(most, ++running)
    await new Promise((done) => setImmediate(done))
    running--
    if (index % 10 === 3) throw new Error(`${index}`)
    return index
  }
  const results = await Promise.allSettled(Array.from({ length: 5_000 }, (_, index) => limit(work(index))))
  expect([most, running]).toEqual([3, 0])
  expect(started).toEqual(Array.from({ length: 5_000 }, (_, index) => index))
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(500)
  expect(await limit(work(1))).toBe(1)
})
