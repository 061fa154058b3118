import type { CauseRowCount } from './cause-rows.ts'
import type { GroupCount } from './groups.ts'

/** What a message met; `isFirst`: no other row of the same cause and detail before. */
export type Met = { readonly row: CauseRowCount; readonly isFirst: boolean }

/** A message that was put off and has not come to its end: what it met, at last and before, and what it belongs to. */
export type Waiting = { readonly met: Met[]; groups: readonly GroupCount[]; lastRow?: CauseRowCount }

export type WaitingList = {
  readonly get: (key: number) => Waiting | undefined
  readonly set: (key: number, waiting: Waiting) => void
  readonly delete: (key: number) => void
  readonly size: () => number
  readonly values: () => Iterable<Waiting>
  /** Messages that were forgotten, and are counted as still waiting. */
  readonly forgotten: () => number
}

/** 53 bits of a message key: two of a million messages are taken for one with a probability of 1 in 18,000. */
export const waitingKey = (high: number, low: number): number => (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff)

/** Some 200 bytes each. */
const mostWaiting = 400_000

/** Messages that wait. Where they are too many, `forget` is told of the older half: their end will not be known. */
export const openWaitingList = (forget: (waiting: Waiting) => void, most: number = mostWaiting): WaitingList => {
  let list = new Map<number, Waiting>()
  let forgotten = 0
  return {
    get: (key) => list.get(key),
    set: (key, waiting) => {
      if (list.size >= most && !list.has(key)) {
        const entries = [...list]
        const half = entries.length >>> 1
        for (const [, old] of entries.slice(0, half)) forget(old)
        forgotten += half
        list = new Map(entries.slice(half))
      }
      list.set(key, waiting)
    },
    delete: (key) => list.delete(key),
    size: () => list.size,
    values: () => list.values(),
    forgotten: () => forgotten
  }
}
