import { afterEach, describe, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from '../../../../tests/dns/dns-server.ts'
import type { ZoneEntry, ZoneTable } from '../../../../tests/dns/dns-zone.ts'
import { findMailRoute, type MailRoute } from './mail-route.ts'
import { openResolver } from './resolver.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const route = async (
  zone: ZoneTable,
  { allowPrivate = false, timeout = 5_000 } = {}
): Promise<{ readonly route: MailRoute; readonly server: DnsServer }> => {
  const server = await startDnsServer(zone)
  const resolver = openResolver({ servers: [server.address], timeout, tries: 1 })
  open.push(server, resolver)
  return { route: await findMailRoute(resolver, 'A.Test.', { allowPrivate }), server }
}

/** Status, then each host with preference, addresses and problem. */
const told = ({ status, implicit, hosts }: MailRoute): string =>
  [
    `${status}${implicit ? ' (implicit)' : ''}`,
    ...hosts.map(({ preference, name, addresses, problem }) =>
      [preference, name, ...addresses, ...(problem === undefined ? [] : [`!${problem}`])].join(' ')
    )
  ].join(' | ')

const ip = '8.8.8.1'
const ip6 = '2a00::1'

describe('where mail for a domain goes', () => {
  test.each<[string, Record<string, ZoneEntry>, string]>([
    ['one MX', { 'a.test MX': ['10 mx.test'], 'mx.test A': [ip] }, `hosts | 10 mx.test ${ip}`],
    [
      'both families',
      { 'a.test MX': ['10 mx.test'], 'mx.test A': [ip, '8.8.8.2'], 'mx.test AAAA': [ip6] },
      `hosts | 10 mx.test ${ip} 8.8.8.2 ${ip6}`
    ],
    ['IPv6 alone', { 'a.test MX': ['10 mx.test'], 'mx.test AAAA': [ip6] }, `hosts | 10 mx.test ${ip6}`],
    [
      'by preference',
      { 'a.test MX': ['20 b.test', '5 c.test', '10 d.test'], '*.test A': [ip] },
      `hosts | 5 c.test ${ip} | 10 d.test ${ip} | 20 b.test ${ip}`
    ],
    ['a host named twice counts at its best', { 'a.test MX': ['20 b.test', '5 B.test'], '*.test A': [ip] }, `hosts | 5 b.test ${ip}`],
    [
      'the usable before the useless',
      { 'a.test MX': ['1 x.test', '2 y.test'], 'x.test A': [], 'y.test A': [ip] },
      `hosts | 2 y.test ${ip} | 1 x.test !no-address`
    ],

    ['no MX, but an address', { 'a.test A': [ip] }, `hosts (implicit) | 0 a.test ${ip}`],
    ['no MX, but an IPv6 address', { 'a.test AAAA': [ip6] }, `hosts (implicit) | 0 a.test ${ip6}`],
    ['neither MX nor address', { 'a.test TXT': ['hello'] }, 'no-mail-host (implicit) | 0 a.test !no-address'],
    ['no such name', { 'b.test A': [ip] }, 'nxdomain'],
    ['a null MX', { 'a.test MX': ['0 .'], 'a.test A': [ip] }, 'null-mx'],
    ['a null MX beside another', { 'a.test MX': ['0 .', '10 mx.test'], 'mx.test A': [ip] }, `hosts | 10 mx.test ${ip}`],
    ['null MX of another preference', { 'a.test MX': ['10 .'] }, 'dangling'],
    ['MX to nothing', { 'a.test MX': ['10 mx.gone'] }, 'dangling | 10 mx.gone !no-address'],
    ['MX to a name without address', { 'a.test MX': ['10 mx.test'], 'mx.test TXT': ['x'] }, 'dangling | 10 mx.test !no-address'],
    [
      'MX to nothing, and an address of its own: still dangling',
      { 'a.test MX': ['10 mx.gone'], 'a.test A': [ip] },
      'dangling | 10 mx.gone !no-address'
    ],

    [
      'a CNAME to a domain with MX',
      { 'a.test CNAME': ['b.test'], 'b.test MX': ['10 mx.test'], 'mx.test A': [ip] },
      `hosts | 10 mx.test ${ip}`
    ],
    ['a CNAME to a domain without MX', { 'a.test CNAME': ['b.test'], 'b.test A': [ip] }, `hosts (implicit) | 0 b.test ${ip}`],
    ['a CNAME to nothing', { 'a.test CNAME': ['b.gone'] }, 'nxdomain'],
    ['CNAMEs in a circle', { 'a.test CNAME': ['b.test'], 'b.test CNAME': ['a.test'] }, 'dns-failure'],
    [
      'MX to a CNAME',
      { 'a.test MX': ['10 mx.test'], 'mx.test CNAME': ['real.test'], 'real.test A': [ip] },
      `hosts | 10 mx.test ${ip} !alias`
    ],
    ['MX to a CNAME to nothing', { 'a.test MX': ['10 mx.test'], 'mx.test CNAME': ['real.gone'] }, 'dangling | 10 mx.test !no-address'],
    ['MX to an IP address', { 'a.test MX': ['10 8.8.8.8'] }, 'dangling | 10 8.8.8.8 !literal'],
    ['MX to no host name', { 'a.test MX': ['10 mail server.test'] }, 'dangling | 10 mail\\032server.test !bad-name'],
    ['MX to an escape sequence', { 'a.test MX': ['10 \u001b[31m.test'] }, 'dangling | 10 \\027[31m.test !bad-name'],
    [
      'one literal, one host',
      { 'a.test MX': ['10 8.8.8.8', '20 mx.test'], 'mx.test A': [ip] },
      `hosts | 20 mx.test ${ip} | 10 8.8.8.8 !literal`
    ]
  ])('%s', async (_what, zone, expected) => {
    expect(told((await route(zone)).route)).toBe(expected)
  })
})

describe('what could not be asked is never a no', () => {
  const mx = { 'a.test MX': ['10 mx.test'] }
  const faults: readonly ZoneEntry[] = ['servfail', 'refused', 'formerr', 'notimp', 'cut', 'pointer-loop', 'truncated-always', 'tcp-closed']

  test.each(faults)("MX: %s; the domain's own address does not stand in", async (fault) => {
    const { route: found, server } = await route({ 'a.test MX': fault, 'a.test A': [ip] })
    expect(told(found)).toBe('dns-failure')
    expect(server.questions().filter(({ type }) => type !== 'MX')).toEqual([])
  })

  test.each(faults)('address of the only MX: %s', async (fault) => {
    expect(told((await route({ ...mx, 'mx.test A': fault })).route)).toBe('dns-failure | 10 mx.test !dns-failure')
    expect(told((await route({ ...mx, 'mx.test AAAA': fault, 'mx.test A': [] })).route)).toBe('dns-failure | 10 mx.test !dns-failure')
  })

  test.each<[string, Record<string, ZoneEntry>, string]>([
    ['IPv6 fails, IPv4 is there', { ...mx, 'mx.test A': [ip], 'mx.test AAAA': 'servfail' }, `hosts | 10 mx.test ${ip}`],
    [
      'one MX fails, the other is there',
      { 'a.test MX': ['10 x.test', '20 y.test'], 'x.test A': 'servfail', 'y.test A': [ip] },
      `hosts | 20 y.test ${ip} | 10 x.test !dns-failure`
    ],
    [
      'one MX fails, the other is nothing',
      { 'a.test MX': ['10 x.test', '20 y.gone'], 'x.test A': 'servfail' },
      'dns-failure | 10 x.test !dns-failure | 20 y.gone !no-address'
    ],
    [
      'one MX fails, the other is private',
      { 'a.test MX': ['10 x.test', '20 y.test'], 'x.test A': 'servfail', 'y.test A': ['10.0.0.1'] },
      'dns-failure | 10 x.test !dns-failure | 20 y.test !private'
    ],
    [
      'private by IPv4, unknown by IPv6',
      { ...mx, 'mx.test A': ['10.0.0.1'], 'mx.test AAAA': 'servfail' },
      'dns-failure | 10 mx.test !dns-failure'
    ],
    ['no MX, and the address fails', { 'a.test A': 'servfail' }, 'dns-failure (implicit) | 0 a.test !dns-failure'],
    ['the resolver blocks the name', { 'a.test MX': { fault: 'nxdomain', extendedError: { code: 17 } } }, 'dns-failure']
  ])('%s', async (_what, zone, expected) => {
    expect(told((await route(zone)).route)).toBe(expected)
  })

  test('silence', async () => {
    expect(told((await route({ ...mx, 'mx.test *': 'timeout' }, { timeout: 200 })).route)).toBe('dns-failure | 10 mx.test !dns-failure')
  })

  test.each(['', 'a..test', 'bücher.test', '[192.0.2.1]', 'a'.repeat(300)])('a domain that DNS cannot be asked for: %j', async (domain) => {
    const resolver = openResolver({ servers: [] })
    expect((await findMailRoute(resolver, domain)).status).toBe('dns-failure')
  })
})

describe('addresses that are not public', () => {
  const mx = { 'a.test MX': ['10 mx.test'] }
  test.each<[string, Record<string, ZoneEntry>, string, string]>([
    ['private', { ...mx, 'mx.test A': ['192.168.1.1'] }, 'private | 10 mx.test !private', 'hosts | 10 mx.test 192.168.1.1'],
    [
      'loopback of both families',
      { ...mx, 'mx.test A': ['127.0.0.1'], 'mx.test AAAA': ['::1'] },
      'private | 10 mx.test !private',
      'hosts | 10 mx.test 127.0.0.1 ::1'
    ],
    ['IPv4 in disguise', { ...mx, 'mx.test AAAA': ['::ffff:7f00:1'] }, 'private | 10 mx.test !private', 'hosts | 10 mx.test ::ffff:7f00:1'],
    ['one of two', { ...mx, 'mx.test A': ['127.0.0.1', ip] }, `hosts | 10 mx.test ${ip}`, `hosts | 10 mx.test 127.0.0.1 ${ip}`],
    ['the domain itself', { 'a.test A': ['0.0.0.0'] }, 'private (implicit) | 0 a.test !private', 'hosts (implicit) | 0 a.test 0.0.0.0'],
    [
      'behind a CNAME',
      { ...mx, 'mx.test CNAME': ['in.test'], 'in.test A': ['169.254.169.254'] },
      'private | 10 mx.test !private',
      'hosts | 10 mx.test 169.254.169.254 !alias'
    ],
    [
      'one host private, the other nothing',
      { 'a.test MX': ['10 x.test', '20 y.gone'], 'x.test A': ['10.1.1.1'] },
      'private | 10 x.test !private | 20 y.gone !no-address',
      'hosts | 10 x.test 10.1.1.1 | 20 y.gone !no-address'
    ]
  ])('%s', async (_what, zone, refused, allowed) => {
    expect([told((await route(zone)).route), told((await route(zone, { allowPrivate: true })).route)]).toEqual([refused, allowed])
  })
})

describe('bounds', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index} mx${index}.test`)

  test('of many MX, 20 are asked for, which the evidence says', async () => {
    const { route: found, server } = await route({ 'a.test MX': { answers: names(1_500), fault: 'truncated' }, '*.test A': [ip] })
    expect([found.status, found.hosts.length, server.questions().length]).toEqual(['hosts', 20, 2 + 40])
    expect(found.evidence).toContain('only the first 20 of 1500 MX hosts were asked for')
    expect(found.evidence.join('\n').length).toBeLessThan(5_000)
  })

  test('where the first 20 are nothing, the rest are unknown, not nothing', async () => {
    expect((await route({ 'a.test MX': names(21) })).route.status).toBe('dns-failure')
    expect((await route({ 'a.test MX': names(20) })).route.status).toBe('dangling')
  })

  test('of many addresses, 20 are kept, which the evidence says', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `8.8.${index >> 8}.${index & 255}`)
    const { route: found } = await route({ 'a.test MX': ['10 mx.test'], 'mx.test A': { answers: many, fault: 'truncated' } })
    expect(found.hosts[0]?.addresses).toEqual(many.slice(0, 20))
    expect(found.evidence).toContain('mx.test: 480 of 500 addresses are left out')
  })

  test.each<[string, Record<string, ZoneEntry>, number]>([
    [
      'of all that was asked',
      { 'a.test MX': [{ ttl: 300, data: '1 x.test' }], 'x.test A': [{ ttl: 200, data: ip }], 'x.test AAAA': { negativeTtl: 100 } },
      100
    ],
    ['of a failure', { 'a.test MX': [{ ttl: 300, data: '1 x.test' }], 'x.test A': 'servfail', 'x.test AAAA': { negativeTtl: 100 } }, 5],
    ['of a null MX', { 'a.test MX': [{ ttl: 300, data: '0 .' }] }, 300]
  ])('the TTL is the least %s', async (_what, zone, ttl) => {
    expect((await route(zone)).route.ttl).toBe(ttl)
  })
})

describe('who runs the hosts', () => {
  test.each<[string, Record<string, ZoneEntry>, string, string | undefined]>([
    ['a provider', { 'a.test MX': ['5 gmail-smtp-in.l.google.com'] }, 'gmail', 'gmail'],
    ['a hosted filter', { 'a.test MX': ['5 us-smtp-inbound-1.mimecast.com'] }, 'mimecast', 'mimecast'],
    [
      'a host that nobody knows: its registrable domain',
      { 'a.test MX': ['5 mx1.mail.example.co.uk', '9 gmail-smtp-in.l.google.com'] },
      'example.co.uk',
      undefined
    ],
    ['the first usable host counts', { 'a.test MX': ['1 mx.gone', '5 gmail-smtp-in.l.google.com'], 'mx.gone A': [] }, 'gmail', 'gmail'],
    ['an implicit MX', { 'a.test A': [ip] }, 'a.test', undefined],
    ['nobody', {}, 'a.test', undefined]
  ])('%s', async (_what, zone, operator, provider) => {
    const addresses: ZoneTable = { '*.google.com A': [ip], '*.mimecast.com A': [ip], '*.co.uk A': [ip] }
    const { route: found } = await route({ ...addresses, ...zone })
    expect([found.operator, found.provider]).toEqual([operator, provider])
  })
})

test('the evidence says in plain words what was asked and answered', async () => {
  const zone: ZoneTable = {
    'a.test MX': ['10 mx.test', '20 in.test', '30 bad.test', '0 .'],
    'mx.test CNAME': ['real.test'],
    'real.test A': [ip],
    'in.test A': ['10.0.0.1'],
    'bad.test A': { fault: 'servfail', extendedError: { code: 6 } },
    'bad.test AAAA': []
  }
  const { route: found } = await route(zone)
  expect([found.domain, ...found.evidence]).toEqual([
    'a.test',
    'MX of a.test: 10 mx.test, 20 in.test, 30 bad.test, 0 .',
    'the null MX of a.test is no host and is passed over (RFC 7505 wants it alone, with preference 0)',
    'A of mx.test: 8.8.8.1 (via real.test)',
    'AAAA of mx.test: none (via real.test)',
    'mx.test: an alias, which an MX must not name (RFC 2181 §10.3); used all the same',
    'A of in.test: 10.0.0.1',
    'AAAA of in.test: none',
    'in.test: not public, never connected to: 10.0.0.1',
    'A of bad.test: not known, the server could not find out (SERVFAIL): DNSSEC Bogus',
    'AAAA of bad.test: none'
  ])
})
