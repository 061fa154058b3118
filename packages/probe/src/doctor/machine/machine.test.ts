import type { Finding } from '@whybounce/core/finding'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startDnsServer } from '../../../../../tests/dns/dns-server.ts'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import type { DnsAnswer } from '../../dns/resolver.ts'
import { openResolver } from '../../dns/resolver.ts'
import type { DoctorOptions } from '../check.ts'
import { runDoctor } from '../doctor.ts'
import { clockFinding, parseTimedatectl } from './clock.ts'
import { eximRelays, fullNameIn, parsePostconf } from './host-name.ts'
import { resolverFindings, resolversOf } from './resolver.ts'
import { memoryFinding, parseMemory, type Space, sizeText, spaceFindings } from './space.ts'

const codes = (found: readonly Finding[]): readonly string[] => found.map(({ code }) => code)
const gigabyte = 1_000_000_000

test.each<[string, Partial<Space>, readonly string[]]>([
  ['half full', {}, ['disk.enough']],
  ['a small disk with room', { free: 0.5 * gigabyte, size: 2 * gigabyte }, ['disk.enough']],
  ['a large disk with a few gigabytes', { free: 3 * gigabyte, size: 1_000 * gigabyte }, ['disk.enough']],
  ['nearly full', { free: 0.5 * gigabyte }, ['disk.low']],
  ['full', { free: 1_000_000 }, ['disk.full']],
  ['no inodes to speak of', { freeFiles: 0, files: 0 }, ['disk.enough']],
  ['few inodes', { freeFiles: 1_000, files: 1_000_000 }, ['disk.inodes-low']],
  ['no more inodes', { freeFiles: 3, files: 1_000_000 }, ['disk.inodes-full']],
  ['neither space nor inodes', { free: 0, freeFiles: 0, files: 1_000 }, ['disk.full', 'disk.inodes-full']]
])('a disk: %s', (_, parts, expected) =>
  expect(
    codes(
      spaceFindings([{ path: '/var/spool/postfix', free: 50 * gigabyte, size: 100 * gigabyte, freeFiles: 500, files: 1_000, ...parts }])
    )
  ).toEqual(expected)
)

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [20_000_000, '20.0 MB'],
  [1_500_000_000, '1.5 GB'],
  [9e18, '9000000.0 TB']
])('%d are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text))

test.each<[string, string, string | undefined]>([
  ['plenty', 'MemTotal:       8000000 kB\nMemFree:        100 kB\nMemAvailable:   4000000 kB\nSwapFree:       0 kB\n', 'memory.enough'],
  ['none', 'MemTotal:       8000000 kB\nMemAvailable:   50000 kB\nSwapFree:       0 kB\n', 'memory.low'],
  ['none but swap', 'MemTotal:       8000000 kB\nMemAvailable:   50000 kB\nSwapFree:       900000 kB\n', 'memory.enough'],
  ['a small machine', 'MemTotal:       500000 kB\nMemAvailable:   90000 kB\n', 'memory.enough'],
  ['another system', '', undefined]
])('memory: %s', (_, meminfo, code) => {
  const memory = parseMemory(meminfo)
  expect(memory === undefined ? undefined : memoryFinding(memory).code).toBe(code)
})

test.each<[string, string, string, string]>([
  ['kept', '2026-11-25', 'NTP=yes\nNTPSynchronized=yes\n', 'clock.in-time'],
  ['not kept', '2026-11-25', 'NTP=no\nNTPSynchronized=no\n', 'clock.not-kept'],
  ['nobody says', '2026-11-25', '', 'clock.unknown'],
  ['back at the beginning', '1970-01-01', 'NTPSynchronized=no', 'clock.wrong'],
  ['far ahead', '2106-02-07', 'NTPSynchronized=yes', 'clock.wrong'],
  ['no date', 'x', 'NTPSynchronized=yes', 'clock.wrong']
])('the clock: %s', (_, now, printed, code) => expect(clockFinding(new Date(now), parseTimedatectl(printed), []).code).toBe(code))

test.each([
  ['127.0.0.1 localhost\n192.0.2.1 mail.example.com mail\n', 'mail', 'mail.example.com'],
  ['127.0.1.1\tmail.example.com\tmail # ours', 'mail', 'mail.example.com'],
  ['127.0.1.1 mail\n', 'mail', undefined],
  ['# 192.0.2.1 mail.example.com mail\n', 'mail', undefined],
  ['', 'mail', undefined]
])('in %j the full name of %s is %s', (hosts, short, full) => expect(fullNameIn(hosts, short)).toBe(full))

test('a mail server that hands everything to a relay is known by its settings', () => {
  expect(parsePostconf('mail.example.com\n\n')).toEqual({ name: 'mail.example.com', relays: false })
  expect(parsePostconf('mail.example.com\n[smtp.example.net]:587\n')).toEqual({ name: 'mail.example.com', relays: true })
  expect(parsePostconf('')).toEqual({ relays: false })
  expect(eximRelays("dc_eximconfig_configtype='smarthost'\n")).toBe(true)
  expect(eximRelays("dc_eximconfig_configtype='internet'\n")).toBe(false)
  expect(eximRelays('')).toBe(false)
})

const answer = (parts: Partial<DnsAnswer>): DnsAnswer => ({
  name: 'x.com',
  type: 'A',
  status: 'nxdomain',
  records: [],
  aliases: [],
  ttl: 60,
  authenticated: false,
  fromCache: false,
  ...parts
})
const silent = answer({ status: 'failed', failure: 'timeout' })
const found = answer({ status: 'found', records: ['203.0.113.7'] })
const signed = answer({ type: 'SOA', status: 'found', records: ['soa'], authenticated: true })

test.each<[string, readonly [DnsAnswer, DnsAnswer, DnsAnswer], number, readonly string[]]>([
  ['sound and validating', [answer({}), answer({}), signed], 5, ['resolver.answers', 'resolver.validates']],
  [
    'sound',
    [answer({}), answer({ status: 'no-data' }), { ...signed, authenticated: false }],
    5,
    ['resolver.answers', 'resolver.not-validating']
  ],
  ['silent', [silent, silent, silent], 3_000, ['resolver.silent']],
  ['with an address for everybody', [found, found, signed], 5, ['resolver.rewrites', 'resolver.validates']],
  ['with an address for one name', [found, answer({}), signed], 5, ['resolver.answers', 'resolver.validates']],
  ['that fails on one question', [silent, answer({}), signed], 5, ['resolver.unknown', 'resolver.validates']],
  ['slow', [answer({}), answer({}), signed], 1_500, ['resolver.answers', 'resolver.slow', 'resolver.validates']]
])('a resolver: %s', (_, answers, took, expected) =>
  expect(
    codes(
      resolverFindings(
        answers.map((one) => ({ answer: one, took })),
        ['192.0.2.53'],
        true
      )
    )
  ).toEqual(expected)
)

test('a public resolver is a hindrance to a mail server alone', () => {
  const asked = [{ answer: answer({}), took: 5 }]
  expect(codes(resolverFindings(asked, ['8.8.8.8'], true))).toContain('resolver.public')
  expect(codes(resolverFindings(asked, ['8.8.8.8'], false))).toContain('resolver.public-fine')
})

test.each<[readonly string[], string, readonly string[]]>([
  [['192.0.2.53:53'], '', ['192.0.2.53']],
  [['[2001:db8::53]:53'], '', ['2001:db8::53']],
  [['127.0.0.53:53'], '# by systemd\nnameserver 8.8.8.8\nnameserver 2001:4860:4860::8888\n', ['8.8.8.8', '2001:4860:4860::8888']],
  [['127.0.0.1:53'], 'nameserver 8.8.8.8\n', ['127.0.0.1']],
  [[], 'nameserver 8.8.8.8\n', []]
])('behind %j stand %j', (servers, resolved, addresses) => expect(resolversOf(servers, resolved)).toEqual(addresses))

const examine = async (zone: ZoneTable, options: Partial<DoctorOptions> = {}): Promise<readonly Finding[]> => {
  const dns = await startDnsServer(zone)
  const resolver = openResolver({ servers: [dns.address], timeout: 300, tries: 1 })
  try {
    const { checks } = await runDoctor({
      target: { kind: 'machine' },
      resolver,
      ehloName: 'probe.example.com',
      only: ['machine'],
      ...options
    })
    return checks.flatMap(({ findings }) => findings)
  } finally {
    resolver.close()
    await dns.close()
  }
}

test('this machine is looked at, whatever it is, and each part says something', async () => {
  const all = await examine({})
  for (const part of ['disk', 'memory', 'queue', 'clock', 'host-name', 'resolver'])
    expect(
      codes(all).some((code) => code.startsWith(`${part}.`)),
      part
    ).toBe(true)
  expect(codes(all)).toContain('resolver.answers')
  expect(codes(all)).not.toContain('check.failed')
})

test('a resolver that finds everything, and a clock that cannot be', async () => {
  const all = await examine({ '*.com A': ['203.0.113.7'] }, { now: () => new Date('1980-01-01') })
  expect(codes(all)).toContain('resolver.rewrites')
  expect(codes(all)).toContain('clock.wrong')
})

test('any text of the system is read without harm', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseTimedatectl(text)
      const memory = parseMemory(text)
      if (memory !== undefined) expect(memory.total).toBeGreaterThan(0)
      expect(fullNameIn(text, 'mail') ?? 'a.b').toContain('.')
      parsePostconf(text)
      expect(resolversOf([text], text).every((one) => typeof one === 'string')).toBe(true)
    })
  )
})
