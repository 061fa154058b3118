import type { EventKind } from '../event/delivery-event.ts'
import type { Stage } from '../knowledge/knowledge.ts'
import { feedbackTypeOf, kindOfFeedback } from '../message/feedback.ts'
import { stageOfWords } from '../reply/facts.ts'
import { attemptEvent, clientName, hostName, labelsOf, type Told } from './attempt.ts'
import {
  fieldAt,
  isRecord,
  type JsonRecord,
  numberAt,
  parseJsonLine,
  replyCodeAt,
  shareOfRecords,
  textAt,
  textOf,
  textsOf
} from './json-line.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader } from './log-reader.ts'
import { isoOfEpoch, readLogTime } from './log-time.ts'

/**
 * KumoMTA's log: one JSON object a line (its files are compressed with zstd; whoever reads them unpacks).
 *
 * A record that names several recipients gives an event for each. `Rejection` is what this server refused from others; `Delayed` says why
 * a message waits that was not tried. Records of types that KumoMTA does not document are `unread`.
 *
 * Sources: docs.kumomta.com/reference/log_record (record types, fields, since which version);
 * KumoCorp/kumomta crates/kumo-log-types/src/lib.rs.
 */
const kinds: Readonly<Record<string, EventKind>> = {
  Delivery: 'delivered',
  TransientFailure: 'delayed',
  Delayed: 'delayed',
  Bounce: 'failed',
  AdminBounce: 'failed',
  Expiration: 'failed',
  Rejection: 'failed',
  OOB: 'failed',
  Feedback: 'complaint'
}

const parts = new Set(['Reception', 'AdminRebind', 'DeferredInjectionRebind', 'XferOut', 'XferIn'])

/** `.` stands for the end of the message's text. */
const stageOf = (command: string | undefined): Stage | undefined =>
  command === undefined ? undefined : command.trim() === '.' ? 'end-of-data' : stageOfWords(command)

const statusOf = (code: unknown): string | undefined => {
  const digits = ['class', 'subject', 'detail'].map((name) => numberAt(code, name))
  return digits.every((digit) => digit !== undefined && Number.isInteger(digit) && digit >= 0 && digit < 1_000) && digits[0] !== 0
    ? digits.join('.')
    : undefined
}

/** `192.0.2.1:53210` and `[2001:db8::1]:53210`: the address without its port. */
const withoutPort = (address: string | undefined): string | undefined =>
  address === undefined ? undefined : (/^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? /^([^:]+):\d+$/.exec(address)?.[1] ?? address)

const headerOf = (record: JsonRecord, name: string): string | undefined => {
  const headers = fieldAt(record, 'headers')
  if (!isRecord(headers)) return undefined
  const key = Object.keys(headers).find((each) => each.toLowerCase() === name)
  return key === undefined ? undefined : textsOf(headers[key])[0]
}

const metaOf = (record: JsonRecord): (readonly [string, string | undefined])[] => {
  const meta = fieldAt(record, 'meta')
  return isRecord(meta) ? Object.entries(meta).map(([name, value]) => [name, textOf(value)] as const) : []
}

const toldBy = (record: JsonRecord, inbound: boolean): Told => {
  const response = fieldAt(record, 'response')
  const replyCode = replyCodeAt(response, 'code')
  const status = statusOf(fieldAt(response, 'enhanced_code'))
  const content = textAt(response, 'content')
  const peer = fieldAt(record, 'peer_address')
  const seconds = numberAt(record, 'timestamp')
  const created = numberAt(record, 'created')
  const size = numberAt(record, 'size')
  return {
    direction: inbound ? 'inbound' : 'outbound',
    sender: textAt(record, 'sender'),
    queueId: textAt(record, 'id'),
    time: readLogTime(textAt(record, 'event_time')) ?? (seconds === undefined ? undefined : isoOfEpoch(seconds)),
    replyCode,
    status,
    diagnosticCode: content === undefined ? undefined : [replyCode, status, content].filter((part) => part !== undefined).join(' '),
    stage: stageOf(textAt(response, 'command')),
    remoteMta: inbound ? undefined : (hostName(textAt(peer, 'name')) ?? textAt(peer, 'addr')),
    client: inbound ? clientName(hostName(textAt(peer, 'name')), textAt(peer, 'addr')) : undefined,
    localIp: inbound ? undefined : withoutPort(textAt(fieldAt(record, 'source_address'), 'address')),
    messageId: headerOf(record, 'message-id'),
    subject: headerOf(record, 'subject'),
    // A message that was not in memory is logged with 0.
    size: size !== undefined && size > 0 ? size : undefined,
    delay: seconds !== undefined && created !== undefined && seconds >= created ? seconds - created : undefined,
    program: 'kumod',
    labels: labelsOf([
      ['queue', textAt(record, 'queue')],
      ['egress_source', textAt(record, 'egress_source')],
      ['egress_pool', textAt(record, 'egress_pool')],
      ['provider', textAt(record, 'provider_name')],
      ['bounce_classification', textAt(record, 'bounce_classification')],
      ['node', textAt(record, 'nodeid')],
      ...metaOf(record)
    ])
  }
}

/** A complaint is about the recipient that the report names, and only else about the address that took the report in. */
const complaint = (record: JsonRecord, told: Told, emit: (event: LogEvent) => void): void => {
  const report = fieldAt(record, 'feedback_report')
  const feedbackType = feedbackTypeOf(textAt(report, 'feedback_type'))
  const about = {
    ...told,
    sender: textAt(report, 'original_mail_from') ?? told.sender,
    reportingMta: hostName(textAt(fieldAt(report, 'reporting_mta'), 'name')),
    localIp: textAt(report, 'source_ip'),
    diagnosticCode: undefined,
    replyCode: undefined,
    status: undefined,
    stage: undefined,
    client: undefined,
    remoteMta: undefined,
    feedbackType
  }
  const traced = textsOf(fieldAt(fieldAt(report, 'supplemental_trace'), 'recipient'))
  const named = textsOf(fieldAt(report, 'original_rcpto_to') ?? fieldAt(report, 'original_rcpt_to'))
  const recipients =
    traced.length > 0 ? traced : named.length > 0 ? named : textsOf(fieldAt(fieldAt(report, 'extensions'), 'removal-recipient'))
  for (const recipient of recipients.length > 0 ? recipients : [undefined])
    emit(attemptEvent(kindOfFeedback(feedbackType), { ...about, recipient }))
}

/** A report that came in by mail may be about a delay or a delivery: its status says so. */
const kindOf = (type: string, told: Told): EventKind | undefined => {
  if (type !== 'OOB') return kinds[type]
  const digit = told.status?.[0] ?? `${told.replyCode ?? ''}`[0]
  return digit === '2' ? 'delivered' : digit === '4' ? 'delayed' : 'failed'
}

const open = (emit: (event: LogEvent) => void): LogReader => ({
  line: (line): LineVerdict => {
    if (line.trim() === '') return 'ignored'
    const record = parseJsonLine(line)
    const type = textAt(record, 'type')
    if (record === undefined || type === undefined) return 'unread'
    if (parts.has(type)) return 'part'
    if (!Object.hasOwn(kinds, type)) return 'unread'
    const told = toldBy(record, type === 'Rejection')
    const kind = kindOf(type, told)
    if (kind === undefined) return 'unread'
    if (type === 'Feedback') {
      complaint(record, told, emit)
      return 'event'
    }
    const recipients = textsOf(fieldAt(record, 'recipient'))
    for (const recipient of recipients.length > 0 ? recipients : [undefined])
      emit(attemptEvent(kind, { ...told, recipient, expired: type === 'Expiration' }))
    return 'event'
  },
  end: () => {}
})

export const kumomta: LogFormat = {
  id: 'kumomta',
  name: 'KumoMTA',
  recognise: (lines) =>
    shareOfRecords(lines, (record) => {
      const type = textAt(record, 'type')
      return (
        type !== undefined &&
        (parts.has(type) || Object.hasOwn(kinds, type)) &&
        (fieldAt(record, 'response') !== undefined || fieldAt(record, 'nodeid') !== undefined)
      )
    }),
  open
}
