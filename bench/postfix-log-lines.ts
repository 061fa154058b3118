/** What is sorted by time; of the same time, the first that came goes first. */
type Timed = { readonly seconds: number; readonly order: number }

export type TimeQueue<Item extends Timed> = {
  readonly push: (item: Item) => void
  /** The earliest, if it is not later than `until`. */
  readonly popUntil: (until: number) => Item | undefined
  /** All that is left, in no order. */
  readonly rest: () => readonly Item[]
}

/** A binary heap. */
export const openTimeQueue = <Item extends Timed>(): TimeQueue<Item> => {
  const heap: Item[] = []
  const isBefore = (one: Item, other: Item): boolean =>
    one.seconds < other.seconds || (one.seconds === other.seconds && one.order < other.order)

  const sink = (item: Item): void => {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const left = heap[child]
      if (left === undefined) break
      const right = heap[child + 1]
      let smaller = left
      if (right !== undefined && isBefore(right, left)) {
        smaller = right
        child++
      }
      if (isBefore(item, smaller)) break
      heap[at] = smaller
      at = child
    }
    heap[at] = item
  }

  return {
    push: (item) => {
      let at = heap.length
      heap.push(item)
      while (at > 0) {
        const parent = (at - 1) >> 1
        const above = heap[parent]
        if (above === undefined || !isBefore(item, above)) break
        heap[at] = above
        at = parent
      }
      heap[at] = item
    },
    popUntil: (until) => {
      const first = heap[0]
      if (first === undefined || first.seconds > until) return undefined
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) sink(last)
      return first
    },
    rest: () => heap
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Times as syslog writes them (RFC 3164 §4.1.2, UTC), or in ISO 8601 with microseconds. The last second is kept: lines come in order. */
export const openStamp = (isIso: boolean): ((seconds: number) => string) => {
  let second = Number.NaN
  let stamp = ''
  return (seconds) => {
    const whole = Math.floor(seconds)
    if (whole !== second) {
      second = whole
      const iso = new Date(whole * 1000).toISOString()
      stamp = isIso
        ? iso.slice(0, 19)
        : `${months[Number(iso.slice(5, 7)) - 1]} ${String(Number(iso.slice(8, 10))).padStart(2)} ${iso.slice(11, 19)}`
    }
    return isIso ? `${stamp}.${String(Math.floor((seconds - whole) * 1e6)).padStart(6, '0')}+00:00` : stamp
  }
}

/** Two digits that count, and no more than two behind the point (postconf(5), delay_logging_resolution_limit). */
export const formatDelay = (seconds: number): string => {
  if (seconds >= 10) return String(Math.round(seconds))
  const scale = seconds >= 1 ? 10 : 100
  return String(Math.round(seconds * scale) / scale)
}
