import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { DnsAnswer } from '../packages/probe/src/dns/resolver.ts'
import { authenticate } from '../packages/probe/src/doctor/identity/dkim-mailauth.ts'
import { resolverFor } from '../packages/probe/src/doctor/identity/dkim-verify.ts'

/**
 * `node scripts/arc-accuracy.ts`: agreement with the validation tests of the ARC test suite, which lie beside the repository
 * (WHYBOUNCE_CORPORA), message by message as the doctor verifies one, over the zone that the suite gives. Its tests of sealing are not
 * ours: nothing here seals.
 */
export type ArcMiss = {
  readonly test: string
  readonly about: string
  readonly expected: string
  readonly got: string
  readonly comment: string
}
export type ArcAccuracy = {
  readonly cases: number
  readonly agree: number
  /** Tests that say no result: whatever comes out is neither right nor wrong. */
  readonly unstated: readonly string[]
  readonly misses: readonly ArcMiss[]
}

type Scenario = {
  readonly tests: Readonly<Record<string, { readonly description?: string; readonly message: string; readonly cv?: string | null }>>
  readonly 'txt-records': Readonly<Record<string, string>>
}

const answerFrom = (zone: Scenario['txt-records'], name: string, type: DnsAnswer['type']): DnsAnswer => {
  const record = type === 'TXT' ? zone[name] : undefined
  return {
    name,
    type,
    status: record === undefined ? 'nxdomain' : 'found',
    records: record === undefined ? [] : [record],
    aliases: [],
    ttl: 60,
    authenticated: false,
    fromCache: false
  }
}

/** Undefined where the suite is not there. */
export const arcAccuracy = async (
  folder: string = process.env.WHYBOUNCE_CORPORA ?? join(import.meta.dirname, '..', '..', 'shared', 'corpora')
): Promise<ArcAccuracy | undefined> => {
  const path = join(folder, 'dns', 'arc', 'tests', 'arc-draft-validation-tests.yml')
  if (!existsSync(path)) return undefined
  const misses: ArcMiss[] = []
  const unstated: string[] = []
  let cases = 0
  for (const document of parseAllDocuments(readFileSync(path, 'utf8'))) {
    const { tests, 'txt-records': zone } = document.toJS() as Scenario
    for (const [test, { description = '', message, cv }] of Object.entries(tests)) {
      const expected = (cv ?? '').trim().toLowerCase()
      if (expected === '') {
        unstated.push(test)
        continue
      }
      cases++
      const { arc } = await authenticate(Buffer.from(message.replace(/\r?\n/g, '\r\n')), {
        resolver: resolverFor(async (name, type) => answerFrom(zone, name, type)),
        mta: 'whybounce.invalid',
        disableBimi: true
      })
      const { result: got, comment = '' } = arc === false ? { result: 'none' } : arc.status
      if (got !== expected) misses.push({ test, about: description, expected, got, comment })
    }
  }
  return { cases, agree: cases - misses.length, unstated, misses }
}

export const printArc = ({ cases, agree, unstated, misses }: ArcAccuracy): string =>
  [
    `${cases} ARC chains: ${agree} agree = ${((agree / cases) * 100).toFixed(2)} %; ${unstated.length} tests say no result (${unstated.join(', ')})`,
    ...misses.map(
      ({ test, about, expected, got, comment }) => `  ${test} (${about}): ${expected}, ours ${got}${comment === '' ? '' : `: ${comment}`}`
    )
  ].join('\n')
