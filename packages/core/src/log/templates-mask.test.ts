import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskedWords } from './templates-mask.ts'

const mask = (text: string): string => maskedWords(text).join(' ')

test.each([
  ['addresses', '550 5.1.1 <john.doe+tag@mail.example.com>: Recipient rejected', '550 5.1.1 <…>: Recipient rejected'],
  ['an address in a sentence', '550 No such user john@example.com. Sorry', '550 No such user …. Sorry'],
  ['an address with a literal', '550 <a@[192.0.2.1]> unknown', '550 <…> unknown'],
  ['an address that is an encoded word', '550 <=?utf-8?B?44Gq?=@example.org>... User unknown', '550 <…>... User unknown'],
  ['hosts and IP addresses', 'host mx1.example.org[192.0.2.1]:25 said: 450 busy', 'host …[…]:… said: 450 busy'],
  ['IPv6', 'connect to mx.example.org[2001:db8::25]:25: Connection refused', 'connect to …[…]:…: Connection refused'],
  ['hosts in capitals', 'blocked by MX1.EXAMPLE.COM today', 'blocked by … today'],
  ['a sentence without a blank behind its full stop', 'Resources restricted.Please try', 'Resources restricted.Please try'],
  ['names of errors with full stops', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; gone', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; gone'],
  ['URLs', '554 blocked, see https://www.example.org/q?ip=192.0.2.1&x=1.', '554 blocked, see ….'],
  ['paths', 'Lock failure on /var/mail/j/john failed', 'Lock failure on … failed'],
  ['numbers and sizes', '552 Message size 12345678 exceeds 10MB by 15%, or 2.5', '552 Message size … exceeds … by …, or …'],
  ['times and dates', '421 Try after Wed, 25 Nov 2026 22:26:01 +0000 please', '421 Try after … please'],
  ['ISO times', '421 since 2026-11-25T22:26:01.5Z until 22:30', '421 since … until …'],
  ['ids', '554 rejected id=6APNZNmn001722 4jZbVW5bBgz75R4 4F2A1B3C - gsmtp', '554 rejected id=… … - gsmtp'],
  ['ids of letters', '554 ref QwErTyUiOpAsDfGhJk over', '554 ref … over'],
  ['UUIDs', '554 (0f8fad5b-d9cb-469f-a165-70867728950e) refused', '554 (…) refused'],
  ['what stands in quotes', `550 Mailbox "John's box" and 'x y' don't exist, it's gone`, `550 Mailbox "…" and '…' don't exist, it's gone`],
  ['a quote that nobody closes', "550 'tis not here", "550 'tis not here"],
  ['codes of providers', '421 4.7.0 [TSS04] deferred; OFR_999 (S3150) [#4.1.9]', '421 4.7.0 [TSS04] deferred; OFR_999 (S3150) [#4.1.9]'],
  ['codes of a reply of several lines', '550-5.7.1 First 550-5.7.1 line 550 5.7.1 last', '550-5.7.1 First 550-5.7.1 line 550 5.7.1 last'],
  ['a reply behind a command', 'did not like our RCPT TO:550 5.1.2 gone', 'did not like our RCPT TO:550 5.1.2 gone'],
  ['a number that looks like a reply code', '452 quota of 500 reached', '452 quota of … reached'],
  [
    'scripts without blanks',
    '550 このメールアドレスは存在しませんこのメールアドレスは存在しませんこのメール',
    '550 このメールアドレスは存在しませんこのメールアドレスは存在しませんこのメール'
  ],
  ['white space', '  550\t5.1.1 \r\n gone ', '550 5.1.1 gone'],
  ['nothing', '', '']
])('%s', (_, text, masked) => expect(mask(text)).toBe(masked))

test('long texts end with …', () => {
  expect(mask(`550 ${'no '.repeat(1_000)}`)).toMatch(/^550 (?:no ){59}…$/)
  expect(mask(`550 ${'x'.repeat(10_000_000)}`)).toBe('550 …')
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '550',
        '5.1.1',
        ' ',
        ' ',
        '<',
        '>',
        '@',
        '.',
        ':',
        '"',
        "'",
        '=?',
        '…',
        '1',
        'a',
        'A',
        '-',
        '/',
        '://',
        '[',
        '\0',
        '\ud800',
        'Nov'
      ),
      { maxLength: 200 }
    )
    .map((parts) => parts.join(''))
)

test('whatever the text, its words are bounded and have no blanks inside', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const words = maskedWords(text)
      expect(words.length).toBeLessThanOrEqual(61)
      for (const word of words) expect(word).not.toMatch(/[\0- ]/)
    }),
    { numRuns: 2_000 }
  )
})
