import { lookAlike } from './confusables.ts'
import { areNeighbours } from './keyboard.ts'

/**
 * How far a typed name is from the one that was meant, in slips: Damerau-Levenshtein (optimal string alignment) in which an edit costs
 * the less, the better a hand or an eye explains it. One unexplained edit costs 1.
 *
 * The first letter is seldom mistyped (people look at it): another one there must be a neighbour or a look-alike key, or it
 * makes another word: `wahoo` is not `yahoo`.
 */
export type Slips = {
  readonly cost: number
  /** Which kinds of edits there were, as a sum of `slip` values. */
  readonly kinds: number
}

export const slip = { keyboard: 1, confusable: 2, repeated: 4, swapped: 8, edit: 16 } as const

const costs = {
  neighbour: 0.5,
  alike: 0.5,
  /** d for t, i for e: heard alike, or said alike in another language. */
  heard: 0.6,
  vowel: 0.8,
  repeated: 0.4,
  /** A key struck along with the one before or after it. */
  alongside: 0.6,
  missingVowel: 0.55,
  missing: 0.7,
  hyphen: 0.4,
  swapped: 0.6,
  moved: 0.9,
  other: 1,
  otherFirst: 2
} as const

const vowels = new Set('aeiouy')
const heard = new Set(['dt', 'td', 'bp', 'pb', 'gk', 'kg', 'ck', 'kc', 'fv', 'vf', 'sz', 'zs', 'iy', 'yi', 'jy', 'yj', 'ei', 'ie'])

type Step = readonly [cost: number, kind: number]

const replaced = (typed: string, meant: string, first: boolean): Step => {
  if (areNeighbours(typed, meant)) return [costs.neighbour, slip.keyboard]
  if (lookAlike(typed, meant)) return [costs.alike, slip.confusable]
  if (first) return [costs.otherFirst, slip.edit]
  if (heard.has(typed + meant)) return [costs.heard, slip.edit]
  if (vowels.has(typed) && vowels.has(meant)) return [costs.vowel, slip.edit]
  return [costs.other, slip.edit]
}

/** A typed character that was not meant, between these two typed ones. */
const extra = (typed: string, before: string | undefined, after: string | undefined): Step => {
  if (typed === before || typed === after) return [costs.repeated, slip.repeated]
  if (typed === '-') return [costs.hyphen, slip.edit]
  if ((before !== undefined && areNeighbours(typed, before)) || (after !== undefined && areNeighbours(typed, after)))
    return [costs.alongside, slip.keyboard]
  return [costs.other, slip.edit]
}

/** A meant character that was not typed, between these two meant ones. */
const missing = (meant: string, before: string | undefined, after: string | undefined): Step => {
  if (meant === before || meant === after) return [costs.repeated, slip.repeated]
  if (meant === '-') return [costs.hyphen, slip.edit]
  if (before === undefined) return [costs.other, slip.edit]
  return [vowels.has(meant) ? costs.missingVowel : costs.missing, slip.edit]
}

/** The same letters in another order, first and last in their place: one letter typed too early or too late. */
const isMoved = (typed: string, meant: string): boolean =>
  typed.length === meant.length &&
  typed[0] === meant[0] &&
  typed.at(-1) === meant.at(-1) &&
  [...typed].sort().join('') === [...meant].sort().join('')

/** The cheapest of several ways to one cell, and the kinds of edits on that way. Numbers beside each other: this is asked per name. */
type Row = { readonly cost: number[]; readonly kinds: number[] }

const emptyRow = (): Row => ({ cost: [], kinds: [] })

const infinity = Number.POSITIVE_INFINITY

/**
 * Takes time in proportion to the product of the lengths: the caller bounds them. With a limit it stops as soon as it is passed, and
 * says infinity.
 */
export const slipsBetween = (typed: string, meant: string, limit: number = infinity): Slips => {
  if (typed === meant) return { cost: 0, kinds: 0 }
  const moved = isMoved(typed, meant)
  let before = emptyRow()
  let last = emptyRow()
  last.cost.push(0)
  last.kinds.push(0)
  for (let column = 1; column <= meant.length; column++) {
    const [cost, kind] = missing(meant[column - 1] ?? '', meant[column - 2], meant[column])
    last.cost.push((last.cost[column - 1] ?? infinity) + cost)
    last.kinds.push((last.kinds[column - 1] ?? 0) | kind)
  }
  for (let row = 1; row <= typed.length; row++) {
    const one = typed[row - 1] ?? ''
    const [extraCost, extraKind] = extra(one, typed[row - 2], typed[row])
    const now = emptyRow()
    now.cost.push((last.cost[0] ?? infinity) + extraCost)
    now.kinds.push((last.kinds[0] ?? 0) | extraKind)
    let least = now.cost[0] ?? infinity
    for (let column = 1; column <= meant.length; column++) {
      const other = meant[column - 1] ?? ''
      let cost = last.cost[column - 1] ?? infinity
      let kinds = last.kinds[column - 1] ?? 0
      if (one !== other) {
        const [more, kind] = replaced(one, other, column === 1 || row === 1)
        cost += more
        kinds |= kind
      }
      const inserted = (last.cost[column] ?? infinity) + extraCost
      if (inserted < cost) {
        cost = inserted
        kinds = (last.kinds[column] ?? 0) | extraKind
      }
      const left = now.cost[column - 1] ?? infinity
      if (left < cost) {
        const [more, kind] = missing(other, meant[column - 2], meant[column])
        if (left + more < cost) {
          cost = left + more
          kinds = (now.kinds[column - 1] ?? 0) | kind
        }
      }
      if (row > 1 && column > 1 && one !== other && one === meant[column - 2] && typed[row - 2] === other) {
        const swapped = (before.cost[column - 2] ?? infinity) + costs.swapped
        if (swapped < cost) {
          cost = swapped
          kinds = (before.kinds[column - 2] ?? 0) | slip.swapped
        }
      }
      now.cost.push(cost)
      now.kinds.push(kinds)
      if (cost < least) least = cost
    }
    // A swap reaches over this row, to what costs at most 0.4 less than the least of it.
    if (least > limit + costs.swapped && !moved) return { cost: infinity, kinds: 0 }
    before = last
    last = now
  }
  const cost = last.cost[meant.length] ?? infinity
  if (cost > costs.moved && moved) return { cost: costs.moved, kinds: slip.swapped }
  return { cost, kinds: last.kinds[meant.length] ?? 0 }
}
