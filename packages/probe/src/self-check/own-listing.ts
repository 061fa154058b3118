import type { Blocklist, Blocklists } from '@whybounce/core'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import type { Resolver } from '../dns/resolver.ts'
import { askBlocklist, type BlocklistResult } from './ask-blocklist.ts'

/** Lists by which hardly anybody refuses, or about which nobody can do anything, warn; they are no reason not to probe. */
export const isLow = ({ weight }: Blocklist): boolean => weight === 'minor' || weight === 'low' || weight === 'informational'

const codeOf = (list: Blocklist, { outcome }: BlocklistResult): FindingCode =>
  outcome === 'listed' && isLow(list) ? 'blocklist.listed-low' : `blocklist.${outcome}`

/** What was asked of a list and answered, and what the list itself says. */
export const evidenceOf = (list: Blocklist, result: BlocklistResult): readonly string[] => {
  const { name, answers, means, failure, text } = result
  const said = answers.length > 0 ? answers.slice(0, 5).join(', ') : (failure ?? 'no entry')
  return [
    `${list.name}: ${name}: ${said}${means.length > 0 ? ` (${means.join('; ')})` : ''}`,
    ...(text === undefined ? [] : [`${list.name} says: ${text}`])
  ]
}

/** The values of a listing's words. */
export const valuesOf = (list: Blocklist, { first }: BlocklistResult): Readonly<Record<string, string>> => ({
  list: list.name,
  delisting: list.delisting ?? 'the site of the list',
  how: list.delistingHow ?? '',
  first: first.join(' '),
  terms: list.terms
})

/** Our own address on each blocklist that is asked by default; one finding a list. */
export const checkOwnListing = async (query: Resolver['query'], ip: string, { lists, errors }: Blocklists): Promise<readonly Finding[]> => {
  const asked = await Promise.all(
    lists
      .filter((list) => list.default && list.kind.includes('ip'))
      .map(async (list) => ({ list, result: await askBlocklist(query, list, ip, errors) }))
  )
  const findings = asked.flatMap(({ list, result }) =>
    result === undefined ? [] : [finding(codeOf(list, result), evidenceOf(list, result), valuesOf(list, result))]
  )
  return findings.length > 0 ? findings : [finding('blocklist.not-asked', [`no list that is asked by default knows ${ip}`])]
}
