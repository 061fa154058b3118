/**
 * Looks into bytes four at a time, as one number: a loop over 200 MB takes 190 ms by bytes, and 82 by fours (bench/logs.ts says on what).
 * All read up to three bytes behind what they are asked for: the array must go on that far.
 */

/** A bit in each byte of `word` that is zero, at least up to the first one. */
const zeroBytes = (word: number): number => (word - 0x01010101) & ~word & 0x80808080

/** Where the first `byte` stands from `from` on, or `to`. */
export const findByte = (view: DataView, from: number, to: number, byte: number): number => {
  const pattern = Math.imul(byte, 0x01010101)
  for (let at = from; at < to; at += 4) {
    const found = zeroBytes(view.getInt32(at, true) ^ pattern)
    if (found === 0) continue
    const place = at + ((31 - Math.clz32(found & -found)) >> 3)
    return place < to ? place : to
  }
  return to
}

export const isAscii = (view: DataView, from: number, to: number): boolean => {
  let at = from
  let all = 0
  for (; at + 4 <= to; at += 4) all |= view.getInt32(at, true)
  if (at < to) all |= view.getInt32(at, true) & lowBytes(to - at)
  return (all & 0x80808080) === 0
}

/** A mask of the first so many bytes, 1 to 3. */
const lowBytes = (count: number): number => (1 << (count * 8)) - 1

/** Values by bytes. The same bytes give the same value, whatever stands behind them. */
export type ByteTable<Value> = {
  readonly get: (view: DataView, from: number, to: number) => Value | undefined
  readonly set: (view: DataView, from: number, to: number, value: Value) => void
}

const leastSlots = 256

type Held<Value> = { readonly hash: number; readonly length: number; readonly words: Int32Array; readonly value: Value }

/** Where there are more than `most`, all are forgotten: what is frequent is soon there again. */
export const openByteTable = <Value>(most: number): ByteTable<Value> => {
  // It grows: a folder may have thousands of logs, each of a few names.
  let mask = leastSlots - 1
  let slots: (Held<Value> | undefined)[] = new Array(leastSlots)
  let count = 0

  const hashOf = (view: DataView, from: number, to: number): number => {
    let hash = to - from
    let at = from
    for (; at + 4 <= to; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x85ebca6b)
      // A product's low bits know nothing of what was above them.
      hash ^= hash >>> 15
    }
    if (at < to) hash = Math.imul(hash ^ (view.getInt32(at, true) & lowBytes(to - at)), 0x85ebca6b)
    return hash ^ (hash >>> 13)
  }

  const place = (held: Held<Value>): void => {
    let slot = held.hash & mask
    while (slots[slot] !== undefined) slot = (slot + 1) & mask
    slots[slot] = held
  }

  const grow = (): void => {
    const before = slots
    slots = new Array(before.length * 2)
    mask = slots.length - 1
    for (const held of before) if (held !== undefined) place(held)
  }

  const isSame = ({ length, words }: Held<Value>, view: DataView, from: number, to: number): boolean => {
    if (length !== to - from) return false
    const whole = length >> 2
    for (let index = 0; index < whole; index++) if (words[index] !== view.getInt32(from + index * 4, true)) return false
    return (length & 3) === 0 || words[whole] === (view.getInt32(from + whole * 4, true) & lowBytes(length & 3))
  }

  return {
    get: (view, from, to) => {
      for (let slot = hashOf(view, from, to) & mask; ; slot = (slot + 1) & mask) {
        const held = slots[slot]
        if (held === undefined) return undefined
        if (isSame(held, view, from, to)) return held.value
      }
    },
    set: (view, from, to, value) => {
      if (++count > most) {
        slots = new Array(leastSlots)
        mask = leastSlots - 1
        count = 1
      } else if (count * 2 > slots.length) grow()
      const length = to - from
      const words = new Int32Array((length + 3) >> 2)
      for (let index = 0; index < words.length; index++) {
        const left = length - index * 4
        words[index] = view.getInt32(from + index * 4, true) & (left >= 4 ? -1 : lowBytes(left))
      }
      place({ hash: hashOf(view, from, to), length, words, value })
    }
  }
}
