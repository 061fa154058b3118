import type { DnsRecord } from './dns-message.ts'
import type { RecordType } from './resolver.ts'
import { endOfName, readName } from './wire-name.ts'

/** Numbers of the record types (IANA, Resource Record (RR) TYPEs). */
export const typeNumbers: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  DS: 43,
  RRSIG: 46,
  DNSKEY: 48,
  TLSA: 52
}

/**
 * The data of a record as text, undefined where it does not fill its place exactly. A, AAAA: the address. Names: as `readName`.
 * MX: `preference exchange`. TXT: its strings joined, read as UTF-8. SOA: names and five numbers. TLSA, DS: numbers, then hexadecimal.
 * DNSKEY: `flags protocol algorithm`, then base64. RRSIG: `type algorithm labels ttl expiration inception tag signer`, the types as
 * numbers, the times in seconds since 1970; the signature itself is left out.
 */
export const formatData = (bytes: Uint8Array, record: DnsRecord, type: RecordType): string | undefined => {
  const { start, end } = record
  const name = (offset: number): string | undefined => (endOfName(bytes, offset) === end ? readName(bytes, offset) : undefined)
  switch (type) {
    case 'A':
      return end - start === 4 ? bytes.subarray(start, end).join('.') : undefined
    case 'AAAA':
      return end - start === 16 ? formatIpv6(bytes, start) : undefined
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return name(start)
    case 'MX': {
      const exchange = end - start > 2 ? name(start + 2) : undefined
      return exchange === undefined ? undefined : `${uint16(bytes, start)} ${exchange}`
    }
    case 'TXT':
      return joinStrings(bytes, start, end)
    case 'SOA':
      return formatSoa(bytes, start, end)
    case 'DS':
      return end - start > 4 ? `${uint16(bytes, start)} ${bytes[start + 2]} ${bytes[start + 3]} ${hexOf(bytes, start + 4, end)}` : undefined
    case 'DNSKEY':
      return end - start > 4
        ? `${uint16(bytes, start)} ${bytes[start + 2]} ${bytes[start + 3]} ${Buffer.from(bytes.subarray(start + 4, end)).toString('base64')}`
        : undefined
    case 'RRSIG':
      return formatSignature(bytes, start, end)
    case 'TLSA':
      return end - start > 3 ? `${bytes[start]} ${bytes[start + 1]} ${bytes[start + 2]} ${hexOf(bytes, start + 3, end)}` : undefined
  }
}

/** Seconds: the MINIMUM of an SOA record, undefined where it is unsound. */
export const soaMinimum = (bytes: Uint8Array, record: DnsRecord): number | undefined => {
  const minimum = formatSoa(bytes, record.start, record.end)?.split(' ')[6]
  return minimum === undefined ? undefined : Number(minimum)
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

const hexOf = (bytes: Uint8Array, start: number, end: number): string => Buffer.from(bytes.subarray(start, end)).toString('hex')

const joinStrings = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  const parts: Uint8Array[] = []
  let at = start
  while (at < end) {
    const next = at + 1 + (bytes[at] ?? 0)
    if (next > end) return undefined
    parts.push(bytes.subarray(at + 1, next))
    at = next
  }
  return parts.length === 0 ? undefined : Buffer.concat(parts).toString('utf8')
}

const formatSoa = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  const primary = endOfName(bytes, start)
  const mailbox = primary < 0 ? -1 : endOfName(bytes, primary)
  if (mailbox < 0 || mailbox + 20 !== end) return undefined
  const names = [readName(bytes, start), readName(bytes, primary)]
  if (names.includes(undefined)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return [...names, ...[0, 4, 8, 12, 16].map((offset) => view.getUint32(mailbox + offset))].join(' ')
}

/** RFC 4034 §3.1. The signer's name is not compressed (§3.1.7), and the signature is behind it. */
const formatSignature = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  const signerEnd = end - start > 18 ? endOfName(bytes, start + 18) : -1
  const signer = signerEnd < 0 || signerEnd >= end ? undefined : readName(bytes, start + 18)
  if (signer === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const times = [4, 8, 12].map((offset) => view.getUint32(start + offset))
  return [uint16(bytes, start), bytes[start + 2], bytes[start + 3], ...times, uint16(bytes, start + 16), signer].join(' ')
}

/** RFC 5952 §4: the longest run of two or more zero groups as `::`. An IPv4-mapped address stays hexadecimal. */
const formatIpv6 = (bytes: Uint8Array, start: number): string => {
  let bestAt = -1
  let bestLength = 1
  const groups: number[] = []
  for (let index = 0, run = 0; index < 8; index++) {
    const group = uint16(bytes, start + index * 2)
    groups.push(group)
    run = group === 0 ? run + 1 : 0
    if (run > bestLength) {
      bestLength = run
      bestAt = index - run + 1
    }
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  return bestAt < 0 ? hex(groups) : `${hex(groups.slice(0, bestAt))}::${hex(groups.slice(bestAt + bestLength))}`
}
