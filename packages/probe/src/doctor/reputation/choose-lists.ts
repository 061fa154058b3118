import type { Blocklist, BlocklistKind, Blocklists } from '@whybounce/core'
import { type Finding, finding } from '@whybounce/core/finding'
import { publicResolverOf } from '../../dns/public-resolver.ts'
import { isListKey } from '../../self-check/ask-blocklist.ts'
import type { Context } from '../check.ts'

/** What asking lists needs of a run. */
export type ListContext = Pick<Context, 'query' | 'resolver' | 'options' | 'now'>

type ChosenList = { readonly list: Blocklist; readonly key?: string }

export type Choice = {
  readonly lists: readonly ChosenList[]
  /** Left out, because their terms forbid questions through the public resolver in use. */
  readonly forbidden: readonly Blocklist[]
  /** Name of that resolver. */
  readonly publicResolver?: string
  /** What was wrong with the lists that were named. */
  readonly findings: readonly Finding[]
}

/**
 * The lists to ask: those that are asked by default, and those that were named, with their keys. Lists that are gone are never asked,
 * whoever names them, nor are unknown ones: what their answers mean is not known. The operators' terms are kept.
 */
export const chooseLists = ({ options, resolver }: ListContext, { lists, dead }: Blocklists): Choice => {
  const named = (options.blocklists ?? []).map((one) => readNamed(one, lists, dead))
  const chosen = new Map<string, ChosenList>(lists.filter((list) => list.default).map((list) => [list.id, { list }]))
  for (const one of named) if ('list' in one) chosen.set(one.list.id, one)
  const publicResolver = options.ownResolver ? undefined : publicResolverOf(resolver.servers ?? [])
  const all = [...chosen.values()]
  const allowed = all.filter(({ list }) => publicResolver === undefined || list.publicResolvers)
  return {
    lists: allowed,
    forbidden: all.filter((one) => !allowed.includes(one)).map(({ list }) => list),
    ...(publicResolver === undefined ? {} : { publicResolver }),
    findings: named.flatMap((one) => ('list' in one ? [] : [one]))
  }
}

const covers = (zone: string, asked: string): boolean => (zone.startsWith('*.') ? `.${asked}`.endsWith(zone.slice(1)) : zone === asked)

const readNamed = (
  { id, key }: { readonly id: string; readonly key?: string },
  lists: Blocklists['lists'],
  dead: Blocklists['dead']
): ChosenList | Finding => {
  const name = id.toLowerCase()
  const list = lists.find((one) => one.id === name || one.zone === name)
  if (list === undefined) {
    const gone = dead.find(({ zones }) => zones.some((zone) => covers(zone, name)))
    if (gone !== undefined)
      return finding('blocklist.gone', [`${name}: ${gone.why}${gone.since === undefined ? '' : ` (${gone.since})`}`], { why: gone.why })
    const known = lists.map((one) => one.id).join(', ')
    return finding('blocklist.not-known', [name], { known })
  }
  if (list.zone === undefined || list.tests.length === 0) return finding('blocklist.not-asked', [`${list.name}: ${list.terms}`])
  if (list.status !== 'key') return { list }
  if (key === undefined)
    return finding('blocklist.key-missing', [`${list.name}: no key was given`], { list: list.name, id: list.id, terms: list.terms })
  // The key itself is a secret.
  if (!isListKey(key))
    return finding('blocklist.key-missing', [`${list.name}: the given key is none`], { list: list.name, id: list.id, terms: list.terms })
  return { list, key }
}

/** Whether a list is for such subjects: of the kind, and not one that its operator keeps for links in messages. */
export const isFor = (list: Blocklist, kind: BlocklistKind, inMessage: boolean): boolean =>
  list.kind.includes(kind) && (inMessage || list.messagesOnly !== true)
