import { isDigit } from '../reply/units.ts'
import type { LogReaderOptions } from './log-reader.ts'
import { type LogZone, minutesEast } from './log-zone.ts'

/** A time at the head of a line: ISO 8601 in UTC, and the offset behind it. `end` 0: there is none. */
export type Stamp = { time: string | undefined; end: number }

const day = 86_400_000

/** 29 February comes at least every eighth year (1896 and 1904 were the last ones eight apart). */
const maxYearsBack = 8

/**
 * Logs of a server east of the zone that is assumed are up to 14 hours ahead, and clocks drift: what is less than a day after now is not
 * a year old.
 */
const tolerance = day

const monthNames = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/** Month 0 to 11 of its English name, in any case of its first letter; -1 where it is none. */
const monthAt = (line: string, at: number): number => {
  const first = line.charCodeAt(at) & ~0x20
  const second = line.charCodeAt(at + 1)
  const third = line.charCodeAt(at + 2)
  for (let month = 0; month < 12; month++)
    if (
      monthNames.charCodeAt(month * 3) === first &&
      monthNames.charCodeAt(month * 3 + 1) === second &&
      monthNames.charCodeAt(month * 3 + 2) === third
    )
      return month
  return -1
}

const digits = (line: string, at: number, count: number): number => {
  let value = 0
  for (let next = at; next < at + count; next++) {
    const unit = line.charCodeAt(next)
    if (!isDigit(unit)) return -1
    value = value * 10 + unit - 48
  }
  return value
}

export type Clock = { ms: number; end: number }

/** `12:34:56`, with a fraction after `.` or `,`, as milliseconds since midnight; `end` 0 where it is none. 23:59:60 is a leap second. */
const readClock = (clock: Clock, line: string, at: number): void => {
  clock.end = 0
  const hour = digits(line, at, 2)
  const minute = digits(line, at + 3, 2)
  const second = digits(line, at + 6, 2)
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) return
  if (line.charCodeAt(at + 2) !== 0x3a || line.charCodeAt(at + 5) !== 0x3a) return
  let end = at + 8
  let ms = 0
  const mark = line.charCodeAt(end)
  if ((mark === 0x2e || mark === 0x2c) && isDigit(line.charCodeAt(end + 1))) {
    let scale = 100
    for (end++; end < at + 18 && isDigit(line.charCodeAt(end)); end++) {
      ms += Math.floor((line.charCodeAt(end) - 48) * scale)
      scale /= 10
      if (scale < 1) scale = 0
    }
  }
  clock.ms = hour * 3_600_000 + minute * 60_000 + second * 1_000 + ms
  clock.end = end
}

/** Years outside of these are no dates of a log, and JavaScript writes them with a sign. */
export const toIso = (ms: number): string | undefined =>
  ms >= 0 && ms < 253_402_300_800_000 ? new Date(ms).toISOString().replace('.000Z', 'Z') : undefined

/** `Z`, `+0100`, `+01:00`: minutes east of UTC; `end` is `at` where none stands there. */
const readZone = (line: string, at: number): { minutes: number; end: number } => {
  const sign = line.charCodeAt(at)
  if (sign === 0x5a || sign === 0x7a) return { minutes: 0, end: at + 1 }
  if (sign !== 0x2b && sign !== 0x2d) return { minutes: 0, end: at }
  const hours = digits(line, at + 1, 2)
  const colon = line.charCodeAt(at + 3) === 0x3a ? 1 : 0
  const minutes = digits(line, at + 3 + colon, 2)
  if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) return { minutes: 0, end: at }
  return { minutes: (sign === 0x2d ? -1 : 1) * (hours * 60 + minutes), end: at + 5 + colon }
}

/** `2026-11-01T12:00:00.123Z`, a blank for the T, with or without a zone: milliseconds since 1970, `end` 0 where it is none. */
export const readIsoTime = (clock: Clock, line: string, at: number, zone: LogZone | undefined): void => {
  clock.end = 0
  const year = digits(line, at, 4)
  if (year < 1970 || line.charCodeAt(at + 4) !== 0x2d || line.charCodeAt(at + 7) !== 0x2d) return
  const month = digits(line, at + 5, 2)
  const date = digits(line, at + 8, 2)
  const mark = line.charCodeAt(at + 10)
  if (month < 1 || month > 12 || date < 1 || date > 31 || (mark !== 0x54 && mark !== 0x20)) return
  readClock(clock, line, at + 11)
  if (clock.end === 0) return
  const blank = line.charCodeAt(clock.end) === 0x20 ? 1 : 0
  const told = readZone(line, clock.end + blank)
  // A blank and then a sign is a zone only where its four digits follow (Exim); `Z` after a blank begins a word.
  const hasZone = told.end > clock.end + blank && (blank === 0 || told.end > clock.end + blank + 1)
  clock.ms += Date.UTC(year, month - 1, date)
  clock.ms -= (hasZone ? told.minutes : minutesEast(zone, clock.ms)) * 60_000
  if (hasZone) clock.end = told.end
}

/**
 * Reads the time at an offset: `Nov  1 12:00:00`, `Nov 01 2026 12:00:00`, `Sun 2026-11-01 12:00:00 UTC`, ISO 8601, `1793534400.123456`
 * (seconds since 1970), `[ 123.456]` (since boot: no time). A date without a year is the last such one before `now`. The same object each
 * time. Nothing is taken from the line before: a clock that goes back, or an hour that comes twice, gives times that go back.
 */
export const openCalendar = (options: LogReaderOptions): ((line: string, at: number) => Stamp) => {
  const { zone } = options
  const isUtc = (zone ?? 0) === 0
  const clock: Clock = { ms: 0, end: 0 }
  const stamp: Stamp = { time: undefined, end: 0 }
  let known = ''
  /** As the clock shows it. */
  let midnight = 0
  let dayText = ''
  let last = ''
  let lastTime: string | undefined

  const midnightOf = (text: string, month: number, date: number, year: number): number => {
    if (text === known) return midnight
    known = text
    midnight = Number.NaN
    const latest = options.now + tolerance
    const from = year > 0 ? year : new Date(options.now + minutesEast(zone, options.now) * 60_000 + tolerance).getUTCFullYear()
    for (let tried = from; tried >= from - (year > 0 ? 0 : maxYearsBack); tried--) {
      const ms = Date.UTC(tried, month, date)
      if (new Date(ms).getUTCDate() !== date) continue
      midnight = ms
      if (ms - minutesEast(zone, ms) * 60_000 <= latest) break
    }
    dayText = isUtc ? (toIso(midnight)?.slice(0, 11) ?? '') : ''
    return midnight
  }

  const readOld = (line: string, at: number): void => {
    const month = monthAt(line, at)
    if (month < 0 || line.charCodeAt(at + 3) !== 0x20) return
    // Lines come in the order of their seconds: most have the time of the one before.
    if (last !== '' && line.startsWith(last, at) && line.charCodeAt(at + last.length) === 0x20) {
      stamp.time = lastTime
      stamp.end = at + last.length
      return
    }
    let next = at + 4
    if (line.charCodeAt(next) === 0x20) next++
    const two = digits(line, next, 2)
    const date = two >= 0 ? two : digits(line, next, 1)
    next += two >= 0 ? 2 : 1
    if (date < 1 || date > 31 || line.charCodeAt(next) !== 0x20) return
    const year = line.charCodeAt(next + 5) === 0x20 ? digits(line, next + 1, 4) : -1
    readClock(clock, line, year < 0 ? next + 1 : next + 6)
    if (clock.end === 0) return
    const wall = midnightOf(line.slice(at, year < 0 ? next : next + 5), month, date, year) + clock.ms
    const ms = wall - (isUtc ? 0 : minutesEast(zone, wall) * 60_000)
    // In UTC the line's own digits are the answer: writing the date anew for each second took two thirds of the time.
    const start = clock.end - 8
    const isPlain = dayText !== '' && line.charCodeAt(start - 1) === 0x20 && clock.ms < day && line.charCodeAt(start + 6) !== 0x36
    stamp.time = isPlain ? `${dayText}${line.slice(start, clock.end)}Z` : toIso(ms)
    stamp.end = clock.end
    last = line.slice(at, clock.end)
    lastTime = stamp.time
  }

  const readIso = (line: string, at: number): void => {
    readIsoTime(clock, line, at, zone)
    if (clock.end === 0) return
    stamp.time = toIso(clock.ms)
    stamp.end = clock.end
  }

  return (line, at) => {
    stamp.time = undefined
    stamp.end = 0
    const first = line.charCodeAt(at)
    if (first === 0x5b) {
      const close = line.indexOf('] ', at)
      if (close > 0 && close - at < 24 && isSeconds(line, at + 1, close)) stamp.end = close + 1
    } else if (isDigit(first)) {
      if (line.charCodeAt(at + 4) === 0x2d) readIso(line, at)
      else if (line.charCodeAt(at + 10) === 0x2e && isSeconds(line, at, at + 17)) {
        stamp.time = toIso(Math.floor(Number(line.slice(at, at + 14)) * 1_000))
        stamp.end = at + 17
      }
    } else if (first >= 0x41 && first <= 0x5a) {
      readOld(line, at)
      // `Sun 2026-11-01 12:00:00 CET `: only UTC is told apart; the letters of other zones are ambiguous, the reader's zone is taken.
      if (stamp.end === 0 && line.charCodeAt(at + 3) === 0x20 && isDigit(line.charCodeAt(at + 4))) {
        readIsoTime(clock, line, at + 4, line.startsWith(' UTC ', at + 23) ? 0 : zone)
        if (clock.end === 0) return stamp
        stamp.time = toIso(clock.ms)
        stamp.end = clock.end
        let next = clock.end + 1
        while (next < clock.end + 7 && line.charCodeAt(next) >= 0x41 && line.charCodeAt(next) <= 0x5a) next++
        if (next > clock.end + 2 && line.charCodeAt(next) === 0x20) stamp.end = next
      }
    }
    return stamp
  }
}

const isSeconds = (line: string, from: number, to: number): boolean => {
  let points = 0
  for (let at = from; at < to; at++) {
    const unit = line.charCodeAt(at)
    if (unit === 0x2e) points++
    else if (!isDigit(unit) && !(unit === 0x20 && points === 0)) return false
  }
  return points === 1
}
