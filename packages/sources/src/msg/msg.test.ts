import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { burn, type Entry } from '@kenjiuno/msgreader/lib/Burner.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSources } from '../read-sources.ts'
import { readCompoundFile } from './compound-file.ts'
import { messageFromMsg } from './msg.ts'
import { parseSupplementary } from './report.ts'

/** Property number → value: text, bytes, a whole number, a time. */
type Values = Readonly<Record<number, string | Uint8Array | number | Date>>
type Item = {
  readonly values: Values
  readonly recipients?: readonly Values[]
  readonly attachments?: readonly (Values & { readonly message?: Item })[]
}
type Tree = { readonly streams: Readonly<Record<string, Uint8Array>>; readonly storages: Readonly<Record<string, Tree>> }

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0')

const treeOf = (values: Values, header: number, storages: Readonly<Record<string, Tree>> = {}): Tree => {
  const streams: Record<string, Uint8Array> = {}
  const table = [Buffer.alloc(header)]
  const entry = (id: number, type: number, fill: (at: Buffer) => void): void => {
    const bytes = Buffer.alloc(16)
    bytes.writeUInt32LE(id * 0x10000 + type, 0)
    fill(bytes)
    table.push(bytes)
  }
  for (const [key, value] of Object.entries(values)) {
    const id = Number(key)
    if (typeof value === 'number') entry(id, 0x0003, (at) => at.writeInt32LE(value, 8))
    else if (value instanceof Date)
      entry(id, 0x0040, (at) => at.writeBigUInt64LE((BigInt(value.getTime()) + 11_644_473_600_000n) * 10_000n, 8))
    else {
      const type = typeof value === 'string' ? 0x001f : 0x0102
      streams[`__substg1.0_${hex(id, 4)}${hex(type, 4)}`] = typeof value === 'string' ? Buffer.from(value, 'utf16le') : value
      entry(id, type, () => undefined)
    }
  }
  streams['__properties_version1.0'] = Buffer.concat(table)
  return { streams, storages }
}

const messageTree = ({ values, recipients = [], attachments = [] }: Item, header = 32): Tree => {
  const storages: Record<string, Tree> = {}
  recipients.forEach((recipient, at) => {
    storages[`__recip_version1.0_#${hex(at, 8)}`] = treeOf(recipient, 8)
  })
  attachments.forEach(({ message, ...attachment }, at) => {
    const inner = message === undefined ? {} : { '__substg1.0_3701000D': messageTree(message, 24) }
    storages[`__attach_version1.0_#${hex(at, 8)}`] = treeOf(attachment, 8, inner)
  })
  return treeOf(values, header, storages)
}

const fileOf = (tree: Tree): Buffer => {
  const entries: Entry[] = []
  const add = (name: string, type: 1 | 5, { streams, storages }: Tree): number => {
    const children: number[] = []
    const at = entries.push({ name, type, length: 0, children }) - 1
    for (const [stream, bytes] of Object.entries(streams))
      children.push(entries.push({ name: stream, type: 2, length: bytes.length, binaryProvider: () => new Uint8Array(bytes) }) - 1)
    for (const [storage, inner] of Object.entries(storages)) children.push(add(storage, 1, inner))
    return at
  }
  add('Root Entry', 5, tree)
  return Buffer.from(burn(entries))
}

const msg = (item: Item): Buffer => fileOf(messageTree(item))

const textOf = (file: Buffer): string => messageFromMsg(file).message?.toString('latin1') ?? ''

/** With the base64 parts as text. */
const readable = (text: string): string =>
  text
    .replace(
      /(base64\r\n\r\n)([A-Za-z0-9+/=\r\n]*?)\r\n(?=\r\n|--|$)/g,
      (_, head: string, body: string) => head + Buffer.from(body, 'base64').toString()
    )
    .replace(/=_[0-9a-f]{32}/g, '=_')
    .replaceAll('\r\n', '\n')

const class_ = 0x001a
const body = 0x1000
const transport = 0x007d

describe('an Outlook message', () => {
  test('keeps the header that came over the wire, but for what describes its body', () => {
    const header =
      'Microsoft Mail Internet Headers Version 2.0\r\nReceived: from a\r\n\tby b\r\nContent-Type: multipart/report;\r\n\tboundary=x\r\nMIME-Version: 1.0\r\nSubject: Undelivered\r\n\r\n'
    expect(readable(textOf(msg({ values: { [class_]: 'IPM.Note', [transport]: header, [body]: 'Grüße\r\n' } })))).toBe(
      'Received: from a\n\tby b\nSubject: Undelivered\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nGrüße\n'
    )
  })

  test('without one gets one of what Outlook knows', () => {
    const file = msg({
      values: {
        55: 'Zürich\r\nBcc: a',
        3098: 'Ann "A"',
        23809: 'ann@example.com',
        3590: new Date('2026-11-24T09:30:00Z'),
        4149: '<1@example.com>',
        [body]: 'x'
      },
      recipients: [
        { 14846: 'bob@example.org', 12289: 'Bob' },
        { 12291: '/o=Example/cn=Eve', 12289: 'Eve' }
      ]
    })
    expect(textOf(file).split('\r\nMIME')[0]?.split('\r\n')).toEqual([
      'From: "Ann A" <ann@example.com>',
      'To: bob@example.org',
      `Subject: =?utf-8?B?${Buffer.from('Zürich Bcc: a').toString('base64')}?=`,
      'Date: Tue, 24 Nov 2026 09:30:00 +0000',
      'Message-ID: <1@example.com>'
    ])
  })

  test('gives plain text and HTML, attached files and attached messages', () => {
    const text = readable(
      textOf(
        msg({
          values: { [transport]: 'Subject: a\r\n', [body]: 'plain', 4115: Buffer.from('<p>html</p>'), 16350: 28591 },
          attachments: [
            { 14087: 'details.txt', 14094: 'message/delivery-status', 14081: Buffer.from('Reporting-MTA: dns; mx.example.com\r\n') },
            { 14085: 5, message: { values: { [transport]: 'Subject: inner\r\n', [body]: 'inner text' } } },
            { 14087: 'a.bin', 14081: Buffer.from('bytes') }
          ]
        })
      )
    )
    expect(text).toContain('multipart/mixed')
    expect(text).toContain('multipart/alternative')
    expect(text).toContain('charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n<p>html</p>')
    expect(text).toContain(
      'message/delivery-status\nContent-Disposition: attachment; filename="details.txt"\n\nReporting-MTA: dns; mx.example.com'
    )
    expect(text).toContain('Content-Type: message/rfc822\n\nSubject: inner\nMIME-Version: 1.0\n')
    expect(text).toContain(
      'application/octet-stream\nContent-Disposition: attachment; filename="a.bin"\nContent-Transfer-Encoding: base64\n\nbytes'
    )
  })

  test('larger than a sector, and than the sectors that the header can name, is read whole', () => {
    const large = Buffer.alloc(9 * 1024 * 1024, 'large ')
    const text = textOf(msg({ values: { [transport]: 'Subject: a\r\n' }, attachments: [{ 14081: large }] }))
    expect(readable(text)).toContain(large.toString())
  })
})

test('a text that is kept as rich text only is told', () => {
  const { message, problem } = messageFromMsg(msg({ values: { [transport]: 'Subject: a\r\n', 4105: Buffer.from('x') } }))
  expect(message?.toString()).toMatch(/^Subject: a/)
  expect(problem).toMatch(/rich text only/)
})

describe('a report', () => {
  const report = (ending: string, recipient: Values, more: Values = {}): string =>
    readable(
      textOf(
        msg({
          values: { [class_]: `REPORT.IPM.Note.${ending}`, 55: 'Undeliverable: Hello', 73: 'Hello', [body]: 'It failed.', ...more },
          recipients: [recipient]
        })
      )
    )

  test('of Exchange becomes a delivery status with the reply of the other server', () => {
    const text = report(
      'NDR',
      {
        14846: 'bob@example.org',
        12289: 'Bob',
        3104: 511,
        3099: '<mx.example.org #5.1.10 smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found> #SMTP#'
      },
      { 26656: 'mail.example.com' }
    )
    expect(text).toContain('multipart/report; report-type=delivery-status')
    expect(text).toContain(
      [
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mail.example.com',
        '',
        'Final-Recipient: rfc822; bob@example.org',
        'Action: failed',
        'Status: 5.1.10',
        'Remote-MTA: dns; mx.example.org',
        'Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found',
        'X-Display-Name: Bob',
        ''
      ].join('\n')
    )
    expect(text).toContain('text/rfc822-headers\n\nSubject: Hello\n')
    expect(text).not.toContain('\nTo:')
  })

  test.each([
    ['NDR', { 12289: 'Bob', 3104: 522 }, ['Final-Recipient: rfc822; Bob', 'Action: failed', 'Status: 5.2.2']],
    ['NDR', { 12291: 'b@example.org', 4097: 'The mailbox is full.' }, ['Status: 5.0.0', 'Diagnostic-Code: x-mapi; The mailbox is full.']],
    [
      'NDR',
      { 12289: "'b@example.org'", 3099: '550 no such user', 3105: 'mx.example.org' },
      ['Final-Recipient: rfc822; b@example.org', 'Remote-MTA: dns; mx.example.org', 'Diagnostic-Code: smtp; 550 no such user']
    ],
    ['Delayed.DR', { 14846: 'b@example.org' }, ['Action: delayed', 'Status: 4.0.0']],
    ['DR', { 14846: 'b@example.org' }, ['Action: delivered', 'Status: 2.0.0']],
    [
      'NDR',
      { 14846: 'b@example.org', 3099: '550 a\r\n\r\nAction: delivered' },
      ['Action: failed', 'Diagnostic-Code: smtp; 550 a Action: delivered']
    ]
  ])('%s tells what its recipients hold (%#)', (ending, recipient, lines) => {
    const text = report(ending, recipient)
    for (const line of lines) expect(text).toContain(`\n${line}\n`)
  })

  test('without the name of its server makes none up', () => {
    expect(report('NDR', { 14846: 'b@example.org' })).toContain(
      'delivery-status\n\nX-Message-Class: REPORT.IPM.Note.NDR\n\nFinal-Recipient'
    )
  })

  test('that someone read the message is no delivery status', () => {
    expect(report('IPNRN', { 14846: 'b@example.org' })).not.toContain('delivery-status')
  })
})

test.each([
  [
    '<mx.example.org #5.1.1 smtp;550 5.1.1 no such user>',
    { remoteMta: 'mx.example.org', status: '5.1.1', diagnostic: 'smtp;550 5.1.1 no such user' }
  ],
  ['<#5.2.2 smtp; 552 full> #SMTP#', { status: '5.2.2', diagnostic: 'smtp; 552 full' }],
  ['< #4.4.7>', { status: '4.4.7' }],
  ['550 no such user', undefined]
])('supplementary information %j is taken apart', (text, parts) => {
  expect(parseSupplementary(text)).toEqual(parts)
})

describe('a damaged file', () => {
  const good = msg({
    values: { [class_]: 'REPORT.IPM.Note.NDR', [body]: 'x'.repeat(6_000), 55: 'a' },
    recipients: [{ 14846: 'b@example.org' }],
    attachments: [{ 14085: 5, message: { values: { [body]: 'y' } } }]
  })

  test('never throws or hangs, whatever bytes of it are changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.constantFrom(0, 1, 2, 0xff, 0xfe, 0x7f)), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(changes, fc.nat(good.length), (all, length) => {
        const file = Buffer.from(good)
        for (const [at, byte] of all) file[at] = byte
        for (const part of [file, file.subarray(0, length)]) {
          const { message, problem } = messageFromMsg(part)
          expect((message ?? problem ?? '').length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 }
    )
  })

  test('with a thousand streams over the same sectors gives no more bytes than a few times its size', () => {
    const file = Buffer.from(good)
    // Every entry of the directory becomes a huge stream that begins at the first sector.
    const directory = (file.readUInt32LE(48) + 1) * 512
    for (let at = directory + 128; at + 128 <= file.length && at < directory + 2_048; at += 128) {
      file.writeUInt32LE(0, at + 116)
      file.writeUInt32LE(0x7fffffff, at + 120)
    }
    const root = readCompoundFile(file)
    let total = 0
    for (let time = 0; time < 1_000; time++) total += root?.stream('__PROPERTIES_VERSION1.0')?.length ?? 0
    expect(total).toBeLessThanOrEqual(file.length * 4)
  })
})

test('a .msg file among the sources is read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'msg-'))
  writeFileSync(join(folder, 'a.msg'), msg({ values: { [transport]: 'Subject: a\r\n', [body]: 'x' } }))
  writeFileSync(join(folder, 'b.doc'), fileOf({ streams: { WordDocument: Buffer.from('x') }, storages: {} }))
  const items = []
  for await (const batch of readSources([folder])) items.push(...batch)
  rmSync(folder, { recursive: true })
  expect(items.map((item) => ('bytes' in item ? Buffer.from(item.bytes).toString('latin1', 0, 10) : item.problem))).toEqual([
    'Subject: a',
    expect.stringMatching(/no Outlook message/)
  ])
})
