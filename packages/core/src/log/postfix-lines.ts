import type { Stage } from '../knowledge/knowledge.ts'

/** `QUEUEID: rest`, with the id in short (hexadecimal) or long form (base 52 and digits); `NOQUEUE` where there is no message yet. */
export const queueIdEnd = (line: string, at: number): number => {
  let end = at
  for (; end < line.length && end - at <= maxQueueId; end++) {
    const code = line.charCodeAt(end)
    if (code === 0x3a) return end - at >= minQueueId && line.charCodeAt(end + 1) === 0x20 ? end : -1
    const isWord = (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
    if (!isWord || isSmallVowel(code)) return -1
  }
  return -1
}

/** Long ids have no vowels (src/global/mail_queue.h), and short ones only capitals; words do. */
const isSmallVowel = (code: number): boolean => code === 0x61 || code === 0x65 || code === 0x69 || code === 0x6f || code === 0x75

/** Short ids begin with microseconds in five digits and have an inode behind them; long ones have some fifteen letters. */
export const minQueueId = 6
export const maxQueueId = 40

export type Delivery = {
  readonly recipient: string
  readonly originalRecipient?: string
  /** As it stands: `mx.example.com[192.0.2.1]:25`, `local`, `none`. */
  readonly relay: string
  readonly delay: string
  readonly dsn: string
  /** `sent, deferred, bounced, SOFTBOUNCE, deliverable, undeliverable`, or what is new. */
  readonly status: string
  readonly text: string
}

/** Where an address ends that begins at `at`: with its bracket, since it may hold commas; some logs have been stripped of the brackets. */
const addressEnd = (line: string, at: number): number =>
  line.charCodeAt(at) === 0x3c ? line.indexOf('>, ', at) + 1 : line.indexOf(', ', at)
const addressIn = (line: string, at: number, end: number): string =>
  line.charCodeAt(at) === 0x3c ? line.slice(at + 1, end - 1) : line.slice(at, end)

/**
 * `to=<a>, orig_to=<b>, relay=mx[ip]:25, conn_use=2, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`, from `to=` on.
 * Undefined where it is not such a line; a line that was cut gives what is there.
 */
export const parseDelivery = (line: string, at: number): Delivery | undefined => {
  const recipientEnd = addressEnd(line, at + 3)
  const statusAt = recipientEnd <= 0 ? -1 : line.indexOf(', status=', recipientEnd)
  if (statusAt < 0) return undefined
  let originalRecipient: string | undefined
  let relay = ''
  let delay = ''
  let dsn = ''
  for (let from = recipientEnd + 2; from < statusAt; ) {
    const isAddress = line.startsWith('orig_to=', from)
    const found = isAddress ? addressEnd(line, from + 8) : line.indexOf(', ', from)
    const end = found <= 0 || found > statusAt ? statusAt : found
    if (isAddress) originalRecipient = addressIn(line, from + 8, end)
    else if (line.startsWith('relay=', from)) relay = line.slice(from + 6, end)
    else if (line.startsWith('delay=', from)) delay = line.slice(from + 6, end)
    else if (line.startsWith('dsn=', from)) dsn = line.slice(from + 4, end)
    from = end + 2
  }
  const wordAt = statusAt + 9
  const space = line.indexOf(' ', wordAt)
  const open = space < 0 || line.charCodeAt(space + 1) !== 0x28 ? -1 : space + 2
  const close = line.endsWith(')') ? line.length - 1 : line.length
  return {
    recipient: addressIn(line, at + 3, recipientEnd),
    ...(originalRecipient === undefined ? {} : { originalRecipient }),
    relay,
    delay,
    dsn,
    status: line.slice(wordAt, space < 0 ? line.length : space),
    text: open < 0 ? '' : line.slice(open, close)
  }
}

export type Reject = {
  readonly stage?: Stage
  readonly client: string
  readonly text: string
  readonly sender?: string
  readonly recipient?: string
}

const stages: Readonly<Record<string, Stage>> = {
  CONNECT: 'connect',
  HELO: 'ehlo',
  EHLO: 'ehlo',
  STARTTLS: 'starttls',
  AUTH: 'auth',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
  BDAT: 'data',
  'END-OF-MESSAGE': 'end-of-data'
}

const field = (text: string, name: string): string | undefined => {
  const at = text.indexOf(`${name}=<`)
  if (at < 0) return undefined
  const end = text.indexOf('>', at)
  return end < 0 ? undefined : text.slice(at + name.length + 2, end)
}

/**
 * What stands behind `reject: `: `RCPT from host[ip]: 550 5.1.1 <a>: …; from=<b> to=<a> proto=ESMTP helo=<h>` (smtpd, postscreen, with
 * commas), and cleanup's `header Subject: … from host[ip]; from=<b> to=<a> proto=ESMTP helo=<h>: 5.7.1 text`.
 */
export const parseReject = (line: string, at: number): Reject | undefined => {
  // VRFY has no sender.
  const withSender = line.lastIndexOf('; from=<')
  const contextAt = withSender < 0 ? line.lastIndexOf('; to=<') : withSender
  const context = contextAt < 0 ? '' : line.slice(contextAt)
  const sender = field(context, 'from')
  const recipient = field(context, 'to')
  const envelope = { ...(sender === undefined ? {} : { sender }), ...(recipient === undefined ? {} : { recipient }) }
  const end = contextAt < 0 ? line.length : contextAt
  if (line.startsWith('header ', at) || line.startsWith('body ', at) || line.startsWith('mime-', at) || line.startsWith('nested-', at)) {
    const from = line.lastIndexOf(' from ', end)
    const textAt = context.lastIndexOf('>: ')
    if (from < at) return undefined
    return { stage: 'end-of-data', client: line.slice(from + 6, end), text: textAt < 0 ? '' : context.slice(textAt + 3), ...envelope }
  }
  // A filter before the queue (smtpd_proxy_filter): `END-OF-MESSAGE: 554 5.7.0 Reject; from=<b> to=<a> …`, without the client.
  const stageEnd = line.indexOf(' ', at) - 1
  const proxied = line.charCodeAt(stageEnd) === 0x3a && stageEnd < end ? stages[line.slice(at, stageEnd)] : undefined
  if (proxied !== undefined) return { stage: proxied, client: '', text: line.slice(stageEnd + 2, end), ...envelope }
  const from = line.indexOf(' from ', at)
  // An IPv6 client has colons, and postscreen a port behind its bracket.
  const clientEnd = from < 0 ? -1 : line.indexOf(': ', Math.max(from, line.indexOf(']', from)))
  if (clientEnd < 0 || clientEnd > end) return undefined
  const stage = stages[line.slice(at, from)]
  return {
    ...(stage === undefined ? {} : { stage }),
    client: line.slice(from + 6, clientEnd),
    text: line.slice(clientEnd + 2, end),
    ...envelope
  }
}
