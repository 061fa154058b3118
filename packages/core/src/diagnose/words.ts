import { isDigit, isSpaceUnit } from '../reply/units.ts'

/**
 * Cuts text into words, the unit in which rules are compared with replies.
 *
 * Accepts any UTF-16 string. Gives, for each word, a 32-bit hash of its folded letters and its place in the input.
 * Policy: case, accents, white space, punctuation, line breaks and the line joins of multi-line replies
 * (`550-5.7.1 ` in the middle of a sentence) make no difference. A full stop, semicolon, exclamation or
 * question mark before white space does: no phrase reaches over it unless it has one itself, so that
 * "… for this user. Unknown command" is not "user unknown". Ideographs, kana and Hangul are words of one character,
 * since those scripts put no spaces. The words of an address's local part are no words of a sentence. Unpaired
 * surrogates, control characters and U+FFFD separate words.
 *
 * Plain loops and typed arrays on purpose: this runs over every byte of every log line. See bench/classify.ts.
 */

const separator = 1
const stop = 2
const firstLetter = 3
/** Soft hyphens, combining marks and the like: they neither end a word nor count in it. */
const ignored = 0xffff

/** Code unit → folded code unit, or one of the values above; 0 where it has not been computed yet. */
const folded: Uint16Array = new Uint16Array(65536)

const firstIdeograph = 0x3040

const isIdeograph = (unit: number): boolean =>
  (unit >= firstIdeograph && unit <= 0x30ff) || (unit >= 0x3400 && unit <= 0x9fff) || (unit >= 0xac00 && unit <= 0xd7af)

const foldSlowly = (unit: number): number => {
  if (unit >= 0xd800 && unit <= 0xdfff) return separator
  if (unit >= 0xff01 && unit <= 0xff5e) return fold(unit - 0xfee0)
  const character = String.fromCharCode(unit)
  if (unit === 0xad || (unit >= 0x200b && unit <= 0x200f) || unit === 0x2060 || unit === 0xfeff) return ignored
  if (/\p{M}/u.test(character)) return ignored
  if (/[.;!?。；！？]/u.test(character)) return stop
  if (!/[\p{L}\p{N}]/u.test(character)) return separator
  if (unit === 0x131) return 0x69
  // A Hangul syllable falls apart into its letters, and kana lose their voicing: those stay as they are.
  if (isIdeograph(unit)) return unit
  const base = character.normalize('NFD').toLowerCase().charCodeAt(0)
  return base < firstLetter ? separator : base
}

const fold = (unit: number): number => {
  const known = folded[unit] ?? 0
  if (known !== 0) return known
  const value = foldSlowly(unit)
  folded[unit] = value
  return value
}

/** The same for ASCII alone, which nearly every text is: 128 bytes stay in the first-level cache. */
const ascii: Uint8Array = Uint8Array.from({ length: 128 }, (_, unit) => fold(unit))

const letterOf = (unit: number): number => (unit < 128 ? (ascii[unit] as number) : fold(unit))

const seed = 0x811c9dc5
const prime = 0x01000193

/** How many letters of a word the prefix hash covers: an open word (`blacklist*`) must be at least this long. */
const prefixLetters = 5

/** A firewall that rewrites SMTP masks the greeting with asterisks: the one place where they are a word. */
const maskedGreeting = '220 ********'
const maskedHash = 0x1f3a9c57

/** Words of one text; one instance is filled again for each text, so that reading a log allocates nothing. */
export type Words = {
  count: number
  hash: Int32Array
  /** Hash of the first `prefixLetters` letters, 0 for a shorter word. */
  prefix: Int32Array
  /** Offset of the word's first code unit in the text. */
  start: Int32Array
  /** Offset behind the word's last code unit. */
  end: Int32Array
  /** 1 where a sentence ended between this word and the one before. */
  afterStop: Uint8Array
}

const roomFor = (size: number): Words => ({
  count: 0,
  hash: new Int32Array(size),
  prefix: new Int32Array(size),
  start: new Int32Array(size),
  end: new Int32Array(size),
  afterStop: new Uint8Array(size)
})

export const emptyWords = (): Words => roomFor(1024)

const grow = (words: Words): void => {
  const bigger = roomFor(words.hash.length * 4)
  bigger.hash.set(words.hash)
  bigger.prefix.set(words.prefix)
  bigger.start.set(words.start)
  bigger.end.set(words.end)
  bigger.afterStop.set(words.afterStop)
  Object.assign(words, bigger, { count: words.count })
}

/**
 * Where the text goes on behind a repeated reply code (`550-5.7.26 `, `550 `) that begins at `at`, or `at` where none does.
 * Only the code of the reply itself counts, so that a number in a sentence stays one.
 */
const afterLineJoin = (text: string, at: number, end: number, code: number): number => {
  if (at + 3 >= end) return at
  if ((text.charCodeAt(at) - 48) * 100 + (text.charCodeAt(at + 1) - 48) * 10 + text.charCodeAt(at + 2) - 48 !== code) return at
  const mark = text.charCodeAt(at + 3)
  if (mark !== 0x2d && mark !== 0x20) return at
  let next = at + 4
  while (next < end && text.charCodeAt(next) === 0x20) next++
  const status = afterStatus(text, next, end)
  if (mark === 0x20 && status === next) return at
  return status
}

/** Where the text goes on behind an enhanced status code at `at`, or `at`. */
const afterStatus = (text: string, at: number, end: number): number => {
  const first = text.charCodeAt(at)
  if ((first !== 0x32 && first !== 0x34 && first !== 0x35) || text.charCodeAt(at + 1) !== 0x2e) return at
  let next = at + 2
  let dots = 1
  let digits = 0
  for (; next < end; next++) {
    const unit = text.charCodeAt(next)
    if (isDigit(unit)) {
      if (++digits > 3) return at
    } else if (unit === 0x2e && dots === 1 && digits > 0) {
      dots = 2
      digits = 0
    } else break
  }
  return dots === 2 && digits > 0 ? next : at
}

/**
 * Fills `words` with the words of `text` between the offsets `from` and `to`.
 * `replyCode` is the code of the reply that the text is, 0 where there is none: its repetitions are line joins, not words.
 *
 * One inner loop per word keeps the hash in a register: 350 ns a text of 78 characters against 660 ns for one loop over all.
 */
export const readWords = (words: Words, text: string, from: number, to: number, replyCode: number): void => {
  const codeDigit = replyCode === 0 ? -1 : 48 + Math.floor(replyCode / 100)
  let { hash: hashes, prefix: prefixes, start: starts, end: ends, afterStop } = words
  let count = 0
  let stopped = 0
  let at = from
  while (at < to) {
    let unit = text.charCodeAt(at)
    let letter = letterOf(unit)
    if (letter < firstLetter || letter === ignored) {
      if (letter === stop && (unit > 127 || at + 1 >= to || isSpaceUnit(text.charCodeAt(at + 1)))) stopped = 1
      else if (unit === 0x5c && at + 1 < to && isEscapedLineBreak(text.charCodeAt(at + 1))) at++
      else if (unit === 0x2a && text.startsWith(maskedGreeting, at - 4)) {
        // The code belongs to the mask, so that it makes no difference whether it was read as the reply's code before.
        if (count > 0 && ends[count - 1] === at - 1) count--
        if (count === hashes.length) {
          grow(words)
          ;({ hash: hashes, prefix: prefixes, start: starts, end: ends, afterStop } = words)
        }
        starts[count] = at
        while (at + 1 < to && text.charCodeAt(at + 1) === 0x2a) at++
        hashes[count] = maskedHash
        prefixes[count] = 0
        ends[count] = at + 1
        afterStop[count] = stopped
        count++
      } else if (unit === 0x40 && count > 0 && ends[count - 1] === at) markLocalPart(words, text, count)
      at++
      continue
    }
    if (unit === codeDigit) {
      const next = afterLineJoin(text, at, to, replyCode)
      if (next !== at) {
        at = next
        continue
      }
    }
    if (count === hashes.length) {
      grow(words)
      ;({ hash: hashes, prefix: prefixes, start: starts, end: ends, afterStop } = words)
    }
    starts[count] = at
    afterStop[count] = stopped
    stopped = 0
    let hash = seed
    let prefix = 0
    let letters = 0
    const alone = unit >= firstIdeograph && isIdeograph(unit)
    for (;;) {
      if (letter !== ignored) {
        hash = Math.imul(hash ^ letter, prime)
        if (++letters === prefixLetters) prefix = hash
      }
      at++
      if (at >= to || alone) break
      unit = text.charCodeAt(at)
      // ASCII holds nothing to be ignored and no ideograph: nearly every letter takes this way.
      if (unit < 128) {
        letter = ascii[unit] as number
        if (letter < firstLetter) break
      } else {
        letter = fold(unit)
        if (letter < firstLetter || (unit >= firstIdeograph && isIdeograph(unit))) break
      }
    }
    hashes[count] = hash
    prefixes[count] = prefix
    ends[count] = at
    count++
  }
  words.count = count
}

/** Keeps words of a local part apart from the same words in a sentence. */
export const localPartMark = 0x2545f491

/**
 * Marks the words of the local part before an `@`: what a person called his mailbox (`user.unknown@example.com`) is no
 * word of the server. A phrase that names an address (`abuse@example.net`) is marked the same way and still matches it.
 */
const markLocalPart = ({ hash, prefix, start, end }: Words, text: string, count: number): void => {
  for (let word = count - 1; word >= 0; word--) {
    hash[word] = (hash[word] ?? 0) ^ localPartMark
    prefix[word] = 0
    if (word === 0 || !isInLocalPart(text, end[word - 1] ?? 0, start[word] ?? 0)) return
  }
}

/** Between the words of a local part stands one of the marks that an address may hold without quotes (RFC 5322 §3.2.3). */
const isInLocalPart = (text: string, from: number, to: number): boolean =>
  to - from === 1 && ".+-_='!#$%&*/?^`{|}~".includes(text[from] ?? ' ')

/** Logs print the line breaks of a reply as `\n` or `\r`. */
const isEscapedLineBreak = (unit: number): boolean => unit === 0x6e || unit === 0x72

/** The hash of the first `letters` letters of the word at `start`: what an open word of a phrase is compared with. */
export const hashOfPrefix = (text: string, start: number, end: number, letters: number): number => {
  let hash = seed
  let left = letters
  for (let at = start; at < end && left > 0; at++) {
    const letter = fold(text.charCodeAt(at))
    if (letter === ignored) continue
    hash = Math.imul(hash ^ letter, prime)
    left--
  }
  return left === 0 ? hash : 0
}

/** The folded form of a text, words joined by one space: for comparing and showing phrases, never in a hot path. */
export const foldText = (text: string): string => {
  const words = emptyWords()
  readWords(words, text, 0, text.length, 0)
  const parts: string[] = []
  for (let index = 0; index < words.count; index++) {
    let part = ''
    for (let at = words.start[index] ?? 0; at < (words.end[index] ?? 0); at++) {
      const letter = fold(text.charCodeAt(at))
      if (letter >= firstLetter && letter !== ignored) part += String.fromCharCode(letter)
    }
    parts.push(part)
  }
  return parts.join(' ')
}
