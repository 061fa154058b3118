import type { LocalDay, Zone } from '@whybounce/core/plan'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'

const minute = 60_000
const units: Readonly<Record<string, number>> = { s: 1_000, m: minute, min: minute, h: 60 * minute, d: 1_440 * minute, w: 10_080 * minute }

/** What `--since` and `--until` take, for the sentence that says so. */
export const whenExamples =
  '2026-11-25, 2026-11-25T08:00, 2026-11-25T08:00:00+01:00, 09:00, today, yesterday, "yesterday 18:00", 90m, 2h, 3d, 1w'

const clock = '(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:\\.\\d{1,9})?)?'
const ago = /^(\d{1,6}) ?(s|min|m|h|d|w)$/i
const relative = new RegExp(`^(?:(today|yesterday)(?:[T ]${clock})?|${clock})$`, 'i')
const iso = new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ]${clock})?(Z|[+-]\\d\\d:?\\d\\d)?$`, 'i')

/**
 * A moment as a person writes it, in milliseconds since 1970; undefined where it is none. A day means its midnight; `09:00` the last time
 * that the clock showed that; `2h` so long before now. Without an offset from UTC the clock is the one of `zone`.
 */
export const readWhen = (text: string, now: number, zone: Zone): number | undefined => {
  const value = text.trim()
  if (value.toLowerCase() === 'now') return now
  const before = ago.exec(value)
  if (before !== null) return now - Number(before[1]) * (units[(before[2] ?? '').toLowerCase()] ?? Number.NaN)
  const named = relative.exec(value)
  if (named !== null) {
    const [, word, dayHour = '0', dayMinute = '0', daySecond = '0', hour, atMinute = '0', second = '0'] = named
    const today = zone.dayOf(now)
    if (word !== undefined)
      return onDay(zone, word.toLowerCase() === 'today' ? today : dayBefore(today), Number(dayHour), Number(dayMinute), Number(daySecond))
    const [hours, minutes, seconds] = [Number(hour), Number(atMinute), Number(second)]
    const thisDay = onDay(zone, today, hours, minutes, seconds)
    return thisDay !== undefined && thisDay > now ? onDay(zone, dayBefore(today), hours, minutes, seconds) : thisDay
  }
  const date = iso.exec(value)
  if (date === null) return undefined
  const [, year, month, day, hour = '0', minutes = '0', seconds = '0', offset] = date
  const told: LocalDay = { year: Number(year), month: Number(month), day: Number(day) }
  const midnight = Date.UTC(told.year, told.month - 1, told.day)
  if (told.year < 1_970 || !new Date(midnight).toISOString().startsWith(`${year}-${month}-${day}`)) return undefined
  if (offset === undefined) return onDay(zone, told, Number(hour), Number(minutes), Number(seconds))
  return isClock(Number(hour), Number(minutes), Number(seconds))
    ? midnight + inDay(Number(hour), Number(minutes), Number(seconds)) - offsetOf(offset)
    : undefined
}

const isClock = (hour: number, minutes: number, seconds: number): boolean => hour < 24 && minutes < 60 && seconds < 60
const inDay = (hour: number, minutes: number, seconds: number): number => ((hour * 60 + minutes) * 60 + seconds) * 1_000

const onDay = (zone: Zone, day: LocalDay, hour: number, minutes: number, seconds: number): number | undefined =>
  isClock(hour, minutes, seconds) ? zone.window(day, { from: hour, to: 24 }).start + inDay(0, minutes, seconds) : undefined

const dayBefore = ({ year, month, day }: LocalDay): LocalDay => {
  const date = new Date(Date.UTC(year, month - 1, day - 1))
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/** Milliseconds east of UTC. */
const offsetOf = (offset: string): number =>
  /^z$/i.test(offset) ? 0 : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * minute

/** The time that an option names; what is none is a UsageError. */
export const whenOf = (option: string, text: string | undefined, now: number, zone: Zone): number | undefined => {
  if (text === undefined) return undefined
  const when = readWhen(text, now, zone)
  if (when === undefined || !Number.isFinite(when))
    throw new UsageError(`--${option} takes a time, not "${printable(text)}": ${whenExamples}.`)
  return when
}
