import { addresses } from '../knowledge/addresses.generated.ts'
import type { MailboxRule } from '../knowledge/knowledge.ts'
import { lazily } from '../message/lazily.ts'
import { mailNames } from './mail-names.ts'

export { isDisposable } from './disposable.ts'
export { homographOf } from './homograph.ts'
export { roleOf } from './roles.ts'

type Rules = {
  readonly byDomain: ReadonlyMap<string, MailboxRule>
  readonly byProvider: ReadonlyMap<string, MailboxRule>
  /** Domains of which a label before them is a mailbox. */
  readonly parents: ReadonlySet<string>
}

const rules = lazily((): Rules => {
  const byDomain = new Map<string, MailboxRule>()
  const byProvider = new Map<string, MailboxRule>()
  const parents = new Set<string>()
  for (const rule of addresses.mailboxes) {
    for (const domain of rule.domains) {
      const entry = domain.endsWith('.*') ? mailNames().byName.get(domain.slice(0, -2)) : undefined
      const domains = entry === undefined ? [domain] : entry.suffixes.map((suffix) => `${entry.name}.${suffix}`)
      for (const each of domains) if (!rule.not?.includes(each)) byDomain.set(each, rule)
      if (rule.subdomains) parents.add(domain)
    }
    for (const provider of rule.providers ?? []) byProvider.set(provider, rule)
  }
  return { byDomain, byProvider, parents }
})

/** RFC 5321 §4.1.2: quotes that are not needed say nothing: `"john"` is `john`. */
const withoutQuotes = (localPart: string): string =>
  /^"[^\s"\\(),:;<>@[\]]+"$/.test(localPart) && !/^"\.|\.\.|\."$/.test(localPart) ? localPart.slice(1, -1) : localPart

const without = (text: string, characters: string): string => {
  let out = ''
  for (const character of text) if (!characters.includes(character)) out += character
  return out
}

const normalized = (local: string, { tag, sharedTag, ignored, same }: MailboxRule): string => {
  let name = local
  const tagAt = tag === undefined ? -1 : name.indexOf(tag)
  if (tagAt > 0) name = name.slice(0, tagAt)
  const sharedAt = sharedTag === undefined ? -1 : name.indexOf(sharedTag)
  if (sharedAt > 0) name = name.slice(0, sharedAt + 1)
  if (ignored !== undefined) name = without(name, ignored)
  if (same !== undefined) name = [...name].map((character) => (same.includes(character) ? same[0] : character)).join('')
  // What is all dots is no name that the provider gives out: it stays what it was.
  return name === '' ? local : name
}

/**
 * The canonical mailbox: two addresses with the same canonical form reach the same person. For comparing, not for sending: where
 * dots do not count they are gone from it, and it may be no address at all.
 *
 * Letter case never counts: RFC 5321 §2.4 leaves it to the receiving host, and no large one tells capitals apart. Everything else counts,
 * unless the provider says that it does not (knowledge/addresses/mailboxes.toml): at an unknown domain a plus may be part of the name,
 * and joining two people would drop one of them from a list. `provider` is the id of the provider that the MX names, where it was
 * asked: a domain of somebody's own at Google Workspace follows that rule.
 */
export const canonicalMailbox = (localPart: string, asciiDomain: string, provider?: string): string => {
  const domain = asciiDomain.toLowerCase()
  const local = withoutQuotes(localPart).toLowerCase().normalize('NFC')
  const { byDomain, byProvider, parents } = rules()
  const rule = byDomain.get(domain)
  if (rule !== undefined) return `${normalized(local, rule)}@${rule.domain ?? domain}`
  const dot = domain.indexOf('.')
  const parent = domain.slice(dot + 1)
  if (dot > 0 && parents.has(parent)) return `${domain.slice(0, dot)}@${parent}`
  const hosted = provider === undefined ? undefined : byProvider.get(provider)
  return `${hosted === undefined ? local : normalized(local, hosted)}@${domain}`
}

const free = lazily(() => new Set(addresses.free))

/**
 * A domain at which anybody gets a mailbox without paying: webmail, so a private person's or a firm's without a domain of its own. Access
 * providers, which give mailboxes to their customers, and services that are paid for are none.
 */
export const isFreeProvider = (asciiDomain: string): boolean => free().has(asciiDomain.toLowerCase())
