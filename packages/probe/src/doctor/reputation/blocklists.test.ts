import { blocklists } from '@whybounce/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from '../../../../../tests/dns/dns-server.ts'
import type { Zone, ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { openResolver, type Resolver } from '../../dns/resolver.ts'
import type { DoctorOptions } from '../check.ts'
import { runDoctor } from '../doctor.ts'
import { askDomains } from './ask-lists.ts'
import { delistingRequest } from './delisting-request.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

/** Every list knows its test entry and nothing else. */
const alive: ZoneTable = Object.fromEntries(
  blocklists.lists.flatMap(({ zone, tests }) =>
    tests.map(({ listed }) => [
      `${(/^[\d.]+$/.test(listed) ? listed.split('.').reverse().join('.') : listed).toLowerCase()}.${zone?.replace('{key}', 'sesame')} A`,
      ['127.0.0.2']
    ])
  )
)
const ip = '9.8.7.6'
const at = (zone: string, subject = '6.7.8.9'): string => `${subject}.${zone} A`
const now = new Date('2026-11-25T12:34:56Z')

type Options = Partial<DoctorOptions> & { readonly servers?: readonly string[] }

const examine = async (zone: Zone, { servers, ...options }: Options = {}) => {
  const server = await startDnsServer(zone)
  const real = openResolver({ servers: [server.address], timeout: 300, tries: 1 })
  open.push(server, real)
  const resolver: Resolver = servers === undefined ? real : { ...real, servers }
  const { checks } = await runDoctor({
    target: { kind: 'domain', domain: 'sender.example' },
    resolver,
    ehloName: 'probe.example.com',
    ip,
    now: () => now,
    only: ['reputation'],
    ...options
  })
  return { server, findings: checks.flatMap(({ findings }) => findings) }
}
const fail =
  (fault: 'servfail' | 'refused' | 'timeout'): Zone =>
  () =>
    fault
const clean = ['blocklist.not-listed', 'blocklist.not-listed']
const link = (url: string): Uint8Array => Buffer.from(`From: a@sender.example\r\nSubject: x\r\n\r\nLook at ${url}\r\n`)
const ptr = { '6.7.8.9.in-addr.arpa PTR': ['mail.sender.example'] }

describe('what lists say', () => {
  test.each<[string, Zone, Options, readonly string[], string?]>([
    ['nothing', alive, {}, clean],
    ['nothing, of an IPv6 address', alive, { ip: '2a00::1' }, clean],
    [
      'PBL',
      { ...alive, [at('zen.spamhaus.org')]: ['127.0.0.10'] },
      {},
      ['blocklist.listed', ...clean],
      'PBL: this is no accusation: send through a relay'
    ],
    ['XBL', { ...alive, [at('zen.spamhaus.org')]: ['127.0.0.4'] }, {}, ['blocklist.listed', ...clean], 'find the infected machine'],
    [
      'a list by which few refuse',
      { ...alive, [at('dnsbl-1.uceprotect.net')]: ['127.0.0.2'] },
      {},
      ['blocklist.listed-low', ...clean],
      'The paid express removal is not needed'
    ],
    [
      'the domain',
      { ...alive, 'sender.example.dbl.spamhaus.org A': ['127.0.1.2'] },
      {},
      ['blocklist.domain-listed', ...clean],
      'https://check.spamhaus.org/'
    ],
    [
      'the registered domain of a subdomain',
      { ...alive, 'sender.example.dbl.spamhaus.org A': ['127.0.1.2'] },
      { target: { kind: 'domain', domain: 'a.b.sender.example' } },
      ['blocklist.domain-listed', ...clean]
    ],
    [
      'a domain by a list for links, which is not asked about senders',
      { ...alive, 'sender.example.multi.surbl.org A': ['127.0.0.8'] },
      {},
      clean
    ],
    [
      'a link in the message',
      { ...alive, 'bad-lab.net.multi.surbl.org A': ['127.0.0.8'] },
      { message: link('https://www.bad-lab.net/x') },
      ['blocklist.link-listed', 'blocklist.not-listed', ...clean],
      'Take the links to bad-lab.net out'
    ],
    [
      'the mail servers of the receiver, looked at closely',
      {
        ...alive,
        'there.example MX': ['10 mx.there.example'],
        'mx.there.example A': ['9.8.7.5'],
        [at('psbl.surriel.com', '5.7.8.9')]: ['127.0.0.2']
      },
      { target: { kind: 'domain', domain: 'there.example' }, deep: true },
      ['blocklist.server-listed', 'blocklist.not-listed', ...clean]
    ],
    [
      'a typed host',
      { ...alive, [at('psbl.surriel.com', '5.7.8.9')]: ['127.0.0.2'] },
      { target: { kind: 'host', host: '9.8.7.5' } },
      ['blocklist.server-listed', ...clean]
    ],
    [
      'a public resolver, told by the list',
      { ...alive, [at('zen.spamhaus.org', '2.0.0.127')]: ['127.255.255.254'] },
      {},
      ['blocklist.refused', ...clean]
    ],
    ['a list without its test entry', { ...alive, [at('psbl.surriel.com', '2.0.0.127')]: 'nxdomain' }, {}, ['blocklist.dead', ...clean]],
    ['a list of everything', { ...alive, '*.psbl.surriel.com A': ['127.0.0.2'] }, {}, ['blocklist.lists-everything', ...clean]],
    [
      'a parked zone',
      { ...alive, '*.psbl.surriel.com A': ['9.9.9.9'], [at('psbl.surriel.com', '2.0.0.127')]: ['9.9.9.9'] },
      {},
      ['blocklist.odd-answer', ...clean]
    ],
    ['a silent list', { ...alive, [at('psbl.surriel.com', '2.0.0.127')]: 'servfail' }, {}, ['blocklist.no-answer', ...clean]],
    ['no network: silence', fail('timeout'), {}, ['blocklist.none-answers']],
    ['no network: SERVFAIL', fail('servfail'), {}, ['blocklist.none-answers']],
    ['a resolver that refuses', fail('refused'), {}, ['blocklist.refused']],
    ['a resolver that strips 127.0.0.0/8', {}, {}, ['blocklist.answers-stripped'], 'rebind protection'],
    ['a private address', alive, { ip: '10.0.0.1' }, ['blocklist.not-listed']],
    [
      'a list that is gone, by name',
      alive,
      { blocklists: [{ id: 'ix.dnsbl.manitu.net' }] },
      ['blocklist.gone', ...clean],
      'NiX Spam ended'
    ],
    ['a list that is not known', alive, { blocklists: [{ id: 'my-list' }] }, ['blocklist.not-known', ...clean], 'spamhaus-zen, '],
    [
      'a list that needs a key, without',
      alive,
      { blocklists: [{ id: 'abusix' }] },
      ['blocklist.key-missing', ...clean],
      '--blocklist abusix=KEY'
    ],
    ['a feed', alive, { blocklists: [{ id: 'invaluement' }] }, ['blocklist.not-asked', ...clean]],
    [
      'a list with a key',
      { ...alive, [at('sesame.combined.mail.abusix.zone')]: ['127.0.0.11'] },
      { blocklists: [{ id: 'abusix', key: 'sesame' }] },
      ['blocklist.listed', ...clean]
    ],
    [
      'a good reputation',
      { ...alive, [at('rep.mailspike.net')]: ['127.0.0.18'] },
      { blocklists: [{ id: 'mailspike-rep' }] },
      ['blocklist.reputation-good', ...clean]
    ],
    [
      'a bad reputation',
      { ...alive, [at('rep.mailspike.net')]: ['127.0.0.10'] },
      { blocklists: [{ id: 'mailspike-rep' }] },
      ['blocklist.reputation-bad', ...clean]
    ]
  ])('%s', async (_what, zone, options, expected, words) => {
    const { findings } = await examine(zone, options)
    expect(findings.map(({ code }) => code).sort()).toEqual([...expected].sort())
    if (words !== undefined) expect(findings.map(({ fix }) => fix).join('\n')).toContain(words)
    expect(JSON.stringify(findings)).not.toContain('sesame')
  })
})

test('one finding names all lists that do not have it', async () => {
  const { findings } = await examine(alive)
  expect(findings.map(({ title, about }) => `${about}: ${title}`)).toEqual([
    '9.8.7.6: Not on 6 lists: Spamhaus ZEN, SpamCop, Passive Spam Block List, Mailspike BL, DroneBL, UCEPROTECT level 1',
    'sender.example: Not on 2 lists: Spamhaus DBL, URIBL'
  ])
})

test('addresses that the same lists do not have are named together', async () => {
  const hosts = {
    'there.example MX': ['10 mx.there.example'],
    'mx.there.example A': ['9.8.7.1', '9.8.7.2', '9.8.7.3', '9.8.7.4', '9.8.7.5', '9.8.7.9']
  }
  const { findings } = await examine({ ...alive, ...hosts }, { target: { kind: 'domain', domain: 'there.example' }, deep: true })
  expect(findings.map(({ about }) => about)).toEqual(['9.8.7.6', '9.8.7.1, 9.8.7.2, 9.8.7.3, 9.8.7.4, 9.8.7.5 and 1 more', 'there.example'])
})

const zonesAsked = (server: DnsServer): readonly string[] =>
  blocklists.lists
    .filter(({ zone }) => server.questions().some(({ name }) => zone !== undefined && name.endsWith(`.${zone.replace('{key}', 'sesame')}`)))
    .map(({ id }) => id)

test('through a public resolver, lists whose terms forbid it are not asked', async () => {
  const { server, findings } = await examine(alive, { servers: ['8.8.8.8:53'] })
  expect(zonesAsked(server)).toEqual(['spamcop', 'psbl', 'mailspike-bl', 'dronebl', 'uceprotect-1'])
  const terms = findings.find(({ code }) => code === 'blocklist.terms')
  expect(terms?.title).toContain('Spamhaus ZEN, Spamhaus DBL, URIBL')
  expect(terms?.fix).toContain('through Google Public DNS')
  const own = await examine(alive, { servers: ['[2001:4860:4860::8888]:53'], ownResolver: true })
  expect(zonesAsked(own.server)).toContain('spamhaus-zen')
  const unknown = await examine(alive, { servers: ['9.8.7.1:53'] })
  expect(zonesAsked(unknown.server)).toContain('spamhaus-zen')
})

test('lists that need registration or a key are asked where they are named, and not otherwise', async () => {
  const { server } = await examine(alive)
  expect(zonesAsked(server).every((id) => blocklists.lists.some((list) => list.id === id && list.default))).toBe(true)
  const named = await examine(alive, { blocklists: [{ id: 'barracuda' }, { id: 'spamhaus-zen-key', key: 'sesame' }] })
  expect(zonesAsked(named.server)).toEqual(expect.arrayContaining(['barracuda', 'spamhaus-zen-key']))
})

test('no dead zone is ever asked, whatever is named', async () => {
  const dead = blocklists.dead.flatMap(({ zones }) => zones.map((zone) => zone.replace('*.', '')))
  const everything = [...blocklists.lists.map(({ id }) => ({ id, key: 'sesame' })), ...dead.map((id) => ({ id })), { id: 'sub.ahbl.org' }]
  const { server, findings } = await examine(alive, { blocklists: everything, message: link('https://bad-lab.net/') })
  expect(server.questions().length).toBeGreaterThan(50)
  const asked = server.questions().filter(({ name }) => dead.some((zone) => name === zone || name.endsWith(`.${zone}`)))
  expect(asked).toEqual([])
  expect(findings.filter(({ code }) => code === 'blocklist.gone')).toHaveLength(dead.length + 1)
})

test('nothing is asked twice', async () => {
  const { server } = await examine({ ...alive, ...ptr, [at('zen.spamhaus.org')]: ['127.0.0.4'], [at('psbl.surriel.com')]: ['127.0.0.2'] })
  const asked = server.questions().map(({ name, type }) => `${name} ${type}`)
  expect(asked.filter((one, index) => asked.indexOf(one) !== index)).toEqual([])
})

test('a listing comes with a request, where somebody can ask for the removal', async () => {
  const { findings } = await examine({
    ...alive,
    ...ptr,
    [at('zen.spamhaus.org')]: ['127.0.0.4'],
    '6.7.8.9.zen.spamhaus.org TXT': ['see\u0007 https://check.spamhaus.org/query/ip/9.8.7.6'],
    [at('bl.spamcop.net')]: ['127.0.0.2']
  })
  const [zen, spamcop] = ['Spamhaus ZEN', 'SpamCop'].map((list) => findings.find(({ title }) => title === `On ${list}`))
  expect(spamcop?.letter).toBeUndefined()
  expect(zen?.letter).toBe(`Subject: Removal of 9.8.7.6 from Spamhaus ZEN

To the operators of Spamhaus ZEN (https://check.spamhaus.org/)

9.8.7.6 is on your list. At 2026-11-25 12:34 UTC we saw:
Spamhaus ZEN: 6.7.8.9.zen.spamhaus.org: 127.0.0.4 (XBL: an infected machine or open proxy)
Spamhaus ZEN says: see https://check.spamhaus.org/query/ip/9.8.7.6

Subject of the entry: 9.8.7.6
Reverse DNS name: mail.sender.example
Sending domain: sender.example

What caused it: [which machine, account, form or mailing it was, and how that was found out]
What was done: [what was stopped, cleaned or changed, so that it does not happen again]
Since: [date and time with time zone]

Please remove the entry. If you see unwanted mail from it after that time, please send us an example with its full header:
[an address that a person reads]

[name, organisation, telephone]`)
})

test('a request has what was found and mended, where that is known', () => {
  const letter = delistingRequest({
    list: 'L',
    subject: 'a.example',
    seen: [],
    time: now,
    found: 'A form without a limit.',
    mended: 'The form is closed.',
    since: '2026-11-24 08:00 UTC'
  })
  expect(letter).toContain('What caused it: A form without a limit.\nWhat was done: The form is closed.\nSince: 2026-11-24 08:00 UTC')
  expect(letter).not.toContain('undefined')
})

test('whatever hosts a message names: at most twenty registered domains are asked for, each list with its tests once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.domain(), fc.webUrl(), fc.ipV4(), fc.string()), { maxLength: 60 }), async (hosts) => {
      const asked = new Set<string>()
      const query: Resolver['query'] = async (name, type) => {
        asked.add(`${name} ${type}`)
        return { name, type, status: 'nxdomain', records: [], aliases: [], ttl: 1, authenticated: false, fromCache: false }
      }
      const resolver: Resolver = { query, counters: () => ({}), close: () => undefined }
      const options: DoctorOptions = { target: { kind: 'machine' }, resolver, ehloName: 'probe.example.com' }
      await askDomains({ query, resolver, options, now: () => now }, hosts)
      expect(asked.size).toBeLessThanOrEqual(3 * 22)
    }),
    { numRuns: 100 }
  )
})
