import type { RawMessage } from './bytes.ts'
import { decodeText, decodeWords } from './decode.ts'

/** A header block (RFC 5322 §2.2), read where it stands; values are cut out only when they are asked for. */
export type Headers = {
  /** The first value of a header, unfolded and as it stands; undefined where it is absent. */
  readonly get: (name: string) => string | undefined
  readonly all: (name: string) => readonly string[]
  /** The first value as text: RFC 2047 decoded, 8-bit bytes decoded. */
  readonly text: (name: string) => string | undefined
  readonly has: (name: string) => boolean
  readonly count: number
  /** Where the body begins. */
  readonly end: number
  /** Why not all headers were read; absent where they were. */
  readonly partial?: string
}

/** A block of headers longer than this is no block of headers; what stands in its beginning is kept. */
const maxHeaderBytes = 512 * 1024
const maxHeaderLines = 2_000

const tooMany = `Only the first ${maxHeaderLines.toLocaleString('en')} headers were read.`
const tooLong = `Only the first ${maxHeaderBytes / 1024} kB of the headers were read.`

const isNameUnit = (unit: number): boolean => unit > 0x20 && unit < 0x7f && unit !== 0x3a

/** Length of the field name that begins at `at`, 0 where no header begins there. */
export const fieldNameLength = (text: string, at: number, end: number): number => {
  let to = at
  while (to < end && to - at < 78 && isNameUnit(text.charCodeAt(to))) to++
  if (to === at) return 0
  const name = to - at
  // Old programs put white space before the colon.
  while (to < end && to - at < 80 && (text.charCodeAt(to) === 0x20 || text.charCodeAt(to) === 0x09)) to++
  return text.charCodeAt(to) === 0x3a ? name : 0
}

const unfold = (value: string): string => (value.includes('\n') ? value.replace(/\n[ \t]*/g, ' ') : value).trim()

const hasHighUnit = (value: string): boolean => /[^\0-\x7f]/.test(value)

/** Whether a field name in small letters stands at `at`, in whatever case. */
const isNamed = (text: string, at: number, name: string): boolean => {
  for (let index = 0; index < name.length; index++) {
    const unit = text.charCodeAt(at + index)
    if ((unit >= 0x41 && unit <= 0x5a ? unit | 0x20 : unit) !== name.charCodeAt(index)) return false
  }
  return true
}

/**
 * Reads the headers that begin at `from`, up to `to`. A leading mbox line (`From `, also quoted) and empty lines before the
 * first header are passed over. A line that is no header ends the block: the body begins there, as where the empty line was lost.
 */
export const readHeaders = ({ text, bytes }: RawMessage, from: number, to: number): Headers => {
  // Offsets only: of the hundred headers of a bounce a dozen are asked for, and cutting all their names out was a tenth of the garbage.
  const names: number[] = []
  const lengths: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  const limit = Math.min(to, from + maxHeaderBytes)
  let at = from
  while (at < limit && (text.charCodeAt(at) === 0x0a || (text.charCodeAt(at) === 0x20 && /^[ \t]*\n/.test(text.slice(at, at + 80))))) {
    const next = text.indexOf('\n', at)
    at = next < 0 ? limit : next + 1
  }
  if (text.startsWith('From ', at) || text.startsWith('>From ', at)) {
    const next = text.indexOf('\n', at)
    at = next < 0 ? limit : next + 1
  }
  let end = limit
  let partial = limit < to ? tooLong : undefined
  while (at < limit) {
    const unit = text.charCodeAt(at)
    let next = text.indexOf('\n', at)
    if (next < 0 || next > limit) next = limit
    if (unit === 0x0a) {
      end = at + 1
      partial = undefined
      break
    }
    if (unit === 0x20 || unit === 0x09) {
      if (ends.length > 0) ends[ends.length - 1] = next
      else {
        end = at
        partial = undefined
        break
      }
    } else {
      const name = fieldNameLength(text, at, next)
      if (name === 0 || names.length >= maxHeaderLines) {
        // Some gateways put their own mbox line between the headers.
        if (text.startsWith('From ', at) || text.startsWith('>From ', at)) {
          at = next + 1
          continue
        }
        end = at
        partial = name === 0 ? undefined : tooMany
        break
      }
      names.push(at)
      lengths.push(name)
      starts.push(text.indexOf(':', at + name) + 1)
      ends.push(next)
    }
    at = next + 1
  }
  // The message was cut off in the middle of a header: half a value is a wrong one. Give fields that end elsewhere a line end.
  if (end === text.length && names.length > 0 && !text.endsWith('\n')) {
    names.pop()
    lengths.pop()
    starts.pop()
    ends.pop()
  }

  const decodedAt = (index: number): string => {
    const value = text.slice(starts[index], ends[index])
    return unfold(hasHighUnit(value) ? decodeText(bytes.subarray(starts[index], ends[index]), undefined) : value)
  }
  const texts = new Map<number, string>()
  const valueAt = (index: number): string => unfold(text.slice(starts[index], ends[index]))
  const find = (name: string, from = 0): number => {
    for (let index = from; index < names.length; index++)
      if (lengths[index] === name.length && isNamed(text, names[index] ?? 0, name)) return index
    return -1
  }
  return {
    get: (name) => {
      const index = find(name)
      return index < 0 ? undefined : valueAt(index)
    },
    all: (name) => {
      const values: string[] = []
      for (let index = find(name); index >= 0; index = find(name, index + 1)) values.push(valueAt(index))
      return values
    },
    text: (name) => {
      const index = find(name)
      if (index < 0) return undefined
      // Subject and From are asked for by every step.
      const known = texts.get(index)
      if (known !== undefined) return known
      const decoded = decodeWords(decodedAt(index))
      texts.set(index, decoded)
      return decoded
    },
    has: (name) => find(name) >= 0,
    count: names.length,
    end: Math.min(end, to),
    ...(partial === undefined ? {} : { partial })
  }
}

export type Parameters = { readonly value: string; readonly of: Readonly<Record<string, string>> }

/** A header with parameters (RFC 2045 §5.1), with the continuations and character sets of RFC 2231. */
export const readParameters = (value: string): Parameters => {
  // Names come from strangers: `__proto__` and `constructor` are names like any other.
  const of: Record<string, string> = Object.create(null)
  const first = value.indexOf(';')
  // `text/plain charset=…`: the semicolon was forgotten.
  const bare = (first < 0 ? value : value.slice(0, first)).trim().toLowerCase().split(/\s/)[0] ?? ''
  if (first < 0) return { value: bare, of }
  const continued = new Map<string, Piece[]>()
  for (let at = first; at >= 0 && at < value.length; ) {
    const equals = value.indexOf('=', at + 1)
    if (equals < 0) break
    const between = value.lastIndexOf(';', equals)
    const name = value
      .slice(Math.max(at, between) + 1, equals)
      .trim()
      .toLowerCase()
    const quote = quoteAt(value, equals + 1)
    const end = quote < 0 ? value.indexOf(';', equals + 1) : closingQuote(value, quote + 1)
    const stop = end < 0 ? value.length : end
    const text = quote < 0 ? value.slice(equals + 1, stop).trim() : value.slice(quote + 1, stop).replace(/\\(.)/g, '$1')
    at = quote < 0 ? end : value.indexOf(';', stop)
    const star = name.indexOf('*')
    if (star < 0) of[name] ??= text
    else {
      const [, order = '0', extended] = /^\*(\d{0,3})\*?(\*?)$/.exec(`${name.slice(star)}`) ?? []
      const list = continued.get(name.slice(0, star)) ?? []
      list.push({ order: Number(order), text, extended: extended !== undefined && name.endsWith('*') })
      continued.set(name.slice(0, star), list)
    }
  }
  for (const [name, list] of continued) {
    const joined = [...list].sort((a, b) => a.order - b.order)
    const text = joined.map((piece) => piece.text).join('')
    of[name] ??= joined.some((piece) => piece.extended) ? fromExtended(text) : text
  }
  return { value: bare, of }
}

type Piece = { readonly order: number; readonly text: string; readonly extended: boolean }

/** Where a quoted string begins behind white space, or -1. */
const quoteAt = (value: string, from: number): number => {
  let at = from
  while (value.charCodeAt(at) === 0x20 || value.charCodeAt(at) === 0x09) at++
  return value.charCodeAt(at) === 0x22 ? at : -1
}

/** Where a quoted string ends, or -1 where it never does. */
const closingQuote = (value: string, from: number): number => {
  for (let at = from; at < value.length; at++) {
    const unit = value.charCodeAt(at)
    if (unit === 0x5c) at++
    else if (unit === 0x22) return at
  }
  return -1
}

/** `charset'language'percent-encoded`. */
const fromExtended = (text: string): string => {
  const parts = /^([^']{0,64})'[^']{0,64}'(.*)$/s.exec(text)
  const encoded = parts?.[2] ?? text
  const bytes = Uint8Array.from(
    encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    (letter) => letter.charCodeAt(0) & 0xff
  )
  return decodeText(bytes, parts?.[1])
}
