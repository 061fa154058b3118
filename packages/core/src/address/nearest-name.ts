import type { NameWeight } from '../knowledge/knowledge.ts'
import { lookOf } from './confusables.ts'
import { slip, slipsBetween } from './edit-distance.ts'
import { lettersOf, mailNames, type NameEntry } from './mail-names.ts'
import { endingSlips } from './suffix.ts'

export type NearName = {
  readonly domain: string
  readonly kind: 'edit' | 'keyboard' | 'confusable' | 'tld' | 'repeated' | 'swapped'
  readonly confidence: 'certain' | 'likely' | 'weak'
  readonly cost: number
}

/** Costs are sums of decimal fractions. */
const rounding = 0.001

/** Between two that are equally near, the one that more mail goes to is meant. */
const penalty: Readonly<Record<NameWeight, number>> = { giant: 0, large: 0.15, usual: 0.3 }

/** Nearer to each other than this, two meanings are as likely as each other. */
const margin = 0.1

/** Up to here a person would hardly have meant the name as typed. */
const likelySlips = 0.8

/** Where the first letter is another one, this is all that may be amiss: `notmail` yes, `fnmail` no. */
const firstLetterSlips = 1

/** `hotrnail`: every letter is another, and none looks it. */
const lookAlikeSlip = 0.4

/** The ending is none of the provider's, nor like one. */
const farEnding = 0.5

const consonants = (text: string): string => text.replace(/[aeiou]/g, '')

/** Of the names within two edits; what the letters alone exclude is not compared. */
const nameSlips = (typed: string, entry: NameEntry): { readonly cost: number; readonly kinds: number } | undefined => {
  const { name, keepsFirst, weight } = entry
  if (keepsFirst && typed[0] !== name[0]) return undefined
  // Three letters are somebody's name, unless they are a giant's consonants in order.
  if (typed.length < 4 && (weight !== 'giant' || consonants(typed) !== consonants(name))) return undefined
  if (name.length === 4 && (typed.length !== 4 || typed[0] !== name[0] || typed[3] !== name[3])) return undefined
  const allowed = (typed[0] === name[0] ? entry.slips : Math.min(entry.slips, firstLetterSlips)) + rounding
  const slips = slipsBetween(typed, name, allowed)
  return slips.cost <= allowed ? slips : undefined
}

/** Counts the ones in 32 bits side by side (Hacker's Delight §5-1): a loop over them costs more than all the rest of a question. */
const bitsIn = (bits: number): number => {
  const pairs = bits - ((bits >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const kindOf = (kinds: number, ending: number): NearName['kind'] => {
  if (kinds === 0) return ending > 0 ? 'tld' : 'edit'
  if (kinds === slip.keyboard) return 'keyboard'
  if (kinds === slip.confusable) return 'confusable'
  if (kinds === slip.repeated) return 'repeated'
  return kinds === slip.swapped ? 'swapped' : 'edit'
}

type Ending = { readonly suffix: string; readonly cost: number }

/** Which of the provider's endings is meant, if one can be. */
const endingOf = (entry: NameEntry, suffix: string, real: boolean, exact: boolean): Ending | undefined => {
  let best: Ending | undefined
  for (const own of entry.suffixes) {
    const cost = endingSlips(suffix, own, real)
    if (cost < (best?.cost ?? Number.POSITIVE_INFINITY)) best = { suffix: own, cost }
  }
  if (best !== undefined || !exact) return best
  const main = entry.suffixes[0]
  if (main === undefined) return undefined
  // The name letter by letter under an ending that cannot be, or that its operator has not: the main one is meant.
  if (!real && !suffix.includes('.') && (entry.coined || entry.weight === 'giant')) return { suffix: main, cost: farEnding }
  return real && entry.closed ? { suffix: main, cost: farEnding } : undefined
}

/** Whether any of the provider's endings is worth comparing: cheaper than comparing the names. */
const mayEnd = (entry: NameEntry, suffix: string, real: boolean): boolean =>
  !real ||
  entry.suffixes.some(
    (own) => own === suffix || own.slice(1) === suffix || (Math.abs(own.length - suffix.length) <= 1 && own[0] === suffix[0])
  )

/**
 * The mail provider's domain that was meant by this name and ending, if one was. `real` says that the ending exists: then the name may
 * be somebody's, and only a name that is a giant's or no word is believed to be a slip.
 */
export const nearestName = (typed: string, suffix: string, real: boolean): NearName | undefined => {
  const { entries, letters, differ, firstOfLength, byName, looks } = mailNames()
  let best: NearName | undefined
  let bestRank = Number.POSITIVE_INFINITY
  let bestName = ''
  let tied = false
  const consider = (entry: NameEntry, cost: number, kinds: number): void => {
    const ending = endingOf(entry, suffix, real, cost === 0)
    if (ending === undefined) return
    const total = cost + ending.cost
    if (total === 0 || (cost > 0 && real && total > entry.slips + rounding)) return
    if (cost === 0 && real && !entry.coined && entry.weight !== 'giant') return
    const rank = total + penalty[entry.weight]
    if (rank >= bestRank + margin) return
    if (bestName !== '' && bestName !== entry.name && Math.abs(rank - bestRank) < margin) tied = true
    else if (rank < bestRank - margin) tied = false
    if (rank >= bestRank) return
    bestRank = rank
    bestName = entry.name
    const far = ending.cost === farEnding
    const confidence = !real ? 'certain' : !far && total <= likelySlips && typed.length >= 4 && entry.name.length >= 5 ? 'likely' : 'weak'
    best = { domain: `${entry.name}.${ending.suffix}`, kind: kindOf(kinds, ending.cost), confidence, cost: total }
  }

  const exact = byName.get(typed)
  if (exact !== undefined) consider(exact, 0, 0)
  else {
    const length = typed.length
    const bits = lettersOf(typed)
    const look = lookOf(typed)
    const alike = look === typed ? undefined : looks.get(look)
    if (alike !== undefined) consider(alike, lookAlikeSlip, slip.confusable)
    const end = firstOfLength[length + 3] ?? entries.length
    for (let at = firstOfLength[Math.max(0, length - 2)] ?? entries.length; at < end; at++) {
      if (bitsIn((letters[at] ?? 0) ^ bits) > (differ[at] ?? 0)) continue
      const entry = entries[at]
      if (entry === undefined || entry === alike || !mayEnd(entry, suffix, real)) continue
      const slips = nameSlips(typed, entry)
      if (slips !== undefined) consider(entry, slips.cost, slips.kinds)
    }
  }
  // Two names equally near: one of them may be right, and the person knows which.
  return best !== undefined && tied ? { ...best, confidence: 'weak' } : best
}
