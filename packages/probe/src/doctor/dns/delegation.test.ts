import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { authoritative, referring, startDnsWorld } from '../../../../../tests/dns/dns-world.ts'
import type { Zone, ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { openResolver } from '../../dns/resolver.ts'
import { runDoctor } from '../doctor.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const parentAt = '127.0.0.2'
const [first, second] = ['127.0.0.3', '127.0.0.4']
const soa = 'ns1.a.test post.a.test 7 3600 600 86400 300'
const sound: ZoneTable = {
  'a.test SOA': [{ ttl: 3600, data: soa }],
  'a.test NS': ['ns1.a.test', 'ns2.a.test'],
  'a.test MX': [{ ttl: 3600, data: '10 mx.a.test' }],
  'ns1.a.test A': [first],
  'ns2.a.test A': [second],
  'mx.a.test A': ['127.0.0.25'],
  'mx.a.test AAAA': []
}
const atResolver: ZoneTable = {
  '. SOA': ['root.invalid post.invalid 1 3600 600 86400 300'],
  'test NS': ['ns.test'],
  'ns.test A': [parentAt],
  ...sound
}
const glued = { 'ns1.a.test': first, 'ns2.a.test': second }

type World = {
  readonly resolver?: ZoneTable
  readonly parent?: Zone
  /** What each of the two name servers has beside, or instead of, the sound zone. */
  readonly one?: ZoneTable | Zone
  readonly two?: ZoneTable | Zone
  readonly udpOnly?: readonly string[]
  readonly from?: string
  readonly target?: string
}

const zoneFor = (given: ZoneTable | Zone | undefined): Zone =>
  typeof given === 'function' ? given : authoritative('a.test', { ...sound, ...given })

const examine = async ({
  resolver: known = {},
  parent = referring('a.test', glued),
  one,
  two,
  udpOnly,
  from,
  target = 'a.test'
}: World) => {
  const world = await startDnsWorld(
    { ...atResolver, ...known },
    { [parentAt]: parent, [first]: zoneFor(one), [second]: zoneFor(two) },
    udpOnly
  )
  const resolver = openResolver({ servers: [world.resolver.address], timeout: 1_000, tries: 1 })
  open.push(world, resolver)
  const { checks } = await runDoctor({
    target: { kind: 'domain', domain: target },
    resolver,
    ehloName: 'probe.example.com',
    allowPrivate: true,
    authorityPort: world.port,
    only: ['dns'],
    ...(from === undefined ? {} : { from })
  })
  return {
    world,
    all: checks.flatMap(({ findings }) => findings),
    findings: checks.filter(({ id }) => id === 'name-servers').flatMap(({ findings }) => findings)
  }
}

const refused: Zone = () => 'refused'
const silent: Zone = () => 'timeout'
const health = ['dns.delegation-agrees', 'ns.agree']
const gone: ZoneTable = { 'a.test SOA': 'servfail', 'a.test NS': 'servfail', 'a.test MX': 'servfail' }
const lostNames: ZoneTable = { ...gone, 'ns1.a.test A': 'servfail', 'ns2.a.test A': 'servfail' }
const withTtl = (ttl: number): ZoneTable => ({ 'a.test MX': [{ ttl, data: '10 mx.a.test' }] })
const other = { ...glued, 'ns3.a.test': '127.0.0.4' }

describe('what is wrong with the name servers of a domain', () => {
  test.each<[string, World, readonly string[], string?]>([
    ['nothing', {}, health],
    ['a subdomain that is no zone of its own', { target: 'sub.a.test', resolver: { 'sub.a.test MX': ['10 mx.a.test'] } }, health],
    ['one server refuses', { two: refused }, ['ns.lame', ...health], 'remove a.test. NS ns2.a.test.'],
    ['one server answers without authority', { two: () => ({ answers: [soa], ignorant: true }) }, ['ns.lame', ...health]],
    ['one server is silent', { two: silent }, ['ns.silent', ...health], 'Start ns2.a.test'],
    ['all refuse', { resolver: gone, one: refused, two: refused }, ['ns.all-lame'], 'ns1.a.test, ns2.a.test'],
    ['all are silent', { resolver: lostNames, one: silent, two: silent }, ['ns.all-silent']],
    ['all refuse us, and the resolver knows the zone', { one: refused, two: refused }, ['dns.delegation-unknown']],
    [
      'MX differ',
      { two: { 'a.test MX': ['10 old.a.test'] } },
      ['dns.delegation-agrees', 'ns.disagree'],
      'Bring all name servers of a.test to the same version'
    ],
    ['MX in another order', { one: { 'a.test MX': ['10 x.test', '10 y.test'] }, two: { 'a.test MX': ['10 y.test', '10 x.test'] } }, health],
    [
      'serials differ',
      { two: { 'a.test SOA': ['ns1.a.test post.a.test 6 3600 600 86400 300'] } },
      ['dns.delegation-agrees', 'ns.serial-differs']
    ],
    ['serials of two operators differ', { two: { 'a.test SOA': ['ns.other.test post.a.test 6 3600 600 86400 300'] } }, health],
    [
      'a single name server',
      { parent: referring('a.test', { 'ns1.a.test': first }), one: { 'a.test NS': ['ns1.a.test'] } },
      ['ns.single', ...health],
      'Have a second name server'
    ],
    [
      'two names of one address',
      { parent: referring('a.test', { 'ns1.a.test': first, 'ns2.a.test': first }), resolver: { 'ns2.a.test A': [first] } },
      ['ns.single', ...health]
    ],
    [
      'a server that the zone does not know',
      { parent: referring('a.test', other), resolver: { 'ns3.a.test A': [second] } },
      ['dns.delegation-differs', 'ns.agree'],
      'a.test. NS ns3.a.test.'
    ],
    [
      'a server that the zone above does not know',
      { parent: referring('a.test', { 'ns1.a.test': first }) },
      ['dns.delegation-more-in-zone', 'ns.agree']
    ],
    [
      'no glue',
      { parent: referring('a.test', { 'ns1.a.test': first, 'ns2.a.test': undefined }) },
      ['ns.no-glue', ...health],
      'enter the address of ns2.a.test'
    ],
    ['glue of an old address', { resolver: { 'ns2.a.test A': ['127.0.0.9'] } }, ['ns.glue-differs', ...health], 'to 127.0.0.9'],
    [
      'a server without an address',
      {
        parent: referring('a.test', { 'ns1.a.test': first, 'ns.gone.test': undefined }),
        one: { 'a.test NS': ['ns1.a.test', 'ns.gone.test'] }
      },
      ['ns.no-address', ...health],
      'ns.gone.test. A'
    ],
    ['no server with an address', { parent: referring('a.test', { 'ns.gone.test': undefined }), resolver: gone }, ['ns.none-has-address']],
    [
      'no server whose address could be asked for',
      { parent: referring('a.test', { 'ns.lost.test': undefined }), resolver: { ...gone, 'ns.lost.test A': 'servfail' } },
      ['dns.delegation-unknown']
    ],
    [
      'a server named by an alias',
      {
        parent: referring('a.test', { 'ns1.a.test': first, 'ns.b.test': undefined }),
        one: { 'a.test NS': ['ns1.a.test', 'ns.b.test'] },
        two: { 'a.test NS': ['ns1.a.test', 'ns.b.test'] },
        resolver: { 'ns.b.test CNAME': ['host.b.test'], 'host.b.test A': [second] }
      },
      ['ns.alias', ...health],
      'a.test. NS host.b.test.'
    ],
    ['one server without TCP', { udpOnly: [second] }, ['ns.no-tcp', ...health], 'through to ns2.a.test'],
    ['no server with TCP', { udpOnly: [first, second] }, ['ns.tcp-unknown', ...health], 'dig +tcp a.test SOA @ns1.a.test'],
    ['a TTL of 0', { one: withTtl(0), two: withTtl(0) }, ['dns.ttl-zero', ...health]],
    ['a TTL of 30 seconds', { one: withTtl(30), two: withTtl(30) }, ['dns.ttl-short', ...health]],
    ['a TTL of 5 minutes', { one: withTtl(300), two: withTtl(300) }, health],
    ['a TTL of a week', { one: withTtl(604_800), two: withTtl(604_800) }, health],
    ['a TTL of 30 days', { one: withTtl(2_592_000) }, ['dns.ttl-long', ...health], '30 days'],
    [
      'a no that holds for two days',
      { one: { 'a.test SOA': [{ ttl: 172_800, data: 'ns1.a.test post.a.test 7 3600 600 86400 172800' }] } },
      ['dns.ttl-negative-long', ...health]
    ],
    [
      'an alias at the top of the zone',
      {
        resolver: { 'a.test SOA': [], 'a.test CNAME': ['b.test'], 'b.test MX': ['10 mx.b.test'] },
        one: {
          'a.test SOA': [{ name: 'a.test', type: 'CNAME', data: 'b.test' }],
          'a.test MX': [{ name: 'a.test', type: 'CNAME', data: 'b.test' }]
        },
        two: {
          'a.test SOA': [{ name: 'a.test', type: 'CNAME', data: 'b.test' }],
          'a.test MX': [{ name: 'a.test', type: 'CNAME', data: 'b.test' }]
        }
      },
      ['dns.apex-alias', 'dns.delegation-agrees'],
      'Remove a.test. CNAME b.test.'
    ],
    [
      'the zone above knows nothing',
      { resolver: gone, parent: () => ({ responseCode: 3, authoritative: true }) },
      ['dns.delegation-missing'],
      'renew the domain'
    ],
    ['the zone above is silent', { parent: silent }, ['dns.delegation-unknown']],
    ['the zone above refuses', { parent: refused }, ['dns.delegation-unknown']],
    [
      'something answers from a cache in place of the zone above',
      { parent: () => ({ answers: ['ns1.a.test', 'ns2.a.test'] }) },
      ['dns.delegation-unknown']
    ],
    [
      'closed network, and the resolver knows of one server',
      { parent: silent, resolver: { 'a.test NS': ['ns1.a.test'] } },
      ['dns.delegation-unknown', 'ns.single']
    ]
  ])('%s', async (_what, world, expected, words) => {
    const { findings } = await examine(world)
    expect(findings.map(({ code }) => code).sort()).toEqual([...expected].sort())
    if (words !== undefined) expect(findings.map(({ fix }) => fix).join('\n')).toContain(words)
  })
})

test('nothing is asked twice, neither of the resolver nor of a name server, and questions to name servers want no recursion', async () => {
  const { world } = await examine({ from: 'b.a.test', resolver: { 'b.a.test MX': ['10 mx.a.test'] } })
  for (const server of [world.resolver, ...world.servers.values()]) {
    const asked = server.questions().map(({ name, type, transport }) => `${transport} ${name} ${type}`)
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.filter((one, index) => asked.indexOf(one) !== index)).toEqual([])
  }
  for (const server of world.servers.values()) expect(server.questions().some(({ recursion }) => recursion)).toBe(false)
})

test('a zone with a thousand name servers gets questions to eight', async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `n${index}.a.test`)
  const glue = Object.fromEntries(names.slice(0, 60).map((name) => [name, first]))
  const { world } = await examine({
    parent: referring('a.test', glue),
    one: { 'a.test NS': { answers: names, authoritative: true, fault: 'truncated' } },
    resolver: Object.fromEntries(names.map((name) => [`${name} A`, [first]]))
  })
  const asked = world.resolver.questions().filter(({ name, type }) => type === 'A' && /^n\d+\.a\.test$/.test(name))
  expect(asked).toHaveLength(8)
})

test('a private address that DNS gives for a name server is not asked', async () => {
  const world = await startDnsWorld(atResolver, { [parentAt]: referring('a.test', glued), [first]: zoneFor({}) })
  const resolver = openResolver({ servers: [world.resolver.address], timeout: 1_000, tries: 1 })
  open.push(world, resolver)
  const { checks } = await runDoctor({
    target: { kind: 'domain', domain: 'a.test' },
    resolver,
    ehloName: 'probe.example.com',
    authorityPort: world.port,
    only: ['dns']
  })
  expect(checks.flatMap(({ findings }) => findings.map(({ code }) => code))).toContain('dns.delegation-unknown')
  for (const server of world.servers.values()) expect(server.questions()).toEqual([])
})

const names = fc.constantFrom('a.test', 'ns1.a.test', 'ns2.a.test', 'b.test', 'test', '.')
const record = fc.oneof(
  fc.record({ name: names, type: fc.constantFrom('NS', 'CNAME'), data: names, ttl: fc.nat() }),
  fc.record({ name: names, type: fc.constant('A'), data: fc.constantFrom(first, second, '127.0.0.9'), ttl: fc.nat() }),
  fc.record({ name: names, type: fc.constant('MX'), data: fc.constantFrom('0 .', '10 ns1.a.test'), ttl: fc.nat() }),
  fc.record({ name: names, type: fc.constant('SOA'), data: fc.constantFrom(soa, 'a.test b.test 0 0 0 0 4294967295'), ttl: fc.nat() }),
  fc.record({ name: names, type: fc.constant('RRSIG'), data: fc.constant('SOA 13 2 60 1 1 1 a.test'), ttl: fc.nat() }),
  fc.record({ name: names, type: fc.constant('DNSKEY'), data: fc.constantFrom('257 3 13 AAAA', '0 0 0 '), ttl: fc.nat() })
)
const section = fc.array(record, { maxLength: 4 })
const entry = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      answers: section,
      authority: section,
      additional: section,
      authoritative: fc.boolean(),
      responseCode: fc.nat(5)
    })
  },
  { weight: 1, arbitrary: fc.constantFrom('refused', 'servfail', 'cut', 'pointer-loop', 'nxdomain', 'tcp-closed') }
)
const known = fc.dictionary(fc.constantFrom('a.test SOA', 'a.test NS', 'a.test MX', 'a.test DS', 'ns2.a.test A', 'test NS'), entry, {
  maxKeys: 2
})
const liar = fc.array(entry, { minLength: 1, maxLength: 5 }).map((entries): Zone => {
  let next = 0
  return () => {
    const answer = entries[next++ % entries.length]
    return answer === undefined ? [] : (answer as Exclude<ReturnType<Extract<Zone, () => unknown>>, undefined>)
  }
})

test('whatever name servers answer, the examination ends without an error of its own, after a bounded number of questions', async () => {
  await fc.assert(
    fc.asyncProperty(known, liar, liar, liar, async (resolver, parent, one, two) => {
      const { world, all } = await examine({ resolver: resolver as ZoneTable, parent, one, two })
      expect(all.filter(({ code }) => code.startsWith('check.'))).toEqual([])
      for (const server of world.servers.values()) expect(server.questions().length).toBeLessThan(60)
      for (const { close } of open.splice(0).reverse()) await close()
    }),
    { numRuns: 60 }
  )
}, 60_000)
