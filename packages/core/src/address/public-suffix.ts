import { parse } from 'tldts'

/** A domain name taken apart by the public suffix list (its ICANN part). */
export type DomainParts = {
  /** Labels before the registrable domain, with dots; empty where there are none. */
  readonly below: string
  /** The label that was registered; empty where the name is itself a public suffix. */
  readonly name: string
  readonly suffix: string
  /** The ending exists. The list is of the day of the dependency: an ending that is newer does not count as existing. */
  readonly real: boolean
}

export const partsOf = (domain: string): DomainParts => {
  const found = parse(domain, { extractHostname: false, validateHostname: false, detectIp: false })
  return {
    below: found.subdomain ?? '',
    name: found.domainWithoutSuffix ?? '',
    suffix: found.publicSuffix ?? '',
    real: found.isIcann === true
  }
}
