import type { OneRecord } from '../../dns/ask-one.ts'
import { describeAnswer } from '../../dns/describe-answer.ts'
import { typeNumbers } from '../../dns/record-data.ts'
import type { Check, Context, Report } from '../check.ts'
import { askResolver, askServer, describeOne, recordsOf } from './ask-direct.ts'
import { domainsOf, serversOfZone } from './delegation.ts'
import { dsOf, knownDigest } from './ds-digest.ts'
import { type Serves, serves } from './name-server-facts.ts'
import { referralOf, zoneOf } from './zone.ts'

/** Flags of a key (RFC 4034 §2.1.1): one that may sign, and one that a DS should name. */
const zoneKey = 0x100
const entryPoint = 0x1
/** DS records and keys that are compared: a zone that rolls its keys has two or three of each. */
const maxKeys = 20

/**
 * DNSSEC as far as it decides whether a domain can be looked up: the DS of the zone above against the zone's keys, the dates of the
 * signatures, and what a validating resolver makes of it. Not signed is no fault.
 */
export const dnssecCheck: Check = {
  id: 'dnssec',
  stage: 'dns',
  title: 'DNSSEC',
  wanted: (context) => domainsOf(context).length > 0,
  run: async (context, report) => {
    const domains = await Promise.all(domainsOf(context).map(async (domain) => ({ domain, zone: await zoneOf(context, domain) })))
    const zones = new Map(domains.map(({ domain, zone }) => [zone, domain]))
    await Promise.all([...zones].map(([zone, domain]) => examine(context, report, zone, domain)))
  }
}

const examine = async (context: Context, report: Report, zone: string, domain: string): Promise<void> => {
  const about = { about: zone }
  const ds = await context.query(zone, 'DS')
  // What does not exist is told by its MX.
  if (ds.status === 'nxdomain') return
  const evidence = [`DS of ${zone}: ${describeAnswer(ds)}`]
  const broken = ds.status === 'found' && (await reportZone(context, report, zone, ds.records, evidence))
  if (broken) return
  const bogus = await bogusLines(context, domain)
  if (bogus !== undefined) report('dnssec.bogus', [...evidence, ...bogus], { zone }, about)
  else if (ds.status === 'failed') report('dnssec.unknown', evidence, { zone }, about)
  else report(ds.status === 'found' ? 'dnssec.signed' : 'dnssec.unsigned', evidence, { zone }, about)
}

/** A resolver that says SERVFAIL, and answers where it is told not to check (CD, RFC 4035 §3.2.2), found the signatures wanting. */
const bogusLines = async (context: Context, domain: string): Promise<readonly string[] | undefined> => {
  const answer = await context.query(domain, 'MX')
  if (answer.failure !== 'servfail') return undefined
  const unchecked = await askResolver(context, domain, 'MX', { checkingDisabled: true })
  if (unchecked?.status !== 'answered' || (unchecked.responseCode !== 0 && unchecked.responseCode !== 3)) return undefined
  return [`MX of ${domain}: ${describeAnswer(answer)}`, `the same with checking disabled (CD): ${describeOne(unchecked)}`]
}

/** Looks for what is wrong in the zone itself; true where something was found. */
const reportZone = async (
  context: Context,
  report: Report,
  zone: string,
  ds: readonly string[],
  evidence: readonly string[]
): Promise<boolean> => {
  const referral = await referralOf(context, zone)
  if (referral.status !== 'found') return false
  const servers = (await serversOfZone(context, referral)).filter(serves)
  const [first] = servers
  if (first === undefined) return false
  const about = { about: zone }
  const answer = await askServer(context, first.asked, zone, 'DNSKEY')
  if (answer.status === 'silent' || answer.responseCode !== 0 || !answer.authoritative) return false
  const keys = recordsOf(answer.answers, zone, 'DNSKEY')
    .map(({ data }) => data)
    .filter((data) => (Number(data.split(' ')[0]) & zoneKey) !== 0)
    .slice(0, maxKeys)
  const where = `${first.name} [${first.asked}]`
  if (keys.length === 0) {
    report('dnssec.no-key', [...evidence, `DNSKEY of ${zone} at ${where}: ${describeOne(answer)}`], { zone }, about)
    return true
  }
  const given = ds.slice(0, maxKeys)
  if (given.every((one) => knownDigest(Number(one.split(' ')[2]))) && !given.some((one) => keys.some((key) => isDsOf(one, zone, key)))) {
    const right = keys.filter((key) => (Number(key.split(' ')[0]) & entryPoint) !== 0)
    const records = (right.length > 0 ? right : keys).slice(0, 3).map((key) => dsOf(zone, key, 2) ?? '')
    report(
      'dnssec.ds-mismatch',
      [...evidence, ...records.map((record) => `a key at ${where} has the DS: ${record}`)],
      { zone, ds: records.map((record) => `${zone}. DS ${record}`).join(', ') },
      about
    )
    return true
  }
  const expired = servers.flatMap((server) => expiry(context, server, zone))
  const [since] = expired
  if (since === undefined) return false
  report('dnssec.expired', [...evidence, ...expired.map(({ line }) => line)], { zone, expired: since.date }, about)
  return true
}

const isDsOf = (ds: string, zone: string, key: string): boolean => dsOf(zone, key, Number(ds.split(' ')[2])) === ds.toLowerCase()

/** All signatures of the SOA at this server have run out. */
const expiry = (
  context: Context,
  { name, asked, said }: Serves,
  zone: string
): readonly { readonly line: string; readonly date: string }[] => {
  const answers: readonly OneRecord[] = said.soa.status === 'answered' ? said.soa.answers : []
  const ends = recordsOf(answers, zone, 'RRSIG')
    .map(({ data }) => data.split(' '))
    .filter(([covered]) => Number(covered) === typeNumbers.SOA)
    .map((fields) => Number(fields[4]))
  const last = Math.max(...ends)
  if (ends.length === 0 || last * 1_000 >= context.now().getTime()) return []
  const date = new Date(last * 1_000).toISOString().replace('.000Z', 'Z')
  return [{ line: `the signature of the SOA of ${zone} at ${name} [${asked}] ran out at ${date}`, date }]
}
