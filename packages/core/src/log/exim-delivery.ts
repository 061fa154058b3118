import { stageOfWords } from '../reply/facts.ts'
import { bracketed, hostName, readAddress, readFields } from './exim-fields.ts'
import { fillCodes, localStage } from './syslog-codes.ts'
import { type Arrival, addressIn, type Filling, joinArrival, kept, secondsIn } from './syslog-join.ts'

/**
 * What is remembered of a message: how it came, and of the recipients that were deferred the last reason. A list of more recipients
 * than `maxDeferred` is delivered all the same; only their reasons are not joined to a later expiry.
 */
export type EximMessage = { arrival: Arrival; deferred: Map<string, Deferral> }
type Deferral = { readonly reason: string; readonly remoteMta: string | undefined }
const maxDeferred = 100

/**
 * Deferrals that tell of no attempt: the queue runner passed the address over. Their numbers differ between versions
 * (ERRNO_RETRY_BASE in src/src/macros.h), their words do not.
 */
const notTried = ['retry time not reached', 'SMTP delivery explicitly queued', 'first-pass only routing', 'concurrency limit reached']

/** Delivery flags of §53.5: delivered (also as a further address, and cut through), suppressed by -N, failed, deferred. */
export const deliveryFlags: ReadonlySet<string> = new Set(['=>', '->', '>>', '*>', '**', '=='])

/** The event of a delivery line whose flag stands at `at`; undefined where the line breaks off before it names anybody, or tells of no attempt. */
export const readDelivery = (
  line: string,
  at: number,
  base: Filling,
  message: EximMessage | undefined
): Filling | 'not tried' | undefined => {
  const flag = line.slice(at, at + 2)
  const address = readAddress(line, at + 3)
  if (address.recipient === undefined) return undefined
  const event = base
  if (address.recipient === 'blackhole' && line.startsWith(' (', at + 12)) return discarded(line, at + 12, event, message)
  event.recipient = address.recipient
  if (address.original !== undefined) event.originalRecipient = address.original
  if (flag === '==') return deferred(line, address.end, event, message)
  const { fields, text } = readFields(line, address.end)
  fillFields(event, fields)
  joinArrival(event, message?.arrival)
  if (flag === '**') return failed(event, text, message)
  const confirmation = fields.get('C')
  if (confirmation !== undefined && confirmation !== '') {
    event.diagnosticCode = confirmation
    fillCodes(event, confirmation)
  }
  if (flag === '*>') {
    event.kind = 'other'
    delete event.outcome
    event.diagnosticCode = 'delivery suppressed by -N'
  }
  return event
}

const fillFields = (event: Filling, fields: ReadonlyMap<string, string>): void => {
  const sender = addressIn(fields.get('F') ?? '') ?? addressIn(fields.get('P') ?? '')
  if (sender !== undefined) event.sender = sender
  const host = hostName(fields.get('H'))
  if (host !== undefined) event.remoteMta = host
  const localIp = bracketed(fields.get('I'))
  if (localIp !== undefined) event.localIp = localIp
  const delay = secondsIn(fields.get('QT'))
  if (delay !== undefined) event.delay = delay
}

/** `blackhole (RCPT ACL discarded recipients)`: the server took the mail and dropped it; nobody got it. */
const discarded = (line: string, from: number, event: Filling, message: EximMessage | undefined): Filling => {
  event.kind = 'other'
  event.direction = 'inbound'
  delete event.outcome
  event.diagnosticCode = line.slice(from).trim()
  joinArrival(event, message?.arrival)
  return event
}

/**
 * How Exim says that it gave up: after the last attempt, without one (retry.c), and of a message that was frozen for too long (deliver.c).
 */
const isGivenUp = (text: string): boolean =>
  text.endsWith('retry timeout exceeded') ||
  text.startsWith('delivery cancelled; message timed out') ||
  (text.startsWith('all hosts ') && text.includes('have been failing for a long time'))

const failed = (event: Filling, text: string, message: EximMessage | undefined): Filling => {
  event.kind = 'failed'
  const expired = isGivenUp(text)
  event.outcome = expired ? 'expired' : 'failed'
  const deferral = expired ? message?.deferred.get(event.recipient ?? '') : undefined
  const reason = deferral?.reason
  // Giving up names no host: it is that of the last attempt, to whose provider the message was lost.
  if (event.remoteMta === undefined && deferral?.remoteMta !== undefined) event.remoteMta = deferral.remoteMta
  // Where the last attempt was logged before, Exim gives up with these words alone; otherwise it writes them behind the reason.
  const told = expired && text === 'retry timeout exceeded' && reason !== undefined && reason !== '' ? `${reason}: ${text}` : text
  if (told !== '') fillReason(event, told)
  return event
}

/** `defer (-44) H=mx [192.0.2.1]: text`, `defer (111): Connection refused H=mx [192.0.2.1]: text`, `routing defer (-51): text`. */
const deferred = (line: string, from: number, event: Filling, message: EximMessage | undefined): Filling | 'not tried' => {
  event.kind = 'delayed'
  event.outcome = 'pending'
  const place = line.indexOf(' defer (', from)
  fillFields(event, readFields(place < 0 ? line : line.slice(0, place), from).fields)
  joinArrival(event, message?.arrival)
  if (place < 0) return event
  const close = line.indexOf(')', place)
  let text = line.slice(close < 0 ? line.length : close + 1)
  const host = text.indexOf(' H=')
  const bracket = host < 0 ? -1 : text.indexOf(']', host)
  if (bracket > 0 && (host === 0 || !text.slice(0, host).includes('SMTP error'))) {
    const remote = hostName(text.slice(host + 3, bracket + 1))
    if (remote !== undefined) event.remoteMta = remote
    const behind = text.indexOf(': ', bracket)
    text = text.slice(0, host) + (behind < 0 ? '' : text.slice(behind))
  }
  const reason = (text.startsWith(':') ? text.slice(1) : text).trim()
  if (reason !== '') fillReason(event, reason)
  const key = event.recipient ?? ''
  const passedOver = notTried.some((words) => reason.startsWith(words))
  // The first sign of a message that was queued before the log began is told, even if it is no attempt.
  if (passedOver && message?.deferred.has(key) === true) return 'not tried'
  if (message !== undefined && (message.deferred.size < maxDeferred || message.deferred.has(key))) {
    const last = passedOver ? message.deferred.get(key) : undefined
    const remoteMta = event.remoteMta === undefined ? undefined : kept(event.remoteMta)
    message.deferred.set(kept(key), last ?? { reason: passedOver ? '' : kept(reason), remoteMta })
  }
  return event
}

/** How Exim introduces what a server answered, and what it did when none came (src/src/transports/smtp.c, lmtp.c). */
const answers = [
  'TP error from remote mail server after ',
  'TP error after ',
  'PRDR error after ',
  'TP timeout after ',
  ' closed connection in response to '
]

/** Longest command or step that Exim names before the reply. */
const maxStep = 400

const fillReason = (event: Filling, text: string): void => {
  event.diagnosticCode = text
  for (const words of answers) {
    const at = text.indexOf(words)
    if (at < 0) continue
    const step = text.slice(at + words.length, at + words.length + maxStep)
    // Up to the colon only: addresses behind it may spell another step.
    const colon = step.indexOf(':')
    const stage = stageOfWords(colon < 0 ? step : step.slice(0, colon))
    if (stage !== undefined) event.stage = stage
    const reply = text.indexOf(': ', at + words.length)
    if (reply > 0) fillCodes(event, text, reply + 2)
    return
  }
  // `550 5.1.1 …`: a router's :fail: text, or a transport's.
  if (fillCodes(event, text)) return
  const stage = localStage(text)
  if (stage !== undefined) event.stage = stage
}
