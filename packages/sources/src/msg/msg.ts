import { readCompoundFile, type Storage } from './compound-file.ts'
import { encodingOf, headerOf, type Properties, propertiesOf } from './properties.ts'
import { actionOf, addressOfRecipient, deliveryStatus } from './report.ts'
import { base64Part, dateField, field, multipart, oneLine, withoutBodyFields } from './rfc5322.ts'

/**
 * An Outlook message (.msg, MS-OXMSG) as the RFC 5322 message that it was, as far as Outlook kept it: the header that came over the wire,
 * the text, the attachments. A report (class `REPORT.…`) becomes a multipart/report with the delivery status that its recipient table tells
 * (RFC 3462, RFC 3464); one that came from another server as plain mail is a message with its text, like any other.
 */
export const messageFromMsg = (file: Buffer): { readonly message?: Buffer; readonly problem?: string } => {
  const root = readCompoundFile(file)
  if (root === undefined || root.stream('__PROPERTIES_VERSION1.0') === undefined)
    return { problem: 'It is an Office file but no Outlook message, or damaged. Save the message from Outlook again, as .msg or .eml.' }
  const message = Buffer.from(messageOf(root, headerOf.message, 0), 'latin1')
  return hasRichTextOnly(propertiesOf(root, headerOf.message)) ? { message, problem: richTextOnly } : { message }
}

const richTextOnly =
  'Its text is kept as rich text only, which is not read; its header, recipients and attachments were. Save the message from Outlook as .eml or as text.'

/** PidTagRtfCompressed and none of the texts below. Outlook keeps a plain text beside it as a rule. */
const hasRichTextOnly = (message: Properties): boolean =>
  message.bytes(0x1009) !== undefined && [0x1000, 0x1001, 0x1013].every((id) => !message.text(id)) && message.bytes(0x1013) === undefined

/** Messages attached to messages attached to messages: deeper ones are not read. */
const maxAttached = 5

/** More recipients or attachments than a mail has. */
const maxChildren = 5_000

/** One code unit a byte. */
const messageOf = (storage: Storage, header: number, depth: number): string => {
  const message = propertiesOf(storage, header)
  const recipients = children(storage, '__RECIP_VERSION1.0_#').map((child) => propertiesOf(child, headerOf.other))
  const action = actionOf(message.text(0x001a) ?? '')
  const parts = textParts(message)
  const head = `${headerOf5322(message, recipients)}MIME-Version: 1.0\r\n`
  const attached = children(storage, '__ATTACH_VERSION1.0_#').map((child) => attachmentPart(child, depth))
  if (action !== undefined) {
    const status = `Content-Type: message/delivery-status\r\n\r\n${deliveryStatus(action, message, recipients)}`
    const returned = attached.some((part) => part.startsWith('Content-Type: message/rfc822')) ? [] : returnedHeader(message)
    return head + multipart('multipart/report; report-type=delivery-status', [parts, status, ...attached, ...returned])
  }
  return attached.length === 0 ? head + parts : head + multipart('multipart/mixed', [parts, ...attached])
}

const children = (storage: Storage, prefix: string): Storage[] =>
  [...storage.storages]
    .filter(([name]) => name.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, maxChildren)
    .map(([, child]) => child)

/** The header that came over the wire (PidTagTransportMessageHeaders), or one made of what Outlook knows. */
const headerOf5322 = (message: Properties, recipients: readonly Properties[]): string => {
  const kept = withoutBodyFields(message.text(0x007d) ?? '')
  if (kept !== '') return Buffer.from(kept).toString('latin1')
  const name = oneLine(message.text(0x0c1a) ?? '')
  const sender = [message.text(0x5d01), message.text(0x0c1f)]
    .map((text) => oneLine(text ?? ''))
    .find((text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text))
  const to = recipients.map(addressOfRecipient).filter((address) => address !== undefined)
  // PidTagMessageDeliveryTime, PidTagClientSubmitTime, PidTagReportTime, PidTagCreationTime.
  const date = message.time(0x0e06) ?? message.time(0x0039) ?? message.time(0x0032) ?? message.time(0x3007)
  const id = oneLine(message.text(0x1035) ?? '')
  const isReport = actionOf(message.text(0x001a) ?? '') !== undefined
  return [
    sender === undefined
      ? name === ''
        ? ''
        : field('From', name)
      : `${field('From', name === '' ? sender : `"${name.replace(/["\\]/g, '')}"`).trimEnd()}${name === '' ? '' : ` <${sender}>`}\r\n`,
    // The recipients of a report are those of the message that failed.
    isReport || to.length === 0 ? '' : field('To', to.join(', ')),
    field('Subject', message.text(0x0037) ?? ''),
    date === undefined ? '' : dateField(date),
    id === '' ? '' : field('Message-ID', id)
  ].join('')
}

/** The text as people saw it, plain and HTML where both are there. */
const textParts = (message: Properties): string => {
  // PidTagBody; of a report without one, PidTagReportText.
  const plain = message.text(0x1000) || message.text(0x1001)
  // PidTagHtml as bytes in its own charset, which the HTML itself names, or PidTagBodyHtml as text.
  const html = message.bytes(0x1013)
  const htmlText = html === undefined ? message.text(0x1013) : undefined
  const parts: string[] = []
  if (plain !== undefined && plain !== '') parts.push(base64Part('text/plain; charset=utf-8', Buffer.from(plain)))
  if (html !== undefined && html.length > 0) parts.push(base64Part(`text/html; charset=${charsetOf(message)}`, html))
  else if (htmlText !== undefined && htmlText !== '') parts.push(base64Part('text/html; charset=utf-8', Buffer.from(htmlText)))
  const [only] = parts
  if (only === undefined) return base64Part('text/plain; charset=utf-8', Buffer.alloc(0))
  return parts.length === 1 ? only : multipart('multipart/alternative', parts)
}

const charsetOf = (message: Properties): string => encodingOf(message.number(0x3fde)) ?? 'utf-8'

const attachmentPart = (storage: Storage, depth: number): string => {
  const attachment = propertiesOf(storage, headerOf.other)
  const inner = storage.storages.get('__SUBSTG1.0_3701000D')
  if (inner?.stream('__PROPERTIES_VERSION1.0') !== undefined && depth < maxAttached)
    return `Content-Type: message/rfc822\r\n\r\n${messageOf(inner, headerOf.attachedMessage, depth + 1)}`
  const type = oneLine(attachment.text(0x370e) ?? '')
  const name = oneLine(attachment.text(0x3707) ?? attachment.text(0x3704) ?? attachment.text(0x3001) ?? '').replace(/["\\]/g, '')
  const disposition = name === '' ? 'Content-Disposition: attachment\r\n' : field('Content-Disposition', `attachment; filename="${name}"`)
  const bytes = attachment.bytes(0x3701) ?? Buffer.alloc(0)
  const isMime = /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/.test(type)
  // What is a message or a status already is passed on as it is: base64 is not allowed for these (RFC 2046 §5.2.1).
  if (isMime && /^(?:message\/|text\/rfc822-headers$)/i.test(type))
    return `Content-Type: ${type}\r\n${disposition}\r\n${bytes.toString('latin1')}`
  return base64Part(isMime ? type : 'application/octet-stream', bytes, disposition)
}

/** What a report still knows of the message that it is about: PidTagOriginalSubject, …DisplayTo, …MessageId, …SubmitTime. */
const returnedHeader = (report: Properties): string[] => {
  const subject = oneLine(report.text(0x0049) ?? '')
  const to = oneLine(report.text(0x0074) ?? '')
  const id = oneLine(report.text(0x1046) ?? '')
  const date = report.time(0x004e)
  const lines = [
    subject === '' ? '' : field('Subject', subject),
    to === '' ? '' : field('To', to),
    id === '' ? '' : field('Message-ID', id),
    date === undefined ? '' : dateField(date)
  ].join('')
  return lines === '' ? [] : [`Content-Type: text/rfc822-headers\r\n\r\n${lines}`]
}
