import { fieldAt, isRecord, parseJsonLine, textAt, textOf, textsOf } from './json-line.ts'
import { readLogTime } from './log-time.ts'

/**
 * One line of Stalwart's log: `2026-03-01T12:00:00Z INFO Message delivered (delivery.delivered) queueId = 1, to = "…", …`, with or without
 * colours, or the same event as JSON (`createdAt`, `type`, `data`).
 * Sources: stalwartlabs/stalwart crates/trc/src/serializers/text.rs (values, nesting, `key = value, …`) and json.rs.
 */
export type StalwartLine = {
  /** `delivery.rcpt-to-rejected`. */
  readonly type: string
  readonly time: string | undefined
  readonly description: string
  readonly keys: StalwartKeys
}

/** Values as text; a list as its texts; an event within as its own keys. */
type StalwartValue = string | readonly string[] | StalwartKeys
export type StalwartKeys = ReadonlyMap<string, StalwartValue>

/** Errors are causes of errors; no program nests deeper. */
const maxDepth = 6
const maxKeys = 200
const maxItems = 10_000

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with ESC.
const colour = /\u001b\[[\d;]{0,20}m/g
const head = /^(\S{10,40}) (ERROR|WARN|INFO|DEBUG|TRACE) ([^()]{1,120}) \(([a-z0-9]{1,40}\.[a-z0-9-]{1,60})\) ?/

type Reader = { readonly text: string; at: number }

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }

const readQuoted = (reader: Reader): string => {
  let value = ''
  let from = ++reader.at
  for (; reader.at < reader.text.length; reader.at++) {
    const unit = reader.text.charCodeAt(reader.at)
    if (unit === 0x22) {
      value += reader.text.slice(from, reader.at++)
      return value
    }
    if (unit !== 0x5c) continue
    value += reader.text.slice(from, reader.at)
    const letter = reader.text.charAt(++reader.at)
    value += escapes[letter] ?? `\\${letter}`
    from = reader.at + 1
  }
  return value + reader.text.slice(from)
}

const readList = (reader: Reader, depth: number): readonly string[] => {
  const items: string[] = []
  reader.at++
  while (reader.at < reader.text.length && reader.text.charAt(reader.at) !== ']') {
    const value = readValue(reader, depth + 1)
    if (typeof value === 'string' && items.length < maxItems) items.push(value)
    if (reader.text.startsWith(', ', reader.at)) reader.at += 2
    else break
  }
  if (reader.text.charAt(reader.at) === ']') reader.at++
  return items
}

/** Bare values hold no comma; an event within is `Words (type) { keys }`, or without keys its words alone. */
const readBare = (reader: Reader, depth: number): StalwartValue => {
  const start = reader.at
  while (reader.at < reader.text.length && !',]}'.includes(reader.text.charAt(reader.at))) {
    if (reader.text.startsWith(') { ', reader.at)) {
      reader.at += 4
      const keys = readKeys(reader, depth + 1)
      if (reader.text.startsWith(' }', reader.at)) reader.at += 2
      return keys
    }
    reader.at++
  }
  return reader.text.slice(start, reader.at).trim()
}

const readValue = (reader: Reader, depth: number): StalwartValue => {
  const first = reader.text.charAt(reader.at)
  if (first === '"') return readQuoted(reader)
  if (first === '[' && depth < maxDepth) return readList(reader, depth)
  return depth < maxDepth ? readBare(reader, depth) : ''
}

const readKeys = (reader: Reader, depth: number): StalwartKeys => {
  const keys = new Map<string, StalwartValue>()
  const key = /([A-Za-z][A-Za-z0-9]{0,40}) = /y
  while (keys.size < maxKeys) {
    key.lastIndex = reader.at
    const name = key.exec(reader.text)?.[1]
    if (name === undefined) break
    reader.at = key.lastIndex
    keys.set(name, readValue(reader, depth))
    if (reader.text.startsWith(', ', reader.at)) reader.at += 2
    else break
  }
  return keys
}

const keysOfJson = (data: unknown, depth: number): StalwartKeys => {
  const keys = new Map<string, StalwartValue>()
  if (!isRecord(data) || depth > maxDepth) return keys
  for (const [name, value] of Object.entries(data).slice(0, maxKeys)) {
    const text = textOf(value)
    if (text !== undefined) keys.set(name, text)
    else if (Array.isArray(value)) keys.set(name, textsOf(value, maxItems))
    else if (isRecord(value)) keys.set(name, keysOfJson(isRecord(value.data) ? value.data : value, depth + 1))
  }
  return keys
}

/** The line, or undefined where it is none of Stalwart's. Never throws. */
export const readStalwartLine = (line: string): StalwartLine | undefined => {
  if (line.charCodeAt(0) === 0x7b) {
    const record = parseJsonLine(line)
    const type = textAt(record, 'type')
    if (type === undefined || !type.includes('.') || !isRecord(fieldAt(record, 'data'))) return undefined
    return {
      type,
      time: readLogTime(textAt(record, 'createdAt')),
      description: textAt(record, 'text') ?? '',
      keys: keysOfJson(fieldAt(record, 'data'), 0)
    }
  }
  const text = line.includes('\u001b') ? line.replace(colour, '') : line
  const match = head.exec(text)
  if (match === null) return undefined
  const [whole, time, , description = '', type = ''] = match
  return { type, time: readLogTime(time), description, keys: readKeys({ text, at: whole.length }, 0) }
}

/** A text under a name, in the event itself or in the causes within. */
export const textWithin = (keys: StalwartKeys, names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = keys.get(name)
    if (typeof value === 'string' && value !== '' && value !== '(null)') return value
  }
  for (const value of keys.values()) {
    const inner = value instanceof Map ? textWithin(value, names) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}
