import type { Knowledge } from '../knowledge/knowledge.ts'

/** Finds who stands behind a host name (of an MX or in a log line) or an address domain. */
export type OriginFinder = {
  /** The provider or hosted filter whose MX names end like this host: an index into `Knowledge.origins`, or -1. */
  readonly ofHost: (host: string) => number
  /** The provider that hosts this address domain for the public, or -1. */
  readonly ofDomain: (domain: string) => number
  /** An origin by its id, its name or its operator's (`gmail`, `Gmail`, `google`), -1 where there is none. */
  readonly byId: (id: string) => number
}

export const buildOriginFinder = (knowledge: Knowledge): OriginFinder => {
  const hosts = new Map<string, number>()
  const domains = new Map<string, number>()
  const ids = new Map<string, number>()
  const names = new Map<string, number>()
  knowledge.origins.forEach((origin, index) => {
    ids.set(origin.id, index)
    for (const name of [origin.name, origin.operator]) {
      const key = name?.toLowerCase()
      if (key !== undefined && origin.kind === 'provider' && !names.has(key)) names.set(key, index)
    }
    for (const host of [...(origin.mx ?? []), ...(origin.hosts ?? [])]) hosts.set(host.toLowerCase(), index)
    for (const domain of origin.domains ?? []) domains.set(domain.toLowerCase(), index)
  })
  return {
    ofHost: (host) => {
      let name = host.toLowerCase().replace(/\.$/, '')
      // The longest suffix wins: olc.protection.outlook.com before protection.outlook.com. A host name has at most 127 labels.
      for (let labels = 0; labels < 127 && name !== ''; labels++) {
        const index = hosts.get(name)
        if (index !== undefined) return index
        const dot = name.indexOf('.')
        if (dot < 0) return -1
        name = name.slice(dot + 1)
      }
      return -1
    },
    ofDomain: (domain) => domains.get(domain.toLowerCase()) ?? -1,
    byId: (id) => ids.get(id.toLowerCase()) ?? names.get(id.toLowerCase()) ?? -1
  }
}
