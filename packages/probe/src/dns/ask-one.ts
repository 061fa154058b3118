import { type DnsMessage, type DnsRecord, decodeMessage, encodeQuery, isTruncated, type QueryFlags } from './dns-message.ts'
import { readExtendedErrors } from './extended-error.ts'
import type { ServerAddress } from './name-server.ts'
import { formatData, typeNumbers } from './record-data.ts'
import type { RecordType } from './resolver.ts'
import { askByTcp } from './tcp-exchange.ts'
import { openUdp } from './udp-exchange.ts'
import { encodeName } from './wire-name.ts'

export type OneRecord = {
  /** Plain: lower case, no last dot. */
  readonly owner: string
  readonly type: RecordType
  /** Seconds. */
  readonly ttl: number
  /** As `formatData` writes it. Hostile text. */
  readonly data: string
}

/** What one server said to one question, unjudged: sections and bits as they came. */
export type OneAnswer =
  | {
      readonly status: 'answered'
      /** RCODE, with EDNS's upper bits: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
      readonly responseCode: number
      /** AA: the server holds the zone. */
      readonly authoritative: boolean
      /** AD: a resolver says that it validated. */
      readonly authenticated: boolean
      readonly answers: readonly OneRecord[]
      readonly authorities: readonly OneRecord[]
      readonly additionals: readonly OneRecord[]
      readonly extendedError?: string
      readonly byTcp: boolean
    }
  /** `bad-answer`: what came is no sound answer to the question. `bad-name`, `too-long`: the name cannot be asked for. */
  | {
      readonly status: 'silent'
      readonly failure: 'timeout' | 'unreachable' | 'bad-answer' | 'bad-name' | 'too-long'
      readonly byTcp: boolean
    }

export type AskOneOptions = QueryFlags & {
  /** Milliseconds for each try. */
  readonly timeout: number
  readonly signal: AbortSignal
  /** TCP from the start. */
  readonly tcp?: boolean
}

/** Tries by UDP: a datagram can be lost, and one loss must not make a server silent. */
const udpTries = 2
/** Records read of a section. Real ones have up to a few dozen; 64 kB hold thousands. */
const maxRecords = 200

/**
 * One question to one server, by UDP with EDNS, without EDNS where the server stumbles over it, by TCP where the answer does not fit.
 * For questions about a server itself; for what a name is, ask a Resolver. Never rejects; ends with `signal`. Whether the address may be asked
 * at all is the caller's to see to.
 */
export const askOne = async (server: ServerAddress, name: string, type: RecordType, options: AskOneOptions): Promise<OneAnswer> => {
  const wireName = encodeName(name)
  if (typeof wireName === 'string') return { status: 'silent', failure: wireName, byTcp: false }
  const query = encodeQuery(wireName, typeNumbers[type], true, options)
  if (options.tcp) return viaTcp(server, query, options)
  const bytes = await viaUdp(server, query, options)
  if (typeof bytes === 'string') return { status: 'silent', failure: bytes, byTcp: false }
  if (isTruncated(bytes)) return viaTcp(server, query, options)
  const answer = readOne(bytes, false)
  // FORMERR, NOTIMP and BADVERS can be meant for EDNS (RFC 6891 §7).
  if (answer.status === 'answered' && [1, 4, 16].includes(answer.responseCode)) {
    const plainBytes = await viaUdp(server, encodeQuery(wireName, typeNumbers[type], false, options), options)
    if (typeof plainBytes !== 'string' && !isTruncated(plainBytes)) return readOne(plainBytes, false)
  }
  return answer
}

const viaUdp = async (
  { address, port }: ServerAddress,
  query: ReturnType<typeof encodeQuery>,
  { timeout, signal }: AskOneOptions
): Promise<Uint8Array | 'timeout' | 'unreachable' | 'bad-answer'> => {
  if (signal.aborted) return 'unreachable'
  const udp = openUdp(address, port, () => undefined)
  signal.addEventListener('abort', udp.close, { once: true })
  try {
    let outcome: Uint8Array | 'timeout' | 'unreachable' | 'mismatch' = 'timeout'
    for (let left = udpTries; left > 0 && outcome === 'timeout' && !signal.aborted; left--) outcome = await udp.ask(query, timeout)
    return outcome === 'mismatch' ? 'bad-answer' : outcome
  } finally {
    signal.removeEventListener('abort', udp.close)
    udp.close()
  }
}

const viaTcp = async (
  server: ServerAddress,
  query: ReturnType<typeof encodeQuery>,
  { timeout, signal }: AskOneOptions
): Promise<OneAnswer> => {
  const bytes = await askByTcp(server, query, timeout, signal)
  if (typeof bytes === 'string') return { status: 'silent', failure: bytes === 'mismatch' ? 'bad-answer' : bytes, byTcp: true }
  return readOne(bytes, true)
}

/** Reads what `answersQuery` let through. Records of types that are none of ours, and of other classes, are passed over. */
export const readOne = (bytes: Uint8Array, byTcp: boolean): OneAnswer => {
  const message = decodeMessage(bytes)
  if (message === undefined) return { status: 'silent', failure: 'bad-answer', byTcp }
  const { text } = readExtendedErrors(message)
  const section = (records: readonly DnsRecord[]): readonly OneRecord[] => readSection(message, records)
  return {
    status: 'answered',
    responseCode: message.responseCode,
    authoritative: message.authoritative,
    authenticated: message.authenticated,
    answers: section(message.answers),
    authorities: section(message.authorities),
    additionals: section(message.additionals),
    ...(text === undefined ? {} : { extendedError: text }),
    byTcp
  }
}

const typeNames: ReadonlyMap<number, string> = new Map(Object.entries(typeNumbers).map(([name, number]) => [number, name]))

const isRecordType = (name: string | undefined): name is RecordType => name !== undefined && Object.hasOwn(typeNumbers, name)

const readSection = (message: DnsMessage, records: readonly DnsRecord[]): readonly OneRecord[] => {
  const read: OneRecord[] = []
  for (const record of records) {
    if (read.length === maxRecords) break
    const type = typeNames.get(record.type)
    if (record.class !== 1 || !isRecordType(type)) continue
    const data = formatData(message.bytes, record, type)
    if (data !== undefined) read.push({ owner: record.owner, type, ttl: record.ttl, data })
  }
  return read
}
