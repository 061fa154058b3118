import type { EventKind } from '../event/delivery-event.ts'
import type { LogEvent } from '../log/log-reader.ts'
import type { LineNote, NoticeKind } from './line-note.ts'
import { nextQueueId } from './next-queue-id.ts'
import { isMessage, isRecipient, type TraceQuery } from './query.ts'

/** One attempt for one recipient, and where it stands. */
export type TraceAttempt = {
  readonly event: LogEvent
  readonly file: string
  readonly line: number
  readonly remoteIp?: string
  /** Queue id that the next server named. */
  readonly next?: string
}

/** What happened to a message beside its attempts. */
export type TraceStep = {
  readonly is: 'notice' | 'held' | 'released' | 'requeued' | 'removed'
  readonly time?: string
  readonly notice?: NoticeKind
  /** Queue id of the notice. */
  readonly queueId?: string
  readonly text?: string
}

export type RecipientState = {
  recipient: string
  originalRecipient?: string
  kind: EventKind
  outcome?: LogEvent['outcome']
  attempts: number
  /** Of the first deferral and of the last two attempts, milliseconds since 1970. */
  firstFailed?: number
  before?: number
  last?: number
  lastAttempt?: TraceAttempt
  /** What a queue listing says of it: that it waits, and why; no attempt of its own. */
  listed?: TraceAttempt
  /** The recipient called it spam, or wants no more. */
  refusal?: TraceAttempt
  matched: boolean
}

/** A message in one queue: one server, one queue id, from its arrival to its end. */
export type Entry = {
  readonly queueId: string | undefined
  host: string | undefined
  program?: string
  arrived?: string
  sender?: string
  /** The empty sender: it is a notice. */
  isNull?: true
  client?: string
  size?: number
  messageId?: string
  /** Of a notice the message that it is about, else the queue id that the same message had before. */
  other?: string
  /** `other` is of a message that this one reports on. */
  isNotice?: true
  readonly attempts: TraceAttempt[]
  /** Attempts that are counted and not kept. */
  leftOut: number
  readonly recipients: Map<string, RecipientState>
  /** Attempts of recipients past the bound. */
  uncounted: number
  readonly steps: TraceStep[]
  readonly nextIds: Set<string>
  ended?: string
  removed?: true
  held?: true
  first?: number
  last?: number
  /** The query names the message, or only some of its recipients. */
  matched?: 'message' | 'recipient'
}

/** What is kept over all messages; the rest is counted. */
export type Budget = { attempts: number; recipients: number; steps: number }
export const openBudget = (): Budget => ({ attempts: 50_000, recipients: 300_000, steps: 20_000 })

/** More attempts than these of one message are no story any more. */
const maxAttempts = 2_000
const maxSteps = 200
/** Servers that took it for some of its recipients. */
const maxNext = 50

export const newEntry = (queueId: string | undefined, host: string | undefined): Entry => ({
  queueId,
  host,
  attempts: [],
  leftOut: 0,
  recipients: new Map(),
  uncounted: 0,
  steps: [],
  nextIds: new Set()
})

export const millisecondsOf = (time: string | undefined): number | undefined => {
  const at = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(at) ? undefined : at
}

const touch = (entry: Entry, at: number | undefined): void => {
  if (at === undefined) return
  entry.first = Math.min(entry.first ?? at, at)
  entry.last = Math.max(entry.last ?? at, at)
}

const isAttempt = (kind: EventKind): boolean =>
  kind === 'delivered' || kind === 'delayed' || kind === 'failed' || kind === 'relayed' || kind === 'suppressed'

/** Takes an event into its message. `counts`: whether it lies in the time that is asked for. */
export const addEvent = (entry: Entry, query: TraceQuery, attempt: TraceAttempt, counts: boolean, budget: Budget): void => {
  const { event } = attempt
  const at = millisecondsOf(event.time)
  touch(entry, at)
  if (event.sender !== undefined) entry.sender ??= event.sender
  if (event.client !== undefined) entry.client ??= event.client
  if (event.size !== undefined) entry.size ??= event.size
  if (event.messageId !== undefined) entry.messageId ??= event.messageId
  if (event.program !== undefined) entry.program ??= event.program
  const next = event.kind === 'delivered' || event.kind === 'relayed' ? nextQueueId(event.diagnosticCode ?? '') : undefined
  const isAsked = isRecipient(query, event)
  if (next !== undefined && next !== event.queueId && entry.nextIds.size < (isAsked ? 2 * maxNext : maxNext)) entry.nextIds.add(next)
  if (counts && (isMessage(query, event) || next === query.text)) entry.matched = 'message'
  else if (counts && isAsked) entry.matched ??= 'recipient'
  const kept = next === undefined || next === event.queueId ? attempt : { ...attempt, next }
  const state = stateOf(entry, event, budget)
  if (state === undefined) entry.uncounted++
  else {
    if (isAsked) state.matched = true
    if (isListed(event)) list(entry, state, kept, at)
    else if (isAttempt(event.kind)) follow(state, kept, at)
    else if (event.kind === 'complaint' || event.kind === 'unsubscribe') state.refusal = kept
  }
  // One recipient of a message to thousands is never left out where it is the one that is asked for.
  if ((entry.attempts.length < maxAttempts && budget.attempts > 0) || (isAsked && entry.attempts.length < maxAttempts * 2)) {
    entry.attempts.push(kept)
    budget.attempts--
  } else entry.leftOut++
}

const stateOf = (entry: Entry, event: LogEvent, budget: Budget): RecipientState | undefined => {
  const recipient = event.recipient ?? ''
  const known = entry.recipients.get(recipient.toLowerCase())
  if (known !== undefined) return known
  if (budget.recipients <= 0) return undefined
  budget.recipients--
  const state: RecipientState = { recipient, kind: event.kind, attempts: 0, matched: false }
  if (event.originalRecipient !== undefined) state.originalRecipient = event.originalRecipient
  entry.recipients.set(recipient.toLowerCase(), state)
  return state
}

/** An entry of a queue listing (`labels.queue` of queue-events.ts): what is known when somebody looked, and not when it was tried. */
export const isListed = ({ kind, labels }: LogEvent): boolean => kind === 'delayed' && labels?.queue !== undefined

const list = (entry: Entry, state: RecipientState, attempt: TraceAttempt, at: number | undefined): void => {
  const { delay, outcome } = attempt.event
  state.listed = attempt
  if (state.outcome === undefined && outcome !== undefined) state.outcome = outcome
  if (entry.arrived !== undefined || at === undefined || delay === undefined) return
  entry.arrived = new Date(at - delay * 1_000).toISOString()
  touch(entry, at - delay * 1_000)
}

const follow = (state: RecipientState, attempt: TraceAttempt, at: number | undefined): void => {
  const { event } = attempt
  // Two servers of one domain are tried in the same second: the one that took it decides, in whatever order they are written.
  if (state.outcome === 'delivered' && event.kind === 'delayed' && at !== undefined && state.last !== undefined && at <= state.last) {
    state.attempts++
    return
  }
  state.attempts++
  state.kind = event.kind
  if (event.outcome === undefined) delete state.outcome
  else state.outcome = event.outcome
  state.lastAttempt = attempt
  if (at === undefined) return
  if (event.kind === 'delayed') state.firstFailed ??= at
  if (state.last !== undefined && state.last !== at) state.before = state.last
  state.last = at
}

/** Takes what a line says beside deliveries into its message. */
export const addNote = (entry: Entry, query: TraceQuery, note: LineNote, counts: boolean, budget: Budget): void => {
  touch(entry, millisecondsOf(note.time))
  if (note.sender !== undefined) entry.sender ??= note.sender
  if (note.isNull) entry.isNull = true
  if (note.client !== undefined) entry.client ??= note.client
  if (note.size !== undefined) entry.size ??= note.size
  if (note.messageId !== undefined) entry.messageId ??= note.messageId
  if (note.program !== undefined) entry.program ??= note.program
  if (counts && (isMessage(query, note) || note.other === query.text)) entry.matched = 'message'
  const { is } = note
  if (is === 'arrived') {
    if (note.time !== undefined) entry.arrived ??= note.time
    if (note.other !== undefined) entry.other = note.other
    if (note.other !== undefined && note.sender === undefined && note.program?.startsWith('postfix') !== true) entry.isNotice = true
    return
  }
  if (is === 'about') return
  if (is === 'ended') {
    entry.ended = note.time ?? ''
    return
  }
  if (is === 'held') entry.held = true
  else if (is !== 'notice') delete entry.held
  if (is === 'removed') {
    entry.removed = true
    entry.ended = note.time ?? ''
  }
  if (entry.steps.length >= maxSteps || budget.steps <= 0) return
  budget.steps--
  entry.steps.push({
    is,
    ...(note.time === undefined ? {} : { time: note.time }),
    ...(note.notice === undefined ? {} : { notice: note.notice }),
    ...(note.other === undefined ? {} : { queueId: note.other }),
    ...(note.text === undefined ? {} : { text: note.text })
  })
}
