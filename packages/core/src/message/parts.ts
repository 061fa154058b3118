import type { RawMessage } from './bytes.ts'
import { decodeBase64, decodeQuotedPrintable, decodeText } from './decode.ts'
import { type Headers, type Parameters, readHeaders, readParameters } from './headers.ts'

/** One part of a message that holds no parts of its own, where it stands. */
export type Part = {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  readonly headers: Headers
  readonly from: number
  readonly to: number
  readonly depth: number
  readonly attached: boolean
}

export type Parts = {
  readonly parts: readonly Part[]
  /** Content types of the multiparts on the way, outermost first. */
  readonly multiparts: readonly Parameters[]
  /** Why not all parts were read; absent where they were. */
  readonly partial?: string
}

/** Real reports nest three deep; a forwarded thread may nest ten. */
const maxDepth = 16
/** A report has three parts; a digest may have hundreds. */
const maxParts = 300
/** Of one part this much is decoded: reasons stand at its beginning. */
const maxPartBytes = 512 * 1024
/** A delivery status has some hundred bytes for each of thousands of recipients, the last as telling as the first. */
const maxStatusBytes = 8 * 1024 * 1024

type State = {
  readonly parts: Part[]
  readonly multiparts: Parameters[]
  /** Parts and multiparts entered, and messages of digests passed over. */
  walked: number
  partial: string | undefined
}

/** Whether a part holds the fields of a delivery status notification. */
export const isStatus = ({ type }: Part): boolean => /^message\/(?:delivery-status|global-delivery-status|deliverystatus)$/.test(type)

const isReturned = (type: string): boolean =>
  /^(?:message\/(?:rfc822|global|rfc822-headers|global-headers)|text\/rfc822-headers?)$/.test(type)

/** Whether a part holds the returned message or its headers. */
export const holdsReturned = (part: Part): boolean => isReturned(part.type)

/** Counts one part more; false where that is one too many. */
const enters = (state: State): boolean => {
  if (++state.walked <= maxParts) return true
  state.partial ??= `It has more than ${maxParts} parts; the others were not read.`
  return false
}

/** The parts of the message whose headers are given; a message without MIME is one text part. */
export const readParts = (raw: RawMessage, headers: Headers, to: number): Parts => {
  const state: State = { parts: [], multiparts: [], walked: 0, partial: undefined }
  walk(raw, headers, headers.end, to, 0, state)
  return { parts: state.parts, multiparts: state.multiparts, ...(state.partial === undefined ? {} : { partial: state.partial }) }
}

const walk = (raw: RawMessage, headers: Headers, from: number, to: number, depth: number, state: State): void => {
  const content = readParameters(headers.get('content-type') ?? '')
  const type = content.value.includes('/') ? content.value : 'text/plain'
  if (type.startsWith('multipart/')) {
    if (depth >= maxDepth) state.partial ??= `Its parts are nested more than ${maxDepth} deep; the inner ones were not read.`
    else if (splitMultipart(raw, content, from, to, depth, state)) return
  }
  state.parts.push({
    type: type.startsWith('multipart/') ? 'text/plain' : type,
    parameters: content.of,
    headers,
    from,
    to,
    depth,
    attached: /^\s*attachment/i.test(headers.get('content-disposition') ?? '')
  })
}

/** Cuts a multipart at its delimiter lines (RFC 2046 §5.1.1); false where it has none, and then is a text like any other. */
const splitMultipart = (raw: RawMessage, content: Parameters, from: number, to: number, depth: number, state: State): boolean => {
  const { text } = raw
  const declared = content.of.boundary?.trimEnd()
  const found = declared !== undefined && declared !== '' && hasDelimiter(text, declared, from, to)
  const boundary = found ? declared : guessBoundary(text, from, to)
  if (boundary === undefined) return false
  state.multiparts.push(content)
  const delimiter = `--${boundary}`
  let start = -1
  let at = from
  for (;;) {
    const line = nextDelimiter(text, delimiter, at, to)
    if (start >= 0) {
      if (!enters(state)) return true
      const end = line < 0 ? to : Math.max(start, line - 1)
      const headers = readHeaders(raw, start, end)
      state.partial ??= headers.partial
      // In a digest a part without a type is a message (RFC 2046 §5.1.5).
      if (content.value !== 'multipart/digest' || headers.has('content-type')) walk(raw, headers, headers.end, end, depth + 1, state)
    } else if (line > from) {
      const preamble = text.slice(from, Math.min(line, from + 4_096))
      // Broken programs put the notice where RFC 2046 wants nothing; the usual sentence for old readers tells nothing.
      if (/@/.test(preamble) || preamble.trim().length > 200) pushText(from, line, depth, state)
    }
    if (line < 0) return true
    const behind = line + delimiter.length
    const next = text.indexOf('\n', behind)
    const isEnd = text.startsWith('--', behind)
    if (next < 0 || next >= to) return true
    if (isEnd) {
      const epilogue = text.slice(next + 1, Math.min(to, next + 1 + 4_096))
      if (/\S/.test(epilogue) && /@/.test(epilogue)) pushText(next + 1, to, depth, state)
      return true
    }
    start = next + 1
    at = start
  }
}

const noHeaders = (end: number): Headers => ({
  get: () => undefined,
  all: () => [],
  text: () => undefined,
  has: () => false,
  count: 0,
  end
})

const pushText = (from: number, to: number, depth: number, state: State): void => {
  state.parts.push({ type: 'text/plain', parameters: {}, headers: noHeaders(from), from, to, depth, attached: false })
}

const nextDelimiter = (text: string, delimiter: string, from: number, to: number): number => {
  // A boundary that occurs nowhere must not be looked for up to the end of the message, by each of many multiparts.
  const within = text.slice(from, to)
  for (let at = within.indexOf(delimiter); at >= 0; at = within.indexOf(delimiter, at + 1)) {
    if (at !== 0 && within.charCodeAt(at - 1) !== 0x0a) continue
    const behind = at + delimiter.length
    if (/^(?:--)?[ \t]*(?:\n|$)/.test(within.slice(behind, behind + 80))) return from + at
  }
  return -1
}

const hasDelimiter = (text: string, boundary: string, from: number, to: number): boolean =>
  nextDelimiter(text, `--${boundary}`, from, to) >= 0

/** The boundary was lost or is wrong: the first line that looks like a delimiter, is followed by a header, and comes back, is one. */
const guessBoundary = (text: string, from: number, to: number): string | undefined => {
  const match = /(?:^|\n)--([^\s-][^\n]{0,68}[^\s-]|[^\n]{1,60}?)[ \t]{0,80}\nContent-[A-Za-z-]{2,30}:/i.exec(
    text.slice(from, Math.min(to, from + 65_536))
  )
  return match?.[1]
}

const encodingOf = ({ headers }: Part): string => (headers.get('content-transfer-encoding') ?? '').toLowerCase().replace(/[^a-z0-9-]/g, '')

const maxBytesOf = (part: Part): number => (isStatus(part) ? maxStatusBytes : maxPartBytes)

/** Where what is read of a part ends; base64 needs more room. */
const readEnd = (part: Part): number =>
  Math.min(part.to, part.from + (encodingOf(part) === 'base64' ? Math.ceil((maxBytesOf(part) * 3) / 2) : maxBytesOf(part)))

/** Why not all of a part was read, undefined where it was. */
export const partialOf = (part: Part): string | undefined =>
  readEnd(part) < part.to ? `Only the first ${sizeOf(maxBytesOf(part))} of the report were read.` : undefined

const sizeOf = (bytes: number): string => (bytes < 1024 * 1024 ? `${bytes / 1024} kB` : `${bytes / 1024 / 1024} MB`)

/** The bytes of a part with its transfer encoding undone, as many as are read of one. */
export const partBytes = ({ bytes }: RawMessage, part: Part): Uint8Array => {
  const encoding = encodingOf(part)
  const to = readEnd(part)
  if (encoding === 'base64') return decodeBase64(bytes, part.from, to)
  return encoding === 'quoted-printable' ? decodeQuotedPrintable(bytes, part.from, to) : bytes.subarray(part.from, to)
}

/** Whether the message itself was cut off in this part, in the middle of a line. */
export const endsBroken = (raw: RawMessage, part: Part): boolean => part.to === raw.text.length && !raw.text.endsWith('\n')

/** The text of a part: decoded, LF line ends, as much as is read of one. */
export const partText = (raw: RawMessage, part: Part): string => {
  const decoded = decodeText(partBytes(raw, part), part.parameters.charset)
  const text = decoded.includes('\r') ? decoded.replace(/\r\n?/g, '\n') : decoded
  if (isStatus(part) && partialOf(part) !== undefined) return withoutHalfGroup(text)
  if (!endsBroken(raw, part)) return text
  // A message that was cut off ends in the middle of a line: half an address is somebody else's, and half a field is a wrong one.
  return part.type.startsWith('message/') ? text.slice(0, text.lastIndexOf('\n') + 1) : withoutHalfAddress(text)
}

/** Of a recipient whose fields were not all read nothing must be said. Some programs leave out the empty lines between groups. */
const withoutHalfGroup = (text: string): string => {
  const group = text.lastIndexOf('\n\n')
  return text.slice(0, (group > text.length / 2 ? group : text.lastIndexOf('\n')) + 1)
}

/** RFC 5321 §4.5.3.1 allows 64 and 255 octets; tags need more room in front. */
const maxLocal = 320
const maxDomain = 255

/** The text up to the address that touches its end. Walks back from the last `@`, since a pattern would try every letter. */
const withoutHalfAddress = (text: string): string => {
  const at = text.lastIndexOf('@')
  if (at < 0 || text.length - at > maxDomain || /\s/.test(text.slice(at))) return text
  let start = at
  while (start > 0 && at - start < maxLocal && !/\s/.test(text.charAt(start - 1))) start--
  return text.slice(0, start)
}
