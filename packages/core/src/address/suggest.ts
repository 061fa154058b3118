import { toUnicode } from 'tr46'
import { toLatinTwins } from './confusables.ts'
import { mailNames } from './mail-names.ts'
import { nearestName } from './nearest-name.ts'
import { partsOf } from './public-suffix.ts'
import { isReservedEnding, repairEnding } from './suffix.ts'

export type Suggestion = {
  readonly address: string
  readonly domain: string
  /** The class of the mistake. */
  readonly kind: 'edit' | 'keyboard' | 'confusable' | 'tld' | 'repeated' | 'missing-dot' | 'swapped'
  /** `certain`: the domain as written cannot be meant; `likely`; `weak`: worth asking the person. */
  readonly confidence: 'certain' | 'likely' | 'weak'
}

type Found = Omit<Suggestion, 'address'>

/** RFC 1035 §2.3.4: a domain name has at most 255 octets; longer is no mistyped name, and is not looked at. */
const maxDomainLength = 255

const isAscii = (text: string): boolean => /^[a-z0-9.-]*$/.test(text)

/** A name without a dot: `gmail`, `yahoocom`. Not `gmai`: a piece of a name is anything. */
const missingDot = (domain: string): Found | undefined => {
  const { withoutDots, byName } = mailNames()
  const whole = withoutDots.get(domain)
  if (whole !== undefined) return { domain: whole, kind: 'missing-dot', confidence: 'certain' }
  const entry = byName.get(domain)
  if (entry !== undefined && entry.name.length >= 4 && (entry.weight === 'giant' || entry.coined))
    return { domain: `${entry.name}.${entry.suffixes[0]}`, kind: 'missing-dot', confidence: 'certain' }
  for (const ending of ['com', 'net', 'co']) {
    if (!domain.endsWith(ending)) continue
    const found = nearestName(domain.slice(0, -ending.length), ending, true)
    if (found !== undefined && found.cost <= 0.6) return { domain: found.domain, kind: 'missing-dot', confidence: 'certain' }
  }
  return undefined
}

/** `hotmail.com.com`, `gmail.com.br`, `gmail.com.com1`: a whole provider's domain with one more ending behind it. */
const doubledEnding = (domain: string): Found | undefined => {
  const { domains, byName } = mailNames()
  const dot = domain.lastIndexOf('.')
  const front = domain.slice(0, dot)
  if (!domains.has(front)) return undefined
  const back = domain.slice(dot + 1)
  const { name, suffix } = partsOf(front)
  const entry = byName.get(name)
  if (entry === undefined || (entry.weight !== 'giant' && !entry.coined)) return undefined
  const again = suffix === back || suffix.endsWith(`.${back}`)
  const real = partsOf(domain).real
  // Under an ending that exists the name may be somebody's: only where the provider has no other endings is it none.
  if (real && !again && !entry.closed) return undefined
  return { domain: front, kind: again ? 'repeated' : 'tld', confidence: real ? 'likely' : 'certain' }
}

/** Of a name in lower-case ASCII without foreign characters. */
const suggestFor = (domain: string): Found | undefined => {
  const { known, domains, withoutDots, byName } = mailNames()
  if (known.has(domain)) return undefined
  if (!domain.includes('.')) return missingDot(domain)
  if (domain.startsWith('www.') && domains.has(domain.slice(4))) return { domain: domain.slice(4), kind: 'edit', confidence: 'likely' }
  const twice = doubledEnding(domain)
  if (twice !== undefined) return twice

  // `con.br` is no ending, but a name under `br` to the public suffix list.
  const meant = domain.replace(/\.(?:con|cim|vom|xom)\.(?=[a-z]{2}$)/, '.com.')
  if (meant !== domain && domains.has(meant)) return { domain: meant, kind: 'tld', confidence: 'certain' }

  const parts = partsOf(domain)
  const moved = withoutDots.get(domain.replaceAll('.', ''))
  if (moved !== undefined) {
    const entry = byName.get(partsOf(moved).name)
    if (!parts.real || entry?.weight === 'giant' || entry?.coined)
      return { domain: moved, kind: 'missing-dot', confidence: parts.real ? 'likely' : 'certain' }
  }
  if (parts.real && (parts.below !== '' || parts.name === '')) return undefined
  if (known.has(`${parts.name}.${parts.suffix}`)) return undefined
  if (isReservedEnding(parts.suffix)) return undefined

  // An ending that does not exist has one label; a person may have meant one of two (`yahoo.co.ukk`).
  const dot = domain.indexOf('.')
  const name = parts.real ? parts.name : domain.slice(0, dot)
  const suffix = parts.real ? parts.suffix : domain.slice(dot + 1)
  if (name === '' || suffix.split('.').length > 2) return undefined
  // `gmx.ed` is `gmx.de` with its letters swapped, though `gmx.es` is as near by distance.
  const swapped = suffix.length === 2 && !parts.real ? `${name}.${suffix.charAt(1)}${suffix.charAt(0)}` : ''
  if (swapped !== '' && known.has(swapped)) return { domain: swapped, kind: 'swapped', confidence: 'likely' }
  const near = nearestName(name, suffix, parts.real)
  if (near !== undefined) return { domain: near.domain, kind: near.kind, confidence: near.confidence }
  if (parts.real || name.length < 2) return undefined

  // Of more labels nobody knows which one was mistyped: it may be a name of a private network.
  if (suffix.includes('.')) return undefined
  const ending = repairEnding(suffix)
  if (ending === undefined) return undefined
  return { domain: `${name}.${ending.suffix}`, kind: ending.missingDot ? 'missing-dot' : 'tld', confidence: 'certain' }
}

/** Takes off what cannot begin or end a name, and puts a dot where a comma was typed. */
const withoutJunk = (domain: string): string => {
  const dots = domain.replace(/[,;\s]+/g, (gap) => (/[,;]/.test(gap) ? '.' : '')).replace(/\.{2,}/g, '.')
  const isEdge = (character: string | undefined): boolean => character !== undefined && !/[\p{L}\p{N}]/u.test(character)
  let start = 0
  let end = dots.length
  while (start < end && isEdge(dots[start])) start++
  while (end > start && isEdge(dots[end - 1])) end--
  return dots.slice(start, end)
}

/** What was meant by a domain that has characters which none can have, or letters of other scripts. */
const suggestForForeign = (domain: string): Found | undefined => {
  const { domains } = mailNames()
  const clean = withoutJunk(domain)
  if (clean === '') return undefined
  if (isAscii(clean)) {
    if (domains.has(clean)) return { domain: clean, kind: 'edit', confidence: 'certain' }
    const found = suggestFor(clean)
    if (found !== undefined) return { ...found, confidence: 'certain' }
    const { real, name } = partsOf(clean)
    return real && name !== '' && clean !== domain ? { domain: clean, kind: 'edit', confidence: 'certain' } : undefined
  }
  const latin = toLatinTwins(clean)
  if (!isAscii(latin)) return undefined
  if (domains.has(latin)) return { domain: latin, kind: 'confusable', confidence: 'certain' }
  // Names in other scripts are names: only the slip of an ending is told of a provider's exact name.
  const found = suggestFor(latin)
  return found !== undefined && partsOf(found.domain).name === partsOf(latin).name && domains.has(found.domain)
    ? { ...found, confidence: 'certain' }
    : undefined
}

/**
 * What the person probably meant, where the domain looks like a typing error; undefined where it does not, which is no proof that the
 * domain exists. Domains of mail providers are the targets, each weighed by how much mail it carries; an ending that does not exist
 * is mended at any domain. A domain that is known to exist is never corrected.
 *
 * The domain is taken as typed, in any case and with any characters, in Unicode or A-labels. It never throws, and takes microseconds.
 * Who can ask DNS should do so for both names before believing a `likely` or `weak` one.
 *
 * Where the line is: a coined name of a provider (`hotmail`) under an ending of which the provider has none and which is one slip from
 * one that it has (`.co`) is a slip; the same ending under an unknown name is a company in Colombia.
 */
export const suggestDomain = (localPart: string, domain: string): Suggestion | undefined => {
  if (domain.length === 0 || domain.length > maxDomainLength) return undefined
  const typed = domain.trim().toLowerCase()
  if (typed.startsWith('[') || typed === '') return undefined
  const unicode = typed.includes('xn--') ? toUnicode(typed).domain : typed
  const plain = isAscii(unicode) && !typed.startsWith('.') && !typed.endsWith('.') && !typed.includes('..')
  const found = plain ? suggestFor(unicode) : suggestForForeign(unicode)
  if (found === undefined || found.domain === typed) return undefined
  return { address: `${localPart.trim()}@${found.domain}`, ...found }
}
