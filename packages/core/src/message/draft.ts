import type { DeliveryEvent, EventKind } from '../event/delivery-event.ts'
import { addressOf } from './addresses.ts'
import { parseDate } from './dates.ts'
import { recipientOf, typedValue } from './delivery-status.ts'
import { plainSender, withoutVerp } from './envelope.ts'
import type { Headers } from './headers.ts'
import type { Notice } from './notice.ts'

/** An event while it is being filled. */
export type Draft = { -readonly [field in keyof DeliveryEvent]: DeliveryEvent[field] }

/** An event and the text that its diagnosis is about. */
export type Found = { readonly event: DeliveryEvent; readonly text: string }

/** An error text longer than this is a page; what is kept of it is its beginning. */
export const maxDiagnosticLength: number = 4_096

export const inOneLine = (text: string): string => {
  const near = text.length > maxDiagnosticLength ? text.slice(0, maxDiagnosticLength) : text
  return /[^\S ]| {2}/.test(near) ? near.replace(/\s+/g, ' ').trim() : near.trim()
}

/** A notice that names nobody is an event all the same. */
export const orNobody = (recipients: readonly string[]): readonly (string | undefined)[] =>
  recipients.length === 0 ? [undefined] : recipients

/** Notices and automatic answers name the message that they answer (RFC 5322 §3.6.4). */
export const answeredId = (headers: Headers): string | undefined =>
  /<([^<>\s]{1,998})>/.exec(headers.get('in-reply-to') ?? headers.get('references') ?? '')?.[1]

/** Of a notice that is about no other message: its own id, subject and time. */
export const aboutNotice = (headers: Headers): Partial<DeliveryEvent> => {
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
export const draftOf = (notice: Notice, kind: EventKind, wanted: readonly string[] | undefined): Draft => {
  const { returned, status, headers } = notice
  const event: Draft = { kind, direction: 'outbound' }
  const xSender = recipientOf(status?.perMessage.get('x-postfix-sender'))
  // A notice goes to the envelope sender (RFC 5321 §6.1); From may be another.
  const envelope = xSender ?? (returned?.hasEnvelope ? returned.sender : undefined) ?? senderInWords(notice)
  const sender = envelope ?? addressOf(headers.get('delivered-to')) ?? addressOf(headers.get('to')) ?? returned?.sender
  if (sender !== undefined) event.sender = withoutVerp(plainSender(sender))
  const messageId = returned?.messageId ?? notice.human.messageId() ?? answeredId(headers)
  if (messageId !== undefined) event.messageId = messageId
  const subject = returned?.subject ?? notice.human.subject()
  if (subject !== undefined) event.subject = subject
  if (returned?.listId !== undefined) event.listId = returned.listId
  const reporting = typedValue(status?.perMessage.get('reporting-mta'))?.value
  if (reporting !== undefined && reporting !== '') event.reportingMta = hostOf(reporting)
  const queue =
    status?.perMessage.get('x-postfix-queue-id') ?? [...(status?.perMessage ?? [])].find(([name]) => /^x-.*queue-?id$/.test(name))?.[1]
  if (queue !== undefined) event.queueId = queue
  // Arrival-Date (RFC 3464 §2.2.5) is when our message came in: days before its queue gives up.
  const time = parseDate(headers.get('date')) ?? parseDate(status?.perMessage.get('arrival-date'))
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
export const hostOf = (value: string): string =>
  value
    .replace(/^<|>$/g, '')
    .trim()
    .split(/[\s(|]/)[0]
    ?.replace(/\.$/, '') ?? value
