import { bimiText, isBimi, parseBimi, problemLines } from '@whybounce/core/record'
import { getDomain } from 'tldts'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { DnsAnswer } from '../../dns/resolver.ts'
import type { Check, Context } from '../check.ts'
import { findDmarc } from './dmarc-record.ts'

/** The default selector at the domain, else at its organisational domain. */
const askBimi = async ({ query }: Context, domain: string): Promise<DnsAnswer> => {
  const own = await query(`default._bimi.${domain}`, 'TXT')
  const parent = getDomain(domain, { allowPrivateDomains: false })
  if (own.records.some(isBimi) || own.status === 'failed' || parent === null || parent === domain) return own
  return query(`default._bimi.${parent}`, 'TXT')
}

/** BIMI: the record and the DMARC policy that it needs. The logo and the certificate are not fetched. */
export const bimiCheck: Check = {
  id: 'bimi',
  stage: 'identity',
  title: 'Logo beside mail (BIMI)',
  wanted: ({ sender }) => sender !== undefined,
  run: async (context, report) => {
    const domain = context.sender
    if (domain === undefined) return
    const answer = await askBimi(context, domain)
    const { name } = answer
    const asked = `TXT of ${name}: ${describeAnswer(answer)}`
    const about = { about: domain }
    if (answer.status === 'failed') return report('bimi.unknown', [asked], {}, about)
    const meant = answer.records.filter((record) => isBimi(record) || /^\s{0,9}"?v\s{0,9}=\s{0,9}BIMI/i.test(record))
    const [record] = meant
    if (record === undefined) return report('bimi.not-used', [asked], {}, about)
    if (meant.length > 1) return report('bimi.several', [asked], { name }, about)
    const { valid, declined, certificate, problems } = parseBimi(record)
    const evidence = [asked, ...problemLines(problems)]
    if (!valid) {
      return report('bimi.bad-record', evidence, { name, record: bimiText(record, domain) }, about)
    }
    if (declined) return report('bimi.declined', evidence, {}, about)
    const { applied, policy } = await findDmarc(context, domain)
    const weak =
      policy === undefined ||
      policy === 'none' ||
      applied?.record.subdomainPolicy === 'none' ||
      applied?.record.trial ||
      (applied?.record.percentage ?? 0) < 100
    if (applied !== undefined && weak)
      return report('bimi.weak-dmarc', [...evidence, ...applied.evidence], { domain: applied.domain }, about)
    report(certificate === undefined ? 'bimi.no-certificate' : 'bimi.good', evidence, {}, about)
  }
}
