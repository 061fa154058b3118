import { type DeliveryEvent, type Diagnosis, defaultDiagnoser } from '@whybounce/core'
import type { LogEvent } from '@whybounce/core/log'
import { fixOf } from '@whybounce/core/report'
import { openQueueSummary, waitsUntold } from './event-queue.ts'
import { openSeen } from './event-seen.ts'
import type { LogCounts } from './events-log.ts'
import { block, printable, type Terminal } from './terminal.ts'

/**
 * What a run over a mailbox found, for a person: causes by recipients harmed, with who must act and what to do first, then
 * what was read and what was not. Counts everything; keeps one example of each cause, and the first places that were unreadable.
 */
type CauseCount = { recipients: number; events: number; readonly parties: Map<string, PartyCount> }

/** For one cause this one or that one must act, as the reply has it. */
type PartyCount = { events: number; readonly example: Diagnosis }

type Unreadable = { readonly file: string; readonly offset: number; readonly problem: string }

/** Each is counted; this many are named. */
const maxNamed = 20

export type Summary = {
  readonly add: (event: LogEvent) => void
  readonly addMessage: () => void
  readonly addProblem: (problem: Unreadable, partial: boolean) => void
  readonly addIgnored: (files: number) => void
  /** Something that was left out for good reason. */
  readonly addNote: (note: string) => void
  readonly addLog: (file: string, counts: LogCounts) => void
  /** There are failures, and none of them tells its cause. */
  readonly tellsNoCause: () => boolean
  readonly problems: () => number
  readonly print: (terminal: Terminal) => string
  readonly toJson: () => object
}

/** Kinds in which mail did not arrive, or has not yet. What this server refused from others harms none of its senders. */
const harms = (event: DeliveryEvent): boolean =>
  event.direction !== 'inbound' && (event.kind === 'failed' || event.kind === 'delayed' || event.kind === 'suppressed')

/** One event of those for which the same one must act as for most. */
const exampleOf = (parties: ReadonlyMap<string, PartyCount>): Diagnosis => {
  const [first, ...others] = parties.values()
  if (first === undefined) throw new TypeError('a cause without an event')
  return others.reduce((most, party) => (party.events > most.events ? party : most), first).example
}

/** Refused by the server whose log it is. */
const isRefused = ({ kind, direction }: DeliveryEvent): boolean => kind === 'failed' && direction === 'inbound'

export const openSummary = (): Summary => {
  const causes = new Map<string, CauseCount>()
  const kinds = new Map<string, number>()
  const seen = openSeen()
  const named: (Unreadable & { partial: boolean })[] = []
  let messages = 0
  let events = 0
  let undetermined = 0
  let failures = 0
  let unclearFailures = 0
  let unreadable = 0
  let partial = 0
  let ignored = 0
  const notes: string[] = []
  const queue = openQueueSummary()
  const logs = { files: 0, lines: 0, events: 0, ignored: 0, unread: 0 }

  const add = (event: LogEvent): void => {
    const kind = isRefused(event) ? 'refused' : event.kind
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    if (event.kind === 'other') return
    events++
    const { diagnosis } = event
    if (!harms(event)) return
    queue.add(event)
    const unclear = Number((diagnosis === undefined || diagnosis.confidence === 'none') && !waitsUntold(event))
    undetermined += unclear
    if (event.kind !== 'delayed') {
      failures++
      unclearFailures += unclear
    }
    if (diagnosis === undefined) return
    // That the queue gave up is how it ended, not why.
    const key =
      diagnosis.detail === undefined || diagnosis.detail === 'expired' ? diagnosis.cause : `${diagnosis.cause}/${diagnosis.detail}`
    const known = causes.get(key) ?? { recipients: 0, events: 0, parties: new Map() }
    known.events++
    const party = known.parties.get(diagnosis.party) ?? { events: 0, example: diagnosis }
    party.events++
    known.parties.set(diagnosis.party, party)
    if (event.recipient === undefined || !seen(`${key} ${event.recipient.toLowerCase()}`)) known.recipients++
    causes.set(key, known)
  }

  /** Of those that harmed as many, what is known comes before what is not. */
  const ranked = (): [string, CauseCount][] =>
    [...causes].sort(
      ([a, one], [b, other]) =>
        other.recipients - one.recipients || Number(a.startsWith('undetermined')) - Number(b.startsWith('undetermined')) || (a < b ? -1 : 1)
    )

  const count = (kind: string): number => kinds.get(kind) ?? 0

  const print = ({ paint, width, isTerminal }: Terminal): string => {
    const out: string[] = []
    const list = ranked()
    if (list.length > 0) out.push(paint('bold', 'Causes, by recipients harmed'), '')
    const digits = Math.max(...list.map(([, { recipients }]) => recipients.toLocaleString('en').length), 1)
    for (const [key, { recipients, parties }] of list) {
      const { title, party, fix } = fixOf(defaultDiagnoser(), exampleOf(parties))
      out.push(`  ${paint('bold', recipients.toLocaleString('en').padStart(digits))}  ${title} ${paint('dim', `(${key})`)}`)
      const margin = ' '.repeat(digits + 4)
      const line = `${party}: ${fix}`
      // In a file or a pipe a cause is two lines, whatever their length.
      out.push(isTerminal ? block(line, width, margin) : `${margin}${line}`)
    }
    if (list.length > 0) out.push('', paint('dim', '  More about a cause: whybounce causes CAUSE'), '')
    for (const told of queue.print()) out.push(block(printable(told), width, ''))
    const figure = (value: number, one: string, many: string): string => `${value.toLocaleString('en')} ${value === 1 ? one : many}`
    const rest = [...kinds]
      .filter(([kind]) => kind !== 'other')
      .sort((a, b) => b[1] - a[1])
      .map(([kind, value]) => `${kind} ${value.toLocaleString('en')}`)
    const ofKinds = rest.length === 0 ? '' : ` (${rest.join(', ')})`
    if (logs.files > 0)
      out.push(
        block(
          `${figure(logs.lines, 'line', 'lines')} of ${figure(logs.files, 'log', 'logs')} read, ${figure(logs.events, 'event', 'events')}${messages === 0 ? ofKinds : ''}, ` +
            `${undetermined.toLocaleString('en')} undetermined, ${figure(logs.ignored, 'line', 'lines')} of other things, ${logs.unread.toLocaleString('en')} not understood` +
            `${ignored === 0 || messages > 0 ? '' : `, ${figure(ignored, 'file', 'files')} passed over`}.`,
          width,
          ''
        )
      )
    if (logs.files === 0 || messages > 0)
      out.push(
        block(
          `${figure(messages, 'message', 'messages')} read, ${figure(events, 'event', 'events')}${ofKinds}, ` +
            `${count('other').toLocaleString('en')} not bounces, ${undetermined.toLocaleString('en')} undetermined, ${unreadable.toLocaleString('en')} unreadable` +
            `${partial === 0 ? '' : `, ${partial.toLocaleString('en')} read in part`}${ignored === 0 ? '' : `, ${figure(ignored, 'file', 'files')} passed over`}.`,
          width,
          ''
        )
      )
    for (const note of notes) out.push(block(printable(note), width, '    ', '  '))
    for (const { file, offset, problem, partial: part } of named)
      out.push(
        block(
          `${part ? 'read in part' : 'unreadable'}: ${printable(file)}${offset === 0 ? '' : `, byte ${offset}`}: ${printable(problem)}`,
          width,
          '    ',
          '  '
        )
      )
    const more = Math.max(0, unreadable + partial - named.length)
    if (more > 0) out.push(`  and ${more.toLocaleString('en')} more`)
    return `${out.join('\n')}\n`
  }

  return {
    add,
    addMessage: () => void messages++,
    addProblem: (problem, part) => {
      if (part) partial++
      else unreadable++
      if (named.length < maxNamed) named.push({ ...problem, partial: part })
    },
    addIgnored: (files) => {
      ignored += files
    },
    addNote: (note) => void notes.push(note),
    addLog: (file, counts) => {
      logs.files++
      logs.lines += counts.lines
      logs.events += counts.events
      logs.ignored += counts.ignored
      logs.unread += counts.unread
      for (const problem of counts.problems) {
        partial++
        if (named.length < maxNamed) named.push({ file, offset: 0, problem, partial: true })
      }
      if (counts.unread > 0) {
        partial++
        for (const { line, text } of counts.samples)
          if (named.length < maxNamed) named.push({ file, offset: 0, problem: `line ${line} was not understood: ${text}`, partial: true })
      }
    },
    tellsNoCause: () => failures > 0 && failures === unclearFailures,
    problems: () => unreadable + partial,
    print,
    toJson: () => ({
      causes: ranked().map(([key, { recipients, events: times, parties }]) => {
        const example = exampleOf(parties)
        const { title, party, fix } = fixOf(defaultDiagnoser(), example)
        const [cause, detail] = key.split('/')
        return { cause, detail: detail ?? null, title, recipients, events: times, party: example.party, partyTitle: party, fix }
      }),
      messages,
      events,
      kinds: Object.fromEntries(kinds),
      notBounces: count('other'),
      undetermined,
      unreadable,
      partial,
      ignored,
      logs,
      notes,
      problems: named
    })
  }
}
