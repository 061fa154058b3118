import { toUnicode } from 'tr46'
import { addresses } from '../knowledge/addresses.generated.ts'
import { lazily } from '../message/lazily.ts'
import { lookOf, toLatinTwins } from './confusables.ts'
import { mailNames } from './mail-names.ts'
import { partsOf } from './public-suffix.ts'

/** RFC 1035 §2.3.4. */
const maxDomainLength = 255

/** `i` for `l` makes another word of a short name: `mail`, `mall`. */
const shortestWithBars = 5

const barsAlike = (look: string): string => look.replaceAll('i', 'l')

/** The look of each well-known domain to the domain; a look that two of them share tells nothing. */
const byLook = lazily(() => {
  const looks = new Map<string, string | undefined>()
  const add = (look: string, domain: string): void => {
    looks.set(look, looks.has(look) && looks.get(look) !== domain ? undefined : domain)
  }
  const { entries, domains } = mailNames()
  const coined = entries.filter(({ coined, weight }) => coined || weight === 'giant')
  const wellKnown = [...addresses.wellKnown, ...coined.flatMap(({ name, suffixes }) => suffixes.map((suffix) => `${name}.${suffix}`))]
  for (const domain of new Set(wellKnown)) {
    if (!domains.has(domain) && !addresses.wellKnown.includes(domain)) continue
    const look = lookOf(domain)
    add(look, domain)
    if (partsOf(domain).name.length >= shortestWithBars && barsAlike(look) !== look) add(barsAlike(look), domain)
  }
  return looks
})

/**
 * The well-known domain (of a mail provider or of a firm that is often imitated) that this one looks like without being it: letters of
 * other scripts (UTS #39: `pаypal.com` with a Cyrillic а) or within Latin (`rnicrosoft.com`, `paypa1.com`, `gmaii.com`). Takes Unicode or
 * A-labels; a name under such a domain counts as the domain. Undefined where it looks like none that we know.
 */
export const homographOf = (domain: string): string | undefined => {
  if (domain.length === 0 || domain.length > maxDomainLength) return undefined
  const typed = domain.toLowerCase()
  const text = typed.includes('xn--') ? toUnicode(typed).domain : typed
  const latin = toLatinTwins(text)
  const { below, name, suffix } = partsOf(latin)
  if (name === '') return undefined
  const registered = `${name}.${suffix}`
  const own = below === '' ? text : text.split('.').slice(-registered.split('.').length).join('.')
  if (mailNames().known.has(own)) return undefined
  const look = lookOf(registered)
  const found = byLook().get(look) ?? (name.length >= shortestWithBars ? byLook().get(barsAlike(look)) : undefined)
  return found === own ? undefined : found
}
