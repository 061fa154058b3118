import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'

/** One rule of a filter that holds for the message. */
export type FilterRule = { readonly name: string; readonly points: number; readonly says: string }

/** Rules that are shown: the others have hardly any points. */
const maxRules = 12

const pointsOf = (points: number): string => (points > 0 ? `+${points}` : `${points}`)

/** Those that count, most points first; hostile answers may name thousands. */
const evidenceOf = (rules: readonly FilterRule[]): string[] =>
  rules
    .filter(({ points }) => points !== 0)
    .sort((one, other) => Math.abs(other.points) - Math.abs(one.points))
    .slice(0, maxRules)
    .map(({ name, points, says }) => `${pointsOf(points)} ${name}${says === '' ? '' : `: ${says}`}`)

export type FilterAnswer = {
  readonly score: number
  readonly required: number
  readonly rules: readonly FilterRule[]
  readonly action?: string
}

/** What a filter said, in the words of a code. `address`: where it was asked. */
export const filterFinding = (code: FindingCode, address: string, { score, required, rules, action }: FilterAnswer): Finding =>
  finding(
    code,
    evidenceOf(rules),
    { score: String(round(score)), required: String(round(required)), action: action ?? '', address },
    { about: address }
  )

const round = (points: number): number => Math.round(points * 100) / 100

/** Errors of a connection that say that nobody listens there. */
const nobody = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENOENT'])

/** Why no answer came. */
export const failedFinding = (filter: 'spamd' | 'rspamd', address: string, error: unknown): Finding => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const says = error instanceof Error ? error.message || code : String(error)
  return finding(nobody.has(code) ? `lint.${filter}-not-running` : `lint.${filter}-failed`, [says], { address })
}
