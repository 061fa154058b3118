import { randomInt } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { FindingCode } from '@whybounce/core/finding'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { MailHost, MailRoute } from '../../dns/mail-route.ts'
import type { DnsAnswer } from '../../dns/resolver.ts'
import type { Check, Context, Report } from '../check.ts'

/** Where mail for the receiving domain goes (RFC 5321 §5.1), and what is wrong with each server that it names. */
export const mailServersCheck: Check = {
  id: 'mx',
  decides: () => true,
  stage: 'dns',
  title: 'MX records',
  wanted: ({ receiver }) => receiver !== undefined,
  run: async (context, report) => {
    const domain = context.receiver ?? ''
    const [route, mx] = await Promise.all([context.route(domain), context.query(domain, 'MX')])
    const values = await valuesOf(context, route)
    const code = codeOf(route, mx)
    report(code === 'mx.dangling' && values.meant !== '' ? 'mx.doubled-name' : code, route.evidence, values, { about: domain })
    const [nullRecord] = mx.records.filter((record) => record.endsWith(' .'))
    if (nullRecord !== undefined && mx.records.length > 1)
      report('mx.null-beside-others', [`MX of ${domain}: ${describeAnswer(mx)}`], { domain, null: nullRecord }, { about: domain })
    if (mx.status === 'found' && mx.aliases.length > 0)
      report('mx.via-alias', [`${domain} is an alias of ${mx.aliases.join(', ')}`], {}, { about: domain })
    if (route.status !== 'hosts') return
    await Promise.all(route.hosts.map((host) => reportHost(context, report, route, host)))
    if (!route.implicit) await reportWildcard(context, report, domain)
    const network = oneNetwork(route)
    if (network !== undefined) report('mx.one-network', [network], {}, { about: domain })
  }
}

/** Words of RFC 8914 by which a resolver says that its own policy speaks: Forged Answer, Blocked, Censored, Filtered, Prohibited. */
const policyWords = /^(?:Forged|Blocked|Censored|Filtered|Prohibited)/

const codeOf = (route: MailRoute, mx: DnsAnswer): FindingCode => {
  switch (route.status) {
    case 'hosts':
      return route.implicit ? 'mx.implicit' : 'mx.found'
    case 'nxdomain':
      return 'mx.nxdomain'
    case 'null-mx':
      return 'mx.null'
    case 'no-mail-host':
      return 'mx.no-mail-host'
    case 'private':
      return 'mx.private'
    case 'dangling':
      return route.hosts.every(({ problem }) => problem === 'literal') ? 'mx.literal' : 'mx.dangling'
    case 'dns-failure':
      if (mx.status !== 'failed') return 'mx.host-unknown'
      return mx.failure === 'refused' && policyWords.test(mx.extendedError ?? '') ? 'mx.blocked-by-resolver' : 'mx.unknown'
  }
}

const valuesOf = async (context: Context, { domain, hosts, status }: MailRoute): Promise<Readonly<Record<string, string>>> => {
  const named = status === 'dangling' ? (hosts.find(({ problem }) => problem !== 'literal') ?? hosts[0]) : hosts[0]
  return { domain, ...(named === undefined ? {} : await hostValues(context, domain, named)) }
}

const hostValues = async (context: Context, domain: string, host: MailHost): Promise<Readonly<Record<string, string>>> => {
  const canonical = host.problem === 'alias' ? (await context.query(host.name, 'A')).aliases.at(-1) : undefined
  return {
    domain,
    meant: await meantHost(context, domain, host),
    host: host.name,
    preference: String(host.preference),
    address: host.name.replace(/^\[|\]$/g, '').replaceAll('\\.', '.'),
    canonical: canonical ?? (host.problem === 'alias' ? ((await context.query(host.name, 'AAAA')).aliases.at(-1) ?? '') : '')
  }
}

/**
 * The name that was meant where the domain was added to it once more, as panels do, and zone files where the last dot is missing: it has
 * an address. Empty otherwise.
 */
const meantHost = async (context: Context, domain: string, { name, problem }: MailHost): Promise<string> => {
  const meant = problem === 'no-address' && name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : ''
  if (!meant.includes('.')) return ''
  const answers = await Promise.all([context.query(meant, 'A'), context.query(meant, 'AAAA')])
  return answers.some(({ status }) => status === 'found') ? meant : ''
}

const hostCodes: Readonly<Record<string, FindingCode>> = {
  'no-address': 'mx.host-dangling',
  private: 'mx.host-private',
  literal: 'mx.host-literal',
  'bad-name': 'mx.host-bad-name',
  'dns-failure': 'mx.host-unknown',
  alias: 'mx.alias'
}

const reportHost = async (context: Context, report: Report, { domain, evidence }: MailRoute, host: MailHost): Promise<void> => {
  const code = hostCodes[host.problem ?? '']
  if (code === undefined) return
  const own = evidence.filter((line) => line.includes(` ${host.name}:`) || line.startsWith(`${host.name}:`))
  const values = await hostValues(context, domain, host)
  report(values.meant !== '' ? 'mx.host-doubled-name' : code, [`${domain}. MX ${host.preference} ${host.name}`, ...own], values, {
    about: host.name
  })
}

/** A name that nobody has: an answer to it is a wildcard's. Random, so that no zone can know it. */
const reportWildcard = async (context: Context, report: Report, domain: string): Promise<void> => {
  const name = `whybounce-${randomInt(2 ** 40).toString(36)}.${domain}`
  const answer = await context.query(name, 'MX')
  if (answer.status === 'found') report('mx.wildcard', [`MX of ${name}: ${describeAnswer(answer)}`], {}, { about: domain })
}

/** A network of 256 addresses, the usual unit of routing and of outages. Providers known by name have more places behind one. */
const oneNetwork = ({ hosts, provider }: MailRoute): string | undefined => {
  const reached = hosts.filter(({ addresses }) => addresses.length > 0)
  const networks = new Set(
    reached.flatMap(({ addresses }) => addresses.filter(isIPv4).map((address) => address.replace(/\.\d+$/, '.0/24')))
  )
  const [network] = networks
  if (provider !== undefined || reached.length < 2 || networks.size !== 1 || network === undefined) return undefined
  return `${reached
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ')}: all in ${network}`
}
