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

type State = { readonly parts: Part[]; readonly multiparts: Parameters[]; partial: string | undefined }

const isReturned = (type: string): boolean =>
  /^(?:message\/(?:rfc822|global|rfc822-headers|global-headers)|text\/rfc822-headers?)$/.test(type)

/** Whether a part holds the returned message or its headers. */
export const holdsReturned = (part: Part): boolean => isReturned(part.type)

/** The parts of the message whose headers are given; a message without MIME is one text part. */
export const readParts = (raw: RawMessage, headers: Headers, to: number): Parts => {
  const state: State = { parts: [], multiparts: [], partial: undefined }
  walk(raw, headers, headers.end, to, 0, state)
  return { parts: state.parts, multiparts: state.multiparts, ...(state.partial === undefined ? {} : { partial: state.partial }) }
}

const walk = (raw: RawMessage, headers: Headers, from: number, to: number, depth: number, state: State): void => {
  if (state.parts.length >= maxParts) {
    state.partial ??= `It has more than ${maxParts} parts; the others were not read.`
    return
  }
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
      const end = line < 0 ? to : Math.max(start, line - 1)
      const headers = readHeaders(raw, start, end)
      // In a digest a part without a type is a message (RFC 2046 §5.1.5).
      if (content.value !== 'multipart/digest' || headers.has('content-type')) walk(raw, headers, headers.end, end, depth + 1, state)
      if (state.parts.length >= maxParts) {
        state.partial ??= `It has more than ${maxParts} parts; the others were not read.`
        return true
      }
    } else if (line > from) {
      const preamble = text.slice(from, Math.min(line, from + 4_096))
      // Broken programs put the notice where RFC 2046 wants nothing; the usual sentence for old readers tells nothing.
      if (/@/.test(preamble) || preamble.trim().length > 200) pushText(raw, from, line, depth, state)
    }
    if (line < 0) return true
    const behind = line + delimiter.length
    const next = text.indexOf('\n', behind)
    const isEnd = text.startsWith('--', behind)
    if (next < 0 || next >= to) return true
    if (isEnd) {
      const epilogue = text.slice(next + 1, Math.min(to, next + 1 + 4_096))
      if (/\S/.test(epilogue) && /@/.test(epilogue)) pushText(raw, next + 1, to, depth, state)
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
  end,
  complete: true
})

const pushText = (_raw: RawMessage, from: number, to: number, depth: number, state: State): void => {
  state.parts.push({ type: 'text/plain', parameters: {}, headers: noHeaders(from), from, to, depth, attached: false })
}

const nextDelimiter = (text: string, delimiter: string, from: number, to: number): number => {
  for (let at = text.indexOf(delimiter, from); at >= 0 && at < to; at = text.indexOf(delimiter, at + 1)) {
    if (at !== from && text.charCodeAt(at - 1) !== 0x0a) continue
    const behind = at + delimiter.length
    if (/^(?:--)?[ \t]*(?:\n|$)/.test(text.slice(behind, Math.min(to, behind + 80)))) return at
  }
  return -1
}

const hasDelimiter = (text: string, boundary: string, from: number, to: number): boolean =>
  nextDelimiter(text, `--${boundary}`, from, to) >= 0

/** The boundary was lost or is wrong: the first line that looks like a delimiter, is followed by a header, and comes back, is one. */
const guessBoundary = (text: string, from: number, to: number): string | undefined => {
  const match = /(?:^|\n)--([^\s-][^\n]{0,68}[^\s-]|[^\n]{1,60}?)[ \t]*\nContent-[A-Za-z-]{2,30}:/i.exec(
    text.slice(from, Math.min(to, from + 65_536))
  )
  return match?.[1]
}

/** The bytes of a part with its transfer encoding undone, at most `maxPartBytes` of them. */
export const partBytes = ({ bytes }: RawMessage, part: Part): Uint8Array => {
  const encoding = (part.headers.get('content-transfer-encoding') ?? '').toLowerCase().replace(/[^a-z0-9-]/g, '')
  if (encoding === 'base64') return decodeBase64(bytes, part.from, Math.min(part.to, part.from + Math.ceil((maxPartBytes * 3) / 2)))
  const to = Math.min(part.to, part.from + maxPartBytes)
  return encoding === 'quoted-printable' ? decodeQuotedPrintable(bytes, part.from, to) : bytes.subarray(part.from, to)
}

/** The text of a part: decoded, LF line ends, at most `maxPartBytes` of it. */
export const partText = (raw: RawMessage, part: Part): string => {
  const decoded = decodeText(partBytes(raw, part), part.parameters.charset)
  const text = decoded.includes('\r') ? decoded.replace(/\r\n?/g, '\n') : decoded
  if (part.to !== raw.text.length || raw.text.endsWith('\n')) return text
  // A message that was cut off ends in the middle of a line: half an address is somebody else's, and half a field is a wrong one.
  return part.type.startsWith('message/') ? text.slice(0, text.lastIndexOf('\n') + 1) : withoutHalfAddress(text)
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
