import type { RawMessage } from './bytes.ts'
import { rawMessage } from './bytes.ts'
import { type DeliveryStatus, parseDeliveryStatus } from './delivery-status.ts'
import { type Headers, readHeaders } from './headers.ts'
import { htmlToText } from './html.ts'
import { type Human, readHuman } from './human.ts'
import { isBulk, isFromSystem, isPersonal } from './kind.ts'
import type { MarkFinder } from './marks.ts'
import { holdsReturned, type Part, partText, readParts } from './parts.ts'
import { type Returned, returnedOfPart } from './returned.ts'

/** A message taken apart: what people read, what programs read, and the message that came back. */
export type Notice = {
  readonly headers: Headers
  readonly human: Human
  /** The text of HTML parts, where there was plain text too. */
  readonly otherText: string
  readonly returned: Returned | undefined
  readonly status: DeliveryStatus | undefined
  readonly feedback: Headers | undefined
  readonly disposition: Headers | undefined
  readonly partial: string | undefined
  /** The returned message whole, where it came back as a part: a gateway may have wrapped the notice itself. */
  readonly inner: { readonly raw: RawMessage; readonly part: Part } | undefined
}

const isStatus = (type: string): boolean => /^message\/(?:delivery-status|global-delivery-status|deliverystatus)$/.test(type)
const isFeedback = (type: string): boolean => type === 'message/feedback-report' || type === 'application/feedback-report'
const isDisposition = (type: string): boolean => /^message\/(?:global-)?disposition-notification$/.test(type)

/** Plain text shorter than this beside HTML is a placeholder ("This message is in HTML"). */
const minText = 40

/** All human parts together; a notice has one or two. */
const maxText = 256 * 1024

const fieldsOf = (text: string): Headers => {
  const raw = rawMessage(new TextEncoder().encode(text.replace(/\n[ \t]*\n/g, '\n').replace(/^\n+/, '')))
  return readHeaders(raw, 0, raw.text.length)
}

export const readNotice = (raw: RawMessage, headers: Headers, marks: MarkFinder): Notice => {
  const { parts, partial } = readParts(raw, headers, raw.text.length)
  const statusPart = parts.find(({ type }) => isStatus(type))
  const feedbackPart = parts.find(({ type }) => isFeedback(type))
  const dispositionPart = parts.find(({ type }) => isDisposition(type))
  const returnedPart = parts.find(holdsReturned)
  const { plain, html } = textsOf(raw, parts, returnedPart)
  const usesHtml = plain.trim().length < minText && html.trim().length > plain.trim().length
  const text = usesHtml ? html : plain
  const mayBeFlat = statusPart === undefined && (isFromSystem(headers) || !(isBulk(headers) || isPersonal(headers)))
  const flat = mayBeFlat ? statusInText(text) : undefined
  const human = readHuman(flat === undefined ? text : text.slice(0, flat.from), marks)
  const returned = returnedPart === undefined ? undefined : returnedOfPart(raw, returnedPart)
  const status = statusPart === undefined ? flat?.status : parseDeliveryStatus(partText(raw, statusPart))
  return {
    headers,
    human,
    otherText: usesHtml ? plain : html,
    returned: returned === undefined || returned.headers.count === 0 ? human.returned : returned,
    status,
    feedback: feedbackPart === undefined ? undefined : fieldsOf(partText(raw, feedbackPart)),
    disposition: dispositionPart === undefined ? undefined : fieldsOf(partText(raw, dispositionPart)),
    partial,
    inner: returnedPart === undefined ? undefined : { raw, part: returnedPart }
  }
}

/** The parts that people read; what follows the returned message is a footer, unless nothing stands before it. */
const textsOf = (raw: RawMessage, parts: readonly Part[], returned: Part | undefined): { plain: string; html: string } => {
  const readable = parts.filter(
    ({ type, attached }) =>
      !attached && (type === 'text/plain' || type === 'text/html' || type === 'text/enriched' || type === 'text/x-plain')
  )
  const before = returned === undefined ? readable : readable.filter((part) => part.from < returned.from)
  const chosen =
    before.length === 0
      ? readable.length === 0
        ? parts.filter(({ type }) => type.startsWith('text/') && !holdsReturned({ type } as Part))
        : readable
      : before
  let plain = ''
  let html = ''
  for (const part of chosen) {
    if (plain.length + html.length > maxText) break
    const text = partText(raw, part)
    if (part.type === 'text/html' || (part.type === 'text/plain' && /^\s*<(?:!doctype html|html)/i.test(text.slice(0, 200))))
      html += `${html === '' ? '' : '\n\n'}${htmlToText(text)}`
    else plain += `${plain === '' ? '' : '\n\n'}${text}`
  }
  return { plain, html }
}

/** The fields of a report that was flattened into text, and where they begin. */
const statusInText = (text: string): { status: DeliveryStatus; from: number } | undefined => {
  const start = /^(?:Reporting-MTA|Final-Recipient|Original-Recipient): /im.exec(text)
  if (start === null || !/^Final-Recipient: /im.test(text) || !/^(?:Action|Status): /im.test(text)) return undefined
  return { status: parseDeliveryStatus(text.slice(start.index)), from: start.index }
}
