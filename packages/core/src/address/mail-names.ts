import { addresses } from '../knowledge/addresses.generated.ts'
import type { MailName } from '../knowledge/knowledge.ts'
import { lazily } from '../message/lazily.ts'
import { lookOf } from './confusables.ts'

/** A mail provider's name made ready for comparing. */
export type NameEntry = MailName & {
  /** How many slips away a name may be and still be meant: 0 where only the name itself is. */
  readonly slips: number
}

export type MailNames = {
  /** Every domain that is never corrected: providers', and those that belong to others. */
  readonly known: ReadonlySet<string>
  /** Providers' domains only. */
  readonly domains: ReadonlySet<string>
  readonly byName: ReadonlyMap<string, NameEntry>
  /** Those that may be meant by another name, shortest first. */
  readonly entries: readonly NameEntry[]
  /** A bit for each character that the entry of the same index has, and how many of them may differ: numbers only, as every name asks. */
  readonly letters: Int32Array
  readonly differ: Uint8Array
  /** Length of a name to the first entry that is that long; one more at the end. */
  readonly firstOfLength: readonly number[]
  /** The look of a name of five letters and more to the name. */
  readonly looks: ReadonlyMap<string, NameEntry>
  /** `yahoocouk` → `yahoo.co.uk`: names of four letters and more, without the dots. */
  readonly withoutDots: ReadonlyMap<string, string>
}

/**
 * Short names have neighbours that are names themselves, and so have words: the more mail goes to a name, the longer it is and the
 * less it is a word, the more is believed.
 */
const slipsAllowed = ({ name, weight, coined }: MailName): number => {
  const length = name.length
  if (weight === 'giant') return length >= 6 ? 1.3 : length === 5 ? 1.15 : 0
  if (!coined) return 0
  if (weight === 'large') return length >= 7 ? 1.05 : length === 6 ? 0.85 : length === 5 ? 0.6 : 1
  return length >= 7 ? 1 : length >= 5 ? 0.6 : 0
}

/** A bit for each letter, one for each pair of digits, one for the rest. */
export const lettersOf = (text: string): number => {
  let bits = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const bit = code >= 97 && code <= 122 ? code - 97 : code >= 48 && code <= 57 ? 26 + ((code - 48) >> 1) : 31
    bits |= 1 << bit
  }
  return bits
}

/** Built at the first question, in a millisecond or two. */
export const mailNames: () => MailNames = lazily(() => {
  const domains = new Set(addresses.others)
  const withoutDots = new Map<string, string>()
  const all: NameEntry[] = []
  for (const name of addresses.names) {
    all.push({ ...name, slips: slipsAllowed(name) })
    for (const suffix of name.suffixes) {
      const domain = `${name.name}.${suffix}`
      domains.add(domain)
      if (name.name.length >= 4) withoutDots.set(domain.replaceAll('.', ''), domain)
    }
  }
  const entries = all.filter(({ slips }) => slips > 0).sort((one, other) => one.name.length - other.name.length)
  const longest = entries.at(-1)?.name.length ?? 0
  const firstOfLength = Array.from({ length: longest + 2 }, (_, length) => {
    const at = entries.findIndex(({ name }) => name.length >= length)
    return at < 0 ? entries.length : at
  })
  return {
    known: new Set([...domains, ...addresses.exists, ...addresses.wellKnown]),
    domains,
    byName: new Map(all.map((entry) => [entry.name, entry])),
    entries,
    letters: Int32Array.from(entries, ({ name }) => lettersOf(name)),
    // An edit changes at most two of the letters that a name has, and two edits cost 0.8 at least.
    differ: Uint8Array.from(entries, ({ slips }) => (slips < 0.8 ? 2 : 4)),
    firstOfLength,
    looks: new Map(entries.filter(({ name }) => name.length >= 5).map((entry) => [lookOf(entry.name), entry])),
    withoutDots
  }
})
