import type { FindingCode } from '@whybounce/core/finding'
import {
  allowsNobody,
  isSpf,
  isSpfFault,
  lintSpf,
  mendSpf,
  mergeSpf,
  quoteSpf,
  repairSpfVersion,
  type SpfProblem,
  splitSpf
} from '@whybounce/core/record'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { Context, Report } from '../check.ts'
import { maxLookups } from './spf-match.ts'
import { suggestSpf } from './spf-suggest.ts'
import { lookUpSpf, type SpfNode } from './spf-tree.ts'

/** The tree of a domain, looked up once in a run. */
export const spfTreeOf = (context: Context, domain: string): Promise<SpfNode> =>
  context.once(`spf ${domain}`, () => lookUpSpf(context.query, domain))

/** Records and terms shown of one problem; a record of 64 kB has thousands. */
const maxShown = 5

/** What is wrong with how the record is written: one finding a kind, each with the record that mends it and what must be mended with it. */
const reportProblems = (context: Context, domain: string, node: SpfNode, report: Report): void => {
  const { record } = node
  if (record === undefined) return
  const problems = lintSpf(record).filter(({ code }) => code !== 'private-ip' || !context.allowPrivate)
  const faults = problems.filter(isSpfFault)
  const kinds = new Map<SpfProblem['code'], readonly SpfProblem[]>()
  for (const problem of problems) kinds.set(problem.code, [...(kinds.get(problem.code) ?? []), problem])
  for (const [code, found] of kinds) {
    const mended = mendSpf(record, [...faults, ...found.filter((problem) => !isSpfFault(problem))])
    report(
      `spf.${code}` satisfies FindingCode,
      [
        `TXT of ${domain}: ${record.text}`,
        ...found
          .slice(0, maxShown)
          .filter(({ term }) => term !== '')
          .map(describeProblem)
      ],
      {
        domain,
        term: found[0]?.term ?? '',
        record: quoteSpf(mended),
        octets: String(Buffer.byteLength(record.text)),
        records: code === 'long' ? splitWords(node, domain) : ''
      },
      { about: domain }
    )
  }
}

/** What is longer is cut where it is shown, and a record that is cut must not be published. */
const maxWords = 4_000
/** Records shown that a long one is split into; each costs a look-up. */
const maxParts = 4

/** The records to publish in the place of a long one; the name of a further one where they cannot be told. */
const splitWords = ({ record, lookups }: SpfNode, domain: string): string => {
  const parts = record === undefined ? undefined : splitSpf(record, domain)
  if (parts === undefined || parts.length > maxParts || lookups + parts.length - 1 > maxLookups) return `_spf1.${domain}`
  const words = parts.map(({ name, record: text }) => `${name}. TXT ${quoteSpf(text)}`).join(' and ')
  return words.length > maxWords ? `_spf1.${domain}` : words
}

const describeProblem = (problem: SpfProblem): string => {
  const { term, at, instead = '' } = problem
  return `${term}, character ${at + 1}${isSpfFault(problem) && instead !== '' ? `; probably meant: ${instead}` : ''}`
}

/** Whether the domain is known to send, so that a record which lets nobody send is a fault and no policy. */
const isSender = ({ options }: Context): boolean =>
  options.from !== undefined || options.ip !== undefined || options.credentials !== undefined || options.message !== undefined

/** Whether there is one record, and how it is written. What it leads to is told apart. */
export const reportSpfRecord = async (context: Context, domain: string, report: Report): Promise<void> => {
  const node = await spfTreeOf(context, domain)
  const { answer, records } = node
  const about = { about: domain }
  if (answer === undefined || node.state === 'unknown')
    return report(
      'spf.unknown',
      answer === undefined ? [`no name for DNS: ${domain}`] : [`TXT of ${domain}: ${describeAnswer(answer)}`],
      {},
      about
    )
  const evidence = records.slice(0, maxShown).map((text) => `TXT of ${domain}: ${text}`)
  if (node.state === 'none') {
    const alike = answer.records.filter((text) => !isSpf(text)).find((text) => repairSpfVersion(text) !== undefined)
    const mended = alike === undefined ? undefined : repairSpfVersion(alike)
    if (mended !== undefined)
      return report('spf.not-recognised', [`TXT of ${domain}: ${JSON.stringify(alike)}`], { domain, record: quoteSpf(mended) }, about)
    const { record, from } = await suggestSpf(context, domain, '~all')
    const none = answer.records.length === 0 ? describeAnswer(answer) : 'none that begins with v=spf1'
    return report('spf.missing', [`TXT of ${domain}: ${none}`, ...from], { domain, record }, about)
  }
  if (node.state === 'multiple') return report('spf.multiple', evidence, { domain, record: quoteSpf(mergeSpf(records)) }, about)
  if (allowsNobody(records[0] ?? '')) {
    if (!isSender(context)) return report('spf.parked', evidence, {}, about)
    const { record, from } = await suggestSpf(context, domain, '-all')
    return report('spf.sends-nothing', [...evidence, ...from], { domain, record }, about)
  }
  report('spf.present', evidence, {}, about)
  reportProblems(context, domain, node, report)
}
