import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain } from '../default.ts'
import { redact } from './redact.ts'

test.each([
  ['AUTH PLAIN AGpvaG4AaHVudGVyMg==', 'AUTH PLAIN [redacted]'],
  [
    'AUTH LOGIN\n334 VXNlcm5hbWU6\nam9obg==\n334 UGFzc3dvcmQ6\naHVudGVyMg==\n535 no',
    'AUTH LOGIN\n334 VXNlcm5hbWU6\n[redacted]\n334 UGFzc3dvcmQ6\n[redacted]\n535 no'
  ],
  ['~> aHVudGVyMg==\n<~* 535 no', '~> [redacted]\n<~* 535 no'],
  ["auth: { user: 'a@example.com', pass: 'hunter 2' }", "auth: { user: 'redacted@example.com', pass: [redacted] }"],
  ['{"password":"x","port":587}', '{"password":[redacted],"port":587}'],
  ['smtps://user%40x:hunter2@mail.example.com:465', 'smtps://[redacted]@mail.example.com:465'],
  ['Authorization: Bearer abcdefghijk', 'Authorization: Bearer [redacted]'],
  ['550 <john.doe+tag@example.com>: User unknown [192.0.2.1]', '550 <redacted@example.com>: User unknown [192.0.2.1]'],
  ['550 <"john doe"@example.com>', '550 <redacted@example.com>'],
  ['bob=example.org@bounces.example.net', 'redacted@bounces.example.net'],
  ['to=bob@example.org, relay=x', 'to=redacted@example.org, relay=x'],
  ['password=[redacted]', 'password=[redacted]'],
  ['<jörg@exämple.com>', '<redacted@exämple.com>'],
  ['550 5.7.1 password expired for your account', '550 5.7.1 password expired for your account']
])('%j becomes %j', (text, expected) => expect(redact(text)).toBe(expected))

test('redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(
      fc
        .array(
          fc.oneof(
            fc.constantFrom('password=', 'pass: ', 'AUTH PLAIN ', 'a@b.example', '[redacted]', '"', ' ', 'token: '),
            fc.string({ unit: 'binary', maxLength: 20 })
          ),
          { maxLength: 12 }
        )
        .map((parts) => parts.join('')),
      (text) => {
        const once = redact(text)
        expect(redact(once)).toBe(once)
      }
    )
  )
})

test('a redacted text explains the same', () => {
  const text = '550 5.1.1 <john.doe@example.com>: Recipient address rejected: User unknown in virtual mailbox table'
  expect(explain(redact(text)).answers[0]?.diagnosis.cause).toBe(explain(text).answers[0]?.diagnosis.cause)
})
