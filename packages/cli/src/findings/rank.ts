import type { Finding, FindingHarm, FindingVerdict } from '@whybounce/core/finding'

const harmRank = { all: 0, some: 1, later: 2 } as const

const rankOf = ({ verdict, harm = 'later' }: Finding): number => harmRank[harm] * 2 + (verdict === 'fail' ? 0 : 1)

/** That nothing was reached is the sum of what was found about each server: what to do stands with them. */
const sums: ReadonlySet<string> = new Set(['server.none-reached'])

/** What fails or warns, the most harmful first; among equals in the order of the checks, since what comes first is often the cause of the rest. */
export const byHarm = (findings: readonly Finding[]): readonly Finding[] => {
  const ranked = findings
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
    .map((finding, at) => ({ finding, at }))
    .sort((one, other) => rankOf(one.finding) - rankOf(other.finding) || one.at - other.at)
    .map(({ finding }) => finding)
  const [first] = ranked
  const part = ranked.find(({ code, verdict }) => verdict === 'fail' && code.startsWith('server.') && !sums.has(code))
  return first === undefined || part === undefined || !sums.has(first.code) ? ranked : [part, ...ranked.filter((one) => one !== part)]
}

/** How much mail is concerned, over all findings. */
export const worstHarm = (findings: readonly Finding[]): FindingHarm =>
  (['all', 'some'] as const).find((harm) => findings.some((found) => found.harm === harm)) ?? 'later'

/** The one thing to fix now; with `codes`, one of these where it fails or warns. */
export const firstToFix = (findings: readonly Finding[], codes: readonly string[] = []): Finding | undefined => {
  const ranked = byHarm(findings)
  return ranked.find(({ code }) => codes.includes(code)) ?? ranked[0]
}

export type Counts = Readonly<Record<FindingVerdict, number>>

export const countVerdicts = (findings: readonly Finding[]): Counts => {
  const counts = { pass: 0, warn: 0, fail: 0, unknown: 0 }
  for (const { verdict } of findings) counts[verdict]++
  return counts
}

/** Of all findings together: the worst that is known; `unknown` where nothing is. */
export const overall = ({ pass, warn, fail }: Counts): FindingVerdict =>
  fail > 0 ? 'fail' : warn > 0 ? 'warn' : pass > 0 ? 'pass' : 'unknown'

/** `2 fail, 1 warns, 14 pass, 3 unknown`. */
export const countsText = ({ pass, warn, fail, unknown }: Counts): string =>
  [
    fail > 0 ? `${fail} ${fail === 1 ? 'fails' : 'fail'}` : '',
    warn > 0 ? `${warn} ${warn === 1 ? 'warns' : 'warn'}` : '',
    pass > 0 ? `${pass} ${pass === 1 ? 'passes' : 'pass'}` : '',
    unknown > 0 ? `${unknown} unknown` : ''
  ]
    .filter(Boolean)
    .join(', ')
