import { addressesOf, addressOf } from './addresses.ts'
import { type RawMessage, rawMessage } from './bytes.ts'
import { plainSender, verpRecipient, withoutVerp } from './envelope.ts'
import { fieldNameLength, type Headers, readHeaders } from './headers.ts'
import { endsBroken, type Part, partBytes } from './parts.ts'

/** What is known of the message that did not arrive, from the headers that came back. */
export type Returned = {
  readonly headers: Headers
  readonly messageId?: string
  readonly subject?: string
  readonly from?: string
  readonly recipients: readonly string[]
  readonly listId?: string
  /** Envelope sender with VERP, BATV and SRS taken off; the From address where no envelope sender is known. */
  readonly sender?: string
  /** Whether `sender` stood in a field of the envelope, and not in Sender or From. */
  readonly hasEnvelope?: boolean
  /** The recipient that the envelope sender names (VERP). */
  readonly verp?: string
}

/** Of the returned message only its headers are read. */
const maxReturnedBytes = 128 * 1024

export const returnedOfPart = (raw: RawMessage, part: Part): Returned => {
  const encoding = (part.headers.get('content-transfer-encoding') ?? '').trim().toLowerCase()
  if (encoding !== 'base64' && encoding !== 'quoted-printable')
    return returnedOf(readHeaders(raw, part.from, Math.min(part.to, part.from + maxReturnedBytes)))
  // RFC 2046 §5.2.1 allows no encoding here; some gateways encode all the same, and some only say so.
  const bytes = partBytes(raw, part).subarray(0, maxReturnedBytes)
  const decoded = rawMessage(endsBroken(raw, part) ? bytes : withLineEnd(bytes))
  const headers = readHeaders(decoded, 0, decoded.text.length)
  return returnedOf(headers.count > 1 ? headers : readHeaders(raw, part.from, Math.min(part.to, part.from + maxReturnedBytes)))
}

/** The last header of a part ends where the part does, unless the message was cut off there. */
const withLineEnd = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length === 0 || bytes.length >= maxReturnedBytes || bytes.at(-1) === 0x0a) return bytes
  const whole = new Uint8Array(bytes.length + 1)
  whole.set(bytes)
  whole[bytes.length] = 0x0a
  return whole
}

export const returnedOfText = (text: string, from: number): Returned => {
  const raw = rawMessage(new TextEncoder().encode(dedent(text.slice(from, from + maxReturnedBytes))))
  return returnedOf(readHeaders(raw, 0, raw.text.length))
}

/** Quoted or indented headers lose what stands before each line. */
const dedent = (text: string): string => {
  const start = text.search(/\S/)
  const mark = /^[ \t]*(?:[>|][ \t]?)*/.exec(text.slice(text.lastIndexOf('\n', start) + 1))?.[0] ?? ''
  return mark === ''
    ? text.slice(Math.max(0, start))
    : text
        .slice(Math.max(0, text.lastIndexOf('\n', start) + 1))
        .split('\n')
        .map((line) => (line.startsWith(mark) ? line.slice(mark.length) : line.trimStart() === '' ? '' : line))
        .join('\n')
}

const returnedOf = (headers: Headers): Returned => {
  const messageId = /<([^<>\s]{1,998})>/.exec(headers.get('message-id') ?? '')?.[1] ?? headers.get('message-id')
  const subject = headers.text('subject')
  const from = addressOf(headers.text('from'))
  const returnPath =
    addressOf(headers.get('return-path')) ?? addressOf(headers.get('x-envelope-from')) ?? addressOf(headers.get('envelope-from'))
  const envelope = returnPath ?? addressOf(headers.get('sender')) ?? from
  const hasEnvelope = returnPath !== undefined
  const plain = envelope === undefined ? undefined : plainSender(envelope)
  const listId = headers.text('list-id')
  const verp = plain === undefined ? undefined : verpRecipient(plain)
  let recipients: readonly string[] | undefined
  return {
    headers,
    get recipients() {
      recipients ??= addressesOf([...headers.all('to'), ...headers.all('cc'), ...headers.all('bcc')])
      return recipients
    },
    ...(messageId === undefined || messageId === '' ? {} : { messageId }),
    ...(subject === undefined ? {} : { subject }),
    ...(from === undefined ? {} : { from }),
    ...(listId === undefined ? {} : { listId: /<([^<>]{1,255})>/.exec(listId)?.[1] ?? listId }),
    ...(plain === undefined ? {} : { sender: withoutVerp(plain), hasEnvelope }),
    ...(verp === undefined ? {} : { verp })
  }
}

/** Headers that only a real message carries: From, To and Subject also stand in the sentences of notices. */
const technical =
  /^(?:received|return-path|mime-version|content-type|content-transfer-encoding|dkim-signature|delivered-to|domainkey-signature|arc-seal|x-mailer|x-originating-ip|user-agent|x-received|received-spf|authentication-results)$/i

const usual =
  /^(?:date|from|to|cc|subject|sender|reply-to|errors-to|precedence|importance|priority|thread-topic|thread-index|list-.*|x-.*|in-reply-to|references|bcc|organization|message-id)$/i

/** The shortest run of header lines that is a message's head and not a table in a notice. */
const minHeaders = 3

const plausible = (name: string): boolean => technical.test(name) || usual.test(name)

/**
 * Where, in a text, the headers of a returned message begin without any heading before them: the start of the first run of
 * header lines among which are technical ones. -1 where there is none.
 */
export const headerRunAt = (text: string): number => {
  let start = -1
  let count = 0
  let technicals = 0
  let at = 0
  while (at < text.length) {
    let next = text.indexOf('\n', at)
    if (next < 0) next = text.length
    const first = text.charCodeAt(at)
    let begin = at
    while (
      begin < next &&
      (text.charCodeAt(begin) === 0x20 ||
        text.charCodeAt(begin) === 0x3e ||
        text.charCodeAt(begin) === 0x09 ||
        text.charCodeAt(begin) === 0x7c)
    )
      begin++
    const indented = begin - at
    const length = indented > 8 ? 0 : fieldNameLength(text, begin, next)
    const name = length === 0 ? '' : text.slice(begin, begin + length)
    if (length > 0 && plausible(name)) {
      if (count === 0) start = at
      count++
      // Notices list a message's id, date and sender, indented; a returned message begins at the margin.
      if (technical.test(name) || (indented === 0 && name.toLowerCase() === 'message-id')) technicals++
      if (count >= minHeaders && technicals > 0) return start
    } else if (!(count > 0 && begin < next && (first === 0x20 || first === 0x09 || first === 0x3e))) {
      count = 0
      technicals = 0
    }
    at = next + 1
  }
  return -1
}
