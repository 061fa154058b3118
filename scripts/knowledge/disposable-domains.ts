import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import { partsOf } from '../../packages/core/src/address/public-suffix.ts'

const domainName = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/

/**
 * The list of disposable domains of the development dependency (CC0) without what is none: real providers, forwarding
 * services, endings of the public suffix list, and what stands below another entry already.
 */
export const disposableDomains = (kept: ReadonlySet<string>): string[] => {
  const entries = new Set(disposableEmailBlocklist().map((name) => name.trim().toLowerCase()))
  return [...entries]
    .filter((name) => domainName.test(name) && !kept.has(name) && partsOf(name).suffix !== name)
    .filter((name) => {
      for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
        if (entries.has(name.slice(dot + 1)) && !kept.has(name.slice(dot + 1))) return false
      return true
    })
    .sort()
}

/** `com:a b c\nnet:d`: by the last label, so that it is not written thousands of times. */
export const packDomains = (domains: readonly string[]): string => {
  const byEnding = new Map<string, string[]>()
  for (const name of domains) {
    const dot = name.lastIndexOf('.')
    const ending = name.slice(dot + 1)
    byEnding.set(ending, [...(byEnding.get(ending) ?? []), name.slice(0, dot)])
  }
  return [...byEnding].map(([ending, names]) => `${ending}:${names.join(' ')}`).join('\\n')
}
