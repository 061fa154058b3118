import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { measureAddresses, readAddressRows } from '../scripts/address-accuracy.ts'

/** The test addresses of other validators lie beside the repository, where they are at hand. */
const corpora = process.env.WHYBOUNCE_CORPORA ?? join(import.meta.dirname, '..', '..', 'shared', 'corpora')
const absent = !existsSync(join(corpora, 'addresses'))
const here = absent ? `skipped: no addresses at ${corpora}, set WHYBOUNCE_CORPORA` : 'with the corpora'

/** Cases that count and disagreements, suite by suite; a change that gains or loses one shows. */
const reached = {
  'dominicsayers-isemail': { cases: 163, misses: 0 },
  'dominicsayers-isemail-original': { cases: 279, misses: 7 },
  'hapi-isemail-port': { cases: 208, misses: 1 },
  'json-schema-test-suite': { cases: 31, misses: 2 },
  'uasg004-domains': { cases: 38, misses: 0 },
  'rust-email_address': { cases: 49, misses: 1 },
  'rust-email_address-options': { cases: 8, misses: 0 },
  'validator.js-isEmail': { cases: 60, misses: 2 },
  'validator.js-isEmail-options': { cases: 66, misses: 9 },
  'hapi-address': { cases: 222, misses: 19 },
  'hapi-address-options': { cases: 7, misses: 0 },
  'egulias-EmailValidator': { cases: 161, misses: 23 }
}

test.skipIf(absent)(`agreement with each suite of addresses stays as it is (${here})`, () => {
  const { suites } = measureAddresses(readAddressRows() ?? [])
  const measured = [...suites].map(([source, { cases, misses }]) => [source, { cases, misses: misses.length }])
  expect(Object.fromEntries(measured)).toEqual(reached)
})

test.skipIf(absent)(`every disagreement is of a class that is meant (${here})`, () => {
  const { suites } = measureAddresses(readAddressRows() ?? [])
  const unmeant = [...suites.values()].flatMap(({ misses }) => misses).filter(({ difference }) => difference === undefined)
  expect(unmeant.map(({ row, check }) => [row.source, row.address, check.level, check.code])).toEqual([])
})

test.skipIf(absent)(
  `what is_email grades for headers only never counts as fit for SMTP, and what it takes for nothing never as fit for sending (${here})`,
  () => {
    const { grades } = measureAddresses(readAddressRows() ?? [])
    const forbidden = [...grades.keys()].filter((pair) => /^(?:5322.*|none) *→ (?:practical|rfc5321)$/.test(pair))
    expect(forbidden).toEqual([])
    expect(grades.size).toBeGreaterThan(5)
  }
)
