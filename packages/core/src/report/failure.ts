import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { LogEvent } from '../log/log-reader.ts'

/**
 * What an event means that failed, was put off or was not tried, out of the diagnosis of its words where it has any. A text without a code
 * that no rule knows may be no error at all where somebody pastes it; of an event its kind says that it is one. A service that did not try
 * says so by the kind, whatever word it adds ("hard-bounce", "preblocked").
 */
export const asFailure = (diagnoser: Diagnoser, { kind, outcome }: LogEvent, told: Diagnosis | undefined): Diagnosis => {
  if (kind === 'suppressed' && (told === undefined || told.confidence === 'none')) {
    const { id, group, party, action } = diagnoser.causeOf('suppressed-locally')
    return { cause: id, group, party, action, confidence: 'certain', evidence: [], facts: {} }
  }
  const diagnosis = told ?? diagnoser.diagnose('', outcome === 'expired' ? { status: '5.4.7' } : {})
  const { detail, ...rest } = diagnosis
  if (rest.cause !== 'undetermined' || detail !== 'no-error') return diagnosis
  const { party, action } = diagnoser.causeOf(rest.cause)
  return { ...rest, party, action: kind === 'delayed' ? 'retry' : action }
}
