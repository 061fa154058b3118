import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import { type CauseRowCount, type Ends, exampleOf, uniteRows } from './cause-rows.ts'
import { totalOf } from './counts.ts'
import { exampleFor } from './example.ts'
import { fixOf } from './fix.ts'
import { openOwnFaults } from './own-fault.ts'
import type { CauseRow, MessageEnds } from './report.ts'
import type { Counted } from './to-report.ts'
import type { Waiting } from './waiting.ts'

/** Seconds since 1970 as ISO 8601. */
export const iso = (seconds: number): string | null => (Number.isFinite(seconds) ? new Date(seconds * 1_000).toISOString() : null)

/** Of a message that waits or passed by itself nobody has to do anything; of few that were lost over it, neither. */
const lostShare = 0.05
/** One message that is lost over what else passes by itself says nothing. */
const leastLost = 3

const needsOf = ({ action, party }: Diagnosis, { ends: { messages, ended } }: CauseRowCount): CauseRow['needs'] =>
  party === 'nobody' || action === 'drop' ? 'nothing' : action === 'retry' ? (ended <= messages * lostShare ? 'nothing' : 'fix') : 'fix'

/** What should pass by itself and did not: greylisting that ends in expiry is a queue that gives up too early, or retries too late. */
const isLostAllTheSame = ({ party, action }: Diagnosis, { ends: { messages, ended } }: CauseRowCount): boolean =>
  party === 'nobody' && action === 'retry' && ended >= leastLost && ended > messages * lostShare

/** That what no rule knows passes by itself is believed where it has. */
const isUnproven = ({ confidence }: Diagnosis, { ends: { messages, recovered } }: CauseRowCount): boolean =>
  confidence === 'none' && messages - recovered > messages * lostShare

/**
 * A cause is new where an earlier report did not have it. Without one: it came up in the last fifth of the period, at least three times (by
 * chance one of a hundred such would), and the period has five hours at least.
 */
const lateShare = 0.8
const leastPeriod = 5 * 3_600
const leastTimes = 3

const knownKey = ({ cause, detail, provider }: Pick<CauseRowCount, 'cause' | 'detail' | 'provider'>): string =>
  `${cause}/${detail ?? ''}/${provider ?? ''}`

/** The five hit most, with ties in the order of letters. */
const topDomains = (domains: ReadonlyMap<string, number>): CauseRow['domains'] =>
  [...domains]
    .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
    .slice(0, 5)
    .map(([domain, messages]) => ({ domain, messages }))

const waitingByRow = (waiting: readonly Waiting[]): { readonly all: RowCounts; readonly first: RowCounts } => {
  const all = new Map<CauseRowCount, number>()
  const first = new Map<CauseRowCount, number>()
  for (const { met } of waiting)
    for (const { row, isFirst } of met) {
      all.set(row, (all.get(row) ?? 0) + 1)
      if (isFirst) first.set(row, (first.get(row) ?? 0) + 1)
    }
  return { all, first }
}
type RowCounts = ReadonlyMap<CauseRowCount, number>

const endsOf = ({ messages, lost, recovered, waiting }: Ends, parts: readonly CauseRowCount[], still: RowCounts): MessageEnds => ({
  messages,
  lost,
  waiting: waiting + parts.reduce((sum, part) => sum + (still.get(part) ?? 0), 0),
  recovered
})

/** Every cause at every provider from every address: what needs a fix before what needs nothing, the most messages harmed first. */
export const causeReport = (
  { clock, senders, providers, waiting, messages, rows: counts }: Counted,
  diagnoser: Diagnoser,
  known: ReadonlySet<string> | undefined
): CauseRow[] => {
  const stillWaiting = waitingByRow(waiting)
  const period = clock.last() - clock.first()
  const lateFrom = clock.first() + period * lateShare

  const isNew = (row: CauseRowCount): boolean =>
    known !== undefined ? !known.has(knownKey(row)) : period >= leastPeriod && row.firstSeen >= lateFrom && row.attempts >= leastTimes

  const isOwnFault = openOwnFaults(
    counts.rows(),
    (row) => row.once.lost + row.once.waiting + (stillWaiting.first.get(row) ?? 0),
    totalOf(messages) - messages.complained
  )

  const addressOf = ({ senderKey, unquoted }: CauseRowCount): ReturnType<typeof senders.resolve> =>
    senders.resolve(senderKey, unquoted === 0)

  const causeRow = (parts: readonly CauseRowCount[]): CauseRow => {
    const row = uniteRows(parts, clock)
    const { ip, service } = addressOf(row)
    const kept = exampleOf(row)
    const isOurs =
      needsOf(kept.diagnosis, row) === 'nothing' &&
      (isOwnFault(row) || isUnproven(kept.diagnosis, row) || isLostAllTheSame(kept.diagnosis, row))
    const diagnosis: Diagnosis = isOurs ? { ...kept.diagnosis, party: 'sender-admin' } : kept.diagnosis
    const { title, party, fix } = fixOf(diagnoser, diagnosis)
    return {
      cause: row.cause,
      detail: row.detail ?? null,
      title,
      provider: row.provider ?? null,
      providerName: row.provider === undefined ? null : providers.nameOf(row.provider),
      senderIp: ip ?? null,
      service: ip === undefined ? (service ?? null) : null,
      attempts: row.attempts,
      ...endsOf(row.ends, parts, stillWaiting.all),
      once: endsOf(row.once, parts, stillWaiting.first),
      permanence: row.permanent * 2 > row.attempts ? 'permanent' : diagnosis.permanence === undefined ? null : 'transient',
      action: diagnosis.action,
      party: diagnosis.party,
      partyTitle: party,
      fix,
      needs: isOurs ? 'fix' : needsOf(diagnosis, row),
      firstSeen: iso(row.firstSeen),
      lastSeen: iso(row.lastSeen),
      isNew: isNew(row),
      example: exampleFor(diagnoser, kept),
      rule: diagnosis.evidence[0]?.rule ?? null,
      domains: topDomains(row.domains),
      series: row.series.list()
    }
  }

  const rowsByAddress = Map.groupBy(counts.rows(), (row) => {
    const { ip, service } = addressOf(row)
    return `${knownKey(row)}/${ip ?? ''}/${ip === undefined ? (service ?? '') : ''}`
  })
  const causes = [...rowsByAddress.values()].map(causeRow)
  causes.sort(
    (one, other) =>
      Number(one.needs === 'nothing') - Number(other.needs === 'nothing') ||
      other.messages - one.messages ||
      other.lost - one.lost ||
      other.attempts - one.attempts ||
      (`${one.cause}/${one.detail}/${one.provider}/${one.senderIp}` < `${other.cause}/${other.detail}/${other.provider}/${other.senderIp}`
        ? -1
        : 1)
  )
  return causes
}
