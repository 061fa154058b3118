import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findEntry, type ZoneEntry, type ZoneTable } from '../../../../tests/dns/dns-zone.ts'
import { encodeAnswer } from '../../../../tests/dns/encode-answer.ts'
import { answersQuery, encodeQuery } from './dns-message.ts'
import { readAnswer } from './read-answer.ts'
import { typeNumbers } from './record-data.ts'
import type { RecordType } from './resolver.ts'
import { encodeName } from './wire-name.ts'

/** The answer of a table, encoded by dns-packet. */
const bytesOf = (zone: ZoneTable, name: string, type: RecordType): Buffer =>
  encodeAnswer({ name, type, edns: true }, findEntry(zone, name, type))

/** Kind, then what it came with, in a line. */
const told = (entry: ZoneEntry, type: RecordType = 'MX', more: ZoneTable = {}): string => {
  const reading = readAnswer('a.test', type, bytesOf({ [`a.test ${type}`]: entry, ...more }, 'a.test', type))
  const parts = [
    reading.failure ?? reading.kind,
    ...reading.records,
    ...reading.aliases.map((alias) => `via ${alias}`),
    reading.extendedError ?? ''
  ]
  return parts.filter((part) => part !== '').join(' | ')
}

describe('data of each type', () => {
  test.each<[RecordType, string, string?]>([
    ['A', '192.0.2.255'],
    ['AAAA', '2001:db8::1'],
    ['AAAA', '::'],
    ['AAAA', '::1'],
    ['AAAA', '1::'],
    ['AAAA', '2001:db8:0:1:1:1:1:1'],
    ['AAAA', '2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['AAAA', '2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['AAAA', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['MX', '10 mx.test'],
    ['MX', '65535 MX.Test', '65535 mx.test'],
    ['MX', '0 .'],
    ['NS', 'ns.test'],
    ['PTR', 'host.test'],
    ['CNAME', 'b.test'],
    ['TXT', 'v=spf1 -all'],
    ['TXT', `v=DKIM1; p=${'A'.repeat(600)}`],
    ['TXT', 'späm'],
    ['SOA', 'ns.test root.test 1 2 3 4 4294967295'],
    ['DS', '12345 8 2 deadbeef'],
    ['TLSA', '3 1 1 00ff']
  ])('%s %s', (type, data, expected = data) => {
    expect(told([data], type)).toBe(`found | ${expected}`)
  })
})

describe('what an answer says', () => {
  const soa = (name: string) => ({ name, type: 'SOA', data: 'ns.test root.test 1 2 3 4 60' })
  test.each<[string, ZoneEntry, string]>([
    ['records', ['10 mx.test', '20 mx2.test'], 'found | 10 mx.test | 20 mx2.test'],
    ['the same record twice counts once', ['10 mx.test', '10 MX.test'], 'found | 10 mx.test'],
    ['no records, with an SOA', [], 'no-data'],
    ['no records, and nothing beside', { authority: [] }, 'no-data'],
    ['NXDOMAIN', 'nxdomain', 'nxdomain'],
    ['NXDOMAIN without SOA', { fault: 'nxdomain', authority: [] }, 'nxdomain'],
    ['SERVFAIL', 'servfail', 'servfail'],
    ['REFUSED', 'refused', 'refused'],
    ['FORMERR', 'formerr', 'formerr'],
    ['NOTIMP', 'notimp', 'notimp'],
    ['YXDOMAIN', { responseCode: 6 }, 'bad-answer | response code 6'],
    ['BADVERS', { responseCode: 16 }, 'formerr'],
    ['an unknown extended code', { responseCode: 23 }, 'bad-answer | response code 23'],

    ['NXDOMAIN, and yet a record', { responseCode: 3, answers: ['10 mx.test'] }, 'bad-answer'],
    ['NXDOMAIN with the SOA of the name itself', { responseCode: 3, authority: [soa('a.test')] }, 'bad-answer'],
    ['a name no server stands behind', { ignorant: true }, 'bad-answer'],
    ['NXDOMAIN by a server that neither knows nor resolves', { fault: 'nxdomain', ignorant: true }, 'bad-answer'],
    ['a referral', { authority: [{ name: 'test', type: 'NS', data: 'ns.test' }] }, 'bad-answer'],
    ['a no by the SOA of a stranger', { authority: [soa('other.example')] }, 'bad-answer'],
    ['a no by the SOA of a name that only ends alike', { authority: [soa('xa.test')] }, 'bad-answer'],
    ['a no by the SOA of the root', { authority: [soa('.')] }, 'no-data'],

    ['only records of another name', [{ name: 'evil.test', data: '10 mx.evil.test' }], 'bad-answer'],
    ['only records of another type', [{ type: 'A', data: '192.0.2.1' }], 'bad-answer'],
    ['a foreign record beside the right one', [{ name: 'b.test', data: '5 evil.test' }, '10 mx.test'], 'found | 10 mx.test'],
    ['the right record in the wrong section', { authority: [{ name: 'a.test', type: 'MX', data: '10 mx.test' }] }, 'bad-answer'],

    [
      'a CNAME and its target',
      [
        { type: 'CNAME', data: 'b.test' },
        { name: 'b.test', data: '10 mx.test' }
      ],
      'found | 10 mx.test | via b.test'
    ],
    [
      'the target before the CNAME',
      [
        { name: 'b.test', data: '10 mx.test' },
        { type: 'CNAME', data: 'b.test' }
      ],
      'found | 10 mx.test | via b.test'
    ],
    ['a CNAME alone', [{ type: 'CNAME', data: 'b.test' }], 'alias | via b.test'],
    [
      'a CNAME alone, the SOA of its target beside',
      { answers: [{ type: 'CNAME', data: 'b.test' }], authority: [soa('test')] },
      'no-data | via b.test'
    ],
    [
      'a CNAME alone, the SOA of another name beside',
      { answers: [{ type: 'CNAME', data: 'b.test' }], authority: [soa('example')] },
      'alias | via b.test'
    ],
    ['NXDOMAIN behind a CNAME', { responseCode: 3, answers: [{ type: 'CNAME', data: 'b.test' }] }, 'nxdomain | via b.test'],
    [
      'NXDOMAIN behind a CNAME, and a record of a stranger',
      {
        responseCode: 3,
        answers: [
          { type: 'CNAME', data: 'b.test' },
          { name: 'c.test', data: '10 mx.test' }
        ]
      },
      'bad-answer'
    ],
    [
      'NXDOMAIN behind a DNAME and the CNAME made from it',
      {
        responseCode: 3,
        answers: [
          { name: 'test', type: 'DNAME', data: 'example' },
          { type: 'CNAME', data: 'a.example' }
        ]
      },
      'nxdomain | via a.example'
    ],
    [
      'records behind a DNAME and the CNAME made from it',
      [
        { name: 'test', type: 'DNAME', data: 'example' },
        { type: 'CNAME', data: 'a.example' },
        { name: 'a.example', data: '1 mx.test' }
      ],
      'found | 1 mx.test | via a.example'
    ],
    ['a DNAME without the CNAME', [{ name: 'test', type: 'DNAME', data: 'example' }], 'bad-answer'],
    ['a CNAME to itself', [{ type: 'CNAME', data: 'A.test' }], 'loop'],
    [
      'two CNAMEs in a circle',
      [
        { type: 'CNAME', data: 'b.test' },
        { name: 'b.test', type: 'CNAME', data: 'a.test' }
      ],
      'loop'
    ],
    [
      'a CNAME of another name',
      [
        { name: 'x.test', type: 'CNAME', data: 'b.test' },
        { name: 'b.test', data: '10 mx.test' }
      ],
      'bad-answer'
    ],

    [
      'an extended error',
      { fault: 'servfail', extendedError: { code: 6, text: 'no\u001b[31m keys\n' } },
      'servfail | DNSSEC Bogus (no [31m keys)'
    ],
    ['an extended error without text', { fault: 'servfail', extendedError: { code: 22 } }, 'servfail | No Reachable Authority'],
    ['an extended error of tomorrow', { fault: 'servfail', extendedError: { code: 999 } }, 'servfail | extended error 999'],
    ['a stale answer', { answers: ['10 mx.test'], extendedError: { code: 3 } }, 'found | 10 mx.test | Stale Answer'],
    ['a stale NXDOMAIN', { fault: 'nxdomain', extendedError: { code: 19 } }, 'servfail | Stale NXDOMAIN Answer'],
    ['NXDOMAIN because the resolver blocks the name', { fault: 'nxdomain', extendedError: { code: 15 } }, 'refused | Blocked'],
    ['an empty answer because the resolver is told to censor', { extendedError: { code: 16 } }, 'refused | Censored'],
    ['a forged address', { answers: ['10 mx.test'], extendedError: { code: 4 } }, 'refused | Forged Answer']
  ])('%s', (_what, entry, expected) => {
    expect(told(entry)).toBe(expected)
  })

  test('an SOA too short for its numbers', () => {
    const bytes = bytesOf({ 'a.test MX': [] }, 'a.test', 'MX')
    // The length of its data, behind type, class and TTL, made one less; the message stays as long.
    const at = bytes.indexOf(Buffer.from([0, 6, 0, 1, 0, 0, 0, 60])) + 8
    bytes.writeUInt16BE(bytes.readUInt16BE(at) - 1, at)
    expect(readAnswer('a.test', 'MX', bytes).failure).toBe('bad-answer')
  })

  test('a chain of eight CNAMEs is followed, one of nine is not', () => {
    const chain = (length: number): ZoneEntry => [
      ...Array.from({ length }, (_, index) => ({
        name: index === 0 ? 'a.test' : `c${index}.test`,
        type: 'CNAME',
        data: `c${index + 1}.test`
      })),
      { name: `c${length}.test`, data: '10 mx.test' }
    ]
    expect([told(chain(8)).startsWith('found'), told(chain(9))]).toEqual([true, 'too-long'])
  })

  test('one label with a dot in it is not the two labels that were asked for', () => {
    const bytes = bytesOf({ 'aa.test A': ['192.0.2.1'] }, 'aa.test', 'A')
    // The owner of the answer, behind header and question, as one label `aa.test`.
    bytes.set(Buffer.from('\x07aa\x2etest\0', 'latin1'), 12 + 9 + 4)
    expect(readAnswer('aa.test', 'A', bytes).failure).toBe('bad-answer')
  })

  test.each<[string, ZoneEntry, number]>([
    [
      'the least of the records',
      [
        { ttl: 300, data: '10 a.test' },
        { ttl: 200, data: '20 b.test' }
      ],
      200
    ],
    [
      'of a chain, the least of all',
      [
        { type: 'CNAME', ttl: 30, data: 'b.test' },
        { name: 'b.test', ttl: 600, data: '1 x.test' }
      ],
      30
    ],
    ['a day at most', [{ ttl: 999_999, data: '10 a.test' }], 86_400],
    ['with the highest bit set: none (RFC 2181)', [{ ttl: 0x8000_0000, data: '10 a.test' }], 0],
    ['of a no, by the SOA', { negativeTtl: 77 }, 77],
    [
      'of a no, the TTL of the SOA where that is less',
      { authority: [{ name: 'test', type: 'SOA', ttl: 9, data: 'n.t r.t 1 2 3 4 60' }] },
      9
    ],
    ['of a no, three hours at most', { negativeTtl: 1_000_000 }, 10_800],
    ['of a no without SOA', { authority: [] }, 30],
    ['of a failure', 'servfail', 5]
  ])('TTL: %s', (_what, entry, seconds) => {
    expect(readAnswer('a.test', 'MX', bytesOf({ 'a.test MX': entry }, 'a.test', 'MX')).ttl).toBe(seconds)
  })
})

describe('hostile bytes', () => {
  const kinds = ['found', 'no-data', 'nxdomain', 'alias', 'truncated', 'failed']
  const definiteNo = ['no-data', 'nxdomain']
  const found = bytesOf({ 'a.test MX': ['10 mx.test', '20 mx2.example'] }, 'a.test', 'MX')
  const viaAlias = bytesOf({ 'a.test CNAME': ['b.test'], 'b.test MX': ['10 mx.test'] }, 'a.test', 'MX')

  test('random bytes are read without a throw and deny nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
        expect(readAnswer('a.test', 'MX', bytes).kind).not.toBeOneOf(definiteNo)
      }),
      { numRuns: 5_000 }
    )
  })

  test('random bytes behind a sound header and question deny nothing', () => {
    const counts = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3))
    fc.assert(
      fc.property(
        fc.constantFrom(0, 3),
        counts,
        fc.uint8Array({ minLength: 1, maxLength: 500 }),
        (code, [answers, authorities, additionals], rest) => {
          const head = Buffer.from(found.subarray(0, 12 + 8 + 4))
          head[3] = 0x80 | code
          head.writeUInt16BE(answers, 6)
          head.writeUInt16BE(authorities, 8)
          head.writeUInt16BE(additionals, 10)
          expect(readAnswer('a.test', 'MX', Buffer.concat([head, rest])).kind).not.toBeOneOf(definiteNo)
        }
      ),
      { numRuns: 5_000 }
    )
  })

  test('an answer with records never becomes a definite no, whatever few bytes of it are changed', () => {
    const change = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.constantFrom(found, viaAlias), change, (bytes, changes) => {
        const mutated = Buffer.from(bytes)
        for (const [at, value] of changes) mutated[at % mutated.length] = value
        const query = encodeQuery(wire('a.test'), typeNumbers.MX, true)
        const { kind } = readAnswer('a.test', 'MX', mutated)
        expect(kind).toBeOneOf(kinds)
        if (answersQuery(mutated, query, 0)) expect(kind).not.toBeOneOf(definiteNo)
      }),
      { numRuns: 20_000 }
    )
  })

  test('an answer cut anywhere never becomes a definite no', () => {
    for (const bytes of [found, viaAlias]) {
      for (let length = 0; length < bytes.length; length++) {
        expect(readAnswer('a.test', 'MX', bytes.subarray(0, length)).kind, `${length} bytes`).toBe('failed')
      }
    }
  })

  test('counts without records, or records without counts, are unsound', () => {
    for (const at of [6, 8, 10]) {
      for (const by of [-1, 1, 60_000]) {
        const changed = Buffer.from(found)
        changed.writeUInt16BE((changed.readUInt16BE(at) + by + 65_536) % 65_536, at)
        expect(readAnswer('a.test', 'MX', changed).kind, `${at} ${by}`).toBe('failed')
      }
    }
  })

  test('64 kB of records whose names are one ladder of pointers are read in one go', () => {
    const ladder = Buffer.alloc(30_000)
    for (let at = 0; at + 1 < ladder.length; at += 2) ladder.writeUInt16BE(0xc000 | Math.min(0x3fff, Math.max(12, at + 24)), at)
    const bytes = Buffer.concat([found.subarray(0, 24), ladder])
    bytes.writeUInt16BE(3_000, 6)
    expect(readAnswer('a.test', 'MX', bytes).kind).toBe('failed')
  })
})

describe('whether an answer is to this query', () => {
  const query = encodeQuery(wire('a.test'), typeNumbers.MX, true)
  const answer = (change: (bytes: Buffer) => unknown): boolean => {
    const bytes = bytesOf({ 'a.test MX': ['10 mx.test'] }, 'a.test', 'MX')
    bytes.writeUInt16BE(4_711)
    change(bytes)
    return answersQuery(bytes, query, 4_711)
  }
  const withoutQuestion = (bytes: Buffer, code: number): void => {
    bytes.writeUInt8(code, 3)
    bytes.writeUInt16BE(0, 4)
  }
  test.each<[string, (bytes: Buffer) => unknown, boolean]>([
    ['the same', () => undefined, true],
    ['another id', (bytes) => bytes.writeUInt16BE(4_712), false],
    ['a query', (bytes) => bytes.writeUInt8(0x01, 2), false],
    ['another opcode', (bytes) => bytes.writeUInt8(0x89, 2), false],
    ['another letter case', (bytes) => void bytes.write('A', 13, 'latin1'), true],
    ['another name', (bytes) => void bytes.write('b', 13, 'latin1'), false],
    ['another type', (bytes) => bytes.writeUInt8(16, 21), false],
    ['another class', (bytes) => bytes.writeUInt8(3, 23), false],
    ['no question and no error', (bytes) => withoutQuestion(bytes, 0), false],
    ['no question and FORMERR', (bytes) => withoutQuestion(bytes, 1), true],
    ['no question and NXDOMAIN', (bytes) => withoutQuestion(bytes, 3), false],
    ['two questions', (bytes) => bytes.writeUInt16BE(2, 4), false]
  ])('%s', (_what, change, expected) => {
    expect(answer(change)).toBe(expected)
  })
})

function wire(name: string): Uint8Array {
  const bytes = encodeName(name)
  if (typeof bytes === 'string') throw new Error(bytes)
  return bytes
}
