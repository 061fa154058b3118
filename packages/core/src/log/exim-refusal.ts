import type { Stage } from '../knowledge/knowledge.ts'
import { clientName, readFields } from './exim-fields.ts'
import { fillCodes } from './syslog-codes.ts'
import { type Arrival, addressIn, type Filling, joinArrival } from './syslog-join.ts'

/**
 * What Exim refused from others (§53.1; smtp_handle_acl_fail() in src/src/smtp_in.c, receive.c, daemon.c):
 * `H=name (helo) [address] F=<sender> rejected RCPT <recipient>: text`, `temporarily rejected …`, `rejected after DATA`,
 * `rejected connection in "connect" ACL`, `Connection from [address] refused: too many connections`.
 * memory: where the text has no code of its own the client got 550, or 451 where the refusal is temporary (Exim's defaults); 554 at connect
 * and where it spoke before its turn.
 */

/** A refused step that is no refusal of mail. */
const noMail = ['VRFY', 'EXPN', 'ETRN', 'ATRN', 'AUTH', 'STARTTLS', 'QUIT', 'XCLIENT', 'NOOP', 'RSET', '"']

/** Words behind `rejected`, and the step that they name; the longest first. */
const steps: readonly (readonly [string, Stage])[] = [
  ['RCPT', 'rcpt'],
  ['MAIL', 'mail'],
  ['EHLO or HELO', 'ehlo'],
  ['EHLO', 'ehlo'],
  ['HELO', 'ehlo'],
  ['connection', 'connect'],
  ['DATA', 'data'],
  ['PREDATA', 'data'],
  ['after DATA', 'end-of-data'],
  ['during MIME ACL', 'end-of-data'],
  ['DKIM', 'end-of-data'],
  ['PRDR', 'end-of-data'],
  ['(size', 'end-of-data'],
  ['by local_scan()', 'end-of-data'],
  ['by non-SMTP ACL', 'end-of-data'],
  ['from <', 'end-of-data']
]

const temporary = 'temporarily rejected '

/** `ignored`: it refuses no mail. `unread`: it refuses something at a step that is not known. `undefined`: the line refuses nothing. */
export const readRefusal = (
  line: string,
  from: number,
  event: Filling,
  arrival: Arrival | undefined
): Filling | 'ignored' | 'unread' | undefined => {
  const cut = readCutThrough(line, from, event) ?? readDiscarded(line, from, event)
  if (cut !== undefined) return cut
  const at = refusalPlace(line, from)
  if (at < 0) return readConnection(line, from, event)
  const behind = at + 'rejected '.length
  const step = steps.find(([words]) => line.startsWith(words, behind))
  if (step === undefined) return noMail.some((words) => line.startsWith(words, behind)) ? 'ignored' : 'unread'
  const [words, stage] = step
  const isTemporary = line.startsWith(temporary, at - 12)
  fillClient(event, line, from, isTemporary ? at - 12 : at)
  event.stage = stage
  const rest = behind + words.length
  const end = fillSubject(event, line, rest, stage)
  fillText(event, line, at, end, isTemporary ? 451 : stage === 'connect' ? 554 : 550)
  joinArrival(event, arrival)
  return event
}

/** The word that refuses stands at the head or behind a client; within a text that someone quotes it refuses nothing. */
const refusalPlace = (line: string, from: number): number => {
  let at = line.indexOf('rejected ', from)
  // Field values of the client (a HELO name, a sender) may hold the word; they do not stand between blanks and before a step.
  while (at > from && line.charCodeAt(at - 1) !== 0x20) at = line.indexOf('rejected ', at + 1)
  const colon = line.indexOf(': ', from)
  return at >= 0 && (colon < 0 || at < colon) ? at : -1
}

const fillClient = (event: Filling, line: string, from: number, to: number): void => {
  const { fields } = readFields(` ${line.slice(from, to)}`, 0)
  const sender = addressIn(fields.get('F') ?? '')
  if (sender !== undefined) event.sender = sender
  const client = clientName(fields.get('H')) ?? fields.get('U')
  if (client !== undefined) event.client = client
}

/** `<user@example.com>` behind RCPT or MAIL, also bare, or `MAIL FROM:<…>`; gives the offset behind it. */
const fillSubject = (event: Filling, line: string, from: number, stage: Stage): number => {
  const open = line.startsWith(' FROM:<', from) ? from + 7 : line.startsWith(' <', from) ? from + 2 : stage === 'end-of-data' ? from : -1
  const close = open < 0 ? -1 : line.indexOf('>', open)
  if (close > 0) {
    const address = line.slice(open, close)
    if (stage === 'rcpt') event.recipient = address
    else if (stage === 'mail' || line.startsWith('from <', from - 6)) {
      if (address !== '') event.sender = address
    } else return from
    return close + 1
  }
  if (stage === 'rcpt' && line.charCodeAt(from) === 0x20) {
    const end = line.indexOf(':', from)
    const address = line.slice(from + 1, end < 0 ? line.length : end).trim()
    if (address !== '' && !address.includes(' ')) event.recipient = address
    return end < 0 ? line.length : end
  }
  return from
}

/** The reason behind the colon; where there is none, the words that refuse. Codes are the text's own where it has them. */
const fillText = (event: Filling, line: string, at: number, from: number, usual: number): void => {
  const colon = line.indexOf(': ', from)
  const text = (colon < 0 ? '' : line.slice(colon + 2)).trim()
  event.diagnosticCode = text === '' ? line.slice(at).trim() : text
  fillCodes(event, text)
  if (event.replyCode === undefined || event.replyCode < 400) event.replyCode = usual
  // Between the step and the text stands the client where Exim names it late: `rejected MAIL from mx [192.0.2.1]: no HELO`.
  const late = line.slice(from, colon < 0 ? line.length : colon)
  if (event.client === undefined && late.startsWith(' from ') && late.includes('[')) {
    const client = clientName(late.slice(6))
    if (client !== undefined) event.client = client
  }
}

/**
 * daemon.c and smtp_in.c: `Connection from [192.0.2.1] refused: too many connections`, `refused connection from … (host_reject_connection)`,
 * `too many recipients: excess rejected: sender=<…>`.
 */
const readConnection = (line: string, from: number, event: Filling): Filling | undefined => {
  if (line.startsWith('SMTP protocol synchronization error ', from)) {
    event.stage = stageOfCommand(line, from)
    event.replyCode = 554
    // Behind the command that is quoted stands the client, and then what it sent too soon.
    const client = line.indexOf('" H=', from)
    const end = line.indexOf(' next input=', client)
    if (client > 0) fillClient(event, line, client + 2, end < 0 ? line.length : end)
    event.diagnosticCode = line.slice(from, end < 0 ? line.length : end)
    return event
  }
  if (line.startsWith('too many recipients: excess ', from)) {
    event.stage = 'rcpt'
    const open = line.indexOf('sender=<', from)
    const close = line.indexOf('>', open)
    if (open > 0 && close > open + 8) event.sender = line.slice(open + 8, close)
    event.diagnosticCode = line.slice(from, open < 0 ? line.length : open).trim()
    return event
  }
  const isFirst = line.startsWith('Connection from ', from)
  const refused = isFirst ? line.indexOf(' refused: ', from) : -1
  const start = line.startsWith('refused connection from ', from) ? from + 24 : refused > 0 ? from + 16 : -1
  if (start < 0) return undefined
  event.stage = 'connect'
  const client = clientName(line.slice(start, refused > 0 ? refused : line.length))
  if (client !== undefined) event.client = client
  event.diagnosticCode = line.slice(from).trim()
  return event
}

const stageOfCommand = (line: string, from: number): Stage => {
  const quote = line.indexOf(': rejected "', from)
  const command = quote < 0 ? '' : line.slice(quote + ': rejected "'.length, quote + ': rejected "'.length + 4).toLowerCase()
  return command === 'mail' ? 'mail' : command === 'rcpt' ? 'rcpt' : command === 'data' ? 'data' : 'ehlo'
}

/** A server behind this one refused while the client waited: `… reject from cutthrough after DATA: R=… C="550 text"`, `PRDR R=<…> refusal`. */
const readCutThrough = (line: string, from: number, event: Filling): Filling | undefined => {
  const prdr = line.startsWith('PRDR R=<', from) ? from + 8 : -1
  if (prdr > 0) {
    const close = line.indexOf('>', prdr)
    event.recipient = line.slice(prdr, close < 0 ? line.length : close)
    event.stage = 'end-of-data'
    event.diagnosticCode = line.slice(from).trim()
    return event
  }
  const at = line.indexOf('reject from cutthrough after DATA', from)
  if (at < 0 || line.slice(from, at).includes(': ')) return undefined
  fillClient(event, line, from, at)
  for (const word of line.slice(from, at).split(' '))
    if (word.includes('@') && !word.includes('=')) {
      event.recipient = word
      break
    }
  event.stage = 'end-of-data'
  const confirmation = readFields(line, at + 'reject from cutthrough after DATA:'.length).fields.get('C')
  event.diagnosticCode = confirmation ?? line.slice(at).trim()
  if (confirmation !== undefined) fillCodes(event, confirmation)
  return event
}

/** `H=… F=<sender> RCPT <recipient>: discarded by RCPT ACL`: the client hears that it was accepted, and nobody gets it. */
const readDiscarded = (line: string, from: number, event: Filling): Filling | undefined => {
  const discarded = line.indexOf(': discarded by ', from)
  const rcpt = discarded < 0 ? -1 : line.lastIndexOf(' RCPT ', discarded)
  if (rcpt < from || line.slice(from, rcpt).includes(': ')) return undefined
  fillClient(event, line, from, rcpt)
  event.kind = 'other'
  delete event.outcome
  event.stage = 'rcpt'
  const recipient = addressIn(line.slice(rcpt + ' RCPT '.length, discarded))
  if (recipient !== undefined) event.recipient = recipient
  event.diagnosticCode = line.slice(discarded + 2).trim()
  return event
}
