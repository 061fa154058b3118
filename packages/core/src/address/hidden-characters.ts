import { toASCII } from 'tr46'
import type { AddressCode } from './address-codes.ts'

/**
 * Characters of addresses that are not what they seem: nobody sees them, or they look like the punctuation of an address.
 * They come with text copied from web pages, documents and chats, and with attacks.
 */
type Hidden = { readonly code: AddressCode; readonly offset: number }

/** Spaces other than U+0020 (Unicode Zs), and the line and paragraph separators. */
const isUnusualSpace = (character: string): boolean => /^[\p{Zs}\p{Zl}\p{Zp}]$/u.test(character) && character !== ' '

const isJoiner = (character: string): boolean => character === '\u200c' || character === '\u200d'

/** What a renderer shows nothing for: zero-width and direction marks, soft hyphen, fillers, selectors, tags; blank Braille. */
const isInvisible = (character: string): boolean => /^[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]$/u.test(character)

const isControl = (character: string): boolean => /^\p{Cc}$/u.test(character)

/** Nothing to see: read as the space is when it stands at the ends of an address. */
export const isBlank = (character: string): boolean =>
  (character < '!' || character > '~') && (isUnusualSpace(character) || isInvisible(character) || isControl(character))

/**
 * Punctuation that stands in for the ASCII one on keyboards of East Asia and in word processors: full-width and small forms,
 * ideographic full stops and commas, typographic apostrophes and dashes, the Greek question mark (which NFC turns into `;`).
 */
const lookalikes: ReadonlyMap<string, string> = new Map([
  ['\uff20', '@'],
  ['\ufe6b', '@'],
  ['\uff0e', '.'],
  ['\u3002', '.'],
  ['\uff61', '.'],
  ['\ufe52', '.'],
  ['\u2024', '.'],
  ['\uff0c', ','],
  ['\u3001', ','],
  ['\u037e', ';'],
  ['\uff1b', ';'],
  ['\uff1a', ':'],
  ['\uff3f', '_'],
  ['\uff0b', '+'],
  ['\uff0d', '-'],
  ['\ufe63', '-'],
  ['\u2010', '-'],
  ['\u2011', '-'],
  ['\u2012', '-'],
  ['\u2013', '-'],
  ['\u2014', '-'],
  ['\u2212', '-'],
  ['\u2018', "'"],
  ['\u2019', "'"],
  ['\uff07', "'"],
  ['\uff02', '"'],
  ['\u201c', '"'],
  ['\u201d', '"']
])

const isAtLookalike = (character: string): boolean => lookalikes.get(character) === '@'

/**
 * U+200C and U+200D are needed to write Persian and the scripts of India, and mean nothing elsewhere: RFC 5892 appendix A tells
 * where, and UTS 46's CheckJoiners asks for it.
 */
const isWordWithJoiners = (word: string): boolean => toASCII(word, { checkJoiners: true }) !== null

/** First character that cannot be what was meant, in a part of an address of well-formed Unicode; `joiners` false: UTS 46 sees to them. */
export const findHidden = (text: string, joiners: boolean): Hidden | undefined => {
  let offset = 0
  for (const character of text) {
    const unit = character.charCodeAt(0)
    if (unit > 0x7e || unit < 0x20) {
      if (isControl(character)) return { code: 'control-character', offset }
      if (isUnusualSpace(character)) return { code: 'unusual-space', offset }
      if (character === '\ufffd') return { code: 'replacement-character', offset }
      if (/^\p{Noncharacter_Code_Point}$/u.test(character)) return { code: 'malformed-unicode', offset }
      if (isAtLookalike(character)) return { code: 'confusable-character', offset }
      if (isInvisible(character) && !isJoiner(character)) return { code: 'invisible-character', offset }
    }
    offset += character.length
  }
  if (joiners)
    for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}\u200c\u200d]+/gu)) {
      const joiner = word.search(/[\u200c\u200d]/)
      if (joiner >= 0 && !isWordWithJoiners(word)) return { code: 'invisible-character', offset: index + joiner }
    }
  return undefined
}

/**
 * Offset of a look-alike of ASCII punctuation where all else is ASCII, so that it cannot belong to a name of another script;
 * -1 for none.
 */
export const findLookalike = (text: string): number => {
  let first = -1
  let offset = 0
  for (const character of text) {
    // NFC makes ASCII of a few others, such as the Kelvin sign.
    if (character > '\x7f' && (lookalikes.has(character) || character.normalize('NFC') > '\x7f')) {
      if (!lookalikes.has(character)) return -1
      if (first < 0) first = offset
    }
    offset += character.length
  }
  return first
}

export const withoutInvisible = (text: string): string =>
  Array.from(text)
    .filter((character) => !isInvisible(character) && (!isControl(character) || /[\0\t\r\n]/.test(character)))
    .join('')

export const withPlainSpaces = (text: string): string =>
  Array.from(text, (character) => (isUnusualSpace(character) ? ' ' : character)).join('')

export const withPlainPunctuation = (text: string): string =>
  Array.from(text, (character) => lookalikes.get(character) ?? character).join('')
