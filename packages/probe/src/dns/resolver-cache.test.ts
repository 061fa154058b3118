import { afterEach, describe, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from '../../../../tests/dns/dns-server.ts'
import type { Zone } from '../../../../tests/dns/dns-zone.ts'
import { type DnsAnswer, openResolver, type Resolver, type ResolverOptions } from './resolver.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const serve = async (zone: Zone): Promise<DnsServer> => {
  const server = await startDnsServer(zone)
  open.push(server)
  return server
}
const resolve = (servers: readonly string[], options: ResolverOptions = {}): Resolver => {
  const resolver = openResolver({ servers, timeout: 5_000, tries: 1, ...options })
  open.push(resolver)
  return resolver
}
const told = (answer: DnsAnswer): string => [answer.failure ?? answer.status, ...answer.records].join(' | ')

describe('what was answered is held', () => {
  const zone: Zone = (name, type) => {
    if (name.startsWith('slow')) return { answers: ['10 mx.test'], delay: 40 }
    if (name.startsWith('fail')) return 'servfail'
    if (name.startsWith('nx'))
      return { fault: 'nxdomain', negativeTtl: 20, authority: [{ name: 'test', type: 'SOA', ttl: 20, data: 'a.test b.test 1 2 3 4 20' }] }
    if (name.startsWith('empty')) return { negativeTtl: 20 }
    if (name.startsWith('zero')) return [{ ttl: 0, data: '10 mx.test' }]
    return type === 'MX' ? [{ ttl: 100, data: '10 mx.test' }] : undefined
  }

  test.each<[string, number]>([
    ['a.test', 100],
    ['nx.test', 20],
    ['empty.test', 20],
    ['fail.test', 5]
  ])('%s is not asked again within its %i seconds, and once after', async (name, ttl) => {
    let time = 1_000
    const server = await serve(zone)
    const resolver = resolve([server.address], { now: () => time })
    const first = await resolver.query(name, 'MX')
    time += 1_000
    const second = await resolver.query(name.toUpperCase(), 'MX')
    time += ttl * 1_000 - 1_001
    await resolver.query(`${name}.`, 'MX')
    expect(server.questions()).toHaveLength(1)
    expect([first.ttl, first.fromCache, second.ttl, second.fromCache]).toEqual([ttl, false, ttl - 1, true])
    expect(told(second)).toBe(told(first))
    time += 1
    await resolver.query(name, 'MX')
    expect(server.questions()).toHaveLength(2)
  })

  test('a TTL of 0 is good for those who ask at the same time, and for nobody later', async () => {
    const server = await serve(zone)
    const resolver = resolve([server.address])
    await Promise.all([resolver.query('zero.test', 'MX'), resolver.query('zero.test', 'MX')])
    await resolver.query('zero.test', 'MX')
    expect(server.questions()).toHaveLength(2)
  })

  test('the same question a hundred times at once goes out once', async () => {
    const server = await serve(zone)
    const resolver = resolve([server.address])
    const answers = await Promise.all(Array.from({ length: 100 }, () => resolver.query('slow.test', 'MX')))
    expect(new Set(answers.map(told))).toEqual(new Set(['found | 10 mx.test']))
    expect([server.questions().length, resolver.counters().shared]).toEqual([1, 99])
  })

  test('a name that does not exist has no other type either', async () => {
    const server = await serve(zone)
    const resolver = resolve([server.address])
    await resolver.query('nx.test', 'MX')
    expect([told(await resolver.query('nx.test', 'A')), server.questions().length]).toEqual(['nxdomain', 1])
  })

  test('what lies under a name that does not exist is asked for, unless DNSSEC proved it (RFC 8020)', async () => {
    const denied = { responseCode: 3, authority: [{ name: 'test', type: 'SOA', data: 'a.test b.test 1 2 3 4 60' }] }
    const server = await serve((name) =>
      name === 'plain.test' ? denied : name === 'proven.test' ? { ...denied, authenticated: true } : ['10 mx.test']
    )
    const resolver = resolve([server.address])
    await resolver.query('plain.test', 'MX')
    await resolver.query('proven.test', 'MX')
    expect(told(await resolver.query('a.plain.test', 'MX'))).toBe('found | 10 mx.test')
    expect(told(await resolver.query('a.b.proven.test', 'MX'))).toBe('nxdomain')
    expect(told(await resolver.query('unproven.test', 'MX'))).toBe('found | 10 mx.test')
  })

  test('records that nobody asked for are not kept', async () => {
    const server = await serve((name, type) =>
      name === 'a.test'
        ? {
            answers: ['10 mx.test', { name: 'bank.test', data: '1 evil.test' }],
            authority: [{ name: 'bank.test', type: 'MX', data: '1 evil.test' }],
            additional: [{ name: 'bank.test', type: 'MX', data: '1 evil.test' }]
          }
        : [type === 'MX' ? '10 mx.bank.test' : '192.0.2.1']
    )
    const resolver = resolve([server.address])
    expect(told(await resolver.query('a.test', 'MX'))).toBe('found | 10 mx.test')
    expect(told(await resolver.query('bank.test', 'MX'))).toBe('found | 10 mx.bank.test')
    expect(server.questions()).toHaveLength(2)
  })

  test('the cache holds what was used last, no more than it may', async () => {
    const server = await serve(zone)
    const resolver = resolve([server.address], { cacheSize: 2 })
    for (const name of ['a.test', 'b.test', 'a.test', 'c.test', 'a.test', 'b.test']) await resolver.query(name, 'MX')
    expect(server.questions().map(({ name }) => name)).toEqual(['a.test', 'b.test', 'c.test', 'b.test'])
  })

  test('a large answer takes the place of many', async () => {
    const server = await serve((name) => (name === 'huge.test' ? { answers: ['x'.repeat(4_000)], fault: 'truncated' } : ['x']))
    const resolver = resolve([server.address], { cacheSize: 5 })
    for (const name of ['a.test', 'b.test', 'c.test', 'huge.test', 'a.test', 'huge.test']) await resolver.query(name, 'TXT')
    expect(
      server
        .questions()
        .filter(({ transport }) => transport === 'udp')
        .map(({ name }) => name)
    ).toEqual(['a.test', 'b.test', 'c.test', 'huge.test', 'a.test'])
  })
})
