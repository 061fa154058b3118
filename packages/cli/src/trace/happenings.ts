import { isListed, millisecondsOf, type TraceAttempt, type TraceMessage, type TraceStep } from '@whybounce/core/trace'
import { lasting } from '../report/figures.ts'
import { counted, printable } from '../terminal.ts'
import { noticeWords, outcomeWords } from './words.ts'

/** A line of a story: when, and what. */
export type Told = {
  readonly at: number | undefined
  readonly words: string
  readonly text?: string
  readonly sign: 'good' | 'bad' | 'waits' | 'plain'
}

/** Lines about attempts where --all is not said. */
const shownAttempts = 12

const verbs: Readonly<Record<string, readonly [string, string, Told['sign']]>> = {
  delivered: ['delivered', 'to', 'good'],
  delayed: ['deferred', 'by', 'waits'],
  failed: ['bounced', 'by', 'bad'],
  relayed: ['handed on', 'to', 'plain'],
  suppressed: ['not tried', 'by', 'bad'],
  expanded: ['expanded', 'by', 'plain'],
  complaint: ['complaint', 'of', 'bad'],
  unsubscribe: ['unsubscribed', 'at', 'plain']
}

const serverOf = ({ event, remoteIp }: TraceAttempt): string => {
  const name = event.remoteMta === undefined ? '' : printable(event.remoteMta)
  return remoteIp === undefined || remoteIp === name ? name : `${name} [${remoteIp}]`.trim()
}

/** `deferred by mx.example.org [192.0.2.1], 5 min after the attempt before`. */
const attemptWords = (attempt: TraceAttempt, before: TraceAttempt | undefined, { queueIds, recipients }: TraceMessage): Told => {
  const { event } = attempt
  const at = millisecondsOf(event.time)
  const isRefusal = event.direction === 'inbound' && event.kind === 'failed'
  // A content filter or a relay of one's own: it has only gone on.
  const isOwn = attempt.next !== undefined && queueIds.includes(attempt.next)
  const [verb, preposition, sign] = isRefusal
    ? (['refused', 'from', 'bad'] as const)
    : event.outcome === 'expired'
      ? (['given up', 'at', 'bad'] as const)
      : isOwn
        ? (['handed on', 'to', 'plain'] as const)
        : (verbs[event.kind] ?? ([event.kind, 'by', 'plain'] as const))
  const text = event.diagnosticCode === undefined ? {} : { text: printable(event.diagnosticCode) }
  if (isListed(event))
    return { at, words: `in the queue (${printable(event.labels?.queue ?? '')}), says the listing`, sign: 'waits', ...text }
  const server = isRefusal ? printable(event.client ?? '') : serverOf(attempt)
  const waited = waitedWords(event.time, before?.event.time)
  const whom = recipients.length > 1 && event.recipient !== undefined ? ` for ${printable(event.recipient)}` : ''
  const handed = attempt.next === undefined ? '' : ` as ${attempt.next}`
  const words = `${verb}${whom}${server === '' ? '' : ` ${preposition} ${server}`}${handed}${waited}`
  return { at, words, sign, ...text }
}

const stepWords = ({ is, text }: TraceStep): string => {
  const why = text === undefined ? '' : `: ${printable(text)}`
  return is === 'held'
    ? `on hold${why}`
    : is === 'released'
      ? `released${why}`
      : is === 'requeued'
        ? 'put in the queue anew'
        : `taken out of the queue${why}`
}

const arrivals = ({ entries }: TraceMessage): readonly Told[] =>
  entries.flatMap((entry, index): readonly Told[] => {
    const client = entry.client === undefined ? '' : ` from ${printable(entry.client)}`
    const host = entry.host === undefined ? '' : ` to ${printable(entry.host)}`
    const id = entry.queueId === undefined ? '' : ` as ${printable(entry.queueId)}`
    return entry.arrived === undefined
      ? []
      : [{ at: millisecondsOf(entry.arrived), words: `${index === 0 ? 'came' : 'went on'}${host}${client}${id}`, sign: 'plain' }]
  })

/** Attempts in order; the same answer again and again is told once, with how often. */
const attemptsOf = (message: TraceMessage, all: boolean): readonly Told[] => {
  const last = new Map<string, { readonly attempt: TraceAttempt; readonly answer: string; line?: number; again: number }>()
  const told: Told[] = []
  for (const attempt of message.attempts) {
    const { event } = attempt
    const before = last.get(event.recipient ?? '')
    const answer = `${event.kind}\n${event.remoteMta ?? ''}\n${(event.diagnosticCode ?? '').replace(/\d+/g, '0')}`
    if (all || event.kind !== 'delayed' || isListed(event) || before?.answer !== answer) {
      told.push(attemptWords(attempt, before?.attempt, message))
      if (attempt.next === undefined || !message.queueIds.includes(attempt.next))
        last.set(event.recipient ?? '', { attempt, answer, again: 0 })
      continue
    }
    const again = before.again + 1
    const line = before.line ?? told.length
    told[line] = againWords(attempt, before.attempt, again, message)
    last.set(event.recipient ?? '', { attempt, answer, line, again })
  }
  return told
}

const againWords = ({ event }: TraceAttempt, before: TraceAttempt, again: number, { recipients }: TraceMessage): Told => {
  const whom = recipients.length > 1 && event.recipient !== undefined ? ` for ${printable(event.recipient)}` : ''
  const times =
    again === 1 ? `again${whom}${waitedWords(event.time, before.event.time)}` : `${counted(again, 'time')} more${whom} until here`
  return { at: millisecondsOf(event.time), words: `${times}, with the same answer`, sign: 'waits' }
}

const waitedWords = (time: string | undefined, before: string | undefined): string => {
  const [at, earlier] = [millisecondsOf(time), millisecondsOf(before)]
  return at === undefined || earlier === undefined || at - earlier < 1_000 ? '' : `, ${lasting((at - earlier) / 1_000)} later`
}

/** The first and the last of them. */
const endsOf = (indexes: readonly number[], room: number): readonly number[] => {
  const half = Math.ceil(room / 2)
  return indexes.length <= room ? indexes : [...indexes.slice(0, half), ...indexes.slice(indexes.length - (room - half))]
}

/** Of many lines those that somebody looks for are kept, and of these and of the others the first and the last. */
const shortened = (told: readonly Told[], all: boolean): readonly Told[] => {
  if (all || told.length <= shownAttempts) return told
  const indexes = [...told.keys()]
  const isBad = (at: number): boolean => told[at]?.sign === 'bad' || told[at]?.sign === 'waits'
  const bad = endsOf(indexes.filter(isBad), shownAttempts)
  const kept = new Set([
    ...bad,
    ...endsOf(
      indexes.filter((at) => !isBad(at)),
      shownAttempts - bad.length
    )
  ])
  const firstHidden = indexes.find((at) => !kept.has(at)) ?? told.length
  const more: Told = { at: undefined, words: `… ${counted(told.length - kept.size, 'line')} more: --all shows them`, sign: 'plain' }
  const keptOf = (from: number, to: number): readonly Told[] => told.filter((_, at) => at >= from && at < to && kept.has(at))
  return [...keptOf(0, firstHidden), more, ...keptOf(firstHidden, told.length)]
}

/** What has no time of its own stays behind what stood before it. */
const inOrder = (lists: readonly (readonly Told[])[]): readonly Told[] =>
  lists
    .flatMap((list) => {
      let last = 0
      return list.map((told) => {
        last = told.at ?? last
        return { told, key: last }
      })
    })
    .toSorted((one, other) => one.key - other.key)
    .map(({ told }) => told)

/** What happened to a message, in order. */
export const happenings = (message: TraceMessage, all: boolean): readonly Told[] =>
  inOrder([
    arrivals(message),
    shortened(attemptsOf(message, all), all),
    message.steps.map((step): Told => ({ at: millisecondsOf(step.time), words: stepWords(step), sign: 'waits' })),
    message.notices.map((notice): Told => {
      const whom = notice.recipient === undefined ? '' : ` to ${printable(notice.recipient)}`
      const end = notice.outcome === undefined ? '' : `, ${outcomeWords[notice.outcome]}`
      const what = notice.isOfOthers ? 'the sender was told that another recipient failed' : noticeWords[notice.notice ?? 'failed']
      const words = `${what}: ${printable(notice.queueId ?? '')}${whom}${end}`
      return { at: millisecondsOf(notice.time), words, sign: 'plain' }
    })
  ])
