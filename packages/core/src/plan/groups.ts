/** Receivers of a list, counted: the key of a row, and what becomes of it. */
export type ReceiverKind = 'provider' | 'operator' | 'domain'

export type Receiver = { readonly kind: ReceiverKind; readonly id: string }

/** A list of the world's mail domains would not fit: so many receivers are counted one by one, the others together. */
export const maxReceivers = 200_000
/**
 * More receivers with a plan of their own would be files for nobody: the largest stay, the others go together. It bounds memory too: the
 * command writes one batch of each at a time.
 */
export const maxOwnGroups = 200

export type ReceiverCounts = {
  /** Adds a recipient, or so many. */
  readonly add: (receiver: Receiver, tier: number, count?: number) => void
  readonly receivers: () => IterableIterator<{ readonly receiver: Receiver; readonly counts: readonly number[] }>
  /** Recipients at receivers past the first `maxReceivers`, by tier. */
  readonly uncounted: () => readonly number[]
}

/** Counts recipients by receiver and tier in memory that does not grow with the list. */
export const countReceivers = (tierCount: number, most: number = maxReceivers): ReceiverCounts => {
  const counts = new Map<string, { readonly receiver: Receiver; readonly counts: number[] }>()
  const rest = Array.from({ length: tierCount }, () => 0)
  return {
    add: (receiver, tier, count = 1) => {
      const key = keyOf(receiver)
      let row = counts.get(key)
      if (row === undefined) {
        if (counts.size >= most) {
          rest[tier] = (rest[tier] ?? 0) + count
          return
        }
        // A piece of a row's text keeps the whole piece of the list alive that it was cut from: a copy does not.
        row = {
          receiver: { kind: receiver.kind, id: key.slice(receiver.kind.length + 1) },
          counts: Array.from({ length: tierCount }, () => 0)
        }
        counts.set(key, row)
      }
      row.counts[tier] = (row.counts[tier] ?? 0) + count
    },
    receivers: () => counts.values(),
    uncounted: () => rest
  }
}

export const keyOf = ({ kind, id }: Receiver): string => `${kind} ${id}`

export type FoldedGroup = { readonly id: string; readonly kind: ReceiverKind | 'other'; readonly counts: readonly number[] }

export type Folded = {
  readonly groups: readonly FoldedGroup[]
  /** The group of a receiver; the last one, `other`, where it has none of its own. */
  readonly groupOf: (receiver: Receiver) => number
  /** Receivers with more than `alone` recipients that had to go with the others because there were too many of them. */
  readonly crowded: number
}

/**
 * Makes groups out of receivers: every provider, and each other receiver with more recipients than `alone`; the small ones go together in
 * `other`, the last group. The largest first, equal ones by name, so that the order of rows does not matter.
 */
export const foldReceivers = (counted: ReceiverCounts, alone: number, most: number = maxOwnGroups): Folded => {
  const other = [...counted.uncounted()]
  const own: { readonly receiver: Receiver; readonly counts: readonly number[]; readonly total: number }[] = []
  const small: (readonly number[])[] = []
  for (const { receiver, counts } of counted.receivers()) {
    const total = counts.reduce((sum, one) => sum + one, 0)
    if (receiver.kind === 'provider' || total > alone) own.push({ receiver, counts, total })
    else small.push(counts)
  }
  own.sort((one, two) => two.total - one.total || (keyOf(one.receiver) < keyOf(two.receiver) ? -1 : 1))
  const kept = own.slice(0, most)
  for (const counts of [...small, ...own.slice(most).map((one) => one.counts)])
    counts.forEach((count, tier) => {
      other[tier] = (other[tier] ?? 0) + count
    })
  const index = new Map(kept.map(({ receiver }, at) => [keyOf(receiver), at]))
  return {
    groups: [
      ...kept.map(({ receiver, counts }) => ({ id: receiver.id, kind: receiver.kind, counts })),
      { id: 'other', kind: 'other' as const, counts: other }
    ],
    groupOf: (receiver) => index.get(keyOf(receiver)) ?? kept.length,
    crowded: own.length - kept.length
  }
}
