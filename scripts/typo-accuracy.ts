import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suggestDomain } from '../packages/core/src/address/suggest.ts'

/**
 * Agreement of `suggestDomain` with the typing errors that lie beside the repository (WHYBOUNCE_CORPORA): each line tells
 * the address that was meant, or that nothing is to be suggested.
 */
export type TypoMiss = { readonly address: string; readonly expected: string | undefined; readonly got: string | undefined }

export type TypoAccuracy = {
  readonly cases: number
  readonly agree: number
  /** Suggestions where there was to be none. */
  readonly unasked: number
  readonly misses: readonly TypoMiss[]
}

type Row = { address: string; suggest: string | null }

/** Undefined where the corpus is not there. */
export const typoAccuracy = (
  folder: string = process.env.WHYBOUNCE_CORPORA ?? join(import.meta.dirname, '..', '..', 'shared', 'corpora')
): TypoAccuracy | undefined => {
  const path = join(folder, 'addresses', 'typos.jsonl')
  if (!existsSync(path)) return undefined
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line): Row => JSON.parse(line))
  const misses: TypoMiss[] = []
  let unasked = 0
  for (const { address, suggest } of rows) {
    const at = address.lastIndexOf('@')
    const got = at < 0 ? undefined : suggestDomain(address.slice(0, at), address.slice(at + 1))?.address
    if (got === (suggest ?? undefined)) continue
    if (suggest === null) unasked++
    misses.push({ address, expected: suggest ?? undefined, got })
  }
  return { cases: rows.length, agree: rows.length - misses.length, unasked, misses }
}

export const printTypos = ({ cases, agree, unasked, misses }: TypoAccuracy): string =>
  [
    `${cases} typing errors: ${agree} agree = ${((agree / cases) * 100).toFixed(2)} %, ${unasked} suggestions where there was to be none`,
    ...misses.map(({ address, expected, got }) => `  ${address} → ${expected ?? 'nothing'}, ours ${got ?? 'nothing'}`)
  ].join('\n')
