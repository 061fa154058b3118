import type { Diagnoser } from '../diagnose/diagnose.ts'
import type { Templates } from '../log/templates.ts'
import { causeReport, iso } from './cause-report.ts'
import type { CauseRows } from './cause-rows.ts'
import type { Counting, CountName } from './counts.ts'
import { exampleFor } from './example.ts'
import { groupRows, titleOf } from './group-report.ts'
import { type Group, others } from './groups.ts'
import type { InboundRows } from './inbound-rows.ts'
import type { Providers } from './provider-names.ts'
import { groupNames, type InboundRow, type Report, type SeriesStep } from './report.ts'
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
  readonly labels: ReadonlySet<string>
  readonly waiting: readonly Waiting[]
  readonly forgotten: number
  readonly senders: SenderAddresses
  readonly providers: Providers
  readonly files: readonly TalliedFile[]
}

export const reportOf = (counted: Counted, diagnoser: Diagnoser, known: ReadonlySet<string> | undefined): Report => {
  const { clock, files } = counted
  const period = clock.last() - clock.first()
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
  for (const [name, group] of counted.groups) {
    if ((groupNames as readonly string[]).includes(name) || group.rows().some(({ key }) => key !== undefined)) continue
    const there = counted.labels.size === 0 ? 'None has any label.' : `They have ${[...counted.labels].sort().join(', ')}.`
    limits.push(`No event has a label called ${name}. ${there}`)
  }
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
    causes: causeReport(counted, diagnoser, known),
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
    limits,
    notes: []
  }
}

const countsAt = (lists: readonly (readonly [CountName, readonly number[]])[], at: number): Counting => {
  const counts: Counting = { delivered: 0, deferred: 0, bounced: 0, expired: 0, complained: 0, suppressed: 0 }
  for (const [name, list] of lists) counts[name] = list[at] ?? 0
  return counts
}
