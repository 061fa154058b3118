import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { openEventDiagnosis } from './event-diagnosis.ts'

/** A filter on this machine takes a message and hands it back in: what it answered was no delivery. */
export const isHandedOn = ({ kind, remoteMta, diagnosticCode }: LogEvent): boolean =>
  kind === 'delivered' && remoteMta !== undefined && isLoopback(remoteMta) && /queued as/i.test(diagnosticCode ?? '')

const isLoopback = (host: string): boolean => host === 'localhost' || host.startsWith('127.') || host === '::1'

export const domainOf = (address: string | undefined): string | undefined => {
  const at = address?.lastIndexOf('@') ?? -1
  return address === undefined || at < 0 ? undefined : address.slice(at + 1).toLowerCase()
}

/** The words in which the other side may quote our address: a reply that it gave, and no error of our own side. */
export const quotingText = ({ diagnosticCode }: LogEvent, { replyCode, saidBy }: Diagnosis): string | undefined =>
  replyCode !== undefined && saidBy !== 'local' ? diagnosticCode : undefined

/** What an event means that failed or was put off, also where it has no words: the queue gave up, a service did not try. */
export const openDiagnosisOf = (diagnoser: Diagnoser): ((event: LogEvent) => Diagnosis) => {
  const diagnose = openEventDiagnosis(diagnoser)
  return (event) => event.diagnosis ?? diagnose(event) ?? withoutWords(diagnoser, event)
}

const withoutWords = (diagnoser: Diagnoser, { kind, outcome }: LogEvent): Diagnosis => {
  if (kind !== 'suppressed') return diagnoser.diagnose('', outcome === 'expired' ? { status: '5.4.7' } : {})
  const { id, group, party, action } = diagnoser.causeOf('suppressed-locally')
  return { cause: id, group, party, action, confidence: 'certain', evidence: [], facts: {} }
}
