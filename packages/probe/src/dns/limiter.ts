/** Runs at most `concurrency` works at once; the others wait in their order. A work must not wait for another of the same limiter. */
export type Limiter = <Result>(work: () => Promise<Result>) => Promise<Result>

export const createLimiter = (concurrency: number): Limiter => {
  let running = 0
  // A list with a moving head: shift() on a queue of a million would copy it each time.
  let queue: (() => void)[] = []
  let head = 0
  const next = (): void => {
    const start = queue[head]
    if (start === undefined) {
      running--
      return
    }
    head++
    if (head > 1_000 && head * 2 > queue.length) {
      queue = queue.slice(head)
      head = 0
    }
    start()
  }
  return async (work) => {
    if (running < concurrency) running++
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      next()
    }
  }
}
