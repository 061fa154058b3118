import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { dkimSign, sealMessage } from 'mailauth'
import { describe, expect, it } from 'vitest'
import type { ZoneTable } from '../../../../../tests/dns/dns-zone.ts'
import { runCheck } from '../../../../../tests/doctor/run-check.ts'
import type { DoctorOptions } from '../check.ts'
import { messageAuthenticationCheck } from './dkim-signatures.ts'
import { resolverFor } from './dkim-verify.ts'

const pair = (bits: number): { readonly privateKey: string; readonly record: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    record: `v=DKIM1; p=${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`
  }
}
const key = pair(2048)
const other = pair(2048)
const weak = pair(768)

const lines = [
  'Received: from a by b; Mon, 2 Nov 2026 10:00:00 +0000',
  'From: John <john@example.com>',
  'To: jane@example.org',
  'Subject: Hello',
  '',
  'Good day.',
  ''
]
const plain = lines.join('\r\n')
const draft = lines.slice(1).join('\r\n')

const sign = async (message: string, signingDomain: string, privateKey: string = key.privateKey, more: object = {}): Promise<string> => {
  const { signatures } = await dkimSign(message, {
    ...more,
    signingDomain,
    selector: 's1',
    privateKey,
    signatureData: [{ signingDomain, selector: 's1', privateKey, algorithm: 'rsa-sha256' }]
  })
  return `${signatures}${message}`
}
const seal = async (message: string): Promise<string> =>
  `${(await sealMessage(Buffer.from(message), { signingDomain: 'list.example', selector: 's1', privateKey: key.privateKey, authResults: 'list.example; spf=none' })).toString()}${message}`

const dmarc = { '_dmarc.example.com TXT': ['v=DMARC1; p=reject'] }
const keys = {
  's1._domainkey.example.com TXT': [key.record],
  's1._domainkey.esp.example TXT': [key.record],
  's1._domainkey.list.example TXT': [key.record]
}
const zone: ZoneTable = { ...dmarc, ...keys }
const fromHere = { ip: '192.0.2.1' }
const spf = { 'example.com TXT': ['v=spf1 ip4:192.0.2.1 -all'] }

type Row = readonly [
  name: string,
  message: () => string | Promise<string>,
  zone: ZoneTable,
  options: Partial<DoctorOptions>,
  ...codes: string[]
]
const table: readonly Row[] = [
  ['signed by the From domain', () => sign(plain, 'example.com'), zone, {}, 'dkim.signature-valid', 'dmarc.message-passes'],
  [
    'signed by a subdomain of it',
    () => sign(plain, 'mail.example.com'),
    { ...zone, 's1._domainkey.mail.example.com TXT': [key.record] },
    {},
    'dkim.signature-valid',
    'dmarc.message-passes'
  ],
  [
    'signed by a subdomain, where that is not enough',
    () => sign(plain, 'mail.example.com'),
    { ...keys, 's1._domainkey.mail.example.com TXT': [key.record], '_dmarc.example.com TXT': ['v=DMARC1; p=none; adkim=s'] },
    fromHere,
    'dkim.signature-valid',
    'dmarc.message-fails'
  ],
  ['signed by another domain', () => sign(plain, 'esp.example'), zone, fromHere, 'dkim.signature-valid', 'dmarc.message-fails'],
  [
    'signed by another domain, sent from who knows where',
    () => sign(plain, 'esp.example'),
    zone,
    {},
    'dkim.signature-valid',
    'dmarc.message-no-ip'
  ],
  [
    'signed by both, one key gone',
    async () => sign(await sign(plain, 'example.com'), 'gone.example'),
    zone,
    {},
    'dkim.signature-spare',
    'dkim.signature-valid',
    'dmarc.message-passes'
  ],
  [
    'the text changed',
    async () => (await sign(plain, 'example.com')).replace('Good day', 'Good night'),
    zone,
    fromHere,
    'dkim.body-changed',
    'dmarc.message-fails'
  ],
  [
    'the subject changed',
    async () => (await sign(plain, 'example.com')).replace('Hello', 'Bye'),
    zone,
    fromHere,
    'dkim.signature-wrong',
    'dmarc.message-fails'
  ],
  [
    'another key published',
    () => sign(plain, 'example.com', other.privateKey),
    zone,
    fromHere,
    'dkim.signature-wrong',
    'dmarc.message-fails'
  ],
  ['no key published', () => sign(plain, 'example.com'), dmarc, fromHere, 'dkim.signature-no-key', 'dmarc.message-fails'],
  [
    'the key not to be asked',
    () => sign(plain, 'example.com'),
    { ...dmarc, 's1._domainkey.example.com TXT': 'servfail' },
    fromHere,
    'dkim.signature-unknown',
    'dmarc.message-unknown'
  ],
  [
    'a short key',
    () => sign(plain, 'example.com', weak.privateKey),
    { ...dmarc, 's1._domainkey.example.com TXT': [weak.record] },
    fromHere,
    'dkim.signature-invalid',
    'dmarc.message-fails'
  ],
  [
    'expired',
    () => sign(plain, 'example.com', key.privateKey, { signTime: new Date('2020-01-01'), expires: new Date('2020-01-02') }),
    zone,
    fromHere,
    'dkim.signature-invalid',
    'dmarc.message-fails'
  ],
  ['unsigned, SPF passes', () => plain, { ...zone, ...spf }, fromHere, 'dkim.unsigned', 'dmarc.message-passes'],
  ['unsigned, SPF fails', () => plain, { ...zone, ...spf }, { ip: '192.0.2.2' }, 'dkim.unsigned', 'dmarc.message-fails'],
  [
    'unsigned, SPF passes for another domain',
    () => `Return-Path: <b@esp.example>\r\n${plain}`,
    { ...zone, 'esp.example TXT': ['v=spf1 ip4:192.0.2.1 -all'] },
    fromHere,
    'dkim.unsigned',
    'dmarc.message-fails'
  ],
  [
    'unsigned, SPF not to be asked',
    () => plain,
    { ...zone, 'example.com TXT': 'servfail' },
    fromHere,
    'dkim.unsigned',
    'dmarc.message-unknown'
  ],
  ['not sent yet', () => draft, zone, fromHere, 'dkim.not-yet-signed', 'dmarc.message-unsent'],
  ['the domain has no DMARC', () => sign(plain, 'example.com'), keys, {}, 'dkim.signature-valid'],
  [
    'another From domain has no DMARC',
    () => sign(plain.replace('example.com', 'other.example'), 'example.com'),
    keys,
    {},
    'dkim.signature-valid',
    'dmarc.message-no-record'
  ],
  [
    'DMARC not to be asked',
    () => sign(plain, 'example.com'),
    { ...keys, '_dmarc.example.com TXT': 'servfail' },
    {},
    'dkim.signature-valid',
    'dmarc.message-unknown'
  ],
  ['two From headers', () => sign(`From: a@other.example\r\n${plain}`, 'example.com'), zone, {}, 'dkim.signature-valid', 'dmarc.bad-from'],
  ['no From header', () => plain.replace('From', 'X-From'), zone, {}, 'dkim.unsigned', 'dmarc.bad-from'],
  ['sealed', async () => seal(await sign(plain, 'example.com')), zone, {}, 'dkim.signature-valid', 'arc.valid', 'dmarc.message-passes'],
  [
    'sealed and changed',
    async () => (await seal(plain)).replace('Good day', 'Good night'),
    { ...zone, ...spf },
    fromHere,
    'dkim.unsigned',
    'arc.failed',
    'dmarc.message-passes'
  ],
  [
    'sealed, key not to be asked',
    () => seal(plain),
    { ...dmarc, ...spf, 's1._domainkey.list.example TXT': 'servfail' },
    fromHere,
    'dkim.unsigned',
    'arc.unknown',
    'dmarc.message-passes'
  ],
  [
    '31 signatures',
    () => `${'DKIM-Signature: v=1; d=example.com; s=s1; b=x; bh=y\r\n'.repeat(31)}${plain}`,
    zone,
    {},
    'dkim.message-not-read'
  ],
  ['headers that do not end', () => `From: a@example.com\r\n${'x: y\r\n'.repeat(50_000)}`, zone, {}, 'dkim.message-not-read'],
  ['a header of many lines', () => `From: a@example.com\r\nX: ${'\r\n a'.repeat(6_000)}\r\n\r\n`, zone, {}, 'dkim.message-not-read'],
  ['a long header', () => `From: a@example.com\r\nX: ${'a'.repeat(110_000)}\r\n\r\n`, zone, {}, 'dkim.message-not-read'],
  ['a header of blanks', () => `From: a@example.com\r\nX: ${' '.repeat(600)}a\r\n\r\n`, zone, {}, 'dkim.message-not-read'],
  ['a body of blanks', () => `${plain}${' '.repeat(600)}\r\n`, { ...zone, ...spf }, fromHere, 'dkim.unsigned', 'dmarc.message-passes'],
  ['nothing', () => '', zone, {}, 'dkim.message-not-read']
]

describe('a message', () => {
  for (const [what, message, zone, options, ...codes] of table)
    it(what, async () => {
      const found = await runCheck(
        messageAuthenticationCheck,
        { kind: 'domain', domain: 'example.com' },
        { zone, options: { ...options, message: Buffer.from(await message()) } }
      )
      expect(found.map(({ code }) => code)).toEqual(codes)
      for (const { evidence } of found) expect(evidence.length).toBeGreaterThan(0)
    })

  it('signed with SHA-1 has no valid signature (RFC 8301 §3.1)', async () => {
    const { signatures } = await dkimSign(plain, {
      signingDomain: 'example.com',
      selector: 's1',
      privateKey: key.privateKey,
      signatureData: [{ signingDomain: 'example.com', selector: 's1', privateKey: key.privateKey, algorithm: 'rsa-sha1' }]
    })
    const message = Buffer.from(`${signatures}${plain}`)
    const found = await runCheck(
      messageAuthenticationCheck,
      { kind: 'domain', domain: 'example.com' },
      { zone, options: { ...fromHere, message } }
    )
    expect(found.map(({ code }) => code)).toEqual(['dkim.signature-invalid', 'dmarc.message-fails'])
    expect(found[0]?.evidence.join(' ')).toContain('weak algorithm')
  })

  it('says in words why it does not pass', async () => {
    const message = Buffer.from(await sign(plain, 'esp.example'))
    const found = await runCheck(
      messageAuthenticationCheck,
      { kind: 'domain', domain: 'example.com' },
      { zone: { ...zone, ...spf }, options: { ip: '192.0.2.9', message } }
    )
    expect(found.at(-1)?.evidence).toEqual([
      'DKIM is valid for esp.example, which is not example.com.',
      'SPF for example.com from 192.0.2.9: fail.'
    ])
  })

  it('of any bytes ends in findings', async () => {
    const signedMessage = await sign(plain, 'example.com')
    const piece = fc.oneof(
      fc.constantFrom(
        signedMessage,
        'DKIM-Signature: ',
        'ARC-Seal: i=1;',
        'From: ',
        '\r\n',
        '\n',
        ';d=',
        'v=1; a=rsa-sha256; b=x; bh=y; h=from; s=s1; d=example.com'
      ),
      fc.string({ unit: 'binary' })
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
        const message = Buffer.from(pieces.join(''))
        expect((await runCheck(messageAuthenticationCheck, { kind: 'machine' }, { zone, options: { message } })).length).toBeGreaterThan(0)
      }),
      { numRuns: 40 }
    )
  })
})

describe('the questions of a message', () => {
  it('end after a number of them', async () => {
    const ask = resolverFor(
      async (name, type) => ({ name, type, status: 'no-data', records: [], aliases: [], ttl: 0, authenticated: false, fromCache: false }),
      2
    )
    await expect(ask('a.example', 'TXT')).rejects.toMatchObject({ code: 'ENODATA' })
    await expect(ask('a.example', 'TXT')).rejects.toMatchObject({ code: 'ENODATA' })
    await expect(ask('a.example', 'TXT')).rejects.toMatchObject({ code: 'ETIMEOUT' })
  })
})
