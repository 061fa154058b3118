import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import {
  isMtaStsRecord,
  type MtaStsPolicy,
  matchesMtaStsPattern,
  parseMtaStsPolicy,
  parseMtaStsRecord,
  problemLines
} from '@whybounce/core/record'
import { describeAnswer, listSome } from '../../dns/describe-answer.ts'
import { isPublicAddress } from '../../dns/public-address.ts'
import type { Check, Context, Report } from '../check.ts'
import { describeTls } from './certificate-findings.ts'
import { policyTimeout } from './connect.ts'
import { type Fetched, fetchPolicy } from './fetch-policy.ts'
import { isReached } from './reach-findings.ts'
import { placeOf, type Session, serversOf, sessionWith } from './session.ts'

/** Lines of a policy that are shown. */
const maxShown = 20

/** MTA-STS (RFC 8461): the record, the policy behind it, and whether the MX hosts are as the policy wants them. */
export const mtaStsCheck: Check = {
  id: 'mta-sts',
  stage: 'dialogue',
  title: 'MTA-STS record and policy',
  wanted: ({ receiver }) => receiver !== undefined,
  run: async (context, report) => {
    const domain = context.receiver ?? ''
    const record = await readRecord(context, domain, report)
    if (record === undefined) return
    const text = await readPolicyFile(context, domain, report)
    if (text === undefined) return
    await judgePolicy(context, domain, { record, text }, report)
  }
}

/** A new id for the record: the time, as RFC 8461 §3.1's own example has it. */
const idAt = (now: Date): string => now.toISOString().replace(/\D/g, '').slice(0, 14)

const urlOf = (domain: string): string => `https://mta-sts.${domain}/.well-known/mta-sts.txt`

const valuesFor = (context: Context, domain: string): Readonly<Record<string, string>> => ({
  domain,
  url: urlOf(domain),
  id: idAt(context.now())
})

const readRecord = async (context: Context, domain: string, report: Report): Promise<string | undefined> => {
  const answer = await context.query(`_mta-sts.${domain}`, 'TXT')
  const asked = `TXT of _mta-sts.${domain}: ${describeAnswer(answer)}`
  if (answer.status === 'failed') report('mta-sts.record-unknown', [asked])
  // Whoever publishes no record can have a TXT for all names (a wildcard), which is not meant for this.
  const meant = answer.records.filter(isMtaStsRecord)
  const [record] = meant
  const values = valuesFor(context, domain)
  if (answer.status === 'failed') return undefined
  if (record === undefined) {
    const misspelt = answer.records.some((text) => /^\W*v\s*=\s*sts/i.test(text))
    report(misspelt ? 'mta-sts.bad-record' : 'mta-sts.not-used', [asked], values)
    return undefined
  }
  if (meant.length > 1) {
    report('mta-sts.multiple-records', [asked], values)
    return undefined
  }
  const { id, problems } = parseMtaStsRecord(record)
  if (id !== undefined) return record
  report('mta-sts.bad-record', [asked, ...problemLines(problems)], values)
  return undefined
}

const readPolicyFile = async (context: Context, domain: string, report: Report): Promise<string | undefined> => {
  const host = `mta-sts.${domain}`
  const values = valuesFor(context, domain)
  const answers = await Promise.all([context.query(host, 'A'), context.query(host, 'AAAA')])
  const asked = answers.map((answer) => `${answer.type} of ${host}: ${describeAnswer(answer)}`)
  const addresses = answers.flatMap(({ records }) => records)
  const usable = context.allowPrivate ? addresses : addresses.filter(isPublicAddress)
  if (usable.length === 0) {
    const unknown = answers.some(({ status }) => status === 'failed')
    report(addresses.length > 0 ? 'mta-sts.private-host' : unknown ? 'mta-sts.policy-unknown' : 'mta-sts.no-policy-host', asked, values)
    return undefined
  }
  const { roots } = context.options
  const fetched = await fetchPolicy(host, usable, {
    signal: context.signal,
    timeout: policyTimeout(context),
    ...(roots === undefined ? {} : { roots })
  })
  if (context.signal.aborted) return undefined
  const code = fetchCodes[fetched.kind]
  if (fetched.kind === 'policy') {
    if (!/^text\/plain\s*(?:;|$)/i.test(fetched.contentType))
      report('mta-sts.content-type', [`${urlOf(domain)}: Content-Type: ${fetched.contentType || 'none'}`], values)
    return fetched.text
  }
  if (code !== undefined)
    report(code, [...asked, `${urlOf(domain)}: ${wordsOf(fetched)}`], {
      ...values,
      status: fetched.kind === 'status' ? String(fetched.status) : ''
    })
  return undefined
}

const fetchCodes: Readonly<Record<Fetched['kind'], FindingCode | undefined>> = {
  policy: undefined,
  status: 'mta-sts.not-found',
  redirect: 'mta-sts.redirect',
  'bad-certificate': 'mta-sts.bad-certificate',
  unreachable: 'mta-sts.unreachable',
  stalled: 'mta-sts.stalled',
  'too-long': 'mta-sts.too-long'
}

const wordsOf = (fetched: Fetched): string => {
  switch (fetched.kind) {
    case 'status':
      return `status ${fetched.status}`
    case 'redirect':
      return `status ${fetched.status}, to ${fetched.location}`
    case 'bad-certificate':
    case 'unreachable':
      return fetched.problem
    default:
      return fetched.kind
  }
}

/** Whether a policy file is sound, and the MX hosts are as it says. */
export const judgePolicy = async (
  context: Context,
  domain: string,
  { record, text }: { readonly record: string; readonly text: string },
  report: Report
): Promise<void> => {
  const policy = parseMtaStsPolicy(text)
  const lines = [
    `_mta-sts.${domain} TXT ${record}`,
    ...text
      .split('\n', maxShown)
      .map((line) => line.trim())
      .filter((line) => line !== '')
  ]
  const route = await context.route(domain)
  const values = { ...valuesFor(context, domain), hosts: listSome(route.hosts.map(({ name }) => name)) }
  if (!policy.valid || policy.mode === undefined) {
    report('mta-sts.bad-policy', [...problemLines(policy.problems), ...lines], values)
    return
  }
  if (policy.mode === 'none') {
    report('mta-sts.none', lines, values)
    return
  }
  const uncovered = route.hosts.filter(({ name }) => !policy.mx.some((pattern) => matchesMtaStsPattern(name, pattern)))
  const enforced = policy.mode === 'enforce'
  if (policy.problems.some(({ code }) => code === 'short-max-age'))
    report('mta-sts.short-max-age', lines, { ...values, seconds: String(policy.maxAge ?? 0) })
  if (uncovered.length > 0)
    report(
      enforced ? 'mta-sts.mx-not-covered' : 'mta-sts.mx-not-covered-testing',
      [...lines, ...uncovered.map(({ name }) => `not covered: ${name}`)],
      {
        ...values,
        lines: listSome(uncovered.map(({ name }) => `mx: ${name}`))
      }
    )
  const refused = await refusedServers(context, policy)
  for (const one of refused) report(one)
  if (uncovered.length === 0 && refused.length === 0) report(enforced ? 'mta-sts.in-order' : 'mta-sts.testing', lines, values)
}

/** The servers that the policy names, and whose encryption is not what RFC 8461 §4.2 asks for. What was not reached is told elsewhere. */
const refusedServers = async (context: Context, policy: MtaStsPolicy): Promise<readonly Finding[]> => {
  const servers = (await serversOf(context)).filter(({ host }) => policy.mx.some((pattern) => matchesMtaStsPattern(host, pattern)))
  const sessions = await Promise.all(servers.map((at) => sessionWith(context, at)))
  const code = policy.mode === 'enforce' ? 'mta-sts.server-refused' : 'mta-sts.server-refused-testing'
  return sessions
    .filter(isUnfit)
    .map((session) => finding(code, proofOf(session), { host: session.at.host }, { about: placeOf(session.at) }))
}

const isUnfit = (session: Session): boolean => {
  const { tls, ehlo, error } = session
  if (!isReached(session) || error?.code === 'EABORTED') return false
  if (tls !== undefined) return tls.certificate?.authorized !== true
  return ehlo !== undefined || error?.stage === 'starttls'
}

const proofOf = ({ tls, error }: Session): readonly string[] =>
  tls === undefined ? [error === undefined ? 'STARTTLS is not offered, or was refused' : error.message] : describeTls(tls)
