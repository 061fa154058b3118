import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hider } from './hide.ts'
import { base64, plainMessage } from './sasl.ts'

test.each<[string, readonly string[], string, string]>([
  ['the whole secret', ['s3cret'], '500 unknown: s3cret', '500 unknown: …'],
  ['a part of it', ['correct horse battery'], '535 no horse battery here', '535 no… here'],
  ['what touches it', ['abcdefghij'], 'xabcdefghijabcdefghx', 'x……x'],
  ['nothing where nothing is', ['s3cret'], '535 5.7.8 Error: authentication failed', '535 5.7.8 Error: authentication failed'],
  ['it inside JSON', ['a"b'], 'got "a\\"b"', 'got "…"'],
  ['it in the wrong character set', ['pä§'], '535 pÃ¤Â§', '535 …'],
  ['it in capitals', ['s3cret-Ärger'], '500 UNKNOWN: S3CRET-ÄRGER', '500 UNKNOWN: …'],
  ['a part of it in capitals', ['AGpvaG5AZXhh'], '500 AGPVAG5AZX?', '500 …?'],
  ['nothing for an empty secret', [''], '235 ok', '235 ok']
])('hides %s', (_, secrets, text, expected) => expect(hider(secrets)(text)).toBe(expected))

test('no eight characters of a secret come through, and none of its forms', () =>
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 40 }),
      fc.string({ maxLength: 60 }),
      fc.string({ maxLength: 60 }),
      (password, a, b) => {
        const secrets = [password, base64(password), plainMessage('john@example.com', password)].filter((secret) => !secret.includes('…'))
        for (const secret of secrets) {
          const out = hider(secrets)(`${a}${secret}${b}`)
          expect(secret.length > 0 && out.includes(secret)).toBe(false)
          for (let at = 0; at + 8 <= secret.length; at++) expect(out).not.toContain(secret.slice(at, at + 8))
        }
      }
    )
  ))

test('hides each repetition in a long text', () => {
  expect(hider(['QUFB'.repeat(100)])('QUFB'.repeat(15_000))).toBe('…'.repeat(150))
})
