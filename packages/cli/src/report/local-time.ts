import type { Zone } from '@whybounce/core/plan'
import { lasting } from './figures.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** Times of a report on the clock of a time zone, as short as they can be told apart within the report's period. */
export type LocalTimes = {
  /** `00:00`, or `2 Feb 00:00` in a period of more than a day. Empty where the time is not known. */
  readonly at: (time: string | null) => string
  /** `00:00–03:26`, `1 Feb 09:00–2 Feb 10:00`. */
  readonly range: (from: string | null, to: string | null) => string
  /** `Mon 2 Feb 2026 00:00 – 03:26 (3 h 26 min, Europe/Berlin)`. */
  readonly period: () => string
}

type Clock = { readonly day: string; readonly year: number; readonly time: string; readonly long: string }

const unknown: Clock = { day: '', year: 0, time: '', long: '' }

const clockOf = (zone: Zone, time: string | null): Clock => {
  const instant = time === null ? Number.NaN : Date.parse(time)
  if (Number.isNaN(instant)) return unknown
  const text = zone.format(instant)
  const [year = 0, month = 1, date = 1] = text.slice(0, text.indexOf(' ')).split('-').map(Number)
  const day = `${date} ${months[month - 1]}`
  return {
    day,
    year,
    time: text.slice(text.indexOf(' ') + 1).slice(0, 5),
    long: `${weekdays[new Date(Date.UTC(year, month - 1, date)).getUTCDay()]} ${day} ${year}`
  }
}

export const openLocalTimes = (
  zone: Zone,
  { from, to, seconds }: { readonly from: string | null; readonly to: string | null; readonly seconds: number }
): LocalTimes => {
  const begin = clockOf(zone, from)
  const end = clockOf(zone, to)
  const isOneDay = begin.long === end.long
  const isOneYear = begin.year === end.year
  const short = ({ day, year, time }: Clock): string => (isOneDay || day === '' ? time : `${day}${isOneYear ? '' : ` ${year}`} ${time}`)
  return {
    at: (time) => short(clockOf(zone, time)),
    range: (first, last) => {
      const one = clockOf(zone, first)
      const other = clockOf(zone, last)
      if (one.long === '' || other.long === '') return short(one.long === '' ? other : one)
      if (one.long === other.long) return one.time === other.time ? short(one) : `${short(one)}–${other.time}`
      return `${short(one)}–${short(other)}`
    },
    period: () => {
      if (begin.long === '' || end.long === '') return 'No times are known.'
      const words = `${begin.long} ${begin.time} – ${isOneDay ? '' : `${end.long} `}${end.time}`
      return `${words} (${lasting(seconds)}, ${zone.name})`
    }
  }
}
