import type { Diagnoser, Diagnosis } from '@whybounce/core'
import type { Zone } from '@whybounce/core/plan'
import { explainEvent, fixOf } from '@whybounce/core/report'
import type { TraceAttempt, TraceMessage, TraceNext, TraceRecipient } from '@whybounce/core/trace'
import { eventFields } from '../event-fields.ts'
import type { TraceSettings } from './options.ts'
import type { TraceResult } from './read-trace.ts'
import { deciding } from './story-text.ts'
import { nextWords } from './words.ts'

/** Recipients of a message that are written one by one; the rest is counted. */
const maxRecipients = 10_000

/** `whybounce trace --json`: times are ISO 8601, UTC; `null` where something is not known. */
export const traceJson = (result: TraceResult, settings: TraceSettings, diagnoser: Diagnoser): object => ({
  query: settings.query.text,
  messages: result.messages.map((message) => messageJson(message, result, settings.zone, diagnoser)),
  older: result.older,
  nearMisses: result.nearMisses,
  period: { from: result.from ?? null, to: result.to ?? null },
  lines: {
    total: result.files.reduce((sum, { lines }) => sum + lines, 0),
    unread: result.files.reduce((sum, { unread }) => sum + unread, 0)
  },
  files: result.files.map(({ file, format, lines, bytes, unread, problem }) => ({
    file,
    format,
    lines,
    bytes,
    unread,
    problem: problem ?? null
  })),
  passedOver: result.passedOver,
  notes: result.notes,
  problems: [
    ...result.problems,
    ...result.files.flatMap(({ file, problem }) => (problem === undefined ? [] : [{ file, problem }])),
    ...result.mail.map((file) => ({ file, problem: 'It is no log.' }))
  ]
})

const iso = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString())

const messageJson = (message: TraceMessage, result: TraceResult, zone: Zone, diagnoser: Diagnoser): object => {
  const diagnosed = new Map<TraceAttempt['event'], Diagnosis | undefined>()
  const diagnose = (attempt: TraceAttempt): Diagnosis | undefined => {
    const { event } = attempt
    if (!diagnosed.has(event)) diagnosed.set(event, event.diagnosis ?? explainEvent(diagnoser, event))
    return diagnosed.get(event)
  }
  const [only] = message.recipients.length === 1 ? message.recipients : []
  return {
    queueIds: message.queueIds,
    hosts: [...new Set(message.entries.map(({ host }) => host).filter((host) => host !== undefined))],
    direction: message.direction,
    messageId: message.messageId ?? null,
    sender: message.sender ?? null,
    recipient: only?.recipient ?? null,
    originalRecipient: only?.originalRecipient ?? null,
    size: message.size ?? null,
    client: message.client ?? null,
    arrived: message.arrived ?? null,
    attempts: message.attempts.map((attempt) => attemptJson(attempt, diagnose(attempt), diagnoser)),
    attemptsLeftOut: message.attemptsLeftOut,
    recipients: message.recipients.slice(0, maxRecipients).map((recipient) => recipientJson(recipient)),
    recipientsLeftOut: Math.max(0, message.recipients.length - maxRecipients),
    otherRecipients: message.otherRecipients,
    steps: message.steps,
    notices: message.notices,
    outcome: message.outcome,
    next: {
      ...nextJson(message.next),
      action: deciding(message, diagnoser)?.action ?? null,
      says: nextWords(message.next, message, zone, result.to)
    }
  }
}

const attemptJson = (attempt: TraceAttempt, diagnosis: Diagnosis | undefined, diagnoser: Diagnoser): object => {
  const { event, file, line, remoteIp, next } = attempt
  const words = diagnosis === undefined ? undefined : fixOf(diagnoser, diagnosis)
  return {
    file,
    line,
    ...eventFields(diagnosis === undefined ? event : { ...event, diagnosis }),
    remoteIp: remoteIp ?? null,
    host: event.host ?? null,
    program: event.program ?? null,
    delay: event.delay ?? null,
    nextQueueId: next ?? null,
    title: words?.title ?? null,
    partyTitle: words?.party ?? null,
    fix: words?.fix ?? null
  }
}

const recipientJson = ({ recipient, originalRecipient, outcome, attempts, next }: TraceRecipient): object => ({
  recipient,
  originalRecipient: originalRecipient ?? null,
  outcome,
  attempts,
  next: nextJson(next)
})

const nextJson = (next: TraceNext): object =>
  next.kind === 'retry'
    ? {
        kind: next.kind,
        program: next.program ?? null,
        from: iso(next.from),
        to: iso(next.to),
        givesUp: iso(next.givesUp),
        overdue: next.overdue
      }
    : { kind: next.kind }
