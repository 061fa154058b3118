/**
 * Names reserved for special use: no mail goes there from outside.
 * Source: IANA, Special-Use Domain Names, https://www.iana.org/assignments/special-use-domain-names (as copied by encyclopedias; the
 * RFC of each name stands beside it). `.internal` is not in that registry: IANA chose it for private use in 2024,
 * https://www.icann.org/en/public-comment/proceeding/proposed-top-level-domain-string-for-private-use-24-01-2024
 * (memory: adopted by the ICANN Board in July 2024).
 */
const reserved: ReadonlyMap<string, string> = new Map([
  ['test', 'RFC 6761 §6.2'],
  ['localhost', 'RFC 6761 §6.3'],
  ['invalid', 'RFC 6761 §6.4'],
  ['example', 'RFC 6761 §6.5'],
  ['example.com', 'RFC 6761 §6.5'],
  ['example.net', 'RFC 6761 §6.5'],
  ['example.org', 'RFC 6761 §6.5'],
  ['local', 'RFC 6762 §3'],
  ['onion', 'RFC 7686'],
  ['alt', 'RFC 9476'],
  ['internal', 'IANA, 2024'],
  ['home.arpa', 'RFC 8375'],
  ['ipv4only.arpa', 'RFC 8880'],
  ['in-addr.arpa', 'RFC 6761 §6.1, RFC 6303'],
  ['ip6.arpa', 'RFC 6303'],
  ['6tisch.arpa', 'RFC 9031']
])

/** Top-level labels under which reserved names lie: most domains are told apart by this one look. */
const lastLabels: ReadonlySet<string> = new Set([...reserved.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)))

/**
 * Where a domain is reserved: the RFC, or undefined for an ordinary domain. Expects lower-case A-labels; names below a reserved
 * name are reserved with it.
 */
export const specialUseOf = (asciiDomain: string): string | undefined => {
  const last = asciiDomain.lastIndexOf('.')
  const top = last < 0 ? asciiDomain : asciiDomain.slice(last + 1)
  if (!lastLabels.has(top)) return undefined
  const second = last < 0 ? undefined : asciiDomain.slice(asciiDomain.lastIndexOf('.', last - 1) + 1)
  return reserved.get(top) ?? (second === undefined ? undefined : reserved.get(second))
}
