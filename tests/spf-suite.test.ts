import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { corpora } from '../scripts/bounce-accuracy.ts'
import { measureSpf } from '../scripts/spf-accuracy.ts'

/** Material of other authors lies beside the repository, where it is at hand. */
const absent = !existsSync(join(corpora, 'dns', 'spf'))
const here = absent ? `skipped: no SPF suites at ${corpora}, set WHYBOUNCE_CORPORA` : 'with the corpora'

/** In the one test of each suite that we do not reach, a name has a space in it, for which our resolver does not ask. */
test.skipIf(absent).each([
  ['rfc7208-tests.yml', 203, 202, ['macro-mania-in-domain']],
  ['rfc4408-tests.yml', 191, 190, ['macro-mania-in-domain']]
] as const)(`the suite %s has %i tests, of which %i agree (${here})`, async (file, tests, agreed, missed) => {
  const accuracy = await measureSpf(file)
  if (accuracy === undefined) throw new Error(`no ${file}`)
  expect(accuracy.differences.map((line) => line.slice(0, line.indexOf(':')))).toEqual(missed)
  expect([accuracy.tests, accuracy.agreed]).toEqual([tests, agreed])
  // What the tree of records alone tells, by which findings name the mechanism, is never another result.
  expect(accuracy.contradicted).toEqual([])
  expect(accuracy.told).toBeGreaterThan(80)
})
