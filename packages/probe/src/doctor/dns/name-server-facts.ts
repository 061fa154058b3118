import type { OneAnswer } from '../../dns/ask-one.ts'
import type { Context } from '../check.ts'
import { askServer, mayAsk, recordsOf } from './ask-direct.ts'
import { addressesOf, namesOf, type Referral } from './zone.ts'

/** Name servers of a zone that are asked: the registries' usual upper bound is 13, real zones have 2 to 8, a hostile one could name thousands. */
const maxServers = 8

/** One name server of a zone, and what it said when it was asked itself. */
export type ServerFacts = {
  readonly name: string
  /** What the resolver knows of its addresses. */
  readonly addresses: readonly string[]
  /** Both kinds of address were answered, so there are no others. */
  readonly sure: boolean
  readonly alias?: string
  /** The address that was asked; the first that the zone above gives, as resolvers do, else the first that DNS gives. */
  readonly asked?: string
  readonly said?: Said
}

type Said = {
  readonly soa: OneAnswer
  readonly ns: OneAnswer
  readonly soaByTcp: OneAnswer
  /** `serves`: with authority, and knows the zone. `lame`: it answers, but not for the zone. `silent`: nothing sound came. */
  readonly state: 'serves' | 'lame' | 'silent'
}

export type Serves = ServerFacts & { readonly asked: string; readonly said: Said }

export const serves = (server: ServerFacts): server is Serves => server.said?.state === 'serves'

/** Asks all name servers of a zone side by side: those of the zone above, then those that only the zone itself names. */
export const nameServers = async (context: Context, { zone, names, glue }: Referral): Promise<readonly ServerFacts[]> => {
  const first = await Promise.all(names.slice(0, maxServers).map((name) => askOneOf(context, zone, name, glue?.get(name) ?? [])))
  const more = zoneNames(first, zone).filter((name) => !names.includes(name))
  const room = Math.max(0, maxServers - first.length)
  return [...first, ...(await Promise.all(more.slice(0, room).map((name) => askOneOf(context, zone, name, []))))]
}

/** The name servers that the zone itself names, by all of its servers. */
export const zoneNames = (servers: readonly ServerFacts[], zone: string): readonly string[] => [
  ...new Set(
    servers
      .filter(serves)
      .flatMap(({ said: { ns } }) => (ns.status === 'answered' && ns.authoritative ? namesOf(recordsOf(ns.answers, zone, 'NS')) : []))
  )
]

const askOneOf = async (context: Context, zone: string, name: string, glue: readonly string[]): Promise<ServerFacts> => {
  const known = await addressesOf(context, name)
  const candidates = [...glue, ...known.addresses].filter((address) => mayAsk(context, address))
  const asked = candidates.find((address) => !address.includes(':')) ?? candidates[0]
  if (asked === undefined) return { name, ...known }
  const [soa, ns, soaByTcp] = await Promise.all([
    askServer(context, asked, zone, 'SOA', { dnssecOk: true }),
    askServer(context, asked, zone, 'NS'),
    askServer(context, asked, zone, 'SOA', { tcp: true })
  ])
  return { name, ...known, asked, said: { soa, ns, soaByTcp, state: stateOf(soa, zone) } }
}

const stateOf = (soa: OneAnswer, zone: string): Said['state'] => {
  if (soa.status === 'silent') return 'silent'
  const known = recordsOf(soa.answers, zone, 'SOA').length + recordsOf(soa.answers, zone, 'CNAME').length > 0
  return soa.responseCode === 0 && soa.authoritative && known ? 'serves' : 'lame'
}

/** Whether the zone answers with a CNAME where its own name is. */
export const apexAlias = (server: ServerFacts, zone: string): string | undefined => {
  const { said } = server
  const answers = said === undefined ? [] : [said.soa, said.ns].flatMap((one) => (one.status === 'answered' ? one.answers : []))
  return recordsOf(answers, zone, 'CNAME')[0]?.data
}
