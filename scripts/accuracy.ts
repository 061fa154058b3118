import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDiagnoser } from '../packages/core/src/diagnose/diagnose.ts'
import { buildExplainer } from '../packages/core/src/explain/explain.ts'
import { buildCodeFinder } from '../packages/core/src/explain/lookup.ts'
import { measureAddresses, printAddresses, readAddressRows } from './address-accuracy.ts'
import { arcAccuracy, printArc } from './arc-accuracy.ts'
import { buildReader, measureBounces, printBounces } from './bounce-accuracy.ts'
import { compileKnowledge } from './knowledge/compile.ts'
import { printLogs } from './log-accuracy.ts'
import { measureSpf, printSpf, spfSuites } from './spf-accuracy.ts'
import { printTypos, typoAccuracy } from './typo-accuracy.ts'
import { printWebhooks } from './webhook-accuracy.ts'

/**
 * `npm run accuracy`: agreement with the silver labels of the corpora of bounce messages, of replies and of addresses, with
 * the logs and webhook payloads of other projects, and where we differ.
 * The corpus lies beside the repository (WHYBOUNCE_CORPORA); `--misses` lists every disagreement.
 */
const root = join(import.meta.dirname, '..')
const corpora = process.env.WHYBOUNCE_CORPORA ?? join(root, '..', 'shared', 'corpora')

type Row = { text: string; source: string; label: string; provider: string | null; cause?: string; cause_by?: string; file?: string }

export type Accuracy = {
  readonly rows: number
  readonly cause: number
  readonly group: number
  readonly confusion: ReadonlyMap<string, number>
  readonly misses: readonly { readonly row: Row; readonly expected: readonly string[]; readonly got: string; readonly rule: string }[]
}

const kebab = (cause: string): string => cause.replaceAll('_', '-')

export const measureAccuracy = (): Accuracy | undefined => {
  const path = join(corpora, 'replies', 'replies.jsonl')
  if (!existsSync(path)) return undefined
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line): Row => JSON.parse(line))
  const silver: Record<string, Record<string, string[]>> = JSON.parse(readFileSync(join(corpora, 'silver-labels.json'), 'utf8'))
  const { knowledge, reference } = compileKnowledge(join(root, 'knowledge'))
  const diagnoser = buildDiagnoser(knowledge)
  const { causeOf } = diagnoser
  const { diagnoseLine } = buildExplainer(diagnoser, buildCodeFinder(reference.codes, knowledge))
  const confusion = new Map<string, number>()
  const misses: { row: Row; expected: readonly string[]; got: string; rule: string }[] = []
  let counted = 0
  let causes = 0
  let groups = 0
  for (const row of rows) {
    if (row.cause === undefined) continue
    const ofLabel = row.source.startsWith('sisimai') ? silver.sisimai?.[row.label] : undefined
    const expected = ofLabel === undefined || ofLabel.length === 0 ? [kebab(row.cause)] : [...new Set([...ofLabel, kebab(row.cause)])]
    const diagnosis = diagnoseLine(row.text)
    counted++
    if (expected.some((cause) => causeOf(cause).group === diagnosis.group)) groups++
    if (expected.includes(diagnosis.cause)) causes++
    else {
      const key = `${kebab(row.cause)} → ${diagnosis.cause}`
      confusion.set(key, (confusion.get(key) ?? 0) + 1)
      misses.push({ row, expected, got: diagnosis.cause, rule: diagnosis.evidence[0]?.rule ?? '' })
    }
  }
  return { rows: counted, cause: causes / counted, group: groups / counted, confusion, misses }
}

if (import.meta.main) {
  // A reader that goes away (`| head`) is no failure.
  process.stdout.on('error', () => process.exit(0))
  const accuracy = measureAccuracy()
  if (accuracy === undefined) {
    process.stderr.write(`The reply corpus is not at ${corpora}; set WHYBOUNCE_CORPORA to its folder.\n`)
    process.exit(2)
  }
  const bounces = await measureBounces(buildReader())
  if (bounces !== undefined) process.stdout.write(`${printBounces(bounces, process.argv.includes('--misses'))}\n`)
  const addresses = readAddressRows()
  if (addresses !== undefined) process.stdout.write(`${printAddresses(measureAddresses(addresses), process.argv.includes('--misses'))}\n\n`)
  const typos = typoAccuracy()
  if (typos !== undefined) process.stdout.write(`${printTypos(typos)}\n\n`)
  for (const suite of spfSuites) {
    const spf = await measureSpf(suite)
    if (spf !== undefined) process.stdout.write(printSpf(spf))
  }
  const arc = await arcAccuracy()
  if (arc !== undefined) process.stdout.write(`${printArc(arc)}\n\n`)
  const logs = printLogs()
  if (logs !== '') process.stdout.write(`${logs}\n\n`)
  const webhooks = printWebhooks()
  if (webhooks !== '') process.stdout.write(`${webhooks}\n`)
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
  process.stdout.write(`${accuracy.rows} replies: cause ${percent(accuracy.cause)}, group ${percent(accuracy.group)}\n\nlabel → ours\n`)
  for (const [pair, count] of [...accuracy.confusion].sort((a, b) => b[1] - a[1]))
    process.stdout.write(`${String(count).padStart(5)}  ${pair}\n`)
  if (process.argv.includes('--misses'))
    for (const { row, got, rule } of accuracy.misses)
      process.stdout.write(
        `\n${row.label} (${kebab(row.cause ?? '')}) → ${got} ${rule}\n  ${row.text.replace(/\s+/g, ' ').slice(0, 400)}\n`
      )
}
