import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Zone } from '../../../../../tests/dns/dns-zone.ts'
import { runCheck } from '../../../../../tests/doctor/run-check.ts'
import type { DoctorOptions } from '../check.ts'
import { dkimCheck } from './dkim.ts'
import { signaturesOf } from './dkim-message.ts'

const keyOf = (bits: number): string =>
  generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
const [long, middle, short] = [keyOf(2048), keyOf(1024), keyOf(768)]
const good = [`v=DKIM1; k=rsa; p=${long}`]
const used = { selectors: ['mine'] }
const signed = { message: Buffer.from('DKIM-Signature: v=1; a=rsa-sha256; d=example.com;\r\n s=mine; b=x\r\nFrom: a@example.com\r\n\r\n') }
const at = (name: string): string => `${name}._domainkey.example.com TXT`

const table: readonly (readonly [name: string, zone: Zone, options: Partial<DoctorOptions>, ...codes: string[]])[] = [
  // Selectors that are in use
  ['a sound key', { [at('mine')]: good }, used, 'dkim.key-good'],
  ['the selector of a message', { [at('mine')]: good }, signed, 'dkim.key-good'],
  ['a key of 1024 bits', { [at('mine')]: [`p=${middle}`] }, used, 'dkim.key-1024'],
  ['a key of 768 bits', { [at('mine')]: [`p=${short}`] }, used, 'dkim.short-key'],
  ['a test', { [at('mine')]: [`v=DKIM1; t=y; p=${long}`] }, used, 'dkim.key-good', 'dkim.testing'],
  ['a selector with its label', { [at('mine')]: good }, { selectors: ['Mine._domainkey'] }, 'dkim.key-good'],
  ['the name of the whole record', { [at('mine')]: good }, { selectors: [' mine._domainkey.Example.com. '] }, 'dkim.key-good'],
  ['a revoked key', { [at('mine')]: ['v=DKIM1; p='] }, used, 'dkim.revoked'],
  ['a cut key', { [at('mine')]: [`v=DKIM1; p=${long.slice(0, 200)}`] }, used, 'dkim.bad-key'],
  ['a record that is no key', { [at('mine')]: ['hello'] }, used, 'dkim.not-a-key'],
  ['two keys', { [at('mine')]: [...good, `p=${middle}`] }, used, 'dkim.several-records'],
  ['no key', { 'example.com TXT': ['hello'] }, used, 'dkim.selector-missing'],
  ['a name that has the domain twice', { 'mine._domainkey.example.com.example.com TXT': good }, used, 'dkim.misplaced'],
  ['an alias to a key', { 'mine._domainkey.example.com CNAME': ['k.example.net'], 'k.example.net TXT': good }, used, 'dkim.key-good'],
  ['an alias to nothing', { 'mine._domainkey.example.com CNAME': ['gone.example.net'] }, used, 'dkim.alias-broken'],
  ['an alias to itself', { 'mine._domainkey.example.com CNAME': ['mine._domainkey.example.com'] }, used, 'dkim.unknown'],
  ['a server that fails', { [at('mine')]: 'servfail' }, used, 'dkim.unknown'],
  ['a selector that is no name', { 'example.com TXT': ['hello'] }, { selectors: ['a b'] }, 'dkim.unknown'],
  ['a wildcard does not matter then', { [at('*')]: good }, used, 'dkim.key-good'],
  [
    'a message signed by others only',
    { [at('google')]: good },
    { message: Buffer.from('DKIM-Signature: d=other.example; s=x\n\n') },
    'dkim.key-good'
  ],
  // Common selectors
  ['a common one', { [at('selector1')]: good }, {}, 'dkim.key-good'],
  ['a common one and an old one', { [at('selector1')]: good, [at('k1')]: ['v=DKIM1; p='] }, {}, 'dkim.key-good', 'dkim.retired'],
  ['a broken one beside', { [at('google')]: good, [at('mail')]: [`p=${short}`] }, {}, 'dkim.key-good', 'dkim.unused-key-broken'],
  [
    'an alias to nothing beside',
    { [at('google')]: good, 's1._domainkey.example.com CNAME': ['gone.example.net'] },
    {},
    'dkim.key-good',
    'dkim.unused-key-broken'
  ],
  [
    'the second selector of Microsoft 365, without a key until it is used',
    { [at('selector1')]: good, 'selector2._domainkey.example.com CNAME': ['selector2-example-com._domainkey.contoso.onmicrosoft.com'] },
    {},
    'dkim.key-good',
    'dkim.alias-idle'
  ],
  [
    'both selectors of Microsoft 365 without a key',
    {
      'selector1._domainkey.example.com CNAME': ['selector1-example-com._domainkey.contoso.n-v1.dkim.mail.microsoft'],
      'selector2._domainkey.example.com CNAME': ['selector2-example-com._domainkey.contoso.n-v1.dkim.mail.microsoft']
    },
    {},
    'dkim.unused-key-broken',
    'dkim.unused-key-broken',
    'dkim.selector-unknown'
  ],
  ['an alias for every name, and a key', { [at('google')]: good, '*.example.com CNAME': ['web.example.net'] }, {}, 'dkim.key-good'],
  ['an alias for every name in the place of the key', { '*.example.com CNAME': ['web.example.net'] }, used, 'dkim.selector-missing'],
  ['an alias for every name', { '*.example.com CNAME': ['web.example.net'] }, {}, 'dkim.selector-unknown'],
  ['a key beside one for every name', { [at('google')]: good, [at('*')]: [`p=${middle}`] }, {}, 'dkim.key-good'],
  ['revoked for every name, and a key', { [at('google')]: good, [at('*')]: ['v=DKIM1; p='] }, {}, 'dkim.key-good'],
  ['revoked for every name, and no mail', { [at('*')]: ['v=DKIM1; p='], 'example.com TXT': ['v=spf1 -all'] }, {}, 'dkim.not-needed'],
  ['only in a deep search', { [at('zoho')]: good }, {}, 'dkim.selector-unknown'],
  ['a deep search', { [at('zoho')]: good }, { deep: true }, 'dkim.key-good'],
  ['a key for every name', { [at('*')]: good }, {}, 'dkim.wildcard'],
  ['text for every name', { '*.example.com TXT': ['v=spf1 -all'], 'example.com TXT': ['x'] }, {}, 'dkim.selector-unknown'],
  // None
  ['nothing there', { 'example.com TXT': ['v=spf1 mx -all'] }, {}, 'dkim.none'],
  ['something there', { [at('unguessable')]: good }, {}, 'dkim.selector-unknown'],
  ['nothing there, and no mail', { 'example.com TXT': ['v=spf1 -all'] }, {}, 'dkim.not-needed'],
  ['servers that fail', () => 'servfail', {}, 'dkim.unknown'],
  ['the name above fails', { '_domainkey.example.com *': 'refused', 'example.com TXT': ['x'] }, {}, 'dkim.unknown']
]

describe('the DKIM keys of a domain', () => {
  for (const [what, zone, options, ...codes] of table)
    it(what, async () => {
      const found = await runCheck(dkimCheck, { kind: 'domain', domain: 'example.com' }, { zone, options })
      expect(found.map(({ code }) => code)).toEqual(codes)
      for (const { evidence } of found) expect(evidence.length).toBeGreaterThan(0)
    })

  it('shows the record, and fills the fix', async () => {
    const zone = { [at('mine')]: [`v=DKIM1; k=dsa; p=${long}`] }
    const [found] = await runCheck(dkimCheck, { kind: 'domain', domain: 'example.com' }, { zone, options: used })
    expect(found).toMatchObject({ code: 'dkim.bad-key', about: 'mine._domainkey.example.com', cause: 'authentication-failed' })
    expect(found?.fix).toContain('No receiver knows this type of key (k=): dsa')
    expect(found?.evidence[0]).toContain('k=dsa')
    const right = `v=DKIM1; k=rsa; p=${long}`
    expect(found?.fix).toContain(`mine._domainkey.example.com. TXT "${right.slice(0, 255)}" "${right.slice(255)}"`)
  })
})

describe('the signatures of a message', () => {
  it('are read over folded lines, up to the end of the headers', () => {
    const message = [
      'Received: x',
      'Return-Path: <b@bounce.example.org>',
      'DKIM-Signature: v=1;',
      '\td = Example.COM ;',
      ' s=S1; b=abc',
      '',
      'DKIM-Signature: d=x.example; s=y'
    ]
    expect(signaturesOf(Buffer.from(message.join('\r\n')))).toEqual({
      signatures: [{ domain: 'example.com', selector: 's1' }],
      count: 1,
      arc: false,
      received: true,
      returnPath: 'bounce.example.org'
    })
  })

  it('of any bytes are names, or none', () => {
    const piece = fc.oneof(
      fc.constantFrom('DKIM-Signature:', ' d=', ';s=', '\n', '\r\n ', 'Return-Path: <a@', 'example.com'),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const { domain, selector } of signaturesOf(Buffer.from(pieces.join(''))).signatures) {
          expect(domain).toMatch(/^[a-z0-9_.-]{1,255}$/)
          expect(selector).toMatch(/^[a-z0-9_.-]{1,255}$/)
        }
      })
    )
  })
})
