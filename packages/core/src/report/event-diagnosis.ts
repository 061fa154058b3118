import type { Context, Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import { openReplyMemo } from '../diagnose/reply-memo.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { asFailure } from './failure.ts'

/** All that a diagnosis goes by beside the text; not the recipient, which is another in every line. */
const contextOf = ({ remoteMta, stage, replyCode, status }: LogEvent): Context => ({ remoteMta, stage, replyCode, status })

const textToDiagnose = ({ kind, diagnosticCode }: LogEvent): string | undefined =>
  kind === 'failed' || kind === 'delayed' || kind === 'suppressed' ? diagnosticCode : undefined

/**
 * A diagnosis for each event that failed or was put off and has words: all but the facts around the reply, and with the evidence of a text
 * that was diagnosed alike; `explainEvent` gives that of the event's own text. Texts that differ in nothing that a rule goes by are
 * diagnosed once.
 */
export const openEventDiagnosis = (diagnoser: Diagnoser): ((event: LogEvent) => Diagnosis | undefined) => {
  const diagnose = openReplyMemo(diagnoser)
  return (event) => {
    const text = textToDiagnose(event)
    return text === undefined ? undefined : diagnose(text, event)
  }
}

/** The same without looking whether a text was diagnosed alike: for texts of which that is known. */
export const diagnoseEvent = (diagnoser: Diagnoser, event: LogEvent): Diagnosis | undefined => {
  const text = textToDiagnose(event)
  return text === undefined ? undefined : { ...diagnoser.diagnose(text, { ...contextOf(event), brief: true }), facts: {} }
}

/** The diagnosis in full, with facts, and the words and places of the event's own text: for the examples that are shown. None of what waits without a word. */
export const explainEvent = (diagnoser: Diagnoser, event: LogEvent): Diagnosis | undefined => {
  const text = textToDiagnose(event)
  if (text !== undefined) return asFailure(diagnoser, event, diagnoser.diagnose(text, contextOf(event)))
  return event.kind === 'failed' || event.kind === 'suppressed' ? asFailure(diagnoser, event, undefined) : undefined
}
