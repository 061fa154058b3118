import type { Stage } from '../knowledge/knowledge.ts'
import { fillCodes, localStage } from './syslog-codes.ts'
import { addressIn, type Filling, secondsIn } from './syslog-join.ts'

/**
 * ` name=value name="value"` of OpenSMTPD's lines (mta_log(), mda_log(), smtp_session.c). A value in quotes may hold quotes of a server's text:
 * it ends at the last one of the line where it is the line's last field (`stat`, `result`), else at the first.
 */
export const fieldOf = (text: string, name: string): string | undefined => {
  const mark = ` ${name}=`
  const at = text.indexOf(mark)
  if (at < 0) return undefined
  const from = at + mark.length
  const isLast = name === 'stat' || name === 'result'
  if (text.charCodeAt(from) === 0x22) {
    // `result="Ok" stat="…"`: the result of a delivery is not the last one.
    const next = name === 'result' ? text.indexOf('" stat=', from + 1) : -1
    const close = next >= 0 ? next : isLast ? text.lastIndexOf('"') : closingQuote(text, from + 1)
    return text.slice(from + 1, close > from ? close : text.length)
  }
  if (name === 'stat') return text.slice(from).trim()
  // An address in brackets may hold blanks in a quoted local part.
  const end = text.charCodeAt(from) === 0x3c ? text.indexOf('> ', from) + 1 : text.indexOf(' ', from)
  return text.slice(from, end > 0 ? end : text.length)
}

/** `command="RCPT TO:<a@example.com>" result=…`: vis(3) escapes quotes of the command. */
const closingQuote = (text: string, from: number): number => {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x5c) at++
    else if (unit === 0x22) return at
  }
  return -1
}

/** The results of mta.c and mda.c, and of queue.c for what was given up or taken away. */
export const fillResult = (event: Filling, result: string): boolean => {
  if (result === 'Ok') return true
  if (result === 'TempFail') {
    event.kind = 'delayed'
    event.outcome = 'pending'
  } else if (result === 'PermFail' || result === 'Loop') {
    event.kind = 'failed'
    event.outcome = 'failed'
  } else if (result === 'Expire') {
    event.kind = 'failed'
    event.outcome = 'expired'
  } else if (result === 'Remove') {
    event.kind = 'other'
    event.outcome = 'failed'
  } else return false
  return true
}

/** What was said, and by whom: a server's text begins with its code; other words are the own side's. */
export const fillStat = (event: Filling, stat: string): void => {
  if (stat === '' || stat === '-') return
  event.diagnosticCode = stat
  if (stat.includes('Envelope expired') || stat.includes('Delivery time expired')) event.outcome = 'expired'
  if (fillCodes(event, stat) || event.kind === 'delivered') return
  const stage = localStage(stat)
  if (stage !== undefined) event.stage = stage
}

/** `203.0.113.1 (mx.example.com)`: the name, where it is one. */
export const fillRelay = (event: Filling, relay: string | undefined, source: string | undefined): void => {
  if (relay !== undefined && relay !== '' && relay !== '-') {
    const open = relay.indexOf(' (')
    const name = open < 0 || !relay.endsWith(')') ? '' : relay.slice(open + 2, -1)
    event.remoteMta = name === '' || name === '<unknown>' ? relay.slice(0, open < 0 ? relay.length : open) : name
  }
  if (source !== undefined && /^[\d.]{7,15}$|^\[?[\da-fA-F:]{2,45}\]?$/.test(source)) event.localIp = source.replace(/^\[|\]$/g, '')
}

/** Fills in a `delivery` line and gives its envelope's id; undefined where the line breaks off or has a result that is not known. */
export const fillDelivery = (text: string, event: Filling): string | undefined => {
  const envelope = fieldOf(text, 'evpid')
  const result = fieldOf(text, 'result')
  if (envelope === undefined || result === undefined || !fillResult(event, result)) return undefined
  fillAddresses(event, fieldOf(text, 'from'), fieldOf(text, 'to'), fieldOf(text, 'rcpt'))
  fillRelay(event, fieldOf(text, 'relay'), fieldOf(text, 'source'))
  const delay = secondsIn(fieldOf(text, 'delay'))
  if (delay !== undefined) event.delay = delay
  fillStat(event, fieldOf(text, 'stat') ?? '')
  return event.recipient === undefined ? undefined : envelope
}

/** `rcpt` is the recipient before aliases and forwards, `-` or the same where there were none. */
export const fillAddresses = (event: Filling, from: string | undefined, to: string | undefined, rcpt: string | undefined): void => {
  const sender = addressIn(from ?? '')
  if (sender !== undefined) event.sender = sender
  const recipient = addressIn(to ?? '')
  if (recipient !== undefined) event.recipient = recipient
  const original = addressIn(rcpt ?? '')
  if (original !== undefined && original !== recipient) event.originalRecipient = original
}

const commandStages: readonly (readonly [string, Stage])[] = [
  ['RCPT TO', 'rcpt'],
  ['MAIL FROM', 'mail'],
  ['DATA', 'data'],
  ['.', 'end-of-data']
]

/**
 * A refused command of a client; false where it refuses no mail. memory: at the end of the data the command is `.`, and a filter that
 * refuses the connection leaves it empty.
 */
export const fillSmtpRefusal = (event: Filling, command: string, result: string): boolean => {
  const upper = command.trim().toUpperCase()
  const stage = upper === '' ? 'connect' : commandStages.find(([words]) => upper.startsWith(words))?.[1]
  // 503: a command out of order, after a refusal that was told before.
  if (stage === undefined || result.startsWith('503 ')) return false
  event.kind = 'failed'
  event.direction = 'inbound'
  event.outcome = 'failed'
  event.stage = stage
  const open = command.indexOf('<')
  const close = command.indexOf('>', open)
  const address = open < 0 || close <= open + 1 ? undefined : command.slice(open + 1, close)
  if (address !== undefined && stage === 'rcpt') event.recipient = address
  if (address !== undefined && stage === 'mail') event.sender = address
  if (result !== '') event.diagnosticCode = result
  fillCodes(event, result)
  return true
}
