import type { AddressCode } from './address-codes.ts'
import type { Token } from './address-tokens.ts'
import { findHidden, findLookalike } from './hidden-characters.ts'

/** RFC 5321 §4.5.3.1.1, in octets of UTF-8 (RFC 6531 §3.3). */
export const maxLocalOctets = 64

type LocalCheck = {
  readonly level: 'practical' | 'rfc5321' | 'rfc5322' | 'invalid'
  readonly code?: AddressCode
  /** Where in the whole text the code applies. */
  readonly position?: number
  /** Envelope form: NFC, quoted where RFC 5321 needs it. Absent where SMTP cannot carry it. */
  readonly localPart?: string
}

/** Octets of UTF-8 in well-formed text, without encoding it. */
export const octetsOf = (text: string): number => {
  let octets = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    // A surrogate is half of four octets.
    octets += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return octets
}

export const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

/** RFC 5321 §4.1.2 Dot-string, with RFC 6531 §3.3's UTF8-non-ascii. */
const dotString = /^[^\0- "(),.:;<>@[\\\]\x7f]+(?:\.[^\0- "(),.:;<>@[\\\]\x7f]+)*$/

/** RFC 5321 §4.1.2 Quoted-string; undefined where a character is not of qtextSMTP or quoted-pairSMTP: control characters. */
const quoteLocal = (content: string): string | undefined => (/\p{Cc}/u.test(content) ? undefined : `"${content.replace(/["\\]/g, '\\$&')}"`)

/** NFC makes at most four code units one, of at least two octets: what is longer is too long in any case, and its joiners are not looked at. */
const maxJoinedUnits = 4 * maxLocalOctets

/** Masks what a quoted string may hold in a header (obs-qtext). */
const withoutControls = (word: string): string => word.replace(/\p{Cc}/gu, (control) => (control < '\x80' ? '_' : control))

const findInWords = (
  text: string,
  words: readonly Token[],
  find: (word: string) => { readonly code: AddressCode; readonly offset: number } | undefined
): { readonly code: AddressCode; readonly position: number } | undefined => {
  for (const { from, to } of words) {
    const found = find(text.slice(from, to))
    if (found !== undefined) return { code: found.code, position: from + found.offset }
  }
  return undefined
}

/**
 * Grades the words of a local part and gives its form for the envelope: `"first.last"` needs no quotation marks and loses them
 * (RFC 5322 §3.2.4: they are no part of what is quoted), `"first last"` keeps them.
 */
export const checkLocal = (text: string, words: readonly Token[]): LocalCheck => {
  const position = words[0]?.from ?? 0
  const raw = words.map(({ content, from, to }) => content ?? text.slice(from, to)).join('.')
  const ascii = isAscii(raw)
  if (!ascii) {
    const hidden = findInWords(text, words, (word) => findHidden(withoutControls(word), raw.length <= maxJoinedUnits))
    if (hidden !== undefined) return { level: 'invalid', ...hidden }
    if (findLookalike(raw) >= 0) {
      const lookalike = findInWords(text, words, (word) => {
        const offset = findLookalike(word)
        return offset < 0 ? undefined : { code: 'confusable-character', offset }
      })
      if (lookalike !== undefined) return { level: 'invalid', ...lookalike }
    }
  }
  const content = ascii ? raw : raw.normalize('NFC')
  const localPart = dotString.test(content) ? content : quoteLocal(content)
  const tooLong: LocalCheck = { level: 'rfc5322', code: 'local-part-too-long', position }
  if (localPart !== undefined && octetsOf(localPart) > maxLocalOctets) return tooLong
  if (localPart === undefined) return { level: 'rfc5322', code: 'obsolete-syntax', position }
  if (words.some(({ obsolete }) => obsolete)) return { level: 'rfc5322', code: 'obsolete-syntax', position, localPart }
  if (words.some(({ folded }) => folded)) return { level: 'rfc5322', code: 'white-space', position, localPart }
  // Escapes count, too, as long as they stand there.
  const given = words.map(({ from, to }) => text.slice(from, to)).join('.')
  if (octetsOf(given) > maxLocalOctets) return { ...tooLong, localPart }
  if (words.some(({ kind }) => kind === 'quoted') || localPart.startsWith('"'))
    return { level: 'rfc5321', code: 'quoted-local-part', position, localPart }
  return { level: 'practical', localPart }
}
