import { type RawMessage, rawMessage } from '../message/bytes.ts'
import { decodeBase64, decodeQuotedPrintable, decodeText, decodeWords } from '../message/decode.ts'
import { fieldNameLength, type Headers, type Parameters, readHeaders, readParameters } from '../message/headers.ts'
import { lazily } from '../message/lazily.ts'
import { type Part, readParts } from '../message/parts.ts'
import { maxMessageBytes } from '../message/read.ts'

/** A header field where it stands; `value` unfolded, as its bytes are. */
type Field = { readonly name: string; readonly from: number; readonly to: number }

/** A part that holds no parts, with what it says of itself. */
export type LintPart = {
  /** `Part 2 (text/html)`: for evidence. */
  readonly label: string
  readonly type: string
  readonly part: Part
  /** Content-Transfer-Encoding in small letters, `7bit` where it says nothing. */
  readonly encoding: string
  readonly charset: string | undefined
  /** Of a file, as the reader sees it but for what `printable` takes out. */
  readonly name: string | undefined
  readonly inline: boolean
  /** All of it, its transfer encoding undone. Made anew at each call: a file of 40 MB is not kept. */
  readonly bytes: () => Uint8Array
  /** Of text, as much as is read. */
  readonly text: () => string
}

/** A message laid open for the checks. */
export type Look = {
  readonly given: Uint8Array
  readonly raw: RawMessage
  readonly headers: Headers
  readonly fields: readonly Field[]
  readonly parts: readonly LintPart[]
  /** Content types of the multiparts that were taken apart. */
  readonly multiparts: readonly Parameters[]
  /** Why not all was read, one sentence each. */
  readonly partial: readonly string[]
  /** A byte order mark in front, and what it stands for: `UTF-8`. */
  readonly mark?: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** A server has had it: it carries a Received field. */
  readonly sent: boolean
}

/** Of one text this much is read: ten times what Gmail shows. */
const maxTextBytes = 2 * 1024 * 1024
/** As many as message/headers.ts reads. */
const maxFields = 2_000

const marks: readonly (readonly [string, readonly number[]])[] = [
  ['UTF-8', [0xef, 0xbb, 0xbf]],
  ['UTF-16LE', [0xff, 0xfe]],
  ['UTF-16BE', [0xfe, 0xff]]
]

const markOf = (bytes: Uint8Array): string | undefined => marks.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0]

/** Editors of Windows save so: the message that was meant is read, and the mark is told. */
const unmarked = (bytes: Uint8Array, mark: string | undefined): Uint8Array =>
  mark === undefined ? bytes : mark === 'UTF-8' ? bytes.subarray(3) : new TextEncoder().encode(new TextDecoder(mark).decode(bytes))

export const lookAt = (given: Uint8Array, now: number): Look => {
  const tooLarge = given.length > maxMessageBytes
  const mark = markOf(given)
  const bytes = unmarked(tooLarge ? given.subarray(0, maxMessageBytes) : given, mark)
  const raw = rawMessage(bytes)
  const headers = readHeaders(raw, 0, raw.text.length)
  const { parts, multiparts, partial } = readParts(raw, headers, raw.text.length)
  return {
    given: bytes,
    raw,
    headers,
    fields: fieldsOf(raw.text, headers.end),
    parts: parts.map((part, index) => openPart(raw, part, index)),
    multiparts,
    partial: [tooLarge ? 'It is larger than 64 MB; the rest was not read.' : undefined, headers.partial, partial].filter(
      (reason) => reason !== undefined
    ),
    ...(mark === undefined ? {} : { mark }),
    now,
    sent: headers.has('received')
  }
}

const fieldsOf = (text: string, end: number): Field[] => {
  const fields: Field[] = []
  for (let at = 0; at < end && fields.length < maxFields; ) {
    const found = text.indexOf('\n', at)
    const next = found < 0 || found > end ? end : found
    const length = fieldNameLength(text, at, next)
    const unit = text.charCodeAt(at)
    const last = fields[fields.length - 1]
    if ((unit === 0x20 || unit === 0x09) && last !== undefined) fields[fields.length - 1] = { ...last, to: next }
    else if (length > 0) fields.push({ name: text.slice(at, at + length).toLowerCase(), from: at, to: next })
    at = next + 1
  }
  return fields
}

const openPart = (raw: RawMessage, part: Part, index: number): LintPart => {
  const encoding = /^[^\s;(]{1,40}/.exec((part.headers.get('content-transfer-encoding') ?? '').trim().toLowerCase())?.[0] ?? '7bit'
  const disposition = readParameters(part.headers.get('content-disposition') ?? '')
  const name = disposition.of.filename ?? part.parameters.name
  const bytes = (to = part.to): Uint8Array =>
    encoding === 'base64'
      ? decodeBase64(raw.bytes, part.from, to)
      : encoding === 'quoted-printable'
        ? decodeQuotedPrintable(raw.bytes, part.from, to)
        : raw.bytes.subarray(part.from, to)
  const { charset } = part.parameters
  return {
    label: `Part ${index + 1} (${part.type})`,
    type: part.type,
    part,
    encoding,
    charset,
    name: name === undefined || name === '' ? undefined : decodeWords(name.slice(0, maxNameLength)),
    inline: disposition.value === 'inline' || part.headers.has('content-id'),
    bytes,
    text: lazily(() => decodeText(bytes(Math.min(part.to, part.from + maxTextBytes)), charset))
  }
}

/** File systems take 255 characters; encoded words need more room. */
const maxNameLength = 2_000

/** A text that is shown as the body: not a file. */
export const isBody = ({ type, part, name }: LintPart): boolean =>
  (type === 'text/plain' || type === 'text/html') && !part.attached && name === undefined

/** A file, or anything else that is carried beside the text. */
export const isFile = (part: LintPart): boolean =>
  !isBody(part) && (part.part.attached || part.name !== undefined || !/^(?:text|message|multipart)\//.test(part.type))

/** `35 kB`, `20.5 MB`. */
export const sizeOf = (bytes: number): string =>
  bytes < 1_024
    ? `${bytes} bytes`
    : bytes < 1_048_576
      ? `${Math.round(bytes / 1_024)} kB`
      : `${Math.round((bytes / 1_048_576) * 10) / 10} MB`

const maxShown = 300

/** What a stranger wrote, as one line for a fact or an evidence. */
export const shown = (text: string): string => {
  const line = text
    .slice(0, 4 * maxShown)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line
}
