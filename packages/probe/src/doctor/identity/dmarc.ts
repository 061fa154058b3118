import { type DmarcRecord, dmarcText, isDmarcRecord, problemLines } from '@whybounce/core/record'
import type { Check, Context, Report } from '../check.ts'
import { type DmarcAt, type DmarcFound, findDmarc, sendsNothing } from './dmarc-record.ts'

/** Names that a record is published at by mistake: the domain itself, the name with the domain added twice by a panel, the name without its `_`. */
const wrongNames = (domain: string): readonly string[] => [domain, `_dmarc.${domain}.${domain}`, `dmarc.${domain}`]

/** A name that nobody has: where it leads, every name without a record of its own does (a wildcard). */
const inventedLabel = 'no-such-name-0d7b1c'

/** Where the CNAME of the record itself leads, and nothing is. */
const ownAlias = async (context: Context, domain: string, { alias }: DmarcAt): Promise<string | undefined> => {
  if (alias === undefined) return undefined
  const invented = await context.query(`${inventedLabel}.${domain}`, 'TXT')
  return invented.aliases.at(-1) === alias ? undefined : alias
}

const reportMissing = async (context: Context, report: Report, domain: string, { own, evidence }: DmarcFound): Promise<void> => {
  for (const wrong of wrongNames(domain)) {
    const answer = await context.query(wrong, 'TXT')
    const record = answer.records.find(isDmarcRecord)
    if (record === undefined) continue
    return report('dmarc.misplaced', [...evidence, `TXT of ${wrong}: ${record}`], { wrong, domain }, { about: domain })
  }
  const parked = await sendsNothing(context.query, domain)
  const record = parked ? 'v=DMARC1; p=reject' : `v=DMARC1; p=none; rua=mailto:dmarc@${domain}`
  const alias = await ownAlias(context, domain, own)
  if (alias !== undefined) return report('dmarc.alias-broken', evidence, { domain, alias, record }, { about: domain })
  report(parked ? 'dmarc.missing-parked' : 'dmarc.missing', evidence, { domain, record }, { about: domain })
}

const problemsOf = ({ problems }: DmarcRecord, severity: 'error' | 'warning'): readonly { text: string; section: string }[] =>
  problems.filter((one) => one.severity === severity)

/** The record that receivers go by: its policy, and what of it does not work. */
const reportApplied = (report: Report, domain: string, { applied, policy, evidence }: DmarcFound): void => {
  if (applied === undefined) return
  const { record, text, name } = applied
  const about = { about: domain }
  const errors = problemsOf(record, 'error')
  if (errors.length > 0 || policy === undefined) {
    report('dmarc.bad-record', [...evidence, ...problemLines(errors)], { name, record: dmarcText(text) }, about)
    return
  }
  report(policy === 'none' ? 'dmarc.monitoring' : 'dmarc.enforced', evidence, { policy }, about)
  const warnings = problemsOf(record, 'warning')
  if (warnings.length > 0) report('dmarc.flawed-record', [text, ...problemLines(warnings)], { name, record: dmarcText(text) }, about)
  if (record.percentage < 100 && policy !== 'none') report('dmarc.partial', [text], { percent: String(record.percentage), policy }, about)
  if (record.trial && policy !== 'none') report('dmarc.trial', [text], {}, about)
  if (applied.domain === domain && policy !== 'none' && record.subdomainPolicy === 'none')
    report('dmarc.subdomains-open', [text], { domain }, about)
  if (record.aggregate.length === 0) report('dmarc.no-reports', [text], { domain: applied.domain }, about)
}

/** Records that receivers do not count. True where there are such. */
const reportSpoiled = (report: Report, { kind, name, text, record, evidence }: DmarcAt, about: { readonly about: string }): boolean => {
  if (kind === 'several') report('dmarc.several', evidence, { name }, about)
  if (kind === 'unread' && record !== undefined) {
    const errors = problemsOf(record, 'error')
    report('dmarc.bad-record', [...evidence, ...problemLines(errors)], { name, record: dmarcText(text ?? '') }, about)
  }
  return kind === 'several' || kind === 'unread'
}

/** The DMARC policy that receivers find for the sending domain: its own, or the one that it inherits. */
export const dmarcCheck: Check = {
  id: 'dmarc',
  stage: 'identity',
  title: 'DMARC record',
  wanted: ({ sender }) => sender !== undefined,
  run: async (context, report) => {
    const domain = context.sender
    if (domain === undefined) return
    const found = await findDmarc(context, domain)
    const { own, applied, evidence } = found
    const about = { about: domain }
    if (reportSpoiled(report, own, about)) return
    if (applied !== undefined) return reportApplied(report, domain, found)
    if (found.unknown) return report('dmarc.unknown', evidence, {}, about)
    if (found.passedOver !== undefined && reportSpoiled(report, found.passedOver, about)) return
    await reportMissing(context, report, domain, found)
  }
}
