import { idEnd } from '../log/exim-fields.ts'
import { type Entry, millisecondsOf, type RecipientState, type TraceAttempt, type TraceStep } from './entry.ts'
import { type RetryProgram, retryTimes } from './schedule.ts'

/**
 * The end of a message and recipient as the logs tell it. `refused`: this server did not take it. `handed-on`: another program of this machine
 * took it, and its log is not at hand. `removed`: somebody took it out of the queue. `unknown`: it left the queue, and no line says how.
 */
export const traceOutcomes = ['delivered', 'failed', 'expired', 'pending', 'refused', 'handed-on', 'removed', 'unknown'] as const
export type TraceOutcome = (typeof traceOutcomes)[number]

/** What happens next by itself, or does not. Times in milliseconds since 1970. */
export type TraceNext =
  | { readonly kind: 'nothing' }
  /** The server that has it tries again; the times are those of the settings that it comes with. */
  | {
      readonly kind: 'retry'
      readonly program?: RetryProgram
      readonly from?: number
      readonly to?: number
      readonly givesUp?: number
      /** The logs go on behind the time at which it was due. */
      readonly overdue: boolean
    }
  /** It waits until somebody releases it. */
  | { readonly kind: 'held'; readonly program?: RetryProgram }
  /** Nothing happens any more: somebody must act on the cause. */
  | { readonly kind: 'act' }
  /** The other side tries again, or tells its sender. */
  | { readonly kind: 'client-retries' }
  | { readonly kind: 'client-tells' }
  | { readonly kind: 'unknown' }

export type TraceRecipient = {
  readonly recipient: string
  readonly originalRecipient?: string
  readonly outcome: TraceOutcome
  readonly attempts: number
  readonly last?: TraceAttempt
  /** The recipient called it spam, or wants no more. */
  readonly refusal?: TraceAttempt
  readonly next: TraceNext
}

/** The sender, or the postmaster, was told by a message of its own. */
export type TraceNotice = TraceStep & {
  readonly outcome?: TraceOutcome
  readonly recipient?: string
  /** Nobody of whom is asked has failed: it is about another recipient of the message. */
  readonly isOfOthers?: true
}

/** One message over all the queues that it went through. */
export type TraceMessage = {
  readonly direction: 'outbound' | 'inbound'
  /** In the order in which it went through them. */
  readonly entries: readonly Entry[]
  readonly queueIds: readonly string[]
  readonly messageId?: string
  readonly sender?: string
  /** The empty sender: it is a notice. */
  readonly isNull: boolean
  readonly client?: string
  readonly size?: number
  /** ISO 8601, UTC. */
  readonly arrived?: string
  readonly recipients: readonly TraceRecipient[]
  /** Recipients that were not asked for. */
  readonly otherRecipients: number
  readonly attempts: readonly TraceAttempt[]
  /** Attempts that are counted and not shown. */
  readonly attemptsLeftOut: number
  readonly steps: readonly TraceStep[]
  readonly notices: readonly TraceNotice[]
  /** Of all recipients where they are the same. */
  readonly outcome: TraceOutcome | 'mixed'
  readonly next: TraceNext
  /** Milliseconds since 1970. */
  readonly first?: number
  readonly last?: number
}

const byTime = (one: TraceAttempt, other: TraceAttempt): number =>
  (millisecondsOf(one.event.time) ?? 0) - (millisecondsOf(other.event.time) ?? 0)

const programOf = ({ program, queueId }: Entry): RetryProgram | undefined => {
  if (program?.startsWith('exim') || (queueId !== undefined && idEnd(queueId, 0) === queueId.length)) return 'exim'
  if (program?.startsWith('sendmail') || program?.startsWith('sm-')) return 'sendmail'
  return program === 'postfix' || program?.includes('/') ? 'postfix' : undefined
}

const isTransient = ({ event }: TraceAttempt): boolean =>
  event.replyCode === undefined ? event.status?.startsWith('4') === true : event.replyCode >= 400 && event.replyCode < 500

type Ended = { readonly state: RecipientState; readonly entry: Entry }

const outcomeOf = ({ state, entry }: Ended): TraceOutcome => {
  if (state.lastAttempt?.event.direction === 'inbound') return state.outcome === 'failed' ? 'refused' : 'unknown'
  if (state.kind === 'relayed') return 'handed-on'
  if (state.outcome === undefined) return 'unknown'
  return state.outcome === 'pending' && entry.removed ? 'removed' : state.outcome
}

const retryOf = (entry: Entry, state: RecipientState | undefined, logEnd: number | undefined): TraceNext => {
  const program = programOf(entry)
  if (entry.held) return { kind: 'held', ...(program === undefined ? {} : { program }) }
  const { event } = state?.lastAttempt ?? {}
  const last = state?.last ?? entry.last
  const arrived =
    millisecondsOf(entry.arrived) ?? (event?.delay === undefined || last === undefined ? undefined : Math.round(last - event.delay * 1_000))
  if (program === undefined || last === undefined) return { kind: 'retry', overdue: false }
  if (state?.listed !== undefined && state.last === undefined) {
    const { givesUp } = retryTimes(program, { arrived, firstFailed: arrived ?? last, last })
    return { kind: 'retry', program, ...(givesUp === undefined ? {} : { givesUp }), overdue: false }
  }
  const gap = state?.before === undefined || state.last === undefined ? undefined : state.last - state.before
  const times = retryTimes(program, { arrived, firstFailed: state?.firstFailed ?? last, last, gap })
  return { kind: 'retry', program, ...times, overdue: times.to !== undefined && logEnd !== undefined && logEnd > times.to }
}

const nextOf = (ended: Ended, outcome: TraceOutcome, logEnd: number | undefined): TraceNext => {
  const { state, entry } = ended
  switch (outcome) {
    case 'pending':
      return retryOf(entry, state, logEnd)
    case 'failed':
    case 'expired':
      return { kind: 'act' }
    case 'refused':
      return state.lastAttempt !== undefined && isTransient(state.lastAttempt) ? { kind: 'client-retries' } : { kind: 'client-tells' }
    case 'handed-on':
    case 'unknown':
      return { kind: 'unknown' }
    default:
      return { kind: 'nothing' }
  }
}

const urgency: readonly TraceNext['kind'][] = ['act', 'held', 'retry', 'client-tells', 'client-retries', 'unknown', 'nothing']

/** Recipients, each with the last queue that had it; what was handed to the next queue of the same message ended there. */
const endsOf = (entries: readonly Entry[]): readonly Ended[] => {
  const ids = new Set(entries.map(({ queueId }) => queueId))
  const ends = new Map<string, Ended>()
  for (const entry of entries) {
    const isAsked = entry.matched === 'recipient' && [...entry.recipients.values()].some(({ matched }) => matched)
    for (const [key, state] of entry.recipients) {
      if (isAsked && !state.matched) continue
      if (state.lastAttempt?.next !== undefined && ids.has(state.lastAttempt.next)) continue
      const before = ends.get(key)
      ends.set(key, { entry, state: before === undefined ? state : { ...state, attempts: before.state.attempts + state.attempts } })
    }
  }
  return [...ends.values()]
}

/** A message out of the queues that it went through, the first one first; `logEnd`: the last time that the logs tell, in milliseconds since 1970. */
export const buildMessage = (entries: readonly Entry[], notices: readonly TraceNotice[], logEnd: number | undefined): TraceMessage => {
  const ends = endsOf(entries)
  const recipients = ends.map((ended): TraceRecipient => {
    const outcome = outcomeOf(ended)
    const { state } = ended
    const last = state.lastAttempt ?? state.listed
    return {
      recipient: state.recipient,
      ...(state.originalRecipient === undefined ? {} : { originalRecipient: state.originalRecipient }),
      outcome,
      attempts: state.attempts,
      ...(last === undefined ? {} : { last }),
      ...(state.refusal === undefined ? {} : { refusal: state.refusal }),
      next: state.refusal !== undefined && outcome !== 'pending' ? { kind: 'act' } : nextOf(ended, outcome, logEnd)
    }
  })
  const shown = entries.flatMap((entry) => attemptsOf(entry))
  const last = entries.at(-1)
  const outcomes = new Set(recipients.map(({ outcome }) => outcome))
  const untried: TraceOutcome = last?.removed ? 'removed' : last?.ended !== undefined ? 'unknown' : 'pending'
  const [only] = outcomes
  const outcome = outcomes.size > 1 ? 'mixed' : (only ?? untried)
  const hasFailed = recipients.some((one) => one.outcome === 'failed' || one.outcome === 'expired')
  const otherRecipients = Math.max(0, ...entries.map(({ recipients: all }) => all.size)) - recipients.length
  const nexts = recipients.map(({ next }) => next)
  const fallback: TraceNext =
    untried === 'pending' && last !== undefined ? retryOf(last, undefined, logEnd) : { kind: untried === 'removed' ? 'nothing' : 'unknown' }
  const firstOf = <Name extends 'messageId' | 'sender' | 'client' | 'size' | 'arrived'>(name: Name): Entry[Name] | undefined =>
    entries.find((entry) => entry[name] !== undefined)?.[name]
  const [messageId, sender, client, size, arrived] = [
    firstOf('messageId'),
    firstOf('sender'),
    firstOf('client'),
    firstOf('size'),
    firstOf('arrived')
  ]
  const times = entries.flatMap(({ first, last: end }) => [first, end]).filter((time) => time !== undefined)
  return {
    direction: shown.length > 0 && shown.every(({ event }) => event.direction === 'inbound') ? 'inbound' : 'outbound',
    entries,
    queueIds: [...new Set(entries.map(({ queueId }) => queueId).filter((id) => id !== undefined))],
    ...(messageId === undefined ? {} : { messageId }),
    ...(sender === undefined ? {} : { sender }),
    isNull: sender === undefined && entries.some(({ isNull }) => isNull),
    ...(client === undefined ? {} : { client }),
    ...(size === undefined ? {} : { size }),
    ...(arrived === undefined ? {} : { arrived }),
    recipients,
    otherRecipients,
    attempts: shown.toSorted(byTime),
    attemptsLeftOut: entries.reduce((sum, { leftOut }) => sum + leftOut, 0),
    steps: entries.flatMap(({ steps }) => steps.filter(({ is }) => is !== 'notice')),
    notices:
      hasFailed || otherRecipients <= 0
        ? notices
        : notices.map((told) => (told.notice === 'failed' ? { ...told, isOfOthers: true } : told)),
    outcome,
    next: nexts.toSorted((one, other) => urgency.indexOf(one.kind) - urgency.indexOf(other.kind))[0] ?? fallback,
    ...(times.length === 0 ? {} : { first: Math.min(...times), last: Math.max(...times) })
  }
}

const attemptsOf = (entry: Entry): readonly TraceAttempt[] => {
  const isAsked = entry.matched === 'recipient' && [...entry.recipients.values()].some(({ matched }) => matched)
  if (!isAsked) return entry.attempts
  return entry.attempts.filter(({ event }) => entry.recipients.get((event.recipient ?? '').toLowerCase())?.matched === true)
}
