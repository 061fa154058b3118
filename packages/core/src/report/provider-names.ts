import type { Diagnoser } from '../diagnose/diagnose.ts'

/** Which provider a server or an address domain is of. */
export type Providers = {
  /** Its id (`gmail`): by the server that answered, else by the recipient's domain. */
  readonly of: (remoteMta: string | undefined, domain: string | undefined) => string | undefined
  readonly nameOf: (id: string) => string
}

/** Hosts and domains that are remembered; a look-up walks over the labels of a name. */
const mostKnown = 20_000

export const openProviders = (diagnoser: Diagnoser): Providers => {
  const { origins, knowledge } = diagnoser
  const remembered = (find: (name: string) => number): ((name: string) => string | undefined) => {
    let known = new Map<string, string | null>()
    return (name) => {
      const told = known.get(name)
      if (told !== undefined) return told ?? undefined
      const id = knowledge.origins[find(name)]?.id
      if (known.size >= mostKnown) known = new Map()
      known.set(name, id ?? null)
      return id
    }
  }
  const ofHost = remembered(origins.ofHost)
  const ofDomain = remembered(origins.ofDomain)
  const names = new Map(knowledge.origins.map(({ id, name }) => [id, name]))
  return {
    of: (remoteMta, domain) =>
      (remoteMta === undefined ? undefined : ofHost(remoteMta)) ?? (domain === undefined ? undefined : ofDomain(domain)),
    nameOf: (id) => names.get(id) ?? id
  }
}
