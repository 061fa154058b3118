import { hostname } from 'node:os'
import type { FindingCode } from '@whybounce/core/finding'
import { expect, test } from 'vitest'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { type ExamineOptions, examine } from '../../../../../tests/dns/examine-checks.ts'
import { namesChecks } from './names-checks.ts'

const ip = '192.0.2.1'
const sound: ZoneTable = {
  '1.2.0.192.in-addr.arpa PTR': ['mail.example.com'],
  'mail.example.com A': [ip],
  'example.com MX': ['10 mail.example.com']
}

type Row = readonly [what: string, zone: ZoneTable, options: ExamineOptions, codes: readonly FindingCode[], words?: string]
const rows: readonly Row[] = [
  ['a sound sender', sound, { ip }, ['ip.known', 'ptr.confirmed', 'ehlo.agrees']],
  ['a domain of which no address is given', sound, {}, []],
  ['a host of which no address is given', sound, { target: { kind: 'host', host: 'mail.example.com' } }, []],
  ['an address behind which nobody greets by this name', sound, { ip, ehloName: hostname() }, ['ip.known', 'ptr.confirmed']],
  [
    'an address without a reverse name',
    { 'example.com MX': ['10 mail.example.com'], 'mail.example.com A': [ip] },
    { ip },
    ['ip.known', 'ptr.missing', 'ehlo.resolves'],
    'PTR mail.example.com.'
  ],
  [
    'a name is proposed where none is known',
    {},
    { ip, ehloName: hostname() },
    ['ip.known', 'ptr.missing'],
    '1.2.0.192.in-addr.arpa. PTR mail.example.com.'
  ],
  [
    'a name of a home connection',
    { ...sound, '1.2.0.192.in-addr.arpa PTR': ['dyn-7.example.net'], 'dyn-7.example.net A': [ip] },
    { ip },
    ['ip.known', 'ptr.confirmed', 'ptr.generic', 'ehlo.differs-from-ptr']
  ],
  ['an inside address', sound, { ip: '10.0.0.1', allowPrivate: false }, ['ip.not-public', 'ptr.not-asked', 'ehlo.resolves']],
  ['an address literal', sound, { ip, ehloName: '[192.0.2.1]' }, ['ip.known', 'ptr.confirmed', 'ehlo.own-literal']],
  [
    'an address that this machine binds to',
    { '8.8.8.8.in-addr.arpa PTR': ['mail.example.com'], 'mail.example.com A': ['8.8.8.8'] },
    { target: { kind: 'machine' }, localAddress: '8.8.8.8' },
    ['ip.known', 'ptr.confirmed', 'ehlo.agrees']
  ],
  [
    'a machine without a public address',
    sound,
    { target: { kind: 'machine' }, localAddress: '10.0.0.1' },
    ['ip.unknown', 'ptr.not-asked', 'ehlo.resolves']
  ],
  [
    'a sender to whom mail comes back',
    sound,
    { target: { kind: 'machine' }, localAddress: '10.0.0.1', from: 'example.com' },
    ['ip.unknown', 'ptr.not-asked', 'ehlo.resolves', 'mail-from.routed']
  ],
  ['a sender without a way back', sound, { from: 'lost.example.net' }, ['mail-from.no-route'], 'lost.example.net. MX 10 mail.example.com.'],
  ['a sender that takes no mail', { 'null.example.net MX': ['0 .'] }, { from: 'null.example.net' }, ['mail-from.null-mx']],
  ['a sender that could not be asked for', { 'late.example.net MX': 'servfail' }, { from: 'late.example.net' }, ['mail-from.unknown']]
]

for (const [what, zone, options, codes, words] of rows)
  test(what, async () => {
    const { found, asked } = await examine(zone, options, namesChecks)
    expect(found.map(({ code }) => code)).toEqual(codes)
    if (words !== undefined) expect(found.map(({ fix = '' }) => fix).join('\n')).toContain(words)
    expect(new Set(asked).size).toBe(asked.length)
  })
