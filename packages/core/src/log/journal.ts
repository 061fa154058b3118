import { toIso } from './syslog-time.ts'

/**
 * The journal as lines that syslog would have written: `2026-11-01T12:00:00.123Z host program[pid]: message`, one an entry. Accepts what
 * `journalctl -o export` writes and, an object at a time, what `-o json`, `json-pretty`, `json-sse` and `json-seq` write.
 *
 * Sources: https://systemd.io/JOURNAL_EXPORT_FORMATS/ (entries parted by an empty line; `NAME=value`, or `NAME`, a line feed, the size as
 * 64 bits little-endian, the bytes, a line feed; in JSON a field that stands twice is an array, one with other bytes than UTF-8 an array of
 * numbers, one that is too large null), systemd.journal-fields(7) (times in microseconds since 1970).
 */
export type JournalFields = { -readonly [name in (typeof wanted)[number]]?: string }

/** SYSLOG_PID is the one that the program named itself, _PID the one that the kernel did. */
const wanted = [
  '__REALTIME_TIMESTAMP',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_HOSTNAME',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  'SYSLOG_PID',
  '_PID',
  'MESSAGE'
] as const

export const isWantedField = (name: string): name is (typeof wanted)[number] => wanted.some((known) => known === name)

/** What `journalctl --output-fields=` takes: nothing else is needed. */
export const journalFields: readonly string[] = wanted

const timeOf = (microseconds: string | undefined): string | undefined =>
  microseconds === undefined || !/^\d{1,17}$/.test(microseconds) ? undefined : toIso(Math.floor(Number(microseconds) / 1_000))

/** A name in front of a message has neither spaces nor colons. */
const word = (text: string | undefined, otherwise: string): string => {
  const plain = text?.replace(/[^!-9;-Z\\^-~]/g, '_').slice(0, 255) ?? ''
  return plain === '' ? otherwise : plain
}

/** An entry as a line, without a line end; a message of several lines becomes one. Undefined: it has no message, or no time. */
export const journalLine = (fields: JournalFields): string | undefined => {
  const time = timeOf(fields.__REALTIME_TIMESTAMP) ?? timeOf(fields._SOURCE_REALTIME_TIMESTAMP)
  if (time === undefined || fields.MESSAGE === undefined) return undefined
  const pid = fields.SYSLOG_PID ?? fields._PID
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a log line has none of them
  const message = fields.MESSAGE.trimEnd().replace(/[\u0000-\u0008\u000a-\u001f]+/g, ' ')
  const tag = `${word(fields.SYSLOG_IDENTIFIER ?? fields._COMM, 'unknown')}${pid !== undefined && /^\d{1,10}$/.test(pid) ? `[${pid}]` : ''}`
  return `${time} ${word(fields._HOSTNAME, 'localhost')} ${tag}: ${message}`
}

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  const list: readonly unknown[] = value
  if (typeof list[0] !== 'number') return textOf(list[0])
  return new TextDecoder().decode(Uint8Array.from(list, (byte) => (typeof byte === 'number' ? byte : 0)))
}

/** An object of `journalctl -o json` as its fields; undefined where it is no entry of the journal. */
export const journalEntryOf = (value: unknown): JournalFields | undefined => {
  if (typeof value !== 'object' || value === null || !('__REALTIME_TIMESTAMP' in value)) return undefined
  const entry: Readonly<Record<string, unknown>> = { ...value }
  const fields: JournalFields = {}
  for (const name of wanted) {
    const text = textOf(entry[name])
    if (text !== undefined) fields[name] = text
  }
  return fields
}

/** Whether the first lines are of `journalctl -o export`. */
export const isJournalExport = (firstLines: readonly string[]): boolean =>
  /^[A-Z_][A-Z0-9_]{0,63}=/.test(firstLines.find((line) => line !== '') ?? '') &&
  firstLines.some((line) => /^__REALTIME_TIMESTAMP=\d+$/.test(line))

/** Whether the first documents are of `journalctl -o json`. */
export const isJournalJson = (documents: readonly string[]): boolean =>
  documents.length > 0 && documents.every((text) => text.includes('"__REALTIME_TIMESTAMP"') && text.includes('"__CURSOR"'))
