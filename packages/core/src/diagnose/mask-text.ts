import { isPlainReply } from '../reply/peel.ts'
import { type MaskWords, maxOpenLetters, pushLetter } from './mask-words.ts'
import type { OriginFinder } from './providers.ts'

/**
 * Replies that differ in ids, addresses, names and times are the same to the rules. A masked text has the length of the text: each word that
 * may be another one (mask-words.ts) stands as another word of its kind, everything else as it is. Texts with the same mask have the same
 * diagnosis: words of phrases, marks, blanks and lengths are the same in both, and where a pattern asks for letters, capitals, hexadecimal
 * letters or digits, either text has them. What is masked, and what is not:
 * - numbers, digit by digit: not of three digits as reply codes are, not of status codes and versions (`5.7.1`, `4.16.55.1`), but of IPv4
 *   addresses; the first digit stays where a reply code could begin with it; times and waits stay where the text may ask for a wait.
 * - words of letters, letter by letter; not below four letters
 * - words of both (ids of all kinds), as a whole where they are long, else their digits
 * - words with other letters than ASCII's, and what hangs together with them: not at all
 *
 * A text that is long, or has control characters or backslashes, has no mask. Units and places are those of UTF-8.
 */
export type TextMask = {
  /** The masked text; the first `length` are meant. */
  readonly units: Uint8Array<ArrayBuffer>
  length: number
  /** `needsHost`: nobody but the text tells the remote host. False: there is no mask. */
  readonly read: (text: string, needsHost: boolean) => boolean
  /** The same for a text that is still bytes, and no plain reply: then no text is made of it. `decode` reads ASCII. */
  readonly readBytes: (bytes: Uint8Array, from: number, to: number, needsHost: boolean) => boolean
  /** Puts something behind the mask, which tells the same texts apart. */
  readonly push: (byte: number) => void
}

/** Longer replies are rare, and patterns look at no more than some hundred letters at once. */
const maxText = 1_000
/** A word of a mask is at most so long, so that a hostile text cannot make each mask a different one at great length. */
const maxWord = 64
/** Shorter words (`in`, `for`, `min`, `H`) are all kept: patterns look for some of them. */
const leastLetters = 4
/** Of the patterns in retry-hint.ts. */
const beforeWaits: ReadonlySet<string> = new Set(['in', 'for', 'after', 'least'])
/** What stands behind the text. */
const maxPushed = 64

const digitMask = 0x30
const lowerMask = 0x78
const upperMask = 0x58
const lowerHexMask = 0x61
const upperHexMask = 0x41
const idMask = 0x77
const hexIdMask = 0x68

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39
const isLetter = (unit: number): boolean => (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a)
const isWordUnit = (unit: number): boolean => isDigit(unit) || isLetter(unit)
/** 2 to 5: what a reply code can begin with. */
const beginsCode = (unit: number): boolean => unit >= 0x32 && unit <= 0x35
const isHostUnit = (unit: number): boolean => isWordUnit(unit) || unit === 0x2e || unit === 0x2d || unit === 0x5f

/** Kinds of units, a bit each: a word has those of all of its units. */
const digitKind = 1
const hexKind = 2
const letterKind = 4
const kinds: Uint8Array = Uint8Array.from({ length: 256 }, (_, unit) =>
  isDigit(unit) ? digitKind : !isLetter(unit) ? 0 : (unit | 0x20) <= 0x66 ? hexKind : letterKind
)
const folds: Uint8Array = Uint8Array.from({ length: 256 }, (_, unit) => (isLetter(unit) ? unit | 0x20 : unit))

export const openTextMask = (words: MaskWords, origins: OriginFinder): TextMask => {
  const units = new Uint8Array(maxText + maxPushed)
  const wholeUnits = new Int32Array(units.buffer)
  /** Numbers whose value matters where the text asks for a wait: where each begins and ends. */
  const waits: number[] = []
  let textLength = 0
  let text: string | undefined
  /** The text's own units, with zeros behind: asking the string for them took half of the time. */
  const chars = new Uint8Array(maxText + maxPushed)
  const wholeChars = new Int32Array(chars.buffer)
  const room = chars.subarray(0, maxText)
  const encoder = new TextEncoder()
  const decoder = new TextDecoder('latin1')
  const part = (from: number, to: number): string => text?.slice(from, to) ?? decoder.decode(chars.subarray(from, to))
  const unitAt = (at: number): number => chars[at] ?? 0
  /** Where the word before begins and ends, and whether it was more than a number. */
  let lastStart = -1
  let lastEnd = -1
  let lastHasLetters = false
  let asksForWait = false

  const maskDigits = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (isDigit(unitAt(at))) units[at] = digitMask
    if (mayBeCode(from, to)) units[from] = unitAt(from)
  }
  /** Whether a pattern could take the first digits for a reply code: they stand behind a blank, a quote or the like. */
  const mayBeCode = (from: number, to: number): boolean =>
    to - from > 2 &&
    beginsCode(unitAt(from)) &&
    isDigit(unitAt(from + 1)) &&
    isDigit(unitAt(from + 2)) &&
    !(from > 0 && standsInside(unitAt(from - 1)))

  /** Whether what stands behind a number may be a unit of time, or it is one of a clock: 5 m, 10:20:30. */
  const mayBeTime = (from: number, to: number): boolean => {
    let unit = unitAt(to)
    if (unit === 0x3a || (from > 0 && unitAt(from - 1) === 0x3a)) return true
    if (unit === 0x20) unit = unitAt(to + 1)
    const lower = unit | 0x20
    return lower === 0x73 || lower === 0x6d || lower === 0x68 || lower === 0x64
  }

  /** The end of an IPv4 address of which the first number has at least two digits; `from` where it is none. */
  const quadEnd = (from: number): number => {
    let at = from
    for (let part = 0; part < 4; part++) {
      const start = at
      while (at < from + 15 && isDigit(unitAt(at))) at++
      const size = at - start
      if (size === 0 || size > 3 || (part === 0 && size < 2)) return from
      if (part === 3) break
      if (unitAt(at) !== 0x2e) return from
      at++
    }
    const unit = unitAt(at)
    return isWordUnit(unit) || (unit === 0x2e && isDigit(unitAt(at + 1))) ? from : at
  }

  const hashOf = (from: number, to: number): number => {
    let hash = 0x811c9dc5
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ unitAt(at), 0x01000193)
    return hash
  }

  const maskQuad = (from: number, to: number): void => {
    for (let start = from; start < to; ) {
      let end = start
      while (end < to && unitAt(end) !== 0x2e) end++
      const stays = (end - start === 3 && beginsCode(unitAt(start))) || words.isPhraseWord(hashOf(start, end))
      if (!stays) maskDigits(start, end)
      start = end + 1
    }
  }

  const readNumber = (from: number, to: number, hash: number): void => {
    const before = from > 0 ? unitAt(from - 1) : 0
    const behind = unitAt(to)
    const isBehindDot = before === 0x2e && lastEnd === from - 1
    const isDotted = (isBehindDot && !lastHasLetters) || (behind === 0x2e && isDigit(unitAt(to + 1)))
    // `550-550`: a code that stands twice is one.
    const isJoined = before === 0x2d && isBehindNumber(from)
    // `d41d8cd98f00.250 - gsmtp`: behind a word's dot there is no code, unless a status follows.
    const isTail = isBehindDot && lastHasLetters && (behind === 0x20 ? !isDigit(unitAt(to + 1)) : to === textLength)
    const isCode = to - from === 3 && beginsCode(unitAt(from)) && !isTail
    if (isDotted || isJoined || isCode || to - from > maxWord || words.isPhraseWord(hash)) return
    maskDigits(from, to)
    if (mayBeTime(from, to)) waits.push(from, to)
  }

  /** Whether a number and a dot stand before `from`, or what may be a reply code and a hyphen. */
  const isBehindNumber = (from: number): boolean => {
    if (from === 0 || lastEnd !== from - 1 || lastHasLetters) return false
    const joint = unitAt(from - 1)
    return joint === 0x2e || (joint === 0x2d && lastEnd - lastStart === 3)
  }

  /** A word with other letters than ASCII's stays, and all that hangs together with it. `to`: as far as it is known. */
  const keepForeign = (from: number, to: number): number => {
    let at = to
    while (at < textLength && (unitAt(at) > 0x7f || isWordUnit(unitAt(at)))) at++
    lastStart = from
    lastEnd = at
    lastHasLetters = true
    return at
  }

  /** Reads the word at `from`, masks it if it may be another one, and gives its end. */
  const readWord = (from: number): number => {
    let hash = 0x811c9dc5
    let kind = 0
    let at = from
    for (;;) {
      const unit = chars[at] ?? 0
      const own = kinds[unit] ?? 0
      if (own === 0) break
      kind |= own
      hash = Math.imul(hash ^ (folds[unit] ?? 0), 0x01000193)
      at++
    }
    if (unitAt(at) > 0x7f) return keepForeign(from, at)
    const isJoinedToNumber = (kind & digitKind) !== 0 && isBehindNumber(from)
    if (kind === digitKind) {
      const end = unitAt(at) === 0x2e && !(from > 0 && unitAt(from - 1) === 0x2e) ? quadEnd(from) : from
      if (end > from) maskQuad(from, end)
      else readNumber(from, at, hash)
      lastStart = end > from ? -1 : from
      lastEnd = Math.max(at, end)
      lastHasLetters = false
      return lastEnd
    }
    lastStart = from
    lastEnd = at
    lastHasLetters = kind !== digitKind
    if (words.isWaitWord(hash)) asksForWait = true
    // `5.7.1x7`, `550-5f`: what follows a number's dot or hyphen tells whether it is a code.
    const stays = at - from > maxWord || isJoinedToNumber || words.isPhraseWord(hash)
    if (!stays && !holdsKeyword(from, at)) {
      const isHex = (kind & letterKind) === 0
      if ((kind & digitKind) === 0) maskLetters(from, at, isHex)
      else maskMixed(from, at, isHex)
    }
    return at
  }

  /** Whether a word holds what a pattern looks for, or begins as an open word of a phrase. */
  const holdsKeyword = (from: number, to: number): boolean => {
    let hash = 0x811c9dc5
    let letters = 0
    let run = 0
    for (let at = from; at < to; at++) {
      const unit = unitAt(at)
      if (at - from < maxOpenLetters) {
        hash = Math.imul(hash ^ (folds[unit] ?? 0), 0x01000193)
        if (words.isOpenWord(hash, at - from + 1)) return true
      }
      if (isDigit(unit)) {
        run = 0
        continue
      }
      letters = pushLetter(letters, unit)
      if (++run >= leastLetters && words.isKeyword(letters)) return true
    }
    return false
  }

  const maskLetters = (from: number, to: number, isHex: boolean): void => {
    if (to - from < leastLetters) return
    const lower = isHex ? lowerHexMask : lowerMask
    const upper = isHex ? upperHexMask : upperMask
    // `E…`: the name of an error of the system may begin so.
    const start = (unitAt(from) | 0x20) === 0x65 ? from + 1 : from
    for (let at = start; at < to; at++) units[at] = unitAt(at) < 0x60 ? upper : lower
  }

  const maskMixed = (from: number, to: number, isHex: boolean): void => {
    let changes = 0
    let capitals = 0
    let mostCapitals = 0
    for (let at = from; at < to; at++) {
      const unit = unitAt(at)
      if (at > from && isDigit(unit) !== isDigit(unitAt(at - 1))) changes++
      // From an `E` on: `[0-9A-F]` has runs of capitals everywhere.
      capitals = unit > 0x40 && unit < 0x60 && (capitals > 0 || unit === 0x45) ? capitals + 1 : 0
      if (capitals > mostCapitals) mostCapitals = capitals
    }
    const isShort = to - from < 7 || changes < 2 || (changes === 2 && !isDigit(unitAt(from)))
    // Patterns look for `E` and four capitals (`connect ECONN…`), and at the letters behind `while sending the`.
    if (!isShort && mostCapitals < 5 && !isBehindVerb(from)) {
      const letter = isHex ? hexIdMask : idMask
      units.fill(letter, from, to)
      if (!mayBeCode(from, to)) return
      // What looks like a code keeps its digits as far as it goes, and what ends it.
      for (let at = from; at < from + 4; at++) units[at] = isDigit(unitAt(at)) ? digitMask : letter
      units[from] = unitAt(from)
      return
    }
    maskDigits(from, to)
    maskRuns(from, to, isHex)
    if (mayBeWait(from, to)) waits.push(from, to)
  }

  /** A wait begins with its number, or with a word that stands right before it: `300s`, `in300s`. */
  const mayBeWait = (from: number, to: number): boolean => {
    let at = from
    while (at < to && !isDigit(unitAt(at))) at++
    return at === from || beforeWaits.has(part(from, at).toLowerCase())
  }

  /** The letters of each run that is long enough to be a word. */
  const maskRuns = (from: number, to: number, isHex: boolean): void => {
    for (let start = from; start < to; ) {
      let end = start
      while (end < to && isLetter(unitAt(end))) end++
      if (end > start) maskLetters(start, end, isHex)
      start = end + 1
    }
  }

  /** `sending x`, `the x`. */
  const isBehindVerb = (from: number): boolean => {
    const last = from > 1 && unitAt(from - 1) === 0x20 ? unitAt(from - 2) | 0x20 : 0
    return last === 0x67 || last === 0x65
  }

  const addressDomain = (): string | undefined => {
    const start = text?.indexOf('<') ?? -1
    const end = start < 0 ? -1 : (text?.indexOf('>', start) ?? -1)
    const address = end < 0 ? undefined : text?.slice(start + 1, end)
    return address?.slice(address.lastIndexOf('@') + 1)
  }

  /** The end of a host's name at `from` by which a provider is known, else `from`. */
  const knownHostEnd = (from: number): number => {
    let end = from
    let isDotted = false
    for (; end < textLength && isHostUnit(unitAt(end)); end++) if (unitAt(end) === 0x2e) isDotted = true
    return isDotted && origins.ofHost(part(from, end).replace(/^[.-]+|[.-]+$/g, '')) >= 0 ? end : from
  }

  const read = (input: string, needsHost: boolean): boolean => {
    if (input.length > maxText) return false
    // Of a part of a long string each letter by itself costs more than all at once.
    const { read: taken, written } = encoder.encodeInto(input, room)
    if (taken !== input.length) return false
    text = input
    // The domain of the address in a plain reply tells who hosts it.
    const domain = isPlainReply(input) ? addressDomain() : undefined
    // Places in bytes are places in the text only where each letter is one.
    if (written !== input.length) text = undefined
    return !(domain !== undefined && origins.ofDomain(domain) >= 0) && readUnits(written, needsHost)
  }

  const readBytes = (bytes: Uint8Array, from: number, to: number, needsHost: boolean): boolean => {
    const length = to - from
    const first = bytes[from] ?? 0
    if (length > maxText || (first >= 0x30 && first <= 0x39)) return false
    text = undefined
    for (let at = 0; at < length; at++) chars[at] = bytes[from + at] ?? 0
    return readUnits(length, needsHost)
  }

  /** Masks the first `length` units. */
  const readUnits = (length: number, needsHost: boolean): boolean => {
    textLength = length
    chars.fill(0, length, length + 4)
    for (let at = 0; at * 4 < length; at++) wholeUnits[at] = wholeChars[at] ?? 0
    waits.length = 0
    lastEnd = -1
    asksForWait = false
    for (let at = 0; at < length; ) {
      const unit = unitAt(at)
      if (unit < 0x20 || unit === 0x7f || unit === 0x5c) return false
      if (needsHost && isHostUnit(unit) && (at === 0 || !isHostUnit(unitAt(at - 1)))) {
        const end = knownHostEnd(at)
        if (end > at) {
          at = end
          continue
        }
      }
      if (unit > 0x7f) at = keepForeign(at, at)
      else if (kinds[unit] === 0) at++
      else at = readWord(at)
    }
    if (asksForWait)
      for (let index = 0; index < waits.length; index += 2)
        for (let at = waits[index] ?? 0; at < (waits[index + 1] ?? 0); at++) units[at] = chars[at] ?? 0
    mask.length = length
    return true
  }

  const mask: TextMask = {
    units,
    length: 0,
    read,
    readBytes,
    push: (byte) => {
      if (mask.length === units.length) return
      units[mask.length++] = byte
    }
  }
  return mask
}

/** `-`, `.`, `@`, `_`, `/`, `+`: before a reply code none of them stands. */
const standsInside = (unit: number): boolean =>
  unit === 0x2d || unit === 0x2e || unit === 0x40 || unit === 0x5f || unit === 0x2f || unit === 0x2b
