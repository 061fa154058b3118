import { formatNetwork, type SpfRecord, writeSpf } from '@whybounce/core/record'
import { maxLookups } from './spf-match.ts'
import type { SpfBranch, SpfNode } from './spf-tree.ts'

/** RFC 7208 §3.4: what surely fits into one answer of 512 octets. */
const maxOctets = 450

/** The networks that a part of a record comes to, undefined where that depends on the message or is not known in full. */
const networksOf = ({ term, networks, node, unknown, tooMany }: SpfBranch): readonly string[] | undefined => {
  if (term.kind === 'unknown' || unknown || tooMany !== undefined) return undefined
  if (term.kind === 'mechanism' && term.qualifier !== '+') return term.name === 'all' ? [] : undefined
  if (term.kind === 'mechanism' && (term.name === 'all' || term.name === 'ptr' || term.name === 'exists')) return undefined
  if (node === undefined) return networks?.map(formatNetwork)
  if (node.state !== 'record') return undefined
  const below = node.branches.map(networksOf)
  return below.every((part) => part !== undefined) ? below.flat() : undefined
}

/** Parts that need look-ups, the largest first: `include:_spf.example.net (4), mx (1)`. */
export const listCosts = ({ branches }: SpfNode): string =>
  branches
    .filter(({ lookups }) => lookups > 0)
    .sort((one, other) => other.lookups - one.lookups)
    .slice(0, 10)
    .map(({ term, lookups }) => `${term.text} (${lookups})`)
    .join(', ')

/**
 * The record with as few parts as possible replaced by the addresses that they lead to, so that a check stays within its look-ups.
 * Undefined where that cannot be done within the length that a record should have.
 */
export const flattenSpf = (root: SpfNode, record: SpfRecord): string | undefined => {
  const candidates = root.branches
    .filter(({ lookups, term }) => lookups > 0 && term.kind === 'mechanism')
    .flatMap((branch) => {
      const networks = networksOf(branch)
      return networks === undefined ? [] : [{ branch, networks, price: networks.join(' ').length / branch.lookups }]
    })
    .sort((one, other) => one.price - other.price)
  const instead = new Map<string, readonly string[]>()
  let lookups = root.lookups
  for (const { branch, networks } of candidates) {
    if (lookups <= maxLookups) break
    instead.set(branch.term.text, networks)
    lookups -= branch.lookups
  }
  const flat = writeSpf(record.terms.flatMap(({ text }) => instead.get(text) ?? [text]))
  return lookups <= maxLookups && flat.length <= maxOctets ? flat : undefined
}
