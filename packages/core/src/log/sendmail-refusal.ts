import type { Stage } from '../knowledge/knowledge.ts'
import { field } from './sendmail-delivery.ts'
import { fillCodes } from './syslog-codes.ts'
import { addressIn, type Filling } from './syslog-join.ts'

/**
 * What sendmail refused from others: rscheck() of srvrsmtp.c and parseaddr.c writes `ruleset=check_rcpt, arg1=<…>, relay=…, reject=…`, the
 * milter calls write `Milter: to=<…>, reject=…`, usrerr() `<user@example.com>... User unknown` (format strings of sendmail 8.17).
 */

const rulesetStages: Readonly<Record<string, Stage>> = {
  check_relay: 'connect',
  check_mail: 'mail',
  check_rcpt: 'rcpt',
  check_compat: 'rcpt',
  check_data: 'data',
  check_eoh: 'end-of-data',
  check_eom: 'end-of-data',
  check_header: 'end-of-data'
}

/** `part`: it belongs to a refusal that has a line of its own. `undefined`: the line refuses nothing. */
export const readRefusal = (text: string, event: Filling): Filling | 'part' | undefined => {
  if (text.startsWith('ruleset=')) return ofRuleset(text, event)
  if (text.startsWith('Milter: ')) return ofMilter(text, event)
  if (text.startsWith('<')) return ofRecipient(text, event)
  if (text.startsWith('rejecting ')) return ofTraffic(text, event)
  return undefined
}

const fillReject = (event: Filling, reason: string): Filling => {
  event.diagnosticCode = reason
  fillCodes(event, reason)
  return event
}

const ofRuleset = (text: string, event: Filling): Filling | undefined => {
  const name = text.slice('ruleset='.length, text.indexOf(','))
  const reject = text.indexOf(', reject=')
  const head = reject < 0 ? text : text.slice(0, reject)
  event.stage = rulesetStages[name] ?? 'end-of-data'
  const argument = addressIn(field(head, 'arg1') ?? '')
  if (argument !== undefined && event.stage === 'rcpt') event.recipient = argument
  if (argument !== undefined && event.stage === 'mail') event.sender = argument
  const client = field(head, 'relay')
  if (client !== undefined && client !== '') event.client = client
  else if (event.stage === 'connect' && argument !== undefined) event.client = argument
  if (reject >= 0) return fillReject(event, text.slice(reject + ', reject='.length))
  // Neither the client nor the recipient hears of these.
  const quiet = text.endsWith(', discard') || text.includes(', quarantine=')
  if (!quiet) return undefined
  event.kind = 'other'
  delete event.outcome
  event.diagnosticCode = text.slice(text.lastIndexOf(', ') + 2)
  return event
}

const milterStages: Readonly<Record<string, Stage>> = {
  connect: 'connect',
  helo: 'ehlo',
  from: 'mail',
  to: 'rcpt',
  data: 'data',
  'cmd=data': 'data',
  header: 'end-of-data',
  eoh: 'end-of-data',
  body: 'end-of-data',
  eom: 'end-of-data'
}

const ofMilter = (text: string, event: Filling): Filling | 'part' | undefined => {
  const reject = text.indexOf('reject=')
  const words = text.slice('Milter: '.length)
  const name = words.startsWith('cmd=data') ? 'cmd=data' : (/^[a-z]{1,8}/.exec(words)?.[0] ?? '')
  const stage = milterStages[name]
  if (reject < 0 && !words.endsWith('rejecting commands')) return undefined
  if (stage !== undefined) event.stage = stage
  const argument = addressIn(words.slice(name.length + 1, reject < 0 ? 0 : reject - 'Milter: '.length - 2))
  if (stage === 'rcpt' && argument !== undefined) event.recipient = argument
  if (stage === 'mail' && argument !== undefined) event.sender = argument
  const host = /\bhost=([^,\s]{1,255}), addr=([^,\s]{1,64})/.exec(words)
  if (host !== null) event.client = `${host[1]} [${host[2]}]`
  return fillReject(event, reject < 0 ? words : text.slice(reject + 'reject='.length))
}

/** `<user@example.com>... User unknown`: a local recipient that does not exist, refused at RCPT. */
const ofRecipient = (text: string, event: Filling): Filling | undefined => {
  const close = text.indexOf('>... ')
  if (close < 0) return undefined
  event.recipient = text.slice(1, close)
  event.stage = 'rcpt'
  return fillReject(event, text.slice(close + '>... '.length).trim())
}

/** `rejecting commands from mx.example.com [192.0.2.1] due to pre-greeting traffic after 0 seconds`; a loaded server rejects connections, no mail. */
const ofTraffic = (text: string, event: Filling): Filling | undefined => {
  const from = text.indexOf(' from ')
  const due = text.indexOf(' due to ', from)
  if (from < 0 || due < 0) return undefined
  event.stage = 'greeting'
  event.client = text.slice(from + ' from '.length, due)
  return fillReject(event, text)
}
