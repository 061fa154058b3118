/** How many messages wait: put off, and not delivered, bounced or expired since. */
export type WaitingCount = {
  readonly waits: (key: number, minute: number) => void
  readonly ended: (key: number) => void
  readonly size: () => number
  /** Forgotten because there were too many, or because nothing was said of them for six days: no queue keeps mail longer than five as a rule. */
  readonly forgotten: () => number
  readonly prune: (minute: number) => void
}

/** Some 60 bytes each. */
const most = 200_000
const maxAge = 6 * 1_440

export const openWaitingCount = (): WaitingCount => {
  const list = new Map<number, number>()
  let forgotten = 0
  return {
    waits: (key, minute) => {
      if (list.size >= most && !list.has(key)) {
        forgotten++
        return
      }
      list.set(key, minute)
    },
    ended: (key) => void list.delete(key),
    size: () => list.size,
    forgotten: () => forgotten,
    prune: (minute) => {
      for (const [key, last] of list) {
        if (minute - last <= maxAge) continue
        list.delete(key)
        forgotten++
      }
    }
  }
}
