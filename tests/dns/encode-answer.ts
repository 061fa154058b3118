import { type Answer, encode, type Packet, type RecordType as PacketType } from 'dns-packet'
import type { FoundEntry, ZoneRecord } from './dns-zone.ts'

export type Asked = { readonly name: string; readonly type: string; readonly edns: boolean }

const responseCodes: Readonly<Record<string, number>> = { nxdomain: 3, servfail: 2, refused: 5, formerr: 1, notimp: 4 }
const ednsCodes: Readonly<Record<string, number>> = { 'edns-formerr': 1, 'edns-notimp': 4, 'edns-badvers': 16 }

/** The answer as a message with id 0, by dns-packet: not the code that reads it. */
export const encodeAnswer = (asked: Asked, { answer, nxdomain, aliases }: FoundEntry): Buffer => {
  const last = aliases.at(-1)
  const owner = last === undefined || typeof last === 'string' ? asked.name : last.data
  const records = (list: readonly ZoneRecord[]): Answer[] => list.map((record) => toAnswer(record, owner, asked.type))
  const ednsCode = asked.edns ? (ednsCodes[answer.fault ?? ''] ?? 0) : 0
  const code = answer.responseCode ?? (ednsCode || (responseCodes[answer.fault ?? ''] ?? (nxdomain ? 3 : 0)))
  const failed = code !== 0 && code !== 3
  const answers = failed ? [] : [...records(aliases), ...records(answer.answers ?? [])]
  const negative = !failed && (answer.answers ?? []).length === 0
  const authority = answer.authority ?? (negative ? [soaOf(owner, answer.negativeTtl ?? 60)] : [])
  const flags =
    0x0100 |
    (answer.authoritative ? 0x0400 : answer.ignorant ? 0 : 0x0080) |
    (answer.authenticated ? 0x0020 : 0) |
    (answer.fault === 'truncated-always' ? 0x0200 : 0)
  const additionals: Answer[] = records(answer.additional ?? [])
  if (asked.edns && !answer.fault?.startsWith('edns-')) additionals.push(optRecord(code >> 4, answer.extendedError))
  else if (ednsCode === 16) additionals.push(optRecord(1))
  const packet: Packet = {
    type: 'response',
    id: 0,
    flags: flags | (code & 0x0f),
    questions: [{ name: asked.name, type: packetType(asked.type) }],
    answers,
    authorities: records(authority),
    additionals
  }
  return encode(packet)
}

const packetType = (type: string): PacketType => type as PacketType

/** The SOA of the zone that the name lies in: its parent, so that the name itself may be denied. */
const soaOf = (name: string, seconds: number): ZoneRecord => {
  const zone = name.slice(name.indexOf('.') + 1)
  return {
    name: name.includes('.') ? zone : '.',
    type: 'SOA',
    ttl: seconds,
    data: `ns.invalid postmaster.invalid 1 3600 600 86400 ${seconds}`
  }
}

const toAnswer = (record: ZoneRecord, owner: string, asked: string): Answer => {
  const { name = owner, type = asked, ttl = 60, data } = typeof record === 'string' ? { data: record } : record
  return { name, type, ttl, class: 'IN', data: toData(type, data) } as Answer
}

const toData = (type: string, data: string): unknown => {
  const words = data.split(' ')
  const [first = '', second = '', third = '', fourth = ''] = words
  switch (type) {
    case 'MX':
      return { preference: Number(first), exchange: data.slice(first.length + 1) }
    case 'SOA': {
      const [serial, refresh, retry, expire, minimum] = words.slice(2).map(Number)
      return { mname: first, rname: second, serial, refresh, retry, expire, minimum }
    }
    case 'TXT':
      return data.match(/.{1,255}/gs) ?? ['']
    case 'TLSA':
      return { usage: Number(first), selector: Number(second), matchingType: Number(third), certificate: Buffer.from(fourth, 'hex') }
    case 'DS':
      return { keyTag: Number(first), algorithm: Number(second), digestType: Number(third), digest: Buffer.from(fourth, 'hex') }
    case 'DNSKEY':
      return { flags: Number(first), algorithm: Number(third), key: Buffer.from(fourth, 'base64') }
    case 'RRSIG': {
      const [algorithm, labels, originalTTL, expiration, inception, keyTag] = words.slice(1, 7).map(Number)
      const signature = Buffer.alloc(64, 1)
      return { typeCovered: first, algorithm, labels, originalTTL, expiration, inception, keyTag, signersName: words[7], signature }
    }
    default:
      return data
  }
}

const optRecord = (extendedRcode: number, error?: { readonly code: number; readonly text?: string }): Answer => {
  const text = Buffer.from(error?.text ?? '')
  const data = Buffer.concat([Buffer.from([(error?.code ?? 0) >> 8, (error?.code ?? 0) & 0xff]), text])
  const options = error === undefined ? [] : [{ code: 15, data }]
  return { type: 'OPT', name: '.', udpPayloadSize: 1_232, extendedRcode, ednsVersion: 0, flags: 0, options } as unknown as Answer
}
