import { isIPv4 } from 'node:net'
import { domainToASCII } from 'node:url'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import { describeAnswer } from '../dns/describe-answer.ts'
import { findMailRoute } from '../dns/mail-route.ts'
import type { Resolver } from '../dns/resolver.ts'
import { plainName } from '../dns/wire-name.ts'
import { isHostName } from './host-names.ts'

const isNullSender = (mailFrom: string): boolean => mailFrom === '' || mailFrom === '<>'

/** The domain of `probe@example.com`, undefined where there is none that can be asked for. The local part is nobody's business here. */
const domainOf = (mailFrom: string): string | undefined => {
  const at = mailFrom.lastIndexOf('@')
  const domain = plainName(domainToASCII(mailFrom.slice(at + 1)))
  return at > 0 && isHostName(domain) ? domain : undefined
}

const routeCodes: Readonly<Record<Awaited<ReturnType<typeof findMailRoute>>['status'], FindingCode>> = {
  hosts: 'mail-from.routed',
  'null-mx': 'mail-from.null-mx',
  'dns-failure': 'mail-from.unknown',
  nxdomain: 'mail-from.no-route',
  'no-mail-host': 'mail-from.no-route',
  dangling: 'mail-from.no-route',
  private: 'mail-from.no-route'
}

const ipMechanism = (ip: string | undefined): string => (ip === undefined ? 'mx' : `${isIPv4(ip) ? 'ip4' : 'ip6'}:${ip}`)

/** RFC 7208 §4.5: `v=spf1`, then a space or the end, in any letter case. */
const isSpf = (record: string): boolean => /^v=spf1(?: |$)/i.test(record)
/** Whether a record lets nobody send: nothing but `-all`, as domains without mail publish it. */
const allowsNobody = (record: string): boolean => /^v=spf1 +-all *$/i.test(record)

/** Exactly one SPF record. Whether it allows our address is not worked out: that takes up to ten look-ups and a full evaluation. */
const checkSpf = async (query: Resolver['query'], domain: string, ip: string | undefined): Promise<Finding> => {
  const txt = await query(domain, 'TXT')
  const values = { domain, mechanism: ipMechanism(ip) }
  if (txt.status === 'failed') return finding('spf.unknown', [`TXT of ${domain}: ${describeAnswer(txt)}`])
  const records = txt.records.filter(isSpf)
  const [record] = records
  if (record === undefined) return finding('spf.missing', [`no TXT record of ${domain} begins with v=spf1`], values)
  const evidence = records.slice(0, 5).map((text) => `TXT of ${domain}: ${text}`)
  if (records.length > 1) return finding('spf.multiple', evidence, values)
  return finding(allowsNobody(record) ? 'spf.sends-nothing' : 'spf.present', evidence, values)
}

/**
 * Whether the MAIL FROM address is one that servers take: its domain takes mail itself, and says who sends for it. With an empty
 * sender SPF goes by the EHLO name instead (RFC 7208 §2.4).
 */
export const checkSenderDomain = async (
  resolver: Resolver,
  mailFrom: string,
  ehloName: string,
  ip: string | undefined,
  allowPrivate: boolean
): Promise<readonly Finding[]> => {
  if (isNullSender(mailFrom)) {
    const name = plainName(ehloName)
    return [finding('mail-from.null', ['MAIL FROM:<>']), ...(isHostName(name) ? [await checkSpf(resolver.query, name, ip)] : [])]
  }
  const domain = domainOf(mailFrom)
  if (domain === undefined) return [finding('mail-from.bad-address', [`MAIL FROM:<${mailFrom}>`])]
  const [route, spf] = await Promise.all([findMailRoute(resolver, domain, { allowPrivate }), checkSpf(resolver.query, domain, ip)])
  return [finding(routeCodes[route.status], route.evidence, { domain, ehlo: plainName(ehloName) }), spf]
}
