import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Origin } from '../../packages/core/src/knowledge/knowledge.ts'
import { readProbing } from './probing.ts'
import type { Problem } from './read.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'whybounce-probing-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const origins: readonly Origin[] = [
  { id: 'gmail', name: 'Gmail', kind: 'provider', mx: ['google.com'] },
  { id: 'aol', name: 'AOL', kind: 'provider' },
  { id: 'mimecast', name: 'Mimecast', kind: 'filter', mx: ['mimecast.com'] },
  { id: 'postfix', name: 'Postfix', kind: 'mta', mx: ['example.com'] }
]

const base = `[default]
sessions = 2
per-minute = 20
per-session = 10
tells = true
why = "w"
source = "memory: m"
verified = 2026-11-25
`
const operator = (fields: Readonly<Record<string, string>>): string =>
  `\n[[operator]]\n${Object.entries({
    id: '"gmail"',
    tells: 'false',
    why: '"w"',
    source: '"RFC 5321 §3"',
    verified: '2026-11-25',
    ...fields
  })
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n')}\n`

const read = (text: string, known = origins) => {
  writeFileSync(join(root, 'probing.toml'), text)
  const problems: Problem[] = []
  const probing = readProbing(root, known, problems)
  return { probing, problems: problems.map(({ file, line, message }) => `${file.slice(root.length + 1)}:${line}: ${message}`) }
}

test('an operator takes what it does not say from the default', () => {
  const { probing, problems } = read(base + operator({ sessions: '1' }))
  expect(problems).toEqual([])
  expect(probing?.operators).toEqual([
    { operator: 'gmail', sessions: 1, perMinute: 20, perSession: 10, tells: false, why: 'w', source: 'RFC 5321 §3', verified: '2026-11-25' }
  ])
})

test.each([
  ['an unknown operator', base + operator({ id: '"nobody"' }), 'probing.toml:11: nobody is no file in providers/ or filter in software/'],
  ['a program in place of a filter', base + operator({ id: '"postfix"' }), 'probing.toml:11: postfix is no file'],
  ['an operator that no MX name finds', base + operator({ id: '"aol"' }), 'probing.toml:11: aol has no MX names'],
  ['no source', base + operator({ source: '' }), 'probing.toml:11: gmail: source'],
  ['no date', base + operator({ verified: '' }), 'probing.toml:11: gmail: verified'],
  ['no word on whether it tells', base + operator({ tells: '' }), 'probing.toml:11: gmail: tells'],
  ['no reason', base + operator({ why: '""' }), 'probing.toml:11: gmail: why'],
  ['a limit of nothing', base + operator({ sessions: '0' }), 'probing.toml:11: gmail: sessions'],
  ['a misspelt key', base + operator({ 'per-hour': '5' }), 'Unrecognized key: "per-hour"'],
  ['an operator twice', base + operator({}) + operator({}), 'gmail stands here twice'],
  ['a misspelt table', `${base}\n[[operators]]\nid = "gmail"\n`, 'operators is no table of this file'],
  ['a default that is not whole', base.replace('sessions = 2\n', ''), 'probing.toml:1: default: sessions'],
  ['a default without a source', base.replace('source = "memory: m"\n', ''), 'probing.toml:1: default: source'],
  [
    'a closer without a way out',
    `${base}\n[[closes-port-25]]\nname = "X"\nsays = "s"\nopens = true\nsource = "RFC 1 §1"\nverified = 2026-11-25\n`,
    'probing.toml:11: X: do'
  ],
  ['broken TOML', 'id = = 3', 'probing.toml:1: ']
])('%s fails, with file and line', (_, text, problem) => expect(read(text).problems.join('\n')).toContain(problem))

test('the file of the project is sound', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'knowledge', 'probing.toml'), 'utf8')
  const named = [...text.matchAll(/^id\s*= "(.+)"$/gm)].map(
    ([, id = '']): Origin => ({ id, name: id, kind: 'provider', mx: [`${id}.example`] })
  )
  const { probing, problems } = read(text, named)
  expect(problems).toEqual([])
  expect(probing?.operators).toHaveLength(named.length)
  expect(probing?.portClosers.map(({ name }) => name)).toContain('Amazon EC2')
})
