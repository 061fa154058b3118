import { type DnsServer, startDnsServer } from './dns-server.ts'
import type { Zone, ZoneAnswer, ZoneEntry, ZoneTable } from './dns-zone.ts'

/**
 * Several DNS servers on one port of 127.0.0.0/8: a resolver on 127.0.0.1, and name servers that are asked directly. `close` ends all.
 */
export const startDnsWorld = async (
  resolver: Zone,
  authorities: Readonly<Record<string, Zone>>,
  /** Addresses at which nothing listens on TCP. */
  udpOnly: readonly string[] = []
): Promise<{
  readonly resolver: DnsServer
  readonly port: number
  readonly servers: ReadonlyMap<string, DnsServer>
  readonly close: () => Promise<void>
}> => {
  for (;;) {
    const first = await startDnsServer(resolver)
    const port = Number(first.address.split(':')[1])
    const servers = new Map<string, DnsServer>()
    const close = async (): Promise<void> => {
      for (const server of [first, ...servers.values()]) await server.close()
    }
    try {
      for (const [host, zone] of Object.entries(authorities))
        servers.set(host, await startDnsServer(zone, { host, port, udpOnly: udpOnly.includes(host) }))
      return { resolver: first, port, servers, close }
    } catch {
      // Somebody has this port on one of the addresses: another one.
      await close()
    }
  }
}

/** A zone as its own name server gives it: with authority, and REFUSED for what lies outside. */
export const authoritative =
  (zone: string, table: ZoneTable): Zone =>
  (name, type) => {
    if (name !== zone && !name.endsWith(`.${zone}`)) return 'refused'
    const entry = table[`${name} ${type}`] ?? table[`${name} CNAME`]
    const soa = { name: zone, type: 'SOA', data: 'ns1.invalid post.invalid 1 3600 600 86400 60' }
    if (entry === undefined) {
      const exists = Object.keys(table).some((key) => key.startsWith(`${name} `) || key.includes(`.${name} `))
      return { answers: [], authority: [soa], authoritative: true, ...(exists ? {} : { responseCode: 3 }) }
    }
    if (typeof entry === 'string') return entry
    const answer: ZoneAnswer = isList(entry) ? { answers: entry } : entry
    if (table[`${name} ${type}`] !== undefined) return { authoritative: true, ...answer }
    return {
      authoritative: true,
      answers: (answer.answers ?? []).map((data) => (typeof data === 'string' ? { type: 'CNAME', data } : data))
    }
  }

/** The zone above: refers to name servers, with their addresses where they are given. */
export const referring =
  (zone: string, servers: Readonly<Record<string, string | undefined>>): Zone =>
  (name, _type): ZoneEntry | undefined =>
    name === zone || name.endsWith(`.${zone}`)
      ? {
          answers: [],
          ignorant: true,
          authority: Object.keys(servers).map((data) => ({ name: zone, type: 'NS', data })),
          additional: Object.entries(servers).flatMap(([server, data]) =>
            data === undefined ? [] : [{ name: server, type: data.includes(':') ? 'AAAA' : 'A', data }]
          )
        }
      : 'refused'

const isList = (entry: Exclude<ZoneEntry, string>): entry is Extract<ZoneEntry, readonly unknown[]> => Array.isArray(entry)
