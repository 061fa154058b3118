import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBytes, explain, parseReply, redact } from '../packages/core/src/index.ts'

const million = 1_000_000

/** Whatever comes in: an answer or undetermined, spans inside the text, no throw. */
const check = (text: string): void => {
  const { kind, answers } = explain(text)
  if (kind === 'empty') {
    expect(answers).toEqual([])
    return
  }
  expect(answers.length).toBeGreaterThan(0)
  for (const { text: piece, diagnosis, advice } of answers) {
    expect(advice.title).not.toBe('')
    const span = diagnosis.evidence[0]?.span
    if (span !== undefined) expect(span[1]).toBeLessThanOrEqual(piece.length)
  }
  parseReply(text)
  redact(text)
}

test.each<[string, string]>([
  ['nothing', ''],
  ['white space', ' \n\t\r\n '],
  ['10 MB of one line', `550 ${'x'.repeat(10 * million)} user unknown`],
  ['10 MB of words', `550 ${'user unknown '.repeat(800_000)}`],
  ['10 MB of line ends', '\n'.repeat(10 * million)],
  ['10 MB of spaces', `550${' '.repeat(10 * million)}user unknown`],
  ['1 MB of open brackets', '['.repeat(million)],
  ['1 MB of nested JSON', `${'{"message":'.repeat(100_000)}"x"${'}'.repeat(100_000)}`],
  [
    'a JSON list of 20,000 errors',
    JSON.stringify(Array.from({ length: 20_000 }, (_, index) => ({ message: `550 5.1.1 user ${index} unknown` })))
  ],
  ['1 MB of addresses', '<a@b.example> '.repeat(80_000)],
  ['1 MB of at signs', '@'.repeat(million)],
  ['1 MB of codes', '550 '.repeat(300_000)],
  ['1 MB of joined codes', `550-${'550-5.7.1 '.repeat(100_000)}`],
  ['1 MB of half wrappers', 'host a[1] said: '.repeat(70_000)],
  ['1 MB of half Exim wrappers', 'SMTP error from remote mail server after RCPT '.repeat(25_000)],
  ['1 MB of half AUTH blobs', '334 \n'.repeat(200_000)],
  ['1 MB of recipients', 'Final-Recipient: rfc822; a@b.example\n\n'.repeat(30_000)],
  [
    '1 MB of log lines',
    'Nov 10 09:12:44 mx1 postfix/smtp[1]: A: to=<u@example.com>, dsn=5.1.1, status=bounced (user unknown)\n'.repeat(10_000)
  ],
  ['1 MB of SMTPRecipientsRefused', `{${"'a@b.example': (550, b'no'), ".repeat(40_000)}}`],
  ['NUL bytes', `550 5.1.1\0 User\0 unknown${'\0'.repeat(1_000)}`],
  ['lone surrogates', '550 \ud800 user unknown \udfff'],
  ['escape sequences', '\u001b[2J\u001b]0;x\u0007550 user unknown'],
  ['HTML', '<html><body><script>alert(1)</script>550 5.1.1 User unknown</body></html>'],
  ['a binary', String.fromCharCode(...Array.from({ length: 60_000 }, (_, index) => (index * 7919) % 256))]
])('%s gets an answer', (_, text) => check(text))

test('UTF-16 is read as text, with a mark and without', () => {
  const text = '550 5.1.1 User unknown'
  for (const bytes of [
    Buffer.from(`\ufeff${text}`, 'utf16le'),
    Buffer.from(text, 'utf16le'),
    Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  ])
    expect(explain(decodeBytes(bytes)).answers[0]?.diagnosis.cause).toBe('user-unknown')
})

test('bytes of any kind are decoded and explained', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => check(decodeBytes(bytes))))
})

const fragments = fc.constantFrom(
  '550 ',
  '550-5.7.1 ',
  'user unknown',
  'status=bounced (',
  ')',
  '\n',
  '\r\n',
  '"',
  '{',
  '}',
  "'",
  '334 ',
  'RCPT TO:<a@b.example>',
  '<** 550 ',
  '-> ',
  'Final-Recipient: rfc822; a@b.example\n',
  'try again in 5 minutes',
  '\\n',
  '\u001b[',
  '@',
  '='
)

test('any mixture of the marks that readers look for is explained', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fragments, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 40 }), (parts) =>
      check(parts.join(''))
    ),
    { numRuns: 500 }
  )
})

test('the answer does not depend on what was explained before', () => {
  const texts = [
    '550 5.1.1 User unknown',
    '421 4.7.0 [TSS04] Messages temporarily deferred',
    'connect ECONNREFUSED 127.0.0.1:587',
    '452 4.2.2 mailbox full',
    'zzz'
  ]
  const alone = texts.map((text) => explain(text))
  for (const order of [texts, texts.toReversed()]) for (const text of order) expect(explain(text)).toEqual(alone[texts.indexOf(text)])
})
