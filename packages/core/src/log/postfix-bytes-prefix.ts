import { findByte, isAscii, openByteTable } from './byte-words.ts'
import type { LogReaderOptions } from './log-reader.ts'
import { daemonOf } from './postfix.ts'
import { openSyslog } from './syslog.ts'

/**
 * What stands before the message, for a reader of bytes: a memo of `openSyslog`. A time that was read once (without its fraction), and a
 * host and program that were read once, are known by their bytes; whatever has another shape is for the reader of lines. Shapes:
 * `Nov  1 12:00:00 host program[pid]: ` and `2026-11-01T12:00:00.123456+01:00 host program[pid]: `.
 */
export type BytePrefix = {
  /** Offset of the message; 0: this line is none of the known shapes. */
  at: number
  /** Milliseconds since 1970. */
  ms: number
  /** The same in ISO 8601, UTC, where it was read so. */
  time: string | undefined
  origin: Origin
}

/** Who wrote a line. */
type Origin = {
  readonly host: string
  readonly program: string
  /** Undefined: none of Postfix's. */
  readonly daemon: string | undefined
}

/** Hosts times programs times services; where there are more, all are forgotten and learned anew. */
const maxOrigins = 4_096
/** A host name and a program are shorter. */
const maxOrigin = 200
const maxPid = 10
const shortest = 24

const nobody: Origin = { host: '', program: '', daemon: undefined }

/** What a memo of a time compares: the bytes of `Nov  1 12:00:00 `, or of `2026-11-01T12:00:00` and its zone. */
type Memo = { first: number; second: number; third: number; fourth: number; last: number; zone: string; time: number }
const emptyMemo = (): Memo => ({ first: 0, second: 0, third: 0, fourth: 0, last: 0, zone: '', time: Number.NaN })

const isTimeOf = (memo: Memo, view: DataView, from: number, lastAt: number): boolean =>
  // The seconds change first.
  memo.fourth === view.getInt32(from + 12, true) &&
  memo.third === view.getInt32(from + 8, true) &&
  memo.second === view.getInt32(from + 4, true) &&
  memo.first === view.getInt32(from, true) &&
  memo.last === view.getInt32(from + lastAt, true)

/** `decode` reads UTF-8. The function reads `shortest` bytes behind `to`; it gives the same object each time. */
export const openBytePrefix = (
  options: LogReaderOptions,
  decode: (bytes: Uint8Array, from: number, to: number) => string
): ((bytes: Uint8Array, view: DataView, from: number, to: number) => BytePrefix) => {
  const syslog = openSyslog(options)
  const prefix: BytePrefix = { at: 0, ms: Number.NaN, time: undefined, origin: nobody }
  const origins = openByteTable<Origin>(maxOrigins)
  const old = emptyMemo()
  const iso = emptyMemo()
  let oldText: string | undefined

  let fraction = 0
  let stampEnd = 0
  let isStampKnown = false
  let zoneFrom = 0

  const readOld = (bytes: Uint8Array, view: DataView, from: number): boolean => {
    if (bytes[from + 15] !== 0x20) return false
    stampEnd = from + 16
    isStampKnown = isTimeOf(old, view, from, 12)
    return isStampKnown || (bytes[from + 3] === 0x20 && bytes[from + 6] === 0x20 && bytes[from + 9] === 0x3a && bytes[from + 12] === 0x3a)
  }

  const readIso = (bytes: Uint8Array, view: DataView, from: number, to: number): boolean => {
    if (bytes[from + 10] !== 0x54 || bytes[from + 4] !== 0x2d) return false
    isStampKnown = isTimeOf(iso, view, from, 15)
    let at = from + 19
    if (bytes[at] === 0x2e) {
      const digits = ++at
      let scale = 100
      for (let digit = (bytes[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - 48) {
        fraction += digit * scale
        // Milliseconds are all that is kept.
        scale = scale === 100 ? 10 : scale === 10 ? 1 : 0
        at++
        if (at > digits + 9) return false
      }
      if (at === digits) return false
    }
    zoneFrom = at
    const { zone } = iso
    let same = 0
    while (same < zone.length && zone.charCodeAt(same) === bytes[at + same]) same++
    if (same === zone.length && same > 0 && bytes[at + same] === 0x20) at += same
    else {
      isStampKnown = false
      while (at < to && at < zoneFrom + 7 && (bytes[at] ?? 0) > 0x20) at++
    }
    stampEnd = at + 1
    return bytes[at] === 0x20 && at > zoneFrom && at < to
  }

  /** One blank between host and program, and nothing but ASCII: what is remembered must not hang together with the time before it. */
  const isPlain = (bytes: Uint8Array, view: DataView, from: number, to: number): boolean => {
    let blanks = 0
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (byte < 0x20) return false
      if (byte === 0x20) blanks++
    }
    const first = bytes[from] ?? 0
    const isWord = (first >= 0x30 && first <= 0x39) || (first >= 0x41 && first <= 0x5a) || (first >= 0x61 && first <= 0x7a)
    return blanks === 1 && isWord && isAscii(view, from, to)
  }

  const remember = (memo: Memo, view: DataView, from: number, lastAt: number, zone: string, time: number): void => {
    memo.first = view.getInt32(from, true)
    memo.second = view.getInt32(from + 4, true)
    memo.third = view.getInt32(from + 8, true)
    memo.fourth = view.getInt32(from + 12, true)
    memo.last = view.getInt32(from + lastAt, true)
    memo.zone = zone
    memo.time = time
  }

  /** Reads a time or an origin that is new as lines are read. */
  const learn = (bytes: Uint8Array, view: DataView, from: number, to: number, end: number, at: number): Origin | undefined => {
    if (!isPlain(bytes, view, stampEnd, end)) return undefined
    const read = syslog(decode(bytes, from, to))
    if (read.at !== at - from || read.time === undefined || read.host === undefined || read.program === undefined) return undefined
    if (!isStampKnown) {
      const time = Date.parse(read.time) - fraction
      if ((bytes[from] ?? 0) >= 0x41) {
        remember(old, view, from, 12, '', time)
        oldText = read.time
      } else remember(iso, view, from, 15, decode(bytes, zoneFrom, stampEnd - 1), time)
    }
    const found = origins.get(view, stampEnd, end)
    if (found !== undefined) return found
    const host = decode(bytes, stampEnd, stampEnd + read.host.length)
    const program = decode(bytes, end - read.program.length, end)
    const origin = { host, program, daemon: daemonOf(program) }
    origins.set(view, stampEnd, end, origin)
    return origin
  }

  return (bytes, view, from, to) => {
    prefix.at = 0
    if (to - from < shortest) return prefix
    fraction = 0
    const first = bytes[from] ?? 0
    const isOld = first >= 0x41
    if (!(isOld ? readOld(bytes, view, from) : readIso(bytes, view, from, to))) return prefix
    const end = findByte(view, stampEnd, Math.min(to, stampEnd + maxOrigin), 0x5b)
    let at = end + 1
    while (at < to && (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39) at++
    if (at === end + 1 || at > end + 1 + maxPid || bytes[at] !== 0x5d || bytes[at + 1] !== 0x3a || bytes[at + 2] !== 0x20) return prefix
    at += 3
    // More blanks, Solaris' `[ID …]`: for the reader of lines.
    if (at >= to || bytes[at] === 0x20 || bytes[at] === 0x5b) return prefix
    const known = isStampKnown ? origins.get(view, stampEnd, end) : undefined
    const origin = known ?? learn(bytes, view, from, to, end, at)
    if (origin === undefined) return prefix
    prefix.at = at
    prefix.origin = origin
    prefix.ms = (isOld ? old.time : iso.time) + fraction
    prefix.time = isOld ? oldText : undefined
    return prefix
  }
}
