/**
 * Values that hold until a time, the longest unused dropped first. `size` is counted in values; a heavy one (an answer of 64 kB)
 * counts as several, so that a hostile zone cannot make the cache as large as it likes.
 */
export type ExpiringCache<Value> = {
  readonly get: (key: string, now: number) => Value | undefined
  /** `expires`: milliseconds on the same clock as `now`. */
  readonly set: (key: string, value: Value, expires: number, weight?: number) => void
  readonly size: () => number
}

export const createCache = <Value>(size: number): ExpiringCache<Value> => {
  // A Map keeps the order of insertion: what was used last is taken out and put in again, behind.
  const entries = new Map<string, { readonly value: Value; readonly expires: number; readonly weight: number }>()
  let total = 0
  const drop = (key: string): void => {
    total -= entries.get(key)?.weight ?? 0
    entries.delete(key)
  }
  return {
    get: (key, now) => {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      if (entry.expires <= now) {
        total -= entry.weight
        return undefined
      }
      entries.set(key, entry)
      return entry.value
    },
    set: (key, value, expires, weight = 1) => {
      drop(key)
      entries.set(key, { value, expires, weight })
      total += weight
      for (const oldest of entries.keys()) {
        if (total <= size) break
        drop(oldest)
      }
    },
    size: () => entries.size
  }
}
