import type { Knowledge } from '../knowledge/knowledge.ts'
import { phrasesOf } from './rules.ts'
import { emptyWords, localPartMark, readWords } from './words.ts'

/**
 * Which words of a reply may be another word without making another diagnosis: those of no phrase of the rules, and with no part that the
 * patterns around the rules look for (wrappers in reply/peel.ts, remote host and step in reply/facts.ts, waits in retry-hint.ts, two in
 * diagnose.ts). Numbers are for who masks them: patterns look at their digits.
 */
export type MaskWords = {
  /** Whether a phrase may hold the word: by the hash of its folded letters (`Words.hash`). */
  readonly isPhraseWord: (hash: number) => boolean
  /** Whether an open word of a phrase (`blacklist*`) begins with the letters hashed so far, of which there are `count`. */
  readonly isOpenWord: (hash: number, count: number) => boolean
  /** Whether four letters are the beginning of something that a pattern looks for, as `pushLetter` packs them. */
  readonly isKeyword: (letters: number) => boolean
  /** Words without which nobody asks for a wait (retry-hint.ts). */
  readonly isWaitWord: (hash: number) => boolean
}

/** The first four letters of every longer run of letters in those patterns (a test reads them), wherever it stands in a word. */
const keywords =
  'acce acco addi addr admi afte agai answ auth back bann befo bloc body boun byte cann caus cert chec clie code come comm conn ' +
  'conv coul data days defe dela deli deta diag dial disa dmar does doma dotn econ ehlo ehos emai enet enve errn erro etim exce ' +
  'exch exim expi fact fail filt fina floo foun fqdn from gene geta givi gree grey hand helo hint host hour http info init inva ' +
  'java know late leas left lhlo like line lmtp loca logi look loop lost mail math mess milt mins minu more name neve node none ' +
  'noqu numb open orig othe outc outl peel perf perm phra pipe plea poli port post prov pyth qmai rcpt rece reci refu reje rela ' +
  'rele rema remo repl rese resp resu retr retu rule said says seco secs seku send sent serv smtp soft star stat stop stun such ' +
  'synt syst tabl tage talk tech temp text that thun time tran unav unde unkn user veri vers wait warn weak were whil with wrap'

const waitWords = 'retry try again wait back resend deferred delayed greylisted greylisting later before remaining left'

/** Four letters in twenty bits, case aside. */
export const pushLetter = (letters: number, unit: number): number => ((letters << 5) | (unit & 31)) & 0xfffff

/** Open words are told by as many of their letters, or all where they have fewer. */
export const maxOpenLetters = 5

/** A set of 32-bit numbers, open-addressed: a Set of numbers took a third of the time of masking. 0 stands for an empty slot. */
const openHashSet = (numbers: Iterable<number>): ((number: number) => boolean) => {
  const list = [...numbers].map((number) => number | 0)
  const capacity = 2 ** Math.ceil(Math.log2(list.length * 3 + 2))
  const mask = capacity - 1
  const slots = new Int32Array(capacity)
  const slotOf = (number: number): number => (Math.imul(number, 0xc2b2ae35) >>> 12) & mask
  for (const number of list) {
    let slot = slotOf(number)
    while (slots[slot] !== 0 && slots[slot] !== number) slot = (slot + 1) & mask
    slots[slot] = number
  }
  return (number) => {
    for (let slot = slotOf(number); ; slot = (slot + 1) & mask) {
      const held = slots[slot]
      if (held === number) return true
      if (held === 0) return false
    }
  }
}

export const buildMaskWords = (knowledge: Knowledge): MaskWords => {
  const words = emptyWords()
  const hashes = new Set<number>()
  const open = new Set<number>()
  for (const phrase of phrasesOf(knowledge.rules)) {
    readWords(words, phrase, 0, phrase.length, 0)
    const { count } = words
    const ends = words.end.slice(0, count)
    const starts = words.start.slice(0, count)
    for (let word = 0; word < count; word++) {
      const hash = words.hash[word] ?? 0
      hashes.add(hash)
      // A word before an `@` has another hash: either stands for both.
      hashes.add(hash ^ localPartMark)
    }
    for (let word = 0; word < count; word++) {
      if (phrase.charCodeAt(ends[word] ?? 0) !== 0x2a) continue
      const start = starts[word] ?? 0
      readWords(words, phrase, start, Math.min(ends[word] ?? 0, start + maxOpenLetters), 0)
      open.add(words.hash[0] ?? 0)
    }
  }
  const grams = new Int32Array(0x100000 >>> 5)
  for (const keyword of keywords.split(' ')) {
    let letters = 0
    for (let at = 0; at < keyword.length; at++) letters = pushLetter(letters, keyword.charCodeAt(at))
    grams[letters >>> 5] = (grams[letters >>> 5] ?? 0) | (1 << (letters & 31))
  }
  const isOpen = openHashSet(open)
  readWords(words, waitWords, 0, waitWords.length, 0)
  const waits = words.hash.slice(0, words.count)
  return {
    isPhraseWord: openHashSet(hashes),
    isOpenWord: (hash, count) => count <= maxOpenLetters && isOpen(hash),
    isWaitWord: openHashSet(waits),
    isKeyword: (letters) => ((grams[letters >>> 5] ?? 0) & (1 << (letters & 31))) !== 0
  }
}
