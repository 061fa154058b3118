import { type CompliancePoint, type ComplianceProvider, compliance } from '@whybounce/core'
import { type Finding, type FindingCode, findingWords } from '@whybounce/core/finding'
import type { Check } from '../check.ts'

/** What was measured of one point. `elsewhere`: only the provider, or one's own system, sees it. */
type PointState = 'met' | 'not-met' | 'unknown' | 'elsewhere'
export type PointResult = { readonly point: CompliancePoint; readonly state: PointState; readonly by?: FindingCode }

export const resultOf = (point: CompliancePoint, found: ReadonlySet<FindingCode>): PointResult => {
  if (point.see !== undefined) return { point, state: 'elsewhere' }
  const met = point.met.find((code) => found.has(code))
  const notMet = point.notMet.find((code) => found.has(code))
  const sure = point.wins.find((code) => found.has(code))
  if (sure !== undefined) return { point, state: 'met', by: sure }
  if (met !== undefined && notMet === undefined) return { point, state: 'met', by: met }
  const open = point.open.some((code) => found.has(code))
  return notMet === undefined || open ? { point, state: 'unknown' } : { point, state: 'not-met', by: notMet }
}

const stateWords: Readonly<Record<PointState, string>> = {
  met: 'met',
  'not-met': 'not met',
  unknown: 'not measured',
  elsewhere: 'to be seen elsewhere'
}

/** One line of the table: `[met] all senders: SPF or DKIM is set up for the domain (spf.present: …)`. */
const lineOf = ({ point, state, by }: PointResult, titles: ReadonlyMap<FindingCode, string>): string => {
  const proof = by === undefined ? point.see : `${by}: ${titles.get(by) ?? findingWords(by).title}`
  return `[${stateWords[state]}] ${point.binds === 'all' ? 'all senders' : 'bulk senders'}: ${point.asks}${proof === undefined ? '' : ` (${proof})`}`
}

export type Verdict = {
  readonly code: 'compliance.met' | 'compliance.not-met' | 'compliance.bulk-not-met' | 'compliance.unknown'
  /** The points that decide it. */
  readonly points: readonly CompliancePoint[]
  readonly evidence: readonly string[]
}

/**
 * One provider's points against what was found: what is not met outweighs what is unknown, and what binds all outweighs what binds some.
 * `titles` are those that were found, with their values filled in.
 */
export const verdictOf = (
  provider: ComplianceProvider,
  found: ReadonlySet<FindingCode>,
  titles: ReadonlyMap<FindingCode, string> = new Map()
): Verdict => {
  const results = provider.points.map((point) => resultOf(point, found))
  const of = (state: PointState, binds?: 'all' | 'bulk'): readonly CompliancePoint[] =>
    results.filter((one) => one.state === state && (binds === undefined || one.point.binds === binds)).map(({ point }) => point)
  const head = `${provider.name}, since ${provider.since}; bulk senders: ${provider.threshold}.${provider.note === undefined ? '' : ` ${provider.note}`}`
  // What is to be done comes first; a terminal shows the first lines only.
  const order: readonly PointState[] = ['not-met', 'unknown', 'elsewhere', 'met']
  const sorted = order.flatMap((state) => results.filter((one) => one.state === state))
  const evidence = [head, ...sorted.map((result) => lineOf(result, titles))]
  const [all, bulk, unknown] = [of('not-met', 'all'), of('not-met', 'bulk'), of('unknown')]
  if (all.length > 0) return { code: 'compliance.not-met', points: all, evidence }
  if (bulk.length > 0) return { code: 'compliance.bulk-not-met', points: bulk, evidence }
  return unknown.length > 0 ? { code: 'compliance.unknown', points: unknown, evidence } : { code: 'compliance.met', points: [], evidence }
}

/** A domain that says it sends nothing has nothing to comply with. */
const sendsNothing = (found: readonly Finding[]): boolean => found.some(({ code }) => code === 'spf.parked')

export const complianceCheck: Check = {
  id: 'compliance',
  stage: 'compliance',
  title: 'What Gmail, Yahoo and Outlook.com ask of senders',
  wanted: ({ sender }) => sender !== undefined,
  after: true,
  run: async (context, report) => {
    const all = context.found()
    if (sendsNothing(all)) return
    const found = new Set(all.map(({ code }) => code))
    const titles = new Map(all.map(({ code, title }) => [code, title]))
    for (const provider of compliance) {
      const { code, points, evidence } = verdictOf(provider, found, titles)
      const values = {
        provider: provider.name,
        threshold: provider.threshold,
        count: String(points.length),
        points: points.map(({ asks }) => asks).join('; ')
      }
      report(code, evidence, values, { about: `${provider.name}: ${context.sender ?? ''}`, source: provider.source })
    }
  }
}

export const complianceChecks: readonly Check[] = [complianceCheck]
