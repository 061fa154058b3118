import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Problem } from './read.ts'
import { readSubmission } from './submission.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'whybounce-submission-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const provider = (fields: Readonly<Record<string, string>> = {}): string =>
  `\n[[provider]]\n${Object.entries({
    id: '"one"',
    name: '"One"',
    hosts: '["smtp.one.example"]',
    starttls: '[587]',
    implicit: '[]',
    login: '"account"',
    user: '"your whole address"',
    advice: '"Look."',
    source: '"RFC 6409 §4"',
    verified: '2026-11-25',
    ...fields
  })
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n')}\n`

const read = (text: string) => {
  writeFileSync(join(root, 'submission.toml'), text)
  const problems: Problem[] = []
  const providers = readSubmission(root, problems)
  return { providers, problems: problems.map(({ file, line, message }) => `${file.slice(root.length + 1)}:${line}: ${message}`) }
}

test('a provider comes out as it stands', () => {
  const { providers, problems } = read(provider({ 'user-is': '"address"' }))
  expect(problems).toEqual([])
  expect(providers).toMatchObject([{ id: 'one', hosts: ['smtp.one.example'], starttls: [587], userIs: 'address', verified: '2026-11-25' }])
})

test('a host may have one entry for some domains and one for all others', () => {
  expect(read(provider() + provider({ id: '"two"', domains: '["two.*"]' })).problems).toEqual([])
})

test.each([
  ['no source', provider({ source: '' }), 'submission.toml:3: one: source'],
  ['no date', provider({ verified: '' }), 'submission.toml:3: one: verified'],
  ['a misspelt key', provider({ port: '[25]' }), 'one: Unrecognized key: "port"'],
  ['a host in capitals', provider({ hosts: '["SMTP.one.example"]' }), 'hosts.0 is no host name'],
  ['no port at all', provider({ starttls: '[]' }), 'one: has no port'],
  ['a port in both ways', provider({ implicit: '[587]' }), 'one: a port begins TLS in one way only'],
  ['tokens only, without OAuth', provider({ login: '"oauth"' }), 'one: takes tokens only, and none'],
  ['advice that is no sentence', provider({ advice: '"look"' }), 'advice is no sentence'],
  ['an entry twice', provider() + provider(), 'one: stands here twice'],
  ['a host of two providers', provider() + provider({ id: '"two"' }), 'two: smtp.one.example is a host of one too'],
  ['a host that is right and wrong', provider({ mistaken: '["smtp.one.example"]' }), 'right and mistaken at once'],
  ['a misspelt table', '[[providers]]\nid = "one"\n', 'providers is no table of this file']
])('%s fails, with file and line', (_, text, problem) => expect(read(text).problems.join('\n')).toContain(problem))

test('the file of the project is sound, and knows the large ones', () => {
  const problems: Problem[] = []
  const providers = readSubmission(join(import.meta.dirname, '..', '..', 'knowledge'), problems)
  expect(problems).toEqual([])
  expect(providers.map(({ id }) => id)).toEqual(expect.arrayContaining(['gmail', 'microsoft-365', 'outlook', 'amazon-ses', 'sendgrid']))
})
