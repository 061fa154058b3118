import { findByte } from './byte-words.ts'
import { nextHigh, nextLow } from './postfix-bytes-key.ts'
import {
  bounced,
  deferred,
  dsn,
  endsField,
  forwarded,
  localhost,
  loopback,
  originalRecipient,
  relay,
  sent,
  startsWith,
  statusField
} from './postfix-bytes-words.ts'

/** Where the parts of a delivery stand. */
export type ByteDelivery = {
  /** `messageKey` of queue id and recipient. */
  high: number
  low: number
  /** 0: the recipient has no domain. */
  domainFrom: number
  recipientTo: number
  /** The relay's name, without address and port; nothing where there is none. */
  relayFrom: number
  relayTo: number
  /** The status code; nothing where there is none. */
  dsnFrom: number
  dsnTo: number
  /** What the other side said, without the brackets around it; nothing of a message that was sent. */
  textFrom: number
  textTo: number
}

export const emptyDelivery = (): ByteDelivery => ({
  high: 0,
  low: 0,
  domainFrom: 0,
  recipientTo: 0,
  relayFrom: 0,
  relayTo: 0,
  dsnFrom: 0,
  dsnTo: 0,
  textFrom: 0,
  textTo: 0
})

/** What a line says became of the message. `noPlainCase`: that is for `parseDelivery`, which `readDelivery` follows. */
export const noPlainCase = 0
export const wasSent = 1
export const wasDeferred = 2
const wasBounced = 3

/** Behind `to=<`. */
const recipientAt = 4

/**
 * A delivery, from `to=` on: `to=<a@b>, orig_to=<c>, relay=mx[ip]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`. `high` and
 * `low`: the key of the queue id. A relay on this machine is no plain case where it took the message, and neither is a forward: whether they
 * were deliveries, the text tells.
 */
export const readDelivery = (
  delivery: ByteDelivery,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  to: number,
  high: number,
  low: number
): number => {
  if (bytes[at + 3] !== 0x3c) return noPlainCase
  let keyHigh = nextHigh(high, 0)
  let keyLow = nextLow(low, 0)
  delivery.domainFrom = 0
  let end = at + recipientAt
  for (; end < to; end++) {
    const byte = bytes[end] ?? 0
    if (byte === 0x3e) break
    if (byte <= 0x20 || byte >= 0x7f || byte === 0x3c) return noPlainCase
    if (byte === 0x40) delivery.domainFrom = end + 1
    keyHigh = nextHigh(keyHigh, byte)
    keyLow = nextLow(keyLow, byte)
  }
  if (end === at + recipientAt || !endsField(bytes, end + 1, to)) return noPlainCase
  delivery.high = keyHigh
  delivery.low = keyLow
  delivery.recipientTo = end
  delivery.relayFrom = 0
  delivery.relayTo = 0
  delivery.dsnFrom = 0
  delivery.dsnTo = 0
  const statusAt = readFields(delivery, bytes, view, end + 1, to)
  if (statusAt < 0) return noPlainCase
  const word = statusAt + statusField.length
  if (startsWith(bytes, word, to, sent)) {
    const behind = word + sent.length
    const isPlain = behind === to || (bytes[behind] === 0x20 && !startsWith(bytes, behind, to, forwarded))
    const isHere =
      isLoopback(bytes, delivery.relayFrom, delivery.relayTo) ||
      (delivery.relayTo > delivery.relayFrom && isLoopback(bytes, delivery.relayTo + 1, to))
    return isPlain && !isHere ? wasSent : noPlainCase
  }
  const isDeferred = startsWith(bytes, word, to, deferred)
  const behind = word + (isDeferred ? deferred.length : bounced.length)
  if (!(isDeferred || startsWith(bytes, word, to, bounced)) || bytes[behind] !== 0x20 || bytes[behind + 1] !== 0x28) return noPlainCase
  delivery.textFrom = behind + 2
  delivery.textTo = to - 1
  // A line that was cut has no bracket at its end.
  return bytes[to - 1] === 0x29 && delivery.textTo > delivery.textFrom ? (isDeferred ? wasDeferred : wasBounced) : noPlainCase
}

/** Reads the fields up to the status, and gives its place, or -1. `at` is the comma before the first one. */
const readFields = (delivery: ByteDelivery, bytes: Uint8Array, view: DataView, at: number, to: number): number => {
  for (let comma = at; ; ) {
    const field = comma + 2
    const first = bytes[field]
    if (first === 0x73 && startsWith(bytes, comma, to, statusField)) return comma
    let next = field
    if (first === 0x72 && startsWith(bytes, field, to, relay)) {
      next = field + relay.length
      delivery.relayFrom = next
      delivery.relayTo = next
      for (; next < to; next++) {
        const byte = bytes[next] ?? 0
        if (byte === 0x5b) {
          delivery.relayTo = next
          break
        }
        if (byte === 0x2c && endsField(bytes, next, to)) break
        if (byte <= 0x20 || byte >= 0x7f) return -1
      }
    } else if (first === 0x64 && startsWith(bytes, field, to, dsn)) {
      next = field + dsn.length
      delivery.dsnFrom = next
    } else if (first === 0x6f && startsWith(bytes, field, to, originalRecipient)) {
      for (next = field + originalRecipient.length; next < to && bytes[next] !== 0x3e; next++)
        if ((bytes[next] ?? 0) <= 0x20 || bytes[next] === 0x2c) return -1
      next++
      if (!endsField(bytes, next, to)) return -1
    }
    do next = findByte(view, next, to, 0x2c)
    while (next < to && bytes[++next] !== 0x20)
    if (next >= to) return -1
    comma = next - 1
    if (delivery.dsnFrom > field) delivery.dsnTo = comma
  }
}

/** `127.0.0.1`, `localhost`, `::1`, and whatever begins so. */
const isLoopback = (bytes: Uint8Array, from: number, to: number): boolean =>
  to > from && (bytes[from] === 0x3a || startsWith(bytes, from, to, loopback) || startsWith(bytes, from, to, localhost))
