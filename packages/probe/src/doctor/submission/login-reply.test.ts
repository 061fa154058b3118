import type { FindingCode } from '@whybounce/core/finding'
import { expect, test } from 'vitest'
import type { SmtpReply } from '../../smtp/dialogue.ts'
import { meaningOfRefusal, meaningOfSender } from './login-reply.ts'
import { providerOf } from './provider.ts'

const replyOf = (text: string, stage: SmtpReply['stage']): SmtpReply => ({ stage, code: Number(text.slice(0, 3)), text, took: 1 })

const meaning = (text: string, host: string, user: string, insideTls = true) =>
  meaningOfRefusal(replyOf(text, 'auth'), {
    host,
    user,
    mechanism: 'PLAIN',
    offered: ['PLAIN', 'LOGIN'],
    insideTls,
    provider: providerOf(host, undefined, user)
  })

const own = 'mail.example.com'
const john = 'john@example.com'

test.each<[string, string, string, FindingCode]>([
  ['535 5.7.8 Error: authentication failed: (reason unavailable)', own, john, 'auth.wrong-credentials'],
  ['535 Incorrect authentication data', own, john, 'auth.wrong-credentials'],
  ['535', own, john, 'auth.wrong-credentials'],
  ['534 5.7.9 Authentication mechanism is too weak', own, john, 'auth.mechanism-refused'],
  ['504 5.5.4 Unrecognized authentication type', own, john, 'auth.mechanism-refused'],
  ['503 5.5.1 Error: authentication not enabled', own, john, 'auth.not-enabled'],
  ['503 AUTH command used when not advertised', own, john, 'auth.not-enabled'],
  ['502 5.5.2 Error: command not recognized', own, john, 'auth.not-enabled'],
  ['432 4.7.12 A password transition is needed', own, john, 'auth.password-transition'],
  ['454 4.7.0 Temporary authentication failure: Connection lost to authentication server', own, john, 'auth.temporary'],
  ['421 4.7.0 mail.example.com Error: too many errors', own, john, 'auth.temporary'],
  ['451 4.3.0 Try later', own, john, 'auth.temporary'],
  ['535 5.7.8 Too many failed login attempts, try again later', own, john, 'auth.locked'],
  ['554 5.7.1 computer says no', own, john, 'auth.refused'],
  ['554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org', own, john, 'auth.refused-for-other-reason'],
  [
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1-20020a05 - gsmtp',
    'smtp.gmail.com',
    'john@gmail.com',
    'auth.wrong-credentials'
  ],
  [
    '534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor a1 - gsmtp',
    'smtp.gmail.com',
    'john@gmail.com',
    'auth.app-password'
  ],
  [
    '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in via your web browser and then try again.\n534 5.7.14  Learn more at https://support.google.com/mail/answer/78754 a1 - gsmtp',
    'smtp.gmail.com',
    'john@gmail.com',
    'auth.locked'
  ],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.',
    'smtp.office365.com',
    john,
    'auth.disabled'
  ],
  [
    '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.',
    'smtp-mail.outlook.com',
    'john@outlook.com',
    'auth.disabled'
  ],
  ['535 5.7.3 Authentication unsuccessful', 'smtp.office365.com', 'john@hotmail.co.uk', 'auth.oauth-needed'],
  ['535 5.7.3 Authentication unsuccessful', 'smtp.office365.com', john, 'auth.wrong-credentials'],
  ['550 5.7.30 Basic authentication is not supported for Client Submission.', 'smtp.office365.com', john, 'auth.disabled'],
  [
    '432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending',
    'smtp.office365.com',
    john,
    'auth.temporary'
  ],
  ['535 Authentication failed: Bad username / password', 'smtp.sendgrid.net', john, 'auth.user-name'],
  ['535 Authentication failed: Bad username / password', 'smtp.sendgrid.net', 'apikey', 'auth.wrong-credentials'],
  ['535 Authentication Credentials Invalid', 'email-smtp.eu-west-1.amazonaws.com', 'AKIAEXAMPLE', 'auth.wrong-credentials']
])('%s from %s to %s is %s', (text, host, user, code) => expect(meaning(text, host, user).code).toBe(code))

test('a wish for TLS is one only outside of it', () => {
  const text = '538 5.7.11 Encryption required for requested authentication mechanism'
  expect(meaning(text, own, john, false).code).toBe('auth.encryption-required')
  expect(meaning(text, own, john, true).code).toBe('auth.refused')
  expect(meaning('530 Must issue a STARTTLS command first', own, john, false).code).toBe('auth.encryption-required')
})

test("a provider's own rule is heard before what is known of the provider, and that before a rule for all", () => {
  expect(
    meaning('535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.', 'smtp.office365.com', john)
  ).toMatchObject({
    values: { advice: expect.stringContaining('SMTP AUTH is off for the whole organisation') },
    source: 'https://aka.ms/smtp_auth_disabled'
  })
  expect(meaning('535 Authentication Credentials Invalid', 'email-smtp.eu-west-1.amazonaws.com', 'AKIAEXAMPLE').values.advice).toContain(
    'SES wants SMTP credentials'
  )
  expect(meaning('535 Authentication failed: Bad username / password', 'smtp.sendgrid.net', john).values.form).toBe('the word apikey')
})

test('behind a name of its own a provider is known by its greeting', () => {
  const text = '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.'
  const about = { host: '192.0.2.1', user: john, mechanism: 'LOGIN', offered: ['LOGIN'], insideTls: true }
  const provider = providerOf('192.0.2.1', '220 smtp.office365.com Microsoft ESMTP', john)
  expect(meaningOfRefusal(replyOf(text, 'auth'), { ...about, provider }).values.advice).toContain('SMTP AUTH is off for the whole')
})

test.each<[string, string | undefined, FindingCode]>([
  ['250 2.1.0 Ok', '250 2.1.5 Ok', 'auth.sender-accepted'],
  ['250 2.1.0 Ok', '553 5.7.1 <eve@example.com>: Sender address rejected: not owned by user john@example.com', 'auth.sender-not-owned'],
  ['553 5.7.1 <eve@example.com>: Sender address rejected: not owned by user john@example.com', undefined, 'auth.sender-not-owned'],
  ['550 5.7.60 SMTP; Client does not have permissions to send as this sender', undefined, 'auth.sender-not-owned'],
  ['250 2.1.0 Ok', '550 5.1.1 <eve@example.com>: Recipient address rejected: User unknown', 'auth.sender-accepted'],
  ['250 2.1.0 Ok', '452 4.2.2 mailbox full', 'auth.sender-accepted'],
  ['451 4.3.0 try later', undefined, 'auth.sender-unknown'],
  ['550 5.4.5 Daily user sending limit exceeded.', undefined, 'auth.sender-refused']
])('MAIL %s, RCPT %s is %s', (mail, rcpt, code) =>
  expect(
    meaningOfSender(replyOf(mail, 'mail'), rcpt === undefined ? undefined : replyOf(rcpt, 'rcpt'), {
      host: own,
      from: 'eve@example.com',
      user: john,
      provider: undefined
    }).code
  ).toBe(code)
)
