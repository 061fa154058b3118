import { once } from 'node:events'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import type { Finding } from '@whybounce/core/finding'
import { expect, test } from 'vitest'
import { startDnsServer } from '../../../../../tests/dns/dns-server.ts'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { makeCertificates } from '../../../../../tests/smtp/certificates.ts'
import { listenSmtp, type Script } from '../../../../../tests/smtp/scripted-server.ts'
import { openResolver } from '../../dns/resolver.ts'
import type { DoctorOptions } from '../check.ts'
import { runDoctor } from '../doctor.ts'

const examine = async (zone: ZoneTable, options: Partial<DoctorOptions>): Promise<readonly Finding[]> => {
  const dns = await startDnsServer(zone)
  const resolver = openResolver({ servers: [dns.address], timeout: 300, tries: 1 })
  try {
    const { checks } = await runDoctor({
      target: { kind: 'machine' },
      resolver,
      ehloName: 'probe.example.com',
      allowPrivate: true,
      timeout: 30_000,
      only: ['ways-out'],
      ...options
    })
    return checks.flatMap(({ findings }) => findings)
  } finally {
    resolver.close()
    await dns.close()
  }
}
const codes = (found: readonly Finding[]): readonly string[] => found.map(({ code }) => code).filter((code) => !code.startsWith('ipv6.'))

/** A port on which nobody listens. */
const closedPort = async (): Promise<number> => {
  const server = await listenSmtp({})
  await server.stop()
  return server.port
}

const google = 'gmail-smtp-in.l.google.com'
const asGoogle: ZoneTable = { [`${google} A`]: ['127.0.0.1'] }
const { good } = makeCertificates()
const withTls: Script = { tls: { key: good.key, cert: good.cert } }

test.each<[string, Script, readonly string[]]>([
  ['a server that is as it should be, but for its certificate', withTls, ['port.open', 'intercept.foreign-certificate']],
  ['STARTTLS taken out', { offers: ['SIZE 1000'] }, ['port.open', 'intercept.starttls-missing']],
  [
    'a firewall that covers and overwrites',
    { greeting: `220 ${'*'.repeat(60)}`, offers: ['SIZE 1000', 'XXXXXXXA'] },
    ['port.open', 'rewrite.banner-masked', 'rewrite.starttls-masked']
  ],
  ['a server that closes without a word', { greeting: ['CLOSE'] }, ['port.open', 'intercept.unknown']],
  ['a server that refuses us', { greeting: '554 5.7.1 go away' }, ['port.open', 'intercept.none']]
])('%s', async (_, script, expected) => {
  const server = await listenSmtp(script)
  try {
    expect(codes(await examine(asGoogle, { reach: [{ host: google, port: server.port }] }))).toEqual(expected)
  } finally {
    await server.stop()
  }
})

test('a port that is closed everywhere is refused, and what was tried is told', async () => {
  const port = await closedPort()
  const found = await examine({}, { reach: ['127.0.0.1', '127.0.0.2'].map((host) => ({ host, port })) })
  expect(codes(found)).toEqual(['port.refused', 'intercept.unknown'])
  expect(found[0]?.evidence).toEqual([`[127.0.0.1] port ${port}: refused`, `[127.0.0.2] port ${port}: refused`])
})

test('an address that DNS leads to is not tried where it is private, unless that is allowed', async () => {
  const server = await listenSmtp({})
  try {
    const found = await examine(asGoogle, { reach: [{ host: google, port: server.port }], allowPrivate: false })
    expect(codes(found)).toEqual(['port.not-tried', 'intercept.unknown'])
    expect(found[0]?.evidence.join('\n')).toContain('127.0.0.1')
    expect(server.connections()).toBe(0)
  } finally {
    await server.stop()
  }
})

test('without an answer from DNS nothing is known, and that is said once', async () => {
  const found = await examine({ '*.com A': 'servfail', '*.net A': 'servfail', '*.org A': 'servfail' }, {})
  expect(codes(found)).toEqual(['port.not-tried', 'intercept.unknown'])
  expect(found.every(({ verdict }) => verdict === 'unknown' || verdict === 'pass')).toBe(true)
})

test('a run that is stopped tells nothing that is not so', async () => {
  const server = await listenSmtp({ greeting: [] })
  try {
    const found = await examine(asGoogle, { reach: [{ host: google, port: server.port }], timeout: 500 })
    expect(found.every(({ verdict }) => verdict !== 'fail' && verdict !== 'warn')).toBe(true)
  } finally {
    await server.stop()
  }
})

// Port 25 is for root alone, and for a machine without a mail server on these loopback addresses.
const zone: ZoneTable = { 'example.org MX': ['10 mx.example.org'], 'mx.example.org A': ['127.77.0.2'] }
test.skipIf(userInfo().uid !== 0)('where no server of a domain answers, the way from here tells whose fault it is', async () => {
  const other = createServer((socket) => socket.on('error', () => undefined).end('220 mx.example.net ESMTP\r\n'))
  other.listen(25, '127.77.0.1')
  await once(other, 'listening')
  try {
    const target = { kind: 'domain', domain: 'example.org' } as const
    const open = await examine(zone, { target, reach: [{ host: '127.77.0.1', port: 25 }] })
    expect(codes(open)).toContain('port.theirs-down')
    expect(open.find(({ code }) => code === 'port.theirs-down')?.title).toContain('the servers of example.org')
    const closed = await examine(zone, { target, reach: ['127.77.0.3', '127.77.0.4'].map((host) => ({ host, port: 25 })) })
    expect(codes(closed).filter((code) => code === 'port.refused')).toHaveLength(1)
    expect(codes(closed)).not.toContain('port.theirs-down')
  } finally {
    other.close()
  }
})
