import { readLogTime } from './log-time.ts'
import { type LogZone, minutesEast } from './log-zone.ts'

/** Which part of `3/4/2026` is the day. */
type Order = 'day first' | 'month first'

const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]+(.{1,20}))?$/
const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:,? +(.{1,20}))?$/
const clock = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?: ?([AP])\.?M\.?)?$/i

const secondsOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return 0
  const [, hour, minute, second = '0', half] = clock.exec(text.trim()) ?? []
  if (hour === undefined) return undefined
  const isHalfDay = half !== undefined
  const hours = isHalfDay ? (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0) : Number(hour)
  const isTime = hours < 24 && Number(minute) < 60 && Number(second) < 60 && !(isHalfDay && Number(hour) > 12)
  return isTime ? hours * 3_600 + Number(minute) * 60 + Number(second) : undefined
}

/** Day and month with a dot between are the day first. With a slash or dash either may be: a part above 12 is no month, and tells it. */
const orderOf = (first: number, separator: string, second: number): Order | undefined =>
  separator === '.' || first > 12 ? 'day first' : second > 12 ? 'month first' : undefined

/**
 * Times as spreadsheets and exports write them, beside all that logs write (`readLogTime`): `24.11.2026 08:14`, `11/24/2026 8:14 AM`,
 * `2026/11/24`. Of `3/4/2026` it is told only behind a row of the same log that shows which part is the day; before it such a time is not
 * known, since a guess would be wrong for half of the world. As ISO 8601 in UTC; undefined where it is no time.
 */
export const openMappedTime = (zone: LogZone = 0): ((value: string | undefined) => string | undefined) => {
  let learned: Order | undefined

  const isoOf = (year: number, month: number, day: number, time: string | undefined): string | undefined => {
    const seconds = secondsOf(time)
    if (seconds === undefined || month < 1 || month > 12 || day < 1 || day > 31) return undefined
    const local = Date.UTC(year, month - 1, day) + seconds * 1_000
    // 31 November would be 1 December.
    if (new Date(local).getUTCDate() !== day) return undefined
    return readLogTime(new Date(local - minutesEast(zone, local) * 60_000).toISOString())
  }

  return (value) => {
    const known = readLogTime(value, zone)
    const text = value?.trim() ?? ''
    if (known !== undefined || text.length > 40) return known
    const [, year, , month, day, time] = yearFirst.exec(text) ?? []
    if (year !== undefined) return isoOf(Number(year), Number(month), Number(day), time)
    const [, first, separator = '', second, lastYear, lastTime] = yearLast.exec(text) ?? []
    if (first === undefined) return undefined
    const told = orderOf(Number(first), separator, Number(second))
    const order = told ?? learned
    if (separator !== '.') learned = order
    if (order === undefined) return undefined
    const [dayOfMonth, ofMonth] = order === 'day first' ? [first, second] : [second, first]
    return isoOf(Number(lastYear), Number(ofMonth), Number(dayOfMonth), lastTime)
  }
}
