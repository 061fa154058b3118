import type { EventKind } from '../event/delivery-event.ts'
import { feedbackTypeOf, kindOfFeedback } from '../message/feedback.ts'
import { attemptEvent, hostName, labelsOf, type Told } from './attempt.ts'
import { maxCsvLine, openCsv, readCsvFields } from './csv-line.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { readLogTime } from './log-time.ts'
import type { LogZone } from './log-zone.ts'

/**
 * PowerMTA accounting files: CSV (RFC 4180) whose first line names the columns, whose first column is the record's type. Which columns
 * there are, and which types, is configured; columns that a type does not have are empty.
 *
 * Types: `d` delivered, `b` bounced, `t` transient, `tq` transient of a whole queue, `r` received, `f` feedback loop, `rb` remote bounce
 * and `rs` remote status (reports that came in by mail); the word may stand for the letter. Others are `unread`.
 *
 * Sources (excerpts): PowerMTA 5.5 User's Guide 12.2, as at hackmd.io/@z3d3m0n/Pmta_records; the guide's chapter on the accounting file
 * (encoding, `type,timeLogged,orig,rcpt,…`); mailrelay.com/es/api-documentation/appendix/2 (columns in their order); bounce categories:
 * it.i88.ca/2014/11/bounce-categories-of-powermta.html. memory: names of the feedback record's columns; `smtp;` before dsnDiag.
 */
type RecordType = 'delivered' | 'bounced' | 'transient' | 'queue' | 'received' | 'feedback' | 'remote-bounce' | 'remote-status'

const types: Readonly<Record<string, RecordType>> = {
  d: 'delivered',
  delivery: 'delivered',
  delivered: 'delivered',
  b: 'bounced',
  bounce: 'bounced',
  bounced: 'bounced',
  t: 'transient',
  transient: 'transient',
  tq: 'queue',
  'transient-queue': 'queue',
  r: 'received',
  receipt: 'received',
  received: 'received',
  f: 'feedback',
  'feedback-loop': 'feedback',
  feedback: 'feedback',
  rb: 'remote-bounce',
  'remote-bounce': 'remote-bounce',
  rs: 'remote-status',
  'remote-status': 'remote-status'
}

const kindOfAction: Readonly<Record<string, EventKind>> = {
  failed: 'failed',
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'relayed',
  expanded: 'expanded'
}

type Columns = ReadonlyMap<string, number>
type Row = (name: string) => string

/** What identifies a message, a campaign or a way out, and the headers that the configuration keeps (`header_Subject`). */
const labelNames = 'jobid,vmta,vmtapool,queue,envid,bouncecat,srctype,dlvtype'.split(',')

const readHeader = (line: string): Columns | undefined => {
  if (!/^\ufeff?"?type"?,/i.test(line)) return undefined
  const names = readCsvFields(line.replace(/^\ufeff/, '').trim()).fields.map((name) => name.trim().toLowerCase())
  const known = ['timelogged', 'rcpt', 'orig', 'dsnstatus', 'dsndiag', 'timequeued', 'bouncecat', 'vmta'].filter((name) =>
    names.includes(name)
  )
  return known.length < 2 ? undefined : new Map(names.map((name, index) => [name, index]))
}

const secondsBetween = (from: string | undefined, to: string | undefined): number | undefined => {
  const seconds = from === undefined || to === undefined ? -1 : (Date.parse(to) - Date.parse(from)) / 1_000
  return seconds >= 0 ? seconds : undefined
}

/** `5.1.1 (bad destination mailbox address)`. */
const statusOf = (text: string): string | undefined => /^\s{0,8}([245]\.\d{1,3}\.\d{1,3})/.exec(text)?.[1]

const kindOf = (type: RecordType, row: Row): EventKind | undefined => {
  if (type === 'delivered') return 'delivered'
  if (type === 'bounced' || type === 'remote-bounce') return 'failed'
  if (type === 'transient') return 'delayed'
  if (type === 'feedback') return kindOfFeedback(feedbackTypeOf(row('feedbacktype') || 'abuse'))
  const action = row('dsnaction').trim().toLowerCase()
  return type === 'remote-status' && Object.hasOwn(kindOfAction, action) ? kindOfAction[action] : undefined
}

const toldBy = (row: Row, columns: Columns, zone: LogZone | undefined): Told => {
  const time = readLogTime(row('timelogged'), zone)
  const queued = Number(row('totalsecondsqueued') || Number.NaN)
  const size = Number(row('dlvsize'))
  const headers = [...columns.keys()].filter((name) => name.startsWith('header_'))
  const ip = row('dlvdestinationip') || row('dlvdesintationip')
  return {
    recipient: row('rcpt'),
    originalRecipient: row('orcpt').replace(/^rfc822;/i, '') || undefined,
    sender: row('orig'),
    messageId: row('header_message-id'),
    subject: row('header_subject'),
    time,
    status: statusOf(row('dsnstatus')),
    diagnosticCode: row('dsndiag'),
    remoteMta: hostName(row('dsnmta')) ?? (ip === '' ? undefined : ip),
    localIp: row('dlvsourceip'),
    client: row('srcmta'),
    size: size > 0 ? size : undefined,
    delay: queued >= 0 ? queued : secondsBetween(readLogTime(row('timequeued'), zone), time),
    program: 'pmta',
    expired: row('bouncecat') === 'message-expired',
    labels: labelsOf([...labelNames, ...headers].map((name) => [name.replace(/^header_/, ''), row(name)]))
  }
}

const open = (emit: (event: LogEvent) => void, { zone, header = [] }: LogReaderOptions): LogReader => {
  let columns: Columns | undefined
  for (const line of header) columns = readHeader(line) ?? columns
  const csv = openCsv(',')

  const record = (fields: readonly string[]): LineVerdict => {
    const places = columns
    const word = (fields[0] ?? '').trim().toLowerCase()
    const type = Object.hasOwn(types, word) ? types[word] : undefined
    if (places === undefined || type === undefined || fields.length < 2) return 'unread'
    if (type === 'received' || type === 'queue') return 'part'
    const row: Row = (name) => fields[places.get(name) ?? -1] ?? ''
    const kind = kindOf(type, row)
    if (kind === undefined) return 'unread'
    const told = toldBy(row, places, zone)
    emit(attemptEvent(kind, type === 'feedback' ? { ...told, feedbackType: row('feedbacktype') || 'abuse' } : told))
    return 'event'
  }

  const line = (text: string): LineVerdict => {
    if (text.trim() === '') return 'ignored'
    if (text.length > maxCsvLine) return 'unread'
    const named = readHeader(text)
    if (named !== undefined) {
      columns = named
      // What was open before a new header is lost, and counted here.
      return csv.end() === undefined ? 'ignored' : 'unread'
    }
    const { records, held, broken } = csv.line(text, columns?.size)
    const verdicts = records.map(record)
    return broken ? 'unread' : held ? 'part' : (verdicts[0] ?? 'unread')
  }

  const end = (): void => {
    const rest = csv.end()
    if (rest !== undefined) record(rest)
  }

  return { line, end }
}

export const powermta: LogFormat = {
  id: 'powermta',
  name: 'PowerMTA accounting',
  recognise: (lines) => (lines.some((line) => line.length < 65_536 && readHeader(line) !== undefined) ? 1 : 0),
  open
}
