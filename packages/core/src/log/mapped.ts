import { type Stage, stages } from '../knowledge/knowledge.ts'
import { emptyHead, readHead } from '../reply/head.ts'
import { formatStatus } from '../reply/status.ts'
import { attemptEvent, hostName, labelsOf } from './attempt.ts'
import { maxCsvLine, openCsv, readCsvFields } from './csv-line.ts'
import { fieldAt, numberOf, parseJsonLine, textOf } from './json-line.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { isExpiredWord, kindOfCodes, kindOfWord } from './mapped-kind.ts'
import type { MappedField, Mapping } from './mapped-mapping.ts'
import { openMappedTime } from './mapped-time.ts'

/**
 * Any CSV or JSON lines, with a mapping of its columns. The first line that is no JSON object is the header of a CSV (unless every mapped
 * column is a number); its separator is the one of `, ; tab |` that it holds most of. What a row tells of is worked out (`mapped-kind.ts`)
 * from the mapped `kind`, else from the reply, the status and the codes at the head of the text. A row without a recipient, or of which
 * it cannot be told what it is, is `unread`; so is a header without the column of the recipient, which was mistyped.
 */
type Columns = ReadonlyMap<string, number>
type Value = (field: string) => string | undefined

const separators = [',', ';', '\t', '|']

/** Fields of a path in a JSON record. */
const maxPath = 20

const separatorOf = (header: string): string => {
  const near = header.slice(0, 65_536)
  let best = ','
  for (const separator of separators) if (near.split(separator).length > near.split(best).length) best = separator
  return best
}

const atPath = (record: unknown, path: string): string | undefined => {
  // A name with a dot in it is found as it stands.
  const whole = textOf(fieldAt(record, path))
  if (whole !== undefined) return whole
  let value: unknown = record
  for (const name of path.split('.', maxPath)) value = Array.isArray(value) ? value[Number(name)] : fieldAt(value, name)
  return (
    textOf(value) ??
    (Array.isArray(value)
      ? value
          .map(textOf)
          .filter((text) => text !== undefined)
          .slice(0, 100)
          .join(' ')
      : undefined)
  )
}

const isStage = (text: string | undefined): text is Stage => stages.some((stage) => stage === text)

const replyOf = (text: string | undefined): number | undefined => {
  const code = numberOf(text?.trim())
  return code !== undefined && Number.isInteger(code) && code >= 200 && code < 600 ? code : undefined
}

const positive = (text: string | undefined): number | undefined => {
  const number = numberOf(text)
  return number !== undefined && number >= 0 ? number : undefined
}

const statusIn = (text: string | undefined): string | undefined => /^\s{0,8}#?([245]\.\d{1,3}\.\d{1,3})\b/.exec(text ?? '')?.[1]

type ReadTime = (value: string | undefined) => string | undefined

const readRow = (mapping: Mapping, column: Value, readTime: ReadTime, emit: (event: LogEvent) => void): LineVerdict => {
  const value = (field: MappedField): string | undefined => {
    const name = mapping.columns[field]
    const text = name === undefined ? undefined : column(name)?.trim()
    return text === '' ? undefined : text
  }
  const text = value('text')
  const head = emptyHead()
  if (text !== undefined) readHead(head, text, 0, text.length)
  // A column of statuses may hold words ("bounced"), replies ("550") or both kinds of codes.
  const statusText = value('status')
  const replyCode = replyOf(value('reply')) ?? replyOf(statusText) ?? (head.replyCode === 0 ? undefined : head.replyCode)
  const status = statusIn(statusText) ?? (head.status === 0 ? undefined : formatStatus(head.status))
  const word = value('kind') ?? statusText ?? ''
  const named = kindOfWord(word)
  if (named === 'ignored') return 'ignored'
  const kind = named ?? kindOfCodes(replyCode, status)
  const recipient = value('recipient')
  if (kind === undefined || recipient === undefined) return 'unread'
  const stage = value('stage')
  emit(
    attemptEvent(kind, {
      recipient,
      originalRecipient: value('originalRecipient'),
      sender: value('sender'),
      messageId: value('messageId'),
      subject: value('subject'),
      queueId: value('queueId'),
      time: readTime(value('time')),
      replyCode,
      status,
      diagnosticCode: text,
      remoteMta: hostName(value('remoteMta')),
      localIp: value('localIp'),
      host: value('host'),
      program: value('program'),
      client: value('client'),
      stage: isStage(stage) ? stage : undefined,
      size: positive(value('size')),
      delay: positive(value('delay')),
      expired: isExpiredWord(word),
      labels: labelsOf(Object.entries(mapping.labels).map(([name, from]) => [name, column(from)]))
    })
  )
  return 'event'
}

const isNumbered = ({ columns, labels }: Mapping): boolean =>
  [...Object.values(columns), ...Object.values(labels)].every((name) => /^\d{1,4}$/.test(name))

const openMapped = (mapping: Mapping, emit: (event: LogEvent) => void, { zone, header = [] }: LogReaderOptions): LogReader => {
  let columns: Columns | undefined
  let csv = openCsv(',')
  const numbered = isNumbered(mapping)
  const readTime = openMappedTime(zone)

  const readHeader = (text: string): LineVerdict => {
    const separator = separatorOf(text)
    const names = readCsvFields(text.replace(/^\ufeff/, '').trim(), separator).fields
    columns = new Map(names.map((name, index) => [name.trim(), index]))
    csv = openCsv(separator)
    const { recipient = '' } = mapping.columns
    return columns.has(recipient) || /^\d{1,4}$/.test(recipient) ? 'ignored' : 'unread'
  }

  const record = (fields: readonly string[]): LineVerdict => {
    const places = columns
    const column: Value = (name) => fields[places?.get(name) ?? (/^\d{1,4}$/.test(name) ? Number(name) - 1 : -1)]
    return readRow(mapping, column, readTime, emit)
  }

  const line = (text: string): LineVerdict => {
    if (text.trim() === '') return 'ignored'
    if (text.length > maxCsvLine) return 'unread'
    if (/^\s{0,100}\{/.test(text)) {
      const object = parseJsonLine(text)
      return object === undefined ? 'unread' : readRow(mapping, (path) => atPath(object, path), readTime, emit)
    }
    if (columns === undefined) {
      const verdict = readHeader(text)
      if (!numbered) return verdict
      // Without names there is no header: the first line is a row like the others.
      columns = new Map()
    }
    const { records, held, broken } = csv.line(text, columns.size === 0 ? undefined : columns.size)
    const verdicts = records.map(record)
    return broken ? 'unread' : held ? 'part' : (verdicts[0] ?? 'unread')
  }

  const end = (): void => {
    const rest = csv.end()
    if (rest !== undefined) record(rest)
  }

  const first = header.find((each) => each.trim() !== '')
  if (first !== undefined && !numbered) readHeader(first)
  return { line, end }
}

/** The format that a mapping makes. It is never recognised: who has a mapping says so. */
export const mappedFormat = (mapping: Mapping): LogFormat => ({
  id: 'mapped',
  name: 'CSV or JSON lines with a mapping',
  recognise: () => 0,
  open: (emit, options) => openMapped(mapping, emit, options)
})
