import { toASCII, toUnicode } from 'tr46'
import type { AddressCode } from './address-codes.ts'
import { findHidden } from './hidden-characters.ts'
import { specialUseOf } from './special-use.ts'

/** RFC 1035 §2.3.4: octets of a label; of a whole name as it is written (255 with the length octets and the root). */
export const maxLabelOctets = 63
export const maxDomainOctets = 253

export type DomainCheck = {
  readonly level: 'practical' | 'rfc5321' | 'rfc5322' | 'invalid'
  readonly code?: AddressCode
  /** Where in the given domain the code applies. */
  readonly offset?: number
  /** Unicode form, lower case. Absent where SMTP cannot carry the domain. */
  readonly domain?: string
  /** A-labels, lower case. */
  readonly asciiDomain?: string
}

/**
 * UTS 46, non-transitional, with all its checks: https://www.unicode.org/reports/tr46/ Names of plain ASCII do not go through it,
 * since CheckHyphens refuses `r3---sn.…`, which RFC 5321 and DNS know as an ordinary host.
 */
const strict = { checkHyphens: true, checkBidi: true, checkJoiners: true, useSTD3ASCIIRules: true, transitionalProcessing: false } as const

/**
 * Punycode writes at least one octet for a character, and UTS 46 leaves no fewer characters than NFKC where nothing invisible is in
 * the label: one with more than this is too long in any case. Told before UTS 46 is asked, whose check of joiners took 55 ms for a
 * label of a thousand.
 */
const isOverlong = (label: string): boolean => label.length > maxLabelOctets && Array.from(label.normalize('NFKC')).length > maxLabelOctets

/** What IDNA takes for a dot (RFC 3490 §3.1; UTS 46 maps them). */
const dots = /[.\u3002\uff0e\uff61]/

/**
 * Characters of U-labels: the letters, marks and digits of RFC 5892 §2.1, and its exceptions of context (§2.6, appendix A): middle
 * dot, Greek keraia, geresh, gershayim, katakana middle dot, joiners. UTS 46 lets symbols through (`☃`, emoji) that IDNA2008 does not.
 */
const notOfIdna2008 = /[^\p{L}\p{Mn}\p{Mc}\p{Nd}\p{Join_Control}\u00b7\u0375\u05f3\u05f4\u30fb.-]/u

const isPlainHost = (domain: string): boolean => /^[\0-\x7f]*$/.test(domain) && !/(?:^|\.)xn--/i.test(domain)

/** The first label that is so, and where. */
const findLabel = (domain: string, is: (label: string) => boolean): { readonly label: string; readonly offset: number } | undefined => {
  let offset = 0
  for (const label of domain.split(dots)) {
    if (is(label)) return { label, offset }
    offset += label.length + 1
  }
  return undefined
}

/** A name that DNS can be asked for: whether mail goes there from outside. */
const gradeHost = (given: string, domain: string, asciiDomain: string): DomainCheck => {
  const tooLong = asciiDomain.split('.').findIndex((label) => label.length > maxLabelOctets)
  if (tooLong >= 0) {
    const labels = given.split(dots)
    return { level: 'rfc5322', code: 'label-too-long', offset: labels.slice(0, tooLong).join('.').length + (tooLong > 0 ? 1 : 0) }
  }
  if (asciiDomain.length > maxDomainOctets) return { level: 'rfc5322', code: 'domain-too-long', offset: 0 }
  const held = (code: AddressCode, offset = 0): DomainCheck => ({ level: 'rfc5321', code, offset, domain, asciiDomain })
  if (specialUseOf(asciiDomain) !== undefined) return held('special-use-domain')
  const dot = asciiDomain.lastIndexOf('.')
  // RFC 3696 §2: no top-level domain is all numeric, so that names are told from IP addresses.
  if (/^\d+$/.test(asciiDomain.slice(dot + 1))) return held('numeric-tld', Math.max(0, given.search(/[^.]*$/)))
  if (dot < 0) return held('dotless-domain')
  const symbol = domain.search(notOfIdna2008)
  if (symbol < 0) return { level: 'practical', domain, asciiDomain }
  return held('symbol-in-domain', Math.max(0, given.search(notOfIdna2008)))
}

const checkPlain = (given: string): DomainCheck => {
  const other = given.search(/[^a-z\d.-]/i)
  if (other >= 0) return { level: 'rfc5322', code: 'domain-not-host-name', offset: other }
  const edge = given.search(/(?<![^.])-|-(?![^.])/)
  if (edge >= 0) return { level: 'invalid', code: 'hyphen-at-edge', offset: edge }
  const domain = given.toLowerCase()
  return gradeHost(given, domain, domain)
}

const checkInternational = (given: string): DomainCheck => {
  const hidden = findHidden(given, false)
  if (hidden !== undefined) return { level: 'invalid', ...hidden }
  const overlong = findLabel(given, isOverlong)
  if (overlong !== undefined) return { level: 'rfc5322', code: 'label-too-long', offset: overlong.offset }
  const asciiDomain = toASCII(given, strict)
  if (asciiDomain === null) {
    const { label, offset } = findLabel(given, (one) => toASCII(one, strict) === null) ?? { label: given, offset: 0 }
    const joiner = label.search(/[\u200c\u200d]/)
    if (joiner >= 0) return { level: 'invalid', code: 'invisible-character', offset: offset + joiner }
    return { level: 'invalid', code: /^xn--/i.test(label) ? 'a-label' : 'idn-label', offset }
  }
  const labels = asciiDomain.split('.')
  const empty = labels.indexOf('')
  if (empty >= 0)
    return { level: 'invalid', code: empty === 0 ? 'leading-dot' : empty === labels.length - 1 ? 'trailing-dot' : 'doubled-dot', offset: 0 }
  // RFC 5890 §2.3.2.1: a valid A-label is what its U-label encodes to; another spelling of the same name is none.
  const odd = findLabel(given, (label) => /^xn--/i.test(label) && !labels.includes(label.toLowerCase()))
  if (odd !== undefined) return { level: 'invalid', code: 'a-label', offset: odd.offset }
  const { domain } = toUnicode(asciiDomain, strict)
  const top = domain.slice(domain.lastIndexOf('.') + 1)
  // The root holds letters alone: what hangs on a known name is a symbol that was typed behind it.
  if (notOfIdna2008.test(top)) return { level: 'invalid', code: 'domain-character', offset: Math.max(0, given.search(notOfIdna2008)) }
  return gradeHost(given, domain, asciiDomain)
}

/**
 * International domains that were checked lately: UTS 46 takes 13 µs for each, fifty times as long as all else of an address, and a list has its
 * domains many times. One in a hundred addresses took a quarter of the time of a list (1.7 million addresses a second; 2.1 with this).
 */
const lately = new Map<string, DomainCheck>()
const mostKept = 1_000

const checkKept = (given: string): DomainCheck => {
  const known = lately.get(given)
  if (known !== undefined) return known
  const check = checkInternational(given)
  if (given.length > maxKeptLength) return check
  if (lately.size >= mostKept) lately.clear()
  lately.set(given, check)
  return check
}

/** Octets that a domain can have at most (RFC 1035 §2.3.4): what is longer is no name that comes again. */
const maxKeptLength = 255

/**
 * How far a domain is fit for mail: RFC 5321 §4.1.2 Domain, with RFC 6531 §3.3 U-labels. Expects labels without comments, none of
 * them empty between ASCII dots.
 */
export const checkDomain = (given: string): DomainCheck => (isPlainHost(given) ? checkPlain(given) : checkKept(given))
