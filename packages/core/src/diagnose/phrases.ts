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

const open = 1
const behindGap = 2
const behindStop = 4

/** The words of all phrases in flat arrays: phrase p has the words `offset[p]` to `offset[p + 1]`. */
type PhraseWords = {
  readonly offset: Int32Array
  /** Hash of each word's letters; of an open word, the hash that a longer word must begin with. */
  readonly hash: Int32Array
  /** Hash of each word's first letters, 0 for a short word. */
  readonly prefix: Int32Array
  readonly flags: Uint8Array
  readonly letters: Uint8Array
  /** Letters of each phrase: the measure of how specific it is. */
  readonly length: Int32Array
}

/** Phrases with the anchors chosen that they are filed under: all that finding needs. */
export type CompiledPhrases = Omit<PhraseWords, 'prefix'> & {
  /** Key of each phrase's anchor, and the word of the phrase at which it stands (255 for a phrase that has none). */
  readonly anchorKey: Int32Array
  readonly anchorWord: Uint8Array
}

const gap = '…'

const readPhrases = (sources: readonly string[]): PhraseWords => {
  const words = emptyWords()
  const offset = new Int32Array(sources.length + 1)
  const length = new Int32Array(sources.length)
  const hash: number[] = []
  const prefix: number[] = []
  const flags: number[] = []
  const letters: number[] = []
  sources.forEach((source, phrase) => {
    for (let from = 0; from <= source.length; ) {
      const found = source.indexOf(gap, from)
      const to = found < 0 ? source.length : found
      readWords(words, source, from, to, 0)
      for (let index = 0; index < words.count; index++) {
        const end = words.end[index] ?? 0
        const size = end - (words.start[index] ?? 0)
        const isOpen = source.charCodeAt(end) === 0x2a
        const isBehindGap = index === 0 && from > 0 && hash.length > (offset[phrase] ?? 0)
        hash.push(words.hash[index] ?? 0)
        prefix.push(words.prefix[index] ?? 0)
        letters.push(Math.min(size, 255))
        flags.push((isOpen ? open : 0) | (isBehindGap ? behindGap : 0) | (words.afterStop[index] === 1 ? behindStop : 0))
        length[phrase] = (length[phrase] ?? 0) + size
      }
      from = to + 1
    }
    offset[phrase + 1] = hash.length
  })
  return {
    offset,
    hash: Int32Array.from(hash),
    prefix: Int32Array.from(prefix),
    flags: Uint8Array.from(flags),
    letters: Uint8Array.from(letters),
    length
  }
}

const pairKey = (first: number, second: number): number => Math.imul(first, 0x9e3779b1) ^ second
const prefixKey = (prefix: number): number => prefix ^ 0x5bd1e995

/** How much rarer than a pair a single word or the beginning of a word must be to serve as the anchor. */
const pairWeight = 1
const wordWeight = 2
const prefixWeight = 4

/** Calls `use` with each key that a phrase can be found by, the word it stands at, and its weight. */
const forEachAnchor = (
  { offset, hash, prefix, flags }: PhraseWords,
  phrase: number,
  use: (key: number, word: number, weight: number) => void
): void => {
  const first = offset[phrase] ?? 0
  const last = offset[phrase + 1] ?? 0
  for (let part = first; part < last; part++) {
    if (((flags[part] ?? 0) & open) !== 0) {
      if (prefix[part] !== 0) use(prefixKey(prefix[part] ?? 0), part - first, prefixWeight)
      continue
    }
    use(hash[part] ?? 0, part - first, wordWeight)
    if (part + 1 < last && ((flags[part + 1] ?? 0) & (behindGap | open)) === 0)
      use(pairKey(hash[part] ?? 0, hash[part + 1] ?? 0), part - first, pairWeight)
  }
}

/** What is wrong with a phrase, where something is: too short to mean anything, or impossible to find. */
export const problemOfPhrase = (source: string, use: 'says' | 'unless'): string | undefined => {
  if (/(^|\s)\*(?!\*)/.test(source)) return 'a * may stand only at the end of a word'
  const phrases = readPhrases([source])
  const size = phrases.length[0] ?? 0
  const latin = /^[\p{ASCII}\p{Script=Latin}…‘’“”–]*$/u.test(source)
  const tag = /\d/.test(source) && /\p{L}/u.test(source)
  if (size < (use === 'unless' || !latin ? 3 : tag ? 4 : 5)) return `too short to mean anything: ${size} letters and digits`
  let anchors = 0
  forEachAnchor(phrases, 0, () => anchors++)
  return anchors === 0 ? 'has no whole word and no open word of 5 letters to find it by' : undefined
}

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

/** Counts how many phrases could be filed under each key: an open-addressed table, since a Map of hashes is ten times slower to fill. */
const countKeys = (phrases: PhraseWords, count: number): { readonly of: (key: number) => number } => {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(64, phrases.hash.length * 4)))
  const keys = new Int32Array(capacity)
  const uses = new Int32Array(capacity)
  const slotFor = (key: number): number => {
    let slot = slotOf(key, capacity - 1)
    while (uses[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (capacity - 1)
    return slot
  }
  for (let phrase = 0; phrase < count; phrase++)
    forEachAnchor(phrases, phrase, (key) => {
      const slot = slotFor(key)
      keys[slot] = key
      uses[slot] = (uses[slot] ?? 0) + 1
    })
  return { of: (key) => uses[slotFor(key)] ?? 0 }
}

const noAnchor = 255

/** Chooses each phrase's anchor: the key that the fewest other phrases have. */
export const compilePhrases = (sources: readonly string[]): CompiledPhrases => {
  const { prefix, ...phrases } = readPhrases(sources)
  const withPrefix = { ...phrases, prefix }
  const uses = countKeys(withPrefix, sources.length)
  const anchorKey = new Int32Array(sources.length)
  const anchorWord = new Uint8Array(sources.length).fill(noAnchor)
  for (let phrase = 0; phrase < sources.length; phrase++) {
    let bestCost = Number.POSITIVE_INFINITY
    forEachAnchor(withPrefix, phrase, (key, word, weight) => {
      const cost = uses.of(key) * weight
      if (cost >= bestCost || word >= noAnchor) return
      bestCost = cost
      anchorKey[phrase] = key
      anchorWord[phrase] = word
    })
  }
  return { ...phrases, anchorKey, anchorWord }
}

/** Phrases are given in a fixed order; what is found refers to them by index. `compiled` saves reading them. */
export const buildPhraseFinder = (sources: readonly string[], compiled: CompiledPhrases = compilePhrases(sources)): PhraseFinder => {
  const { offset, hash, flags, letters, length, anchorKey, anchorWord } = compiled
  const entries = sources.length
  if (anchorKey.length !== entries) throw new RangeError(`${anchorKey.length} compiled phrases do not fit ${entries} phrases`)
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(64, entries * 2)))
  const mask = capacity - 1
  const keys = new Int32Array(capacity)
  const first = new Int32Array(capacity).fill(-1)
  const next = new Int32Array(entries).fill(-1)
  const filed = new Int32Array(capacity)
  // One bit for each value of 17 mixed bits of a key: most words of a text are no anchor, and 16 kB stay in the first-level cache.
  const filter = new Int32Array(4096)
  const plain = new Uint8Array(entries)
  let anchors = 0
  let fullestSlot = 0
  for (let phrase = 0; phrase < entries; phrase++) {
    let special = 0
    for (let part = offset[phrase] ?? 0; part < (offset[phrase + 1] ?? 0); part++) special |= (flags[part] ?? 0) & (open | behindGap)
    plain[phrase] = special === 0 ? 1 : 0
    if (anchorWord[phrase] === noAnchor) continue
    const key = anchorKey[phrase] ?? 0
    let slot = slotOf(key, mask)
    while (first[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & mask
    if (first[slot] === -1) anchors++
    keys[slot] = key
    next[phrase] = first[slot] ?? -1
    first[slot] = phrase
    const mixed = filterBit(key)
    filter[mixed >>> 5] = (filter[mixed >>> 5] ?? 0) | (1 << (mixed & 31))
    filed[slot] = (filed[slot] ?? 0) + 1
    if ((filed[slot] ?? 0) > (filed[fullestSlot] ?? 0)) fullestSlot = slot
  }

  const words = emptyWords()
  const found: Found[] = []
  /** The number of the read in which each phrase was found last: a phrase counts once a text, at its first place. */
  const foundIn = new Int32Array(entries)
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
  const comparePlain = (phrase: number, word: number): void => {
    const firstPart = offset[phrase] ?? 0
    const size = (offset[phrase + 1] ?? 0) - firstPart
    const firstWord = word - (anchorWord[phrase] ?? 0)
    if (firstWord < 0 || firstWord + size > words.count) return
    const hashes = words.hash
    for (let part = 0; part < size; part++) if (hash[firstPart + part] !== hashes[firstWord + part]) return
    for (let part = 1; part < size; part++)
      if (words.afterStop[firstWord + part] === 1 && ((flags[firstPart + part] ?? 0) & behindStop) === 0) return
    keep(phrase, firstWord, firstWord + size - 1)
  }

  const keep = (phrase: number, firstWord: number, lastWord: number): void => {
    foundIn[phrase] = reads
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
    if (foundIn[phrase] === reads) return
    if (plain[phrase] === 1) {
      comparePlain(phrase, word)
      return
    }
    const firstPart = offset[phrase] ?? 0
    const lastPart = offset[phrase + 1] ?? 0
    const anchor = firstPart + (anchorWord[phrase] ?? 0)
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
    let phrase = first[slot] ?? -1
    while (phrase !== -1) {
      if (keys[slot] === key) {
        for (; phrase !== -1; phrase = next[phrase] ?? -1) compare(phrase, word)
        return
      }
      slot = (slot + 1) & mask
      phrase = first[slot] ?? -1
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

  const arrays = [keys, first, next, anchorWord, filter, offset, hash, flags, letters, length]
  const fullest: string[] = []
  for (let phrase = first[fullestSlot] ?? -1; phrase >= 0; phrase = next[phrase] ?? -1) fullest.push(sources[phrase] ?? '')
  return {
    words,
    found,
    count: () => count,
    isFound: (phrase) => foundIn[phrase] === reads,
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

const slotOf = (key: number, mask: number): number => (Math.imul(key, 0x85ebca6b) >>> 12) & mask
const filterBit = (key: number): number => Math.imul(key, 0xc2b2ae35) >>> 15
