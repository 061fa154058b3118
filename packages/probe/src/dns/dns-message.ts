import { endOfName, readName } from './wire-name.ts'

/**
 * DNS messages (RFC 1035 §4.1), as far as a stub resolver writes and reads them. Read strictly: every record inside the message,
 * every name sound, nothing behind the last record. A message that does not read so is no answer, never an empty one: what a
 * cut or altered message leaves out must not become "there is no such record".
 *
 * Not read by dns-packet, because it takes the one label `mx\.example` for two, lets a record read past its own length into
 * the next one, and makes an array of 65,535 places for a count that nothing stands behind. It serves the tests as the other side.
 */

export type DnsRecord = {
  readonly owner: string
  readonly type: number
  /** 1 is IN. */
  readonly class: number
  /** Seconds. */
  readonly ttl: number
  /** Where its data lies in the message. */
  readonly start: number
  readonly end: number
}

export type DnsMessage = {
  readonly bytes: Uint8Array
  /** With the upper bits from EDNS (RFC 6891 §6.1.3). */
  readonly responseCode: number
  readonly authoritative: boolean
  readonly recursionAvailable: boolean
  readonly authenticated: boolean
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  /** Without EDNS's pseudo-record. */
  readonly additionals: readonly DnsRecord[]
  /** Place of the EDNS options, where there are any. */
  readonly options?: { readonly start: number; readonly end: number }
}

const headerLength = 12
const optType = 41
/** Bytes that we take by UDP: what IPv6's least MTU of 1,280 (RFC 8200 §5) leaves behind its headers, so no fragments. The figure of DNS flag day 2020. */
const udpSize = 1232
const recursionDesired = 0x01
const authenticData = 0x20
const checkingDisabled = 0x10
/** The upper byte of EDNS's flags: DO (RFC 3225 §3). */
const dnssecOk = 0x80

/** A question, ready to be sent: its bytes with the id left 0, and where the question section ends. */
export type Query = { readonly bytes: Uint8Array; readonly questionEnd: number }

export type QueryFlags = {
  /** RD; true by default. */
  readonly recursion?: boolean
  /** CD: what does not validate is wanted all the same (RFC 4035 §3.2.2). */
  readonly checkingDisabled?: boolean
  /** DO: signatures are wanted. Of use with EDNS alone. */
  readonly dnssecOk?: boolean
}

/**
 * A question of class IN, recursive unless said otherwise. The AD bit asks for the AD bit of the answer without asking for signatures
 * (RFC 6840 §5.7), so DO stays 0 where signatures would be of no use.
 */
export const encodeQuery = (name: Uint8Array, type: number, edns: boolean, flags: QueryFlags = {}): Query => {
  const questionEnd = headerLength + name.length + 4
  const bytes = new Uint8Array(edns ? questionEnd + 11 : questionEnd)
  bytes[2] = flags.recursion === false ? 0 : recursionDesired
  bytes[3] = authenticData | (flags.checkingDisabled ? checkingDisabled : 0)
  bytes[5] = 1
  bytes.set(name, headerLength)
  bytes[questionEnd - 4] = type >> 8
  bytes[questionEnd - 3] = type & 0xff
  bytes[questionEnd - 1] = 1
  if (edns) {
    bytes[11] = 1
    bytes[questionEnd + 2] = optType
    bytes[questionEnd + 3] = udpSize >> 8
    bytes[questionEnd + 4] = udpSize & 0xff
    bytes[questionEnd + 7] = flags.dnssecOk ? dnssecOk : 0
  }
  return { bytes, questionEnd }
}

/**
 * Whether the message answers this query: a response (QR) with its id and its question, letter case aside. Servers that could
 * not read the query send errors without a question section; those are taken by the id alone, as they say nothing about the name.
 */
export const answersQuery = (bytes: Uint8Array, query: Query, id: number): boolean => {
  if (bytes.length < headerLength || ((bytes[0] ?? 0) << 8) + (bytes[1] ?? 0) !== id) return false
  const opcodeAndQr = (bytes[2] ?? 0) & 0xf8
  if (opcodeAndQr !== 0x80) return false
  const questions = ((bytes[4] ?? 0) << 8) + (bytes[5] ?? 0)
  if (questions === 0) {
    const code = (bytes[3] ?? 0) & 0x0f
    return code === 1 || code === 2 || code === 4 || code === 5
  }
  if (questions !== 1 || bytes.length < query.questionEnd) return false
  for (let index = headerLength; index < query.questionEnd; index++) {
    const byte = bytes[index] ?? 0
    // No length, type or class in use here lies between A and Z.
    if ((byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte) !== query.bytes[index]) return false
  }
  return true
}

/** The TC bit: what came is not all (RFC 2181 §9: then it is not to be used). */
export const isTruncated = (bytes: Uint8Array): boolean => ((bytes[2] ?? 0) & 0x02) !== 0

/** The whole message, or undefined where any part of it is unsound. */
export const decodeMessage = (bytes: Uint8Array): DnsMessage | undefined => {
  if (bytes.length < headerLength) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = headerLength
  for (let left = view.getUint16(4); left > 0; left--) {
    const end = endOfName(bytes, at)
    if (end < 0 || end + 4 > bytes.length) return undefined
    at = end + 4
  }
  let options: { start: number; end: number } | undefined
  let upperCode = 0
  const section = (count: number): DnsRecord[] | undefined => {
    const records: DnsRecord[] = []
    for (let left = count; left > 0; left--) {
      const owner = readName(bytes, at)
      const head = endOfName(bytes, at)
      if (owner === undefined || head < 0 || head + 10 > bytes.length) return undefined
      const start = head + 10
      const end = start + view.getUint16(head + 8)
      if (end > bytes.length) return undefined
      const type = view.getUint16(head)
      const seconds = view.getUint32(head + 4)
      if (type === optType) {
        options = { start, end }
        upperCode = view.getUint8(head + 4)
      }
      // RFC 2181 §8: a TTL with the highest bit set is 0.
      records.push({ owner, type, class: view.getUint16(head + 2), ttl: seconds > 0x7fffffff ? 0 : seconds, start, end })
      at = end
    }
    return records
  }
  const answers = section(view.getUint16(6))
  const authorities = answers === undefined ? undefined : section(view.getUint16(8))
  const additionals = authorities === undefined ? undefined : section(view.getUint16(10))
  if (answers === undefined || authorities === undefined || additionals === undefined || at !== bytes.length) return undefined
  return {
    bytes,
    responseCode: (upperCode << 4) | (view.getUint8(3) & 0x0f),
    authoritative: (view.getUint8(2) & 0x04) !== 0,
    recursionAvailable: (view.getUint8(3) & 0x80) !== 0,
    authenticated: (view.getUint8(3) & authenticData) !== 0,
    answers,
    authorities,
    additionals: additionals.filter(({ type }) => type !== optType),
    ...(options === undefined ? {} : { options })
  }
}
