import { type DnsMessage, type DnsRecord, decodeMessage, isTruncated } from './dns-message.ts'
import { type ExtendedErrors, readExtendedErrors } from './extended-error.ts'
import { formatData, soaMinimum, typeNumbers } from './record-data.ts'
import type { RecordType } from './resolver.ts'

/**
 * What one answer of a server says about one question. A definite no (`no-data`, `nxdomain`) is taken only from an answer that is
 * sound in all its parts and does not contradict itself; whatever lies, is cut or comes from policy is `failed`.
 */
export type Reading = {
  readonly kind: 'found' | 'no-data' | 'nxdomain' | 'alias' | 'truncated' | 'failed'
  readonly failure?: string
  readonly records: readonly string[]
  /** The CNAME chain; of an `alias` the last is still to be asked. */
  readonly aliases: readonly string[]
  /** Seconds. */
  readonly ttl: number
  readonly authenticated: boolean
  readonly extendedError?: string
  /** EDNS may be what the server stumbled over (RFC 6891 §7). */
  readonly withoutEdns?: true
}

/** Names in a CNAME chain, here and over several questions: real ones have two or three; RFC 1034 §3.6.2 only asks that loops end. */
export const maxAliases = 8
/** Seconds that an answer is held at most, whatever its TTL says. */
const maxTtl = 86_400
/** Seconds that a no is held at most: RFC 2308 §5 finds one to three hours to work well. */
const maxNegativeTtl = 10_800
/** Seconds that a no without SOA is held. RFC 2308 §5 says not at all, since servers that pass it to each other keep it for ever; we pass it to nobody. */
const bareNegativeTtl = 30
/** Seconds that a failure is held: RFC 9520 §3.2 wants at least one and at most 300. */
const failureTtl = 5

export const failedReading = (failure: string, extendedError?: string): Reading => ({
  kind: 'failed',
  failure,
  records: [],
  aliases: [],
  ttl: failureTtl,
  authenticated: false,
  ...(extendedError === undefined ? {} : { extendedError })
})

/** Response codes (RFC 1035 §4.1.1, RFC 6891 §9) that say nothing about the name. */
const failures: Readonly<Record<number, string>> = { 1: 'formerr', 2: 'servfail', 4: 'notimp', 5: 'refused', 16: 'formerr' }
const dnameType = 39
const mayDislikeEdns = new Set([1, 4, 16])

/** Reads the answer to the question for `name` (plain) and `type`. That id, question and sender fit was seen to before. */
export const readAnswer = (name: string, type: RecordType, bytes: Uint8Array): Reading => {
  if (isTruncated(bytes)) return { ...failedReading('bad-answer'), kind: 'truncated' }
  const message = decodeMessage(bytes)
  const code = message?.responseCode ?? (bytes[3] ?? 0) & 0x0f
  const errors: ExtendedErrors = message === undefined ? { policy: false, staleDenial: false } : readExtendedErrors(message)
  const failed = (failure: string): Reading => failedReading(failure, errors.text)
  if (code !== 0 && code !== 3) {
    const failure = failures[code] ?? 'bad-answer'
    const reading = failures[code] === undefined ? failedReading(failure, errors.text ?? `response code ${code}`) : failed(failure)
    return mayDislikeEdns.has(code) ? { ...reading, withoutEdns: true } : reading
  }
  if (message === undefined) return failed('bad-answer')
  if (errors.policy) return failed('refused')

  const chain = followChain(message, name, type)
  if (typeof chain === 'string') return failed(chain)
  const said = {
    aliases: chain.aliases,
    authenticated: message.authenticated,
    ...(errors.text === undefined ? {} : { extendedError: errors.text })
  }
  if (chain.records.length > 0) {
    // "No such name", and here is its record: one of the two is a lie.
    return code === 3 ? failed('bad-answer') : { kind: 'found', records: chain.records, ttl: Math.min(chain.ttl, maxTtl), ...said }
  }
  // Records that are no part of the chain: foreign ones, or those of another type. Such an answer knows nothing of the question.
  if (message.answers.some((record) => !isOfChain(record, [name, ...chain.aliases]))) return failed('bad-answer')
  if (errors.staleDenial) return failed('servfail')

  const soa = message.authorities.find(
    (record) => record.type === typeNumbers.SOA && record.class === 1 && isWithin(chain.last, record.owner)
  )
  if (soa === undefined) {
    // A CNAME whose target the server did not look up.
    if (code === 0 && chain.aliases.length > 0) return { kind: 'alias', records: [], ttl: Math.min(chain.ttl, maxTtl), ...said }
    // Records of authority without an SOA: a referral (RFC 2308 §2.2), by a server that does not resolve for us, or poison.
    if (message.authorities.length > 0) return failed('bad-answer')
  }
  // Neither an authority nor a resolver: such a server knows nothing of the name.
  if (!message.authoritative && !message.recursionAvailable) return failed('bad-answer')
  // The owner of an SOA exists.
  if (code === 3 && soa?.owner === chain.last) return failed('bad-answer')
  const minimum = soa === undefined ? bareNegativeTtl : soaMinimum(bytes, soa)
  if (minimum === undefined) return failed('bad-answer')
  const ttl = Math.min(minimum, soa?.ttl ?? minimum, chain.ttl, maxNegativeTtl)
  return { kind: code === 3 ? 'nxdomain' : 'no-data', records: [], ttl, ...said }
}

type Chain = { readonly records: readonly string[]; readonly aliases: readonly string[]; readonly last: string; readonly ttl: number }

/** Walks from the asked name over CNAMEs to records of the asked type; all other records of the answer are nobody's. */
const followChain = (message: DnsMessage, name: string, type: RecordType): Chain | string => {
  const number = typeNumbers[type]
  const wanted = new Map<string, DnsRecord[]>()
  const targets = new Map<string, DnsRecord>()
  for (const record of message.answers) {
    if (record.class !== 1) continue
    if (record.type === number) {
      const held = wanted.get(record.owner)
      if (held === undefined) wanted.set(record.owner, [record])
      else held.push(record)
    } else if (record.type === typeNumbers.CNAME && !targets.has(record.owner)) targets.set(record.owner, record)
  }
  const aliases: string[] = []
  const seen = new Set([name])
  let last = name
  let ttl = Number.POSITIVE_INFINITY
  for (;;) {
    const records = wanted.get(last)
    if (records !== undefined) {
      const data = new Set<string>()
      for (const record of records) {
        const text = formatData(message.bytes, record, type)
        if (text === undefined) return 'bad-answer'
        data.add(text)
        ttl = Math.min(ttl, record.ttl)
      }
      return { records: [...data], aliases, last, ttl }
    }
    const alias = targets.get(last)
    if (alias === undefined) return { records: [], aliases, last, ttl }
    const target = formatData(message.bytes, alias, 'CNAME')
    if (target === undefined) return 'bad-answer'
    if (seen.has(target)) return 'loop'
    if (aliases.length === maxAliases) return 'too-long'
    seen.add(target)
    aliases.push(target)
    ttl = Math.min(ttl, alias.ttl)
    last = target
  }
}

/** A CNAME that was followed, or the DNAME (RFC 6672 §3.1) that one was made from. */
const isOfChain = (record: DnsRecord, names: readonly string[]): boolean => {
  const followed = names.slice(0, -1)
  if (record.type === typeNumbers.CNAME && record.class === 1) return followed.includes(record.owner)
  return record.type === dnameType && followed.some((name) => name !== record.owner && isWithin(name, record.owner))
}

const isWithin = (name: string, zone: string): boolean => zone === '.' || name === zone || name.endsWith(`.${zone}`)
