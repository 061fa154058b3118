import type { RawMessage } from './bytes.ts'
import { rawMessage } from './bytes.ts'
import { type DeliveryStatus, parseDeliveryStatus } from './delivery-status.ts'
import { type Headers, readHeaders } from './headers.ts'
import { htmlToText } from './html.ts'
import { type Human, readHuman } from './human.ts'
import { isBulk, isFromSystem, isPersonal } from './kind.ts'
import { lazily } from './lazily.ts'
import type { MarkFinder } from './marks.ts'
import { endsBroken, holdsReturned, isStatus, type Part, partialOf, partText, readParts } from './parts.ts'
import { type Returned, returnedOfPart } from './returned.ts'

/** A message taken apart: what people read, what programs read, and the message that came back. */
export type Notice = {
  readonly headers: Headers
  readonly human: Human
  /** All that people read, the returned message in it included where it has no part of its own. */
  readonly text: string
  /** The text of HTML parts, where there was plain text too. */
  readonly otherText: () => string
  readonly returned: Returned | undefined
  readonly status: DeliveryStatus | undefined
  /** Its fields stand in the text, where people quote them, too, and not in a part of their own. */
  readonly isFlat: boolean
  readonly feedback: Headers | undefined
  readonly disposition: Headers | undefined
  readonly partial: string | undefined
  /** The returned message whole, where it came back as a part: a gateway may have wrapped the notice itself. */
  readonly inner: { readonly raw: RawMessage; readonly part: Part } | undefined
}

const isFeedback = (type: string): boolean => type === 'message/feedback-report' || type === 'application/feedback-report'
const isDisposition = (type: string): boolean => /^message\/(?:global-)?disposition-notification$/.test(type)

/** Plain text shorter than this beside HTML is a placeholder ("This message is in HTML"). */
const minText = 40

/** All human parts together; a notice has one or two. */
const maxText = 256 * 1024

/** The fields of a report, empty lines between them or not. */
const fieldsOf = (raw: RawMessage, part: Part): Headers => {
  const text = partText(raw, part)
    .replace(/\n(?:[ \t]*\n)+/g, '\n')
    .replace(/^\n+/, '')
  // The line end of the last field belongs to the boundary (RFC 2046 §5.1.1); where there is no boundary, the field may be half of one.
  const whole = text.endsWith('\n') || endsBroken(raw, part) || partialOf(part) !== undefined ? text : `${text}\n`
  const fields = rawMessage(new TextEncoder().encode(whole))
  return readHeaders(fields, 0, fields.text.length)
}

export const readNotice = (raw: RawMessage, headers: Headers, marks: MarkFinder): Notice => {
  const { parts, partial } = readParts(raw, headers, raw.text.length)
  const statusPart = parts.find(isStatus)
  const feedbackPart = parts.find(({ type }) => isFeedback(type))
  const dispositionPart = parts.find(({ type }) => isDisposition(type))
  const returnedPart = parts.find(holdsReturned)
  const texts = lazily(() => {
    const { plain, html } = textsOf(raw, parts, returnedPart)
    const usesHtml = plain.trim().length < minText && html().trim().length > plain.trim().length
    return usesHtml ? { text: html(), other: () => plain } : { text: plain, other: html }
  })
  const mayBeFlat = statusPart === undefined && (isFromSystem(headers) || !(isBulk(headers) || isPersonal(headers)))
  const flat = mayBeFlat ? statusInText(texts().text) : undefined
  const human = lazily(() =>
    readHuman(flat === undefined ? texts().text : texts().text.slice(0, flat.from), marks, returnedPart !== undefined)
  )
  const ofPart = returnedPart === undefined ? undefined : returnedOfPart(raw, returnedPart)
  const feedback = feedbackPart === undefined ? undefined : fieldsOf(raw, feedbackPart)
  const disposition = dispositionPart === undefined ? undefined : fieldsOf(raw, dispositionPart)
  // Of texts the beginning is enough: what follows it is the returned message. Of fields none may be missing.
  const reports = [statusPart, feedbackPart, dispositionPart].filter((part) => part !== undefined)
  const returned = (): Returned | undefined => (ofPart === undefined || ofPart.headers.count === 0 ? human().returned : ofPart)
  return {
    headers,
    get human() {
      return human()
    },
    get text() {
      return texts().text
    },
    otherText: () => texts().other(),
    get returned() {
      return returned()
    },
    status: statusPart === undefined ? flat?.status : parseDeliveryStatus(partText(raw, statusPart)),
    isFlat: flat !== undefined,
    feedback,
    disposition,
    partial:
      headers.partial ??
      partial ??
      reports.map(partialOf).find((why) => why !== undefined) ??
      feedback?.partial ??
      disposition?.partial ??
      ofPart?.headers.partial,
    inner: returnedPart === undefined ? undefined : { raw, part: returnedPart }
  }
}

/** The parts that people read; what follows the returned message is a footer, unless nothing stands before it. */
const textsOf = (raw: RawMessage, parts: readonly Part[], returned: Part | undefined): { plain: string; html: () => string } => {
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
  const htmls: Part[] = []
  for (const part of chosen) {
    if (plain.length > maxText) break
    if (part.type === 'text/html') {
      htmls.push(part)
      continue
    }
    const text = partText(raw, part)
    plain += `${plain === '' ? '' : '\n\n'}${/^\s*<(?:!doctype html|html)/i.test(text.slice(0, 200)) ? htmlToText(text) : text}`
  }
  // Most notices have the same in plain text: HTML is read where that is not enough.
  const ready: { html?: string } = {}
  return {
    plain,
    html: () =>
      (ready.html ??= htmls
        .map((part) => htmlToText(partText(raw, part)))
        .join('\n\n')
        .slice(0, maxText))
  }
}

/** The fields of a report that was flattened into text, and where they begin. */
const statusInText = (text: string): { status: DeliveryStatus; from: number } | undefined => {
  const start = /^(?:Reporting-MTA|Final-Recipient|Original-Recipient): /im.exec(text)
  if (start === null || !/^Final-Recipient: /im.test(text) || !/^(?:Action|Status): /im.test(text)) return undefined
  return { status: parseDeliveryStatus(text.slice(start.index)), from: start.index }
}
