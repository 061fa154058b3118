import { attempt, drawRecipients, ourDomains, ourServices, type Put, type Recipient, type Sent } from './postfix-log-attempt.ts'
import { openQueueIds } from './postfix-log-ids.ts'
import { openStamp, openTimeQueue } from './postfix-log-lines.ts'
import { openRandom } from './postfix-log-random.ts'
import { emptyTruth, type LogTruth } from './postfix-log-truth.ts'

export type LogOptions = {
  /** About so many million bytes; 10 where neither this nor `deliveries` is given. */
  readonly megabytes?: number | undefined
  /** So many attempts, or a few more. */
  readonly deliveries?: number | undefined
  readonly seed?: number | undefined
  /** Queue ids of ten hexadecimal digits. */
  readonly shortIds?: boolean | undefined
  /** Times in ISO 8601 with microseconds. */
  readonly isoTimes?: boolean | undefined
  /** Seconds until the first retry, at least 5; 300 by default. Each further one comes twice as late. */
  readonly retryAfter?: number | undefined
  /** Attempts before the queue may give up; 7 by default, which takes half a day of log. */
  readonly attempts?: number | undefined
}

type Line = { readonly seconds: number; readonly order: number; readonly service: string; readonly text: string }
type Envelope = { readonly id: string; readonly sender: string; readonly size: number; readonly recipients: number }
type Queued = Sent &
  Envelope & {
    readonly seconds: number
    readonly order: number
    readonly waiting: readonly Recipient[]
    readonly attempts: number
  }

const start = Date.UTC(2026, 1, 2) / 1000
const messagesPerSecond = 12
/** Of all that happens, what is others' mail that this server refuses. */
const inboundShare = 0.1
/** Of retries, how many fail again. */
const failingAgain = 0.55
const expiringShare = 0.7
/** Bytes of one block, about. */
const blockSize = 256 * 1024

/**
 * A log as Postfix writes it, made up from a seed: messages of one and more recipients interleaved by time, deferred mail tried again under
 * its queue id until it is sent, bounced or expired, notices of non-delivery, refused strangers. `truth` is the same object each time and
 * holds the exact counts when the last block is out. Memory does not grow with the log but with what waits in the queue.
 */
export function* generateLog(options: LogOptions = {}): Generator<{ readonly bytes: Buffer; readonly truth: LogTruth }, void, void> {
  const random = openRandom(options.seed ?? 1)
  const stamp = openStamp(options.isoTimes === true)
  const nextId = openQueueIds(options.shortIds === true)
  const retryAfter = options.retryAfter ?? 300
  const lifetime = options.attempts ?? 7
  // Else the next attempt would stand in the log before the end of the last.
  if (!(retryAfter >= 5)) throw new RangeError('retryAfter is at least 5 seconds')
  const lines = openTimeQueue<Line>()
  const queue = openTimeQueue<Queued>()
  const truth = emptyTruth()
  let order = 0
  const put: Put = (seconds, service, text) => lines.push({ seconds, order: order++, service, text })
  const log = { random, truth, put }

  const refuseStranger = (now: number): void => {
    const client = `unknown[192.0.2.${random.below(255)}]`
    const service = `smtpd[${30_000 + random.below(60)}]`
    put(now, service, `connect from ${client}`)
    if (random.unit() < 0.5) {
      truth.smtpdReject++
      put(
        now + 0.2,
        service,
        `NOQUEUE: reject: RCPT from ${client}: 554 5.7.1 <info@${random.pick(ourDomains)}>: Relay access denied; from=<x${random.below(999)}@spam.example> to=<info@victim${random.below(99)}.example> proto=ESMTP helo=<${random.hex(6)}>`
      )
    } else put(now + 0.2, service, `warning: ${client}: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=admin`)
    put(now + 0.4, service, `disconnect from ${client} ehlo=1 auth=0/1 rcpt=0/1 commands=1/3`)
  }

  const activate = (seconds: number, { id, sender, size, recipients }: Envelope): void =>
    put(seconds, 'qmgr[1201]', `${id}: from=<${sender}>, size=${size}, nrcpt=${recipients} (queue active)`)

  const remove = (seconds: number, id: string): void => {
    put(seconds, 'qmgr[1201]', `${id}: removed`)
    truth.removed++
  }

  /** The notice of non-delivery: a message of its own, to a program on this machine. */
  const notify = (seconds: number, { id, sender, size }: Envelope): void => {
    const notice = nextId(seconds)
    put(seconds, `bounce[${5000 + random.below(40)}]`, `${id}: sender non-delivery notification: ${notice}`)
    activate(seconds + 0.01, { id: notice, sender: '', size: size + 2500, recipients: 1 })
    put(
      seconds + 0.3,
      `local[${5200 + random.below(20)}]`,
      `${notice}: to=<${sender}>, relay=local, delay=0.05, delays=0.02/0/0/0.03, dsn=2.0.0, status=sent (delivered to command: /usr/local/bin/bounce-handler)`
    )
    truth.sent++
    truth.messages.delivered++
    truth.by['local sent 2.0.0'] = (truth.by['local sent 2.0.0'] ?? 0) + 1
    remove(seconds + 0.31, notice)
  }

  /** Tries each recipient; what comes after it in the log is written. Those that wait go back into the queue. */
  const deliver = (message: Omit<Queued, 'seconds' | 'order'>, now: number, again: number, failing: number | undefined): void => {
    const waiting: Recipient[] = []
    let last = now
    let isBounced = false
    for (const recipient of message.waiting) {
      const seconds = now + 0.3 + random.unit() * 3
      const outcome = attempt(log, seconds, message, recipient, failing ?? recipient.receiver.failing)
      last = Math.max(last, seconds)
      if (outcome === 'deferred') waiting.push(recipient)
      else if (outcome === 'bounced') isBounced = true
    }
    if (isBounced) notify(last + 0.02, message)
    if (waiting.length === 0) remove(last + 0.05, message.id)
    else queue.push({ ...message, waiting, attempts: message.attempts + 1, seconds: again, order: order++ })
  }

  const send = (now: number): void => {
    const id = nextId(now)
    const ours = random.pick(ourDomains)
    const client = `app${random.below(9)}.internal.example[10.0.${random.below(4)}.${random.below(250)}]`
    const recipients = random.unit() < 0.85 ? 1 : 2 + random.below(6)
    const envelope = { id, sender: `bounce+${random.hex(8).toLowerCase()}@${ours}`, size: 3000 + random.below(90_000), recipients }
    const smtpd = `smtpd[${31_000 + random.below(120)}]`
    put(now, smtpd, `connect from ${client}`)
    put(now + 0.01, smtpd, `${id}: client=${client}, sasl_method=PLAIN, sasl_username=app@${ours}`)
    const messageId = `${random.hex(16).toLowerCase()}.${random.below(1e9)}@${ours}`
    put(now + 0.02, `cleanup[${9000 + random.below(60)}]`, `${id}: message-id=<${messageId}>`)
    activate(now + 0.05, envelope)
    const counts = `ehlo=2 starttls=1 auth=1 mail=1 rcpt=${recipients} data=1 quit=1 commands=${7 + recipients}`
    put(now + 0.06, smtpd, `disconnect from ${client} ${counts}`)
    const waiting = drawRecipients(random, recipients)
    const message = { ...envelope, born: now, service: random.below(ourServices), waiting, attempts: 0 }
    deliver(message, now, now + retryAfter * (1 + random.unit() * 0.2), undefined)
  }

  const retry = (now: number, message: Queued): void => {
    activate(now, message)
    if (message.attempts < lifetime || random.unit() >= expiringShare) {
      deliver(message, now, now + retryAfter * 2 ** message.attempts, failingAgain)
      return
    }
    put(now + 0.01, 'qmgr[1201]', `${message.id}: from=<${message.sender}>, status=expired, returned to sender`)
    truth.expired++
    truth.messages.expired += message.waiting.length
    notify(now + 0.02, message)
    remove(now + 0.03, message.id)
  }

  let text = ''
  /** Writes what no later line can come before. */
  const flush = (until: number): void => {
    for (let line = lines.popUntil(until); line !== undefined; line = lines.popUntil(until)) {
      text += `${stamp(line.seconds)} mta1 postfix/${line.service}: ${line.text}\n`
      truth.lines++
    }
  }
  const takeBlock = (): { readonly bytes: Buffer; readonly truth: LogTruth } => {
    const bytes = Buffer.from(text, 'utf8')
    text = ''
    truth.bytes += bytes.length
    return { bytes, truth }
  }

  const limit = (options.megabytes ?? 10) * 1e6
  const attempts = (): number => truth.sent + truth.deferred + truth.bounced
  let now = start
  while (options.deliveries === undefined ? truth.bytes + text.length < limit : attempts() < options.deliveries) {
    now -= Math.log(1 - random.unit()) / messagesPerSecond
    if (random.unit() < inboundShare) refuseStranger(now)
    else send(now)
    for (let message = queue.popUntil(now); message !== undefined; message = queue.popUntil(now)) retry(now, message)
    flush(now - 0.5)
    if (text.length >= blockSize) yield takeBlock()
  }
  flush(Number.POSITIVE_INFINITY)
  for (const { waiting } of queue.rest()) truth.messages.waiting += waiting.length
  truth.hours = Math.round((now - start) / 36) / 100
  truth.deliveries = attempts()
  yield takeBlock()
}
