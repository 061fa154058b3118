import { fillCodes, localStage } from './syslog-codes.ts'
import { type Arrival, addressIn, type Filling, joinArrival, kept } from './syslog-join.ts'

/**
 * Delivery lines of sendmail, which logdelivery() of deliver.c writes (read in the copy at github.com/freebsd/freebsd-src and in the format
 * strings of sendmail 8.17): `to=<a@example.com>,<b@example.com>, ctladdr=<…> (1000/1000), delay=1+00:00:05, xdelay=…, mailer=esmtp, pri=…,
 * relay=mx.example.com. [192.0.2.1], dsn=5.1.1, reply=550 5.1.1 …, stat=User unknown`.
 */

/** What is remembered of a message: how it came, and who still waits, with the last reason. */
export type SendmailMessage = { arrival: Arrival; waiting: Map<string, string> }

/** Reasons are kept for this many recipients of a message; a later expiry tells of the others together. */
const maxWaiting = 100

const statMark = ', stat='

/** The events of a `to=` line, one for each recipient; none for a line that tells of no attempt; undefined where it breaks off. */
export const readDeliveries = (text: string, base: Filling, message: SendmailMessage): Filling[] | undefined => {
  const stat = text.indexOf(statMark)
  if (stat < 0) return undefined
  const reason = text.slice(stat + statMark.length).trim()
  if (reason === '') return undefined
  const head = text.slice(0, stat)
  const first = fieldStart(head)
  const dsn = field(head, 'dsn')
  const kind = kindOf(reason, dsn)
  const controlling = field(head, 'ctladdr')
  const owner = controlling === undefined ? undefined : addressIn(controlling.replace(/ \(\d+\/\d+\)$/, ''))
  const events: Filling[] = []
  for (const recipient of splitRecipients(head.slice('to='.length, first))) {
    const event: Filling = { ...base }
    const isCommand = recipient.startsWith('|') || recipient.startsWith('/') || recipient.startsWith('"|')
    event.recipient = isCommand && owner !== undefined ? owner : recipient
    // "queued" is said of what waits for its first attempt: no event, but it may expire.
    if (kind === 'queued') {
      if (message.waiting.size < maxWaiting && !message.waiting.has(event.recipient)) message.waiting.set(kept(event.recipient), '')
      continue
    }
    fillKind(event, kind, reason)
    fillRelay(event, head)
    const delay = secondsOf(field(head, 'delay'))
    if (delay !== undefined) event.delay = delay
    fillReason(event, field(head, 'reply'), reason)
    if (dsn !== undefined && /^[245]\.\d{1,3}\.\d{1,3}$/.test(dsn)) event.status = dsn
    joinArrival(event, message.arrival)
    if (event.kind === 'delayed') {
      if (message.waiting.size < maxWaiting) message.waiting.set(kept(event.recipient), kept(event.diagnosticCode ?? ''))
    } else message.waiting.delete(event.recipient)
    events.push(event)
  }
  return events
}

type SendmailKind = 'delivered' | 'delayed' | 'failed' | 'other' | 'queued'

/** The words decide where they are known (giveresponse() of deliver.c, sysexits), the status elsewhere. */
const kindOf = (reason: string, dsn: string | undefined): SendmailKind => {
  if (reason === 'queued' || reason.startsWith('queued (')) return 'queued'
  if (reason.startsWith('Sent')) return 'delivered'
  if (reason.startsWith('Deferred')) return 'delayed'
  if (reason === 'discarded' || reason === 'quarantined') return 'other'
  const digit = dsn?.charAt(0)
  return digit === '2' ? 'delivered' : digit === '4' ? 'delayed' : 'failed'
}

const fillKind = (event: Filling, kind: SendmailKind, reason: string): void => {
  if (kind === 'queued') return
  event.kind = kind
  if (kind === 'delivered') event.outcome = 'delivered'
  else if (kind === 'delayed') event.outcome = 'pending'
  else if (kind === 'other') delete event.outcome
  else event.outcome = reason.startsWith('Cannot send message ') ? 'expired' : 'failed'
}

/** `relay=mx.example.com. [192.0.2.1]`; the submission queue hands to its own server, which delivers and logs again. */
const fillRelay = (event: Filling, head: string): void => {
  const relay = field(head, 'relay')
  if (relay === undefined || relay === '' || relay === 'local') return
  const name = relay.startsWith('[')
    ? relay.slice(1, relay.indexOf(']'))
    : relay.slice(0, relay.indexOf(' ') < 0 ? relay.length : relay.indexOf(' '))
  event.remoteMta = name.endsWith('.') ? name.slice(0, -1) : name
  const isOwn = relay.includes('[127.') || relay.includes('[IPv6:::1]') || relay.includes('[::1]')
  if (event.kind === 'delivered' && isOwn && field(head, 'mailer') === 'relay') {
    event.kind = 'relayed'
    delete event.outcome
  }
}

const fillReason = (event: Filling, reply: string | undefined, reason: string): void => {
  // A deferral quotes the reply, a failure puts its own words for it.
  const isTold = reply === undefined || event.kind === 'delivered' || reason.includes(reply)
  event.diagnosticCode = isTold ? reason : `${reason}: ${reply}`
  if (reply !== undefined && fillCodes(event, reply)) return
  const from = reason.startsWith('Deferred: ') ? 'Deferred: '.length : 0
  const open = reason.startsWith('Sent (') ? 'Sent ('.length : from
  if (fillCodes(event, reason, open) || event.kind === 'delivered') return
  const stage = localStage(reason)
  if (stage !== undefined) event.stage = stage
}

/** Where the fields behind the recipients begin. An address may hold a comma, but no field's name behind it. */
const fieldStart = (head: string): number => {
  let start = head.length
  for (const name of [', ctladdr=', ', delay=', ', xdelay=', ', mailer=', ', pri=', ', relay=', ', dsn=']) {
    const at = head.indexOf(name)
    if (at >= 0 && at < start) start = at
  }
  return start
}

/** The last field of a name: what stands before it may be a stranger's address. */
export const field = (head: string, name: string): string | undefined => {
  const mark = `, ${name}=`
  const at = head.lastIndexOf(mark)
  if (at < 0) return undefined
  const from = at + mark.length
  // A reply may hold commas; it is the last field.
  const end = name === 'reply' ? -1 : head.indexOf(', ', from)
  return head.slice(from, end < 0 ? head.length : end).trim()
}

/** `<a@example.com>,<b@example.com>, [more]`: at commas outside of brackets and quotes. */
const splitRecipients = (text: string): string[] => {
  const found: string[] = []
  let start = 0
  let depth = 0
  let quoted = false
  for (let at = 0; at <= text.length; at++) {
    const unit = at === text.length ? 0x2c : text.charCodeAt(at)
    if (unit === 0x22) quoted = !quoted
    else if (quoted && at < text.length) continue
    else if (unit === 0x3c) depth = 1
    else if (unit === 0x3e) depth = 0
    else if (unit === 0x2c && (depth === 0 || at === text.length)) {
      const recipient = text
        .slice(start, at)
        .trim()
        .replace(/ \[more\]$/, '')
      const address = recipient === '[more]' || recipient === '...' ? undefined : addressIn(recipient)
      if (address !== undefined) found.push(address)
      start = at + 1
    }
  }
  return found
}

/** `1+02:03:04`: days, hours, minutes, seconds (pintvl()). */
const secondsOf = (text: string | undefined): number | undefined => {
  const match = /^(?:(\d{1,6})\+)?(\d\d):(\d\d):(\d\d)$/.exec(text ?? '')
  return match === null ? undefined : Number(match[1] ?? 0) * 86_400 + Number(match[2]) * 3_600 + Number(match[3]) * 60 + Number(match[4])
}
