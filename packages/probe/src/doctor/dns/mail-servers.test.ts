import { afterEach, describe, expect, test } from 'vitest'
import { startDnsServer } from '../../../../../tests/dns/dns-server.ts'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { openResolver } from '../../dns/resolver.ts'
import { runDoctor } from '../doctor.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const ip = '9.9.9.25'
const examine = async (zone: ZoneTable, allowPrivate = false) => {
  const server = await startDnsServer(zone)
  const resolver = openResolver({ servers: [server.address], timeout: 1_000, tries: 1 })
  open.push(server, resolver)
  const { checks } = await runDoctor({
    target: { kind: 'domain', domain: 'a.test' },
    resolver,
    ehloName: 'probe.example.com',
    allowPrivate,
    only: ['dns']
  })
  return { server, findings: checks.filter(({ id }) => id === 'mx').flatMap(({ findings }) => findings) }
}

describe('where mail for a domain goes, and what is wrong with it', () => {
  test.each<[string, ZoneTable, readonly string[], string?]>([
    ['one server', { 'a.test MX': ['10 mx.test'], 'mx.test A': [ip] }, ['mx.found']],
    [
      'two servers in two networks',
      { 'a.test MX': ['10 mx.test', '20 my.test'], 'mx.test A': [ip], 'my.test A': ['9.9.8.25'] },
      ['mx.found']
    ],
    [
      'two servers in one network',
      { 'a.test MX': ['10 mx.test', '20 my.test'], 'mx.test A': [ip], 'my.test A': ['9.9.9.26'] },
      ['mx.found', 'mx.one-network']
    ],
    ['null MX', { 'a.test MX': ['0 .'] }, ['mx.null'], 'a.test. MX 10 mail.a.test.'],
    [
      'a null MX beside another',
      { 'a.test MX': ['0 .', '10 mx.test'], 'mx.test A': [ip] },
      ['mx.found', 'mx.null-beside-others'],
      'Remove the record a.test. MX 0 .'
    ],
    ['an address and no MX', { 'a.test A': [ip] }, ['mx.implicit'], 'a.test. MX 10 a.test.'],
    ['neither', { 'a.test TXT': ['v=spf1 -all'] }, ['mx.no-mail-host']],
    ['no such domain', {}, ['mx.nxdomain'], 'how a.test is written'],
    ['an MX without an address', { 'a.test MX': ['10 mx.test'] }, ['mx.dangling'], 'mx.test. A'],
    [
      'an MX with the domain added to its name',
      { 'a.test MX': ['10 mx.b.test.a.test'], 'mx.b.test A': [ip] },
      ['mx.doubled-name'],
      'a.test. MX 10 mx.b.test. (instead of mx.b.test.a.test)'
    ],
    [
      'one of two with the domain added to its name',
      { 'a.test MX': ['10 mx.test', '20 my.a.test.a.test'], 'mx.test A': [ip], 'my.a.test AAAA': ['2001:4860::25'] },
      ['mx.found', 'mx.host-doubled-name'],
      'a.test. MX 20 my.a.test.'
    ],
    [
      'one of two without an address',
      { 'a.test MX': ['10 mx.test', '20 my.test'], 'my.test A': [ip] },
      ['mx.found', 'mx.host-dangling'],
      'remove the record: a.test. MX 10 mx.test.'
    ],
    ['private addresses', { 'a.test MX': ['10 mx.test'], 'mx.test A': ['10.0.0.1'] }, ['mx.private'], 'mx.test. A'],
    [
      'one of two private',
      { 'a.test MX': ['10 mx.test', '20 my.test'], 'mx.test A': ['127.0.0.1'], 'my.test A': [ip] },
      ['mx.found', 'mx.host-private']
    ],
    ['an IP address as MX', { 'a.test MX': ['10 9.9.9.25'] }, ['mx.literal'], 'mail.a.test. A 9.9.9.25 and a.test. MX 10 mail.a.test.'],
    [
      'an IP address beside a server',
      { 'a.test MX': ['10 9.9.9.25', '20 my.test'], 'my.test A': [ip] },
      ['mx.found', 'mx.host-literal'],
      'mail.a.test. A 9.9.9.25'
    ],
    ['an IP address and a name without address', { 'a.test MX': ['10 9.9.9.25', '20 my.test'] }, ['mx.dangling'], 'my.test. A'],
    [
      'an alias as MX',
      { 'a.test MX': ['10 mx.test'], 'mx.test CNAME': ['host.test'], 'host.test A': [ip] },
      ['mx.alias', 'mx.found'],
      'a.test. MX 10 host.test. (instead of mx.test)'
    ],
    ['a name that is none', { 'a.test MX': ['10 mx!.test', '20 my.test'], 'my.test A': [ip] }, ['mx.found', 'mx.host-bad-name']],
    [
      'one server that could not be asked for',
      { 'a.test MX': ['10 mx.test', '20 my.test'], 'mx.test *': 'servfail', 'my.test A': [ip] },
      ['mx.found', 'mx.host-unknown']
    ],
    ['no server that could be asked for', { 'a.test MX': ['10 mx.test'], 'mx.test *': 'servfail' }, ['mx.host-unknown']],
    ['SERVFAIL', { 'a.test *': 'servfail' }, ['mx.unknown']],
    ['REFUSED', { 'a.test *': 'refused' }, ['mx.unknown']],
    [
      'a filter of the resolver',
      { 'a.test *': { fault: 'nxdomain', extendedError: { code: 15, text: 'ads' } } },
      ['mx.blocked-by-resolver'],
      'not a fault of a.test'
    ],
    ['wildcard', { 'a.test MX': ['10 mx.test'], 'mx.test A': [ip], '*.a.test MX': ['10 mx.test'] }, ['mx.found', 'mx.wildcard']],
    [
      'an alias with mail servers',
      { 'a.test CNAME': ['b.test'], 'b.test MX': ['10 mx.test'], 'mx.test A': [ip] },
      ['mx.found', 'mx.via-alias']
    ]
  ])('%s', async (_what, zone, expected, words) => {
    const { findings } = await examine(zone)
    expect(findings.map(({ code }) => code).sort()).toEqual([...expected].sort())
    if (words !== undefined) expect(findings.map(({ fix }) => fix).join('\n')).toContain(words)
    expect(
      findings
        .flatMap(({ evidence }) => evidence)
        .join('')
        .match(/\p{C}/u)
    ).toBeNull()
  })
})

test('a resolver that does not answer by TCP is told', async () => {
  const root = { '. SOA': ['root.invalid post.invalid 1 3600 600 86400 300'] }
  for (const [udpOnly, code] of [
    [true, 'dns.resolver-no-tcp'],
    [false, 'dns.resolver-tcp']
  ] as const) {
    const server = await startDnsServer(root, { udpOnly })
    const resolver = openResolver({ servers: [server.address], timeout: 1_000, tries: 1 })
    open.push(server, resolver)
    const { checks } = await runDoctor({ target: { kind: 'machine' }, resolver, ehloName: 'probe.example.com', only: ['dns'] })
    expect(checks.flatMap(({ findings }) => findings.map((found) => found.code))).toEqual([code])
  }
})
