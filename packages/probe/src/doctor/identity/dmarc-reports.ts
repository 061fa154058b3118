import { countsAsDmarc } from '@whybounce/core/record'
import { getDomain } from 'tldts'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { Check, Context, Report } from '../check.ts'
import { findDmarc } from './dmarc-record.ts'

/** Domains that reports go to and are asked about; receivers need heed only two (RFC 7489 §6.2). */
const maxDestinations = 10

const organisation = (domain: string): string => getDomain(domain, { allowPrivateDomains: false }) ?? domain

const noMail = ['nxdomain', 'null-mx', 'no-mail-host', 'dangling']

/** Whether a domain outside one's own agreed to take reports (RFC 9990 §4, RFC 7489 §7.1), and takes mail at all. */
const checkDestination = async (context: Context, report: Report, policyDomain: string, destination: string): Promise<void> => {
  const name = `${policyDomain}._report._dmarc.${destination}`
  const external = organisation(destination) !== organisation(policyDomain)
  const [route, agreed] = await Promise.all([context.route(destination), external ? context.query(name, 'TXT') : undefined])
  const evidence = [...(agreed === undefined ? [] : [`TXT of ${name}: ${describeAnswer(agreed)}`]), ...route.evidence]
  const values = { destination, name }
  const about = { about: destination }
  if (agreed?.status === 'failed') return report('dmarc.reports-unknown', evidence, values, about)
  if (agreed !== undefined && !agreed.records.some((record) => countsAsDmarc(record.trim())))
    return report('dmarc.reports-not-welcome', evidence, values, about)
  // What is wrong with the servers of the receiving domain is told there, and is to be mended there.
  const toldByMx = destination === context.receiver && route.status !== 'null-mx'
  if (noMail.includes(route.status) && toldByMx) return
  if (noMail.includes(route.status)) return report('dmarc.reports-undeliverable', evidence, values, about)
  if (route.status === 'dns-failure') return report('dmarc.reports-unknown', evidence, values, about)
  report('dmarc.reports-welcome', evidence, values, about)
}

export const dmarcReportsCheck: Check = {
  id: 'dmarc-reports',
  stage: 'identity',
  title: 'Where DMARC reports go',
  wanted: ({ sender }) => sender !== undefined,
  run: async (context, report) => {
    if (context.sender === undefined) return
    const { applied } = await findDmarc(context, context.sender)
    if (applied === undefined) return
    const { aggregate, failure } = applied.record
    const destinations = new Set([...aggregate, ...failure].flatMap(({ domain }) => (domain === undefined ? [] : [domain])))
    await Promise.all([...destinations].slice(0, maxDestinations).map((one) => checkDestination(context, report, applied.domain, one)))
  }
}
