import type { Context, Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { LogEvent } from '../log/log-reader.ts'

/** Texts of replies whose diagnosis is kept: the same few are most of a log. */
const maxKnown = 20_000

/** All that a diagnosis goes by beside the text; not the recipient, which is another in every line. */
const contextOf = ({ remoteMta, stage, replyCode, status }: LogEvent): Context => ({
  ...(remoteMta === undefined ? {} : { remoteMta }),
  ...(stage === undefined ? {} : { stage }),
  ...(replyCode === undefined ? {} : { replyCode }),
  ...(status === undefined ? {} : { status })
})

const textToDiagnose = ({ kind, diagnosticCode }: LogEvent): string | undefined =>
  kind === 'failed' || kind === 'delayed' || kind === 'suppressed' ? diagnosticCode : undefined

/**
 * A diagnosis for each event that failed or was put off and has words: all but the facts around the reply, and with the evidence of a text
 * that was diagnosed alike; `explainEvent` gives that of the event's own text. Texts that differ in nothing that a rule goes by are
 * diagnosed once.
 */
export const openEventDiagnosis = (diagnoser: Diagnoser): ((event: LogEvent) => Diagnosis | undefined) => {
  let known = new Map<string, Diagnosis>()
  return (event) => {
    const text = textToDiagnose(event)
    if (text === undefined) return undefined
    const { remoteMta, stage, replyCode, status } = event
    const key = `${remoteMta ?? ''}\n${stage ?? ''}\n${replyCode ?? ''}\n${status ?? ''}\n${text}`
    const found = known.get(key)
    if (found !== undefined) return found
    const diagnosis = diagnoser.diagnose(text, { ...contextOf(event), brief: true })
    if (known.size >= maxKnown) known = new Map()
    known.set(key, diagnosis)
    return diagnosis
  }
}

/** The diagnosis in full, with facts, and the words and places of the event's own text: for the examples that are shown. */
export const explainEvent = (diagnoser: Diagnoser, event: LogEvent): Diagnosis | undefined => {
  const text = textToDiagnose(event)
  return text === undefined ? undefined : diagnoser.diagnose(text, contextOf(event))
}
