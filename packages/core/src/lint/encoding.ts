import { readParameters } from '../message/headers.ts'
import type { Add } from './checking.ts'
import { isFile, type LintPart, type Look, shown } from './look.ts'

const encodings = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable', 'x-uuencode', 'uuencode', 'x-uue'])

/** Names under which programs know sets that the Encoding Standard has under others (message/decode.ts): no fault of the message. */
const otherCharsets =
  /^(?:us-ascii|ascii|ansi_x3|8bit|utf-7|unicode-1-1[\w-]*|(?:x-)?(?:cp|ms|ibm|win|windows|mac|iso|iso-ir|ks_c|gb|hz|big5|euc|koi|tis)[\w-]*)$/

const decoderFor = (charset: string): InstanceType<typeof TextDecoder> | undefined => {
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch {
    return undefined
  }
}

const hasHigh = (bytes: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) > 0x7f) return true
  return false
}

/** Base64 (RFC 2045 §6.8): bytes that do not belong there, and a last group that stands for no byte. */
const base64Fault = (bytes: Uint8Array): string | undefined => {
  let [letters, foreign] = [0, 0]
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (
      (byte >= 0x41 && byte <= 0x5a) ||
      (byte >= 0x61 && byte <= 0x7a) ||
      (byte >= 0x30 && byte <= 0x39) ||
      byte === 0x2b ||
      byte === 0x2f
    )
      letters++
    else if (byte === 0x3d) letters = 0
    else if (byte !== 0x0a && byte !== 0x0d && byte !== 0x20 && byte !== 0x09) foreign++
  }
  if (foreign > 0) return `${foreign.toLocaleString('en')} characters that are no base64`
  return letters % 4 === 1 ? 'the last group of letters is cut off' : undefined
}

const isHex = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66))

/** Equals signs of quoted-printable (RFC 2045 §6.7) that neither encode a byte nor end a line. */
const strayEquals = (bytes: Uint8Array): number => {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0x3d || (isHex(bytes[at + 1]) && isHex(bytes[at + 2]))) continue
    let end = at + 1
    while (bytes[end] === 0x20 || bytes[end] === 0x09) end++
    if (end < bytes.length && bytes[end] !== 0x0a) count++
    at = end - 1
  }
  return count
}

/** Transfer encodings and character sets of each part, delimiters of each multipart. */
export const checkEncoding = (look: Look, add: Add): void => {
  for (const part of look.parts) checkPart(look, part, add)
  checkMultiparts(look, add)
  const { headers } = look
  if (!headers.has('mime-version') && (headers.has('content-type') || headers.has('content-transfer-encoding')))
    add('lint.mime-version-missing', [])
}

const checkPart = ({ raw }: Look, part: LintPart, add: Add): void => {
  const { encoding, label } = part
  const { from, to, headers } = part.part
  const carried = raw.bytes.subarray(from, to)
  const content = readParameters(headers.get('content-type') ?? '')
  // What could not be taken apart is told as that, and its encoding belongs to the whole.
  if (content.value.startsWith('multipart/')) return
  if (!encodings.has(encoding)) {
    add('lint.encoding-unknown', [`${label}: Content-Transfer-Encoding: ${shown(encoding)}`])
    return
  }
  if (encoding === 'base64') {
    const fault = base64Fault(carried)
    if (fault !== undefined) {
      add('lint.base64-broken', [`${label}: ${fault}`])
      return
    }
  }
  if (encoding === 'quoted-printable') {
    const stray = strayEquals(carried)
    if (stray > 0) add('lint.quoted-printable-broken', [`${label}: ${stray.toLocaleString('en')} equals signs that encode nothing`])
  }
  // A message that is passed on says it in its own fields.
  if (encoding === '7bit' && !part.type.startsWith('message/') && hasHigh(carried))
    add('lint.eight-bit-undeclared', [`${label}: ${saysEncoding(part)}`])
  // A file is opened by a program that looks for itself; mail programs attach them without a set, or with a guessed one.
  if (part.type.startsWith('text/') && !isFile(part)) checkCharset(part, add)
}

const saysEncoding = ({ part }: LintPart): string =>
  part.headers.has('content-transfer-encoding') ? 'Content-Transfer-Encoding: 7bit' : 'no Content-Transfer-Encoding'

const checkCharset = (part: LintPart, add: Add): void => {
  const { charset, label } = part
  const bytes = part.bytes()
  const declared = charset?.trim().toLowerCase()
  if (declared === undefined || declared === '' || declared === 'us-ascii' || declared === 'ascii') {
    if (hasHigh(bytes))
      add(
        'lint.charset-wrong',
        [`${label}: ${declared ? `charset=${shown(declared)}` : 'no charset, which means us-ascii'}, and other letters`],
        {
          charset: 'utf-8'
        }
      )
    return
  }
  const decoder = decoderFor(declared)
  if (decoder === undefined) {
    if (!otherCharsets.test(declared)) add('lint.charset-unknown', [`${label}: charset=${shown(declared)}`])
    return
  }
  try {
    decoder.decode(bytes)
  } catch {
    add('lint.charset-wrong', [`${label}: the bytes are not ${shown(declared)}`], { charset: declared })
  }
}

/** Lines that begin with two hyphens and are remembered: 300 parts have 300. */
const maxDelimiters = 20_000
/** RFC 2046 §5.1.1 allows 70 letters; with hyphens and white space behind. */
const maxDelimiterLine = 200

const delimiterLines = (text: string): ReadonlySet<string> => {
  const lines = new Set<string>()
  if (text.startsWith('--')) lines.add(text.slice(0, Math.min(maxDelimiterLine, lineEnd(text, 0))).trimEnd())
  for (let at = text.indexOf('\n--'); at >= 0 && lines.size < maxDelimiters; at = text.indexOf('\n--', at + 1)) {
    const end = lineEnd(text, at + 1)
    if (end - at <= maxDelimiterLine) lines.add(text.slice(at + 1, end).trimEnd())
  }
  return lines
}

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

const checkMultiparts = (look: Look, add: Add): void => {
  const { headers, raw, multiparts, parts } = look
  const whole = readParameters(headers.get('content-type') ?? '')
  const encoding = (headers.get('content-transfer-encoding') ?? '7bit').trim().toLowerCase()
  if (whole.value.startsWith('multipart/') && !['7bit', '8bit', 'binary'].includes(encoding))
    add('lint.multipart-encoded', [`Content-Type: ${shown(whole.value)}, Content-Transfer-Encoding: ${shown(encoding)}`])
  const failed = parts
    .map(({ part }) => readParameters(part.headers.get('content-type') ?? ''))
    .filter(({ value }) => value.startsWith('multipart/'))
  if (multiparts.length + failed.length === 0) return
  const lines = delimiterLines(raw.text)
  const told = new Set<string>()
  for (const { value, of } of [...multiparts, ...failed]) {
    const boundary = of.boundary?.trimEnd() ?? ''
    if (told.has(`${value} ${boundary}`)) continue
    told.add(`${value} ${boundary}`)
    const said = boundary === '' ? 'no boundary' : `boundary "${shown(boundary)}"`
    if (boundary === '' || !lines.has(`--${boundary}`)) add('lint.boundary-missing', [`${shown(value)}: ${said}`])
    else if (!lines.has(`--${boundary}--`)) add('lint.boundary-unclosed', [`${shown(value)}: ${said}`], { boundary })
  }
}
