import { isIPv4 } from 'node:net'
import { domainToASCII } from 'node:url'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import { addToSpf, allowsNobody, isSpf, mergeSpf, quoteSpf } from '@whybounce/core/record'
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

export const routeCodes: Readonly<Record<Awaited<ReturnType<typeof findMailRoute>>['status'], FindingCode>> = {
  hosts: 'mail-from.routed',
  'null-mx': 'mail-from.null-mx',
  'dns-failure': 'mail-from.unknown',
  nxdomain: 'mail-from.no-route',
  'no-mail-host': 'mail-from.no-route',
  dangling: 'mail-from.no-route',
  private: 'mail-from.no-route'
}

const ipMechanism = (ip: string | undefined): string => (ip === undefined ? 'mx' : `${isIPv4(ip) ? 'ip4' : 'ip6'}:${ip}`)

/** Exactly one SPF record. Whether it allows our address is what the doctor works out: that takes up to ten look-ups. */
const checkSpf = async (query: Resolver['query'], domain: string, ip: string | undefined): Promise<Finding> => {
  const txt = await query(domain, 'TXT')
  const values = { domain, record: quoteSpf(`v=spf1 ${ipMechanism(ip)} ~all`) }
  if (txt.status === 'failed') return finding('spf.unknown', [`TXT of ${domain}: ${describeAnswer(txt)}`])
  const records = txt.records.filter(isSpf)
  const [record] = records
  if (record === undefined) return finding('spf.missing', [`no TXT record of ${domain} begins with v=spf1`], values)
  const evidence = records.slice(0, 5).map((text) => `TXT of ${domain}: ${text}`)
  if (records.length > 1) return finding('spf.multiple', evidence, { domain, record: quoteSpf(mergeSpf(records)) })
  if (allowsNobody(record)) return finding('spf.sends-nothing', evidence, { domain, record: quoteSpf(addToSpf(record, ipMechanism(ip))) })
  return finding('spf.present', evidence)
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
