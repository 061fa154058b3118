import type { CauseRow, MessageEnds } from './report.ts'

/** One thing to act on: a cause with who must act, over all providers and addresses of ours where it was met. Each message counts once. */
export type CauseEntry = Pick<CauseRow, 'cause' | 'detail' | 'title' | 'needs' | 'party' | 'partyTitle' | 'permanence'> &
  MessageEnds & {
    /** Tells entries apart. */
    readonly key: string
    readonly attempts: number
    readonly firstSeen: string | null
    readonly lastSeen: string | null
    /** New everywhere. */
    readonly isNew: boolean
    readonly series: readonly number[]
    /** The most messages first; at least one. Its words and its example stand for all. */
    readonly rows: readonly [CauseRow, ...CauseRow[]]
  }

const earliest = (a: string | null, b: string | null): string | null => (a === null || b === null ? (a ?? b) : a < b ? a : b)
const latest = (a: string | null, b: string | null): string | null => (a === null || b === null ? (a ?? b) : a > b ? a : b)

const addSeries = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, at) => (a[at] ?? 0) + (b[at] ?? 0))

const entryOf = (key: string, rows: readonly [CauseRow, ...CauseRow[]]): CauseEntry => {
  const [{ cause, detail, title, party, partyTitle, permanence }] = rows
  const sum = (name: keyof MessageEnds): number => rows.reduce((all, { once }) => all + once[name], 0)
  // Where most of the messages need a fix, all do: one cause is told in one place.
  const balance = rows.reduce((all, { needs, messages }) => all + (needs === 'fix' ? messages : -messages), 0)
  return {
    key,
    cause,
    detail,
    title,
    needs: balance > 0 ? 'fix' : 'nothing',
    party,
    partyTitle,
    permanence,
    messages: sum('messages'),
    attempts: rows.reduce((all, { attempts }) => all + attempts, 0),
    lost: sum('lost'),
    waiting: sum('waiting'),
    recovered: sum('recovered'),
    firstSeen: rows.reduce<string | null>((first, row) => earliest(first, row.firstSeen), null),
    lastSeen: rows.reduce<string | null>((last, row) => latest(last, row.lastSeen), null),
    isNew: rows.every(({ isNew }) => isNew),
    series: rows.reduce<number[]>((all, { series }) => addSeries(all, series), []),
    rows
  }
}

/** Rows of the same cause, detail and party are one entry; what needs a fix before what needs nothing, the most messages harmed first. */
export const causeEntries = (causes: readonly CauseRow[]): CauseEntry[] => {
  const groups = new Map<string, [CauseRow, ...CauseRow[]]>()
  for (const row of [...causes].sort((a, b) => b.messages - a.messages)) {
    const key = JSON.stringify([row.cause, row.detail, row.party])
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [row])
    else known.push(row)
  }
  return [...groups.values()]
    .map((rows, at) => entryOf(`c${at}`, rows))
    .sort((a, b) => Number(a.needs === 'nothing') - Number(b.needs === 'nothing') || b.messages - a.messages || b.lost - a.lost)
}
