import { isRecord, parseJsonLine, textOf } from './json-line.ts'
import { readLogTime } from './log-time.ts'

/**
 * One line of Haraka's log, in the three formats of its log.ini: `[LEVEL] [uuid] [origin] message`, logfmt, JSON.
 * Sources: haraka/Haraka logger.js (formats, `log_if_level`), docs/Logging.md; the JSON form's keys and `source` for `origin`: memory.
 */
export type HarakaLine = {
  readonly level: string
  /** Of the connection, the transaction (`….1`) or the mail that goes out (`….1.1`); empty where the line is about none. */
  readonly uuid: string
  /** `core`, `outbound`, or a plugin's name. */
  readonly origin: string
  /** The words, without the fields behind them. */
  readonly message: string
  readonly fields: ReadonlyMap<string, string>
  readonly time?: string | undefined
}

const levels = 'DATA|PROTOCOL|DEBUG|INFO|NOTICE|WARN|ERROR|CRIT|ALERT|EMERG'
const plainHead = new RegExp(`\\[(${levels})\\] \\[([^\\]\\s]{0,120})\\] \\[([^\\]]{1,80})\\] ?`)
const logfmtHead = new RegExp(`(?:^|\\s)level=(?:${levels})\\b`)

/** Time, host and program may stand in front; no more than this. */
const maxPrefix = 300

const maxFields = 200

/** Fields of logfmt; words without `=` join the name behind them, as in `delivered file=…`. Gives where the first one begins. */
const readFields = (text: string, fields: Map<string, string>): number => {
  let first = text.length
  let at = 0
  for (const pair = /([A-Za-z][\w.-]{0,60})=("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/g; fields.size < maxFields; ) {
    pair.lastIndex = at
    const match = pair.exec(text)
    if (match === null) break
    const [whole, name = '', value = ''] = match
    first = Math.min(first, match.index)
    fields.set(name, value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value)
    at = match.index + whole.length
  }
  return first
}

const fromJson = (line: string): HarakaLine | undefined => {
  const record = parseJsonLine(line)
  const level = textOf(record?.level)
  const origin = textOf(record?.source) ?? textOf(record?.origin)
  if (record === undefined || level === undefined || origin === undefined || !new RegExp(`^(?:${levels})$`).test(level)) return undefined
  const fields = new Map<string, string>()
  for (const [name, value] of Object.entries(record).slice(0, maxFields)) {
    const text = textOf(value)
    if (text !== undefined) fields.set(name, text)
    else if (Array.isArray(value) || isRecord(value)) fields.set(name, JSON.stringify(value))
  }
  const uuid = textOf(record.uuid) ?? ''
  return {
    level,
    uuid: uuid === '-' ? '' : uuid,
    origin,
    message: (textOf(record.message) ?? '').trim(),
    fields,
    time: readLogTime(textOf(record.timestamp))
  }
}

const fromLogfmt = (line: string): HarakaLine => {
  const fields = new Map<string, string>()
  readFields(line, fields)
  const uuid = fields.get('uuid') ?? ''
  const delivered = line.includes('delivered file=') ? 'delivered' : ''
  return {
    level: fields.get('level') ?? '',
    uuid: uuid === '-' ? '' : uuid,
    origin: fields.get('source') ?? fields.get('origin') ?? '',
    message: (fields.get('message') ?? '').trim() || delivered,
    fields
  }
}

/** The line, or undefined where it is none of Haraka's. Time is that of the JSON form; what stands in front is the caller's. */
export const readHarakaLine = (line: string): HarakaLine | undefined => {
  const head = plainHead.exec(line.slice(0, maxPrefix))
  if (head !== null) {
    const [whole, level = '', uuid = '', origin = ''] = head
    const words = line.slice(head.index + whole.length).trim()
    const fields = new Map<string, string>()
    const first = readFields(words, fields)
    // Behind a colon stands another server's answer: what looks like a field there is a part of it.
    const free =
      /^(?:recipient <.{0,320}?> (?:deferred|rejected)|bouncing mail|Temp failing|Double bounce): ?/.test(words) ||
      /^Temp failing /.test(words)
    return {
      level,
      uuid: uuid === '-' ? '' : uuid,
      origin,
      message: free ? words : words.slice(0, first).trim(),
      fields: free ? new Map() : fields
    }
  }
  if (logfmtHead.test(line.slice(0, maxPrefix))) return fromLogfmt(line)
  return line.includes('"level"') ? fromJson(line) : undefined
}
