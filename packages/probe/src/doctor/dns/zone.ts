import { getDomain } from 'tldts'
import type { OneAnswer, OneRecord } from '../../dns/ask-one.ts'
import type { Context } from '../check.ts'
import { askResolver, askServer, describeOne, mayAsk, recordsOf } from './ask-direct.ts'

/** Labels that are climbed in search of a zone: real names have three or four. */
const maxClimb = 8
/** Name servers of the zone above that are looked up, and asked: one that answers is enough, and there are up to 13. */
const maxParentNames = 4
const maxParentServers = 3

/** The names above, nearest first, the root last. */
const above = (name: string): readonly string[] => {
  const labels = name === '.' ? [] : name.split('.')
  return [...labels.slice(1).map((_, index) => labels.slice(index + 1).join('.')), '.']
}

/**
 * The zone that a name lies in: the nearest name upwards with an SOA. Where DNS does not tell, because the zone is broken or the
 * name an alias, the registrable domain, which is a zone of its own as a rule.
 */
export const zoneOf = async (context: Context, name: string): Promise<string> => {
  const registrable = getDomain(name, { extractHostname: false, validateHostname: false }) ?? name
  const upTo = [name, ...above(name)].filter((one) => one === registrable || one.endsWith(`.${registrable}`))
  for (const one of upTo.slice(0, maxClimb)) {
    const soa = await context.query(one, 'SOA')
    if (soa.status === 'found' && soa.aliases.length === 0) return one
    // A zone whose signatures do not hold is there all the same.
    const unchecked = soa.failure === 'servfail' ? await askResolver(context, one, 'SOA', { checkingDisabled: true }) : undefined
    if (unchecked?.status === 'answered' && recordsOf(unchecked.answers, one, 'SOA').length > 0) return one
  }
  return registrable
}

/** What the zone above says of a zone. */
export type Referral = {
  readonly zone: string
  readonly parent: string
  /** `missing`: it surely knows no name servers. `unknown`: none of its servers could be asked. `not-cut`: the name is no zone of its own. */
  readonly status: 'found' | 'missing' | 'not-cut' | 'unknown'
  /** Names of the name servers, as the zone above has them. */
  readonly names: readonly string[]
  /** Addresses beside them, by name; undefined where the server of the zone above serves the zone as well and needs to give none. */
  readonly glue: ReadonlyMap<string, readonly string[]> | undefined
  readonly evidence: readonly string[]
}

/** Asks the servers of the zone above, without recursion, which servers the zone is delegated to (RFC 1034 §4.2.1). */
export const referralOf = (context: Context, zone: string): Promise<Referral> =>
  context.once(`referral ${zone}`, async () => {
    const { parent, addresses } = await parentServers(context, zone)
    const answers = await Promise.all(
      addresses.map(async (address) => ({ address, answer: await askServer(context, address, zone, 'NS') }))
    )
    const evidence = answers.map(({ address, answer }) => `NS of ${zone} at ${address} (${parent}): ${describeReferral(answer, zone)}`)
    const nothing = (status: Referral['status']): Referral => ({ zone, parent, status, names: [], glue: undefined, evidence })
    for (const { answer } of answers) {
      const found = readReferral(answer, zone)
      if (found !== undefined) return { zone, parent, status: 'found', ...found, evidence }
    }
    const denials = answers.map(({ answer }) => denies(answer))
    if (denials.includes('missing')) return nothing('missing')
    if (denials.includes('not-cut')) return nothing('not-cut')
    if (addresses.length === 0) return { ...nothing('unknown'), evidence: [`no address of a name server of ${parent} is known`] }
    return nothing('unknown')
  })

const parentServers = async (
  context: Context,
  zone: string
): Promise<{ readonly parent: string; readonly addresses: readonly string[] }> => {
  for (const parent of above(zone).slice(0, maxClimb)) {
    const servers = await context.query(parent, 'NS')
    if (servers.status !== 'found' || servers.aliases.length > 0) continue
    const names = servers.records.slice(0, maxParentNames)
    const found = await Promise.all(names.map((name) => addressesOf(context, name)))
    // One address of each server before the second of any.
    const firsts = found.flatMap(({ addresses }) => addresses.filter((address) => mayAsk(context, address)).slice(0, 1))
    return { parent, addresses: [...new Set(firsts)].slice(0, maxParentServers) }
  }
  return { parent: '.', addresses: [] }
}

/** IPv4 before IPv6, which not every network has. `sure`: there are no others. */
export const addressesOf = async (
  context: Context,
  name: string
): Promise<{ readonly addresses: readonly string[]; readonly sure: boolean; readonly alias?: string }> => {
  const answers = await Promise.all([context.query(name, 'A'), context.query(name, 'AAAA')])
  const alias = answers.flatMap(({ aliases }) => aliases).at(-1)
  return {
    addresses: answers.flatMap(({ records }) => records),
    sure: answers.every(({ status }) => status !== 'failed'),
    ...(alias === undefined ? {} : { alias })
  }
}

const readReferral = (answer: OneAnswer, zone: string): Pick<Referral, 'names' | 'glue'> | undefined => {
  if (answer.status === 'silent' || answer.responseCode !== 0) return undefined
  const own = recordsOf(answer.answers, zone, 'NS')
  // Without authority it comes out of a cache: something on the way answers in the name server's place.
  if (own.length > 0 && !answer.authoritative) return undefined
  if (own.length > 0) return { names: namesOf(own), glue: undefined }
  const referred = recordsOf(answer.authorities, zone, 'NS')
  if (referred.length === 0) return undefined
  const glue = new Map<string, string[]>()
  for (const { owner, type, data } of answer.additionals)
    if (type === 'A' || type === 'AAAA') glue.set(owner, [...(glue.get(owner) ?? []), data])
  return { names: namesOf(referred), glue }
}

export const namesOf = (records: readonly OneRecord[]): readonly string[] => [...new Set(records.map(({ data }) => data))].sort()

const denies = (answer: OneAnswer): Referral['status'] | undefined => {
  if (answer.status === 'silent' || !answer.authoritative) return undefined
  if (answer.responseCode === 3) return 'missing'
  return answer.responseCode === 0 ? 'not-cut' : undefined
}

const describeReferral = (answer: OneAnswer, zone: string): string => {
  const found = readReferral(answer, zone)
  if (found === undefined) return describeOne(answer)
  const shown = found.names.slice(0, 8).map((name) => {
    const glue = found.glue?.get(name)
    return glue === undefined ? name : `${name} [${glue.slice(0, 4).join(', ')}]`
  })
  return shown.join(', ')
}
