import { expect, test } from 'vitest'
import { postmark } from './postmark.ts'

const bounce = {
  RecordType: 'Bounce',
  ID: 42,
  Type: 'HardBounce',
  TypeCode: 1,
  Name: 'Hard bounce',
  Tag: 'Test',
  MessageID: '883953f4',
  MessageStream: 'outbound',
  Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
  Details: 'smtp;550 5.1.1 User unknown',
  Email: 'user@example.com',
  From: 'sender@example.com',
  BouncedAt: '2014-08-01T13:28:10.2735393-04:00',
  Subject: 'Test subject'
}

test('a bounce has all its fields', () => {
  expect(postmark.read(bounce)).toEqual({
    events: [
      {
        kind: 'failed',
        direction: 'outbound',
        program: 'postmark',
        outcome: 'failed',
        recipient: 'user@example.com',
        sender: 'sender@example.com',
        messageId: '883953f4',
        queueId: '883953f4',
        subject: 'Test subject',
        time: '2014-08-01T17:28:10.273Z',
        replyCode: 550,
        status: '5.1.1',
        diagnosticCode: 'smtp;550 5.1.1 User unknown',
        labels: { tags: 'Test', stream: 'outbound', classification: 'HardBounce' }
      }
    ],
    ignored: 0,
    unread: 0,
    samples: []
  })
})

test.each([
  ['Transient', 'delayed'],
  ['SoftBounce', 'failed'],
  ['Unsubscribe', 'unsubscribe'],
  ['AutoResponder', 'auto-reply'],
  ['AddressChange', 'address-changed'],
  ['ChallengeVerification', 'challenge'],
  ['ManuallyDeactivated', 'suppressed'],
  ['Blocked', 'failed'],
  ['SpamComplaint', 'complaint']
])('a bounce of type %s is %s', (Type, kind) => {
  expect(postmark.read({ ...bounce, Type }).events).toMatchObject([{ kind }])
})

test.each([
  [
    'Delivery',
    { Recipient: 'user@example.com', DeliveredAt: '2014-08-01T13:28:10Z', Details: '250 2.0.0 OK' },
    { kind: 'delivered', replyCode: 250 }
  ],
  ['SpamComplaint', { Type: 'SpamComplaint', Email: 'user@example.com' }, { kind: 'complaint' }],
  [
    'SubscriptionChange',
    { Recipient: 'user@example.com', SuppressSending: true, SuppressionReason: 'HardBounce', ChangedAt: '2020-02-01T10:53:34Z' },
    { kind: 'failed', time: '2020-02-01T10:53:34Z' }
  ],
  [
    'SubscriptionChange',
    { Recipient: 'user@example.com', SuppressSending: true, SuppressionReason: 'SpamComplaint' },
    { kind: 'complaint' }
  ],
  [
    'SubscriptionChange',
    { Recipient: 'user@example.com', SuppressSending: true, SuppressionReason: 'ManualSuppression', Origin: 'Recipient' },
    { kind: 'unsubscribe' }
  ],
  [
    'SubscriptionChange',
    { Recipient: 'user@example.com', SuppressSending: true, SuppressionReason: 'ManualSuppression', Origin: 'Customer', MessageID: null },
    { kind: 'suppressed' }
  ]
])('%s %j is read', (RecordType, fields, expected) => {
  const [event] = postmark.read({ RecordType, ...fields }).events
  expect(event).toMatchObject({ recipient: 'user@example.com', ...expected })
  if (expected.kind === 'suppressed') expect(event).not.toHaveProperty('outcome')
})

test('opens, clicks and addresses taken from the list are counted, what is new is unread', () => {
  for (const fields of [{ RecordType: 'Open' }, { RecordType: 'Click' }, { RecordType: 'SubscriptionChange', SuppressSending: false }])
    expect(postmark.read(fields)).toMatchObject({ events: [], ignored: 1, unread: 0 })
  for (const fields of [{ RecordType: 'New' }, { ...bounce, Type: 'New' }, {}])
    expect(postmark.read(fields)).toMatchObject({ events: [], unread: 1 })
})
