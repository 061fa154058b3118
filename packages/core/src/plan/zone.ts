/** A calendar day of some time zone. */
export type LocalDay = { readonly year: number; readonly month: number; readonly day: number }

export type Hours = { readonly from: number; readonly to: number }

/** A time zone: what its clocks show when. All instants are milliseconds since 1970 in UTC. */
export type Zone = {
  readonly name: string
  readonly dayOf: (instant: number) => LocalDay
  readonly dayAfter: (day: LocalDay) => LocalDay
  /** Between which instants the clock stands at these full hours of the day; 24 is midnight. Shorter or longer than usual where the clock is changed. */
  readonly window: (day: LocalDay, hours: Hours) => { readonly start: number; readonly end: number }
  /** `2026-03-29 08:00:00`, as the clock shows it. */
  readonly format: (instant: number) => string
  /** Minutes east of UTC when the clock shows this (milliseconds since 1970, as if it showed UTC): what readers of logs take as their zone. */
  readonly minutesEast: (wall: number) => number
}

/** Quarters of an hour whose offset is remembered: clocks are changed at full quarters. */
const mostKnown = 10_000

/** Opens a zone by its IANA name (`Europe/Berlin`, `UTC`). A name that the runtime does not know throws a RangeError. */
export const openZone = (name: string): Zone => {
  const clock = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit'
  })
  const read = (instant: number): readonly number[] => {
    const parts = new Map(clock.formatToParts(new Date(instant)).map(({ type, value }) => [type, Number(value)]))
    return ['year', 'month', 'day', 'hour', 'minute', 'second'].map((field) => parts.get(field as Intl.DateTimeFormatPartTypes) ?? 0)
  }
  const known = new Map<number, number>()
  const offsetAt = (instant: number): number => {
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = read(instant)
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000
  }
  const instantOf = ({ year, month, day }: LocalDay, hour: number): number => instantWhen(Date.UTC(year, month - 1, day, hour))
  const instantWhen = (wall: number): number => {
    const before = offsetAt(wall - 86_400_000)
    const after = offsetAt(wall + 86_400_000)
    // An hour that the clock shows twice means the first; an hour that it skips means as long after the change as it stands after the gap's begin.
    return offsetAt(wall - before) === before ? wall - before : offsetAt(wall - after) === after ? wall - after : wall - before
  }
  return {
    name,
    dayOf: (instant) => {
      const [year = 0, month = 1, day = 1] = read(instant)
      return { year, month, day }
    },
    dayAfter: ({ year, month, day }) => {
      const next = new Date(Date.UTC(year, month - 1, day + 1))
      return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() }
    },
    window: (day, { from, to }) => ({ start: instantOf(day, from), end: instantOf(day, to) }),
    minutesEast: (wall) => {
      const quarter = Math.floor(wall / 900_000)
      let minutes = known.get(quarter)
      if (minutes === undefined) {
        minutes = Number.isFinite(new Date(wall).getTime()) ? Math.round((wall - instantWhen(wall)) / 60_000) : 0
        if (known.size >= mostKnown) known.clear()
        known.set(quarter, minutes)
      }
      return minutes
    },
    format: (instant) => {
      const [year, ...rest] = read(instant)
      const [month, day, hour, minute, second] = rest.map((value) => String(value).padStart(2, '0'))
      return `${year}-${month}-${day} ${hour}:${minute}:${second}`
    }
  }
}

export const formatDay = ({ year, month, day }: LocalDay): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
