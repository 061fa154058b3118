import type { LineVerdict } from './log-reader.ts'
import { fillAddresses, fillRelay, fillResult, fillSmtpRefusal, fillStat } from './opensmtpd-fields.ts'
import { type Arrival, addressIn, bytesIn, type Filling, kept, secondsIn } from './syslog-join.ts'

/**
 * The lines of OpenSMTPD before 5.7, and log_envelope() of queue.c in all versions: `relay: TempFail for <evpid>: session=…, from=<>, to=<>,
 * rcpt=<>, source=…, relay=…, delay=…, stat=…`, `delivery: Ok for …`, `smtp-in: New session … from host …`, `smtp-in: Accepted message …`,
 * `smtp-in: Failed command on session …: "RCPT TO:<…>" => 550 …` (mta.c, mda.c and smtp_session.c at github.com/OpenSMTPD/OpenSMTPD).
 * memory: the words of `New session` and `Accepted message`.
 */
export type OldPart = { readonly id: string; readonly session: string; readonly client?: string; readonly arrival?: Arrival }

/** Fills in the event, or gives what an arrival tells, or a verdict; undefined for a line of another form. */
export const readOldLine = (text: string, event: Filling): 'event' | OldPart | LineVerdict | undefined => {
  if (text.startsWith('smtp-in: ')) return ofSession(text.slice('smtp-in: '.length), event)
  if (text.startsWith('smtp-out: ')) return 'ignored'
  const match = /^[a-z]{3,10}: ([A-Z][A-Za-z]{1,12}) for ([0-9a-f]{16}): /.exec(text.slice(0, 64))
  if (match === null) return undefined
  const [head, result = '', envelope = ''] = match
  const stat = text.indexOf(', stat=', head.length)
  if (stat < 0 || !fillResult(event, result)) return 'unread'
  const fields = `, ${text.slice(head.length, stat)}`
  fillAddresses(event, field(fields, 'from'), field(fields, 'to'), field(fields, 'rcpt'))
  if (event.recipient === undefined) return 'unread'
  fillRelay(event, field(fields, 'relay'), field(fields, 'source'))
  const delay = secondsIn(field(fields, 'delay'))
  if (delay !== undefined) event.delay = delay
  fillStat(event, text.slice(stat + ', stat='.length))
  event.queueId = envelope
  return 'event'
}

/** The oldest versions write `relay=… delay=…` without a comma between. */
const field = (fields: string, name: string): string | undefined => {
  let at = fields.indexOf(`, ${name}=`)
  let from = at + name.length + 3
  if (at < 0 && name === 'delay') {
    at = fields.indexOf(' delay=')
    from = at + ' delay='.length
  }
  if (at < 0) return undefined
  const comma = fields.indexOf(', ', from)
  const value = fields.slice(from, comma < 0 ? fields.length : comma)
  const glued = name === 'relay' ? value.indexOf(' delay=') : -1
  return glued < 0 ? value : value.slice(0, glued)
}

const ofSession = (text: string, event: Filling): 'event' | OldPart | LineVerdict => {
  const session = /\bsession ([0-9a-f]{16})\b/.exec(text.slice(0, 200))?.[1] ?? ''
  if (text.startsWith('New session ')) {
    const client = text.indexOf(' from host ')
    return client < 0 || session === '' ? 'ignored' : { id: session, session, client: kept(text.slice(client + ' from host '.length)) }
  }
  if (text.startsWith('Accepted message ')) {
    const id = text.slice('Accepted message '.length, 'Accepted message '.length + 8)
    const fields = `, ${text.slice(text.indexOf(': ') + 2)}`
    const arrival: Arrival = {}
    const sender = addressIn(field(fields, 'from') ?? '')
    if (sender !== undefined) arrival.sender = kept(sender)
    const size = bytesIn(field(fields, 'size'))
    if (size !== undefined) arrival.size = size
    return { id, session, arrival }
  }
  const arrow = text.startsWith('Failed command ') ? text.lastIndexOf('" => ') : -1
  if (arrow < 0) return 'ignored'
  const command = text.slice(text.indexOf('"') + 1, arrow)
  if (!fillSmtpRefusal(event, command, text.slice(arrow + '" => '.length))) return 'ignored'
  if (session !== '') event.queueId = session
  return 'event'
}
