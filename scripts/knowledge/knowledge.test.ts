import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileKnowledge } from './compile.ts'
import { prove } from './prove.ts'

/** A copy of the causes with one rule file of our own: what the build says of a mistake in it. */
let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'whybounce-knowledge-'))
  const real = join(import.meta.dirname, '..', '..', 'knowledge')
  for (const name of ['causes', 'parties.toml', 'groups.toml', 'stages.toml', 'roles.toml', 'actions.toml'])
    cpSync(join(real, name), join(root, name), { recursive: true })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const rule = (fields: Readonly<Record<string, string>>): string => {
  const all = {
    id: '"sample.full"',
    says: '"the postbox overflows"',
    cause: '"mailbox-full"',
    source: '"RFC 5321 §4.2.3"',
    verified: '2026-11-01',
    example: '"552 5.2.2 Sorry, the postbox overflows"',
    ...fields
  }
  return `[[rule]]\n${Object.entries(all)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n')}\n`
}

const problemsOf = (...rules: string[]): string[] => {
  const folder = join(root, 'software')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'sample.toml'), `name = "Sample"\nkind = "mta"\n\n${rules.join('\n')}`)
  const compiled = compileKnowledge(root)
  return [...compiled.problems, ...prove(compiled, new Date('2026-11-23'))].map(
    ({ file, line, message }) => `${file.slice(root.length + 1)}:${line}: ${message}`
  )
}

test('a sound rule has no problem', () => expect(problemsOf(rule({}))).toEqual([]))

test.each([
  ['no source', rule({ source: '' }), 'software/sample.toml:5: sample.full: source'],
  ['no example', rule({ example: '' }), 'software/sample.toml:5: sample.full: example'],
  [
    'an example that matches nothing',
    rule({ example: '"552 5.2.2 something else"' }),
    'software/sample.toml:5: sample.full: its example matches no rule'
  ],
  ['an unknown cause', rule({ cause: '"bad-luck"' }), 'software/sample.toml:5: unknown cause: bad-luck'],
  ['an unknown detail', rule({ detail: '"very"' }), 'software/sample.toml:5: the cause mailbox-full has no detail very'],
  ['a short phrase', rule({ says: '"full"', example: '"552 full"' }), 'software/sample.toml:5: sample.full: the phrase "full" too short'],
  ['a misspelt key', rule({ advise: '"x"' }), 'software/sample.toml:5: sample.full: Unrecognized key: "advise"'],
  ['an id of another file', rule({ id: '"other.full"' }), 'software/sample.toml:5: the id other.full must begin with sample.'],
  ['broken TOML', 'id = = 3', 'software/sample.toml:4: ']
])('%s fails, with file and line', (_, text, problem) => expect(problemsOf(text).join('\n')).toContain(problem))

test('a duplicate id fails, with both places', () => {
  expect(problemsOf(rule({}), rule({ says: '"another phrase here"' }))).toContain(
    `software/sample.toml:5: duplicate id sample.full, first in ${join(root, 'software/sample.toml:5')}`
  )
})

test('a tie fails: the same phrase and conditions under two ids', () => {
  expect(problemsOf(rule({}), rule({ id: '"sample.other"' })).join('\n')).toContain(
    'sample.other: the same phrase and conditions as sample.full'
  )
})

test('an example that another rule wins fails, and says which', () => {
  const longer = rule({ id: '"sample.longer"', says: '"Sorry, the postbox overflows"' })
  expect(problemsOf(rule({}), longer).join('\n')).toContain('sample.full: its example comes out as sample.longer')
})

test('a source that was read long ago warns and does not fail', () => {
  const compiled = problemsOf(rule({ verified: '2020-01-01' }))
  expect(compiled).toEqual(['software/sample.toml:5: sample.full: verified 2020-01-01, 2518 days ago'])
})
