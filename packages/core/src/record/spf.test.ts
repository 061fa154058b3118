import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSpf, parseSpf, parseSpfTerm, spfErrors } from './spf.ts'
import { lintSpf } from './spf-lint.ts'
import { clientIp, formatNetwork, inNetwork, parseIp } from './spf-network.ts'
import { repairSpfVersion } from './spf-repair.ts'
import { addToSpf, mendSpf, mergeSpf, quoteSpf, splitSpf } from './spf-write.ts'

test.each([
  ['all', undefined],
  ['-ALL', undefined],
  ['all:x', 'unexpected-value'],
  ['include:_spf.example.com', undefined],
  ['include:%{ir}.%{v}._spf.%{d2}', undefined],
  ['include', 'missing-value'],
  ['include:', 'missing-value'],
  ['include:localhost', 'bad-domain'],
  ['include:example.com.', undefined],
  ['include:192.0.2.1', 'address-as-name'],
  ['include/24', 'unexpected-value'],
  ['exists:%{i}.x.example', undefined],
  ['exists:%{x}.example', 'bad-macro'],
  ['exists:%{c}.example', 'bad-macro'],
  ['exists:%{d0}.example', 'bad-macro'],
  ['exists:%a.example', 'bad-macro'],
  ['exists:%{d', 'bad-macro'],
  ['a', undefined],
  ['a/24//64', undefined],
  ['a//129', 'bad-prefix'],
  ['a/33', 'bad-prefix'],
  ['a/024', 'bad-prefix'],
  ['a:example.com/0', undefined],
  ['a:192.0.2.1', 'address-as-name'],
  ['mx:2001:db8::1', 'address-as-name'],
  ['mx:', 'missing-value'],
  ['ptr', undefined],
  ['ptr:example.com', undefined],
  ['ptr/0', 'unexpected-value'],
  ['ip4:192.0.2.1', undefined],
  ['ip4:192.0.2.0/24', undefined],
  ['ip4:192.0.2.1/33', 'bad-prefix'],
  ['ip4:192.0.2.1/', 'bad-prefix'],
  ['ip4:192.0.02.1', 'bad-ip'],
  ['ip4:192.0.2', 'bad-ip'],
  ['ip4:2001:db8::1', 'bad-ip'],
  ['ip6:2001:db8::/32', undefined],
  ['ip6:::1.1.1.1/0', undefined],
  ['ip6:2001:db8::1::', 'bad-ip'],
  ['ip6', 'missing-value'],
  ['ipv4:192.0.2.1', 'unknown-mechanism'],
  ['--all', 'unknown-mechanism'],
  ['redirect=_spf.example.com', undefined],
  ['redirect=', 'missing-value'],
  ['exp=%{c}.example', 'bad-macro'],
  ['ra=postmaster', undefined],
  ['x.y-z_1=%{c}', undefined],
  ['=x', 'bad-modifier'],
  ['1a=x', 'bad-modifier'],
  ['mx\u2013', 'bad-character']
])('the term %s has the error %s', (term, error) => expect(parseSpfTerm(term).error).toBe(error))

test.each([
  ['v=spf1', true],
  ['V=SPF1 -all', true],
  ['v=spf10 -all', false],
  ['v=spf1\t-all', false],
  [' v=spf1 -all', false]
])('%j is an SPF record: %s', (record, is) => expect(isSpf(record)).toBe(is))

test('terms keep their place, and a modifier may stand once', () => {
  const { terms, broken } = parseSpf('v=spf1  mx redirect=a.example redirect=b.example')
  expect(terms.map(({ text, at, error }) => [text, at, error])).toEqual([
    ['mx', 8, undefined],
    ['redirect=a.example', 11, undefined],
    ['redirect=b.example', 30, 'duplicate-modifier']
  ])
  expect(broken).toBe(true)
})

/** Record, the codes of what is wrong, and the record in which all of it is mended. */
test.each([
  ['v=spf1 mx include:_spf.example.com -all', [], 'v=spf1 mx include:_spf.example.com -all'],
  ['v=spf1 MX Include:_SPF.Example.com ~ALL', [], 'v=spf1 MX Include:_SPF.Example.com ~ALL'],
  ['v=spf1 redirect=_spf.example.com', [], 'v=spf1 redirect=_spf.example.com'],
  ['v=spf1 -all', [], 'v=spf1 -all'],
  ['v=spf1 mx all', ['all-passes'], 'v=spf1 mx ~all'],
  ['v=spf1 mx ?all', ['all-neutral'], 'v=spf1 mx ~all'],
  ['v=spf1 mx', ['no-all'], 'v=spf1 mx ~all'],
  ['v=spf1 ~all mx', ['after-all'], 'v=spf1 mx ~all'],
  ['v=spf1 mx ~all -all', ['after-all'], 'v=spf1 mx ~all'],
  ['v=spf1 mx -all redirect=x.example', ['redirect-ignored'], 'v=spf1 mx -all'],
  ['v=spf1 redirect=x.example -all', ['redirect-ignored'], 'v=spf1 include:x.example -all'],
  ['v=spf1 redirect:x.example', ['unknown-mechanism'], 'v=spf1 redirect=x.example'],
  ['v=spf1 mx - all', ['unknown-mechanism', 'unknown-mechanism'], 'v=spf1 mx -all'],
  ['v=spf1 mx ~ all', ['unknown-mechanism', 'unknown-mechanism'], 'v=spf1 mx ~all'],
  ['v=spf1 mx \u2013 all', ['unknown-mechanism', 'unknown-mechanism'], 'v=spf1 mx -all'],
  ['v=spf1 mx ip4:0.0.0.0/0 -all', ['all-passes'], 'v=spf1 mx -all'],
  ['v=spf1 ptr -all', ['ptr'], 'v=spf1 … -all'],
  ['v=spf1 mx exists:%{p}.example.com -all', ['ptr'], 'v=spf1 mx -all'],
  ['v=spf1 mx foo=bar ra=postmaster -all', ['unknown-modifier'], 'v=spf1 mx -all ra=postmaster'],
  ['v=spf1 mx ip4:10.1.2.3 ip6:fd00::/8 -all', ['private-ip', 'private-ip'], 'v=spf1 mx -all'],
  ['v=spf1 ip4:0.0.0.0/1 -all', ['wide-network'], 'v=spf1 ip4:0.0.0.0/1 -all'],
  ['v=spf1 mx +MX -all', ['duplicate'], 'v=spf1 mx -all'],
  ['v=spf1 ipv4:192.0.2.1 ip:192.0.2.2 -all', ['unknown-mechanism', 'unknown-mechanism'], 'v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all'],
  ['v=spf1 a:192.0.2.1 -all', ['address-as-name'], 'v=spf1 ip4:192.0.2.1 -all'],
  ['v=spf1 ip4:2001:db8::1 -all', ['bad-ip'], 'v=spf1 ip6:2001:db8::1 -all'],
  ['v=spf1 ip4:mail.example.com -all', ['bad-ip'], 'v=spf1 a:mail.example.com -all'],
  ['v=spf1 ip4:999.0.2.1 -all', ['bad-ip'], 'v=spf1 … -all'],
  ['v=spf1 ip4: 192.0.2.1 -all', ['missing-value', 'unknown-mechanism'], 'v=spf1 ip4:192.0.2.1 -all'],
  ['v=spf1 include: _spf.example.com -all', ['missing-value', 'unknown-mechanism'], 'v=spf1 include:_spf.example.com -all'],
  ['v=spf1 include=_spf.example.com -all', ['mechanism-as-modifier'], 'v=spf1 include:_spf.example.com -all'],
  ['v=spf1 ip4:192.0.2.1ip4:192.0.2.2 -all', ['glued-terms'], 'v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all'],
  ['v=spf1 include:a.exampleinclude:b.example -all', ['glued-terms'], 'v=spf1 include:a.example include:b.example -all'],
  ['v=spf1 include:a.example-all', ['glued-terms'], 'v=spf1 include:a.example -all'],
  ['v=spf1 ip4:192.0.2.1, mx; -all', ['bad-ip', 'unknown-mechanism'], 'v=spf1 ip4:192.0.2.1 mx -all'],
  ['v=spf1 mx \u2013all', ['bad-character'], 'v=spf1 mx -all'],
  ['v=spf1 a:https://example.com/ -all', ['bad-domain'], 'v=spf1 a:example.com -all'],
  ['v=spf1 a:/24 -all', ['missing-value'], 'v=spf1 a/24 -all'],
  ['v=spf1 include:%{x}.example -all', ['bad-macro'], 'v=spf1 … -all'],
  [`v=spf1 ${Array.from({ length: 40 }, (_, at) => `ip4:192.0.2.${at}`).join(' ')} -all`, ['long'], undefined]
])('%s has %j, and is mended as %s', (text, codes, mended) => {
  const problems = lintSpf(text)
  expect(problems.map(({ code }) => code)).toEqual(codes)
  if (mended !== undefined) expect(mendSpf(parseSpf(text), problems)).toBe(mended)
})

test.each([
  ['"v=spf1 mx -all"', 'v=spf1 mx -all'],
  [' v=spf1 mx -all', 'v=spf1 mx -all'],
  ['v=spf1;mx -all', 'v=spf1 mx -all'],
  ['v=spf1mx -all', 'v=spf1 mx -all'],
  ['v=spf1\u00a0mx -all', 'v=spf1 mx -all'],
  ['spf1 mx ~all', 'v=spf1 mx ~all'],
  ['v = spf1 ip4:192.0.2.1, -all', 'v=spf1 ip4:192.0.2.1 -all'],
  ['v=spf1 mx -all', undefined],
  ['spf2.0/pra mx -all', undefined],
  ['v=spf10 mx -all', undefined],
  ['site-verification=spf1', undefined]
])('%j is meant as %s', (text, meant) => expect(repairSpfVersion(text)).toBe(meant))

test('records are merged into one that allows what any of them allowed', () => {
  expect(mergeSpf(['v=spf1 mx -all', 'v=spf1 include:_spf.example.com mx ~all', 'v=spf1 redirect=x.example'])).toBe(
    'v=spf1 mx include:_spf.example.com include:x.example ~all'
  )
  expect(mergeSpf(['v=spf1 mx -all', 'v=spf1 a -all'])).toBe('v=spf1 mx a -all')
})

test('a mechanism is added before everything that could refuse', () => {
  expect(addToSpf('v=spf1 -ip4:192.0.2.0/24 -all', 'ip4:192.0.2.1')).toBe('v=spf1 ip4:192.0.2.1 -ip4:192.0.2.0/24 -all')
  expect(addToSpf('v=spf1 redirect=x.example', 'ip6:2001:db8::1')).toBe('v=spf1 ip6:2001:db8::1 redirect=x.example')
})

test('a record of more than 255 octets is published in strings that join to it', () => {
  const record = `v=spf1 ${'mx:a.example '.repeat(40)}-all`
  expect(
    quoteSpf(record)
      .split('" "')
      .every((part) => part.replaceAll('"', '').length <= 255)
  ).toBe(true)
  expect(quoteSpf(record).slice(1, -1).replaceAll('" "', '')).toBe(record)
})

test.each([
  ['192.0.2.1', 'ip4:192.0.2.1'],
  ['2001:DB8:0:0:0:0:0:1', 'ip6:2001:db8::1'],
  ['::', 'ip6:::'],
  ['2001:db8:0:1:0:0:0:1', 'ip6:2001:db8:0:1::1'],
  ['1:2:3:4:5:6:7:8', 'ip6:1:2:3:4:5:6:7:8'],
  ['::ffff:192.0.2.1', 'ip4:192.0.2.1']
])('%s is written %s', (text, mechanism) => {
  const ip = clientIp(text)
  expect(ip && formatNetwork({ ...ip, prefix: ip.family === 4 ? 32 : 128 })).toBe(mechanism)
})

test('every address is in its own networks, and written so that it is read again', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(128), (text, wanted) => {
      const ip = parseIp(text)
      if (ip === undefined) throw new Error(text)
      const prefix = Math.min(wanted, ip.family === 4 ? 32 : 128)
      const written = formatNetwork({ ...ip, prefix })
      const term = parseSpfTerm(written)
      if (term.kind !== 'mechanism' || term.network === undefined) throw new Error(written)
      expect(term.network.prefix).toBe(prefix)
      expect(inNetwork(ip, term.network)).toBe(true)
    })
  )
})

const pieces = fc.constantFrom(
  'all',
  '-all',
  'include:',
  'a',
  'mx',
  'ptr',
  'ip4:',
  'ip6:',
  'exists:',
  'redirect=',
  'exp=',
  '%{',
  '}',
  '%',
  '/',
  '//24',
  ':',
  '=',
  '.',
  ' ',
  '\t',
  '-',
  '~',
  '192.0.2.1',
  '2001:db8::',
  'example.com',
  'd',
  '999',
  'é',
  '\u200b',
  '"',
  ','
)
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''))
)

test('whatever a record holds, it is read, judged and mended, and what is mended has no error', () => {
  fc.assert(
    fc.property(hostile, (rest) => {
      const record = parseSpf(`v=spf1 ${rest}`)
      for (const { text, at } of record.terms) expect(record.text.slice(at, at + text.length)).toBe(text)
      const problems = lintSpf(record)
      expect(
        problems.some(({ code }) => spfErrors.some((error) => error === code)) ||
          !record.broken ||
          problems.some(({ code }) => code === 'glued-terms')
      ).toBe(true)
      const mended = parseSpf(mendSpf(record, problems))
      expect(mended.terms.filter(({ error, text }) => error !== undefined && text !== '…')).toEqual([])
      const repaired = repairSpfVersion(rest)
      if (repaired !== undefined) expect(isSpf(repaired)).toBe(true)
    }),
    { numRuns: 2_000, examples: [['~ allexp=']] }
  )
})

test.each([
  'a '.repeat(32_000),
  `include:${'%{'.repeat(32_000)}`,
  `a:${'/1'.repeat(32_000)}x`,
  'ip4:192.0.2.1ip4:'.repeat(4_000),
  `${'v'.repeat(60_000)}=`,
  '\u200b'.repeat(20_000),
  '"'.repeat(64_000)
])('a record of 64 kB has few problems: %#', (rest) => {
  expect(lintSpf(`v=spf1 ${rest}`).length).toBeLessThanOrEqual(53)
  repairSpfVersion(rest)
})

test('a long record is split into short ones that say the same', () => {
  const networks = Array.from({ length: 50 }, (_, at) => `ip4:192.0.2.${at}`)
  const parts = splitSpf(parseSpf(`v=spf1 mx ${networks.join(' ')} -all`), 'example.com') ?? []
  expect(parts.map(({ name }) => name)).toEqual(['example.com', '_spf1.example.com', '_spf2.example.com'])
  expect(parts[0]?.record).toBe('v=spf1 include:_spf1.example.com include:_spf2.example.com mx -all')
  const said = parts.flatMap(({ record }) => parseSpf(record).terms.map(({ text }) => text))
  expect(said.filter((text) => text.startsWith('ip4:'))).toEqual(networks)
  for (const { record } of parts) expect(lintSpf(record)).toEqual([])
})

test.each([
  ['something in it refuses', `v=spf1 -ip4:192.0.2.1 ${'ip4:192.0.2.77 '.repeat(40)}-all`],
  ['it is broken', `v=spf1 ip4:x ${'ip4:192.0.2.77 '.repeat(40)}-all`],
  ['names make it long', `v=spf1 ${Array.from({ length: 9 }, (_, at) => `include:${'x'.repeat(60)}${at}.example.com`).join(' ')} -all`]
])('a long record is not split where %s', (_, record) => expect(splitSpf(parseSpf(record), 'example.com')).toBeUndefined())
