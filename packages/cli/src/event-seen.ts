/**
 * Which recipients were counted already, as 53-bit hashes in open addressing: ten million addresses in 160 MB, where a Set of
 * strings needs more than a gigabyte. Two addresses of ten million share a hash with a probability of 1 in 180.
 */
export const openSeen = (): ((key: string) => boolean) => {
  let slots = new Float64Array(1 << 12)
  let used = 0
  const place = (table: Float64Array, hash: number): number => {
    const mask = table.length - 1
    let slot = (hash % table.length) & mask
    while (table[slot] !== 0 && table[slot] !== hash) slot = (slot + 1) & mask
    return slot
  }
  return (key) => {
    let high = 0x811c9dc5
    let low = 0x1b873593
    for (let at = 0; at < key.length; at++) {
      const unit = key.charCodeAt(at)
      high = Math.imul(high ^ unit, 0x01000193)
      low = Math.imul(low ^ unit, 0x85ebca6b) ^ (low >>> 13)
    }
    const hash = (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff) + 1
    const slot = place(slots, hash)
    if (slots[slot] !== 0) return true
    slots[slot] = hash
    if (++used * 2 > slots.length) {
      const bigger = new Float64Array(slots.length * 2)
      for (const known of slots) if (known !== 0) bigger[place(bigger, known)] = known
      slots = bigger
    }
    return false
  }
}
