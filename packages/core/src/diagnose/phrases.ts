import { behindGap, behindStop, type CompiledPhrases, compilePhrases, noAnchor, open, pairKey, prefixKey, slotOf } from './phrase-table.ts'
import { emptyWords, hashOfPrefix, readWords, type Words } from './words.ts'

/**
 * Finds which of some thousand phrases stand in a text, in time that grows with the text alone.
 *
 * Each phrase is filed under one anchor: its rarest pair of neighbouring words, or its rarest word where it has no pair.
 * Reading a text looks every word and pair of words up once; only where an anchor is hit is the phrase compared.
 * The table of anchors is built in milliseconds and needs kilobytes where an automaton over letters needs megabytes:
 * docs/adr/0002 has the figures.
 */

/** A gap (`…`) in a phrase spans at most this many words and characters of the text, so that a comparison stays bounded. */
const maxGapWords = 20
const maxGapCharacters = 100

/** How many phrases one anchor may file: each hit compares them all, and a hostile text hits the fullest anchor at every word. */
export const maxPhrasesPerAnchor = 48

/** A found phrase: the word span in the text that was read. */
type Found = { phrase: number; firstWord: number; lastWord: number }

export type PhraseFinder = {
  /** Words of the text read last. */
  readonly words: Words
  /** Phrases found in the text read last; the first `count` of them. */
  readonly found: readonly Found[]
  readonly count: () => number
  /** Whether a phrase stands in the text read last. */
  readonly isFound: (phrase: number) => boolean
  /** Letters that a phrase matches: the measure of how specific it is. */
  readonly lengthOf: (phrase: number) => number
  /** Reads `text` between two offsets and finds its phrases. The reply code's repetitions are line joins, not words. */
  readonly read: (text: string, from: number, to: number, replyCode: number) => void
  /** Figures for the benchmark and the build. */
  readonly size: { readonly phrases: number; readonly anchors: number; readonly bytes: number; readonly fullestAnchor: number }
  /** The phrases that share the fullest anchor: the worst that a hostile text can aim at. */
  readonly fullest: readonly string[]
}

/** A phrase's record: its first word in the arrays, its shape, the next phrase of the same anchor, the read that found it last. */
const recordSize = 4
const ofFirstPart = 0
const ofShape = 1
const ofNext = 2
const ofFoundIn = 3
/** Shape: the number of words, from bit 16 the anchor's word, and a bit for phrases without gaps and open words. */
const sizeBits = 0xffff
const anchorShift = 16
const plainBit = 1 << 24

/** Phrases are given in a fixed order; what is found refers to them by index. `compiled` saves reading them. */
export const buildPhraseFinder = (sources: readonly string[], compiled: CompiledPhrases = compilePhrases(sources)): PhraseFinder => {
  const { offset, hash, flags, letters, length, anchorKey, anchorWord } = compiled
  const entries = sources.length
  if (anchorKey.length !== entries) throw new RangeError(`${anchorKey.length} compiled phrases do not fit ${entries} phrases`)
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(64, entries * 2)))
  const mask = capacity - 1
  // A key and the first phrase filed under it (plus one, 0 for none) side by side, and all that comparing asks of a phrase in
  // one record: a look-up touches one line of the cache for each, where separate arrays took seven (1.9 → 1.8 µs a text).
  const slots = new Int32Array(capacity * 2)
  const records = new Int32Array(entries * recordSize)
  const filed = new Int32Array(capacity)
  // One bit for each value of 17 mixed bits of a key: most words of a text are no anchor, and 16 kB stay in the first-level cache.
  const filter = new Int32Array(4096)
  let anchors = 0
  let fullestSlot = 0
  for (let phrase = 0; phrase < entries; phrase++) {
    const from = offset[phrase] ?? 0
    const to = offset[phrase + 1] ?? 0
    let special = 0
    for (let part = from; part < to; part++) special |= (flags[part] ?? 0) & (open | behindGap)
    const record = phrase * recordSize
    records[record + ofFirstPart] = from
    records[record + ofShape] = (to - from) | ((anchorWord[phrase] ?? 0) << anchorShift) | (special === 0 ? plainBit : 0)
    if (anchorWord[phrase] === noAnchor) continue
    const key = anchorKey[phrase] ?? 0
    let slot = slotOf(key, mask)
    while (slots[slot * 2 + 1] !== 0 && slots[slot * 2] !== key) slot = (slot + 1) & mask
    if (slots[slot * 2 + 1] === 0) anchors++
    slots[slot * 2] = key
    records[record + ofNext] = slots[slot * 2 + 1] ?? 0
    slots[slot * 2 + 1] = phrase + 1
    const mixed = filterBit(key)
    filter[mixed >>> 5] = (filter[mixed >>> 5] ?? 0) | (1 << (mixed & 31))
    filed[slot] = (filed[slot] ?? 0) + 1
    if ((filed[slot] ?? 0) > (filed[fullestSlot] ?? 0)) fullestSlot = slot
  }

  const words = emptyWords()
  const found: Found[] = []
  let reads = 0
  let count = 0
  let text = ''

  const wordMatches = (part: number, word: number): boolean => {
    const flag = flags[part] ?? 0
    if ((flag & open) === 0) return hash[part] === words.hash[word]
    const size = letters[part] ?? 0
    return hashOfPrefix(text, words.start[word] ?? 0, words.end[word] ?? 0, size) === hash[part]
  }

  /** The end of the segment that begins with part `part` at word `word`: the index behind its last word, or -1. */
  const segmentFrom = (part: number, word: number, lastPart: number): number => {
    let at = word
    for (let current = part; current < lastPart; current++) {
      const flag = flags[current] ?? 0
      if (current > part) {
        if ((flag & behindGap) !== 0) return at
        if (words.afterStop[at] === 1 && (flag & behindStop) === 0) return -1
      }
      if (at >= words.count || !wordMatches(current, at)) return -1
      at++
    }
    return at
  }

  const segmentEnd = (part: number, lastPart: number): number => {
    let end = part + 1
    while (end < lastPart && ((flags[end] ?? 0) & behindGap) === 0) end++
    return end
  }

  const segmentStart = (part: number, firstPart: number): number => {
    let start = part
    while (start > firstPart && ((flags[start] ?? 0) & behindGap) === 0) start--
    return start
  }

  /** A phrase of closed words without a gap, as most are: its words follow each other in the text or they do not. */
  const comparePlain = (phrase: number, firstPart: number, size: number, firstWord: number): void => {
    if (firstWord < 0 || firstWord + size > words.count) return
    const hashes = words.hash
    for (let part = 0; part < size; part++) if (hash[firstPart + part] !== hashes[firstWord + part]) return
    for (let part = 1; part < size; part++)
      if (words.afterStop[firstWord + part] === 1 && ((flags[firstPart + part] ?? 0) & behindStop) === 0) return
    keep(phrase, firstWord, firstWord + size - 1)
  }

  const keep = (phrase: number, firstWord: number, lastWord: number): void => {
    records[phrase * recordSize + ofFoundIn] = reads
    const slot = found[count]
    if (slot === undefined) found.push({ phrase, firstWord, lastWord })
    else {
      slot.phrase = phrase
      slot.firstWord = firstWord
      slot.lastWord = lastWord
    }
    count++
  }

  const compare = (phrase: number, word: number): void => {
    const record = phrase * recordSize
    // A phrase counts once a text, at its first place.
    if (records[record + ofFoundIn] === reads) return
    const shape = records[record + ofShape] ?? 0
    const wordOfAnchor = (shape >>> anchorShift) & 255
    if ((shape & plainBit) !== 0) {
      comparePlain(phrase, records[record + ofFirstPart] ?? 0, shape & sizeBits, word - wordOfAnchor)
      return
    }
    const firstPart = offset[phrase] ?? 0
    const lastPart = offset[phrase + 1] ?? 0
    const anchor = firstPart + wordOfAnchor
    const start = segmentStart(anchor, firstPart)
    let firstWord = word - (anchor - start)
    if (firstWord < 0) return
    let behind = segmentFrom(start, firstWord, lastPart)
    if (behind < 0) return
    // Segments behind the anchor's, each the nearest one within the gap.
    for (let part = segmentEnd(start, lastPart); part < lastPart; part = segmentEnd(part, lastPart)) {
      const gapStart = words.end[behind - 1] ?? 0
      let matched = -1
      for (let at = behind; at < words.count && at <= behind + maxGapWords; at++) {
        if ((words.start[at] ?? 0) - gapStart > maxGapCharacters) break
        matched = segmentFrom(part, at, lastPart)
        if (matched >= 0) break
      }
      if (matched < 0) return
      behind = matched
    }
    // Segments before it.
    for (let part = start; part > firstPart; ) {
      part = segmentStart(part - 1, firstPart)
      const size = segmentEnd(part, lastPart) - part
      const gapEnd = words.start[firstWord] ?? 0
      let matched = -1
      for (let at = firstWord - size; at >= 0 && at >= firstWord - size - maxGapWords; at--) {
        if (gapEnd - (words.end[at + size - 1] ?? 0) > maxGapCharacters) break
        if (segmentFrom(part, at, lastPart) >= 0) {
          matched = at
          break
        }
      }
      if (matched < 0) return
      firstWord = matched
    }
    keep(phrase, firstWord, behind - 1)
  }

  /** Compares every phrase that is filed under a key with the text at `word`. */
  const lookUp = (key: number, word: number): void => {
    let slot = slotOf(key, mask)
    for (;;) {
      let phrase = slots[slot * 2 + 1] ?? 0
      if (phrase === 0) return
      if (slots[slot * 2] === key) {
        for (; phrase !== 0; phrase = records[(phrase - 1) * recordSize + ofNext] ?? 0) compare(phrase - 1, word)
        return
      }
      slot = (slot + 1) & mask
    }
  }

  const read = (input: string, from: number, to: number, replyCode: number): void => {
    text = input
    count = 0
    reads++
    readWords(words, input, from, to, replyCode)
    const total = words.count
    const hashes = words.hash
    const prefixes = words.prefix
    let before = 0
    for (let word = 0; word < total; word++) {
      const key = hashes[word] ?? 0
      let bit = filterBit(key)
      if (((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0) lookUp(key, word)
      if (word > 0) {
        const pair = pairKey(before, key)
        bit = filterBit(pair)
        if (((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0) lookUp(pair, word - 1)
      }
      const prefix = prefixes[word] ?? 0
      if (prefix !== 0) {
        bit = filterBit(prefixKey(prefix))
        if (((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0) lookUp(prefixKey(prefix), word)
      }
      before = key
    }
    text = ''
  }

  const arrays = [slots, records, filter, offset, hash, flags, letters, length]
  const fullest: string[] = []
  for (let phrase = slots[fullestSlot * 2 + 1] ?? 0; phrase !== 0; phrase = records[(phrase - 1) * recordSize + ofNext] ?? 0)
    fullest.push(sources[phrase - 1] ?? '')
  return {
    words,
    found,
    count: () => count,
    isFound: (phrase) => records[phrase * recordSize + ofFoundIn] === reads,
    lengthOf: (phrase) => length[phrase] ?? 0,
    read,
    size: {
      phrases: entries,
      anchors,
      bytes: arrays.reduce((sum, array) => sum + array.byteLength, 0),
      fullestAnchor: fullest.length
    },
    fullest
  }
}

const filterBit = (key: number): number => Math.imul(key, 0xc2b2ae35) >>> 15
