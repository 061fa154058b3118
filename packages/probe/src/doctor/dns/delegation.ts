import type { FindingCode } from '@whybounce/core/finding'
import type { Check, Context, Report } from '../check.ts'
import { judgeAnswers } from './answers.ts'
import { describeOne } from './ask-direct.ts'
import { nameServers, type ServerFacts, serves, zoneNames } from './name-server-facts.ts'
import { type Referral, referralOf, zoneOf } from './zone.ts'

/** The domains whose zones are looked at: the one that receives and the one that sends, once where they are the same. */
export const domainsOf = ({ receiver, sender }: Context): readonly string[] => [
  ...new Set([receiver, sender].filter((domain) => domain !== undefined))
]

export const delegationCheck: Check = {
  id: 'name-servers',
  stage: 'dns',
  title: 'Name servers',
  wanted: (context) => domainsOf(context).length > 0,
  run: async (context, report) => {
    const domains = await Promise.all(domainsOf(context).map(async (domain) => ({ domain, zone: await zoneOf(context, domain) })))
    const zones = [...new Set(domains.map(({ zone }) => zone))]
    await Promise.all(
      zones.map((zone) =>
        examine(
          context,
          report,
          zone,
          domains.filter((one) => one.zone === zone).map(({ domain }) => domain)
        )
      )
    )
  }
}

/** What is known of a zone's name servers, found once in a run. */
export const serversOfZone = (context: Context, referral: Referral): Promise<readonly ServerFacts[]> =>
  context.once(`servers of ${referral.zone}`, () => nameServers(context, referral))

const examine = async (context: Context, report: Report, zone: string, domains: readonly string[]): Promise<void> => {
  const referral = await referralOf(context, zone)
  const about = { about: zone }
  if (referral.status === 'missing') {
    report('dns.delegation-missing', referral.evidence, { zone }, about)
    return
  }
  if (referral.status !== 'found') {
    report('dns.delegation-unknown', referral.evidence, { zone }, about)
    const known = await context.query(zone, 'NS')
    if (known.records.length === 1) report('ns.single', [`NS of ${zone}: ${known.records.join(', ')}`], { zone }, about)
    return
  }
  const servers = await serversOfZone(context, referral)
  if (!servers.some(serves)) {
    // What the resolver knows, somebody told it: then only we are kept from the servers, or something answers in their place.
    const known = await context.query(zone, 'SOA')
    const evidence = [...referral.evidence, ...servers.map((server) => lineOf(server, zone))]
    const code = known.status === 'found' ? 'dns.delegation-unknown' : codeOfNone(servers)
    report(code, evidence, { zone, servers: servers.map(({ name }) => name).join(', ') }, about)
    return
  }
  reportServers(report, zone, servers)
  await reportGlue(context, report, referral)
  reportSets(report, referral, servers)
  await judgeAnswers(context, report, zone, domains, servers.filter(serves))
}

const lineOf = ({ name, asked, said, addresses }: ServerFacts, zone: string): string =>
  said === undefined
    ? `${name}: ${addresses.length === 0 ? 'no address' : `${addresses.slice(0, 4).join(', ')}, not public`}`
    : `SOA of ${zone} at ${name} [${asked}]: ${describeOne(said.soa)}`

/** A server of which we have an IPv6 address only, on a machine without IPv6: nothing is known of it. */
const outOfReach = ({ asked, said }: ServerFacts): boolean =>
  asked?.includes(':') === true && said?.soa.status === 'silent' && said.soa.failure === 'unreachable'

/** Why none of the servers serves the zone. */
const codeOfNone = (servers: readonly ServerFacts[]): FindingCode => {
  const states = servers.map(({ said }) => said?.state)
  if (states.includes('lame')) return 'ns.all-lame'
  if (servers.some(outOfReach)) return 'dns.delegation-unknown'
  if (states.includes('silent')) return 'ns.all-silent'
  return servers.every(({ sure, addresses }) => sure && addresses.length === 0) ? 'ns.none-has-address' : 'dns.delegation-unknown'
}

/** What is wrong with each server, of which at least one serves the zone. */
const reportServers = (report: Report, zone: string, servers: readonly ServerFacts[]): void => {
  const evidence = servers.map((server) => lineOf(server, zone))
  const values = { zone, servers: servers.map(({ name }) => name).join(', ') }
  const about = { about: zone }
  for (const server of servers) {
    const { name, said, alias } = server
    const own = [lineOf(server, zone)]
    const named = { zone, server: name, canonical: alias ?? '' }
    if (alias !== undefined) report('ns.alias', [`${name} is an alias of ${alias}`], named, about)
    if (said?.state === 'lame') report('ns.lame', own, named, about)
    else if (said?.state === 'silent' && !outOfReach(server)) report('ns.silent', own, named, about)
    else if (said === undefined && server.addresses.length > 0) report('ns.private', own, named, about)
    else if (said === undefined && server.sure) report('ns.no-address', own, named, about)
  }
  const distinct = new Set(servers.map(({ name, asked }) => asked ?? name))
  if (distinct.size === 1) report('ns.single', evidence, values, about)
}

/** RFC 1034 §4.2.1: what lies inside the zone can only be found by an address that the zone above gives. */
const reportGlue = async (context: Context, report: Report, { zone, names, glue }: Referral): Promise<void> => {
  if (glue === undefined) return
  const inside = names.filter((name) => name === zone || name.endsWith(`.${zone}`)).slice(0, 8)
  await Promise.all(
    inside.map(async (name) => {
      const given = glue.get(name) ?? []
      const about = { about: zone }
      if (given.length === 0) {
        report('ns.no-glue', [`the zone above names ${name} without an address`], { server: name }, about)
        return
      }
      const answers = await Promise.all([context.query(name, 'A'), context.query(name, 'AAAA')])
      const own = answers.flatMap(({ records }) => records)
      if (answers.some(({ status }) => status === 'failed') || own.length === 0 || given.some((address) => own.includes(address))) return
      const evidence = [`the zone above: ${name} ${given.slice(0, 4).join(', ')}`, `DNS: ${name} ${own.slice(0, 4).join(', ')}`]
      report('ns.glue-differs', evidence, { server: name, address: own.slice(0, 4).join(', ') }, about)
    })
  )
}

const reportSets = (report: Report, { zone, parent, names }: Referral, servers: readonly ServerFacts[]): void => {
  const own = zoneNames(servers, zone)
  if (own.length === 0) return
  const above = names.filter((name) => !own.includes(name))
  const below = own.filter((name) => !names.includes(name))
  const evidence = [`${parent} names: ${names.slice(0, 13).join(', ')}`, `${zone} names: ${[...own].sort().slice(0, 13).join(', ')}`]
  const values = {
    zone,
    'zone-servers': [...own].sort().slice(0, 13).join(', '),
    records: above
      .slice(0, 8)
      .map((name) => `${zone}. NS ${name}.`)
      .join(', ')
  }
  const same = below.length > 0 ? 'dns.delegation-more-in-zone' : 'dns.delegation-agrees'
  report(above.length > 0 ? 'dns.delegation-differs' : same, evidence, values, { about: zone })
}
