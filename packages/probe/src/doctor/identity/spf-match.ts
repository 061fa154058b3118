import { type IpNumber, inNetwork, type SpfQualifier } from '@whybounce/core/record'
import type { SpfNode } from './spf-tree.ts'

/** What a tree says of an address, and the terms that led there: `include:_spf.example.net`, `ip4:192.0.2.0/24`. */
export type SpfMatch = { readonly qualifier: SpfQualifier; readonly path: readonly string[] }

/** RFC 7208 §4.6.4: a check that needs more ends with an error. */
export const maxLookups = 10
export const maxVoidLookups = 2

/**
 * The mechanism that matches an address (RFC 7208 §4.6.2), as far as the tree tells. `undefined`: it does not, since something
 * before the match depends on the message, could not be asked for, is in error or over a limit. No match is neutral (§4.7).
 */
export const matchSpf = (root: SpfNode, ip: IpNumber): SpfMatch | undefined => {
  let lookups = 0
  let voids = 0
  const matchIn = (node: SpfNode): SpfMatch | undefined => {
    if (node.state !== 'record') return undefined
    for (const { term, networks, node: below, unknown, empty, tooMany } of node.branches) {
      if (term.kind === 'unknown') return undefined
      const asks = term.kind === 'modifier' || (term.name !== 'all' && term.network === undefined)
      if (asks && ++lookups > maxLookups) return undefined
      // A check asks for addresses of the client's family alone.
      const gaveNothing =
        term.kind === 'mechanism' && term.name === 'a' && !unknown ? !networks?.some(({ family }) => family === ip.family) : empty
      if (gaveNothing && ++voids > maxVoidLookups) return undefined
      if (term.kind === 'modifier') {
        const match = below === undefined ? undefined : matchIn(below)
        return match === undefined ? undefined : { ...match, path: [term.text, ...match.path] }
      }
      if (tooMany !== undefined) return undefined
      if (term.name === 'all' || networks?.some((network) => inNetwork(ip, network)))
        return { qualifier: term.qualifier, path: [term.text] }
      if (unknown) return undefined
      if (below === undefined) continue
      const match = matchIn(below)
      if (match === undefined) return undefined
      if (match.qualifier === '+') return { qualifier: term.qualifier, path: [term.text, ...match.path] }
    }
    return { qualifier: '?', path: [] }
  }
  return matchIn(root)
}
