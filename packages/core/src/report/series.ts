/** Steps of a series in seconds: what people read off a clock. Beyond a week they double. */
const steps = [60, 300, 900, 3_600, 10_800, 21_600, 86_400, 604_800]

/** Steps that a period is divided into at most: as many as a terminal has columns, and a chart has bars. */
const maxSteps = 240

/** No mail log is older; a clock that was not set yet begins at 1970. */
const leastSeconds = Date.UTC(1990, 0, 1) / 1_000
/** And none is from later than this. */
const mostSeconds = Date.UTC(2100, 0, 1) / 1_000

/** The common steps of all series of a report: they widen as the period grows. */
export type Clock = {
  readonly step: () => number
  readonly first: () => number
  readonly last: () => number
  /** Takes a time in, and tells whether it is one. */
  readonly see: (seconds: number) => boolean
  /** Counts how often the steps were widened. */
  readonly widened: () => number
}

/** Clocks drift, and zones are guessed. */
const tolerance = 86_400

/** `now`: milliseconds since 1970. */
export const openClock = (now?: number): Clock => {
  const most = now === undefined ? mostSeconds : now / 1_000 + tolerance
  let at = 0
  let step = steps[0] ?? 60
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  return {
    step: () => step,
    first: () => first,
    last: () => last,
    widened: () => at,
    see: (seconds) => {
      if (seconds >= first && seconds <= last) return true
      if (!(seconds >= leastSeconds && seconds < most)) return false
      if (seconds < first) first = seconds
      if (seconds > last) last = seconds
      while (Math.floor(last / step) - Math.floor(first / step) >= maxSteps) {
        at++
        step = steps[at] ?? step * 2
      }
      return true
    }
  }
}

/** Counts by step. Each series widens by itself when the clock has, at its next use. */
export type Series = {
  readonly add: (seconds: number) => void
  /** Counts from the clock's first step to its last. */
  readonly list: () => number[]
}

export const openSeries = (clock: Clock): Series => {
  let counts = new Map<number, number>()
  let step = clock.step()
  // Most events fall into the step of the one before: a look into the map for each took a tenth of the time of the tally.
  let current = Number.NaN
  let pending = 0
  const settle = (): void => {
    if (pending > 0) counts.set(current, (counts.get(current) ?? 0) + pending)
    pending = 0
  }
  const widen = (): void => {
    settle()
    const ratio = clock.step() / step
    const wider = new Map<number, number>()
    for (const [index, count] of counts) {
      const place = Math.floor(index / ratio)
      wider.set(place, (wider.get(place) ?? 0) + count)
    }
    counts = wider
    step = clock.step()
    current = Number.NaN
  }
  return {
    add: (seconds) => {
      if (step !== clock.step()) widen()
      const index = Math.floor(seconds / step)
      if (index !== current) {
        settle()
        current = index
      }
      pending++
    },
    list: () => {
      if (step !== clock.step()) widen()
      settle()
      if (!(clock.last() >= clock.first())) return []
      const from = Math.floor(clock.first() / step)
      const length = Math.floor(clock.last() / step) - from + 1
      return Array.from({ length }, (_, index) => counts.get(from + index) ?? 0)
    }
  }
}
