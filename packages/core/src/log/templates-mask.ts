import { maskPiece, minRandom, variable } from './templates-piece.ts'

/**
 * Takes out of an error text what differs from message to message, so that texts of one kind become one text.
 *
 * Accepts any string. Gives words joined by one blank; `…` stands for addresses, host names, IP addresses, URLs, paths, numbers, times, ids
 * and what stands in quotes; neighbours that are nothing else become one. Reply codes, enhanced status codes and the short codes of
 * providers (`[TSS04]`, `OFR_999`) stay. One pass over at most `maxText` characters; a longer text, or one of more words, ends with `…`.
 */

/** Replies of many lines are quoted in full; their kind is told by their beginning. */
const maxText = 2_000
const maxWords = 60
/** A sentence in quotes is no name. */
const maxQuoted = 200

const letter = 0
const special = 1
const quote = 2

/** Letters, and marks that no name has inside: words of these alone stay as they are. */
const kinds: Uint8Array = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit)
  if (character === '"' || character === "'") return quote
  return /[0-9@./:=_\\#+-]/.test(character) ? special : letter
})

const isSpace = (unit: number): boolean => unit <= 0x20 || unit === 0x7f || unit === 0xa0

const isReplyCode = (text: string, at: number): boolean => {
  const first = text.charCodeAt(at)
  const [second, third] = [text.charCodeAt(at + 1), text.charCodeAt(at + 2)]
  return (first === 0x32 || first === 0x34 || first === 0x35) && second >= 0x30 && second <= 0x39 && third >= 0x30 && third <= 0x39
}

/** `550`, `550-5.7.1`: behind the beginning, a colon, or before a status; elsewhere `250` is a number of something. */
const startsReply = (text: string, start: number, end: number, before: string): boolean => {
  if (!isReplyCode(text, start)) return false
  const next = text.charCodeAt(start + 3)
  if (end - start > 3 && next !== 0x2d) return false
  if (end - start > 4 && !/^[245]\.\d{1,3}\.\d{1,3}$/.test(text.slice(start + 4, end))) return false
  return (
    before === '' ||
    before.endsWith(':') ||
    /^\d{3}$/.test(before) ||
    end - start > 4 ||
    /^ [245]\.\d{1,3}\.\d/.test(text.slice(end, end + 8))
  )
}

/** Where the quoted part that begins in this word ends, or -1: an apostrophe opens nothing, and neither does a quote that nobody closes. */
const quotedPart = (text: string, start: number, end: number): readonly [number, number] | undefined => {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at)
    if (unit !== 0x22 && unit !== 0x27) continue
    if (at > start && !'([<{=:'.includes(text[at - 1] ?? '')) continue
    const close = text.slice(at + 1, at + 1 + maxQuoted).indexOf(text[at] ?? '')
    if (close <= 0) continue
    const behind = text[at + 2 + close]
    if (behind === undefined || !/[\p{L}\p{N}]/u.test(behind)) return [at, at + 1 + close]
  }
  return undefined
}

const dateWord = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec),?$/
const isVariable = (word: string): boolean => word === variable || (word.length === 2 && word[0] === variable)

/** The words of a text, masked. */
export const maskedWords = (input: string): string[] => {
  const text = input.length > maxText ? input.slice(0, maxText) : input
  const words: string[] = []
  let before = ''
  const push = (word: string): void => {
    if (isVariable(word)) {
      while (words.length > 0 && (isVariable(before) || dateWord.test(before))) {
        words.pop()
        before = words.at(-1) ?? ''
      }
    } else if (word.length < 5 && isVariable(before) && dateWord.test(word)) return
    words.push(word)
    before = word
  }
  let at = 0
  while (at < text.length) {
    if (isSpace(text.charCodeAt(at))) {
      at++
      continue
    }
    if (words.length === maxWords) {
      push(variable)
      return words
    }
    const start = at
    let kind = 0
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      if (unit < 128) {
        if (unit <= 0x20 || unit === 0x7f) break
        kind |= kinds[unit] ?? 0
      } else if (unit === 0xa0) break
    }
    const quoted = (kind & quote) === 0 ? undefined : quotedPart(text, start, at)
    if (quoted !== undefined) {
      const [open, close] = quoted
      at = close + 1
      while (at < text.length && !isSpace(text.charCodeAt(at))) at++
      const mark = text[open] ?? ''
      push(`${maskPiece(text.slice(start, open), before)}${mark}${variable}${mark}${maskPiece(text.slice(close + 1, at), '')}`)
    } else {
      const word = text.slice(start, at)
      const stays = at - start < minRandom && ((kind & special) === 0 || startsReply(text, start, at, before))
      push(stays ? word : maskPiece(word, before))
    }
  }
  if (input.length > text.length) push(variable)
  return words
}
