import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readFacts } from './facts.ts'
import { peel } from './peel.ts'

/** Input, the reply inside it, the program around it, the step, the host that said it. */
const table: readonly (readonly [string, string, string | undefined, string | undefined, string | undefined])[] = [
  [
    'to=<u@example.com>, relay=mx.example.com[192.0.2.1]:25, dsn=5.1.1, status=bounced (host mx.example.com[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command))',
    '550 5.1.1 no such user',
    'postfix',
    'rcpt',
    'mx.example.com'
  ],
  [
    'status=deferred (host mx.example.com[192.0.2.1] refused to talk to me: 421 too many connections)',
    '421 too many connections',
    'postfix',
    'greeting',
    'mx.example.com'
  ],
  [
    'status=deferred (connect to mx.example.com[192.0.2.1]:25: Connection timed out)',
    'connect to mx.example.com[192.0.2.1]:25: Connection timed out',
    'postfix',
    'connect',
    'mx.example.com'
  ],
  [
    'NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 554 5.7.1 <u@example.com>: Relay access denied; from=<a@example.net> to=<u@example.com> proto=ESMTP',
    '554 5.7.1 <u@example.com>: Relay access denied',
    'postfix',
    'rcpt',
    undefined
  ],
  [
    '** u@example.com R=dnslookup T=remote_smtp H=mx.example.com [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<u@example.com>: 550 no such user',
    '550 no such user',
    'exim',
    'rcpt',
    'mx.example.com'
  ],
  [
    'SMTP error from remote mail server after end of data: host mx.example.com [192.0.2.1]: 554 rejected',
    '554 rejected',
    'exim',
    'end-of-data',
    'mx.example.com'
  ],
  [
    'to=<u@example.com>, delay=00:00:01, relay=mx.example.com. [192.0.2.1], dsn=5.1.1, reply=550 5.1.1 gone, stat=User unknown',
    '550 5.1.1 gone',
    'sendmail',
    undefined,
    'mx.example.com'
  ],
  ['<<< 550 5.1.1 gone\n550 5.1.1 <u@example.com>... User unknown', '550 5.1.1 gone', 'sendmail', undefined, undefined],
  [
    '192.0.2.1 does not like recipient.\nRemote host said: 550 no mailbox here\nGiving up on 192.0.2.1.',
    '550 no mailbox here\nGiving up on 192.0.2.1.',
    'qmail',
    undefined,
    undefined
  ],
  [
    "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'",
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found',
    'exchange-server',
    undefined,
    undefined
  ],
  [
    'Final-Recipient: rfc822; u@example.com\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.com\nDiagnostic-Code: smtp; 550 5.1.1 no\n such user\n',
    '550 5.1.1 no\n such user',
    undefined,
    undefined,
    'mx.example.com'
  ],
  [
    "Error: Can't send mail - all recipients were rejected: 550 5.1.1 gone\n    at SMTPConnection._formatError",
    '550 5.1.1 gone',
    'nodemailer',
    'rcpt',
    undefined
  ],
  [
    "{ code: 'EAUTH', response: '535 5.7.8 bad login', responseCode: 535, command: 'AUTH PLAIN' }",
    '535 5.7.8 bad login',
    'nodemailer',
    'auth',
    undefined
  ],
  ["smtplib.SMTPAuthenticationError: (535, b'5.7.8 bad login')", '5.7.8 bad login', 'python', 'auth', undefined],
  ['Expected response code "250" but got code "550", with message "550 5.1.1 gone".', '550 5.1.1 gone', 'php', undefined, undefined],
  [
    'com.sun.mail.smtp.SMTPAddressFailedException: 550 5.1.1 gone\n\tat com.sun.mail.smtp.SMTPTransport.rcptTo',
    '550 5.1.1 gone',
    'java',
    'rcpt',
    undefined
  ],
  [
    'System.Net.Mail.SmtpException: Mailbox unavailable. The server response was: 5.7.1 Unable to relay',
    '5.7.1 Unable to relay',
    'dotnet',
    undefined,
    undefined
  ],
  [
    'An error occurred while sending mail. The mail server responded:  5.7.1 Relaying denied.  Please check the message recipient and try again.',
    '5.7.1 Relaying denied',
    'thunderbird',
    undefined,
    undefined
  ],
  ['gomail: could not send email 1: 550 5.1.1 gone', '550 5.1.1 gone', undefined, undefined, undefined],
  ['550 5.1.1 gone', '550 5.1.1 gone', undefined, undefined, undefined],
  ["code: 'MessageRejected',\nstatusCode: 400", "code: 'MessageRejected',\nstatusCode: 400", undefined, undefined, undefined],
  ['Host: smtp.example.com\nPort: 465\n', 'Host: smtp.example.com\nPort: 465\n', undefined, undefined, undefined],
  ['Invalid login - 535 authentication failed', '535 authentication failed', undefined, 'auth', undefined],
  ['SMTP -> FROM SERVER:421 Too many connections', '421 Too many connections', undefined, undefined, undefined],
  [
    '[2026-11-10 09:00:00] production.ERROR: Connection refused {"exception":"[object]',
    'Connection refused',
    undefined,
    'connect',
    undefined
  ],
  [
    'evpid=1 task=retry-rcpt relay=local result="TempFail" stat="451 4.3.0 Local problem"',
    '451 4.3.0 Local problem',
    'opensmtpd',
    undefined,
    undefined
  ],
  ['nothing here', 'nothing here', undefined, undefined, undefined]
]

test.each(table)('%j holds the reply %j', (input, reply, wrapper, stage, remoteMta) => {
  const peeled = peel(input)
  expect(input.slice(peeled.from, peeled.to)).toBe(reply)
  expect(peeled.wrapper).toBe(wrapper)
  const facts = readFacts(input, peeled.from, peeled.to)
  expect(facts.stage).toBe(stage)
  expect(facts.remoteMta).toBe(remoteMta)
})

test('the address that a server quotes is ours, not its own', () => {
  const text = 'host mx.example.com[198.51.100.7] said: 550 5.7.1 [192.0.2.25] is blocked (in reply to MAIL FROM command)'
  const { from, to } = peel(text)
  expect(readFacts(text, from, to)).toEqual({ remoteMta: 'mx.example.com', remoteIp: '198.51.100.7', localIp: '192.0.2.25', stage: 'mail' })
})

test('any text has a reply span inside it', () => {
  const parts = fc.constantFrom(
    'host x[1] said: ',
    ' (in reply to ',
    'status=bounced (',
    'Diagnostic-Code: smtp; ',
    '550 ',
    '<<< 550',
    "response: '",
    '\n',
    ' ',
    ')',
    '\\',
    'Remote host said: '
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(parts, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 40 }), (list) => {
      const text = list.join('')
      const { from, to } = peel(text)
      expect(from).toBeGreaterThanOrEqual(0)
      expect(to).toBeLessThanOrEqual(text.length)
      expect(from).toBeLessThanOrEqual(to)
      readFacts(text, from, to)
    })
  )
})

test('an answer about the sender is not peeled out of the refusal of the sender', () => {
  const text =
    '550 5.1.0 <a@example.net>: Sender address rejected: undeliverable address: host mx.example.net[192.0.2.1] said: 550 User unknown (in reply to RCPT TO command)'
  expect(peel(text).from).toBe(0)
})
