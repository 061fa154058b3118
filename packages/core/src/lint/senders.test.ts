import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Mailbox, readMailboxes } from './senders.ts'

test.each<[string, readonly Mailbox[]]>([
  ['john@example.com', [{ address: 'john@example.com' }]],
  ['John Doe <john@example.com>', [{ name: 'John Doe', address: 'john@example.com' }]],
  [
    '"Doe, John" <john@example.com>, jane@example.org',
    [{ name: 'Doe, John', address: 'john@example.com' }, { address: 'jane@example.org' }]
  ],
  ['"a \\" b" <john@example.com>', [{ name: 'a " b', address: 'john@example.com' }]],
  ['=?utf-8?q?J=C3=BCrgen=2C_M?= <j@example.com>', [{ name: 'Jürgen, M', address: 'j@example.com' }]],
  ['john@example.com (John, not Jane)', [{ address: 'john@example.com' }]],
  ['Friends: a@example.com, B <b@example.com>;', [{ address: 'a@example.com' }, { name: 'B', address: 'b@example.com' }]],
  ['undisclosed-recipients:;', []],
  ['MAILER-DAEMON', []],
  ['<>', []]
])('mailboxes of %s', (value, mailboxes) => {
  expect(readMailboxes(value)).toEqual(mailboxes)
})

test('no field makes it throw', () => {
  const piece = fc.constantFrom('<', '>', '"', ',', ';', ':', '(', ')', '\\', '@', 'a', '=?utf-8?q?', '?=', ' ')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 100 }), (pieces) =>
      readMailboxes(pieces.join('')).every(({ address }) => address.includes('@'))
    )
  )
})
