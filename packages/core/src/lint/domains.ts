import { partsOf } from '../address/public-suffix.ts'

/** The domain that somebody registered: what DMARC calls the organisational domain (RFC 7489 §3.2), as far as the public suffix list tells. */
export const registeredDomain = (host: string): string => {
  const domain = host.toLowerCase().replace(/\.$/, '')
  const { name, suffix } = partsOf(domain)
  return name === '' ? domain : `${name}.${suffix}`
}

/** Relaxed alignment (RFC 7489 §3.1.1). */
export const areAligned = (one: string, other: string): boolean => registeredDomain(one) === registeredDomain(other)
