/** Seeded, so that every run makes the same. */
export type Random = {
  /** From 0 to below 1. */
  readonly unit: () => number
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number
  readonly pick: <Item>(items: readonly Item[]) => Item
  /** Hexadecimal digits, capitals. */
  readonly hex: (digits: number) => string
}

const twoDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'))

/** Mulberry32: its period of 2³² is enough for 100 GB of log. */
export const openRandom = (seed: number): Random => {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const unit = (): number => next() / 0x1_0000_0000
  const below = (limit: number): number => Math.floor(unit() * limit)
  return {
    unit,
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    hex: (digits) => {
      let text = ''
      let bits = 0
      for (let left = digits; left > 0; left -= 2) {
        if ((digits - left) % 8 === 0) bits = next()
        text += twoDigits[bits & 0xff]
        bits >>>= 8
      }
      return text.length === digits ? text : text.slice(0, digits)
    }
  }
}

/** Picks by weight. */
export const openChoice = <Item>(items: readonly Item[], weightOf: (item: Item) => number): ((random: Random) => Item) => {
  const total = items.reduce((sum, item) => sum + weightOf(item), 0)
  return (random) => {
    let left = random.unit() * total
    for (const item of items) {
      left -= weightOf(item)
      if (left < 0) return item
    }
    return random.pick(items)
  }
}
