import type { FindingCode } from '@whybounce/core/finding'
import { expect, test } from 'vitest'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { examine, type ExamineOptions as Options } from '../../../../../tests/dns/examine-checks.ts'
import { namesChecks } from './names-checks.ts'
import { spfChecks } from './spf-checks.ts'

const spf = (record: string): ZoneTable => ({ 'example.com TXT': [record] })
const service = (name: string, record: string): ZoneTable => ({ [`${name} TXT`]: [record] })
const chained = Object.assign(
  {},
  ...Array.from({ length: 12 }, (_, at) =>
    service(`s${at}.example.net`, `v=spf1 ip4:198.51.100.${at} ${at < 11 ? `include:s${at + 1}.example.net ` : ''}-all`)
  )
) as ZoneTable
const sound: ZoneTable = {
  ...spf('v=spf1 include:_spf.example.net mx -all'),
  ...service('_spf.example.net', 'v=spf1 ip4:198.51.100.0/24 ~all'),
  'example.com MX': ['10 mx.example.com'],
  'mx.example.com A': ['192.0.2.25'],
  'mail.example.com A': ['192.0.2.1']
}
const ip = '192.0.2.1'

type Row = readonly [what: string, zone: ZoneTable, options: Options, codes: readonly FindingCode[], words?: string]
const rows: readonly Row[] = [
  ['a sound record', sound, {}, ['spf.present', 'spf.lookups'], 'needs 2 of the 10'],
  ['the chain is shown', sound, {}, ['spf.present', 'spf.lookups'], 'include:_spf.example.net → 1'],
  [
    'no record, at a provider',
    { 'example.com MX': ['1 smtp.google.com'], 'smtp.google.com A': ['192.0.2.7'] },
    {},
    ['spf.missing'],
    '"v=spf1 include:_spf.google.com ~all"'
  ],
  [
    'no record, own servers, a known address',
    { ...sound, 'example.com TXT': [] },
    { ip },
    ['spf.missing'],
    '"v=spf1 mx ip4:192.0.2.1 ~all"'
  ],
  [
    'no record, in a cloud of its own',
    { 'example.com MX': ['0 example-com.mail.protection.office365.us'], 'example-com.mail.protection.office365.us A': ['192.0.2.7'] },
    {},
    ['spf.missing'],
    '"v=spf1 include:spf.protection.office365.us ~all"'
  ],
  [
    'no record, and a filter in front of which nobody knows who sends',
    { 'example.com TXT': ['x'], 'example.com MX': ['10 mxa.acme.pphosted.com'], 'mxa.acme.pphosted.com A': ['192.0.2.1'] },
    {},
    ['spf.missing'],
    'example.com. TXT "v=spf1 include:… ~all"'
  ],
  ['no such domain', {}, {}, ['spf.missing'], 'NXDOMAIN'],
  ['no answer', { 'example.com TXT': 'servfail' }, {}, ['spf.unknown']],
  [
    'two records',
    { 'example.com TXT': ['v=spf1 mx -all', 'v=spf1 include:_spf.example.net ~all'] },
    {},
    ['spf.multiple'],
    '"v=spf1 include:_spf.example.net mx ~all"'
  ],
  ['a quoted record', spf('"v=spf1 mx -all"'), {}, ['spf.not-recognised'], 'TXT "v=spf1 mx -all"'],
  ['a domain that sends nothing', spf('v=spf1 -all'), {}, ['spf.parked', 'spf.lookups']],
  [
    'a sender that sends nothing',
    { ...sound, ...spf('v=spf1 -all') },
    { ip },
    ['spf.sends-nothing', 'spf.lookups'],
    '"v=spf1 mx ip4:192.0.2.1 -all"'
  ],
  [
    'a typing error',
    spf('v=spf1 ipv4:192.0.2.1 -all'),
    {},
    ['spf.present', 'spf.unknown-mechanism', 'spf.lookups'],
    '"v=spf1 ip4:192.0.2.1 -all"'
  ],
  [
    'a warning beside an error is mended apart',
    spf('v=spf1 ipv4:192.0.2.1 ptr ~all'),
    {},
    ['spf.present', 'spf.unknown-mechanism', 'spf.ptr', 'spf.lookups'],
    '"v=spf1 ip4:192.0.2.1 ptr ~all"'
  ],
  ['?all is no fault', spf('v=spf1 ip4:192.0.2.1 ?all'), {}, ['spf.present', 'spf.all-neutral', 'spf.lookups']],
  [
    'an include without record',
    spf('v=spf1 include:gone.example.net -all'),
    {},
    ['spf.present', 'spf.lookups', 'spf.include-missing'],
    'example.com: include:gone.example.net'
  ],
  [
    'an include with two records',
    { ...spf('v=spf1 include:two.example.net -all'), 'two.example.net TXT': ['v=spf1 a -all', 'v=spf1 mx -all'] },
    {},
    ['spf.present', 'spf.lookups', 'spf.include-broken'],
    'Tell whoever runs two.example.net'
  ],
  [
    'an include with an error',
    { ...spf('v=spf1 include:bad.example.net -all'), ...service('bad.example.net', 'v=spf1 ipv4:192.0.2.1 -all') },
    {},
    ['spf.present', 'spf.lookups', 'spf.include-broken'],
    'error at character 8: ipv4:192.0.2.1'
  ],
  [
    'an include that does not answer',
    { ...spf('v=spf1 include:bad.example.net -all'), 'bad.example.net TXT': 'servfail' },
    {},
    ['spf.present', 'spf.lookups', 'spf.include-unknown']
  ],
  [
    'an include of +all',
    { ...spf('v=spf1 include:a.example.net -all'), ...service('a.example.net', 'v=spf1 +all') },
    {},
    ['spf.present', 'spf.lookups', 'spf.include-passes-all'],
    'take it out of the record of example.com'
  ],
  [
    'an include of the whole IPv4',
    { ...spf('v=spf1 include:a.example.net -all'), ...service('a.example.net', 'v=spf1 ip4:0.0.0.0/0 -all') },
    {},
    ['spf.present', 'spf.lookups', 'spf.include-passes-all']
  ],
  [
    'two includes without a space are told once',
    spf('v=spf1 include:a.example.netinclude:b.example.net -all'),
    {},
    ['spf.present', 'spf.glued-terms', 'spf.lookups']
  ],
  [
    'what is broken and reached by two ways is told once',
    {
      ...spf('v=spf1 include:a.example.net include:b.example.net -all'),
      ...service('a.example.net', 'v=spf1 include:c.example.net -all'),
      ...service('b.example.net', 'v=spf1 redirect=a.example.net')
    },
    {},
    ['spf.present', 'spf.lookups', 'spf.include-missing']
  ],
  ['a record that includes itself', spf('v=spf1 include:example.com -all'), {}, ['spf.present', 'spf.lookups', 'spf.loop']],
  [
    'a loop of two',
    { ...spf('v=spf1 include:b.example.net -all'), ...service('b.example.net', 'v=spf1 redirect=example.com') },
    {},
    ['spf.present', 'spf.lookups', 'spf.loop'],
    'redirect=example.com'
  ],
  [
    'an include that leads nowhere is left out of the record to publish',
    { ...sound, ...spf('v=spf1 mx include:gone.example.net -all') },
    {},
    ['spf.present', 'spf.lookups', 'spf.include-missing'],
    'without it: example.com. TXT "v=spf1 mx -all"'
  ],
  [
    'an include of +all is left out of the record to publish',
    { ...sound, ...spf('v=spf1 mx include:a.example.net -all'), ...service('a.example.net', 'v=spf1 +all') },
    {},
    ['spf.present', 'spf.lookups', 'spf.include-passes-all'],
    'example.com. TXT "v=spf1 mx -all"'
  ],
  [
    'a long record is split, each part to be published',
    spf(`v=spf1 ${Array.from({ length: 40 }, (_, at) => `ip4:198.51.100.${at}`).join(' ')} -all`),
    {},
    ['spf.present', 'spf.long', 'spf.lookups'],
    'example.com. TXT "v=spf1 include:_spf1.example.com include:_spf2.example.com -all" and _spf1.example.com. TXT "v=spf1 ip4:198.51.100.0 '
  ],
  ['a redirect to nothing', spf('v=spf1 redirect=gone.example.net'), {}, ['spf.present', 'spf.lookups', 'spf.include-missing']],
  [
    'a redirect beside all is not followed',
    spf('v=spf1 redirect=gone.example.net -all'),
    {},
    ['spf.present', 'spf.redirect-ignored', 'spf.lookups'],
    'needs 0 of the 10'
  ],
  [
    'a part that gives nothing',
    { ...sound, ...spf('v=spf1 mx a:gone.example.com -all') },
    {},
    ['spf.present', 'spf.lookups', 'spf.void-lookup'],
    'a:gone.example.com'
  ],
  [
    'three parts that give nothing',
    { ...sound, ...spf('v=spf1 mx a:x.example.com a:y.example.com mx:z.example.com -all') },
    {},
    ['spf.present', 'spf.lookups', 'spf.too-many-void-lookups'],
    '"v=spf1 mx -all"'
  ],
  [
    'eleven mail hosts',
    { ...spf('v=spf1 mx -all'), 'example.com MX': Array.from({ length: 11 }, (_, at) => `${at} mx${at}.example.com`) },
    {},
    ['spf.present', 'spf.lookups', 'spf.too-many-mx'],
    '11 MX hosts'
  ],
  ['ten look-ups', { ...spf('v=spf1 include:s2.example.net -all'), ...chained }, {}, ['spf.present', 'spf.lookups'], 'needs 10 of the 10'],
  [
    'eleven look-ups',
    { ...spf('v=spf1 include:s2.example.net include:s11.example.net -all'), ...chained },
    {},
    ['spf.present', 'spf.too-many-lookups'],
    '"v=spf1 include:s2.example.net ip4:198.51.100.11 -all"'
  ],
  [
    'eleven look-ups, by macros',
    spf(`v=spf1 ${Array.from({ length: 11 }, (_, at) => `exists:%{i}.s${at}.example.net`).join(' ')} -all`),
    {},
    ['spf.present', 'spf.far-too-many-lookups'],
    'needs 11 DNS look-ups'
  ],

  [
    'an address that passes',
    sound,
    { ip: '198.51.100.7' },
    ['spf.present', 'spf.lookups', 'spf.ip-passes'],
    'by include:_spf.example.net > ip4:198.51.100.0/24'
  ],
  ['an address that passes by mx', sound, { ip: '192.0.2.25' }, ['spf.present', 'spf.lookups', 'spf.ip-passes'], '192.0.2.25: pass, by mx'],
  [
    'an address that fails',
    sound,
    { ip },
    ['spf.present', 'spf.lookups', 'spf.ip-fails'],
    '"v=spf1 ip4:192.0.2.1 include:_spf.example.net mx -all"'
  ],
  ['an IPv6 address that fails', sound, { ip: '2001:db8::7' }, ['spf.present', 'spf.lookups', 'spf.ip-fails'], 'ip6:2001:db8::7 include:'],
  [
    'an address that fails softly',
    spf('v=spf1 ip4:192.0.2.9 ~all'),
    { ip },
    ['spf.present', 'spf.lookups', 'spf.ip-softfails'],
    '192.0.2.1: softfail, by ~all'
  ],
  [
    'an address of which nothing is said',
    spf('v=spf1 ip4:192.0.2.9'),
    { ip },
    ['spf.present', 'spf.no-all', 'spf.lookups', 'spf.ip-neutral'],
    'by the end of the record'
  ],
  [
    'an address that meets an error',
    spf('v=spf1 ipv4:192.0.2.9 -all'),
    { ip },
    ['spf.present', 'spf.unknown-mechanism', 'spf.lookups', 'spf.ip-error']
  ],
  [
    'an address before the error of an include',
    { ...spf('v=spf1 ip4:192.0.2.1 include:gone.example.net -all') },
    { ip },
    ['spf.present', 'spf.lookups', 'spf.include-missing', 'spf.ip-passes']
  ],
  [
    'an address that cannot be judged',
    { ...spf('v=spf1 include:bad.example.net -all'), 'bad.example.net TXT': 'servfail' },
    { ip },
    ['spf.present', 'spf.lookups', 'spf.include-unknown', 'spf.ip-unknown']
  ],
  [
    'an address that a macro judges',
    { ...spf('v=spf1 exists:%{i}.ok.example.net -all'), '192.0.2.1.ok.example.net A': ['127.0.0.2'] },
    { ip },
    ['spf.present', 'spf.lookups', 'spf.ip-passes'],
    'designates 192.0.2.1'
  ],
  [
    'an EHLO name of its own record',
    { ...sound, 'mail.example.com TXT': ['v=spf1 a -all'] },
    { ip: '198.51.100.7' },
    ['spf.present', 'spf.lookups', 'spf.ip-passes', 'spf.ehlo-fails'],
    'mail.example.com. TXT "v=spf1 ip4:198.51.100.7 a -all"'
  ],
  [
    'an EHLO name that passes',
    { ...sound, 'mail.example.com TXT': ['v=spf1 a -all'] },
    { ip, from: 'example.com' },
    ['spf.present', 'spf.lookups', 'spf.ip-fails', 'spf.ehlo-passes']
  ]
]
for (const [what, zone, options, codes, words] of rows)
  test(what, async () => {
    const { found, asked } = await examine(zone, options, spfChecks)
    expect(found.map(({ code }) => code)).toEqual(codes)
    if (words !== undefined) expect(found.flatMap(({ title, evidence, fix = '' }) => [title, ...evidence, fix]).join('\n')).toContain(words)
    expect(new Set(asked).size).toBe(asked.length)
  })

test('a private address in the record is told, unless private addresses are expected', async () => {
  const zone = spf('v=spf1 ip4:10.0.0.1 ip4:192.0.2.1 -all')
  const codes = async (allowPrivate: boolean): Promise<readonly string[]> =>
    (await examine(zone, { allowPrivate }, spfChecks)).found.map(({ code }) => code)
  expect(await codes(false)).toContain('spf.private-ip')
  expect(await codes(true)).not.toContain('spf.private-ip')
})

test('of another domain, this machine is not looked at', async () => {
  expect((await examine(sound, {}, namesChecks)).found).toEqual([])
})
