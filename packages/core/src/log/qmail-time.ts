import { isDigit } from '../reply/units.ts'
import type { LogZone } from './log-zone.ts'
import { type Clock, readIsoTime, toIso } from './syslog-time.ts'

/**
 * Times that multilog, tai64nlocal and accustamp put before a line. Source: https://cr.yp.to/libtai/tai64.html: a TAI64N label is `@` and 24
 * hexadecimal digits, 2^62 + seconds of TAI, then nanoseconds.
 */

/** Labels that multilog writes are 10 seconds ahead of UTC in qmail's own libtai, which knows no leap seconds and adds the 10 of 1970. */
const taiAhead = 10

/** The time at `at` and the offset behind it and its blank; `end` is `at` where there is none. */
export const readStamp = (line: string, at: number, zone: LogZone = 0): { time: string | undefined; end: number } => {
  if (line.charCodeAt(at) === 0x40) return readTai(line, at)
  let end = at
  while (end < at + 11 && isDigit(line.charCodeAt(end))) end++
  // `1793534400.123456 `: accustamp and splogger write seconds with a fraction.
  if (end - at >= 9 && end - at <= 10) {
    const point = end
    if (line.charCodeAt(end) === 0x2e) for (end++; end < at + 21 && isDigit(line.charCodeAt(end)); end++);
    if (line.charCodeAt(end) !== 0x20) return { time: undefined, end: at }
    // Three digits behind the point: more are lost in a number of this size, and rounded up.
    return { time: toIso(Math.round(Number(line.slice(at, Math.min(end, point + 4))) * 1_000)), end: end + 1 }
  }
  const clock: Clock = { ms: 0, end: 0 }
  readIsoTime(clock, line, at, zone)
  return clock.end > 0 && line.charCodeAt(clock.end) === 0x20 ? { time: toIso(clock.ms), end: clock.end + 1 } : { time: undefined, end: at }
}

const readTai = (line: string, at: number): { time: string | undefined; end: number } => {
  const label = line.slice(at + 1, at + 25)
  if (!/^[0-9a-f]{24}$/i.test(label) || line.charCodeAt(at + 25) !== 0x20) return { time: undefined, end: at }
  // The upper bit of the first half is 2^62; what is below it fits a number for the next 100 million years.
  const high = Number.parseInt(label.slice(0, 8), 16) - 0x4000_0000
  const seconds = high * 0x1_0000_0000 + Number.parseInt(label.slice(8, 16), 16) - taiAhead
  const ms = Math.floor(Number.parseInt(label.slice(16), 16) / 1_000_000)
  return { time: ms < 1_000 ? toIso(seconds * 1_000 + ms) : undefined, end: at + 26 }
}
