import type { Diagnoser } from '../diagnose/diagnose.ts'
import type { Party } from '../knowledge/knowledge.ts'
import { fixOf } from '../report/fix.ts'
import type { Counts } from '../report/report.ts'
import type { SenderAddresses } from '../report/sender-address.ts'
import type { WatchAlert } from './alert.ts'
import { timeOf } from './alert-writer.ts'
import { type CauseSeries, shownMinutes } from './cause-series.ts'
import { openMinuteRing } from './minute-ring.ts'
import type { Attempt } from './read-attempt.ts'
import type { Windows } from './windows.ts'

/** What attempts are counted as, and mail that this server refused from others. */
export type WatchCounts = Counts & { readonly inboundRefused: number }

export type WatchCause = {
  readonly provider: string | null
  readonly providerName: string | null
  readonly senderIp: string | null
  readonly service: string | null
  readonly cause: string
  readonly detail: string | null
  readonly title: string
  /** Attempts in the last hour, those of them that the server called permanent, and those in the last minute. */
  readonly attempts: number
  readonly permanent: number
  readonly lastMinute: number
  readonly party: Party
  readonly partyTitle: string
  readonly fix: string
}

/** How things stand: the shape of a line of `whybounce watch --json` with `type` `summary`. Times are the log's, ISO 8601, UTC. */
export type WatchSummary = {
  /** The end of the last minute that is over; null: no event yet. */
  readonly time: string | null
  readonly minute: WatchCounts
  readonly hour: WatchCounts
  /** The last sixty minutes, the oldest first. */
  readonly series: { readonly [name in keyof WatchCounts]: readonly number[] }
  /** Causes of the last hour, the most attempts first; at most 50. */
  readonly causes: readonly WatchCause[]
  readonly waiting: number
  readonly firing: readonly WatchAlert[]
  readonly lines: number
  readonly unread: number
  /** What the figures leave out, in sentences. */
  readonly limits: readonly string[]
}

export type MinuteCounts = {
  readonly add: (attempt: Attempt, minute: number) => void
  readonly advance: (minute: number) => void
  readonly sum: (name: keyof WatchCounts, from: number, to: number) => number
}

const mostCauses = 1_000

const forNames = <Value>(make: (name: keyof WatchCounts) => Value): { [name in keyof WatchCounts]: Value } => ({
  delivered: make('delivered'),
  deferred: make('deferred'),
  bounced: make('bounced'),
  expired: make('expired'),
  complained: make('complained'),
  suppressed: make('suppressed'),
  inboundRefused: make('inboundRefused')
})

export const openMinuteCounts = (now: number): MinuteCounts => {
  const rings = forNames(() => openMinuteRing(now))
  return {
    // Mail that was let in is not what this is about.
    add: ({ name, isInbound }, minute) => {
      if (!isInbound || name !== 'delivered') rings[isInbound ? 'inboundRefused' : name].add(minute, 1)
    },
    advance: (minute) => {
      for (const ring of Object.values(rings)) ring.advance(minute)
    },
    sum: (name, from, to) => rings[name].sum(from, to)
  }
}

/** Where one of several of our addresses sends, the rows are told apart by it. */
const shownSeries = ({ series, hasSenders }: Windows): CauseSeries[] =>
  [...series.values()].filter(({ senderKey }) => (senderKey !== undefined) === hasSenders())

export const summaryOf = (state: {
  readonly windows: Windows | undefined
  readonly counts: MinuteCounts | undefined
  readonly minute: number | undefined
  readonly firing: readonly WatchAlert[]
  readonly diagnoser: Diagnoser
  readonly senders: SenderAddresses
  readonly waiting: number
  readonly lines: number
  readonly unread: number
  readonly limits: readonly string[]
}): WatchSummary => {
  const { windows, counts, minute = 0, diagnoser, senders, firing, waiting, lines, unread, limits } = state
  const from = minute - shownMinutes + 1
  const sums = (first: number): WatchCounts => forNames((name) => counts?.sum(name, first, minute) ?? 0)
  const rows = (windows === undefined ? [] : shownSeries(windows))
    .map((series) => ({ series, attempts: series.met.sum(from, minute) }))
    .filter(({ attempts }) => attempts > 0)
    .sort((one, other) => other.attempts - one.attempts || (one.series.key < other.series.key ? -1 : 1))
    .slice(0, mostCauses)
  return {
    time: state.minute === undefined ? null : timeOf(minute),
    minute: sums(minute),
    hour: sums(from),
    series: forNames((name) => Array.from({ length: shownMinutes }, (_, at) => counts?.sum(name, from + at, from + at) ?? 0)),
    causes: rows.map(({ series, attempts }) => {
      const { provider, senderKey } = series
      const { diagnosis } = series.kept()
      const { title, party, fix } = fixOf(diagnoser, diagnosis)
      const sender = senderKey === undefined ? undefined : senders.resolve(senderKey)
      return {
        provider: provider ?? null,
        providerName: provider === undefined ? null : (diagnoser.knowledge.origins[diagnoser.origins.byId(provider)]?.name ?? provider),
        senderIp: sender?.ip ?? null,
        service: sender?.service ?? null,
        cause: diagnosis.cause,
        detail: diagnosis.detail ?? null,
        title,
        attempts,
        permanent: Math.min(attempts, series.permanent()),
        lastMinute: series.met.at(minute),
        party: diagnosis.party,
        partyTitle: party,
        fix
      }
    }),
    waiting,
    firing,
    lines,
    unread,
    limits
  }
}
