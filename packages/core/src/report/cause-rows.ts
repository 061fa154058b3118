import type { Diagnosis } from '../diagnose/diagnose.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { kept } from '../log/syslog-join.ts'
import { type Clock, openSeries, type Series } from './series.ts'
import type { Met } from './waiting.ts'

/** An event that stands for its row. */
export type KeptExample = { readonly event: LogEvent; readonly diagnosis: Diagnosis; readonly file: string; readonly line: number }

/** For one cause this one or that one must act, as the reply has it. */
type PartyCount = { attempts: number; readonly example: KeptExample }

/** Messages by their end. */
export type Ends = {
  messages: number
  lost: number
  /** Of those, what this very row was the end of. */
  ended: number
  recovered: number
  /** Of those whose end is not followed any more. */
  waiting: number
}

const noEnds = (): Ends => ({ messages: 0, lost: 0, ended: 0, recovered: 0, waiting: 0 })

/** One cause at one provider from one of our addresses, while it is counted. */
export type CauseRowCount = {
  readonly cause: string
  readonly detail: string | undefined
  /** Of both. */
  readonly causeKey: string
  readonly provider: string | undefined
  /** Of `SenderAddresses`. */
  readonly senderKey: string
  attempts: number
  /** Attempts whose reply quoted none of our addresses. */
  unquoted: number
  permanent: number
  readonly ends: Ends
  /** The same, without messages that had met another row of this cause and detail before. */
  readonly once: Ends
  readonly parties: Map<string, PartyCount>
  readonly domains: Map<string, number>
  firstSeen: number
  lastSeen: number
  readonly series: Series
}

export type CauseRows = {
  /** Undefined: there is none yet. */
  readonly find: (cause: string, detail: string | undefined, provider: string | undefined, senderKey: string) => CauseRowCount | undefined
  readonly row: (cause: string, detail: string | undefined, provider: string | undefined, senderKey: string) => CauseRowCount
  readonly rows: () => readonly CauseRowCount[]
  readonly overflow: () => number
}

/** 39 causes at 100 providers from 100 addresses would be more, and nobody has that. */
const mostRows = 20_000

const rowKey = (cause: string, detail: string | undefined, provider: string | undefined, senderKey: string): string =>
  `${cause}/${detail ?? ''}/${provider ?? ''}/${senderKey}`

export const openCauseRows = (clock: Clock): CauseRows => {
  const rows = new Map<string, CauseRowCount>()
  let overflow = 0
  const make = (cause: string, detail: string | undefined, provider: string | undefined, senderKey: string): CauseRowCount => ({
    cause,
    detail,
    causeKey: `${cause}/${detail ?? ''}`,
    provider,
    senderKey,
    attempts: 0,
    unquoted: 0,
    permanent: 0,
    ends: noEnds(),
    once: noEnds(),
    parties: new Map(),
    domains: new Map(),
    firstSeen: Number.POSITIVE_INFINITY,
    lastSeen: Number.NEGATIVE_INFINITY,
    series: openSeries(clock)
  })
  return {
    find: (cause, detail, provider, senderKey) => rows.get(rowKey(cause, detail, provider, senderKey)),
    row: (cause, detail, provider, senderKey) => {
      const key = rowKey(cause, detail, provider, senderKey)
      const known = rows.get(key)
      if (known !== undefined) return known
      // Too many addresses: the cause is told without them.
      const isFull = rows.size >= mostRows
      const place = isFull ? rowKey(cause, detail, undefined, '') : key
      if (isFull) overflow++
      let made = rows.get(place)
      if (made === undefined) {
        made = isFull ? make(cause, detail, undefined, '') : make(cause, detail, provider, senderKey)
        rows.set(place, made)
      }
      return made
    },
    rows: () => [...rows.values()],
    overflow: () => overflow
  }
}

/** Strings of an event are parts of a line, and lines of a block of a megabyte: kept as they are, they would hold it all. */
const lasting = ({ event, ...rest }: KeptExample): KeptExample => {
  const { diagnosis: _diagnosis, labels: _labels, ...told } = event
  const texts = Object.entries(told).map(([name, value]) => [name, typeof value === 'string' ? kept(value) : value])
  return { ...rest, event: { ...told, ...Object.fromEntries(texts) } }
}

/** Domains that are told apart in one row; what comes later only counts where it is known already. */
const mostDomains = 1_000

/** One more attempt that met the row's cause. */
export const addAttempt = (row: CauseRowCount, example: KeptExample, seconds: number): void => {
  const { party } = example.diagnosis
  if (!row.parties.has(party)) row.parties.set(party, { attempts: 0, example: lasting(example) })
  addKnownAttempt(row, example.diagnosis, seconds)
}

/** One more attempt like one before: its row has an example of the party that must act. */
export const addKnownAttempt = (row: CauseRowCount, { permanence, party: id }: Diagnosis, seconds: number): void => {
  row.attempts++
  if (permanence === 'permanent') row.permanent++
  const party = row.parties.get(id)
  if (party !== undefined) party.attempts++
  if (!Number.isFinite(seconds)) return
  if (seconds < row.firstSeen) row.firstSeen = seconds
  if (seconds > row.lastSeen) row.lastSeen = seconds
  row.series.add(seconds)
}

/** A message of this row comes to an end, or is met for the first time. */
export const addEnd = ({ row, isFirst }: Met, end: keyof Ends): void => {
  row.ends[end]++
  if (isFirst) row.once[end]++
}

/** A message met the row's cause for the first time. */
export const addMessage = (met: Met, domain: string | undefined): void => {
  addEnd(met, 'messages')
  const { row } = met
  if (domain === undefined) return
  const count = row.domains.get(domain)
  if (count !== undefined) row.domains.set(domain, count + 1)
  else if (row.domains.size < mostDomains) row.domains.set(kept(domain), 1)
}

/** The example of the party that must act most often: what is done about one reply may not hold for its neighbours. */
export const exampleOf = (row: CauseRowCount): KeptExample => {
  const [first, ...rest] = row.parties.values()
  if (first === undefined) throw new TypeError('a row without an event')
  return rest.reduce((most, party) => (party.attempts > most.attempts ? party : most), first).example
}

/** Rows that turn out to be of the same address. */
export const uniteRows = (rows: readonly CauseRowCount[], clock: Clock): CauseRowCount => {
  const [first] = rows
  if (first === undefined) throw new TypeError('no rows')
  if (rows.length === 1) return first
  const whole: CauseRowCount = {
    ...first,
    attempts: 0,
    unquoted: 0,
    permanent: 0,
    ends: noEnds(),
    once: noEnds(),
    parties: new Map(),
    domains: new Map(),
    series: openSeries(clock)
  }
  for (const row of rows) {
    whole.attempts += row.attempts
    whole.unquoted += row.unquoted
    whole.permanent += row.permanent
    for (const name of Object.keys(whole.ends) as (keyof Ends)[]) {
      whole.ends[name] += row.ends[name]
      whole.once[name] += row.once[name]
    }
  }
  whole.firstSeen = Math.min(...rows.map(({ firstSeen }) => firstSeen))
  whole.lastSeen = Math.max(...rows.map(({ lastSeen }) => lastSeen))
  const lists = rows.map(({ series }) => series.list())
  const series = lists.reduce((sum, list) => sum.map((count, at) => count + (list[at] ?? 0)))
  for (const { parties, domains } of rows) {
    for (const [party, { attempts, example }] of parties) {
      const known = whole.parties.get(party)
      whole.parties.set(party, { attempts: attempts + (known?.attempts ?? 0), example: known?.example ?? example })
    }
    for (const [domain, count] of domains) whole.domains.set(domain, count + (whole.domains.get(domain) ?? 0))
  }
  return { ...whole, series: { ...whole.series, list: () => series } }
}
