import type { Finding } from '@whybounce/core/finding'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { authoritative, referring, startDnsWorld } from '../../../../../tests/dns/dns-world.ts'
import type { ZoneEntry, ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { openResolver } from '../../dns/resolver.ts'
import { runDoctor } from '../doctor.ts'
import { dsOf, keyTag } from './ds-digest.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

/** RFC 4034 §5.4: a key, and its DS record. */
const published = {
  zone: 'dskey.example.com',
  key: '256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==',
  ds: '60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118'
}

test('key tag and digest are those of RFC 4034 §5.4', () => {
  expect(keyTag(published.key)).toBe(60_485)
  expect(dsOf(published.zone, published.key, 1)).toBe(published.ds)
  expect(dsOf(published.zone, published.key, 3)).toBeUndefined()
})

test('whatever stands in a key, its tag is one of 65,536 and its DS is well formed or none', () => {
  fc.assert(
    fc.property(fc.string(), fc.oneof(fc.string(), fc.domain()), fc.nat(6), (key, zone, digest) => {
      expect(keyTag(key)).toBeGreaterThanOrEqual(0)
      expect(keyTag(key)).toBeLessThan(65_536)
      expect(dsOf(zone, key, digest) ?? '').toMatch(/^$|^\d+ .* [124] [0-9a-f]+$/s)
    })
  )
})

const [parentAt, serverAt] = ['127.0.0.2', '127.0.0.3']
const key = '257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=='
const otherKey = '256 3 13 oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA=='
const ds = dsOf('a.test', key, 2) ?? ''
const soaData = 'ns1.a.test post.a.test 7 3600 600 86400 300'
const soaSigned = (end: number): ZoneEntry => [
  { name: 'a.test', type: 'SOA', data: soaData },
  { name: 'a.test', type: 'RRSIG', data: `SOA 13 2 3600 ${end} 1700000000 ${keyTag(key)} a.test` }
]
const now = new Date('2026-11-25T12:00:00Z')
const [before, after] = [now.getTime() / 1_000 - 86_400, now.getTime() / 1_000 + 86_400]

const sound: ZoneTable = {
  'a.test SOA': soaSigned(after),
  'a.test NS': ['ns1.a.test'],
  'a.test MX': ['10 mx.a.test'],
  'a.test DNSKEY': [key, otherKey]
}
const atResolver: ZoneTable = {
  'test NS': ['ns.test'],
  'ns.test A': [parentAt],
  'ns1.a.test A': [serverAt],
  'a.test SOA': [soaData],
  'a.test MX': ['10 mx.a.test'],
  'mx.a.test A': ['127.0.0.25'],
  'a.test DS': [ds]
}
const bogus: ZoneTable = { 'a.test MX': { answers: ['10 mx.a.test'], bogus: true }, 'a.test SOA': { answers: [soaData], bogus: true } }

test.each<[string, ZoneTable, ZoneTable, readonly string[], string?]>([
  ['signed', {}, {}, ['dnssec.signed']],
  ['not signed', { 'a.test DS': [] }, {}, ['dnssec.unsigned']],
  ['no such domain', { 'a.test DS': 'nxdomain', 'a.test MX': 'nxdomain' }, {}, []],
  ['not signed, with keys that nobody was told of', { 'a.test DS': [] }, { 'a.test SOA': soaSigned(before) }, ['dnssec.unsigned']],
  ['signatures that ran out', bogus, { 'a.test SOA': soaSigned(before) }, ['dnssec.expired'], '2026-11-24T12:00:00Z'],
  ['signatures that ran out, and a resolver that does not look', {}, { 'a.test SOA': soaSigned(before) }, ['dnssec.expired']],
  ['no keys', bogus, { 'a.test DNSKEY': [] }, ['dnssec.no-key']],
  ['another key', bogus, { 'a.test DNSKEY': [otherKey] }, ['dnssec.ds-mismatch'], `a.test. DS ${dsOf('a.test', otherKey, 2)}`],
  ['a DS of a digest that is not known here', { 'a.test DS': ['1 13 3 00ff'] }, {}, ['dnssec.signed']],
  ['an old DS beside the right one', { 'a.test DS': ['1 13 2 00ff', ds] }, {}, ['dnssec.signed']],
  ['a resolver that finds the signatures wanting', bogus, {}, ['dnssec.bogus'], 'Sign the zone anew'],
  ['SERVFAIL that is no matter of signatures', { 'a.test MX': 'servfail' }, {}, ['dnssec.signed']],
  ['a DS that could not be asked for', { 'a.test DS': 'servfail' }, {}, ['dnssec.unknown']],
  ['bogus, and the name servers are out of reach', { ...bogus, 'test NS': 'servfail' }, {}, ['dnssec.bogus']]
])('%s', async (_what, resolverZone, zone, expected, words) => {
  const findings = await examine(resolverZone, zone)
  expect(findings.map(({ code }) => code)).toEqual(expected)
  if (words !== undefined) expect(findings.map(({ fix }) => fix).join('\n')).toContain(words)
})

test('a zone below another is found although its signatures do not hold', async () => {
  const below = { answers: ['ns1.a.test post.a.test 7 3600 600 86400 300'], bogus: true }
  const findings = await examine({ 'sub.a.test SOA': below, 'sub.a.test MX': { answers: ['10 mx.a.test'], bogus: true } }, {}, 'sub.a.test')
  expect(findings.map(({ code, about }) => `${code} ${about}`)).toEqual(['dnssec.bogus sub.a.test'])
})

async function examine(resolverZone: ZoneTable, zone: ZoneTable, domain = 'a.test'): Promise<readonly Finding[]> {
  const world = await startDnsWorld(
    { ...atResolver, ...resolverZone },
    { [parentAt]: referring('a.test', { 'ns1.a.test': serverAt }), [serverAt]: authoritative('a.test', { ...sound, ...zone }) }
  )
  const resolver = openResolver({ servers: [world.resolver.address], timeout: 1_000, tries: 1 })
  open.push(world, resolver)
  const { checks } = await runDoctor({
    target: { kind: 'domain', domain },
    resolver,
    ehloName: 'probe.example.com',
    allowPrivate: true,
    authorityPort: world.port,
    now: () => now,
    only: ['dns']
  })
  return checks.filter(({ id }) => id === 'dnssec').flatMap((check) => check.findings)
}
