import { type EventKind, eventKinds, type Outcome } from '../event/delivery-event.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { addressOf } from '../message/addresses.ts'
import { inOneLine } from '../message/draft.ts'
import { plainSender, withoutVerp } from '../message/envelope.ts'
import { emptyHead, readHead } from '../reply/head.ts'
import { peel } from '../reply/peel.ts'
import { formatStatus } from '../reply/status.ts'
import { idOf, isFields, textOf } from './payload.ts'
import type { WebhookReading } from './webhook-reader.ts'

/** What a service tells of one recipient, as it stands in its payload. Times are read already. */
export type Told = {
  readonly kind: EventKind
  /** Where the kind alone does not tell it. `none`: the service tells of an address, not of a message. */
  readonly outcome?: Outcome | 'none'
  /** Alone or with a name: `Name <user@example.com>`. */
  readonly recipient?: unknown
  readonly sender?: unknown
  /** Message-ID of the message (RFC 5322 §3.6.4). */
  readonly messageId?: unknown
  /** The service's own id of the message. */
  readonly id?: unknown
  readonly subject?: unknown
  readonly time?: string | undefined
  readonly status?: unknown
  readonly replyCode?: unknown
  /** What the remote server answered, else why the service did not send. */
  readonly text?: unknown
  readonly reportingMta?: unknown
  readonly remoteMta?: unknown
  readonly localIp?: string | undefined
  readonly feedbackType?: string | undefined
  readonly size?: unknown
  /** The members of an object are labels of their own as well: `tags: { campaign: 'spring' }` can be grouped by `campaign`. */
  readonly labels?: Readonly<Record<string, unknown>>
}

type Filling = { -readonly [field in keyof LogEvent]: LogEvent[field] }

/** RFC 5321 §4.5.3.1.3 allows 256 octets for a path; encodings need more room. */
const maxAddress = 512

/** RFC 5322 §2.1.1: a line has at most 998 characters. */
const maxField = 998

/** Of one label; tags beyond it are cut off. */
const maxLabel = 500

/** Labels that a sender may name; more are data of an application, by which nobody groups. */
const maxNamed = 20
const labelName = /^[\w.-]{1,40}$/

/** RFC 5321 §4.2: the first digit 2 to 5, the second 0 to 5. Services put codes of their own (498, 605) into the same field. */
const codePattern = /^[2-5][0-5]\d$/

const statusPattern = /^[245]\.\d{1,3}\.\d{1,3}$/

const plainAddress = (value: unknown): string | undefined => {
  const text = textOf(value)?.trim().slice(0, maxAddress)
  return text !== undefined && /[\s<]/.test(text) ? (addressOf(text) ?? inOneLine(text)) : text
}

const line = (value: unknown): string | undefined => {
  const text = textOf(value)
  return text === undefined ? undefined : inOneLine(text.slice(0, maxField))
}

const plainId = (value: unknown): string | undefined => line(idOf(value)?.replace(/^<|>$/g, ''))

const labelOf = (value: unknown): string | undefined => {
  const parts = Array.isArray(value)
    ? value.map(idOf)
    : isFields(value)
      ? Object.entries(value).map(([name, of]) => (idOf(of) === undefined ? undefined : `${name}=${idOf(of)}`))
      : [idOf(value)]
  const text = parts.filter((part) => part !== undefined).join(',')
  return text === '' ? undefined : inOneLine(text.slice(0, maxLabel))
}

/** Labels by their names in lower case. What the service itself calls so comes before what a sender has named so. */
const labelsOf = (told: Readonly<Record<string, unknown>>): Record<string, string> => {
  const labels: Record<string, string> = Object.create(null)
  const set = (name: string, value: unknown): void => {
    const label = labels[name] === undefined ? labelOf(value) : undefined
    if (label !== undefined) labels[name] = label
  }
  for (const [name, value] of Object.entries(told)) set(name, value)
  for (const value of Object.values(told))
    if (isFields(value))
      for (const [name, of] of Object.entries(value).slice(0, maxNamed)) if (labelName.test(name)) set(name.toLowerCase(), idOf(of))
  return { ...labels }
}

/** The codes of a reply, wherever they stand in a service's words: `bounced (550 5.1.1 …)`, `smtp;550 …`. */
const codesIn = (text: string): { readonly replyCode?: number; readonly status?: string } => {
  const { from, to, replyCode, status } = peel(text)
  const head = emptyHead()
  readHead(head, text, from, to)
  const code = head.replyCode || replyCode
  const enhanced = head.status === 0 ? status : formatStatus(head.status)
  return {
    ...(codePattern.test(String(code)) ? { replyCode: code } : {}),
    ...(enhanced === undefined ? {} : { status: enhanced })
  }
}

/** A final failure over a transient answer is a queue that gave up; 4.7 is "delivery time expired" (RFC 3463 §3.5). */
const endOf = ({ kind, replyCode, status }: LogEvent): Outcome | undefined => {
  if (kind === 'delivered') return 'delivered'
  if (kind === 'delayed') return 'pending'
  if (kind === 'suppressed') return 'failed'
  if (kind !== 'failed') return undefined
  const isTransient = replyCode === undefined ? status?.startsWith('4') : replyCode >= 400 && replyCode < 500
  return isTransient || status?.endsWith('.4.7') ? 'expired' : 'failed'
}

/**
 * One event out of what a service tells. Where it knows one id only, that id stands for both the message and the queue, so that a deferral
 * and the delivery that follows it meet under either. What is no text, no time, no code is left out.
 */
export const attempt = (program: string, told: Told): LogEvent => {
  const event: Filling = { kind: told.kind, direction: 'outbound', program }
  const set = <Field extends keyof LogEvent>(field: Field, value: LogEvent[Field] | undefined): void => {
    if (value !== undefined) event[field] = value
  }
  const sender = plainAddress(told.sender)
  const messageId = plainId(told.messageId)
  const id = plainId(told.id)
  const text = textOf(told.text)
  const diagnosticCode = text === undefined ? undefined : inOneLine(text)
  const within = diagnosticCode === undefined ? {} : codesIn(diagnosticCode)
  const code = idOf(told.replyCode) ?? ''
  const status = textOf(told.status)?.trim() ?? ''
  set('recipient', plainAddress(told.recipient))
  set('sender', sender === undefined ? undefined : withoutVerp(plainSender(sender)))
  set('messageId', messageId ?? id)
  set('queueId', id ?? messageId)
  set('subject', line(told.subject))
  set('time', told.time)
  set('reportingMta', line(told.reportingMta)?.replace(/^(?:dns|dsn)\s*;\s*/i, ''))
  set('remoteMta', line(told.remoteMta))
  set('localIp', told.localIp)
  set('replyCode', codePattern.test(code) ? Number(code) : within.replyCode)
  set('status', statusPattern.test(status) ? status : within.status)
  set('diagnosticCode', diagnosticCode)
  set('feedbackType', told.feedbackType)
  set('size', typeof told.size === 'number' && told.size >= 0 ? told.size : undefined)
  if (told.outcome !== 'none') set('outcome', told.outcome ?? endOf(event))
  const labels = labelsOf(told.labels ?? {})
  if (Object.keys(labels).length > 0) event.labels = labels
  return event
}

/** What one item of a payload gave: events, or known and telling nothing of delivery, or not understood. */
export type ItemReading = LogEvent | readonly LogEvent[] | 'ignored' | 'unread'

/** Samples are for a person to look at: a few, and their beginning. */
const maxSamples = 5
const maxSample = 300

const sampleOf = (item: unknown): string => {
  try {
    return (JSON.stringify(item) ?? String(item)).slice(0, maxSample)
  } catch {
    // No JSON value, which a caller's own parser may have made.
    return typeof item
  }
}

/** Every item is told, ignored or unread. */
export const readItems = (items: readonly unknown[], readItem: (item: unknown) => ItemReading): WebhookReading => {
  const events: LogEvent[] = []
  const samples: string[] = []
  let ignored = 0
  let unread = 0
  for (const item of items) {
    const reading = readItem(item)
    if (reading === 'ignored') ignored++
    else if (reading === 'unread') {
      unread++
      if (samples.length < maxSamples) samples.push(sampleOf(item))
    } else if ('kind' in reading) events.push(reading)
    else for (const event of reading) events.push(event)
  }
  return { events, ignored, unread, samples }
}

/** The service's word for what happened, as a kind of event; `ignored` for what is known and tells nothing of delivery. */
export type Words = ReadonlyMap<string, EventKind | 'ignored'>

export const wordsOf = (words: Partial<Readonly<Record<EventKind | 'ignored', readonly string[]>>>): Words => {
  const kinds = new Map<string, EventKind | 'ignored'>()
  for (const kind of [...eventKinds, 'ignored'] as const) for (const word of words[kind] ?? []) kinds.set(word, kind)
  return kinds
}
