import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import { type CauseRowCount, exampleOf, uniteRows } from './cause-rows.ts'
import { exampleFor } from './example.ts'
import { fixOf } from './fix.ts'
import type { CauseRow } from './report.ts'
import type { Counted } from './to-report.ts'

/** Seconds since 1970 as ISO 8601. */
export const iso = (seconds: number): string | null => (Number.isFinite(seconds) ? new Date(seconds * 1_000).toISOString() : null)

/** Of a message that waits or passed by itself nobody has to do anything; of few that were lost, neither. */
const lostShare = 0.05

const needsOf = ({ action, party }: Diagnosis, { messages, lost }: CauseRowCount): CauseRow['needs'] =>
  party === 'nobody' || action === 'retry' ? (lost <= messages * lostShare ? 'nothing' : 'fix') : action === 'drop' ? 'nothing' : 'fix'

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

/** Every cause at every provider from every address: what needs a fix before what needs nothing, the most messages harmed first. */
export const causeReport = (
  { clock, senders, providers, waiting, rows: counts }: Counted,
  diagnoser: Diagnoser,
  known: ReadonlySet<string> | undefined
): CauseRow[] => {
  const waitingRows = new Map<CauseRowCount, number>()
  for (const { rows } of waiting) for (const row of rows) waitingRows.set(row, (waitingRows.get(row) ?? 0) + 1)
  const period = clock.last() - clock.first()
  const lateFrom = clock.first() + period * lateShare

  const isNew = (row: CauseRowCount): boolean =>
    known !== undefined ? !known.has(knownKey(row)) : period >= leastPeriod && row.firstSeen >= lateFrom && row.attempts >= leastTimes

  const causeRow = (parts: readonly CauseRowCount[]): CauseRow => {
    const row = uniteRows(parts, clock)
    const { ip, service } = senders.resolve(row.senderKey)
    const kept = exampleOf(row)
    const { diagnosis } = kept
    const { title, party, fix } = fixOf(diagnoser, diagnosis)
    return {
      cause: row.cause,
      detail: row.detail ?? null,
      title,
      provider: row.provider ?? null,
      providerName: row.provider === undefined ? null : providers.nameOf(row.provider),
      senderIp: ip ?? null,
      service: ip === undefined ? (service ?? null) : null,
      messages: row.messages,
      attempts: row.attempts,
      lost: row.lost,
      waiting: row.waiting + parts.reduce((sum, part) => sum + (waitingRows.get(part) ?? 0), 0),
      recovered: row.recovered,
      permanence: row.permanent * 2 > row.attempts ? 'permanent' : diagnosis.permanence === undefined ? null : 'transient',
      action: diagnosis.action,
      party: diagnosis.party,
      partyTitle: party,
      fix,
      needs: needsOf(diagnosis, row),
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
    const { ip, service } = senders.resolve(row.senderKey)
    return `${knownKey(row)}/${ip ?? ''}/${ip === undefined ? (service ?? '') : ''}`
  })
  const causes = [...rowsByAddress.values()].map(causeRow)
  causes.sort(
    (one, other) =>
      Number(one.needs === 'nothing') - Number(other.needs === 'nothing') ||
      other.messages - one.messages ||
      other.attempts - one.attempts ||
      (`${one.cause}/${one.detail}/${one.provider}/${one.senderIp}` < `${other.cause}/${other.detail}/${other.provider}/${other.senderIp}`
        ? -1
        : 1)
  )
  return causes
}
