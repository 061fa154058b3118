import type { EventKind } from '../event/delivery-event.ts'
import { attemptEvent, clientName, hostName, labelsOf, type Told } from './attempt.ts'
import { fieldAt, isRecord, type JsonRecord, numberAt, parseJsonLine, replyCodeAt, shareOfRecords, textAt, textsOf } from './json-line.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader } from './log-reader.ts'
import { isoOfEpoch } from './log-time.ts'

/**
 * Halon has no log format of its own: scripts write what they like. Two of its published scripts have fixed fields, as JSON lines (a
 * http-bulk spool, a file of the logger plugin, or what Elasticsearch exports, where the record is in `_source`):
 * `history-elastic` (`log_delivery_attempt`; `log_rcptto` and `log_eod` for what was refused or taken in) and `postmastery`
 * (`postmastery_smtp`). Any other shape is read with a mapping of its fields.
 *
 * Sources: halon-extras/history-elastic: README.md, halon_delivery_attempts.hsl, halon_transactions.hsl; halon-extras/postmastery:
 * postmastery.hsl. Records that `log_predelivery` and `log_postdelivery` add to a transaction name no time of their own but `finishedtime`.
 */
const kindOfAttempt: Readonly<Record<string, EventKind>> = {
  delivered: 'delivered',
  deferred: 'delayed',
  delayed: 'delayed',
  bounced: 'failed',
  failed: 'failed'
}

/** Actions of a transaction are words of the script's author; those are of Halon's own examples and functions. */
const refusals = new Set(['REJECT', 'DEFER', 'DISCONNECT'])

const addressOf = (record: JsonRecord, side: 'sender' | 'recipient'): string | undefined => {
  const whole = textAt(record, side)
  if (whole !== undefined) return whole
  const local = textAt(record, `${side}localpart`) ?? textAt(record, `${side}_localpart`)
  const domain = textAt(record, `${side}domain`) ?? textAt(record, `${side}_domain`)
  // With `redact` only the domain is kept.
  return domain === undefined ? undefined : local === undefined || /^\*+$/.test(local) ? `@${domain}` : `${local}@${domain}`
}

const milliseconds = (record: JsonRecord, name: string): string | undefined => {
  const value = numberAt(record, name)
  return value === undefined ? undefined : isoOfEpoch(value)
}

const queueIdOf = (record: JsonRecord): string | undefined => {
  const transaction = textAt(record, 'transactionid')
  const queue = textAt(record, 'queueid')
  return textAt(record, 'messageid') ?? (transaction === undefined ? queue : queue === undefined ? transaction : `${transaction}:${queue}`)
}

const attempt = (record: JsonRecord): Told => {
  const replyCode = replyCodeAt(record, 'smtpcode') ?? replyCodeAt(record, 'result_code')
  const enhanced = textAt(record, 'smtpenhanced') ?? textAt(record, 'result_enhanced')
  const reason = textsOf(fieldAt(record, 'smtpreason') ?? fieldAt(record, 'result_reason') ?? fieldAt(record, 'error_message')).join(' ')
  const status = enhanced !== undefined && /^[245]\.\d{1,3}\.\d{1,3}$/.test(enhanced) ? enhanced : undefined
  const codes =
    replyCode === undefined || /^\s*(?:smtp;\s*)?[245]\d\d[ -]/i.test(reason)
      ? []
      : [replyCode, status].filter((code) => code !== undefined)
  const received = numberAt(record, 'ts_received')
  const tried = numberAt(record, 'ts_attempt')
  return {
    recipient: addressOf(record, 'recipient'),
    sender: addressOf(record, 'sender'),
    queueId: queueIdOf(record),
    host: textAt(record, 'hostname'),
    program: 'smtpd',
    time: milliseconds(record, '@timestamp') ?? (tried === undefined ? undefined : isoOfEpoch(tried)),
    replyCode,
    status,
    diagnosticCode: [...codes, reason].join(' ').trim(),
    remoteMta:
      hostName(textAt(record, 'remotemx') ?? textAt(record, 'connection_remotemx')) ??
      textAt(record, 'remoteip') ??
      textAt(record, 'connection_remoteip'),
    localIp: textAt(record, 'localip') ?? textAt(record, 'connection_localip'),
    size: numberAt(record, 'size'),
    delay:
      numberAt(record, 'totalduration') ??
      (received === undefined || tried === undefined || tried < received ? undefined : tried - received),
    labels: labelsOf(['jobid', 'tenantid', 'transportid', 'grouping', 'class'].map((name) => [name, textAt(record, name)]))
  }
}

const refusal = (record: JsonRecord): Told => ({
  direction: 'inbound',
  recipient: addressOf(record, 'recipient'),
  sender: addressOf(record, 'sender'),
  subject: textsOf(fieldAt(record, 'subject'))[0],
  queueId: queueIdOf(record),
  host: textAt(record, 'hostname'),
  program: 'smtpd',
  time: milliseconds(record, 'receivedtime') ?? milliseconds(record, 'finishedtime'),
  diagnosticCode: textAt(record, 'reason'),
  client: clientName(textAt(record, 'remoteptr') ?? textAt(record, 'senderhelo'), textAt(record, 'remoteip')),
  size: numberAt(record, 'size')
})

/** The record itself, or the one that an export or an update of Elasticsearch carries. */
const recordIn = (line: string): JsonRecord | undefined => {
  const record = parseJsonLine(line)
  const inner = fieldAt(record, '_source') ?? fieldAt(record, 'doc')
  return isRecord(inner) ? inner : record
}

/** Lines of Elasticsearch's bulk protocol that say where the next line goes. */
const isBulkHead = (record: JsonRecord): boolean => ['create', 'index', 'update'].some((name) => isRecord(fieldAt(record, name)))

const isTransaction = (record: JsonRecord): boolean =>
  fieldAt(record, 'receivedtime') !== undefined || fieldAt(record, 'finishedtime') !== undefined

const isAttempt = (record: JsonRecord): boolean =>
  (textAt(record, 'action') !== undefined && fieldAt(record, 'received') !== undefined && fieldAt(record, 'transportid') !== undefined) ||
  (textAt(record, 'type') === 'SMTP' && fieldAt(record, 'ts_attempt') !== undefined)

const open = (emit: (event: LogEvent) => void): LogReader => ({
  line: (line): LineVerdict => {
    if (line.trim() === '') return 'ignored'
    const record = recordIn(line)
    if (record === undefined) return 'unread'
    if (isBulkHead(record)) return 'ignored'
    const action = textAt(record, 'action') ?? textAt(record, 'status') ?? ''
    if (isTransaction(record)) {
      if (!refusals.has(action.toUpperCase())) return 'part'
      emit(attemptEvent('failed', refusal(record)))
      return 'event'
    }
    // Taken out of the queue by hand: no attempt was made, and no answer was had.
    if (isAttempt(record) && action === 'removed') return 'part'
    const kind = isAttempt(record) && Object.hasOwn(kindOfAttempt, action) ? kindOfAttempt[action] : undefined
    if (kind === undefined) return 'unread'
    emit(attemptEvent(kind, attempt(record)))
    return 'event'
  },
  end: () => {}
})

export const halon: LogFormat = {
  id: 'halon',
  name: 'Halon (history-elastic, postmastery)',
  recognise: (lines) =>
    shareOfRecords(
      lines.filter((line) => !isBulkHead(parseJsonLine(line) ?? {})),
      (record) => {
        const inner = fieldAt(record, '_source') ?? fieldAt(record, 'doc')
        const told = isRecord(inner) ? inner : record
        return isAttempt(told) || (isTransaction(told) && fieldAt(told, 'transactionid') !== undefined)
      }
    ),
  open
}
