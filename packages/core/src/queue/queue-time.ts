import { type LogZone, minutesEast } from '../log/log-zone.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Clocks of two machines differ; a date that lies further ahead is last year's. */
const tolerance = 86_400_000
/** Back to a year that has a 29 February, over a century that has none. */
const maxYearsBack = 8

/** Milliseconds since 1970 as ISO 8601; undefined for what no clock shows. */
export const isoTime = (ms: number): string | undefined =>
  ms > 0 && ms < 253_402_300_800_000 ? new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z') : undefined

/** Seconds since 1970, as JSON and `smtpctl` have them. */
export const isoOfSeconds = (seconds: unknown): string | undefined =>
  typeof seconds === 'number' ? isoTime(Math.floor(seconds) * 1_000) : undefined

/**
 * `Nov 25 22:26:01` or `Nov 25 22:26` without a year: the last such time before `now` (milliseconds), a day's tolerance given. Undefined for a date that does not exist.
 */
export const lastSuchTime = (text: string, now: number, zone: LogZone | undefined): string | undefined => {
  const [, name = '', date = '', hour = '', minute = '', second = '0'] =
    /^([A-Z][a-z]{2}) ([ \d]\d|\d) (\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? []
  const month = months.indexOf(name)
  const latest = now + tolerance
  const year = new Date(latest + minutesEast(zone, latest) * 60_000).getUTCFullYear()
  if (month < 0 || Number.isNaN(year)) return undefined
  for (let tried = year; tried >= year - maxYearsBack; tried--) {
    const day = Date.UTC(tried, month, Number(date))
    if (new Date(day).getUTCDate() !== Number(date)) continue
    const wall = day + (Number(hour) * 3_600 + Number(minute) * 60 + Number(second)) * 1_000
    const ms = wall - minutesEast(zone, wall) * 60_000
    if (ms <= latest) return isoTime(ms)
  }
  return undefined
}
