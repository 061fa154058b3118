import type { LogEvent } from './log-reader.ts'

/** Log lines longer than this are no line of a mail server: Exim cuts at 8 kB, syslog at 1 to 8, qmail's reports at 10. */
export const maxLine = 65_536

/** Entries remembered where the caller sets no number. */
const usualMemory = 100_000

/** Joins the lines of a message by its queue id. Never holds more entries than `most`, and always the youngest half of them. */
export type Memory<Value> = {
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
  readonly clear: () => void
}

/**
 * Two generations: when the young one is full it becomes the old one, and the old one goes as a whole. Taking the oldest key out of one Map
 * walks over the holes that former ones left: 300,000 entries with 100,000 kept took 9.8 s, and this takes 0.1 s.
 */
export const openMemory = <Value>(most: number = usualMemory): Memory<Value> => {
  const half = Math.max(1, Math.floor(most / 2))
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  return {
    get: (key) => young.get(key) ?? old.get(key),
    set: (key, value) => {
      // An id that is used again is a new entry, and the youngest.
      if (!young.has(key)) {
        old.delete(key)
        if (young.size >= half) {
          old = young
          young = new Map()
        }
      }
      young.set(kept(key), value)
    },
    delete: (key) => {
      if (!young.delete(key)) old.delete(key)
    },
    clear: () => {
      young.clear()
      old.clear()
    }
  }
}

/** A part of a line without the line: engines let a substring hold the whole string, and 100,000 long lines would stay in memory. */
export const kept = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1))

/** An event while its fields are filled in. */
export type Filling = { -readonly [field in keyof LogEvent]: LogEvent[field] }

/** What the line that takes a message in tells of it. */
export type Arrival = {
  sender?: string
  client?: string
  messageId?: string
  subject?: string
  size?: number
  /** ISO 8601. */
  time?: string
}

/** Fills in what the event's own line did not tell; the null sender (`<>`) stays absent. */
export const joinArrival = (event: Filling, arrival: Arrival | undefined): void => {
  if (arrival === undefined) return
  if (event.sender === undefined && arrival.sender !== undefined) event.sender = arrival.sender
  if (arrival.client !== undefined) event.client = arrival.client
  if (arrival.messageId !== undefined) event.messageId = arrival.messageId
  if (arrival.subject !== undefined) event.subject = arrival.subject
  if (arrival.size !== undefined) event.size = arrival.size
  if (event.delay === undefined && arrival.time !== undefined && event.time !== undefined) {
    const delay = Math.round((Date.parse(event.time) - Date.parse(arrival.time)) / 1_000)
    if (delay >= 0) event.delay = delay
  }
}

/** `<user@example.com>` without its brackets; undefined for the null sender and for nothing. */
export const addressIn = (text: string): string | undefined => {
  const trimmed = text.trim()
  const plain = trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed
  return plain === '' || plain === '-' ? undefined : plain
}

/** A whole number of bytes, or undefined. */
export const bytesIn = (text: string | undefined): number | undefined => {
  const bytes = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 }

/** `1d2h3m4s`, `0.123s`: Exim's and OpenSMTPD's durations, in seconds. */
export const secondsIn = (text: string | undefined): number | undefined => {
  if (text === undefined || text === '') return undefined
  let total = 0
  let number = 0
  let from = 0
  for (let at = 0; at < text.length && at < 40; at++) {
    const seconds = unitSeconds[text.charAt(at)]
    if (seconds === undefined) continue
    number = Number(text.slice(from, at))
    if (at === from || !Number.isFinite(number)) return undefined
    total += number * seconds
    from = at + 1
  }
  return from === text.length && total >= 0 ? Math.round(total * 1_000) / 1_000 : undefined
}
