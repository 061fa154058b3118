import { lazily } from '../message/lazily.ts'
import { disposable } from './disposable.generated.ts'

const domains = lazily(() => {
  const all = new Set<string>()
  for (const line of disposable.split('\n')) {
    const colon = line.indexOf(':')
    const ending = line.slice(0, colon)
    for (const name of line.slice(colon + 1).split(' ')) all.add(`${name}.${ending}`)
  }
  return all
})

/** RFC 1035 §2.3.4. */
const maxDomainLength = 255

/**
 * The domain, or one that it stands under, gives out mailboxes that vanish after minutes or days. Forwarding services (SimpleLogin,
 * DuckDuckGo, Firefox Relay) are none: a person reads there. Source: disposable-email-domains-js (CC0), less
 * knowledge/addresses/not-disposable.toml and every provider of knowledge/. A domain not listed may be disposable all the same.
 */
export const isDisposable = (asciiDomain: string): boolean => {
  if (asciiDomain.length > maxDomainLength) return false
  const domain = asciiDomain.toLowerCase()
  const all = domains()
  if (all.has(domain)) return true
  for (let dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) if (all.has(domain.slice(dot + 1))) return true
  return false
}
