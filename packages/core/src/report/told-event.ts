import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { openEventDiagnosis } from './event-diagnosis.ts'
import { asFailure } from './failure.ts'

/**
 * What was no delivery: a mail server or a filter on this machine took the message, under an id of its own, and tells of it again; a filter
 * threw it away; or it goes on as another message (`.forward`, `.qmail`).
 */
export const isHandedOn = ({ kind, remoteMta, diagnosticCode = '' }: LogEvent): boolean =>
  kind === 'delivered' || kind === 'relayed'
    ? (remoteMta !== undefined && isLoopback(remoteMta) && taken.test(diagnosticCode)) || forwarded.test(diagnosticCode)
    : false

const isLoopback = (host: string): boolean => /^(?:localhost(?:$|\.)|127\.|::1$)/i.test(host)

/**
 * How mail servers accept a message: Postfix, Exim, sendmail and OpenSMTPD, qmail; amavis of what it does not pass on. A mailbox server's
 * LMTP (`Saved`, `SESSIONID=<…>`) says none of it: there the mail has arrived.
 */
const taken = /\bqueued as |\bOK id=|\bmessage accepted for delivery\b|\bok \d{1,12} qp \d|\bOk, discarded, id=/i

/** Postfix's local(8) says `forwarded as ID`; qmail-local counts mailboxes, forwards and programs: `did 0+1+0`. */
const forwarded = /^(?:forwarded as |did 0\+[1-9]\d{0,9}\+0\b)/

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
  return (event) => event.diagnosis ?? asFailure(diagnoser, event, diagnose(event))
}
