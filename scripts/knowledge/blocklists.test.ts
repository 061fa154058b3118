import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBlocklists } from './blocklists.ts'
import type { Problem } from './read.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'whybounce-blocklists-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const table = (kind: string, fields: Readonly<Record<string, string>>): string =>
  `[[${kind}]]\n${Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n')}\n`
const list = (fields: Readonly<Record<string, string>> = {}): string =>
  table('list', {
    id: '"sample"',
    name: '"Sample"',
    zone: '"bl.example.org"',
    kind: '["ip"]',
    ipv6: 'false',
    status: '"live"',
    default: 'true',
    weight: '"minor"',
    terms: '"Free."',
    code: '[{ answer = "127.0.0.2", means = "listed" }]',
    source: '["https://example.org/usage"]',
    verified: '2026-11-25',
    ...fields
  })
const dead = (fields: Readonly<Record<string, string>> = {}): string =>
  table('dead', { zones: '["*.gone.example"]', why: '"Gone."', danger: '"empty"', source: '["https://example.org/end"]', ...fields })

const read = (text: string) => {
  writeFileSync(join(root, 'blocklists.toml'), text)
  const problems: Problem[] = []
  const blocklists = readBlocklists(root, problems)
  return { ...blocklists, problems: problems.map(({ file, line, message }) => `${file.slice(root.length + 1)}:${line}: ${message}`) }
}

test('a list gets the test entries of RFC 5782 by what it knows', () => {
  const { lists, problems } = read(
    [
      list(),
      list({ id: '"six"', zone: '"six.example.org"', ipv4: 'false', ipv6: 'true' }),
      list({ id: '"both"', zone: '"both.example.org"', kind: '["ip", "domain"]' }),
      list({ id: '"hash"', zone: '"hash.example.org"', kind: '["email-hash"]', ipv6: '' }),
      list({ id: '"own"', zone: '"own.example.org"', test: '"127.0.0.99"' })
    ].join('\n')
  )
  expect(problems).toEqual([])
  const ip = { kind: 'ip', listed: '127.0.0.2', notListed: '127.0.0.1' }
  expect(lists.map(({ tests }) => tests)).toEqual([
    [ip],
    [{ kind: 'ip', listed: '::ffff:7f00:2', notListed: '::ffff:7f00:1' }],
    [ip, { kind: 'domain', listed: 'TEST', notListed: 'INVALID' }],
    [],
    [{ ...ip, listed: '127.0.0.99' }]
  ])
})

test('answers keep what is to be done first and what is good, and public resolvers their addresses', () => {
  const { lists, publicResolvers, problems } = read(
    [
      list({
        code: '[{ answer = "127.0.0.2", means = "listed", first = "Stop it.", good = true }]',
        requests: 'false',
        'messages-only': 'true'
      }),
      table('public-resolver', { name: '"Open"', addresses: '["192.0.2.1", "2001:db8::1"]', source: '["https://example.org/dns"]' })
    ].join('\n')
  )
  expect(problems).toEqual([])
  expect(lists[0]).toMatchObject({ requests: false, messagesOnly: true })
  expect(lists[0]?.codes).toEqual([{ answer: '127.0.0.2', means: 'listed', first: 'Stop it.', good: true }])
  expect(publicResolvers).toEqual([{ name: 'Open', addresses: ['192.0.2.1', '2001:db8::1'], sources: ['https://example.org/dns'] }])
})

test.each([
  [
    'a public resolver that is no address',
    table('public-resolver', { name: '"Open"', addresses: '["dns.example.org"]', source: '["https://example.org/dns"]' }),
    'blocklists.toml:2: addresses.0'
  ],
  ['no source', list({ source: '' }), 'blocklists.toml:2: sample: source'],
  ['no terms', list({ terms: '' }), 'blocklists.toml:2: sample: terms'],
  ['no date', list({ verified: '' }), 'blocklists.toml:2: sample: verified'],
  ['no codes', list({ code: '' }), 'has neither code nor bits'],
  ['no word on IPv6', list({ ipv6: '' }), 'ipv6 must be said'],
  ['an answer outside 127.0.0.0/8', list({ code: '[{ answer = "192.0.2.1", means = "x" }]' }), 'is no answer in 127.0.0.0/8'],
  ['a range that runs backwards', list({ code: '[{ answer = "127.0.0.7-127.0.0.4", means = "x" }]' }), 'is no answer in 127.0.0.0/8'],
  ['a bit that is none', list({ bits: '[{ bit = 3, means = "x" }]' }), 'bits.0.bit'],
  ['a zone that is no name', list({ zone: '"http://example.org"' }), 'sample: zone'],
  ['a list asked by default although its codes are remembered', list({ recalled: '["code"]' }), 'must not rest on memory'],
  ['a list asked by default that needs registration', list({ status: '"registration"' }), 'can be asked by default'],
  ['an allow list asked by default', list({ use: '"allow"' }), 'can be asked by default'],
  ['a key without a place for it', list({ status: '"key"', default: 'false' }), 'belong together'],
  ['a feed with a zone', list({ status: '"feed"', default: 'false' }), 'a feed has no zone'],
  ['a misspelt key', list({ delist: '"x"' }), 'Unrecognized key: "delist"'],
  ['an id twice', `${list()}\n${list({ zone: '"other.example.org"' })}`, 'sample stands here twice'],
  ['a zone twice', `${list()}\n${list({ id: '"other"' })}`, 'the zone bl.example.org stands here twice'],
  ['a list that is dead too', `${dead()}\n${list({ zone: '"bl.gone.example"' })}`, 'bl.gone.example is dead'],
  ['a dead list without a reason', dead({ why: '' }), 'blocklists.toml:2: why'],
  ['a dead list without a source', dead({ source: '' }), 'blocklists.toml:2: source'],
  ['a misspelt table', '[[lists]]\nid = "x"\n', 'lists is no table of this file'],
  ['broken TOML', 'id = = 3', 'blocklists.toml:1: ']
])('%s fails, with file and line', (_, text, problem) => expect(read(text).problems.join('\n')).toContain(problem))

test('the file of the project is sound: 38 lists, 28 groups of dead ones, nothing asked by default that needs more than a question', () => {
  const problems: Problem[] = []
  const { lists, dead: gone, errors } = readBlocklists(join(import.meta.dirname, '..', '..', 'knowledge'), problems)
  expect(problems).toEqual([])
  expect([lists.length, gone.length, errors.length]).toEqual([38, 28, 1])
  expect(lists.filter((one) => one.default && one.kind.includes('ip')).map(({ id }) => id)).toEqual([
    'spamhaus-zen',
    'spamcop',
    'psbl',
    'mailspike-bl',
    'dronebl',
    'uceprotect-1'
  ])
  expect(gone.flatMap(({ zones }) => zones)).toContain('*.sorbs.net')
})
