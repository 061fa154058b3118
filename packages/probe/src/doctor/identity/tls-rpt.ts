import { isTlsRpt, parseTlsRpt, problemLines, tlsRptText } from '@whybounce/core/record'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { Check } from '../check.ts'

/** TLS-RPT (RFC 8460): reports about mail that came in. Only of a domain that was named as one's own. */
export const tlsRptCheck: Check = {
  id: 'tls-rpt',
  stage: 'identity',
  title: 'Reports about TLS failures (TLS-RPT)',
  wanted: ({ target }) => target.kind === 'domain',
  run: async (context, report) => {
    const domain = context.receiver
    if (domain === undefined) return
    const name = `_smtp._tls.${domain}`
    const answer = await context.query(name, 'TXT')
    const asked = `TXT of ${name}: ${describeAnswer(answer)}`
    const about = { about: domain }
    if (answer.status === 'failed') return report('tls-rpt.unknown', [asked], {}, about)
    // RFC 8460 §3: records that do not begin so are discarded; one that nearly does was meant.
    const meant = answer.records.filter((record) => isTlsRpt(record) || /^\s{0,9}"?v\s{0,9}=\s{0,9}TLS-?RPT/i.test(record))
    const [record] = meant
    if (record === undefined) return report('tls-rpt.not-used', [asked], {}, about)
    if (answer.records.filter(isTlsRpt).length > 1) return report('tls-rpt.several', [asked], { domain }, about)
    const text = answer.records.find(isTlsRpt) ?? record
    const { valid, problems } = parseTlsRpt(text)
    const evidence = [asked, ...problemLines(problems)]
    if (valid) report('tls-rpt.good', evidence, {}, about)
    else report('tls-rpt.bad-record', evidence, { domain, record: tlsRptText(text, domain) }, about)
  }
}
