import { isIP } from 'node:net'
import { type Finding, finding } from '@whybounce/core/finding'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { DnsAnswer } from '../../dns/resolver.ts'
import type { Check, Context } from '../check.ts'
import { describeTls } from './certificate-findings.ts'
import { fitsTlsa, isUsable, maxTlsa, parseTlsa, tlsaFor } from './dane.ts'
import { isReached } from './reach-findings.ts'
import { placeOf, type ServerAt, type Session, serversOf, sessionWith } from './session.ts'

/** Failures that are an answer: the name servers could not, or would not, say. What was only late or lost is not. */
const refusedToAnswer: ReadonlySet<string> = new Set(['servfail', 'refused', 'notimp', 'formerr'])

/** DANE for SMTP (RFC 7672): TLSA records of the servers, believed only where DNSSEC vouches for them, against what the servers show. */
export const daneCheck: Check = {
  id: 'dane',
  stage: 'dialogue',
  title: 'DANE (TLSA records)',
  wanted: ({ target }) => target.kind !== 'machine',
  run: async (context, report) => {
    const servers = (await serversOf(context)).filter(({ host, port }) => port === 25 && isIP(host) === 0 && host !== 'localhost')
    const hosts = [...new Set(servers.map(({ host }) => host))]
    const found = await Promise.all(
      hosts.map((host) =>
        hostFindings(
          context,
          servers.filter((at) => at.host === host)
        )
      )
    )
    // One word for all hosts that have nothing of the kind.
    const used = found.flat().filter(({ code }) => code !== 'dane.not-used')
    for (const one of used) report(one)
    if (hosts.length > 0 && used.length === 0)
      report(
        'dane.not-used',
        found.flat().flatMap(({ evidence }) => evidence)
      )
  }
}

const line = (answer: DnsAnswer): string =>
  `${answer.type} of ${answer.name}: ${describeAnswer(answer)}${answer.status === 'failed' ? '' : answer.authenticated ? ' (DNSSEC)' : ' (no DNSSEC)'}`

const hostFindings = async (context: Context, servers: readonly ServerAt[]): Promise<readonly Finding[]> => {
  const [first] = servers
  if (first === undefined) return []
  const { host, port, role } = first
  const name = `_${port}._tcp.${host}`
  const { receiver, options } = context
  const tlsa = await context.query(name, 'TLSA')
  const values = { host, name, domain: receiver ?? host }
  const one = (code: Parameters<typeof finding>[0], evidence: readonly string[]): readonly Finding[] => [
    finding(code, evidence, values, { about: host })
  ]
  const trusted = options.trustedResolver ?? false
  const addresses = await Promise.all([context.query(host, 'A'), context.query(host, 'AAAA')])
  // RFC 7672 §2.2.2: an answer without records vouches as much as one with some.
  const addressSigned = addresses.every(({ authenticated, status }) => authenticated && status !== 'failed')
  if (tlsa.status === 'failed') {
    const signed = trusted && addressSigned && refusedToAnswer.has(tlsa.failure ?? '')
    return one(signed ? 'dane.lookup-fails' : 'dane.unknown', [line(tlsa), ...addresses.map(line)])
  }
  if (tlsa.status !== 'found') return one('dane.not-used', [line(tlsa)])
  if (!trusted) return one('dane.not-believed', [line(tlsa)])
  if (!tlsa.authenticated || !addressSigned) return one('dane.unsigned', [line(tlsa), ...addresses.map(line)])
  const mx = role === 'mx' && receiver !== undefined ? await context.query(receiver, 'MX') : undefined
  const names = [host, ...(receiver === undefined ? [] : [receiver])]
  const sessions = await Promise.all(servers.map((at) => sessionWith(context, at)))
  const compared = sessions.flatMap((session) => serverFinding(session, tlsa, name, names, context.now()))
  if (mx === undefined || mx.authenticated) return compared
  // RFC 7672 §2.2.1 leaves it to the sender whether an unsigned MX ends DANE; Postfix compares all the same (smtp_tls_dane_insecure_mx_policy).
  const bad = compared.filter(({ code }) => code === 'dane.mismatch' || code === 'dane.no-tls')
  return bad.length > 0
    ? bad.map((found) => ({ ...found, evidence: [...found.evidence, line(mx)] }))
    : one('dane.route-unsigned', [line(tlsa), line(mx)])
}

const serverFinding = (session: Session, tlsa: DnsAnswer, name: string, names: readonly string[], now: Date): readonly Finding[] => {
  const { at, tls, error } = session
  const about = placeOf(at)
  const [own] = tls?.chain ?? []
  const values = { host: at.host, name, record: own === undefined ? '' : tlsaFor(name, own) }
  const evidence = [line(tlsa), ...(tls === undefined ? [] : describeTls(tls))]
  const records = tlsa.records.slice(0, maxTlsa).flatMap((record) => parseTlsa(record) ?? [])
  if (tls === undefined || own === undefined) {
    // Refused before TLS came into it, or not reached: nothing is known of the certificate.
    const noTls = session.ehlo !== undefined || error?.stage === 'starttls'
    return [
      finding(noTls && isReached(session) && error?.code !== 'EABORTED' ? 'dane.no-tls' : 'dane.not-compared', evidence, values, { about })
    ]
  }
  if (!records.some(isUsable)) return [finding('dane.unusable', evidence, values, { about })]
  const fitting = records.find((record) => fitsTlsa(record, tls.chain, names, now))
  if (fitting === undefined) return [finding('dane.mismatch', [...evidence, `it would be: ${values.record}`], values, { about })]
  const { usage, selector, matching, data } = fitting
  return [finding('dane.matches', [`${name} TLSA ${usage} ${selector} ${matching} ${data}`], values, { about })]
}
