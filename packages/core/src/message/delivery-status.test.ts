import { expect, test } from 'vitest'
import { parseDeliveryStatus, recipientOf } from './delivery-status.ts'

const recipientsIn = (text: string): (string | undefined)[] =>
  parseDeliveryStatus(text).recipients.map((fields) => recipientOf(fields.get('final-recipient')))

test.each([
  [
    'as RFC 3464 wants it',
    'Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\n\nFinal-Recipient: rfc822; b@example.com\nAction: failed\n',
    ['a@example.com', 'b@example.com']
  ],
  [
    'without empty lines',
    'Reporting-MTA: dns; mx.example.net\nFinal-Recipient: rfc822; a@example.com\nOriginal-Recipient: rfc822;a@example.com\nAction: failed\nFinal-Recipient: rfc822; b@example.com\nOriginal-Recipient: rfc822;b@example.com\nAction: failed',
    ['a@example.com', 'b@example.com']
  ],
  [
    'with the original recipient first',
    'Original-Recipient: rfc822;a@example.com\nFinal-Recipient: rfc822; a@example.com\nAction: failed\nOriginal-Recipient: rfc822;b@example.com\nFinal-Recipient: rfc822; b@example.com\nAction: failed',
    ['a@example.com', 'b@example.com']
  ],
  [
    'with the action first',
    'Reporting-MTA: dns; mx.example.net\n\nAction: failed\nFinal-Recipient: rfc822; a@example.com\nStatus: 5.1.1\n',
    ['a@example.com']
  ],
  [
    'with empty lines inside a group',
    'Final-Recipient: rfc822; a@example.com\n\nAction: failed\nStatus: 5.1.1\n\nDiagnostic-Code: smtp; 550 x\n',
    ['a@example.com']
  ],
  ['with nobody named', 'Reporting-MTA: dns; mx.example.net\n\nAction: failed\nStatus: 5.1.1\n', [undefined]],
  ['of no recipient', 'Reporting-MTA: dns; mx.example.net\n', []]
])('the recipients of a report %s', (_, text, recipients) => expect(recipientsIn(text)).toEqual(recipients))

test('folded values are joined, also where the fold lost its indent', () => {
  const [fields] = parseDeliveryStatus(
    'Final-Recipient: rfc822; a@example.com\nDiagnostic-Code: smtp; 550 5.1.1\n no such user\nhere'
  ).recipients
  expect(fields?.get('diagnostic-code')).toBe('smtp; 550 5.1.1 no such user here')
})

test.each([
  ['rfc822; user@example.com', 'user@example.com'],
  ['RFC822;<user@example.com>', 'user@example.com'],
  ['rfc822;rfc822;user@example.com', 'user@example.com'],
  ['user@example.com', 'user@example.com'],
  ['rfc822; @relay.example.net:user@example.com', 'user@example.com'],
  ['rfc822; "a b"@example.com', '"a b"@example.com'],
  ['utf-8; \\x{7528}\\x{6237}@example.com', '用户@example.com'],
  ['rfc822; user+2Btag+40example.com', 'user+tag@example.com'],
  ['LOCAL; user', 'user'],
  ['rfc822; =?utf-8?b?8J+QiA==?=@example.org', '=?utf-8?b?8J+QiA==?=@example.org'],
  ['rfc822; @example.com', undefined],
  ['rfc822;', undefined],
  [undefined, undefined]
])('the recipient of %j is %j', (field, recipient) => expect(recipientOf(field)).toBe(recipient))
