import type { Context, Diagnoser } from '../diagnose/diagnose.ts'
import type { DeliveryEvent, EventKind, Outcome } from '../event/delivery-event.ts'
import type { Marks } from '../knowledge/knowledge.ts'
import { quotedIp, readFacts } from '../reply/facts.ts'
import { addressesOf, addressOf, findAddresses, sameAddress } from './addresses.ts'
import { rawMessage } from './bytes.ts'
import { parseDate } from './dates.ts'
import { recipientOf, typedValue } from './delivery-status.ts'
import { plainSender, verpRecipient, withoutVerp } from './envelope.ts'
import { readFeedback } from './feedback.ts'
import { type Headers, readHeaders } from './headers.ts'
import { isFromSystem, type Told, tellKind } from './kind.ts'
import { findMarks, type MarkFinder } from './marks.ts'
import { type Notice, readNotice } from './notice.ts'
import { partBytes } from './parts.ts'
import { codesInWords, findReason, type Reason, stageInTranscript } from './reason.ts'
import { placesFor, recipientsOf } from './recipients.ts'
import { readSesNotification, type SesRecipient } from './ses-notification.ts'
import { headerEvidence, markEvidence, verdictOn } from './verdict.ts'

export type MessageOptions = {
  /** Headers of the returned message to keep, by name (`X-Campaign-Id`). */
  readonly headers?: readonly string[] | undefined
}

/** What a message turned out to be. `events` is never empty unless it is unreadable: a message that is no notice gives one event of kind `other`. */
export type MessageReading = {
  readonly events: readonly DeliveryEvent[]
  /** The text that each event's diagnosis is about, by the event's place: its spans are places in it. */
  readonly texts: readonly string[]
  /** Set where not all of it was read (a limit was reached, a part was broken): why, in a sentence. The events are what was found. */
  readonly partial?: string
  /** Set where nothing in it could be read as a message: why, in a sentence. `events` is then empty. */
  readonly unreadable?: string
}

/** Reads one message: bytes as they were stored. Never throws on what they contain; linear in their number. */
export type MessageReader = (bytes: Uint8Array, options?: MessageOptions) => MessageReading

/** No server takes a message larger than this; of a larger one the beginning is read. */
export const maxMessageBytes: number = 64 * 1024 * 1024

/** An error text longer than this is a page; what is kept of it is its beginning. */
const maxDiagnosticLength = 4_096

const inOneLine = (text: string): string => text.slice(0, maxDiagnosticLength).replace(/\s+/g, ' ').trim()

type Draft = { -readonly [field in keyof DeliveryEvent]: DeliveryEvent[field] }
type Found = { readonly event: DeliveryEvent; readonly text: string }

export const buildMessageReader = (diagnoser: Diagnoser, marks: Marks): MessageReader => {
  const finder = findMarks(marks)
  return (bytes, options = {}) => {
    const partial = bytes.length > maxMessageBytes ? 'It is larger than 64 MB; the rest was not read.' : undefined
    const raw = rawMessage(partial === undefined ? bytes : bytes.subarray(0, maxMessageBytes))
    if (raw.text.trim() === '') return { events: [], texts: [], unreadable: 'It is empty.' }
    const headers = readHeaders(raw, 0, raw.text.length)
    if (headers.count === 0) return { events: [], texts: [], unreadable: 'It does not begin like a message: there is no header.' }
    const notice = readNotice(raw, headers, finder)
    const found = readEvents(diagnoser, finder, notice, options)
    const why = partial ?? notice.partial
    return { events: found.map(({ event }) => event), texts: found.map(({ text }) => text), ...(why === undefined ? {} : { partial: why }) }
  }
}

const readEvents = (diagnoser: Diagnoser, marks: MarkFinder, notice: Notice, options: MessageOptions): Found[] => {
  const { status, feedback } = notice
  if (feedback !== undefined) return fromFeedback(diagnoser, notice, feedback, options)
  if (status !== undefined && status.recipients.length > 0) return fromStatus(diagnoser, notice, status, options)
  const { headers, human } = notice
  const ofSes = readSesNotification(human.text)
  if (ofSes !== undefined) return fromSes(diagnoser, notice, ofSes, options)
  const told = tellKind(headers, human.text, marks, notice.returned !== undefined, () => hasKnownFailure(diagnoser, notice))
  if (notice.disposition !== undefined) return fromDisposition(diagnoser, notice, notice.disposition, told, options)
  if (notice.returned?.headers.has('x-hmxmroriginalrecipient') && told.kind === 'other')
    return fromFeedback(diagnoser, notice, readHeadersOf(''), options)
  switch (told.kind) {
    case 'failed':
    case 'delayed':
    case 'failed-or-delayed':
      return fromInner(diagnoser, marks, notice, options) ?? fromText(diagnoser, notice, told, options)
    case 'delivered':
      return orNobody(recipientsOf(notice)).map((recipient) => ({
        text: '',
        event: { ...base(notice, 'delivered', options), outcome: 'delivered', ...(recipient === undefined ? {} : { recipient }) }
      }))
    case 'auth-report':
      return [{ text: '', event: base(notice, 'auth-report', options) }]
    case 'other':
      return [{ text: '', event: { kind: 'other', direction: 'inbound', ...aboutNotice(notice.headers) } }]
    default:
      return fromAnswer(diagnoser, notice, told)
  }
}

/** A gateway that wrapped the notice of another server, and names no recipient itself. */
const fromInner = (diagnoser: Diagnoser, marks: MarkFinder, notice: Notice, options: MessageOptions): Found[] | undefined => {
  const { inner, human } = notice
  if (inner === undefined || human.mentions.some(({ kind }) => kind === 'line' || kind === 'label')) return undefined
  const raw = rawMessage(partBytes(inner.raw, inner.part))
  const headers = readHeaders(raw, 0, raw.text.length)
  if (!isFromSystem(headers)) return undefined
  const wrapped = readNotice(raw, headers, marks)
  return wrapped.status === undefined || wrapped.status.recipients.length === 0
    ? undefined
    : fromStatus(diagnoser, wrapped, wrapped.status, options)
}

const readHeadersOf = (text: string): Headers => {
  const raw = rawMessage(new TextEncoder().encode(text))
  return readHeaders(raw, 0, raw.text.length)
}

/** A notice that names nobody is an event all the same. */
const orNobody = (recipients: readonly string[]): readonly (string | undefined)[] => (recipients.length === 0 ? [undefined] : recipients)

/** Notices and automatic answers name the message that they answer (RFC 5322 §3.6.4). */
const answeredId = (headers: Headers): string | undefined =>
  /<([^<>\s]{1,998})>/.exec(headers.get('in-reply-to') ?? headers.get('references') ?? '')?.[1]

/** Of a notice that is about no other message: its own id, subject and time. */
const aboutNotice = (headers: Headers): Partial<DeliveryEvent> => {
  const messageId = /<([^<>\s]{1,998})>/.exec(headers.get('message-id') ?? '')?.[1]
  const subject = headers.text('subject')
  const time = parseDate(headers.get('date'))
  const sender = addressOf(headers.text('from'))
  return {
    ...(messageId === undefined ? {} : { messageId }),
    ...(subject === undefined ? {} : { subject }),
    ...(time === undefined ? {} : { time }),
    ...(sender === undefined ? {} : { sender })
  }
}

/** What every event of a notice shares: the returned message, the envelope sender, the time. */
const base = (notice: Notice, kind: EventKind, { headers: wanted }: MessageOptions): Draft => {
  const { returned, status, headers } = notice
  const event: Draft = { kind, direction: 'outbound' }
  const xSender = recipientOf(status?.perMessage.get('x-postfix-sender'))
  const sender = xSender ?? returned?.sender ?? senderInWords(notice) ?? addressOf(headers.get('to'))
  if (sender !== undefined) event.sender = withoutVerp(plainSender(sender))
  const messageId = returned?.messageId ?? notice.human.messageId ?? answeredId(headers)
  if (messageId !== undefined) event.messageId = messageId
  const subject = returned?.subject ?? notice.human.subject
  if (subject !== undefined) event.subject = subject
  if (returned?.listId !== undefined) event.listId = returned.listId
  const reporting = typedValue(status?.perMessage.get('reporting-mta'))?.value
  if (reporting !== undefined && reporting !== '') event.reportingMta = hostOf(reporting)
  const queue =
    status?.perMessage.get('x-postfix-queue-id') ?? [...(status?.perMessage ?? [])].find(([name]) => /^x-.*queue-?id$/.test(name))?.[1]
  if (queue !== undefined) event.queueId = queue
  const time = parseDate(status?.perMessage.get('arrival-date')) ?? parseDate(headers.get('date'))
  if (time !== undefined) event.time = time
  if (wanted !== undefined && wanted.length > 0) {
    const kept: Record<string, string> = {}
    for (const name of wanted) {
      const value = returned?.headers.text(name.toLowerCase()) ?? headers.text(name.toLowerCase())
      if (value !== undefined) kept[name.toLowerCase()] = value
    }
    event.headers = kept
  }
  return event
}

/** "Return-Path: <…>" and the like in the notice's own words. */
const senderInWords = ({ human }: Notice): string | undefined =>
  human.mentions.find(({ kind, from }) => kind === 'sender' && /return-path|envelope/i.test(human.text.slice(from, from + 40)))?.address

/** `mx.example.com (192.0.2.1)`, `[192.0.2.1]`, `mx.example.com.`: the name alone. */
const hostOf = (value: string): string =>
  value
    .replace(/^<|>$/g, '')
    .trim()
    .split(/[\s(|]/)[0]
    ?.replace(/\.$/, '') ?? value

const withReason = (event: Draft, reason: Reason | undefined, told: string | undefined): Found => {
  if (reason === undefined) return { event, text: '' }
  const { diagnosis, text } = reason
  event.diagnosis = diagnosis
  if (diagnosis.stage !== undefined) event.stage = diagnosis.stage
  const near = diagnosis.replyCode === undefined || diagnosis.status === undefined ? codesInWords(text) : {}
  const replyCode = diagnosis.replyCode ?? near.replyCode
  if (replyCode !== undefined) event.replyCode = replyCode
  const status =
    told === undefined || isPseudo(told)
      ? (diagnosis.status ?? (sameClass(near.status, replyCode) ? near.status : undefined) ?? told)
      : told
  if (status !== undefined) event.status = status
  const remoteMta = event.remoteMta ?? diagnosis.facts.remoteMta
  if (remoteMta !== undefined) event.remoteMta = remoteMta
  const localIp = diagnosis.facts.localIp ?? quotedIp(text.slice(0, maxDiagnosticLength), diagnosis.facts.remoteIp)
  if (localIp !== undefined) event.localIp = localIp
  event.diagnosticCode = inOneLine(text)
  return { event, text }
}

/** x.0.0 says only the class (RFC 3463 §3.1). */
const isPseudo = (status: string): boolean => /^[245]\.0\.0$/.test(status)

/** A status of another class than the reply is about something else. */
const sameClass = (status: string | undefined, replyCode: number | undefined): boolean =>
  status !== undefined && (replyCode === undefined || Number(status[0]) === Math.floor(replyCode / 100))

const outcomeOf = (kind: EventKind, reason: Reason | undefined): Outcome | undefined => {
  if (kind === 'delayed') return 'pending'
  if (kind === 'delivered') return 'delivered'
  if (kind !== 'failed') return undefined
  const diagnosis = reason?.diagnosis
  return diagnosis?.detail === 'expired' || diagnosis?.cause === 'delivery-expired' || diagnosis?.permanence === 'transient'
    ? 'expired'
    : 'failed'
}

const finish = (diagnoser: Diagnoser, event: Draft, found: Reason | undefined, told: string | undefined): Found => {
  const reason = asFailure(diagnoser, event.kind, found)
  const outcome = outcomeOf(event.kind, reason)
  if (outcome !== undefined) event.outcome = outcome
  return withReason(event, outcome === 'expired' ? whereItEnded(reason) : reason, told)
}

/** Words that no rule knows, in a notice that says that mail failed: undetermined, and not "no error", as they would be by themselves. */
const asFailure = ({ causeOf }: Diagnoser, kind: EventKind, reason: Reason | undefined): Reason => {
  const known = reason?.diagnosis
  if (reason !== undefined && known !== undefined && !(known.confidence === 'none' && known.detail !== undefined)) return reason
  const { id, group, party, action } = causeOf('undetermined')
  const { detail: _left, ...rest } = known ?? { facts: {}, confidence: 'none' as const, evidence: [] }
  const diagnosis = { ...rest, cause: id, group, party, action: kind === 'delayed' ? ('retry' as const) : action }
  return { text: reason?.text ?? '', diagnosis }
}

/** A failure over replies that were transient: the queue gave up, and the cause is what stood in the way until then. */
const whereItEnded = (reason: Reason | undefined): Reason | undefined => {
  const diagnosis = reason?.diagnosis
  if (reason === undefined || diagnosis === undefined || diagnosis.detail !== undefined || diagnosis.confidence === 'none') return reason
  return diagnosis.cause === 'delivery-expired' ? reason : { text: reason.text, diagnosis: { ...diagnosis, detail: 'expired' } }
}

const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const

const statusOf = (value: string | undefined): string | undefined => /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(value ?? '')?.[1]

const fromStatus = (diagnoser: Diagnoser, notice: Notice, status: NonNullable<Notice['status']>, options: MessageOptions): Found[] => {
  const found: Found[] = []
  for (const fields of status.recipients) {
    const told = statusOf(fields.get('status'))
    const action = actions.find((name) => new RegExp(`^\\s*${name}`, 'i').test(fields.get('action') ?? ''))
    const byStatus = told?.startsWith('4') ? 'delayed' : told?.startsWith('2') ? 'delivered' : 'failed'
    const kind = action ?? byStatus
    const event = base(notice, kind, options)
    const final = recipientOf(fields.get('final-recipient')) ?? recipientOf(fields.get('x-actual-recipient'))
    const original = recipientOf(fields.get('original-recipient'))
    const recipient = chooseRecipient(final, original) ?? onlyOne(recipientsOf(notice), status.recipients.length) ?? final ?? original
    if (recipient !== undefined) event.recipient = recipient
    if (original !== undefined && original !== recipient) event.originalRecipient = original
    if (action !== undefined) event.dsnAction = action
    const remote = typedValue(fields.get('remote-mta'))?.value
    if (remote !== undefined && remote !== '') event.remoteMta = hostOf(remote)
    const time = parseDate(fields.get('last-attempt-date'))
    if (time !== undefined) event.time = time
    if (kind === 'failed' || kind === 'delayed') {
      const diagnostic = typedValue(fields.get('diagnostic-code'))
      const context: Context = {
        recipient,
        ...(told === undefined || isPseudo(told) ? {} : { status: told }),
        ...(event.remoteMta === undefined ? {} : { remoteMta: event.remoteMta })
      }
      const comment = /\(([^()]{8,400})\)/.exec(fields.get('status') ?? '')?.[1]
      const reason = findReason(diagnoser, placesFor(notice, recipient, [diagnostic?.value, comment], told), context)
      found.push(withStage(finish(diagnoser, event, reason, told), notice))
    } else {
      if (told !== undefined) event.status = told
      const said = typedValue(fields.get('diagnostic-code'))?.value
      const code = /^[2-5]\d\d(?=[ -]|$)/.exec(said ?? '')?.[0]
      if (code !== undefined) event.replyCode = Number(code)
      if (said !== undefined && said !== '') event.diagnosticCode = inOneLine(said)
      const outcome = outcomeOf(kind, undefined)
      if (outcome !== undefined) event.outcome = outcome
      found.push({ event, text: '' })
    }
  }
  return found
}

/** The final recipient (RFC 3464 §2.3.2), unless it is a name inside the server (`user@server`, `user`) and the original is an address. */
const chooseRecipient = (final: string | undefined, original: string | undefined): string | undefined =>
  isPublic(final) ? final : isPublic(original) ? original : [final, original].find((address) => address?.includes('@'))

const isPublic = (address: string | undefined): boolean => address !== undefined && /@.*[.:]/.test(address)

const onlyOne = (list: readonly string[], recipients: number): string | undefined =>
  list.length === 1 && recipients === 1 ? list[0] : undefined

const withStage = (found: Found, notice: Notice): Found => {
  if (found.event.stage !== undefined || found.text === '') return found
  const stage = stageInTranscript(notice.text, found.event.diagnosis?.evidence[0]?.words ?? found.text)
  return stage === undefined ? found : { text: found.text, event: { ...found.event, stage } }
}

const isoTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/

const fromSes = (diagnoser: Diagnoser, notice: Notice, recipients: readonly SesRecipient[], options: MessageOptions): Found[] =>
  recipients.map(({ kind, recipient, status, diagnosticCode, time, messageId, subject, sender, feedbackType }) => {
    const event = { ...base(notice, kind, options), recipient }
    if (time !== undefined && isoTime.test(time)) event.time = time
    if (messageId !== undefined) event.messageId = messageId
    if (subject !== undefined) event.subject = subject
    if (sender !== undefined) event.sender = withoutVerp(plainSender(sender))
    if (kind === 'failed') {
      const context: Context = { recipient, ...(status === undefined || isPseudo(status) ? {} : { status }) }
      return finish(
        diagnoser,
        event,
        findReason(diagnoser, [typedValue(diagnosticCode)?.value, status === undefined ? undefined : `${status} `], context),
        status
      )
    }
    if (kind === 'delivered') return { event: { ...event, outcome: 'delivered' as const }, text: '' }
    const text = `Feedback-Type: ${feedbackType ?? 'abuse'}`
    return {
      event: {
        ...event,
        diagnosis: verdictOn(diagnoser, 'complaint-or-unsubscribe', 'complaint', headerEvidence('feedback-type', text, 'RFC 5965'))
      },
      text
    }
  })

/** A failure that the text tells of a recipient: what makes an unknown notice one. */
const hasKnownFailure = (diagnoser: Diagnoser, notice: Notice): boolean => {
  const [recipient] = recipientsOf(notice)
  if (recipient === undefined) return false
  const reason = findReason(diagnoser, placesFor(notice, recipient, [], undefined), { recipient })
  return reason !== undefined && (reason.diagnosis.confidence === 'certain' || reason.diagnosis.confidence === 'likely')
}

const fromText = (diagnoser: Diagnoser, notice: Notice, told: Told, options: MessageOptions): Found[] => {
  const recipients = recipientsOf(notice)
  return orNobody(recipients).map((recipient) => {
    const reason = findReason(diagnoser, placesFor(notice, recipient, [], undefined), { recipient })
    const kind =
      told.kind === 'delayed' || (told.kind === 'failed-or-delayed' && reason?.diagnosis.permanence !== 'permanent') ? 'delayed' : 'failed'
    const event = base(notice, kind, options)
    if (recipient !== undefined) event.recipient = recipient
    const found = withStage(finish(diagnoser, event, reason, undefined), notice)
    return recipients.length > 1 ? found : { ...found, event: { ...found.event, ...missing(found.event, notice.human.text) } }
  })
}

/** A notice about one recipient may name codes and server far from the words that tell the cause. */
const missing = (
  { replyCode, status, remoteMta }: DeliveryEvent,
  text: string
): Pick<DeliveryEvent, 'replyCode' | 'status' | 'remoteMta'> => {
  const near = replyCode === undefined ? codesInWords(text) : { replyCode }
  const both = status ?? (sameClass(near.status, near.replyCode) ? near.status : undefined)
  const host = remoteMta ?? readFacts(text, 0, text.length).remoteMta
  return {
    ...(near.replyCode === undefined ? {} : { replyCode: near.replyCode }),
    ...(both === undefined ? {} : { status: both }),
    ...(host === undefined ? {} : { remoteMta: host })
  }
}

/** A disposition notification (RFC 8098): a receipt, unless it says that a filter of the recipient refused the message (RFC 5429). */
const fromDisposition = (diagnoser: Diagnoser, notice: Notice, disposition: Headers, told: Told, options: MessageOptions): Found[] => {
  const recipient = recipientOf(disposition.get('final-recipient')) ?? recipientOf(disposition.get('original-recipient'))
  const refused = /automatic-action\/[^;]*;\s*(?:deleted|denied|failed)/i.test(disposition.get('disposition') ?? '')
  const reason = refused ? findReason(diagnoser, placesFor(notice, recipient, [], undefined), { recipient }) : undefined
  const known = reason !== undefined && reason.diagnosis.confidence !== 'none'
  // A receipt for a message that was deleted unread is not a refusal; it says nothing about one.
  const saysSo = told.kind === 'failed' || /rejected/i.test(notice.headers.get('auto-submitted') ?? '')
  if (!refused || !(known || saysSo))
    return [{ text: '', event: { ...base(notice, 'other', options), ...(recipient === undefined ? {} : { recipient }) } }]
  const event = base(notice, 'failed', options)
  if (recipient !== undefined) event.recipient = recipient
  const words = disposition.get('disposition') ?? ''
  const byFilter = {
    text: words,
    diagnosis: verdictOn(diagnoser, 'recipient-refused', undefined, headerEvidence('disposition', words, 'RFC 5429'))
  }
  return [finish(diagnoser, event, known ? reason : byFilter, undefined)]
}

const fromFeedback = (diagnoser: Diagnoser, notice: Notice, fields: Headers, options: MessageOptions): Found[] => {
  const feedback = readFeedback(fields, notice.returned)
  const { kind, type } = feedback
  const text = `Feedback-Type: ${type === '' ? 'abuse' : type}`
  const detail = kind === 'complaint' || kind === 'unsubscribe' ? kind : undefined
  const diagnosis =
    detail === undefined
      ? undefined
      : verdictOn(diagnoser, 'complaint-or-unsubscribe', detail, headerEvidence('feedback-type', text, 'RFC 5965'))
  return orNobody(feedback.recipients).map((recipient) => {
    const event = base(notice, kind, options)
    if (type !== '') event.feedbackType = type
    if (recipient !== undefined) event.recipient = recipient
    if (feedback.sender !== undefined) event.sender = withoutVerp(feedback.sender)
    if (feedback.reportingMta !== undefined) event.reportingMta = feedback.reportingMta
    if (feedback.sourceIp !== undefined) event.localIp = feedback.sourceIp
    const time = parseDate(feedback.arrival)
    if (time !== undefined) event.time = time
    if (diagnosis !== undefined) {
      event.diagnosis = diagnosis
      event.diagnosticCode = inOneLine(text)
    }
    return { event, text }
  })
}

const causeOfKind = {
  'auto-reply': 'auto-reply',
  challenge: 'auto-reply',
  'address-changed': 'auto-reply',
  unsubscribe: 'complaint-or-unsubscribe'
} as const

/** An automatic answer, a challenge, a change of address, a wish to be unsubscribed: about the person who answered. */
const fromAnswer = (diagnoser: Diagnoser, notice: Notice, told: Told): Found[] => {
  const { headers, human } = notice
  const kind = told.kind as keyof typeof causeOfKind
  const sender = addressOf(headers.get('to'))
  const recipient = addressOf(headers.text('reply-to')) ?? addressOf(headers.text('from'))
  const subject = headers.text('subject') ?? ''
  const inSubject = told.mark?.mark.where === 'subject'
  const text =
    told.mark === undefined
      ? `${told.header}: ${headers.get(told.header ?? '') ?? ''}`
      : inSubject
        ? subject
        : human.text.slice(0, Math.max(maxDiagnosticLength, told.mark.to))
  const evidence =
    told.mark === undefined
      ? headerEvidence(told.header ?? 'auto-submitted', text, 'RFC 3834')
      : markEvidence(told.mark, inSubject ? subject : human.text)
  const event: Draft = { kind, direction: 'outbound' }
  const from = addressOf(headers.text('from')) ?? recipient
  if (from !== undefined) event.recipient = verpRecipient(from) ?? from
  if (sender !== undefined) event.sender = withoutVerp(plainSender(sender))
  const answered = answeredId(headers)
  if (answered !== undefined) event.messageId = answered
  event.subject = subject
  const time = parseDate(headers.get('date'))
  if (time !== undefined) event.time = time
  if (kind === 'address-changed') {
    const next = newAddress(human.text, told, [...addressesOf([headers.get('from') ?? '', headers.get('to') ?? ''])])
    if (next !== undefined) event.newRecipient = next
  }
  event.diagnosis = verdictOn(diagnoser, causeOfKind[kind], kind === 'unsubscribe' ? 'unsubscribe' : (told.detail ?? 'vacation'), evidence)
  event.diagnosticCode = inOneLine(text)
  return [{ event, text }]
}

/** The first address behind the words that announce it that is neither the old one nor ours. */
const newAddress = (text: string, told: Told, old: readonly string[]): string | undefined => {
  const from = told.mark?.mark.where === 'text' ? told.mark.from : 0
  const all = findAddresses(text).filter(({ address }) => !old.some((known) => sameAddress(known, address)))
  return (all.find((hit) => hit.from >= from) ?? all[0])?.address
}
