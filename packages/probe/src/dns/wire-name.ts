/**
 * Domain names on the wire (RFC 1035 §3.1, §4.1.4) and as text. Text is in lower case, without the last dot; the root is `.`.
 * A label may hold any byte: what is not a printable ASCII letter is written `\DDD`, and a dot or backslash inside a label
 * `\.` and `\\` (RFC 1035 §5.1), so that the one label `mx\.example` is never taken for two.
 */

/** RFC 1035 §2.3.4. Bytes, with the lengths and the root. */
const maxNameLength = 255
const maxLabelLength = 63
/**
 * A name of 255 bytes has at most 127 labels, and a pointer is of use only before a label. Without a bound, a message of 64 kB
 * that is one ladder of pointers makes each of its names cost 32,000 steps.
 */
const maxPointers = 127

/** `too-long`: a label over 63 bytes or a name over 255. `bad-name`: an empty label, white space, a control character, a backslash, or not ASCII (IDNs come as A-labels). */
export type NameProblem = 'too-long' | 'bad-name'

/** Lower case, without the last dot. */
export const plainName = (name: string): string => {
  const lower = name.toLowerCase()
  return lower.length > 1 && lower.endsWith('.') ? lower.slice(0, -1) : lower
}

/** The bytes of a plain name, or why there are none. */
export const encodeName = (name: string): Uint8Array | NameProblem => {
  if (name === '.') return new Uint8Array(1)
  // Before the loop, so that a name of 10 MB costs nothing.
  if (name.length > maxNameLength - 2) return 'too-long'
  const bytes = new Uint8Array(name.length + 2)
  let start = 0
  for (let index = 0; index <= name.length; index++) {
    const code = index === name.length ? 0x2e : name.charCodeAt(index)
    if (code === 0x2e) {
      const length = index - start
      if (length === 0) return 'bad-name'
      if (length > maxLabelLength) return 'too-long'
      bytes[start] = length
      start = index + 1
    } else {
      if (code <= 0x20 || code >= 0x7f || code === 0x5c) return 'bad-name'
      bytes[index + 1] = code
    }
  }
  return bytes
}

/** The offset after the name at `offset`, -1 where the message ends first or the label type is unknown. Pointers are not followed. */
export const endOfName = (bytes: Uint8Array, offset: number): number => {
  let at = offset
  for (;;) {
    const length = bytes[at]
    if (length === undefined) return -1
    if (length === 0) return at + 1
    if (length >= 0xc0) return at + 2 <= bytes.length ? at + 2 : -1
    if (length > maxLabelLength) return -1
    at += length + 1
  }
}

/** The name at `offset` as text; undefined where it is none: cut short, too long, a pointer that does not lead back (a loop). */
export const readName = (bytes: Uint8Array, offset: number): string | undefined => {
  let text = ''
  let at = offset
  let size = 1
  let pointers = 0
  // Each pointer must lead before the place where the part that it ends began: so no loop is possible.
  let before = offset
  for (;;) {
    const length = bytes[at]
    if (length === undefined) return undefined
    if (length === 0) return text === '' ? '.' : text
    if (length >= 0xc0) {
      const low = bytes[at + 1]
      if (low === undefined || ++pointers > maxPointers) return undefined
      const target = ((length & 0x3f) << 8) | low
      if (target >= before) return undefined
      at = target
      before = target
      continue
    }
    size += length + 1
    if (length > maxLabelLength || size > maxNameLength || at + length >= bytes.length) return undefined
    if (text !== '') text += '.'
    for (let index = at + 1; index <= at + length; index++) text += letterOf(bytes[index] ?? 0)
    at += length + 1
  }
}

const letterOf = (code: number): string => {
  if (code >= 0x41 && code <= 0x5a) return String.fromCharCode(code + 0x20)
  if (code === 0x2e || code === 0x5c) return `\\${String.fromCharCode(code)}`
  if (code > 0x20 && code < 0x7f) return String.fromCharCode(code)
  return `\\${String(code).padStart(3, '0')}`
}
