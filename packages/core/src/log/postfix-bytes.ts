import { emptyKey } from '../report/message-key.ts'
import type { DeliveredAttempt, HarmedAttempt } from '../report/tally.ts'
import { bareSender } from './attempt.ts'
import { findByte, isAscii, openByteTable } from './byte-words.ts'
import type { LineVerdict, LogEvent, LogReaderOptions } from './log-reader.ts'
import { openPostfixOver } from './postfix.ts'
import { openLineCutter } from './postfix-bytes-cut.ts'
import { emptyDelivery, noPlainCase, readDelivery, wasDeferred, wasSent } from './postfix-bytes-delivery.ts'
import { type ByteEntries, openByteEntries } from './postfix-bytes-entries.ts'
import { nextHigh, nextLow } from './postfix-bytes-key.ts'
import { type BytePrefix, openBytePrefix } from './postfix-bytes-prefix.ts'
import {
  client,
  endsField,
  from,
  hasDelivery,
  isIdByte,
  messageId,
  milterReject,
  noQueue,
  nullSender,
  proxyReject,
  recipient,
  reject,
  removed,
  startsWith,
  uid
} from './postfix-bytes-words.ts'
import { maxQueueId, minQueueId } from './postfix-lines.ts'
import { maxLine } from './syslog-join.ts'
import { toIso } from './syslog-time.ts'

/**
 * Postfix's log as bytes. What most lines are (a message comes in, gets its sender, is delivered, leaves the queue; connections and the like)
 * is told by its bytes, without a string; every other line (what failed, was refused or gave up, any other character, any other prefix) goes
 * to the reader of lines in `postfix.ts`, over the same memory. Accounting, events and joins are those of that reader; what it would give as
 * an event `delivered` is given as a `DeliveredAttempt`, and what failed may be taken as a `HarmedAttempt`. 200 MB with 1.2 million lines and 56,000 events
 * by text take 0.6 s here and 2.1 s as lines, on a busy machine. Never throws on what the bytes are.
 */
export type PostfixBytesSink = {
  /** The same object each time. Its `sender` costs time only where it is asked for. */
  readonly delivered: (attempt: Readonly<DeliveredAttempt>) => void
  /**
   * A message that was deferred or bounced, the plain case; the same object each time. True: it was counted, else it comes as an event, with
   * all its texts.
   */
  readonly harmed?: (attempt: Readonly<HarmedAttempt>) => boolean
  /** `line`: its number, from 1 on. */
  readonly event: (event: LogEvent, line: number) => void
  /** A line that looks like a delivery and was not understood. */
  readonly unread?: (text: string, line: number) => void
  /** A line that no program of Postfix's wrote, as far as that can be told: another reader may take it. */
  readonly rest?: (text: string, line: number) => LineVerdict
}

export type PostfixBytesOptions = LogReaderOptions & {
  /** Reads UTF-8, what is none of it as U+FFFD. Where the host has something quicker than `TextDecoder`. */
  readonly decode?: (bytes: Uint8Array, from: number, to: number) => string
  /** What is known of messages, where one log has several files: it stays when this one ends. Else a memory of its own. */
  readonly memory?: ByteEntries
}

export type PostfixBytes = {
  /** The next piece; it is not kept. */
  readonly write: (bytes: Uint8Array) => void
  readonly end: () => void
  /** Lines, what became of them, and those that were too long and cut; events that were told. */
  readonly counts: Readonly<Record<LineVerdict | 'lines' | 'events' | 'cut', number>>
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const decodeWithTextDecoder = (bytes: Uint8Array, from: number, to: number): string => decoder.decode(bytes.subarray(from, to))

/** Relays, and domains of recipients, whose names are kept. Some 100 bytes each. */
const maxNames = 32_768

/** What the bytes of a line tell: its verdict, or that it is for the reader of lines. */
const slow = 3
const ignored = 0
const part = 1
const event = 2

export const openPostfixBytes = (sink: PostfixBytesSink, options: PostfixBytesOptions): PostfixBytes => {
  const { decode = decodeWithTextDecoder } = options
  const memory = options.memory ?? openByteEntries(options.remember, decode)
  const prefixOf = openBytePrefix(options, decode)
  const relays = openByteTable<string>(maxNames)
  const domains = openByteTable<string>(maxNames)
  /** The same string each time, as long as there are not too many. ASCII alone. */
  const nameOf = (bytes: Uint8Array, view: DataView, from: number, to: number, isDomain: boolean): string => {
    const table = isDomain ? domains : relays
    const known = table.get(view, from, to)
    if (known !== undefined) return known
    const text = decode(bytes, from, to)
    const name = isDomain ? text.toLowerCase() : text
    table.set(view, from, to, name)
    return name
  }
  const counts = { lines: 0, events: 0, event: 0, part: 0, ignored: 0, unread: 0, cut: 0 }
  const reader = openPostfixOver(
    memory.entries,
    (event) => {
      counts.events++
      sink.event(event, counts.lines)
    },
    options
  )

  /** The entry of the delivery that is being told. */
  let place = -1
  const attempt = {
    seconds: Number.NaN,
    high: 0,
    low: 0,
    host: undefined as string | undefined,
    program: undefined as string | undefined,
    remoteMta: undefined as string | undefined,
    domain: undefined as string | undefined,
    isDeferred: false,
    status: undefined as string | undefined,
    bytes: new Uint8Array() as Uint8Array,
    textFrom: 0,
    textTo: 0,
    get sender(): string | undefined {
      return bareSender(memory.senderAt(place))
    }
  }
  const delivery = emptyDelivery()
  const start = emptyKey()

  /** A delivery; `slow` where it is not the plain case. */
  const deliver = (
    bytes: Uint8Array,
    view: DataView,
    at: number,
    to: number,
    high: number,
    low: number,
    idFrom: number,
    { ms, origin }: BytePrefix
  ): number => {
    const became = readDelivery(delivery, bytes, view, at, to, high, low)
    if (became === noPlainCase || (became !== wasSent && sink.harmed === undefined)) return slow
    place = memory.open(high, low)
    attempt.seconds = ms / 1_000
    attempt.high = delivery.high
    attempt.low = delivery.low
    attempt.host = origin.host
    attempt.program = origin.program
    attempt.remoteMta = delivery.relayTo > delivery.relayFrom ? nameOf(bytes, view, delivery.relayFrom, delivery.relayTo, false) : undefined
    attempt.domain = delivery.domainFrom > 0 ? nameOf(bytes, view, delivery.domainFrom, delivery.recipientTo, true) : undefined
    if (became !== wasSent) return harm(bytes, view, at, idFrom, became === wasDeferred)
    if (memory.hasWaiting(place)) memory.entries.settle(decode(bytes, idFrom, at - 2), decode(bytes, at + 4, delivery.recipientTo))
    counts.events++
    sink.delivered(attempt)
    return event
  }

  const harm = (bytes: Uint8Array, view: DataView, at: number, idFrom: number, isDeferred: boolean): number => {
    attempt.isDeferred = isDeferred
    attempt.status = delivery.dsnTo > delivery.dsnFrom ? nameOf(bytes, view, delivery.dsnFrom, delivery.dsnTo, false) : undefined
    attempt.bytes = bytes
    attempt.textFrom = delivery.textFrom
    attempt.textTo = delivery.textTo
    if (sink.harmed?.(attempt) !== true) return slow
    counts.events++
    if (isDeferred || memory.hasWaiting(place)) {
      const queueId = decode(bytes, idFrom, at - 2)
      const recipient = decode(bytes, at + 4, delivery.recipientTo)
      if (isDeferred) memory.entries.wait(queueId, recipient, decode(bytes, delivery.textFrom, delivery.textTo))
      else memory.entries.settle(queueId, recipient)
    }
    return event
  }

  /** What qmgr tells of a message. */
  const manage = (bytes: Uint8Array, view: DataView, at: number, to: number, high: number, low: number): number => {
    if (startsWith(bytes, at, to, removed)) return leave(high, low)
    if (!startsWith(bytes, at, to, from)) return part
    const begin = at + from.length
    let end = begin - 1
    do end = findByte(view, end + 1, to, 0x3e)
    while (end < to && !endsField(bytes, end + 1, to))
    if (end === to || !isAscii(view, begin, end)) return slow
    const isNull = end === begin
    const sender = isNull ? nullSender : view
    const senderFrom = isNull ? 0 : begin
    const senderTo = isNull ? 2 : end
    // `status=expired`.
    if (bytes[end + 3] === 0x73 && bytes[end + 4] === 0x74) return slow
    memory.from(high, low, sender, senderFrom, senderTo)
    return part
  }

  const leave = (high: number, low: number): number => {
    const at = memory.find(high, low)
    if (at < 0) return part
    if (memory.hasWaiting(at)) return slow
    memory.remove(at)
    return part
  }

  const begin = (high: number, low: number): boolean => {
    const at = memory.find(high, low)
    if (at >= 0 && memory.hasWaiting(at)) return false
    memory.begin(high, low)
    return true
  }

  /** smtpd's `client=`, pickup's `uid=`, cleanup's `message-id=`. */
  const arrive = (bytes: Uint8Array, at: number, to: number, high: number, low: number): number => {
    if (startsWith(bytes, at, to, client) || startsWith(bytes, at, to, uid)) return begin(high, low) ? part : slow
    if (!startsWith(bytes, at, to, messageId)) return -1
    memory.open(high, low)
    return part
  }

  const readMessage = (bytes: Uint8Array, view: DataView, at: number, to: number, prefix: BytePrefix): number => {
    const { daemon } = prefix.origin
    let { high, low } = start
    let end = at
    // The loop of `hashByte`, with both halves in registers: its calls took a fifth of the time of reading.
    for (; end < to && isIdByte[bytes[end] ?? 0] === 1; end++) {
      high = nextHigh(high, bytes[end] ?? 0)
      low = nextLow(low, bytes[end] ?? 0)
    }
    const length = end - at
    if (bytes[end] !== 0x3a || length < minQueueId || length > maxQueueId || bytes[end + 1] !== 0x20 || end + 1 >= to)
      return hasDelivery(bytes, view, at, to) ? slow : ignored
    if (length === 7 && startsWith(bytes, at, to, noQueue)) return slow
    const text = end + 2
    if (startsWith(bytes, text, to, recipient)) return deliver(bytes, view, text, to, high, low, at, prefix)
    if (daemon === 'qmgr' || daemon === 'nqmgr') return manage(bytes, view, text, to, high, low)
    const arrived = arrive(bytes, text, to, high, low)
    if (arrived >= 0) return arrived
    if (
      daemon === 'postsuper' ||
      startsWith(bytes, text, to, reject) ||
      startsWith(bytes, text, to, milterReject) ||
      startsWith(bytes, text, to, proxyReject)
    )
      return slow
    return hasDelivery(bytes, view, text, to) ? slow : part
  }

  const account = (verdict: LineVerdict, text: string): void => {
    const last = sink.rest !== undefined && verdict === 'ignored' ? sink.rest(text, counts.lines) : verdict
    counts[last]++
    if (last === 'unread') sink.unread?.(text, counts.lines)
  }

  const readLine = (bytes: Uint8Array, view: DataView, from: number, to: number): void => {
    counts.lines++
    const prefix = prefixOf(bytes, view, from, to)
    const { daemon } = prefix.origin
    if (prefix.at === 0 || to - from > maxLine) {
      const text = decode(bytes, from, to)
      account(reader.line(text), text)
      return
    }
    if (daemon === undefined && sink.rest !== undefined) {
      account('ignored', decode(bytes, from, to))
      return
    }
    const verdict = daemon === undefined ? ignored : readMessage(bytes, view, prefix.at, to, prefix)
    if (daemon === undefined || verdict !== slow) counts[verdict === event ? 'event' : verdict === part ? 'part' : 'ignored']++
    else readAsText(bytes, from, to, prefix, daemon)
  }

  const linePrefix = { time: undefined as string | undefined, host: '', program: '', at: 0 }
  let lastMs = Number.NaN
  /** Through the reader of lines, all but the prefix. */
  const readAsText = (bytes: Uint8Array, from: number, to: number, { at, ms, time, origin }: BytePrefix, daemon: string): void => {
    if (ms !== lastMs) {
      lastMs = ms
      linePrefix.time = time ?? toIso(ms)
    }
    linePrefix.host = origin.host
    linePrefix.program = origin.program
    const verdict = reader.message(linePrefix, daemon, decode(bytes, at, to))
    if (verdict === 'unread') account(verdict, decode(bytes, from, to))
    else counts[verdict]++
  }

  const cutter = openLineCutter(readLine)
  return {
    write: cutter.write,
    end: () => {
      cutter.end()
      counts.cut = cutter.cut()
      if (options.memory === undefined) reader.end()
    },
    counts
  }
}
