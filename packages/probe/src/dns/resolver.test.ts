import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { type DnsServer, type DnsServerOptions, startDnsServer } from '../../../../tests/dns/dns-server.ts'
import type { Zone, ZoneEntry } from '../../../../tests/dns/dns-zone.ts'
import { type DnsAnswer, openResolver, type RecordType, type Resolver, type ResolverOptions } from './resolver.ts'

const run = promisify(execFile)
const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const serve = async (zone: Zone, options?: DnsServerOptions): Promise<DnsServer> => {
  const server = await startDnsServer(zone, options)
  open.push(server)
  return server
}
/** A long timeout, for a busy machine; tests with silent servers take a short one. */
const resolve = (servers: readonly string[], options: ResolverOptions = {}): Resolver => {
  const resolver = openResolver({ servers, timeout: 5_000, tries: 1, ...options })
  open.push(resolver)
  return resolver
}
const told = (answer: DnsAnswer): string => [answer.failure ?? answer.status, ...answer.records].join(' | ')
const asked = (server: DnsServer): string[] =>
  server.questions().map(({ name, type, transport, edns }) => `${transport}${edns ? '' : ' plain'} ${name} ${type}`)

describe('each fault of a server has its own answer', () => {
  const mx = ['10 mx.test']
  test.each<[string, ZoneEntry, string]>([
    ['an answer', mx, 'found | 10 mx.test'],
    ['no records', [], 'no-data'],
    ['NXDOMAIN', 'nxdomain', 'nxdomain'],
    ['SERVFAIL', 'servfail', 'servfail'],
    ['REFUSED', 'refused', 'refused'],
    ['FORMERR, with and without EDNS', 'formerr', 'formerr'],
    ['NOTIMP, with and without EDNS', 'notimp', 'notimp'],
    ['silence', 'timeout', 'timeout'],
    ['an answer with another id', { answers: mx, fault: 'wrong-id' }, 'timeout'],
    ['an answer to another question', { answers: mx, fault: 'wrong-question' }, 'bad-answer'],
    ['an answer from another port', { answers: mx, fault: 'wrong-source-port' }, 'timeout'],
    ['NXDOMAIN from another port', { responseCode: 3, fault: 'wrong-source-port' }, 'timeout'],
    ['no DNS at all', 'garbage', 'bad-answer'],
    ['an answer cut short', { answers: mx, fault: 'cut' }, 'bad-answer'],
    ['a name that points to itself', { answers: mx, fault: 'pointer-loop' }, 'bad-answer'],
    ['a forged answer before the right one', { answers: mx, fault: 'forged-first' }, 'found | 10 mx.test'],
    ['truncated, whole by TCP', { answers: mx, fault: 'truncated' }, 'found | 10 mx.test'],
    ['truncated, and a no by TCP', 'truncated', 'no-data'],
    ['truncated by TCP as well', 'truncated-always', 'bad-answer'],
    ['truncated, and TCP closed', { answers: mx, fault: 'tcp-closed' }, 'unreachable'],
    ['truncated, and TCP cut within the answer', { answers: mx, fault: 'tcp-cut' }, 'unreachable'],
    ['truncated, and TCP silent', { answers: mx, fault: 'tcp-timeout' }, 'timeout'],
    ['truncated, and TCP dripping', { answers: mx, fault: 'drip' }, 'timeout'],
    ['FORMERR to EDNS', { answers: mx, fault: 'edns-formerr' }, 'found | 10 mx.test'],
    ['NOTIMP to EDNS', { answers: mx, fault: 'edns-notimp' }, 'found | 10 mx.test'],
    ['BADVERS to EDNS', { answers: mx, fault: 'edns-badvers' }, 'found | 10 mx.test'],
    ['slow, but in time', { answers: mx, delay: 30 }, 'found | 10 mx.test'],
    ['too slow', { answers: mx, delay: 600 }, 'timeout'],
    ['only foreign records', [{ name: 'bank.test', data: '10 evil.test' }], 'bad-answer']
  ])('%s', async (what, entry, expected) => {
    const server = await serve({ 'a.test MX': entry })
    const waits = expected === 'timeout' || /another question|no DNS/.test(what)
    expect(told(await resolve([server.address], waits ? { timeout: 200 } : {}).query('a.test', 'MX'))).toBe(expected)
  })

  test('1,800 records in 61 kB by TCP are all there', async () => {
    const huge = Array.from({ length: 1_800 }, (_, index) => `${index} mx${index}.test`)
    const server = await serve({ 'a.test MX': { answers: huge, fault: 'truncated' } })
    const answer = await resolve([server.address], { timeout: 5_000 }).query('a.test', 'MX')
    expect([answer.records.length, answer.records.at(-1)]).toEqual([1_800, '1799 mx1799.test'])
  })

  test('TCP refused', async () => {
    const server = await serve({ 'a.test MX': 'truncated' }, { udpOnly: true })
    expect(told(await resolve([server.address]).query('a.test', 'MX'))).toBe('unreachable')
  })

  test('nobody at that address', async () => {
    const server = await startDnsServer({})
    await server.close()
    expect(told(await resolve([server.address], { timeout: 60_000 }).query('a.test', 'MX'))).toBe('unreachable')
  })

  test('no server at all', async () => {
    expect(told(await resolve([]).query('a.test', 'MX'))).toBe('unreachable')
  })

  test.each<[string, string]>([
    [`${'a'.repeat(64)}.test`, 'too-long'],
    ['a.'.repeat(1_000), 'too-long'],
    ['a..test', 'bad-name'],
    ['', 'bad-name'],
    ['bücher.test', 'bad-name'],
    ['a\r\nb.test', 'bad-name']
  ])('a name that cannot be asked for is not asked for: %j', async (name, failure) => {
    const server = await serve({})
    const resolver = resolve([server.address])
    expect(told(await resolver.query(name, 'MX'))).toBe(failure)
    expect(resolver.counters().questions).toBe(0)
  })
})

describe('CNAMEs', () => {
  const chain = (length: number, entry: (target: string) => ZoneEntry): Record<string, ZoneEntry> =>
    Object.fromEntries(Array.from({ length }, (_, index) => [`c${index}.test CNAME`, entry(`c${index + 1}.test`)]))
  const unchased = (target: string): ZoneEntry => ({ answers: [target], unchased: true })

  test.each<[string, Record<string, ZoneEntry>, string, readonly string[]]>([
    ['followed by the server', { 'c0.test CNAME': ['b.test'], 'b.test MX': ['10 mx.test'] }, 'found | 10 mx.test', ['b.test']],
    ['left to us', { 'c0.test CNAME': unchased('b.test'), 'b.test MX': ['10 mx.test'] }, 'found | 10 mx.test', ['b.test']],
    ['left to us, to nothing', { 'c0.test CNAME': unchased('b.test') }, 'nxdomain', ['b.test']],
    ['left to us, to a failure', { 'c0.test CNAME': unchased('b.test'), 'b.test MX': 'servfail' }, 'servfail', ['b.test']],
    ['left to us, to a name that cannot be asked for', { 'c0.test CNAME': unchased('x y.test') }, 'bad-name', ['x\\032y.test']],
    ['a circle, in one answer', { 'c0.test CNAME': ['b.test'], 'b.test CNAME': ['c0.test'] }, 'loop', []],
    ['a circle, step by step', { 'c0.test CNAME': unchased('b.test'), 'b.test CNAME': unchased('c0.test') }, 'loop', ['b.test']],
    ['to itself', { 'c0.test CNAME': unchased('C0.test') }, 'loop', []],
    [
      'eight, step by step',
      { ...chain(8, unchased), 'c8.test MX': ['10 mx.test'] },
      'found | 10 mx.test',
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `c${n}.test`)
    ],
    [
      'nine, step by step',
      { ...chain(9, unchased), 'c9.test MX': ['10 mx.test'] },
      'too-long',
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `c${n}.test`)
    ],
    ['nine, in one answer', { ...chain(9, (target) => [target]), 'c9.test MX': ['10 mx.test'] }, 'too-long', []]
  ])('%s', async (_what, zone, expected, aliases) => {
    const server = await serve(zone)
    const answer = await resolve([server.address]).query('c0.test', 'MX')
    expect([told(answer), answer.aliases]).toEqual([expected, aliases])
  })

  test('asked for itself, a CNAME is not followed', async () => {
    const server = await serve({ 'c0.test CNAME': ['b.test'], 'b.test CNAME': ['c.test'] })
    expect(told(await resolve([server.address]).query('c0.test', 'CNAME'))).toBe('found | b.test')
  })
})

describe('several servers', () => {
  const good = { 'a.test MX': ['10 mx.test'] }
  test.each<[string, ZoneEntry]>([
    ['silent', 'timeout'],
    ['SERVFAIL', 'servfail'],
    ['REFUSED', 'refused'],
    ['lying', 'garbage']
  ])('the next is asked where one is: %s', async (_what, entry) => {
    const first = await serve({ 'a.test MX': entry })
    const second = await serve(good)
    const answer = await resolve([first.address, second.address], { timeout: 500 }).query('a.test', 'MX')
    expect([told(answer), answer.server]).toEqual(['found | 10 mx.test', second.address])
  })

  test('a definite no of the first is not asked again of the next', async () => {
    const first = await serve({ 'a.test MX': 'nxdomain' })
    const second = await serve(good)
    expect(told(await resolve([first.address, second.address]).query('a.test', 'MX'))).toBe('nxdomain')
    expect(second.questions()).toEqual([])
  })

  test('of different failures the most telling one is told', async () => {
    const servers = [
      await serve({ 'a.test MX': 'timeout' }),
      await serve({ 'a.test MX': 'servfail' }),
      await serve({ 'a.test MX': 'refused' })
    ]
    expect(
      told(
        await resolve(
          servers.map(({ address }) => address),
          { timeout: 500 }
        ).query('a.test', 'MX')
      )
    ).toBe('servfail')
  })

  test('all are asked as often as `tries` says while they are silent, the last time without EDNS', async () => {
    const server = await serve({ 'a.test MX': 'timeout' })
    await resolve([server.address], { tries: 3, timeout: 40 }).query('a.test', 'MX')
    expect(asked(server)).toEqual(['udp a.test MX', 'udp a.test MX', 'udp plain a.test MX'])
  })

  test('a router that drops EDNS is got past', async () => {
    const server = await serve({ 'a.test MX': { answers: ['10 mx.test'], fault: 'edns-timeout' } })
    expect(told(await resolve([server.address], { tries: 2, timeout: 500 }).query('a.test', 'MX'))).toBe('found | 10 mx.test')
  })

  test('a server that said SERVFAIL is not asked a second time for the same', async () => {
    const server = await serve({ 'a.test MX': 'servfail' })
    await resolve([server.address], { tries: 5 }).query('a.test', 'MX')
    expect(server.questions()).toHaveLength(1)
  })

  test('a dead server is asked last, and first again after a rest', async () => {
    const silent = await serve(() => 'timeout')
    const second = await serve(() => ['10 mx.test'])
    let time = 0
    const resolver = resolve([silent.address, second.address], { timeout: 100, now: () => time })
    for (let index = 0; index < 5; index++) await resolver.query(`a${index}.test`, 'MX')
    expect(silent.questions()).toHaveLength(5)
    for (let index = 0; index < 5; index++) await resolver.query(`b${index}.test`, 'MX')
    expect(silent.questions()).toHaveLength(5)
    time += 1_001
    await resolver.query('c.test', 'MX')
    expect(silent.questions()).toHaveLength(6)
  })

  test('what a server says to EDNS is remembered only once it answers without', async () => {
    const server = await serve((name) => (name === 'bad.test' ? 'formerr' : { answers: ['10 mx.test'], fault: 'edns-formerr' }))
    const resolver = resolve([server.address])
    for (const name of ['bad.test', 'a.test', 'b.test']) await resolver.query(name, 'MX')
    expect(asked(server)).toEqual([
      'udp bad.test MX',
      'udp plain bad.test MX',
      'udp a.test MX',
      'udp plain a.test MX',
      'udp plain b.test MX'
    ])
  })

  test.each(['192.0.2', 'ns.example', '192.0.2.1:0', '192.0.2.1:70000', '[::1', '', '192.0.2.1:53:53'])('%j is no server', (server) => {
    expect(() => openResolver({ servers: [server] })).toThrow(TypeError)
  })

  test.each<ResolverOptions>([{ timeout: 0 }, { timeout: Number.NaN }, { tries: 0 }, { concurrency: -1 }, { cacheSize: 1.5 }])(
    '%j makes no sense',
    (options) => {
      expect(() => openResolver(options)).toThrow(RangeError)
    }
  )
})

describe('bounds and facts', () => {
  test('no more questions are on their way than allowed, and all are answered', async () => {
    const server = await serve(() => ({ answers: ['10 mx.test'], delay: 5 }))
    const resolver = resolve([server.address], { concurrency: 7, timeout: 5_000 })
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => resolver.query(`a${index}.test`, 'MX')))
    expect([answers.filter(({ status }) => status === 'found').length, server.mostAtOnce()]).toEqual([100, 7])
  })

  test('questions come from several ports, which change in time', async () => {
    const server = await serve(() => ['10 mx.test'])
    const resolver = resolve([server.address], { timeout: 5_000, concurrency: 50 })
    await Promise.all(Array.from({ length: 300 }, (_, index) => resolver.query(`a${index}.test`, 'MX')))
    const ports = (): number => new Set(server.questions().map(({ port }) => port)).size
    expect(ports()).toBe(4)
    await Promise.all(Array.from({ length: 6_000 }, (_, index) => resolver.query(`b${index}.test`, 'MX')))
    expect(ports()).toBeGreaterThan(4)
  })

  test.each([true, false])('the AD bit is told: %s', async (authenticated) => {
    const server = await serve({ 'a.test MX': { answers: ['10 mx.test'], authenticated } })
    expect((await resolve([server.address]).query('a.test', 'MX')).authenticated).toBe(authenticated)
  })

  test('a chain is authenticated only where all of it is', async () => {
    const server = await serve({
      'a.test CNAME': { answers: ['b.test'], unchased: true },
      'b.test MX': { answers: ['10 mx.test'], authenticated: true }
    })
    expect((await resolve([server.address]).query('a.test', 'MX')).authenticated).toBe(false)
  })

  test('what a server adds in words is told', async () => {
    const server = await serve({ 'a.test MX': { fault: 'servfail', extendedError: { code: 7, text: 'signature of test expired' } } })
    expect((await resolve([server.address]).query('a.test', 'MX')).extendedError).toBe('Signature Expired (signature of test expired)')
  })

  test('counters count', async () => {
    const zone: Record<string, ZoneEntry> = {
      'a.test MX': { answers: ['10 mx.test'], fault: 'truncated' },
      'b.test MX': 'timeout',
      'c.test MX': { answers: ['1 a.test'], fault: 'forged-first' }
    }
    const server = await serve(zone)
    const resolver = resolve([server.address], { tries: 2, timeout: 500 })
    for (const name of ['a.test', 'a.test', 'b.test', 'c.test']) await resolver.query(name, 'MX')
    expect(resolver.counters()).toEqual({
      questions: 4,
      byTcp: 1,
      cacheHits: 1,
      shared: 0,
      retries: 1,
      timeouts: 2,
      truncated: 1,
      strays: 2
    })
  })

  test('closing fails what is on its way, and all that comes after', async () => {
    const server = await serve({ 'a.test MX': 'timeout', 'b.test MX': 'tcp-timeout' })
    const resolver = resolve([server.address], { timeout: 60_000, tries: 3 })
    const running = [resolver.query('a.test', 'MX'), resolver.query('b.test', 'MX')]
    while (server.questions().length < 3) await new Promise((done) => setTimeout(done, 5))
    resolver.close()
    expect([...(await Promise.all(running)), await resolver.query('c.test', 'MX')].map(told)).toEqual([
      'unreachable',
      'unreachable',
      'unreachable'
    ])
  })

  test('an open resolver does not keep a program alive, a question on its way does', async () => {
    const server = await serve({ 'a.test MX': { answers: ['10 mx.test'], delay: 50 } })
    const source = new URL('./resolver.ts', import.meta.url).href
    const program = `const { openResolver } = await import(${JSON.stringify(source)})
      openResolver({ servers: [${JSON.stringify(server.address)}] }).query('a.test', 'MX').then((answer) => console.log(answer.status))`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
    expect(stdout).toBe('found\n')
  })

  test('IPv6 servers', async () => {
    const resolver = resolve(['[::1]:9'], { timeout: 50 })
    expect((await resolver.query('a.test', 'MX')).status).toBe('failed')
  })

  test('a type that is none is a mistake of the caller', async () => {
    await expect(resolve([]).query('a.test', 'NONE' as RecordType)).rejects.toThrow(TypeError)
  })
})
