import { isIP } from 'node:net'
import { describeAnswer, listSome } from './describe-answer.ts'
import type { MailHost } from './mail-route.ts'
import { isPublicAddress } from './public-address.ts'
import type { Resolver } from './resolver.ts'

/** A mail host with what its lookup showed. */
export type FoundHost = {
  readonly host: MailHost
  readonly evidence: readonly string[]
  /** Seconds. */
  readonly ttl: number
}

/** Addresses kept of one host: nobody tries more, and a hostile zone could give thousands. */
const maxAddresses = 20

/** Seconds for which a host name that DNS need not be asked about is what it is. */
const settled = 86_400

/** Letters, digits, hyphens, and the underscore that some real hosts have. */
const hostName = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/

/**
 * Asks for the addresses of one MX host, IPv4 and IPv6 side by side. A host is without address (`no-address`) only where both
 * answers are definite; one failure leaves it open (`dns-failure`) unless the other gave an address of use. Addresses that are not
 * public are left out, unless allowed: a stranger's DNS must not send us into our own network.
 */
export const findMailHost = async (
  resolver: Resolver,
  name: string,
  preference: number,
  options: { readonly allowPrivate: boolean; readonly implicit: boolean }
): Promise<FoundHost> => {
  const nowhere = (problem: string, said: string): FoundHost => ({
    host: { name, preference, addresses: [], problem },
    evidence: [`${name}: ${said}`],
    ttl: settled
  })
  // RFC 1035 §3.3.9, RFC 5321 §5.1: an exchange is a domain name, and a name of four numbers has no address.
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || isIP(name.replaceAll('\\.', '.')) !== 0) {
    return nowhere('literal', 'an IP address where an MX must name a host')
  }
  if (!hostName.test(name)) return nowhere('bad-name', 'not a host name')

  const answers = await Promise.all([resolver.query(name, 'A'), resolver.query(name, 'AAAA')])
  const found = answers.flatMap((answer) => answer.records)
  const usable = options.allowPrivate ? found : found.filter(isPublicAddress)
  const unknown = answers.some((answer) => answer.status === 'failed')
  const evidence = answers.map((answer) => `${answer.type} of ${name}: ${describeAnswer(answer)}`)
  const kept = found.filter((address) => !usable.includes(address))
  if (kept.length > 0) evidence.push(`${name}: not public, never connected to: ${listSome(kept)}`)
  if (usable.length > maxAddresses) evidence.push(`${name}: ${usable.length - maxAddresses} of ${usable.length} addresses are left out`)
  const alias = !options.implicit && answers.some((answer) => answer.aliases.length > 0)
  if (alias && usable.length > 0) evidence.push(`${name}: an alias, which an MX must not name (RFC 2181 §10.3); used all the same`)
  const none = unknown ? 'dns-failure' : kept.length > 0 ? 'private' : 'no-address'
  const problem = usable.length === 0 ? none : alias ? 'alias' : undefined
  return {
    host: { name, preference, addresses: usable.slice(0, maxAddresses), ...(problem === undefined ? {} : { problem }) },
    evidence,
    ttl: Math.min(...answers.map((answer) => answer.ttl))
  }
}
