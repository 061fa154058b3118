import type { OneAnswer } from '../../dns/ask-one.ts'
import type { Context, Report } from '../check.ts'
import { askServer, describeOne, recordsOf } from './ask-direct.ts'
import { apexAlias, type Serves } from './name-server-facts.ts'

/** Seconds: a minute, a day, and the week that RFC 8767 §4 suggests as the bound of every TTL. */
const minute = 60
const day = 86_400
const week = 604_800

/** Whether the servers of a zone that serve it say the same, by both transports, with TTLs that do no harm. */
export const judgeAnswers = async (
  context: Context,
  report: Report,
  zone: string,
  domains: readonly string[],
  servers: readonly Serves[]
): Promise<void> => {
  const apart = await Promise.all(domains.map((domain) => judgeMx(context, report, domain, servers)))
  const serials = judgeSerials(report, zone, servers, apart.includes(true))
  judgeTcp(report, zone, servers)
  judgeNegativeTtl(report, zone, servers)
  const alias = servers.map((server) => apexAlias(server, zone)).find((target) => target !== undefined)
  if (alias !== undefined) report('dns.apex-alias', [`${zone}. CNAME ${alias}.`], { domain: zone, canonical: alias }, { about: zone })
  else if (!serials && !apart.includes(true))
    report(
      'ns.agree',
      servers.map((server) => soaLine(server, zone)),
      {},
      { about: zone }
    )
}

const soaLine = ({ name, asked, said }: Serves, zone: string): string => `SOA of ${zone} at ${name} [${asked}]: ${describeOne(said.soa)}`

/** What an answer says, in whatever order and with whatever TTLs. Undefined where it says nothing. */
const contentOf = (answer: OneAnswer): string | undefined => {
  if (answer.status === 'silent' || (answer.responseCode !== 0 && answer.responseCode !== 3)) return undefined
  const records = answer.answers
    .filter(({ type }) => type === 'MX' || type === 'CNAME')
    .map(({ owner, type, data }) => `${owner} ${type} ${data}`)
  return [answer.responseCode, ...new Set(records.sort())].join('\n')
}

/** True where the servers disagree. */
const judgeMx = async (context: Context, report: Report, domain: string, servers: readonly Serves[]): Promise<boolean> => {
  const answers = await Promise.all(
    servers.map(async ({ name, asked }) => ({ name, asked, answer: await askServer(context, asked, domain, 'MX') }))
  )
  const contents = new Set(answers.map(({ answer }) => contentOf(answer)).filter((content) => content !== undefined))
  const lines = answers.map(({ name, asked, answer }) => `MX of ${domain} at ${name} [${asked}]: ${describeOne(answer)}`)
  if (contents.size > 1) report('ns.disagree', lines, { zone: domain }, { about: domain })
  const records = answers.flatMap(({ answer }) => (answer.status === 'answered' ? recordsOf(answer.answers, domain, 'MX') : []))
  if (records.length > 0) {
    const lowest = Math.min(...records.map(({ ttl }) => ttl))
    const highest = Math.max(...records.map(({ ttl }) => ttl))
    const shown = (seconds: number): readonly string[] => [`MX of ${domain}: TTL ${seconds} seconds`]
    if (lowest === 0) report('dns.ttl-zero', shown(0), { domain }, { about: domain })
    else if (lowest < minute) report('dns.ttl-short', shown(lowest), { domain }, { about: domain })
    if (highest > week) report('dns.ttl-long', shown(highest), { domain, ttl: String(Math.floor(highest / day)) }, { about: domain })
  }
  return contents.size > 1
}

/** The seven parts of an SOA: names, serial, refresh, retry, expire, minimum. */
const soaOf = ({ said: { soa } }: Serves, zone: string): { readonly parts: readonly string[]; readonly ttl: number } | undefined => {
  const [record] = soa.status === 'answered' ? recordsOf(soa.answers, zone, 'SOA') : []
  return record === undefined ? undefined : { parts: record.data.split(' '), ttl: record.ttl }
}

/** Serials count only between servers with the same primary: two operators beside each other number their copies each by themselves. */
const judgeSerials = (report: Report, zone: string, servers: readonly Serves[], apart: boolean): boolean => {
  const known = servers.flatMap((server) => {
    const [primary, , serial] = soaOf(server, zone)?.parts ?? []
    return primary === undefined || serial === undefined ? [] : [{ server, primary, serial }]
  })
  const differ = known.some(({ primary, serial }) => known.some((other) => other.primary === primary && other.serial !== serial))
  if (!differ) return false
  // Where the answers differ as well, that is the news.
  if (!apart) {
    const evidence = known.map(({ server }) => soaLine(server, zone))
    report('ns.serial-differs', evidence, { zone, servers: known.map(({ server }) => server.name).join(', ') }, { about: zone })
  }
  return true
}

const judgeTcp = (report: Report, zone: string, servers: readonly Serves[]): void => {
  const lineOf = ({ name, asked, said }: Serves): string => `SOA of ${zone} by TCP at ${name} [${asked}]: ${describeOne(said.soaByTcp)}`
  const deaf = servers.filter(({ said }) => said.soaByTcp.status === 'silent')
  if (deaf.length === servers.length) {
    report('ns.tcp-unknown', servers.map(lineOf), { zone, server: servers[0]?.name ?? '' }, { about: zone })
    return
  }
  for (const server of deaf) report('ns.no-tcp', [lineOf(server)], { server: server.name }, { about: zone })
}

/** RFC 2308 §5: a no holds for the lesser of the SOA's own TTL and its last number. */
const judgeNegativeTtl = (report: Report, zone: string, servers: readonly Serves[]): void => {
  const seconds = servers.flatMap((server) => {
    const soa = soaOf(server, zone)
    return soa === undefined ? [] : [Math.min(soa.ttl, Number(soa.parts[6]))]
  })
  const longest = Math.max(0, ...seconds)
  if (longest > day)
    report(
      'dns.ttl-negative-long',
      [`SOA of ${zone}: a no holds for ${longest} seconds`],
      { zone, ttl: String(Math.floor(longest / day)) },
      { about: zone }
    )
}
