import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dkimText, isDkimKey, parseDkimKey } from './dkim.ts'

const rsa = (modulusLength: number, type: 'spki' | 'pkcs1' = 'spki'): string =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'der', type }).toString('base64')
const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' })
const key = rsa(1024)

const table: readonly (readonly [name: string, record: string, usable: boolean, ...codes: string[]])[] = [
  // RFC 6376 §3.6.1
  ['the usual one', `v=DKIM1; k=rsa; p=${key}`, true],
  ['only the key', `p=${key}`, true],
  ['white space inside the key', `v=DKIM1; p=${key.slice(0, 60)} ${key.slice(60)}`, true],
  ['everything', `v=DKIM1; h=sha1:sha256; k=rsa; n=what p= is for; s=email; t=y:s; p=${key};`, true],
  ['the old g=*', `v=DKIM1; g=*; p=${key}`, true],
  ['the old g= with a name', `v=DKIM1; g=john; p=${key}`, true, 'old-granularity'],
  ['an unknown tag', `v=DKIM1; x=new; p=${key}`, true],
  ['revoked', 'v=DKIM1; p=', false],
  ['another version', `v=DKIM2; p=${key}`, false, 'bad-version'],
  ['version after the key', `p=${key}; v=DKIM1`, false, 'version-not-first'],
  ['no key', 'v=DKIM1; k=rsa', false, 'key-missing'],
  ['an unknown type', `v=DKIM1; k=dsa; p=${key}`, false, 'unknown-key-type'],
  ['no semicolon after the type', `v=DKIM1; k=rsa p=${key}`, false, 'semicolon-missing', 'unknown-key-type', 'key-missing'],
  [
    'backslashes of a zone file',
    `v=DKIM1\\; k=rsa\\; p=${key}`,
    false,
    'escaped-semicolon',
    'escaped-semicolon',
    'bad-version',
    'unknown-key-type'
  ],
  ['only for something else', `v=DKIM1; s=tlsrpt; p=${key}`, false, 'not-for-mail'],
  ['only SHA-1', `v=DKIM1; h=sha1; p=${key}`, false, 'no-sha256'],
  ['a cut key', `v=DKIM1; p=${key.slice(0, 120)}`, false, 'bad-rsa-key'],
  ['quotation marks in the key', `v=DKIM1; p=${key.slice(0, 60)}" "${key.slice(60)}`, false, 'bad-base64'],
  ['a PEM file', `v=DKIM1; p=-----BEGIN PUBLIC KEY-----${key}`, false, 'bad-base64'],
  ['two keys', `v=DKIM1; p=${key}; p=${key}`, false, 'duplicate-tag'],
  ['too long', `v=DKIM1; p=${'A'.repeat(9_000)}`, false, 'too-long'],
  // RFC 8463 §4.2
  ['Ed25519', `v=DKIM1; k=ed25519; p=${ed25519.subarray(12).toString('base64')}`, true],
  ['Ed25519 in its wrapping', `v=DKIM1; k=ed25519; p=${ed25519.toString('base64')}`, false, 'bad-ed25519-key']
]

describe('a DKIM key', () => {
  for (const [what, record, usable, ...codes] of table)
    it(what, () => {
      const read = parseDkimKey(record)
      expect(read.problems.map(({ code }) => code)).toEqual(codes)
      expect(read.usable).toBe(usable)
    })

  it.each([
    [512, 'spki'],
    [768, 'spki'],
    [1024, 'pkcs1'],
    [2048, 'spki'],
    [2047, 'spki']
  ] as const)('of %d bits as %s has its length told', (bits, type) => {
    expect(parseDkimKey(`v=DKIM1; p=${rsa(bits, type)}`).bits).toBe(bits)
  })

  it('says what its flags mean', () => {
    expect(parseDkimKey(`v=DKIM1; t=y : s; p=${key}`)).toMatchObject({ testing: true, strictDomain: true, revoked: false })
    expect(parseDkimKey('v=DKIM1; p=')).toMatchObject({ testing: false, revoked: true, problems: [] })
  })

  it.each([
    ['v=DKIM1; p=abc', true],
    ['k=rsa; p=abc', true],
    ['v=DKIM1', true],
    ['v=spf1 -all', false],
    ['some text', false]
  ])('%s is meant as one: %s', (record, meant) => {
    expect(isDkimKey(record)).toBe(meant)
  })

  const raw = ed25519.subarray(12).toString('base64')
  it.each([
    ['another version', `v=DKIM2; p=${key}`, `v=DKIM1; k=rsa; p=${key}`],
    ['an unknown type', `v=DKIM1; k=dsa; t=s; p=${key}`, `v=DKIM1; k=rsa; t=s; p=${key}`],
    ['no semicolons', `v=DKIM1 k=rsa p=${key}`, `v=DKIM1; k=rsa; p=${key}`],
    ['backslashes of a zone file', `v=DKIM1\\; k=rsa\\; p=${key}`, `v=DKIM1; k=rsa; p=${key}`],
    ['the quotes between strings', `v=DKIM1; p=${key.slice(0, 99)}" "${key.slice(99)}`, `v=DKIM1; k=rsa; p=${key}`],
    ['a file of OpenSSL', `v=DKIM1; p=-----BEGIN PUBLIC KEY-----${key}-----END PUBLIC KEY-----`, `v=DKIM1; k=rsa; p=${key}`],
    ['an Ed25519 key in its wrapping', `v=DKIM1; k=ed25519; p=${ed25519.toString('base64')}`, `v=DKIM1; k=ed25519; p=${raw}`],
    ['a cut key', `v=DKIM1; k=rsa; p=${key.slice(0, 80)}`, undefined],
    ['other words after the key', `v=DKIM1; k=rsa; p=${key} t=y`, undefined],
    ['no key', 'v=DKIM1; k=rsa', undefined]
  ])('%s is to be published with the key that it has', (_, broken, right) => expect(dkimText(broken)).toBe(right))

  it('whatever it is never throws, and its length is no more than its bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom('v=DKIM1;', 'p=', 'k=rsa;', 'MII', 'MIGf', '=', ' ', key),
      fc.base64String(),
      fc.string({ unit: 'binary' })
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const read = parseDkimKey(pieces.join(''))
        if (read.bits !== undefined) expect(read.bits).toBeLessThanOrEqual((read.key?.length ?? 0) * 8)
      })
    )
  })

  it('of any bytes as DER has a length or none', () => {
    const der = Buffer.from(key, 'base64')
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(der)
        changed[at] = byte
        const { bits } = parseDkimKey(`p=${changed.toString('base64')}`)
        expect(bits === undefined || (bits >= 0 && bits <= der.length * 8)).toBe(true)
      })
    )
  })
})
