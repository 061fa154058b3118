import type { Diagnoser } from '../diagnose/diagnose.ts'
import type { EventKind, Outcome } from '../event/delivery-event.ts'
import { quotedIp } from '../reply/facts.ts'
import { type Draft, type Found, inOneLine, maxDiagnosticLength } from './draft.ts'
import { codesInWords, type Reason } from './reason.ts'

/** Puts what the reason tells into the event. `told` is the status that the notice names in a field of its own. */
export const finish = (diagnoser: Diagnoser, event: Draft, found: Reason | undefined, told: string | undefined): Found => {
  const reason = asFailure(diagnoser, event.kind, found)
  const outcome = outcomeOf(event.kind, reason)
  if (outcome !== undefined) event.outcome = outcome
  return withReason(event, sparing(outcome === 'expired' ? whereItEnded(reason) : reason, outcome), told)
}

/**
 * A message that waits, or that the queue gave up on over replies that were transient, says nothing final about the address:
 * nobody is suppressed for it, whatever the words would mean in a final refusal.
 */
const sparing = (reason: Reason | undefined, outcome: Outcome | undefined): Reason | undefined =>
  reason === undefined || reason.diagnosis.action !== 'suppress' || (outcome !== 'pending' && outcome !== 'expired')
    ? reason
    : { text: reason.text, diagnosis: { ...reason.diagnosis, group: 'soft', action: 'retry' } }

/** Words that no rule knows, in a notice that says that mail failed: undetermined, and not "no error", as they would be by themselves. */
const asFailure = ({ causeOf }: Diagnoser, kind: EventKind, reason: Reason | undefined): Reason => {
  const known = reason?.diagnosis
  if (reason !== undefined && known !== undefined && !(known.confidence === 'none' && known.detail !== undefined)) return reason
  const { id, group, party, action } = causeOf('undetermined')
  const { detail: _left, ...rest } = known ?? { facts: {}, confidence: 'none' as const, evidence: [] }
  const diagnosis = { ...rest, cause: id, group, party, action: kind === 'delayed' ? ('retry' as const) : action }
  return { text: reason?.text ?? '', diagnosis }
}

/** A failure over replies that were transient: the queue gave up, and the cause is what stood in the way until then. */
const whereItEnded = (reason: Reason | undefined): Reason | undefined => {
  const diagnosis = reason?.diagnosis
  if (reason === undefined || diagnosis === undefined || diagnosis.detail !== undefined || diagnosis.confidence === 'none') return reason
  return diagnosis.cause === 'delivery-expired' ? reason : { text: reason.text, diagnosis: { ...diagnosis, detail: 'expired' } }
}

export const outcomeOf = (kind: EventKind, reason: Reason | undefined): Outcome | undefined => {
  if (kind === 'delayed') return 'pending'
  if (kind === 'delivered') return 'delivered'
  if (kind !== 'failed') return undefined
  const diagnosis = reason?.diagnosis
  return diagnosis?.detail === 'expired' || diagnosis?.cause === 'delivery-expired' || diagnosis?.permanence === 'transient'
    ? 'expired'
    : 'failed'
}

const withReason = (event: Draft, reason: Reason | undefined, told: string | undefined): Found => {
  if (reason === undefined) return { event, text: '' }
  const { diagnosis, text } = reason
  event.diagnosis = diagnosis
  if (diagnosis.stage !== undefined) event.stage = diagnosis.stage
  const near = diagnosis.replyCode === undefined || diagnosis.status === undefined ? codesInWords(text) : {}
  // "smtp; 250 ok" in a failure is an answer to something else.
  const replyCode = [diagnosis.replyCode, near.replyCode].find((code) => code !== undefined && (event.kind !== 'failed' || code >= 400))
  if (replyCode !== undefined) event.replyCode = replyCode
  const status =
    told === undefined || isPseudo(told)
      ? (diagnosis.status ?? (sameClass(near.status, replyCode) ? near.status : undefined) ?? told)
      : told
  if (status !== undefined) event.status = status
  const remoteMta = event.remoteMta ?? diagnosis.facts.remoteMta
  if (remoteMta !== undefined) event.remoteMta = remoteMta
  const localIp = diagnosis.facts.localIp ?? quotedIp(text.slice(0, maxDiagnosticLength), diagnosis.facts.remoteIp)
  if (localIp !== undefined) event.localIp = localIp
  event.diagnosticCode = inOneLine(text)
  return { event, text }
}

/** x.0.0 says only the class (RFC 3463 §3.1). */
export const isPseudo = (status: string): boolean => /^[245]\.0\.0$/.test(status)

/** A status of another class than the reply is about something else. */
export const sameClass = (status: string | undefined, replyCode: number | undefined): boolean =>
  status !== undefined && (replyCode === undefined || Number(status[0]) === Math.floor(replyCode / 100))
