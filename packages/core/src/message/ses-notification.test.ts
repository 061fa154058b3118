import { expect, test } from 'vitest'
import { readMessage } from '../index.ts'

const mail = (document: unknown, from = 'AWS Notifications <no-reply@sns.amazonaws.com>'): Uint8Array =>
  new TextEncoder().encode(
    `From: ${from}\nTo: ops@example.org\nSubject: AWS Notification Message\n\n${JSON.stringify(document)}\n\n--\nIf you wish to stop receiving notifications …\n`
  )

const told = (document: unknown, from?: string): string[] =>
  readMessage(mail(document, from)).events.map(({ kind, recipient, diagnosis }) =>
    [kind, recipient, diagnosis?.cause, diagnosis?.action].filter((part) => part !== undefined).join(' ')
  )

const bounce = (bounceType: string, bounceSubType: string, recipient: object): object => ({
  notificationType: 'Bounce',
  mail: { source: 'news@example.org', timestamp: '2026-11-02T10:00:00.000Z' },
  bounce: { bounceType, bounceSubType, timestamp: '2026-11-02T10:00:05.000Z', bouncedRecipients: [recipient] }
})

const complaint = (complaintFeedbackType?: string): object => ({
  notificationType: 'Complaint',
  mail: { source: 'news@example.org' },
  complaint: { complainedRecipients: [{ emailAddress: 'bob@example.com' }], ...(complaintFeedbackType && { complaintFeedbackType }) }
})

test("the server's answer decides, and where there is none the kind of bounce", () => {
  expect(told(bounce('Permanent', 'General', { emailAddress: 'bob@example.com', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }))).toEqual(
    ['failed bob@example.com user-unknown suppress']
  )
  expect(told(bounce('Transient', 'MailboxFull', { emailAddress: 'bob@example.com' }))).toEqual([
    'failed bob@example.com mailbox-full retry'
  ])
  expect(told(bounce('Permanent', 'OnAccountSuppressionList', { emailAddress: 'bob@example.com' }))[0]).toMatch(/ suppressed-locally /)
  expect(told(bounce('Undetermined', 'constructor', { emailAddress: 'bob@example.com' }))[0]).toMatch(/ undetermined /)
})

test('an address is one address, and a status is one', () => {
  const [event] = readMessage(mail(bounce('Permanent', 'General', { emailAddress: '"Bob" <bob@example.com>\n, x', status: 'zzz' }))).events
  expect(event?.recipient).toBe('bob@example.com')
  expect(event?.status).toBeUndefined()
})

test('only complaints suppress', () => {
  expect(told(complaint())).toEqual(['complaint bob@example.com complaint-or-unsubscribe suppress'])
  expect(told(complaint('abuse'))).toEqual(['complaint bob@example.com complaint-or-unsubscribe suppress'])
  expect(told(complaint('not-spam'))).toEqual(['not-spam bob@example.com'])
  expect(told(complaint('auth-failure'))).toEqual(['auth-report bob@example.com'])
})

test('a person who pastes a notification has not bounced', () => {
  expect(told(complaint(), 'Jane <jane@example.net>')).toEqual(['other'])
})
