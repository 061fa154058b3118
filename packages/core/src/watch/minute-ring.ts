/** The whole minutes behind us that a ring counts up: those that are compared with what was before them. */
export const recentMinutes = 10
/** What was before: a day, so that a night is compared with the last night too. */
export const beforeMinutes = 1_440
/** Yesterday at this time, half an hour to either side, must still be there. */
const spareMinutes = 50

/**
 * Counts of one thing by the minute, over a day and half an hour. Minutes are whole minutes since 1970. `recent` and `before` are sums over
 * whole minutes up to the one that `advance` was told last, kept while counting: asking costs nothing, a day of silence as little as a
 * minute. What comes late finds its minute as long as the ring holds it.
 */
export type MinuteRing = {
  /** False: the minute is older than the ring, and was not counted. */
  readonly add: (minute: number, count: number) => boolean
  /** The minutes up to this one are over. */
  readonly advance: (minute: number) => void
  readonly recent: () => number
  readonly before: () => number
  /** Of a single minute; 0 where the ring does not hold it. */
  readonly at: (minute: number) => number
  /** From and with the first, to and with the last. */
  readonly sum: (from: number, to: number) => number
}

const size = recentMinutes + beforeMinutes + spareMinutes

export const openMinuteRing = (now: number): MinuteRing => {
  const slots = new Uint32Array(size)
  let over = now
  let recent = 0
  let before = 0
  const slot = (minute: number): number => ((minute % size) + size) % size
  // One minute ahead of those that are over is being counted.
  const holds = (minute: number): boolean => minute <= over + 1 && minute > over + 1 - size
  const at = (minute: number): number => (holds(minute) ? (slots[slot(minute)] ?? 0) : 0)

  const advance = (minute: number): void => {
    if (minute - over >= size) {
      slots.fill(0)
      recent = before = 0
      over = minute
      return
    }
    while (over < minute) {
      over++
      slots[slot(over + 1)] = 0
      const leaving = at(over - recentMinutes)
      recent += at(over) - leaving
      before += leaving - at(over - recentMinutes - beforeMinutes)
    }
  }

  return {
    add: (minute, count) => {
      if (minute > over + 1) advance(minute - 1)
      if (!holds(minute)) return false
      const place = slot(minute)
      slots[place] = (slots[place] ?? 0) + count
      const age = over - minute
      if (age >= 0 && age < recentMinutes) recent += count
      else if (age >= recentMinutes && age < recentMinutes + beforeMinutes) before += count
      return true
    },
    advance,
    recent: () => recent,
    before: () => before,
    at,
    sum: (from, to) => {
      let total = 0
      for (let minute = Math.max(from, over + 2 - size); minute <= to && minute <= over + 1; minute++) total += at(minute)
      return total
    }
  }
}
