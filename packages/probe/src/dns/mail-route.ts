import { describeAnswer } from './describe-answer.ts'
import { type FoundHost, findMailHost } from './mail-host.ts'
import { operatorOf } from './operator.ts'
import type { DnsAnswer, Resolver } from './resolver.ts'
import { plainName } from './wire-name.ts'

export type MailHost = {
  readonly name: string
  /** MX preference; 0 for an implicit MX. */
  readonly preference: number
  /** IPv4 before IPv6, in the order of the answers; at most 20. */
  readonly addresses: readonly string[]
  /** Why this host is of no use: `no-address, private, alias, literal, dns-failure, bad-name`. An `alias` (RFC 2181 §10.3) still has addresses. */
  readonly problem?: string
}

/** Where mail for a domain goes (RFC 5321 §5.1), or why nowhere. */
export type MailRoute = {
  readonly domain: string
  /**
   * `hosts`: at least one usable host. Definite noes: `nxdomain`, `null-mx` (RFC 7505), `no-mail-host` (neither MX nor address),
   * `dangling` (MX that definitely have no address). `private`: only addresses of private, loopback or reserved networks.
   * `dns-failure`: could not be asked; says nothing.
   */
  readonly status: 'hosts' | 'nxdomain' | 'null-mx' | 'no-mail-host' | 'dangling' | 'private' | 'dns-failure'
  readonly implicit: boolean
  /** By preference, the usable first. */
  readonly hosts: readonly MailHost[]
  /** Id of the receiving provider, by its MX names (knowledge/providers), or of the hosted filter in front. */
  readonly provider?: string
  /** Who budgets are kept for: the provider's id, else the registrable domain of the first MX host. */
  readonly operator: string
  /** What was asked and answered, one line each, for people. */
  readonly evidence: readonly string[]
  /** Seconds for which it holds. */
  readonly ttl: number
}

/** MX hosts whose addresses are asked, the preferred ones first. Real domains have up to a dozen; an answer by TCP can hold thousands. */
const maxHosts = 20

/**
 * Finds the mail hosts of a domain (plain ASCII, IDNs as A-labels). The domain's own address stands in for an MX only where there
 * surely is none (RFC 5321 §5.1), never where the question failed. Never rejects for what DNS says: whatever could not be asked,
 * or lies, ends in `dns-failure`, and a definite no needs every answer it rests on to be definite.
 */
export const findMailRoute = async (
  resolver: Resolver,
  domain: string,
  options: {
    /** Accept addresses that are not public: for a caller who named them himself, and for tests. */
    readonly allowPrivate?: boolean
  } = {}
): Promise<MailRoute> => {
  const name = plainName(domain)
  const allowPrivate = options.allowPrivate ?? false
  const mx = await resolver.query(name, 'MX')
  const asked = `MX of ${name}: ${describeAnswer(mx)}`
  const nothing = (status: MailRoute['status'], more: readonly string[] = []): MailRoute => ({
    domain: name,
    status,
    implicit: false,
    hosts: [],
    ...operatorOf(name),
    evidence: [asked, ...more],
    ttl: mx.ttl
  })

  if (mx.status === 'failed') return nothing('dns-failure')
  if (mx.status === 'nxdomain') return nothing('nxdomain')
  if (mx.status === 'no-data') {
    // RFC 5321 §5.1: the name at the end of the CNAMEs is taken as if it were the one asked for.
    const host = await findMailHost(resolver, mx.aliases.at(-1) ?? name, 0, { allowPrivate, implicit: true })
    return conclude(name, [host], { implicit: true, unasked: 0, evidence: [asked], ttl: mx.ttl })
  }

  const exchanges = readExchanges(mx)
  if (exchanges.length === 1 && exchanges[0]?.name === '.' && exchanges[0].preference === 0) {
    return nothing('null-mx', [`${name} says that it takes no mail (null MX, RFC 7505)`])
  }
  const evidence = [asked]
  const named = exchanges.filter((exchange) => exchange.name !== '.')
  // RFC 7505 §3: a null MX beside others must not be. As a host, it can only be passed over.
  if (named.length < exchanges.length)
    evidence.push(`the null MX of ${name} is no host and is passed over (RFC 7505 wants it alone, with preference 0)`)
  const unasked = named.length - maxHosts
  if (unasked > 0) evidence.push(`only the first ${maxHosts} of ${named.length} MX hosts were asked for`)
  const hosts = await Promise.all(
    named
      .slice(0, maxHosts)
      .map((exchange) => findMailHost(resolver, exchange.name, exchange.preference, { allowPrivate, implicit: false }))
  )
  return conclude(name, hosts, { implicit: false, unasked, evidence, ttl: mx.ttl })
}

/** By preference; a host named twice counts once, at its best. Those of equal preference keep the order of the answer. */
const readExchanges = (mx: DnsAnswer): readonly { readonly name: string; readonly preference: number }[] => {
  const seen = new Set<string>()
  return mx.records
    .map((record) => {
      const space = record.indexOf(' ')
      return { preference: Number(record.slice(0, space)), name: record.slice(space + 1) }
    })
    .sort((one, other) => one.preference - other.preference)
    .filter(({ name }) => !seen.has(name) && seen.add(name))
}

const conclude = (
  domain: string,
  found: readonly FoundHost[],
  known: { readonly implicit: boolean; readonly unasked: number; readonly evidence: readonly string[]; readonly ttl: number }
): MailRoute => {
  const all = found.map(({ host }) => host)
  const usable = all.filter((host) => host.addresses.length > 0)
  const hosts = [...usable, ...all.filter((host) => host.addresses.length === 0)]
  const status = (): MailRoute['status'] => {
    if (usable.length > 0) return 'hosts'
    if (known.unasked > 0 || all.some((host) => host.problem === 'dns-failure')) return 'dns-failure'
    if (all.some((host) => host.problem === 'private')) return 'private'
    return known.implicit ? 'no-mail-host' : 'dangling'
  }
  return {
    domain,
    status: status(),
    implicit: known.implicit,
    hosts,
    ...operatorOf(hosts[0]?.name ?? domain),
    evidence: [...known.evidence, ...found.flatMap(({ evidence }) => evidence)],
    ttl: Math.min(known.ttl, ...found.map(({ ttl }) => ttl))
  }
}
