import { createServer as createTlsServer } from 'node:tls'
import type { FindingCode } from '@whybounce/core/finding'
import { afterEach, describe, expect, it } from 'vitest'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { runCheck } from '../../../../../tests/doctor/run-check.ts'
import { type Certificate, makeCertificate, makeCertificates } from '../../../../../tests/smtp/certificates.ts'
import { listenSmtp, type Script, type ScriptedServer } from '../../../../../tests/smtp/scripted-server.ts'
import type { Context, DoctorOptions } from '../check.ts'
import { reachCheck } from './reach-check.ts'
import type { ServerAt } from './session.ts'
import { tlsCheck } from './tls-check.ts'

const certificates = makeCertificates()
const authority = makeCertificate('Short-lived Authority', [])
const trusted = { name: 'Short-lived Authority', key: authority.privateKey }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
const serve = async (script: Script): Promise<ScriptedServer> => {
  const server = await listenSmtp(script)
  closing.push(() => server.stop())
  return server
}

const as = (port: number, more: Partial<ServerAt> = {}): ServerAt => ({
  host: 'mx.example.com',
  address: '127.0.0.1',
  port,
  implicitTls: false,
  role: 'mx',
  ...more
})
const given =
  (...servers: readonly ServerAt[]) =>
  (context: Context): void => {
    void context.once('servers', async () => ({ servers, withoutIpv6: [], notAllowed: [] }))
  }
const domain = { kind: 'domain', domain: 'example.com' } as const
const options: Partial<DoctorOptions> = { roots: [certificates.authority.cert, authority.cert], allowPrivate: true }
const ordinary = ['PIPELINING', 'SIZE 52428800', '8BITMIME', 'STARTTLS', 'ENHANCEDSTATUSCODES', 'DSN', 'CHUNKING']
const healthy: Script = { offers: ordinary, tls: certificates.good, secured: { offers: ordinary.filter((word) => word !== 'STARTTLS') } }

const reach = async (script: Script, timeout = 20_000): Promise<readonly FindingCode[]> => {
  const { port } = await serve(script)
  return (await runCheck(reachCheck, domain, { options, timeout, before: given(as(port)) })).map(({ code }) => code)
}

describe('a server that', () => {
  it.each<[string, Script, readonly FindingCode[]]>([
    ['is in order', healthy, ['server.answers']],
    ['closes without a word', { greeting: ['CLOSE'] }, ['server.closes', 'server.none-reached']],
    ['closes in the middle of the greeting', { greeting: [{ raw: '220 m' }, 'CLOSE'] }, ['server.lost', 'server.none-reached']],
    ['resets', { greeting: [{ wait: 10 }, 'RESET'] }, ['server.reset', 'server.none-reached']],
    ['is none of mail', { greeting: 'SSH-2.0-OpenSSH_9.2' }, ['server.not-smtp', 'server.none-reached']],
    [
      'has a banner of 10 MB',
      { greeting: [{ flood: 10_000_000, of: `220-${'x'.repeat(1_000)}\r\n` }] },
      ['server.floods', 'server.none-reached']
    ],
    [
      'says more than it was asked for',
      { greeting: [{ raw: '220 a\r\n250 b\r\n250 c\r\n' }] },
      ['server.protocol-error', 'server.none-reached']
    ],
    ['closes at EHLO', { ehlo: ['CLOSE'] }, ['server.lost']],
    ['answers EHLO with junk', { ehlo: 'hello there' }, ['server.protocol-error']],
    ['greets as localhost', { ...healthy, greeting: '220 localhost.localdomain ESMTP' }, ['server.greets-without-name', 'server.answers']],
    ['greets with an address', { ...healthy, greeting: '220 [192.0.2.1] ESMTP' }, ['server.greets-without-name', 'server.answers']],
    ['knows only HELO', { ehlo: '502 5.5.1 what?' }, ['server.answers', 'server.no-ehlo']],
    ['has no 8BITMIME', { offers: ['PIPELINING'] }, ['server.answers', 'server.no-8bitmime']],
    ['takes 5 MB', { offers: ['8BITMIME', 'SIZE 5000000'] }, ['server.answers', 'server.size-small']],
    ['takes any size', { offers: ['8BITMIME', 'SIZE 0'] }, ['server.answers']],
    ['has a size that is none', { offers: ['8BITMIME', 'SIZE -1e999'] }, ['server.answers']],
    ['masks its banner', { ...healthy, greeting: '220 ***************************' }, ['server.answers', 'rewrite.banner-masked']],
    ['is full', { greeting: '421 4.3.2 Service not available, try again later' }, ['server.refuses-for-now']],
    ['takes no mail', { greeting: '554 5.3.2 No SMTP service here' }, ['server.refuses']],
    ['greylists at EHLO', { ehlo: '450 4.2.0 Greylisted, try again in 300 seconds' }, ['server.greylists']],
    [
      'wants a full name',
      { ehlo: '504 5.5.2 <probe>: Helo command rejected: need fully-qualified hostname', helo: '504 5.5.2 no' },
      ['server.ehlo-refused']
    ],
    ['refuses the EHLO name', { ehlo: '550 5.7.1 what a name', helo: '550 5.7.1 what a name' }, ['server.ehlo-refused']],
    [
      'blocks our address',
      { greeting: '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org' },
      ['server.refuses-our-address']
    ],
    [
      'blocks our address without naming it',
      {
        greeting:
          '554-gmx.net (mxgmx115) Nemesis ESMTP Service not available\r\n554-No SMTP service\r\n554 IP address is block listed. For explanation visit https://postmaster.gmx.net/'
      },
      ['server.refuses-our-address']
    ],
    [
      'names our address in words that nobody knows',
      { greeting: '554 mx.example.com cox 192.0.2.9 blocked. Error Code: 4' },
      ['server.refuses-our-address']
    ],
    ['names its own address', { greeting: '554 mx.example.com [127.0.0.1] says no' }, ['server.refuses']],
    [
      'is of files, with a greeting like one of mail',
      { greeting: '220 (vsFTPd 3.0.5)', ehlo: '530 Please login with USER and PASS.', helo: '530 Please login with USER and PASS.' },
      ['server.not-smtp']
    ],
    [
      'is of files and knows neither EHLO nor HELO',
      { greeting: '220 ProFTPD Server', ehlo: '500 EHLO not understood', helo: '500 HELO not understood' },
      ['server.not-smtp']
    ]
  ])('%s', async (_name, script, codes) => {
    expect(await reach(script)).toEqual(codes)
  })

  // Milliseconds for the whole run: the waits are a part of it.
  it.each<[string, Script, readonly FindingCode[]]>([
    ['never greets', { greeting: [] }, ['server.no-greeting', 'server.none-reached']],
    ['drips its greeting', { greeting: [{ drip: `220 ${'x'.repeat(500)}\r\n`, every: 30 }] }, ['server.drips', 'server.none-reached']],
    ['greets and stops', { ehlo: [] }, ['server.stops-answering']]
  ])('%s', async (_name, script, codes) => {
    expect(await reach(script, 1_500)).toEqual(codes)
  })

  it('refuses our address tells the cause', async () => {
    const { port } = await serve({ greeting: '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org' })
    const [found] = await runCheck(reachCheck, domain, { options, before: given(as(port)) })
    expect(found).toMatchObject({ cause: 'ip-blocklisted', verdict: 'fail', evidence: [expect.stringContaining('zen.spamhaus.org')] })
  })
})

describe('the servers of a target', () => {
  const unused = async (): Promise<number> => {
    const server = await listenSmtp({})
    await server.stop()
    return server.port
  }

  it('a port where nobody listens is refused', async () => {
    const found = await runCheck(reachCheck, { kind: 'host', host: '127.0.0.1', port: await unused() }, { options })
    expect(found.map(({ code }) => code)).toEqual(['server.refused', 'server.none-reached'])
  })

  it('a host named without a port need not listen on all of them', async () => {
    const [open, closed] = [(await serve(healthy)).port, await unused()]
    const before = given(as(open, { role: 'target' }), as(closed, { role: 'target' }))
    const found = await runCheck(reachCheck, { kind: 'host', host: 'mx.example.com' }, { options, before })
    expect(found.map(({ code }) => code)).toEqual(['server.answers', 'server.port-closed'])
  })

  it.each<[string, Parameters<typeof runCheck>[1], Partial<DoctorOptions>, FindingCode]>([
    ['a typed address may be private', { kind: 'host', host: '127.0.0.1', port: 1 }, {}, 'server.refused'],
    ['localhost may be private', { kind: 'host', host: 'localhost', port: 1 }, {}, 'server.refused'],
    [
      'a name that leads to a private address is not followed',
      { kind: 'host', host: 'inside.example.com', port: 1 },
      {},
      'server.not-allowed'
    ],
    ['but where that is allowed', { kind: 'host', host: 'inside.example.com', port: 1 }, { allowPrivate: true }, 'server.refused'],
    ['a domain whose MX is private has no server', { kind: 'domain', domain: 'private.example.com' }, {}, 'server.no-server'],
    ['a domain with a null MX has no server', { kind: 'domain', domain: 'null.example.com' }, {}, 'server.no-server'],
    ['a name that does not exist', { kind: 'host', host: 'nobody.example.com', port: 25 }, {}, 'server.no-address'],
    ['a name without an address', { kind: 'host', host: 'example.com', port: 25 }, {}, 'server.no-address'],
    ['a name that could not be asked for', { kind: 'host', host: 'broken.example.com', port: 25 }, {}, 'server.address-unknown']
  ])('%s', async (_name, target, more, code) => {
    const zone: ZoneTable = {
      'inside.example.com A': ['127.0.0.1'],
      'private.example.com MX': ['10 inside.example.com'],
      'null.example.com MX': ['0 .'],
      'broken.example.com A': 'servfail',
      'broken.example.com AAAA': 'servfail'
    }
    expect((await runCheck(reachCheck, target, { zone, options: more }))[0]?.code).toBe(code)
  })

  it('a domain with IPv6 alone is not blamed where there is no IPv6 here', async () => {
    const before = (context: Context): void => {
      void context.once('servers', async () => ({ servers: [], withoutIpv6: ['2001:db8::25'], notAllowed: [] }))
    }
    expect((await runCheck(reachCheck, domain, { options, before })).map(({ code }) => code)).toEqual(['server.no-ipv6-here'])
  })

  it.each([
    ['127.0.0.1', ['server.no-ipv6-here']],
    ['::1', ['server.no-server']]
  ])('from %s no address of the other kind is tried', async (localAddress, codes) => {
    const zone = localAddress === '::1' ? { 'one.example.com A': ['192.0.2.1'] } : { 'one.example.com AAAA': ['2001:db8::1'] }
    const found = await runCheck(
      reachCheck,
      { kind: 'host', host: 'one.example.com', port: 25 },
      { zone, options: { allowPrivate: true, localAddress } }
    )
    expect(found.map(({ code }) => code)).toEqual(codes)
  })

  it.each([
    [false, 2],
    [true, 3]
  ])('the best two MX hosts are tried, with deep (%s) all', async (deep, hosts) => {
    const zone = {
      'many.example.com MX': ['30 c.example.com', '10 a.example.com', '20 b.example.com'],
      ...Object.fromEntries(['a', 'b', 'c'].map((name, index) => [`${name}.example.com A`, [`127.0.1.${index + 1}`]]))
    }
    const found = await runCheck(
      reachCheck,
      { kind: 'domain', domain: 'many.example.com' },
      { zone, options: { allowPrivate: true, deep } }
    )
    expect(new Set(found.flatMap(({ about }) => about ?? [])).size).toBe(hosts)
  })

  it.each<[string, boolean, Script, readonly FindingCode[]]>([
    ['not tried without deep', false, healthy, []],
    ['taken', true, healthy, ['server.takes-early-talk']],
    ['punished', true, { ...healthy, ehlo: ['554 5.5.1 you talk too soon', 'CLOSE'] }, ['server.refuses-early-talk']]
  ])('early talk is %s', async (_name, deep, script, codes) => {
    const { port } = await serve(script)
    const found = await runCheck(reachCheck, domain, { options: { ...options, deep }, before: given(as(port)) })
    expect(found.map(({ code }) => code).filter((code) => code.endsWith('early-talk'))).toEqual(codes)
  })
})

describe('encryption', () => {
  const user = { role: 'target' } as const
  const codesOf = async (
    script: Script,
    at: Partial<ServerAt> = {},
    more: Partial<DoctorOptions> = {}
  ): Promise<readonly FindingCode[]> => {
    const { port } = await serve(script)
    const target = at.role === 'target' ? ({ kind: 'host', host: 'mx.example.com' } as const) : domain
    const found = await runCheck(tlsCheck, target, { options: { ...options, ...more }, before: given(as(port, at)), timeout: 8_000 })
    return found.map(({ code }) => code)
  }
  const withCertificate = (tls: Certificate, more: object = {}): Script => ({ ...healthy, tls: { ...tls, ...more } })
  const issuer = { name: 'Nobody', key: makeCertificate('Nobody', []).privateKey }
  const soon = makeCertificate('mx.example.com', ['mx.example.com'], { from: -85, to: 5 })
  const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const

  it.each<[string, Script, Partial<ServerAt>, readonly FindingCode[]]>([
    ['in order', healthy, {}, ['tls.in-order']],
    ['none between servers', { offers: ['PIPELINING'] }, {}, ['tls.not-offered']],
    ['none, on the way from a machine to itself', { offers: ['AUTH PLAIN'] }, user, []],
    ['none, on a port of its own without a login', { offers: ['PIPELINING'] }, user, ['tls.not-offered']],
    ['refused after it was offered', { offers: ['STARTTLS'], starttls: '454 4.7.0 TLS not available' }, {}, ['tls.refused']],
    ['refused with 421', { offers: ['STARTTLS'], starttls: ['421 4.7.0 bye', 'CLOSE'] }, {}, ['tls.refused']],
    ['broken off', { offers: ['STARTTLS'], starttls: ['220 go', { wait: 30 }, 'CLOSE'] }, {}, ['tls.handshake-failed']],
    ['with words injected', { offers: ['STARTTLS'], starttls: [{ raw: '220 go\r\n250 x\r\n' }] }, {}, ['tls.injected']],
    ['expired', withCertificate(certificates.expired), {}, ['tls.expired']],
    ['expired, for users', withCertificate(certificates.expired), user, ['tls.expired', 'tls.users-refuse']],
    ['not valid yet', withCertificate(certificates.notYet), {}, ['tls.not-yet-valid']],
    [
      'of a short life, and fresh',
      withCertificate(makeCertificate('mx.example.com', ['mx.example.com'], { from: -1, to: 5.5, issuer: trusted })),
      {},
      ['tls.in-order']
    ],
    [
      'of a short life, and not renewed',
      withCertificate(makeCertificate('mx.example.com', ['mx.example.com'], { from: -5, to: 1.5, issuer: trusted })),
      {},
      ['tls.expires-soon']
    ],
    ['for another name', withCertificate(certificates.otherName), {}, ['tls.other-name']],
    [
      'for another name, where it was typed as an address',
      withCertificate(certificates.otherName),
      { ...user, host: '127.0.0.1' },
      ['tls.in-order']
    ],
    ['signed by itself', withCertificate(certificates.selfSigned), {}, ['tls.self-signed']],
    ['signed by itself and ending soon', withCertificate(soon), {}, ['tls.self-signed', 'tls.expires-soon']],
    ['of nobody known', withCertificate(makeCertificate('mx.example.com', ['mx.example.com'], { issuer })), {}, ['tls.chain-incomplete']],
    ['of an old version alone', withCertificate(certificates.good, { ...old, maxVersion: 'TLSv1.1' }), {}, ['tls.old-only']],
    ['of old versions too, between servers', withCertificate(certificates.good, old), {}, ['tls.in-order']],
    ['of old versions too, for users', withCertificate(certificates.good, old), user, ['tls.in-order', 'tls.accepts-old']],
    [
      'a long chain',
      withCertificate({ ...certificates.good, cert: certificates.good.cert + certificates.otherName.cert.repeat(99) }),
      {},
      ['tls.long-chain']
    ],
    ['in the clear where TLS begins at once', healthy, { ...user, implicitTls: true }, ['tls.not-at-once']]
  ])('%s', async (_name, script, at, codes) => {
    const found = await codesOf(script, at)
    expect(found.filter((code) => code !== 'tls.in-order' || codes.includes(code))).toEqual(codes)
  })

  it('that users refuse says what to mend', async () => {
    const { port } = await serve(withCertificate(certificates.otherName))
    const before = given(as(port, user))
    const found = await runCheck(tlsCheck, { kind: 'host', host: 'mx.example.com' }, { options, before, timeout: 8_000 })
    expect(found.find(({ code }) => code === 'tls.users-refuse')?.fix).toMatch(/names that it has: mx\.example\.net\. Until then/)
  })

  it('of each version is tried with deep', async () => {
    const { port } = await serve(withCertificate(certificates.good, { ...old, maxVersion: 'TLSv1.2' }))
    const found = await runCheck(tlsCheck, domain, { options: { ...options, deep: true }, before: given(as(port)) })
    expect(found.find(({ code }) => code === 'tls.versions')?.title).toMatch(/: TLS 1\.0, TLS 1\.1, TLS 1\.2$/)
  })

  it('at once where a greeting in the clear is expected', async () => {
    const server = createTlsServer({ key: certificates.good.key, cert: certificates.good.cert }, (socket) => {
      socket.on('error', () => undefined)
      socket.write('220 mx.example.com ESMTP\r\n')
      socket.on('data', () => socket.write('250-mx\r\n250 SIZE\r\n'))
    })
    server.on('tlsClientError', () => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const bound = server.address()
    const before = given(as(typeof bound === 'object' && bound !== null ? bound.port : 0, user))
    const target = { kind: 'host', host: 'mx.example.com' } as const
    // Milliseconds: silence for a part of them shows it.
    const found = await runCheck(tlsCheck, target, { options, before, timeout: 3_000 })
    expect(found.map(({ code }) => code)).toEqual(['tls.at-once'])
    const reached = await runCheck(reachCheck, target, { options, before, timeout: 3_000 })
    expect(reached).toEqual([])
  })

  it('no more connections are made to a server than is polite', async () => {
    const server = await serve(withCertificate(certificates.good, old))
    const before = given(as(server.port))
    await runCheck(tlsCheck, domain, { options: { ...options, deep: true }, before })
    expect(server.connections()).toBeLessThanOrEqual(5)
  })
})
