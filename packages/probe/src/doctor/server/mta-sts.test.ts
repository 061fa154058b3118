import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { FindingCode } from '@whybounce/core/finding'
import { afterEach, describe, expect, it } from 'vitest'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { runCheck } from '../../../../../tests/doctor/run-check.ts'
import { type Certificate, makeCertificate, makeCertificates } from '../../../../../tests/smtp/certificates.ts'
import { listenSmtp, type Script } from '../../../../../tests/smtp/scripted-server.ts'
import { policyTimeout } from './connect.ts'
import { fetchPolicy } from './fetch-policy.ts'
import { judgePolicy, mtaStsCheck } from './mta-sts-check.ts'

const certificates = makeCertificates()
const authority = makeCertificate('Policy Authority', [])
const forPolicy = (names: readonly string[], to = 30): Certificate =>
  makeCertificate('mta-sts.example.com', names, { to, issuer: { name: 'Policy Authority', key: authority.privateKey } })
const certificate = forPolicy(['mta-sts.example.com'])

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const serve = async (answer: RequestListener, shown: Certificate = certificate): Promise<number> => {
  const sockets = new Set<Duplex>()
  const server = createServer({ key: shown.key, cert: shown.cert }, answer)
  server.on('connection', (socket) => sockets.add(socket))
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const bound = server.address()
  if (typeof bound !== 'object' || bound === null) throw new Error('no port')
  return bound.port
}

describe('fetching a policy', () => {
  const text = 'version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n'
  const fetchFrom = (port: number, timeout = 5_000) =>
    fetchPolicy('mta-sts.example.com', ['127.0.0.1'], { port, timeout, roots: [authority.cert], signal: new AbortController().signal })

  it.each<[string, RequestListener, Certificate, object]>([
    [
      'served as it should be',
      (request, response) => {
        response.setHeader('content-type', 'text/plain')
        response.end(request.url === '/.well-known/mta-sts.txt' && request.headers.host?.startsWith('mta-sts.example.com') ? text : 'no')
      },
      certificate,
      { kind: 'policy', text, contentType: 'text/plain' }
    ],
    ['not there', (_request, response) => response.writeHead(404).end(text), certificate, { kind: 'status', status: 404 }],
    [
      'redirected',
      (_request, response) => response.writeHead(301, { location: 'https://example.org/' }).end(),
      certificate,
      { kind: 'redirect', status: 301, location: 'https://example.org/' }
    ],
    [
      'redirected to nowhere',
      (_request, response) => response.writeHead(302).end(),
      certificate,
      { kind: 'redirect', status: 302, location: '' }
    ],
    ['of 64 kB and a byte', (_request, response) => response.end('x'.repeat(65_537)), certificate, { kind: 'too-long' }],
    ['of 64 kB', (_request, response) => response.end('x'.repeat(65_536)), certificate, { kind: 'policy' }],
    [
      'without end',
      (_request, response) => void setInterval(() => response.write('x'.repeat(9_000)), 1).unref(),
      certificate,
      { kind: 'too-long' }
    ],
    [
      'cut off',
      (_request, response) => response.writeHead(200, { 'content-length': '500' }).write('version: STSv1', () => response.destroy()),
      certificate,
      { kind: 'unreachable' }
    ],
    ['no HTTP at all', (_request, response) => void response.socket?.end('SSH-2.0\r\n\r\n'), certificate, { kind: 'unreachable' }],
    [
      'switched to another protocol',
      (_request, response) => void response.socket?.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
      certificate,
      { kind: 'unreachable' }
    ],
    [
      'behind a megabyte of headers',
      (_request, response) => void response.socket?.write(`HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(1_000)}\r\n`.repeat(1_000)}`),
      certificate,
      { kind: 'unreachable' }
    ],
    [
      'by a certificate for another name',
      (_request, response) => response.end(text),
      forPolicy(['www.example.com']),
      { kind: 'bad-certificate' }
    ],
    [
      'by an expired certificate',
      (_request, response) => response.end(text),
      forPolicy(['mta-sts.example.com'], -0.5),
      { kind: 'bad-certificate' }
    ],
    ['by a certificate of nobody known', (_request, response) => response.end(text), certificates.good, { kind: 'bad-certificate' }]
  ])('that is %s', async (_name, answer, shown, expected) => {
    expect(await fetchFrom(await serve(answer, shown))).toMatchObject(expected)
  })

  it.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['drips', (_request, response) => void setInterval(() => response.write('x'), 50).unref()]
  ])('from a server that %s ends in time', async (_name, answer) => {
    expect(await fetchFrom(await serve(answer), 500)).toEqual({ kind: 'stalled' })
  })

  it('where nobody listens', async () => {
    const server = await listenSmtp({})
    await server.stop()
    expect(await fetchFrom(server.port)).toMatchObject({ kind: 'unreachable', problem: expect.stringContaining('ECONNREFUSED') })
  })

  it('stops with the run', async () => {
    const stop = new AbortController()
    const port = await serve(() => stop.abort())
    expect(await fetchPolicy('mta-sts.example.com', ['127.0.0.1'], { port, roots: [authority.cert], signal: stop.signal })).toMatchObject({
      kind: 'unreachable'
    })
  })
})

describe('the record', () => {
  it.each<[string, ZoneTable, FindingCode]>([
    ['none', {}, 'mta-sts.not-used'],
    ['one of something else, by a wildcard', { '_mta-sts.example.com TXT': ['v=spf1 -all'] }, 'mta-sts.not-used'],
    ['one that is misspelt', { '_mta-sts.example.com TXT': ['v=STS1; id=1'] }, 'mta-sts.bad-record'],
    ['one without an id', { '_mta-sts.example.com TXT': ['v=STSv1;'] }, 'mta-sts.bad-record'],
    ['two', { '_mta-sts.example.com TXT': ['v=STSv1; id=1;', 'v=STSv1; id=2;'] }, 'mta-sts.multiple-records'],
    ['no answer', { '_mta-sts.example.com TXT': 'servfail' }, 'mta-sts.record-unknown'],
    ['no host behind it', { '_mta-sts.example.com TXT': ['v=STSv1; id=1;'] }, 'mta-sts.no-policy-host'],
    [
      'a host that cannot be asked for',
      { '_mta-sts.example.com TXT': ['v=STSv1; id=1;'], 'mta-sts.example.com A': 'servfail' },
      'mta-sts.policy-unknown'
    ],
    ['a private host', { '_mta-sts.example.com TXT': ['v=STSv1; id=1;'], 'mta-sts.example.com A': ['10.0.0.1'] }, 'mta-sts.private-host']
  ])('%s', async (_name, zone, code) => {
    const found = await runCheck(mtaStsCheck, { kind: 'domain', domain: 'example.com' }, { zone })
    expect(found.map((one) => one.code)).toEqual([code])
  })
})

describe('the policy', () => {
  const healthy: Script = { tls: certificates.good }
  const judge = async (
    text: string,
    script: Script = healthy
  ): Promise<readonly { readonly code: FindingCode; readonly fix?: string }[]> => {
    const server = await listenSmtp(script)
    closing.push(() => server.stop())
    const zone = {
      'example.com MX': ['10 mx.example.com', '20 backup.example.com'],
      'mx.example.com A': ['127.0.0.1'],
      'backup.example.com A': ['127.0.0.1']
    }
    return runCheck(
      { ...mtaStsCheck, run: (context, report) => judgePolicy(context, 'example.com', { record: 'v=STSv1; id=1;', text }, report) },
      { kind: 'domain', domain: 'example.com' },
      {
        zone,
        options: { allowPrivate: true, roots: [certificates.authority.cert] },
        before: (context) => {
          const at = { host: 'mx.example.com', address: '127.0.0.1', port: server.port, implicitTls: false, role: 'mx' as const }
          void context.once('servers', async () => ({ servers: [at], withoutIpv6: [], notAllowed: [] }))
        }
      }
    )
  }
  const policy = (mode: string, hosts: readonly string[], age = 604_800): string =>
    ['version: STSv1', `mode: ${mode}`, ...hosts.map((host) => `mx: ${host}`), `max_age: ${age}`, ''].join('\r\n')
  const both = ['mx.example.com', 'backup.example.com']

  it.each<[string, string, Script, readonly FindingCode[]]>([
    ['in order', policy('enforce', both), healthy, ['mta-sts.in-order']],
    ['with a wildcard', policy('enforce', ['*.example.com']), healthy, ['mta-sts.in-order']],
    ['in testing', policy('testing', both), healthy, ['mta-sts.testing']],
    ['of none', policy('none', []), healthy, ['mta-sts.none']],
    ['without a host', policy('enforce', ['mx.example.com']), healthy, ['mta-sts.mx-not-covered']],
    ['without a host, in testing', policy('testing', ['backup.example.com']), healthy, ['mta-sts.mx-not-covered-testing']],
    ['of an hour', policy('enforce', both, 3_600), healthy, ['mta-sts.short-max-age', 'mta-sts.in-order']],
    ['that is none', '<html>hello</html>', healthy, ['mta-sts.bad-policy']],
    ['that is empty', '', healthy, ['mta-sts.bad-policy']],
    ['over an expired certificate', policy('enforce', both), { tls: certificates.expired }, ['mta-sts.server-refused']],
    [
      'over a certificate for another name, in testing',
      policy('testing', both),
      { tls: certificates.otherName },
      ['mta-sts.server-refused-testing']
    ],
    ['over no encryption', policy('enforce', both), { offers: ['PIPELINING'] }, ['mta-sts.server-refused']],
    ['over a server that does not talk', policy('enforce', both), { greeting: ['CLOSE'] }, ['mta-sts.in-order']]
  ])('%s', async (_name, text, script, codes) => {
    expect((await judge(text, script)).map(({ code }) => code)).toEqual(codes)
  })

  it('that leaves a host out tells the line that is missing', async () => {
    const [found] = await judge(policy('enforce', ['mx.example.com']))
    expect(found?.fix).toContain('mx: backup.example.com')
  })
})

it.each([
  [60_000, 10_000],
  [8_000, 4_000]
])('of a run of %s ms a web server gets a part, so that its silence can be told', async (timeout, part) => {
  let given = 0
  const before = (context: Parameters<typeof policyTimeout>[0]): void => {
    given = policyTimeout(context)
  }
  await runCheck(mtaStsCheck, { kind: 'domain', domain: 'example.com' }, { timeout, before })
  expect(given).toBe(part)
})
