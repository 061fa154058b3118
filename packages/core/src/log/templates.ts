import { maskedWords } from './templates-mask.ts'
import { leafOf, mergeAlike } from './templates-merge.ts'
import { variable } from './templates-piece.ts'

/** Texts of one kind. */
export type Template = {
  /** Stable: a hash of `text`, 16 hexadecimal digits. */
  readonly id: string
  /** The words they share, with `…` for what differs. */
  readonly text: string
  readonly count: number
  /** Of the times that were given with the texts (ISO 8601, UTC), the first and the last. */
  readonly first?: string
  readonly last?: string
  /** The earliest of the texts as far as there are times, its beginning where it is long. */
  readonly example: string
}

export type TemplateList = {
  /** The most frequent first. */
  readonly templates: readonly Template[]
  /** Texts that were of too many kinds: counted, not told apart. Absent where there are none. */
  readonly overflow?: Omit<Template, 'id' | 'text'>
}

export type Templates = {
  readonly add: (text: string, time?: string) => void
  /** What there is so far. The counts of templates and overflow add up to the number of texts. */
  readonly list: () => TemplateList
}

export type TemplateOptions = {
  /** Kinds that are kept in memory; 5,000 by default, at least 10. */
  readonly most?: number
}

/** An example is read by people. */
const maxExample = 500
/** Kinds with a variable place that a new text is compared with, in one leaf. */
const maxKindsOfLeaf = 50

type Kind = { readonly words: readonly string[]; count: number; first: string | undefined; last: string | undefined; example: string }

/** A slice holds on to the whole text that it is of, which may have megabytes. */
const exampleOf = (text: string): string => (text.length <= maxExample ? text : Array.from(text.slice(0, maxExample)).join(''))

const seen = (kind: Kind, count: number, first: string | undefined, last: string | undefined): void => {
  kind.count += count
  if (first !== undefined && (kind.first === undefined || first < kind.first)) kind.first = first
  if (last !== undefined && (kind.last === undefined || last > kind.last)) kind.last = last
}

/** Of one template, the example that was seen first; of the same time, the one that comes first by its letters. */
const isEarlier = (one: Kind, other: Kind): boolean =>
  one.first === other.first
    ? one.example < other.example
    : other.first === undefined || (one.first !== undefined && one.first < other.first)

const united = (words: readonly string[], kinds: readonly Kind[]): Kind => {
  const whole: Kind = { words, count: 0, first: undefined, last: undefined, example: '' }
  let earliest: Kind | undefined
  for (const kind of kinds) {
    seen(whole, kind.count, kind.first, kind.last)
    if (earliest === undefined || isEarlier(kind, earliest)) earliest = kind
  }
  whole.example = earliest?.example ?? ''
  return whole
}

/** FNV-1a, twice with other beginnings: 64 bits that are the same in every runtime. */
const idOf = (text: string): string => {
  let [one, other] = [0x811c9dc5, 0x9e3779b9]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    one = Math.imul(one ^ unit, 0x01000193)
    other = Math.imul(other ^ unit, 0x01000193) ^ (other >>> 15)
  }
  return [one, other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}

const templateOf = (text: string, { count, first, last, example }: Kind): Template => ({
  id: idOf(text),
  text,
  count,
  ...(first === undefined ? {} : { first }),
  ...(last === undefined ? {} : { last }),
  example
})

/** Kinds that are one template united, by the template's text. */
const unite = (kinds: Iterable<Kind>): Map<string, Kind> => {
  const merged = mergeAlike([...kinds].map((kind) => ({ words: kind.words, item: kind })))
  const groups = Map.groupBy(merged, ({ words }) => words.join(' '))
  return new Map(
    [...groups].map(
      ([text, parts]) =>
        [
          text,
          united(
            parts[0]?.words ?? [],
            parts.flatMap(({ items }) => items)
          )
        ] as const
    )
  )
}

const fits = (kind: Kind, words: readonly string[]): boolean => kind.words.every((word, at) => word === words[at] || word === variable)

/**
 * Gathers texts that no rule knows into templates, so that a new text of a provider is one line with its count. Never throws on what a text
 * contains; memory is bounded by `most`, time grows with the texts' length. Up to `most` kinds of masked texts the result does not depend
 * on their order. Beyond, kinds that are alike are united, and new texts go to what there is; what finds no place is the overflow.
 */
export const openTemplates = ({ most = 5_000 }: TemplateOptions = {}): Templates => {
  if (!Number.isInteger(most) || most < 10) throw new RangeError('most must be a whole number of at least 10')
  let kinds = new Map<string, Kind>()
  let open = new Map<string, Kind[]>()
  let overflow: Kind | undefined
  /** Uniting is dear: it comes again only when a quarter of all kinds is new. */
  let sinceUnited = 0

  const makeRoom = (): boolean => {
    if (sinceUnited < most / 4) return false
    const before = kinds
    kinds = unite(kinds.values())
    sinceUnited = 0
    open = Map.groupBy(
      [...kinds].filter(([text]) => !before.has(text)).map(([, kind]) => kind),
      ({ words }) => leafOf(words)
    )
    return kinds.size < most
  }

  const alikeIn = (words: readonly string[]): Kind | undefined => {
    const alike = open.size === 0 ? undefined : open.get(leafOf(words))?.slice(0, maxKindsOfLeaf)
    return alike?.find((kind) => fits(kind, words))
  }

  const newKind = (words: readonly string[], text: string, time: string | undefined): Kind => ({
    words,
    count: 1,
    first: time,
    last: time,
    example: exampleOf(text)
  })

  return {
    add: (text, time) => {
      const words = maskedWords(text)
      const key = words.join(' ')
      let place = kinds.get(key) ?? alikeIn(words)
      if (place === undefined && kinds.size >= most && makeRoom()) place = kinds.get(key) ?? alikeIn(words)
      if (place !== undefined) {
        if (time !== undefined && (place.first === undefined || time < place.first)) place.example = exampleOf(text)
        seen(place, 1, time, time)
      } else if (kinds.size < most) {
        kinds.set(key, newKind(words, text, time))
        sinceUnited++
      } else if (overflow === undefined) overflow = newKind(words, text, time)
      else seen(overflow, 1, time, time)
    },
    list: () => {
      const templates = [...unite(kinds.values())].map(([text, kind]) => templateOf(text, kind))
      templates.sort((one, other) => other.count - one.count || (one.text < other.text ? -1 : 1))
      if (overflow === undefined) return { templates }
      const { id, text, ...told } = templateOf('', overflow)
      return { templates, overflow: told }
    }
  }
}
