import { type Blocklist, blocklists } from '@whybounce/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DnsAnswer, Resolver } from '../dns/resolver.ts'
import { askBlocklist, type BlocklistOutcome, matchesAnswer } from './ask-blocklist.ts'

const known = (id: string): Blocklist => {
  const list = blocklists.lists.find((one) => one.id === id)
  if (list === undefined) throw new Error(`no list ${id}`)
  return list
}

const answer = (name: string, type: DnsAnswer['type'], records: readonly string[] | string): DnsAnswer => ({
  name,
  type,
  status: typeof records === 'string' ? 'failed' : records.length > 0 ? 'found' : 'nxdomain',
  ...(typeof records === 'string' ? { failure: records } : {}),
  records: typeof records === 'string' ? [] : records,
  aliases: [],
  ttl: 60,
  authenticated: false,
  fromCache: false
})

/** A table of addresses by name; every other name does not exist. */
const resolving =
  (table: Readonly<Record<string, readonly string[] | string>>): Resolver['query'] =>
  async (name, type) =>
    answer(name, type, type === 'A' ? (table[name.toLowerCase()] ?? []) : [])

const zen = { '2.0.0.127.zen.spamhaus.org': ['127.0.0.2', '127.0.0.4', '127.0.0.10'] }
const uribl = { 'test.multi.uribl.com': ['127.0.0.14'] }

test.each<[string, string, Readonly<Record<string, readonly string[] | string>>, string, BlocklistOutcome | undefined, string?]>([
  ['a clean address', 'spamhaus-zen', zen, '192.0.2.1', 'not-listed'],
  ['an address of a home line', 'spamhaus-zen', { ...zen, '1.2.0.192.zen.spamhaus.org': ['127.0.0.10'] }, '192.0.2.1', 'listed', 'PBL'],
  [
    'an infected machine, in a range of codes',
    'spamhaus-zen',
    { ...zen, '1.2.0.192.zen.spamhaus.org': ['127.0.0.6'] },
    '192.0.2.1',
    'listed',
    'XBL'
  ],
  ['a public resolver', 'spamhaus-zen', { '2.0.0.127.zen.spamhaus.org': ['127.255.255.254'] }, '192.0.2.1', 'refused', 'public resolver'],
  ['an error that only the general table knows', 'spamcop', { '2.0.0.127.bl.spamcop.net': ['127.255.255.7'] }, '192.0.2.1', 'refused'],
  [
    'a listing and an error in one answer',
    'spamhaus-zen',
    { ...zen, '1.2.0.192.zen.spamhaus.org': ['127.0.0.2', '127.255.255.255'] },
    '192.0.2.1',
    'refused'
  ],
  ['a clean domain', 'uribl', uribl, 'example.com', 'not-listed'],
  [
    'a domain in two parts of a list',
    'uribl',
    { ...uribl, 'example.com.multi.uribl.com': ['127.0.0.6'] },
    'example.com',
    'listed',
    'black; grey'
  ],
  ['a refusal that looks like a listing', 'uribl', { ...uribl, 'example.com.multi.uribl.com': ['127.0.0.1'] }, 'example.com', 'refused'],
  ['a list for domains, asked about an address', 'uribl', uribl, '192.0.2.1', undefined],
  ['a list for IPv4, asked about IPv6', 'spamcop', {}, '2001:db8::1', undefined],
  ['a list that needs a key', 'abusix', {}, '192.0.2.1', undefined],
  ['a feed', 'invaluement', {}, '192.0.2.1', undefined],
  [
    'a list of IPv6 alone',
    'spameatingmonkey-ipv6',
    { '2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.ipv6.spameatingmonkey.net': ['127.0.0.2'] },
    '2001:db8::1',
    'not-listed'
  ]
])('%s', async (_, id, table, subject, outcome, means = '') => {
  const result = await askBlocklist(resolving(table), known(id), subject, blocklists.errors)
  expect(result?.outcome).toBe(outcome)
  expect(result?.means.join('; ') ?? '').toContain(means)
})

test.each([
  ['127.0.0.5', '127.0.0.4-127.0.0.7', true],
  ['127.0.0.8', '127.0.0.4-127.0.0.7', false],
  ['127.0.9.3', '127.0.0.3-127.0.255.3', true],
  ['127.0.9.2', '127.0.0.3-127.0.255.3', false],
  ['127.0.0.2', '127.0.0.2', true],
  ['127.0.0.20', '127.0.0.2', false],
  ['rubbish', '127.0.0.2', false]
])('%s is among %s: %s', (given, pattern, is) => expect(matchesAnswer(given, pattern)).toBe(is))

const records = fc.array(
  fc.oneof(fc.constantFrom('127.0.0.2', '127.0.0.1', '127.255.255.254', '203.0.113.1', '127.0.0.99'), fc.ipV4(), fc.string()),
  { maxLength: 3 }
)
const anyAnswer = fc.oneof(
  records,
  fc.constant<string[]>([]),
  fc.constant(['127.0.0.2']),
  fc.constantFrom('timeout', 'servfail', 'refused', 'bad-answer')
)
const isListing = (given: readonly string[] | string): boolean =>
  typeof given !== 'string' && given.length > 0 && given.every((one) => /^127\.\d+\.\d+\.\d+$/.test(one) && !one.startsWith('127.255.255.'))

test('whatever is answered: a listing or none is told only by a list that knows its test entry and does not list everything', async () => {
  await fc.assert(
    fc.asyncProperty(anyAnswer, anyAnswer, anyAnswer, async (test, notListed, wanted) => {
      const table = { '2.0.0.127.bl.spamcop.net': test, '1.0.0.127.bl.spamcop.net': notListed, '1.2.0.192.bl.spamcop.net': wanted }
      const result = await askBlocklist(resolving(table), known('spamcop'), '192.0.2.1', blocklists.errors)
      const sound = isListing(test) && Array.isArray(notListed) && notListed.length === 0
      expect(result?.outcome === 'listed').toBe(sound && isListing(wanted))
      expect(result?.outcome === 'not-listed').toBe(sound && Array.isArray(wanted) && wanted.length === 0)
    }),
    { numRuns: 2_000 }
  )
})
