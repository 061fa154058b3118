import { variable } from './templates-piece.ts'

/**
 * Finds, among masked texts, those that differ in a name that no mask knows (a mailbox, a short host name, a random word).
 *
 * After Drain (He et al., ICWS 2017: groups of fixed depth by number of words and first words, then likeness to one text of a cluster), with
 * one difference: a place becomes `…` only where it has `minValues` different words or more. Replies are short, and "mailbox full" and
 * "mailbox disabled" differ by the one word that matters. What comes out depends on the set of texts alone, not on their order: they are
 * taken in the order of their letters.
 */
export type Masked<Item> = { readonly words: readonly string[]; readonly item: Item }
export type Merged<Item> = { readonly words: readonly string[]; readonly items: readonly Item[] }

/** Different words in one place that make it a variable one. */
const minValues = 8
/** Share of equal words that makes two texts of one length alike. */
const minLikeness = 0.6
/** Clusters that one text is compared with; hostile texts that are like none cost no more than these. */
const maxLeaders = 50
/** Places that tell kinds apart inside a cluster are used in turn. */
const maxRounds = 4
/** Shorter texts have no words to spare. */
const minWords = 4

const isCode = (word: string): boolean => /^\d{3}$|^\d{3}-|^#?\d\.\d{1,3}\.\d{1,3}$/.test(word)

/** Fixed depth: number of words, codes at the head, first word behind them. */
export const leafOf = (words: readonly string[]): string => {
  const codes = words.findIndex((word) => !isCode(word))
  return `${words.length} ${words.slice(0, codes < 0 ? words.length : codes + 1).join(' ')}`
}

const likeness = (one: readonly string[], other: readonly string[]): number => {
  let [equal, places] = [0, 0]
  for (let at = 0; at < one.length; at++) {
    if (isCode(one[at] ?? '')) continue
    places++
    if (one[at] === other[at]) equal++
  }
  return places < minWords ? 0 : equal / places
}

const alone = <Item>(members: readonly Masked<Item>[]): readonly Merged<Item>[] =>
  members.map(({ words, item }) => ({ words, items: [item] }))

const refine = <Item>(members: readonly Masked<Item>[], round: number): readonly Merged<Item>[] => {
  const [leader] = members
  if (leader === undefined || members.length < minValues || round > maxRounds) return alone(members)
  const values = leader.words.map((_, at) => new Set(members.map(({ words }) => words[at] ?? '')).size)
  const variables = values.filter((value) => value >= minValues).length
  if (variables === 0 || variables * 2 > values.length) return alone(members)
  const telling = values.flatMap((value, at) => (value > 1 && value < minValues ? [at] : []))
  if (telling.length === 0) {
    const words = leader.words.map((word, at) => ((values[at] ?? 0) >= minValues ? variable : word))
    return [{ words, items: members.map(({ item }) => item) }]
  }
  const kinds = Map.groupBy(members, ({ words }) => telling.map((at) => words[at]).join(' '))
  return [...kinds.values()].flatMap((kind) => refine(kind, round + 1))
}

/** Texts that are one template come together; each item comes out once. */
export const mergeAlike = <Item>(masked: readonly Masked<Item>[]): readonly Merged<Item>[] => {
  const keyed = masked.map((each) => ({ ...each, key: each.words.join(' ') }))
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
  const leaves = Map.groupBy(keyed, ({ words }) => leafOf(words))
  return [...leaves.values()].flatMap((leaf) => {
    const clusters: Masked<Item>[][] = []
    const others: Masked<Item>[] = []
    for (const each of leaf) {
      const cluster = clusters.find(([leader]) => leader !== undefined && likeness(leader.words, each.words) >= minLikeness)
      if (cluster !== undefined) cluster.push(each)
      else if (clusters.length < maxLeaders) clusters.push([each])
      else others.push(each)
    }
    return [...clusters.flatMap((cluster) => refine(cluster, 0)), ...alone(others)]
  })
}
