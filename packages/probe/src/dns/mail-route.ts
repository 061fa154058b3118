import type { Resolver } from './resolver.ts'

export type MailHost = {
  readonly name: string
  /** MX preference; 0 for an implicit MX. */
  readonly preference: number
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
  /** Id of the receiving provider, by its MX names (knowledge/providers). */
  readonly provider?: string
  /** Who budgets are kept for: the provider's id, else the registrable domain of the first MX host. */
  readonly operator: string
  /** What was asked and answered, one line each, for people. */
  readonly evidence: readonly string[]
  /** Seconds for which it holds. */
  readonly ttl: number
}

export const findMailRoute = async (
  _resolver: Resolver,
  domain: string,
  _options: { allowPrivate?: boolean } = {}
): Promise<MailRoute> => ({
  domain,
  status: 'dns-failure',
  implicit: false,
  hosts: [],
  operator: domain,
  evidence: [],
  ttl: 0
})
