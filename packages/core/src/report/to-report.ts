import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { Templates } from '../log/templates.ts'
import { type CauseRowCount, type CauseRows, exampleOf, type KeptExample, uniteRows } from './cause-rows.ts'
import { type Counting, type CountName, totalOf } from './counts.ts'
import { explainEvent } from './event-diagnosis.ts'
import { fixOf } from './fix.ts'
import { type Group, type GroupCount, others, uniteGroups } from './groups.ts'
import type { InboundRows } from './inbound-rows.ts'
import type { Providers } from './provider-names.ts'
import type { CauseRow, Example, GroupRow, InboundRow, Report, SeriesStep } from './report.ts'
import type { SenderAddresses } from './sender-address.ts'
import type { Clock, Series } from './series.ts'
import type { Tally } from './tally.ts'
import type { Waiting } from './waiting.ts'

export type TalliedFile = Parameters<Tally['addFile']>[0]

/** All that a tally has counted. */
export type Counted = {
  readonly attempts: Counting
  readonly messages: Counting
  readonly unsubscribed: number
  readonly handedOn: number
  readonly undated: number
  readonly outside: number
  readonly other: number
  readonly clock: Clock
  readonly outcomes: readonly (readonly [CountName, Series])[]
  readonly refusals: Series
  readonly rows: CauseRows
  readonly inbound: InboundRows
  readonly templates: Templates
  readonly groups: ReadonlyMap<string, Group>
  readonly waiting: readonly Waiting[]
  readonly forgotten: number
  readonly senders: SenderAddresses
  readonly providers: Providers
  readonly files: readonly TalliedFile[]
}

const iso = (seconds: number): string | null => (Number.isFinite(seconds) ? new Date(seconds * 1_000).toISOString() : null)

/** Letters of an example: a reply of a screen's length is read, a longer one is not. */
const maxExample = 1_000
/** Control characters, escapes and what turns the direction of writing around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is what this is for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g

const exampleFor = (diagnoser: Diagnoser, { event, diagnosis, file, line }: KeptExample): Example => {
  const text = Array.from((event.diagnosticCode ?? '').slice(0, maxExample * 2).replace(unprintable, ' '))
    .slice(0, maxExample)
    .join('')
  const told = explainEvent(diagnoser, { ...event, diagnosticCode: text })
  const spans = told?.cause === diagnosis.cause ? told.evidence.flatMap(({ span }) => (span === undefined ? [] : [span])) : []
  return {
    text,
    spans,
    time: event.time ?? null,
    recipient: event.recipient ?? null,
    queueId: event.queueId ?? null,
    file,
    line: line > 0 ? line : null
  }
}

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

const titleOf = (diagnoser: Diagnoser, cause: string, detail: string | undefined): string => {
  const known = diagnoser.causeOf(cause)
  return known.details.find(({ id }) => id === detail)?.title ?? known.title
}

/** The five hit most, with ties in the order of letters. */
const topDomains = (domains: ReadonlyMap<string, number>): CauseRow['domains'] =>
  [...domains]
    .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
    .slice(0, 5)
    .map(([domain, messages]) => ({ domain, messages }))

export const reportOf = (counted: Counted, diagnoser: Diagnoser, known: ReadonlySet<string> | undefined): Report => {
  const { clock, senders, providers, files, waiting } = counted
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
      waiting: parts.reduce((sum, part) => sum + (waitingRows.get(part) ?? 0), 0),
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

  const rowsByAddress = Map.groupBy(counted.rows.rows(), (row) => {
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

  const start = Math.floor(clock.first() / clock.step()) * clock.step()
  const lists = counted.outcomes.map(([name, series]) => [name, series.list()] as const)
  const refused = counted.refusals.list()
  const series = refused.map(
    (inboundRefused, at): SeriesStep => ({
      start: iso(start + at * clock.step()) ?? '',
      ...countsAt(lists, at),
      inboundRefused
    })
  )

  const { templates, overflow } = counted.templates.list()
  const lines = files.reduce(
    (sum, file) => ({
      total: sum.total + file.lines,
      events: sum.events + file.events,
      ignored: sum.ignored + file.ignored,
      unread: sum.unread + file.unread
    }),
    { total: 0, events: 0, ignored: 0, unread: 0 }
  )

  const limits: string[] = []
  const limit = (count: number, words: (figure: string) => string): void => {
    if (count > 0) limits.push(words(count.toLocaleString('en')))
  }
  limit(counted.forgotten, (figure) => `${figure} messages waited so long that their end was not followed: they are counted as waiting.`)
  limit(counted.rows.overflow(), (figure) => `${figure} attempts are told without provider and address: there were too many of both.`)
  for (const [name, group] of counted.groups)
    limit(group.overflow(), (figure) => `${figure} events are in the row "${others}" of the division by ${name}: it has too many rows.`)
  limit(overflow?.count ?? 0, (figure) => `${figure} texts that no rule knows are of too many kinds to be told apart.`)

  return {
    version: 1,
    period: { from: iso(clock.first()), to: iso(clock.last()), seconds: Number.isFinite(period) ? period : 0 },
    messages: counted.messages,
    attempts: counted.attempts,
    inboundRefused: counted.inbound.total(),
    unsubscribed: counted.unsubscribed,
    handedOn: counted.handedOn,
    undated: counted.undated,
    outside: counted.outside,
    other: counted.other,
    lines: { ...lines, samples: files.flatMap(({ file, samples }) => samples.map((sample) => ({ file, ...sample }))) },
    causes,
    inbound: counted.inbound.rows().map(
      (row): InboundRow => ({
        cause: row.cause,
        detail: row.detail ?? null,
        title: titleOf(diagnoser, row.cause, row.detail),
        refused: row.refused,
        clients: row.clients.size,
        firstSeen: iso(row.firstSeen),
        lastSeen: iso(row.lastSeen),
        example: exampleFor(diagnoser, row.example)
      })
    ),
    templates: templates.map(({ id, text, count, first, last, example }) => ({
      id,
      text,
      count,
      firstSeen: first ?? null,
      lastSeen: last ?? null,
      example
    })),
    step: clock.step(),
    series,
    groups: Object.fromEntries([...counted.groups].map(([name, group]) => [name, groupRows(name, group, counted, diagnoser)])),
    files: files.map(({ file, format, lines: count, bytes, problem }) => ({ file, format, lines: count, bytes, problem })),
    limits
  }
}

const countsAt = (lists: readonly (readonly [CountName, readonly number[]])[], at: number): Counting => {
  const counts: Counting = { delivered: 0, deferred: 0, bounced: 0, expired: 0, complained: 0, suppressed: 0 }
  for (const [name, list] of lists) counts[name] = list[at] ?? 0
  return counts
}

/** Keys become what is shown, rows of one name one row, and what still waits is counted. */
const groupRows = (name: string, group: Group, { senders, providers, waiting }: Counted, diagnoser: Diagnoser): GroupRow[] => {
  const waits = new Map<GroupCount, number>()
  for (const { groups } of waiting) for (const row of groups) waits.set(row, (waits.get(row) ?? 0) + 1)
  const shown = (key: string | undefined): string | undefined => {
    if (key === undefined || key === others) return key
    if (name === 'provider') return providers.nameOf(key)
    if (name !== 'sender-ip') return key
    const { ip, service } = senders.resolve(key)
    return ip ?? service
  }
  const byKey = Map.groupBy(group.rows(), ({ key }) => shown(key))
  return [...byKey]
    .map(([key, parts]): GroupRow => {
      const { messages, attempts, causes } = uniteGroups(key, parts)
      messages.deferred += parts.reduce((sum, part) => sum + (waits.get(part) ?? 0), 0)
      let top: readonly [string, number] | undefined
      for (const cause of causes) if (top === undefined || cause[1] > top[1]) top = cause
      return { key: key ?? null, messages, attempts, topCause: top === undefined ? null : topCauseOf(diagnoser, top) }
    })
    .sort((one, other) => totalOf(other.messages) - totalOf(one.messages) || ((one.key ?? '') < (other.key ?? '') ? -1 : 1))
}

const topCauseOf = (diagnoser: Diagnoser, [key, messages]: readonly [string, number]): GroupRow['topCause'] => {
  const [cause = '', detail = ''] = key.split('/')
  return { cause, detail: detail || null, title: titleOf(diagnoser, cause, detail || undefined), messages }
}
