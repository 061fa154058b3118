import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Blocklist, Blocklists } from '@whybounce/core'
import { type FindingCode, type FindingVerdict, findingCodes } from '@whybounce/core/finding'
import { expect, test } from 'vitest'
import { startDnsServer } from '../../../../tests/dns/dns-server.ts'
import type { ZoneTable } from '../../../../tests/dns/dns-zone.ts'
import { openResolver } from '../dns/resolver.ts'
import type { Dial, DialOutcome } from './dial.ts'
import { type SelfCheck, type SelfCheckOptions, selfCheck } from './self-check.ts'

const list = (zone: string, weight: Blocklist['weight']): Blocklist => ({
  id: weight,
  name: `List ${zone}`,
  zone,
  kind: ['ip'],
  ipv4: true,
  ipv6: false,
  status: 'live',
  default: true,
  use: 'block',
  weight,
  terms: 'Free.',
  publicResolvers: false,
  codes: [{ answer: '127.0.0.2', means: 'a source of spam' }],
  bits: [],
  errors: [],
  tests: [{ kind: 'ip', listed: '127.0.0.2', notListed: '127.0.0.1' }],
  delisting: 'https://list.example.org/removal',
  delistingHow: 'By form.',
  sources: [],
  verified: '2026-11-25',
  recalled: []
})
const blocklists: Blocklists = {
  lists: [list('bl.example.org', 'major'), list('low.example.org', 'low'), { ...list('asked.example.org', 'major'), default: false }],
  dead: [],
  errors: [{ answer: '127.255.255.0-127.255.255.255', means: 'the question was refused' }]
}

/** A prober of which nothing bad can be said. */
const soundZone: ZoneTable = {
  '1.2.0.192.in-addr.arpa PTR': ['probe.example.com'],
  'probe.example.com A': ['192.0.2.1'],
  'example.com MX': ['10 mail.example.com'],
  'mail.example.com A': ['192.0.2.25'],
  'example.com TXT': ['site-verification=1', 'v=spf1 ip4:192.0.2.0/24 -all'],
  '2.0.0.127.bl.example.org A': ['127.0.0.2'],
  '2.0.0.127.low.example.org A': ['127.0.0.2']
}
const outcomes: Readonly<Record<string, DialOutcome>> = {
  '198.51.100.1': 'open',
  '198.51.100.2': 'timeout',
  '198.51.100.3': 'refused',
  '198.51.100.4': 'unreachable',
  '198.51.100.5': 'prohibited'
}
const dial: Dial = async (address) => outcomes[address] ?? 'unreachable'
const targets = (...hosts: readonly number[]): SelfCheckOptions['targets'] =>
  hosts.map((host) => ({ host: `mx${host}.example.net`, address: `198.51.100.${host}` }))

/** `noAddress`: nothing tells the address that servers see. */
type Options = Partial<Omit<SelfCheckOptions, 'resolver'>> & { readonly noAddress?: true }
const check = async (zone: ZoneTable, { noAddress, ...options }: Options): Promise<SelfCheck> => {
  const server = await startDnsServer({ ...soundZone, ...zone })
  const resolver = openResolver({ servers: [server.address], timeout: 200, tries: 1 })
  try {
    return await selfCheck({
      resolver,
      ehloName: 'probe.example.com',
      mailFrom: 'probe@example.com',
      targets: targets(1, 2),
      ...(noAddress ? {} : { ip: '192.0.2.1' }),
      interfaces: ['127.0.0.1', '10.0.0.1', '169.254.7.7'],
      dial,
      blocklists,
      allowPrivate: !noAddress,
      ...options
    })
  } finally {
    resolver.close()
    await server.close()
  }
}

test('a prober with an open port, sound names and no listing is fit, and every point passes', async () => {
  const { fit, points } = await check({}, {})
  expect(points.map(({ code, verdict }) => `${verdict} ${code}`)).toEqual([
    'pass port.open',
    'pass ip.known',
    'pass ptr.confirmed',
    'pass ehlo.agrees',
    'pass mail-from.routed',
    'pass spf.present',
    'pass blocklist.not-listed',
    'pass blocklist.not-listed'
  ])
  expect(fit).toBe(true)
})

const noEntry: ZoneTable[string] = []
type Row = readonly [what: string, zone: ZoneTable, options: Options, verdict: FindingVerdict, code: FindingCode, words?: string]
const rows: readonly Row[] = [
  ['one open port of three', {}, { targets: targets(2, 3, 1) }, 'pass', 'port.open', 'mx3.example.net [198.51.100.3] port 25: refused'],
  ['silence everywhere', {}, { targets: targets(2, 2) }, 'fail', 'port.dropped', 'Amazon EC2'],
  ['refusals everywhere', {}, { targets: targets(3, 3) }, 'fail', 'port.refused'],
  ['no way anywhere', {}, { targets: targets(4, 4) }, 'fail', 'port.unreachable'],
  ['a firewall that says so', {}, { targets: targets(5, 5) }, 'fail', 'port.prohibited'],
  ['silence here, a refusal there', {}, { targets: targets(2, 3) }, 'fail', 'port.none-open'],
  ['silence of a single server', {}, { targets: targets(2) }, 'unknown', 'port.unclear'],
  ['no server to try', {}, { targets: [] }, 'unknown', 'port.not-tried'],
  ['six servers', {}, { targets: targets(1, 1, 1, 1, 1, 1) }, 'pass', 'port.open', 'the first 5 of 6'],

  ['a given address', {}, {}, 'pass', 'ip.known', 'given: 192.0.2.1'],
  ['a server that saw another address', {}, { echoedAddress: '192.0.2.9' }, 'warn', 'ip.differs', '--ip 192.0.2.9'],
  ['a server that saw the same address', {}, { echoedAddress: '192.0.2.1' }, 'pass', 'ip.known'],
  ['a server that saw our IPv6 address', {}, { echoedAddress: '2001:db8::1' }, 'pass', 'ip.known'],
  ['a private address given', {}, { ip: '10.0.0.1', allowPrivate: false }, 'unknown', 'ip.not-public'],
  ['no public address to be found', {}, { noAddress: true }, 'unknown', 'ip.unknown', '--ip'],

  ['no PTR', { '1.2.0.192.in-addr.arpa PTR': 'nxdomain' }, {}, 'fail', 'ptr.missing', '1.2.0.192.in-addr.arpa. PTR probe.example.com.'],
  [
    'a PTR that leads elsewhere',
    { '1.2.0.192.in-addr.arpa PTR': ['other.example.com'], 'other.example.com A': ['192.0.2.7'] },
    {},
    'fail',
    'ptr.not-confirmed',
    'other.example.com. A 192.0.2.1'
  ],
  ['a PTR that could not be asked for', { '1.2.0.192.in-addr.arpa PTR': 'servfail' }, {}, 'unknown', 'ptr.unknown'],
  [
    'a PTR whose name could not be asked for',
    { '1.2.0.192.in-addr.arpa PTR': ['other.example.com'], 'other.example.com A': 'servfail' },
    {},
    'unknown',
    'ptr.unknown'
  ],
  [
    'six PTR names of which none of the first five confirms',
    { '1.2.0.192.in-addr.arpa PTR': ['a', 'b', 'c', 'd', 'e', 'f'].map((label) => `${label}.example.net`) },
    {},
    'unknown',
    'ptr.unknown',
    'the first 5 of 6'
  ],
  [
    'two PTR names of which one leads elsewhere',
    { '1.2.0.192.in-addr.arpa PTR': ['probe.example.com', 'old.example.com'], 'old.example.com A': ['192.0.2.7'] },
    {},
    'warn',
    'ptr.partly-confirmed',
    'old.example.com. A 192.0.2.1'
  ],
  [
    'a PTR of a home connection',
    { '1.2.0.192.in-addr.arpa PTR': ['192-0-2-1.dynamic.example.net'], '192-0-2-1.dynamic.example.net A': ['192.0.2.1'] },
    {},
    'warn',
    'ptr.generic',
    'PTR probe.example.com.'
  ],
  [
    'a PTR that the hosting company gave',
    { '1.2.0.192.in-addr.arpa PTR': ['static.1.2.0.192.clients.example.net'], 'static.1.2.0.192.clients.example.net A': ['192.0.2.1'] },
    {},
    'warn',
    'ptr.provider-name'
  ],
  ['a PTR without an address to ask for', {}, { noAddress: true }, 'unknown', 'ptr.not-asked'],

  ['an EHLO name without an address', { 'probe.example.com A': noEntry }, {}, 'fail', 'ehlo.no-address', 'probe.example.com. A 192.0.2.1'],
  ['an EHLO name that does not exist', {}, { ehloName: 'gone.example.com' }, 'fail', 'ehlo.no-address'],
  ['an EHLO name that could not be asked for', { 'probe.example.com A': 'servfail' }, {}, 'unknown', 'ehlo.unknown'],
  [
    'an EHLO name of which half could not be asked for',
    { 'x.example.com A': ['192.0.2.8'], 'x.example.com AAAA': 'servfail' },
    { ehloName: 'x.example.com' },
    'unknown',
    'ehlo.unknown'
  ],
  ['an EHLO name of another address', { 'x.example.com A': ['192.0.2.8'] }, { ehloName: 'x.example.com' }, 'warn', 'ehlo.other-address'],
  [
    'an EHLO name that is not the PTR name',
    { 'x.example.com A': ['192.0.2.1'] },
    { ehloName: 'x.example.com' },
    'warn',
    'ehlo.differs-from-ptr',
    'Greet with probe.example.com'
  ],
  ['an EHLO name, and no PTR to compare with', { '1.2.0.192.in-addr.arpa PTR': 'servfail' }, {}, 'pass', 'ehlo.resolves'],
  ['an EHLO name, and no address to compare with', {}, { noAddress: true }, 'pass', 'ehlo.resolves'],
  ['EHLO localhost', {}, { ehloName: 'localhost' }, 'fail', 'ehlo.bad-name'],
  ['EHLO with an address literal', {}, { ehloName: '[192.0.2.1]' }, 'warn', 'ehlo.own-literal'],
  [
    'EHLO with the literal of another address',
    {},
    { ehloName: '[IPv6:2001:db8::1]' },
    'fail',
    'ehlo.other-literal',
    'servers see: 192.0.2.1'
  ],
  ['EHLO with brackets around no address', {}, { ehloName: '[probe]' }, 'fail', 'ehlo.bad-name'],
  ['EHLO with a bare address', {}, { ehloName: '192.0.2.1' }, 'fail', 'ehlo.bad-name'],
  ['EHLO with an inside name', {}, { ehloName: 'mail.office.local' }, 'fail', 'ehlo.bad-name'],

  [
    'a sender domain with an address alone',
    { 'sub.example.com A': ['192.0.2.25'] },
    { mailFrom: 'probe@sub.example.com' },
    'pass',
    'mail-from.routed'
  ],
  [
    'a sender domain that does not exist',
    {},
    { mailFrom: 'probe@gone.example.com' },
    'fail',
    'mail-from.no-route',
    'gone.example.com. MX 10 probe.example.com.'
  ],
  ['a sender domain that takes no mail', { 'example.com MX': ['0 .'] }, {}, 'fail', 'mail-from.null-mx'],
  ['a sender domain that could not be asked for', { 'example.com MX': 'servfail' }, {}, 'unknown', 'mail-from.unknown'],
  ['a sender that is no address', {}, { mailFrom: 'probe' }, 'fail', 'mail-from.bad-address'],
  ['a sender without a local part', {}, { mailFrom: '@example.com' }, 'fail', 'mail-from.bad-address'],
  [
    'a sender domain in its own letters',
    { 'xn--bcher-kva.example.com MX': ['10 mail.example.com'] },
    { mailFrom: 'probe@bücher.example.com' },
    'pass',
    'mail-from.routed'
  ],
  ['an empty sender', {}, { mailFrom: '<>' }, 'warn', 'mail-from.null'],
  ['an empty sender, written otherwise', {}, { mailFrom: '' }, 'warn', 'mail-from.null'],

  ['no SPF record', { 'example.com TXT': ['v=spf10 -all'] }, {}, 'warn', 'spf.missing', 'example.com. TXT "v=spf1 ip4:192.0.2.1 ~all"'],
  [
    'no SPF record and no address to name in it',
    { 'example.com TXT': noEntry },
    { noAddress: true },
    'warn',
    'spf.missing',
    'v=spf1 mx ~all'
  ],
  ['an SPF record in capitals', { 'example.com TXT': ['V=SPF1 mx -all'] }, {}, 'pass', 'spf.present'],
  [
    'an SPF record for the EHLO name with an empty sender',
    { 'probe.example.com TXT': ['v=spf1 a -all'] },
    { mailFrom: '<>' },
    'pass',
    'spf.present'
  ],
  ['two SPF records', { 'example.com TXT': ['v=spf1 mx -all', 'v=spf1 a -all'] }, {}, 'fail', 'spf.multiple'],
  [
    'an SPF record of a domain that does not send',
    { 'example.com TXT': ['v=spf1 -all'] },
    {},
    'fail',
    'spf.sends-nothing',
    'v=spf1 ip4:192.0.2.1 -all'
  ],
  ['an SPF record that could not be asked for', { 'example.com TXT': 'servfail' }, {}, 'unknown', 'spf.unknown'],

  [
    'a listing',
    { '1.2.0.192.bl.example.org A': ['127.0.0.2'], '1.2.0.192.bl.example.org TXT': ['see https://list.example.org/192.0.2.1'] },
    {},
    'fail',
    'blocklist.listed',
    'List bl.example.org says: see https://list.example.org/192.0.2.1'
  ],
  ['a listing of an unknown class', { '1.2.0.192.bl.example.org A': ['127.0.0.77'] }, {}, 'fail', 'blocklist.listed', '127.0.0.77'],
  ['a listing by which few refuse', { '1.2.0.192.low.example.org A': ['127.0.0.2'] }, {}, 'warn', 'blocklist.listed-low'],
  ['an error answer', { '1.2.0.192.bl.example.org A': ['127.255.255.254'] }, {}, 'unknown', 'blocklist.refused', 'a resolver of your own'],
  ['an error answer to the test entry', { '2.0.0.127.bl.example.org A': ['127.255.255.254'] }, {}, 'unknown', 'blocklist.refused'],
  ['REFUSED', { '1.2.0.192.bl.example.org A': 'refused' }, {}, 'unknown', 'blocklist.refused'],
  [
    'a list without its test entry',
    { '2.0.0.127.bl.example.org A': 'nxdomain', '1.2.0.192.bl.example.org A': ['127.0.0.2'] },
    {},
    'unknown',
    'blocklist.dead'
  ],
  ['a list of everything', { '*.bl.example.org A': ['127.0.0.2'] }, {}, 'unknown', 'blocklist.lists-everything'],
  [
    'a parked zone',
    { '*.bl.example.org A': ['203.0.113.80'], '2.0.0.127.bl.example.org A': ['203.0.113.80'] },
    {},
    'unknown',
    'blocklist.odd-answer'
  ],
  ['no answer in time', { '1.2.0.192.bl.example.org A': 'timeout' }, {}, 'unknown', 'blocklist.no-answer'],
  ['SERVFAIL', { '2.0.0.127.bl.example.org A': 'servfail' }, {}, 'unknown', 'blocklist.no-answer'],
  ['an IPv6 address that no list knows', {}, { ip: '2001:db8::1' }, 'unknown', 'blocklist.not-asked'],
  ['no address to look up', {}, { noAddress: true }, 'unknown', 'blocklist.not-asked']
]

for (const [what, zone, options, verdict, code, words] of rows)
  test(`${what}: ${verdict} ${code}`, async () => {
    const { fit, points } = await check(zone, options)
    const found = points.find((point) => point.code === code)
    expect(found?.verdict, points.map((point) => point.code).join(', ')).toBe(verdict)
    if (words !== undefined) expect([...(found?.evidence ?? []), found?.fix].join('\n')).toContain(words)
    if (verdict === 'fail') expect(fit).toBe(false)
    expect(fit).toBe(points.every((point) => point.verdict !== 'fail'))
  })

test('every outcome that this folder names has its case here', () => {
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join('\n')
  const tested = [...rows.map(([, , , , code]) => code), 'ptr.confirmed', 'ehlo.agrees', 'blocklist.not-listed']
  const own = findingCodes.filter((code) => /^(?:port|ip|ptr|ehlo|mail-from|spf|blocklist)\./.test(code) && sources.includes(`'${code}'`))
  expect(own.filter((code) => !tested.includes(code))).toEqual([])
  expect(own.length).toBeGreaterThan(30)
})

test('the addresses of this machine stand in where nobody tells the one that servers see', async () => {
  const { points } = await check({}, { noAddress: true, interfaces: ['10.0.0.1', '192.0.2.1'], allowPrivate: true })
  expect(points.find(({ code }) => code === 'ip.known')?.evidence).toEqual(['of a network interface: 10.0.0.1'])
  const open = await check({}, { noAddress: true, interfaces: ['10.0.0.1', '2606:4700::1'] })
  expect(open.points.find(({ code }) => code === 'ip.known')?.evidence).toEqual(['of a network interface: 2606:4700::1'])
})

test('an IPv6 address is looked up nibble by nibble, and the record to publish is an AAAA', async () => {
  const reverse = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'
  const { points } = await check({ [`${reverse} PTR`]: ['other.example.com'] }, { ip: '2001:db8::1' })
  expect(points.find(({ code }) => code === 'ptr.not-confirmed')?.fix).toBe('Publish: other.example.com. AAAA 2001:db8::1')
})

test('when time is up, what is not known is unknown, and the check ends', async () => {
  const silence = new Promise<never>(() => undefined)
  const { fit, points } = await selfCheck({
    resolver: { query: () => silence, counters: () => ({}), close: () => undefined },
    ehloName: 'probe.example.com',
    mailFrom: 'probe@example.com',
    targets: targets(1),
    ip: '192.0.2.1',
    allowPrivate: true,
    dial: () => silence,
    blocklists,
    timeouts: { total: 20 }
  })
  expect(points.map(({ code, verdict }) => `${verdict} ${code}`)).toEqual([
    'unknown port.unclear',
    'pass ip.known',
    'unknown ptr.unknown',
    'unknown ehlo.unknown',
    'unknown mail-from.unknown',
    'unknown spf.unknown',
    'unknown blocklist.no-answer',
    'unknown blocklist.no-answer'
  ])
  expect(fit).toBe(true)
})

test('a resolver and a dialler that fail are no verdict', async () => {
  const { points } = await selfCheck({
    resolver: {
      query: () => {
        throw new Error('broken')
      },
      counters: () => ({}),
      close: () => undefined
    },
    ehloName: 'probe.example.com',
    mailFrom: '<>',
    targets: targets(1),
    ip: '192.0.2.1',
    allowPrivate: true,
    dial: () => Promise.reject(new Error('broken')),
    blocklists
  })
  expect(points.filter(({ verdict }) => verdict === 'fail')).toEqual([])
})

test('what DNS says reaches no terminal as control characters', async () => {
  const { points } = await check({ 'example.com TXT': ['v=spf1 \u001b]0;owned\u0007\nnext', 'v=spf1 -all'] }, {})
  const lines = points.flatMap(({ evidence, fix }) => [...evidence, fix ?? ''])
  expect(lines.join('').match(/\p{C}/u)).toBeNull()
  expect(lines.join('')).toContain('owned')
})

test.each([
  [{ ip: 'here' }, TypeError],
  [{ ip: 'fe80::1%eth0' }, TypeError],
  [{ timeouts: { total: Number.NaN } }, RangeError],
  [{ timeouts: { dial: 0 } }, RangeError]
] as const)('%o is the mistake of the caller', async (options, error) => {
  await expect(check({}, options)).rejects.toThrow(error)
})
