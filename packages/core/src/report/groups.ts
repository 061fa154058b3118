import { type Counting, noCounts } from './counts.ts'

/** One row of a division while it is counted. */
export type GroupCount = {
  readonly key: string | undefined
  readonly messages: Counting
  readonly attempts: Counting
  /** Messages harmed, by cause and detail. */
  readonly causes: Map<string, number>
}

export type Group = {
  readonly row: (key: string | undefined) => GroupCount
  readonly rows: () => readonly GroupCount[]
  /** Events that found no row of their own. */
  readonly overflow: () => number
}

/** Addresses of a million senders are no division that anybody reads. */
const mostRows = 50_000

/** The row that takes in what is too much: `*` is no domain, address or host. */
export const others = '*'

export const openGroup = (most: number = mostRows): Group => {
  const rows = new Map<string | undefined, GroupCount>()
  let overflow = 0
  const make = (key: string | undefined): GroupCount => {
    const made: GroupCount = { key, messages: noCounts(), attempts: noCounts(), causes: new Map() }
    rows.set(key, made)
    return made
  }
  return {
    row: (key) => {
      const known = rows.get(key)
      if (known !== undefined) return known
      if (rows.size < most) return make(key)
      overflow++
      return rows.get(others) ?? make(others)
    },
    rows: () => [...rows.values()],
    overflow: () => overflow
  }
}

/** Two rows that turn out to be of one key. */
export const uniteGroups = (key: string | undefined, parts: readonly GroupCount[]): GroupCount => {
  const whole: GroupCount = { key, messages: noCounts(), attempts: noCounts(), causes: new Map() }
  for (const part of parts) {
    addCounts(whole.messages, part.messages)
    addCounts(whole.attempts, part.attempts)
    for (const [cause, count] of part.causes) whole.causes.set(cause, (whole.causes.get(cause) ?? 0) + count)
  }
  return whole
}

const addCounts = (sum: Counting, more: Counting): void => {
  for (const name of Object.keys(sum) as (keyof Counting)[]) sum[name] += more[name]
}
