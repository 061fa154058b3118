import { isIP } from 'node:net'
import { type Blocklist, blocklists } from '@whybounce/core'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import { getDomain } from 'tldts'
import { askBlocklist, type BlocklistOutcome, type BlocklistResult } from '../../self-check/ask-blocklist.ts'
import { evidenceOf, isLow, valuesOf } from '../../self-check/own-listing.ts'
import { isAddress, reverseName } from '../../self-check/reverse-address.ts'
import { chooseLists, isFor, type ListContext } from './choose-lists.ts'
import { delistingRequest } from './delisting-request.ts'

/** `ip`: sends. `server`: takes mail, and may send. `domain`: sends or receives. `link`: stands in a message. */
export type Subject = { readonly subject: string; readonly role: 'ip' | 'server' | 'domain' | 'link' }

/** Domains of one message that are looked up: real ones have a handful, spam can have thousands, and lists bound the questions. */
export const maxDomains = 20

type Asked = { readonly list: Blocklist; readonly subject: Subject; readonly result: BlocklistResult }

/**
 * Asks the lists about each subject, side by side. One finding for each listing, one for all the lists that do not have it, one for
 * each way in which lists cannot be asked, over all subjects; one alone where no list answers at all.
 */
export const askLists = async (context: ListContext, subjects: readonly Subject[]): Promise<readonly Finding[]> => {
  const choice = chooseLists(context, blocklists)
  const wanted = (list: Blocklist, { subject, role }: Subject): boolean =>
    isFor(list, isIP(subject) === 0 ? 'domain' : 'ip', role === 'link')
  const asked = (
    await Promise.all(
      subjects.flatMap((subject) =>
        choice.lists
          .filter(({ list }) => wanted(list, subject))
          .map(async ({ list, key }) => ({
            list,
            subject,
            result: await askBlocklist(context.query, list, subject.subject, blocklists.errors, key)
          }))
      )
    )
  ).flatMap(({ result, ...rest }) => (result === undefined ? [] : [{ ...rest, result }]))
  const forbidden = choice.forbidden.filter((list) => subjects.some((subject) => wanted(list, subject)))
  return [
    ...choice.findings,
    ...(await listings(context, asked)),
    ...notListed(asked),
    ...unanswered(asked),
    ...(forbidden.length === 0
      ? []
      : [
          aboutLists(
            'blocklist.terms',
            forbidden,
            forbidden.map(({ name, terms }) => `${name}: ${terms}`),
            choice.publicResolver
          )
        ])
  ]
}

/** The domains that links of a message lead to, on the lists for domains. Hosts are reduced to what was registered; addresses are left out. */
export const askDomains = (context: ListContext, domains: readonly string[]): Promise<readonly Finding[]> =>
  askLists(
    context,
    registeredOf(domains)
      .slice(0, maxDomains)
      .map((subject) => ({ subject, role: 'link' }))
  )

/** What lists of domains have: registered domains, each once. */
export const registeredOf = (hosts: readonly string[]): readonly string[] => [
  ...new Set(hosts.map((host) => getDomain(host.toLowerCase())).filter((domain) => domain !== null))
]

const listed = (asked: readonly Asked[]): readonly Asked[] => asked.filter(({ result }) => result.outcome === 'listed')

const codeOf = ({ list, subject: { role }, result }: Asked): FindingCode => {
  if (list.use !== 'block') return result.good ? 'blocklist.reputation-good' : 'blocklist.reputation-bad'
  switch (role) {
    case 'ip':
      return isLow(list) ? 'blocklist.listed-low' : 'blocklist.listed'
    case 'server':
      return 'blocklist.server-listed'
    case 'domain':
      return isLow(list) ? 'blocklist.domain-listed-low' : 'blocklist.domain-listed'
    case 'link':
      return isLow(list) ? 'blocklist.link-listed-low' : 'blocklist.link-listed'
  }
}

const listings = (context: ListContext, asked: readonly Asked[]): Promise<readonly Finding[]> =>
  Promise.all(
    listed(asked).map(async (one) => {
      const { list, subject, result } = one
      const { subject: about } = subject
      const values = { ...valuesOf(list, result), subject: about }
      const letter = await letterOf(context, one)
      return finding(codeOf(one), evidenceOf(list, result), values, { about, ...(letter === undefined ? {} : { letter }) })
    })
  )

/** A request to be sent, where somebody can ask for the removal and the list has a place for it. */
const letterOf = async (context: ListContext, { list, subject, result }: Asked): Promise<string | undefined> => {
  if (list.use !== 'block' || list.requests === false || list.delisting === undefined || subject.role === 'link') return undefined
  const ptr = isAddress(subject.subject) ? await context.query(reverseName(subject.subject), 'PTR') : undefined
  const { from, target } = context.options
  const domain = from ?? (target.kind === 'domain' ? target.domain : undefined)
  const [name] = ptr?.records ?? []
  return delistingRequest({
    list: list.name,
    delisting: list.delisting,
    subject: subject.subject,
    ...(name === undefined ? {} : { reverseName: name }),
    ...(domain === undefined || domain === subject.subject ? {} : { domain }),
    seen: evidenceOf(list, result),
    time: context.now()
  })
}

const namesOf = (lists: readonly Blocklist[]): string => {
  const names = [...new Set(lists.map(({ name }) => name))]
  return names.length > 1 ? `${names.length} lists: ${names.join(', ')}` : names.join('')
}

/** Subjects named in one line; a message may have twenty domains. */
const maxNamed = 5

/** One finding for all subjects of a role that the same lists do not have. */
const notListed = (asked: readonly Asked[]): readonly Finding[] => {
  const clean = asked.filter(({ result }) => result.outcome === 'not-listed')
  const groups = new Map<string, Asked[]>()
  for (const subject of new Set(clean.map((one) => one.subject))) {
    const own = clean.filter((one) => one.subject === subject)
    const key = [subject.role, ...own.map(({ list }) => list.id)].join(' ')
    groups.set(key, [...(groups.get(key) ?? []), ...own])
  }
  return [...groups.values()].map((group) => {
    const evidence = group.map(({ list, result }) => `${list.name}: ${result.name}: no entry`)
    const names = [...new Set(group.map(({ subject }) => subject.subject))]
    const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : ''
    const about = names.slice(0, maxNamed).join(', ') + more
    return finding('blocklist.not-listed', evidence, { list: namesOf(group.map(({ list }) => list)) }, { about })
  })
}

/** Outcomes that say nothing about the subject, but something about the list or the way to it. */
const silences: readonly Exclude<BlocklistOutcome, 'listed' | 'not-listed'>[] = [
  'refused',
  'dead',
  'lists-everything',
  'odd-answer',
  'no-answer'
]

const unanswered = (asked: readonly Asked[]): readonly Finding[] => {
  const lists = new Set(asked.map(({ list }) => list))
  const all = (outcome: BlocklistOutcome): boolean => lists.size > 1 && asked.every(({ result }) => result.outcome === outcome)
  const lines = (given: readonly Asked[]): readonly string[] =>
    [...new Set(given.flatMap(({ list, result }) => evidenceOf(list, result)))].slice(0, 20)
  if (all('no-answer')) return [finding('blocklist.none-answers', lines(asked))]
  if (all('dead')) return [finding('blocklist.answers-stripped', lines(asked))]
  return silences.flatMap((outcome) => {
    const own = asked.filter(({ result }) => result.outcome === outcome)
    if (own.length === 0) return []
    return [aboutLists(`blocklist.${outcome}`, [...new Set(own.map(({ list }) => list))], lines(own))]
  })
}

const aboutLists = (code: FindingCode, lists: readonly Blocklist[], evidence: readonly string[], resolver = ''): Finding => {
  const pages = [...new Set(lists.flatMap(({ delisting }) => (delisting === undefined ? [] : [delisting])))]
  const [only] = lists
  return finding(code, evidence, {
    list: namesOf(lists),
    delisting: pages.length === 0 ? 'the site of the list' : pages.join(', '),
    terms: lists.length === 1 && only !== undefined ? only.terms : '',
    resolver
  })
}
