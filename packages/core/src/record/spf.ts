import { checkDomainSpec, readMacros } from './spf-domain.ts'
import { type Network, parseIp } from './spf-network.ts'

/**
 * One SPF record, read exactly by the grammar of RFC 7208 §12. A record with an error is a permanent error for every check that looks
 * at it (§4.6); what could be read of it is given all the same. Never throws, and takes time that grows with the length alone.
 */

/** What makes a check end with a permanent error. */
export const spfErrors = [
  'unknown-mechanism',
  'bad-ip',
  'bad-prefix',
  'bad-domain',
  'address-as-name',
  'bad-macro',
  'missing-value',
  'unexpected-value',
  'bad-character',
  'bad-modifier',
  'duplicate-modifier'
] as const
export type SpfError = (typeof spfErrors)[number]

export const spfMechanisms = ['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists'] as const
export type SpfMechanism = (typeof spfMechanisms)[number]
export type SpfQualifier = '+' | '-' | '~' | '?'

export type SpfTerm = {
  /** As it is written, and where: characters from the start of the record. */
  readonly text: string
  readonly at: number
  readonly error?: SpfError
} & (
  | {
      readonly kind: 'mechanism'
      readonly name: SpfMechanism
      readonly qualifier: SpfQualifier
      /** The domain-spec, macros unexpanded; absent where the domain itself is meant. */
      readonly domain?: string
      /** Letters of its macros: `i`, `dv`. */
      readonly macros: string
      readonly network?: Network
      /** Bits that count, of the addresses of `a` and `mx`. */
      readonly prefix4: number
      readonly prefix6: number
    }
  | { readonly kind: 'modifier'; readonly name: string; readonly value: string; readonly macros: string }
  | { readonly kind: 'unknown'; readonly name: string }
)

export type SpfRecord = {
  readonly text: string
  readonly terms: readonly SpfTerm[]
  /** Some term has an error. */
  readonly broken: boolean
}

/** RFC 7208 §4.5: `v=spf1`, then a space or the end, in any letter case. */
export const isSpf = (record: string): boolean => /^v=spf1(?: |$)/i.test(record)

/** Whether a record lets nobody send: nothing but `-all`, as domains without mail publish it. */
export const allowsNobody = (record: string): boolean => /^v=spf1 +-all *$/i.test(record)

/** Reads a record of which `isSpf` holds; of another text, everything after its first word. */
export const parseSpf = (text: string): SpfRecord => {
  const start = text.indexOf(' ')
  const seen = new Set<string>()
  const terms: SpfTerm[] = []
  for (const match of start < 0 ? [] : text.slice(start).matchAll(/[^ ]+/g)) {
    const term = parseSpfTerm(match[0], start + match.index)
    const once = term.kind === 'modifier' && (term.name === 'redirect' || term.name === 'exp')
    terms.push(once && seen.has(term.name) ? { ...term, error: term.error ?? 'duplicate-modifier' } : term)
    if (once) seen.add(term.name)
  }
  return { text, terms, broken: terms.some(({ error }) => error !== undefined) }
}

/** One term, without the spaces around it. */
export const parseSpfTerm = (text: string, at = 0): SpfTerm => {
  const base = { text, at }
  if (/[^\x21-\x7e]/.test(text)) return { ...base, kind: 'unknown', name: text, error: 'bad-character' }
  const equals = /^([^:/=%]*)=/.exec(text)
  if (equals !== null) return parseModifier(base, equals[1] ?? '')
  const [, sign = '', written = '', rest = ''] = /^([+?~-]?)([^:/]*)(.*)$/.exec(text) ?? []
  const name = spfMechanisms.find((known) => known === written.toLowerCase())
  if (name === undefined) return { ...base, kind: 'unknown', name: written.toLowerCase(), error: 'unknown-mechanism' }
  const qualifier = (sign === '' ? '+' : sign) as SpfQualifier
  const term = { ...base, kind: 'mechanism' as const, name, qualifier, macros: '', prefix4: 32, prefix6: 128 }
  switch (name) {
    case 'all':
      return rest === '' ? term : { ...term, error: 'unexpected-value' }
    case 'ip4':
    case 'ip6':
      return { ...term, ...readNetwork(name === 'ip4' ? 4 : 6, rest) }
    case 'a':
    case 'mx':
      return { ...term, ...readHosts(rest) }
    default:
      return { ...term, ...(rest === '' && name === 'ptr' ? {} : readDomain(rest)) }
  }
}

const parseModifier = (base: { readonly text: string; readonly at: number }, written: string): SpfTerm => {
  const name = written.toLowerCase()
  const value = base.text.slice(written.length + 1)
  const known = name === 'redirect' || name === 'exp'
  const { problem, letters } = readMacros(value, !known)
  const term = { ...base, kind: 'modifier' as const, name, value, macros: letters }
  // RFC 7208 §12: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ).
  if (!/^[a-z][a-z0-9_.-]*$/.test(name)) return { ...term, error: 'bad-modifier' }
  if (!known) return problem === undefined ? term : { ...term, error: problem }
  if (value === '') return { ...term, error: 'missing-value' }
  const wrong = domainError(value)
  return wrong === undefined ? term : { ...term, error: wrong }
}

type Read = {
  readonly error?: SpfError
  readonly domain?: string
  readonly macros?: string
  readonly network?: Network
  readonly prefix4?: number
  readonly prefix6?: number
}

const domainError = (domain: string): SpfError | undefined => {
  const wrong = checkDomainSpec(domain)
  return wrong === 'bad-domain' && parseIp(domain.replace(/^\[|\]$/g, '')) !== undefined ? 'address-as-name' : wrong
}

const readDomain = (rest: string): Read => {
  if (rest === '' || rest === ':') return { error: 'missing-value' }
  if (!rest.startsWith(':')) return { error: 'unexpected-value' }
  const domain = rest.slice(1)
  const wrong = domainError(domain)
  return wrong === undefined ? { domain, macros: readMacros(domain).letters } : { error: wrong, domain }
}

/** RFC 7208 §12: 0, or no leading zero, up to the bits of the family. */
const readPrefix = (digits: string, bits: number): number | undefined =>
  /^(?:0|[1-9]\d{0,2})$/.test(digits) && Number(digits) <= bits ? Number(digits) : undefined

/** `a` and `mx`: a domain perhaps, then prefix lengths perhaps: `:example.com/24//64`. */
const readHosts = (rest: string): Read => {
  const [ending = '', four, six] = /(?:\/(\d+))?(?:\/\/(\d+))?$/.exec(rest) ?? []
  const head = rest.slice(0, rest.length - ending.length)
  const prefix4 = four === undefined ? 32 : readPrefix(four, 32)
  const prefix6 = six === undefined ? 128 : readPrefix(six, 128)
  const named = head === '' ? {} : readDomain(head)
  if (named.error !== undefined) return head.startsWith('/') ? { error: 'bad-prefix' } : named
  return prefix4 === undefined || prefix6 === undefined ? { ...named, error: 'bad-prefix' } : { ...named, prefix4, prefix6 }
}

const readNetwork = (family: 4 | 6, rest: string): Read => {
  if (rest === '' || rest === ':') return { error: 'missing-value' }
  const slash = rest.indexOf('/')
  const ip = rest.startsWith(':') ? parseIp(rest.slice(1, slash < 0 ? undefined : slash)) : undefined
  if (ip?.family !== family) return { error: 'bad-ip' }
  const prefix = slash < 0 ? (family === 4 ? 32 : 128) : readPrefix(rest.slice(slash + 1), family === 4 ? 32 : 128)
  return prefix === undefined ? { error: 'bad-prefix' } : { network: { ...ip, prefix } }
}
