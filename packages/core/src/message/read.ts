import type { Diagnoser } from '../diagnose/diagnose.ts'
import type { DeliveryEvent } from '../event/delivery-event.ts'
import type { Marks } from '../knowledge/knowledge.ts'
import { rawMessage } from './bytes.ts'
import { aboutNotice, draftOf, type Found, orNobody } from './draft.ts'
import { fromAnswer } from './from-answer.ts'
import { fromFeedback } from './from-feedback.ts'
import { fromSes } from './from-ses.ts'
import { fromStatus } from './from-status.ts'
import { fromDisposition, fromText, hasEntry, hasKnownFailure } from './from-text.ts'
import { type Headers, readHeaders } from './headers.ts'
import { isFromSystem, tellKind } from './kind.ts'
import { findMarks, type MarkFinder } from './marks.ts'
import { type Notice, readNotice } from './notice.ts'
import { partBytes } from './parts.ts'
import { recipientsOf } from './recipients.ts'
import { readSesNotification } from './ses-notification.ts'

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

export const buildMessageReader = (diagnoser: Diagnoser, marks: Marks): MessageReader => {
  const finder = findMarks(marks)
  return (bytes, { headers: wanted } = {}) => {
    const partial = bytes.length > maxMessageBytes ? 'It is larger than 64 MB; the rest was not read.' : undefined
    const raw = rawMessage(partial === undefined ? bytes : bytes.subarray(0, maxMessageBytes))
    if (raw.text.trim() === '') return { events: [], texts: [], unreadable: 'It is empty.' }
    const headers = readHeaders(raw, 0, raw.text.length)
    if (headers.count === 0) return { events: [], texts: [], unreadable: 'It does not begin like a message: there is no header.' }
    const notice = readNotice(raw, headers, finder)
    const found = readEvents(diagnoser, finder, notice, wanted)
    const why =
      partial ??
      notice.partial ??
      (notice.status !== undefined ? notice.status.partial : notice.feedback === undefined ? notice.human.partial : undefined) ??
      (holdsMore(raw.text, headers.end) ? 'It holds more messages than this one; whybounce events reads them all.' : undefined)
    return { events: found.map(({ event }) => event), texts: found.map(({ text }) => text), ...(why === undefined ? {} : { partial: why }) }
  }
}

/** Behind the headers another message begins as in an mbox: a line with sender and date behind an empty one, then a header. */
const holdsMore = (text: string, from: number): boolean =>
  text.startsWith('From ') && /\n\nFrom \S{1,320} [^\n]{10,80}\d{4}[^\n]{0,20}\n[A-Za-z][A-Za-z0-9-]{1,60}:/.test(text.slice(from))

const readEvents = (diagnoser: Diagnoser, marks: MarkFinder, notice: Notice, wanted: readonly string[] | undefined): Found[] => {
  const { status, feedback } = notice
  if (feedback !== undefined) return fromFeedback(diagnoser, notice, feedback, wanted)
  const { headers, human } = notice
  const hasStatus = status !== undefined && status.recipients.length > 0
  if (hasStatus && (!notice.isFlat || isFromSystem(headers))) return fromStatus(diagnoser, notice, status, wanted)
  const ofSes = isFromAmazon(headers) ? readSesNotification(human.text) : undefined
  if (ofSes !== undefined) return fromSes(diagnoser, notice, ofSes, wanted)
  const told = tellKind(headers, human.text, marks, {
    hasReturned: notice.returned !== undefined,
    namesRecipient: () => recipientsOf(notice).length > 0,
    hasFailure: () => hasKnownFailure(diagnoser, notice),
    hasEntry: () => hasEntry(diagnoser, notice)
  })
  if (hasStatus && told.kind !== 'other') return fromStatus(diagnoser, notice, status, wanted)
  if (notice.disposition !== undefined) return fromDisposition(diagnoser, notice, notice.disposition, told, wanted)
  if (notice.returned?.headers.has('x-hmxmroriginalrecipient') && told.kind === 'other')
    return fromFeedback(diagnoser, notice, readHeadersOf(''), wanted)
  switch (told.kind) {
    case 'failed':
    case 'delayed':
    case 'failed-or-delayed':
      return fromInner(diagnoser, marks, notice, wanted) ?? fromText(diagnoser, notice, told, wanted)
    case 'delivered':
      return orNobody(recipientsOf(notice)).map((recipient) => ({
        text: '',
        event: { ...draftOf(notice, 'delivered', wanted), outcome: 'delivered', ...(recipient === undefined ? {} : { recipient }) }
      }))
    case 'auth-report':
      return [{ text: '', event: draftOf(notice, 'auth-report', wanted) }]
    case 'other':
      return [{ text: '', event: { kind: 'other', direction: 'inbound', ...aboutNotice(notice.headers) } }]
    default:
      return fromAnswer(diagnoser, notice, told)
  }
}

/** Anybody can paste such JSON; Amazon SNS mails it. */
const isFromAmazon = (headers: Headers): boolean =>
  /@(?:[\w-]+\.){0,4}amazon(?:aws|ses)\.com>?\s*$/i.test((headers.get('from') ?? '').slice(0, 1_000))

/** A gateway that wrapped the notice of another server, and names no recipient itself. */
const fromInner = (diagnoser: Diagnoser, marks: MarkFinder, notice: Notice, wanted: readonly string[] | undefined): Found[] | undefined => {
  const { inner, human } = notice
  if (inner === undefined || human.mentions.some(({ kind }) => kind === 'line' || kind === 'label')) return undefined
  const raw = rawMessage(partBytes(inner.raw, inner.part))
  const headers = readHeaders(raw, 0, raw.text.length)
  if (!isFromSystem(headers)) return undefined
  const wrapped = readNotice(raw, headers, marks)
  return wrapped.status === undefined || wrapped.status.recipients.length === 0
    ? undefined
    : fromStatus(diagnoser, wrapped, wrapped.status, wanted)
}

const readHeadersOf = (text: string): Headers => {
  const raw = rawMessage(new TextEncoder().encode(text))
  return readHeaders(raw, 0, raw.text.length)
}
