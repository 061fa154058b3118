import { type Diagnosis, retryHint } from '@whybounce/core'
import { type ProbeAnswer, type Refused, speaksOfAddress } from './probe-answer.ts'
import type { ProbeTask, TaskResult } from './tasks.ts'

/** Milliseconds over a stated wait, for clocks that differ. */
const courtesy = 2_000
/** Milliseconds for which an operator is left alone that asks for it without naming a time. */
const defaultPause: number = 15 * 60_000
/** A reply is kept as far as this: what follows is decoration. */
const maxReplyKept = 1_000

/** When to ask again: milliseconds for each further attempt; `told` by the person, before what is documented of a server. */
export type Schedule = { readonly waits: readonly number[]; readonly told: boolean }

/** Milliseconds until the next attempt: what the server states, else the person's schedule, else what is documented of it, else the usual. */
export const waitFor = (text: string, { retryAfter }: Diagnosis, attempts: number, { waits, told }: Schedule): number => {
  const stated = retryHint(text, 0, text.length)
  if (stated !== undefined) return stated * 1_000 + courtesy
  const usual = waits[Math.min(attempts, waits.length - 1)] ?? defaultPause
  return told || retryAfter === undefined ? usual : retryAfter * 1_000 + courtesy
}

/** Milliseconds for which an operator is left alone that wants us slower. */
export const pauseFor = (text: string, { retryAfter }: Diagnosis): number => {
  const seconds = retryHint(text, 0, text.length) ?? retryAfter
  return seconds === undefined ? defaultPause : seconds * 1_000 + courtesy
}

/** The answer as it is kept. */
export const answerOf = (
  kind: ProbeAnswer['kind'],
  { cause, detail, confidence, replyCode }: Diagnosis,
  text: string,
  host: string | undefined,
  now: number,
  attempts: number
): ProbeAnswer => ({
  kind,
  cause,
  ...(detail === undefined ? {} : { detail }),
  confidence,
  ...(replyCode === undefined ? {} : { replyCode }),
  reply: text.slice(0, maxReplyKept),
  ...(host === undefined ? {} : { host }),
  at: new Date(now).toISOString(),
  attempts
})

/** What a reply to RCPT TO means for its task, and when it is asked again. */
export const resultOf = (
  task: ProbeTask,
  reply: { readonly code: number; readonly text: string },
  diagnosis: Diagnosis | undefined,
  now: number,
  schedule: Schedule,
  host: string | undefined,
  ours: Refused['ours']
): TaskResult => {
  const attempts = task.attempts + 1
  if (diagnosis === undefined)
    return {
      task,
      answer: {
        kind: 'accepted',
        replyCode: reply.code,
        reply: reply.text.slice(0, maxReplyKept),
        ...(host === undefined ? {} : { host }),
        at: new Date(now).toISOString(),
        attempts
      }
    }
  const unclear = answerOf('unclear', diagnosis, reply.text, host, now, attempts)
  const refused: ProbeAnswer = { ...unclear, kind: 'refused' }
  const { address: recipient, provider } = task
  const dead = speaksOfAddress(diagnosis, { text: reply.text, code: reply.code, recipient, ours, knownProvider: provider !== undefined })
  if (diagnosis.cause === 'rate-limited') return { task, answer: unclear, retryAt: now + pauseFor(reply.text, diagnosis), uncounted: true }
  const passes = reply.code < 500 ? diagnosis.cause !== 'mailbox-full' : diagnosis.cause === 'greylisted'
  if (!passes) return { task, answer: dead ? refused : unclear }
  if (task.attempts < schedule.waits.length)
    return { task, answer: unclear, retryAt: now + waitFor(reply.text, diagnosis, task.attempts, schedule) }
  return { task, answer: dead ? refused : unclear }
}
