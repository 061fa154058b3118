import { emptyWords, readWords } from './words.ts'

/**
 * Phrases as flat arrays of word hashes, each with the anchor by which it is found: its rarest pair of neighbouring words, or
 * its rarest word where it has no pair.
 */

/** Marks of a phrase's word. */
export const open = 1
export const behindGap = 2
export const behindStop = 4

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

export const pairKey = (first: number, second: number): number => Math.imul(first, 0x9e3779b1) ^ second
export const prefixKey = (prefix: number): number => prefix ^ 0x5bd1e995

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

/** The anchor's word of a phrase that has no anchor. */
export const noAnchor = 255

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

export const slotOf = (key: number, mask: number): number => (Math.imul(key, 0x85ebca6b) >>> 12) & mask
