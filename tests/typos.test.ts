import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homographOf, isDisposable, suggestDomain } from '../packages/core/dist/address.js'
import { typoAccuracy } from '../scripts/typo-accuracy.ts'
import { goodDomains } from './good-domains.ts'

const corpora = process.env.WHYBOUNCE_CORPORA ?? join(import.meta.dirname, '..', '..', 'shared', 'corpora')
const absent = !existsSync(join(corpora, 'addresses', 'typos.jsonl'))
const here = absent ? `skipped: no corpora at ${corpora}, set WHYBOUNCE_CORPORA` : 'with the corpora'

test.skipIf(absent)(`at least 98 of 100 typing errors are mended as labelled, and none is invented (${here})`, () => {
  const accuracy = typoAccuracy(corpora)
  expect(accuracy?.cases).toBeGreaterThan(100)
  expect((accuracy?.agree ?? 0) / (accuracy?.cases ?? 1)).toBeGreaterThanOrEqual(0.98)
  expect(accuracy?.unasked).toBe(0)
})

test('domains of firms, universities, authorities and providers get no suggestion, imitate nobody and are not disposable', () => {
  expect(goodDomains.length).toBeGreaterThan(700)
  expect(goodDomains.filter((domain) => suggestDomain('user', domain) !== undefined)).toEqual([])
  expect(goodDomains.filter((domain) => homographOf(domain) !== undefined)).toEqual([])
  expect(goodDomains.filter((domain) => isDisposable(domain))).toEqual([])
})
