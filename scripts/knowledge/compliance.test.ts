import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readCompliance, readSelectors } from './compliance.ts'
import type { Problem } from './read.ts'

const folder = mkdtempSync(join(tmpdir(), 'whybounce-compliance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const provider = `[[provider]]
id = "p"
name = "P"
threshold = "many mails"
since = "2024-02"
source = "RFC 5321 §2"
verified = 2026-11-25
`
const point = (more: string): string => `[[point]]
id = "p.one"
asks = "something"
binds = "all"
source = "RFC 5321 §2"
${more}
`
const here = 'measured = "here"\nmet = ["a.yes"]\nnot-met = ["a.no"]'

const problemsOf = (toml: string): readonly string[] => {
  writeFileSync(join(folder, 'compliance.toml'), toml)
  const problems: Problem[] = []
  readCompliance(folder, new Set(['a.yes', 'a.no']), problems)
  return problems.map(({ message }) => message)
}

it.each([
  ['a sound file', provider + point(here), ''],
  ['a point measured elsewhere', provider + point('measured = "elsewhere"\nsee = "there"'), ''],
  ['a finding that does not exist', provider + point(here.replace('a.yes', 'a.maybe')), 'no such finding: a.maybe'],
  ['a provider that does not exist', point(here), 'of no provider'],
  ['a point twice', provider + point(here) + point(here), 'stands twice'],
  ['no points', provider, 'has no points'],
  ['elsewhere without a place', provider + point('measured = "elsewhere"'), 'see belongs'],
  ['here without findings', provider + point('measured = "here"'), 'met and not-met belong'],
  ['a key that is none', provider + point(`${here}\nweight = 3`), 'weight']
])('%s', (_, toml, expected) => {
  const found = problemsOf(toml)
  expect(found.length > 0).toBe(expected !== '')
  expect(found.join(' ')).toContain(expected)
})

it('no selector stands twice', () => {
  const one = '[[selector]]\nnames = ["s1"]\nof = "x"\ncommon = true\nsource = "memory: seen"\nverified = 2026-11-25\n'
  writeFileSync(join(folder, 'selectors.toml'), one + one)
  const problems: Problem[] = []
  readSelectors(folder, problems)
  expect(problems.map(({ message }) => message)).toEqual(['s1 stands twice'])
})
