import { isIPv4 } from 'node:net'
import { type Finding, finding } from '@whybounce/core/finding'
import { describeAnswer } from '../dns/describe-answer.ts'
import type { DnsAnswer, RecordType, Resolver } from '../dns/resolver.ts'
import { plainName } from '../dns/wire-name.ts'
import { isAddress, reverseName, sameAddress } from './reverse-address.ts'
import { judgeReverseName } from './reverse-name.ts'

type Query = Resolver['query']

/** PTR names that are looked at: an address should have one, and shared hosts have had hundreds. */
const maxReverseNames = 5

export type ReverseCheck = {
  /** Names that lead back to the address. */
  readonly confirmed: readonly string[]
  /** All reverse names are known, so that one that is not among them is none. */
  readonly complete: boolean
  readonly finding: Finding
  /** What else is to be said of the names: one that leads elsewhere beside one that leads back, one that looks like a home's. */
  readonly also: readonly Finding[]
}

const line = (answer: DnsAnswer): string => `${answer.type} of ${answer.name}: ${describeAnswer(answer)}`
const addressType = (ip: string): RecordType => (isIPv4(ip) ? 'A' : 'AAAA')

/**
 * Forward-confirmed reverse DNS (RFC 8601 §3 calls it iprev): a PTR name of the address whose own address is that one again. `ehloName`
 * is the name that a missing one should have.
 */
export const checkReverseName = async (query: Query, ip: string, ehloName: string): Promise<ReverseCheck> => {
  const reverse = reverseName(ip)
  const type = addressType(ip)
  const ptr = await query(reverse, 'PTR')
  const values = { ip, type, reverse, ehlo: plainName(ehloName) }
  if (ptr.status === 'failed') return { confirmed: [], complete: false, finding: finding('ptr.unknown', [line(ptr)]), also: [] }
  if (ptr.status !== 'found') return { confirmed: [], complete: true, finding: finding('ptr.missing', [line(ptr)], values), also: [] }

  const names = ptr.records.slice(0, maxReverseNames)
  const answers = await Promise.all(names.map((name) => query(name, type)))
  const evidence = [line(ptr), ...answers.map(line)]
  if (ptr.records.length > maxReverseNames) evidence.push(`the first ${maxReverseNames} of ${ptr.records.length} names were looked at`)
  const confirmed = names.filter((_, index) => answers[index]?.records.some((address) => sameAddress(address, ip)))
  const complete = ptr.records.length <= maxReverseNames && answers.every(({ status }) => status !== 'failed')
  if (confirmed.length > 0) {
    const astray = names.find((name, index) => answers[index]?.status !== 'failed' && !confirmed.includes(name))
    return {
      confirmed,
      complete,
      finding: finding('ptr.confirmed', evidence),
      also: [
        ...(astray === undefined ? [] : [finding('ptr.partly-confirmed', evidence, { ...values, name: astray })]),
        ...judged(confirmed, ip, values)
      ]
    }
  }
  if (!complete) return { confirmed, complete, finding: finding('ptr.unknown', evidence), also: [] }
  return { confirmed, complete, finding: finding('ptr.not-confirmed', evidence, { ...values, name: names[0] ?? '' }), also: [] }
}

/** One name of one's own among several is enough. */
const judged = (names: readonly string[], ip: string, values: Readonly<Record<string, string>>): readonly Finding[] => {
  const kinds = names.map((name) => judgeReverseName(name, ip))
  const [name = ''] = names
  if (kinds.includes('own')) return []
  return [finding(kinds.includes('hosting') ? 'ptr.provider-name' : 'ptr.generic', [`reverse name of ${ip}: ${name}`], { ...values, name })]
}

/** A name of two labels or more, in letters, digits and hyphens, that is no bare number: what RFC 5321 §2.3.5 lets a host call itself. */
const hostName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** Names that no public host can have (RFC 6761, RFC 6762, RFC 9476, and the habit of routers). */
const insideName = /(?:^|\.)(?:localhost|localdomain|local|internal|lan|home|corp|invalid|test|example)$/

export const isHostName = (name: string): boolean => hostName.test(plainName(name)) && !insideName.test(plainName(name))

/**
 * Whether the EHLO name is one by which servers find us again: it has an address, that address is ours, and the reverse name is the
 * same. A name without any address is refused by many (RFC 5321 §4.1.1.1 wants one); the rest are doubts, not hindrances.
 */
export const checkEhloName = async (
  query: Query,
  ehloName: string,
  ip: string | undefined,
  reverse: Promise<ReverseCheck> | undefined
): Promise<Finding> => {
  if (/^\[.*\]$/.test(ehloName)) return literal(ehloName, ip)
  if (!isHostName(ehloName)) return finding('ehlo.bad-name', [`EHLO ${ehloName}`])
  const name = plainName(ehloName)
  const answers = await Promise.all([query(name, 'A'), query(name, 'AAAA')])
  const evidence = answers.map(line)
  const addresses = answers.flatMap(({ records }) => records)
  const complete = answers.every(({ status }) => status !== 'failed')
  const values = { ehlo: name, ip: ip ?? 'the address that servers see', type: ip === undefined ? 'A' : addressType(ip) }
  if (addresses.length === 0) return complete ? finding('ehlo.no-address', evidence, values) : finding('ehlo.unknown', evidence)
  if (ip === undefined || reverse === undefined) return finding('ehlo.resolves', evidence)
  if (!addresses.some((address) => sameAddress(address, ip)))
    return complete ? finding('ehlo.other-address', evidence, values) : finding('ehlo.unknown', evidence)
  const { confirmed, complete: allKnown } = await reverse
  if (confirmed.some((reverseOf) => plainName(reverseOf) === name)) return finding('ehlo.agrees', evidence)
  const [other] = confirmed
  if (other === undefined || !allKnown) return finding('ehlo.resolves', evidence)
  return finding('ehlo.differs-from-ptr', [...evidence, `reverse name: ${other}`], { ...values, name: other, reverse: reverseName(ip) })
}

/** RFC 5321 §4.1.3: `[192.0.2.1]`, `[IPv6:2001:db8::1]`. */
const literal = (ehloName: string, ip: string | undefined): Finding => {
  const address = ehloName.slice(1, -1).replace(/^IPv6:/i, '')
  const evidence = [`EHLO ${ehloName}`]
  if (!isAddress(address)) return finding('ehlo.bad-name', evidence)
  if (ip !== undefined && !sameAddress(address, ip)) return finding('ehlo.other-literal', [...evidence, `servers see: ${ip}`], { ip })
  return finding('ehlo.own-literal', evidence, { ip: address })
}
