import { stageOfWords } from '../reply/facts.ts'
import { fillCodes, fillStatusBehind, localStage } from './syslog-codes.ts'
import type { Filling } from './syslog-join.ts'

/**
 * `success: text`, `failure: text`, `deferral: text`, `report mangled, will defer` behind a delivery's number (del_dochan() of qmail-send.c).
 * The text is qmail-remote's or qmail-local's, with blanks, `%` and what is not printable made `_` and line ends made `/` (logsafe() of
 * qsutil.c): an underscore of the text itself cannot be told from a blank.
 */
export const deliveryText: readonly string[] = [': success: ', ': failure: ', ': deferral: ']

/** Whether the report is of a known form. */
export const fillReport = (event: Filling, report: string): boolean => {
  if (report.startsWith('report mangled, will defer')) {
    event.kind = 'delayed'
    event.outcome = 'pending'
    event.diagnosticCode = report
    return true
  }
  const colon = report.indexOf(': ')
  const verb = colon < 0 ? report.replace(/:?\s*$/, '') : report.slice(0, colon)
  const text = colon < 0 ? '' : plainText(report.slice(colon + 2))
  if (verb === 'deferral') {
    event.kind = 'delayed'
    event.outcome = 'pending'
  } else if (verb === 'failure') {
    event.kind = 'failed'
    event.outcome = text.includes(givenUp) ? 'expired' : 'failed'
  } else if (verb !== 'success') return false
  if (text === '') return true
  event.diagnosticCode = text
  const remote = remoteOf(text)
  if (remote !== undefined) event.remoteMta = remote
  const said = text.indexOf(remoteSaid)
  const own = said < 0 ? text : text.slice(0, said)
  if (said >= 0) fillCodes(event, text, said + remoteSaid.length)
  else fillStatusBehind(event, text)
  if (event.kind === 'delivered') return true
  // The own words only: what the server said may name any step.
  const stage = localStage(own) ?? (own.includes('after I sent the message') ? 'end-of-data' : stageOfWords(own.slice(0, 400)))
  if (stage !== undefined) event.stage = stage
  return true
}

/** qmail-send.c adds this where the message has been in the queue for longer than queuelifetime. */
const givenUp = 'this message has been in the queue too long'

const remoteSaid = 'Remote host said: '

/** Line ends that qmail's own sentences, and replies of several lines, are known to have; other slashes may be the text's. */
const lineEnds = /\/(?=Remote_host_said:|Giving_up_on_|I'm_not_going_to_try|Connected_to_|STARTTLS_|Sorry|\d{3}[-_]|$)/g

const plainText = (text: string): string => text.trim().replace(lineEnds, ' ').replaceAll('_', ' ').trim()

/** `192.0.2.1 accepted message.`, `192.0.2.1 does not like recipient.`, `Connected to 192.0.2.1 but …`: qmail-remote names servers by address. */
export const remoteOf = (text: string): string | undefined => {
  const from = text.startsWith('Connected to ') ? 'Connected to '.length : 0
  const space = text.indexOf(' ', from)
  const word = text.slice(from, space < 0 ? text.length : space)
  return /^(?:\d{1,3}\.){3}\d{1,3}$|^(?=[^:]*:[^:]*:)[0-9a-fA-F:.]{3,45}$/.test(word.slice(0, 64)) ? word : undefined
}
