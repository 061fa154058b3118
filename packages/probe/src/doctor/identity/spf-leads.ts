import type { FindingCode } from '@whybounce/core/finding'
import { isSpfFault, lintSpf, mendSpf, parseSpf, quoteSpf } from '@whybounce/core/record'
import { describeAnswer } from '../../dns/describe-answer.ts'
import type { Context, Report } from '../check.ts'
import { flattenSpf, listCosts } from './spf-flatten.ts'
import { maxLookups, maxVoidLookups } from './spf-match.ts'
import { spfTreeOf } from './spf-record.ts'
import { type SpfNode, type SpfStep, stepsOf } from './spf-tree.ts'

/** Lines that show what a record leads to; a check follows 10. */
const maxLines = 20
/** Look-ups that are told by number: beyond, not everything was followed. */
const maxCounted = 50
/** Findings about parts of the tree; who has more mends these first. */
const maxFindings = 10

const nodeCodes: Readonly<Partial<Record<SpfNode['state'], FindingCode>>> = {
  none: 'spf.include-missing',
  multiple: 'spf.include-broken',
  broken: 'spf.include-broken',
  unknown: 'spf.include-unknown',
  loop: 'spf.loop'
}

const codeOf = ({ branch: { node, term, empty, tooMany }, path }: SpfStep): FindingCode | undefined => {
  if (tooMany !== undefined) return 'spf.too-many-mx'
  if (empty) return 'spf.void-lookup'
  if (node !== undefined) return nodeCodes[node.state]
  const passesAll = term.kind === 'mechanism' && term.qualifier === '+' && (term.name === 'all' || term.network?.prefix === 0)
  return passesAll && path.length > 1 ? 'spf.include-passes-all' : undefined
}

const chain = (path: readonly string[]): string => path.join(' > ')

const evidenceOf = ({ branch, place, path }: SpfStep): readonly string[] => {
  const { node, name, tooMany } = branch
  const records = node?.records.slice(0, 3).map((text) => `TXT of ${node.domain}: ${text}`) ?? []
  const asked = node?.answer !== undefined && records.length === 0 ? [`TXT of ${node.domain}: ${describeAnswer(node.answer)}`] : []
  const wrong = node?.record === undefined ? [] : lintSpf(node.record).filter(isSpfFault).slice(0, 3)
  return [
    `${place.domain}: ${chain(path)}`,
    ...records,
    ...asked,
    ...wrong.map(({ term, at }) => `error at character ${at + 1}: ${term}`),
    ...(name === undefined ? [] : [`${name}: ${tooMany === undefined ? 'no such name, or no address' : `${tooMany} MX hosts`}`])
  ]
}

/** The record of a domain without one of its terms, with what else is wrong mended; empty where it is not known. */
const without = ({ record }: SpfNode, text: string): string => {
  const term = record?.terms.find((one) => one.text === text)
  if (record === undefined || term === undefined) return ''
  const dropped = { code: 'duplicate' as const, term: text, at: term.at, instead: '' }
  return quoteSpf(mendSpf(record, [...lintSpf(record).filter(isSpfFault), dropped]))
}

const reportStep = (step: SpfStep, code: FindingCode, domain: string, report: Report): void => {
  const { branch, place, above, path } = step
  // Of `+all`, what led to it is to be taken out.
  const values =
    code === 'spf.include-passes-all'
      ? {
          term: path.at(-2) ?? '',
          name: place.domain,
          place: above?.domain ?? '',
          record: above === undefined ? '' : without(above, path.at(-2) ?? '')
        }
      : {
          term: branch.term.text,
          name: branch.node?.domain ?? branch.name ?? '',
          place: place.domain,
          record: without(place, branch.term.text)
        }
  report(code, evidenceOf(step), values, { about: domain })
}

/** What a record leads to: how many look-ups, which lead nowhere, which are broken (RFC 7208 §4.6.4, §5.2). */
export const reportSpfTree = async (context: Context, domain: string, report: Report): Promise<void> => {
  const node = await spfTreeOf(context, domain)
  const { record } = node
  if (record === undefined || node.state === 'multiple') return
  const steps = stepsOf(node)
  const costly = steps.filter(({ branch }) => branch.lookups > 0)
  const lines = costly.slice(0, maxLines).map(({ branch, path }) => `${chain(path)} → ${branch.lookups}`)
  if (costly.length > maxLines) lines.push(`and ${costly.length - maxLines} more`)
  const values = { domain, count: node.lookups > maxCounted ? `more than ${maxCounted}` : String(node.lookups), largest: listCosts(node) }
  const about = { about: domain }
  const faults = lintSpf(record).filter(isSpfFault)

  if (node.lookups <= maxLookups) report('spf.lookups', lines, values, about)
  else {
    const flat = flattenSpf(node, parseSpf(mendSpf(record, faults)))
    if (flat === undefined) report('spf.far-too-many-lookups', lines, values, about)
    else report('spf.too-many-lookups', lines, { ...values, record: quoteSpf(flat) }, about)
  }

  const coded = steps.flatMap((step) => {
    const code = codeOf(step)
    // What is told of how the term is written is not told again of where it leads.
    const told = step.place === node && faults.some(({ at }) => at === step.branch.term.at)
    return code === undefined || told ? [] : [{ step, code }]
  })
  const empty = coded.filter(({ code }) => code === 'spf.void-lookup')
  const tooEmpty = empty.length > maxVoidLookups
  if (tooEmpty) {
    const own = empty.filter(({ step }) => step.place === node).map(({ step }) => step.branch.term)
    const mended = mendSpf(record, [...faults, ...own.map(({ text, at }) => ({ code: 'duplicate' as const, term: text, at, instead: '' }))])
    report(
      'spf.too-many-void-lookups',
      empty.slice(0, maxLines).map(({ step }) => `${chain(step.path)}: ${step.branch.name ?? ''} gives nothing`),
      { domain, count: String(empty.length), record: quoteSpf(mended) },
      about
    )
  }
  const news = coded.filter(({ code }) => !tooEmpty || code !== 'spf.void-lookup')
  // A term that stands twice, or a record that is reached by two ways, is told once.
  const once = new Map(
    news.map(({ step, code }) => [`${code} ${step.branch.term.text} ${step.place.domain}`, { step, code }] as const).reverse()
  )
  for (const { step, code } of [...once.values()].reverse().slice(0, maxFindings)) reportStep(step, code, domain, report)
}
