import type { FindingCode } from '@whybounce/core/finding'
import { addToSpf, allowsNobody, clientIp, isSpf, isSpfFault, lintSpf, mendSpf, quoteSpf } from '@whybounce/core/record'
import { plainName } from '../../dns/wire-name.ts'
import type { Context, Report } from '../check.ts'
import { evaluateSpf, type SpfResult, type SpfVerdict } from './spf-evaluate.ts'
import { matchSpf } from './spf-match.ts'
import { spfTreeOf } from './spf-record.ts'
import { ipMechanism } from './spf-suggest.ts'
import type { SpfNode } from './spf-tree.ts'

/** What a check for an address comes to; `none` is told of the record itself. */
const codes: Readonly<Record<Exclude<SpfResult, 'none'>, FindingCode>> = {
  pass: 'spf.ip-passes',
  fail: 'spf.ip-fails',
  softfail: 'spf.ip-softfails',
  neutral: 'spf.ip-neutral',
  permerror: 'spf.ip-error',
  temperror: 'spf.ip-unknown'
}

const qualifierOf: Readonly<Record<string, SpfResult>> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' }

/** Which part of the record decided, where the tree tells it and says the same as the check. */
const decided = (node: SpfNode, ip: string, { result, text }: SpfVerdict): string => {
  const number = clientIp(ip)
  const match = number === undefined ? undefined : matchSpf(node, number)
  if (match === undefined || qualifierOf[match.qualifier] !== result) return `${ip}: ${result}${text === '' ? '' : ` (${text})`}`
  return `${ip}: ${result}, by ${match.path.length === 0 ? 'the end of the record, which says nothing of it' : match.path.join(' > ')}`
}

/** The record that lets the address send, with what else is wrong mended. */
const withAddress = (node: SpfNode, ip: string): string => {
  const mechanism = ipMechanism(ip) ?? ''
  const mended = node.record === undefined ? 'v=spf1 ~all' : mendSpf(node.record, lintSpf(node.record).filter(isSpfFault))
  return quoteSpf(addToSpf(mended, mechanism))
}

/** What SPF says of mail from one address (RFC 7208 §4), and by which part of the record. */
export const reportSpfAddress = async (context: Context, domain: string, ip: string, report: Report): Promise<void> => {
  const node = await spfTreeOf(context, domain)
  const [text = ''] = node.records
  // Several records, none, or one that lets nobody send: told of the record itself.
  if (node.records.length !== 1 || allowsNobody(text)) return
  const verdict = await evaluateSpf(context.query, { ip, sender: domain, ehlo: plainName(context.options.ehloName) })
  if (verdict.result === 'none') return
  const values = { ip, domain, record: withAddress(node, ip) }
  report(codes[verdict.result], [`TXT of ${domain}: ${text}`, decided(node, ip, verdict)], values, { about: domain })
}

/** The same of the EHLO name, by which mail with an empty sender is judged (RFC 7208 §2.4). Without a record of its own nothing is said. */
export const reportSpfEhlo = async (context: Context, ehlo: string, ip: string, report: Report): Promise<void> => {
  const answer = await context.query(ehlo, 'TXT')
  const records = answer.records.filter(isSpf)
  const [text] = records
  if (text === undefined) return
  const { result, text: words } = await evaluateSpf(context.query, { ip, sender: '', ehlo })
  const evidence = [`TXT of ${ehlo}: ${text}`, `${ip}: ${result}${words === '' ? '' : ` (${words})`}`]
  if (result === 'pass') return report('spf.ehlo-passes', evidence, { ip, ehlo }, { about: ehlo })
  if (result === 'neutral' || result === 'none' || result === 'temperror') return
  const node = await spfTreeOf(context, ehlo)
  report('spf.ehlo-fails', evidence, { ip, ehlo, result, record: withAddress(node, ip) }, { about: ehlo })
}
