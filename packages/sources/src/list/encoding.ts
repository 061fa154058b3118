import { isUtf8 } from 'node:buffer'
import type { ListInfo } from './list.ts'

/**
 * Bytes of a list to text and back, so that nothing is destroyed. UTF-8 that is broken in places keeps its broken bytes: each travels as a
 * lone low surrogate (U+DC80 to U+DCFF, which no valid UTF-8 gives; Python's `surrogateescape`, PEP 383) and becomes that byte again. What is
 * guessed to be windows-1252 is written in it again: that maps every byte to a character of its own, so a wrong guess changes none.
 */
export type ListEncoding = {
  readonly encoding: string
  /** Bytes of the byte-order mark. */
  readonly bomBytes: number
  readonly guessed: boolean
}

/** Tells the encoding from the mark, from what the caller says, or from the first bytes. Throws RangeError for a label that is none. */
export const tellEncoding = (sample: Buffer, given: string | undefined): ListEncoding => {
  const told = given === undefined ? undefined : labelled(given)
  const marked = byMark(sample)
  if (marked !== undefined && (told === undefined || told === marked.encoding)) return marked
  if (told !== undefined) return { encoding: told, bomBytes: 0, guessed: false }
  const wide = withoutMark(sample)
  if (wide !== undefined) return { encoding: wide, bomBytes: 0, guessed: false }
  const { valid, invalid } = countSequences(sample)
  // A list in UTF-8 with a few broken rows has more that is valid; text in a one-byte encoding is valid by rare accident only.
  return invalid <= valid ? { encoding: 'utf-8', bomBytes: 0, guessed: false } : { encoding: 'windows-1252', bomBytes: 0, guessed: true }
}

const labelled = (label: string): string => {
  try {
    return new TextDecoder(label).encoding
  } catch {
    throw new RangeError(`There is no encoding "${label}". Say it as web pages do: utf-8, utf-16le, windows-1252, iso-8859-2, shift_jis.`)
  }
}

const byMark = ([a, b, c]: Buffer): ListEncoding | undefined => {
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', bomBytes: 3, guessed: false }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', bomBytes: 2, guessed: false }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', bomBytes: 2, guessed: false }
  return undefined
}

/** Addresses in UTF-16 have a zero as every other byte. */
const withoutMark = (sample: Buffer): string | undefined => {
  const length = Math.min(sample.length, 4_096) & ~1
  if (length < 8) return undefined
  let even = 0
  let odd = 0
  for (let at = 0; at < length; at += 2) {
    if (sample[at] === 0) even++
    if (sample[at + 1] === 0) odd++
  }
  const pairs = length / 2
  if (odd > pairs * 0.6 && even < pairs * 0.05) return 'utf-16le'
  if (even > pairs * 0.6 && odd < pairs * 0.05) return 'utf-16be'
  return undefined
}

const countSequences = (sample: Buffer): { readonly valid: number; readonly invalid: number } => {
  if (isUtf8(sample)) return { valid: 1, invalid: 0 }
  let valid = 0
  let invalid = 0
  for (let at = 0; at < sample.length; ) {
    if ((sample[at] ?? 0) < 0x80) {
      at++
      continue
    }
    const length = sequenceLength(sample, at)
    if (length > 0) valid++
    // The sample may end inside of a sequence.
    else if (length === invalidByte) invalid++
    at += Math.max(length, 1)
  }
  return { valid, invalid }
}

const invalidByte = 0
const cutOff = -1

/** Length of the well-formed sequence that begins here (RFC 3629 §4), `invalidByte`, or `cutOff` where the bytes end inside of one. */
const sequenceLength = (bytes: Buffer, at: number): number => {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4) return invalidByte
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index]
    if (byte === undefined) return cutOff
    if (byte < (index === 1 ? low : 0x80) || byte > (index === 1 ? high : 0xbf)) return invalidByte
  }
  return length
}

export type ListDecoder = { readonly write: (bytes: Buffer) => string; readonly end: () => string }

/** Pieces of bytes, cut anywhere, to text. The mark is not taken off here. */
export const makeDecoder = (encoding: string): ListDecoder => {
  if (encoding !== 'utf-8') {
    const decoder = new TextDecoder(encoding, { ignoreBOM: true })
    return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() }
  }
  let cut: Buffer = Buffer.alloc(0)
  return {
    write: (bytes) => {
      const all = cut.length === 0 ? bytes : Buffer.concat([cut, bytes])
      const end = completeEnd(all)
      cut = end === all.length ? Buffer.alloc(0) : Buffer.from(all.subarray(end))
      return decodeUtf8(end === all.length ? all : all.subarray(0, end))
    },
    end: () => decodeUtf8(cut)
  }
}

/** Where the last complete sequence ends: at most three bytes before the end. */
const completeEnd = (bytes: Buffer): number => {
  for (let at = Math.max(bytes.length - 3, 0); at < bytes.length; at++) {
    if ((bytes[at] ?? 0) >= 0xc2 && sequenceLength(bytes, at) === cutOff) return at
  }
  return bytes.length
}

const decodeUtf8 = (bytes: Buffer): string => {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    parts.push(bytes.toString('utf8', start, at), String.fromCharCode(0xdc00 + (bytes[at] ?? 0)))
    start = ++at
  }
  parts.push(bytes.toString('utf8', start))
  return parts.join('')
}

export type ListEncoder = { readonly bom: string; readonly encode: (text: string) => Buffer }

/**
 * How a list is written: UTF-8 as it was, its mark kept; what was guessed, in the same bytes; UTF-16 and what the caller named an encoding
 * for, in UTF-8 with a mark (memory: without it Excel takes the system's own encoding). JSON lines have no mark unless they had one.
 */
export const encoderFor = (info: ListInfo, isJson: boolean): ListEncoder => {
  if (info.format === 'xlsx') return { bom: isJson ? '' : '\uFEFF', encode: encodeUtf8 }
  if (info.encoding === 'utf-8') return { bom: info.bom === true ? '\uFEFF' : '', encode: encodeUtf8 }
  if (info.encodingGuessed === true) return { bom: '', encode: encodeWindows1252 }
  return { bom: isJson ? '' : '\uFEFF', encode: (text) => Buffer.from(text, 'utf8') }
}

const encodeUtf8 = (text: string): Buffer => {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  const parts: Buffer[] = []
  let start = 0
  for (const { index } of text.matchAll(/(?<![\uD800-\uDBFF])[\uDC80-\uDCFF]/g)) {
    parts.push(Buffer.from(text.slice(start, index), 'utf8'), Buffer.of(text.charCodeAt(index) - 0xdc00))
    start = index + 1
  }
  parts.push(Buffer.from(text.slice(start), 'utf8'))
  return Buffer.concat(parts)
}

const windows1252: ReadonlyMap<string, number> = new Map(
  Array.from(new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte)), (letter, byte) => [letter, byte])
)

/** What the encoding lacks can only come from cells that were added (an internationalised address): written in UTF-8, as mail has it. */
const encodeWindows1252 = (text: string): Buffer => {
  const bytes: number[] = []
  for (const letter of text) {
    const byte = windows1252.get(letter)
    if (byte === undefined) bytes.push(...Buffer.from(letter, 'utf8'))
    else bytes.push(byte)
  }
  return Buffer.from(bytes)
}
