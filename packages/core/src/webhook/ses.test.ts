import { expect, test } from 'vitest'
import { ses } from './ses.ts'

const mail = {
  timestamp: '2016-01-27T14:59:38.237Z',
  source: 'Sender <sender@example.com>',
  sourceIp: '198.51.100.3',
  messageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
  destination: ['jane@example.com', 'mary@example.com'],
  commonHeaders: { messageId: '<own@example.com>', subject: 'Hello' },
  tags: { 'ses:configuration-set': ['set-1'], 'ses:outgoing-ip': ['192.0.2.0'], campaign: ['spring'] }
}

const bounce = {
  notificationType: 'Bounce',
  bounce: {
    bounceType: 'Permanent',
    bounceSubType: 'General',
    reportingMTA: 'dns; mta.example.com',
    remoteMtaIp: '192.0.2.25',
    timestamp: '2016-01-27T14:59:44.101Z',
    bouncedRecipients: [
      {
        emailAddress: 'jane@example.com',
        status: '5.1.1',
        action: 'failed',
        diagnosticCode: 'smtp; 550 5.1.1 <jane@example.com>... User unknown'
      },
      { emailAddress: 'mary@example.com' }
    ]
  },
  mail
}

const envelope = (message: unknown, type = 'Notification') => ({
  Type: type,
  MessageId: '8f6dee70-c885-558a-be7d-bd48bbf5335e',
  TopicArn: 'arn:aws:sns:us-east-1:111122223333:topic',
  Message: typeof message === 'string' ? message : JSON.stringify(message)
})

test('a bounce is one event for each recipient, with the fields of both its parts', () => {
  const { events } = ses.read(bounce)
  expect(events).toEqual([
    {
      kind: 'failed',
      direction: 'outbound',
      program: 'ses',
      outcome: 'failed',
      recipient: 'jane@example.com',
      sender: 'sender@example.com',
      messageId: 'own@example.com',
      queueId: mail.messageId,
      subject: 'Hello',
      time: '2016-01-27T14:59:44.101Z',
      reportingMta: 'mta.example.com',
      remoteMta: '192.0.2.25',
      localIp: '192.0.2.0',
      replyCode: 550,
      status: '5.1.1',
      diagnosticCode: 'smtp; 550 5.1.1 <jane@example.com>... User unknown',
      labels: { tags: 'campaign=spring', campaign: 'spring', 'configuration-set': 'set-1', classification: 'Permanent,General' }
    },
    expect.objectContaining({ kind: 'failed', recipient: 'mary@example.com' })
  ])
})

test('an envelope of SNS, an event of EventBridge and the bare notification say the same', () => {
  const bare = ses.read(bounce).events
  expect(ses.read(envelope(bounce)).events).toEqual(bare)
  expect(ses.read({ source: 'aws.ses', 'detail-type': 'Email Bounced', detail: bounce }).events).toEqual(bare)
})

test.each([
  [
    'delivery',
    { eventType: 'Delivery', mail, delivery: { recipients: ['jane@example.com'], smtpResponse: '250 2.6.0 Message received' } },
    { kind: 'delivered', recipient: 'jane@example.com', replyCode: 250, time: mail.timestamp }
  ],
  [
    'complaint',
    {
      eventType: 'Complaint',
      mail,
      complaint: { complainedRecipients: [{ emailAddress: 'jane@example.com' }], complaintFeedbackType: 'abuse' }
    },
    { kind: 'complaint', recipient: 'jane@example.com', feedbackType: 'abuse' }
  ],
  [
    'complaint that suppressed',
    {
      eventType: 'Complaint',
      mail,
      complaint: { complainedRecipients: [{ emailAddress: 'jane@example.com' }], complaintSubType: 'OnAccountSuppressionList' }
    },
    { kind: 'suppressed', outcome: 'failed' }
  ],
  [
    'bounce that suppressed',
    {
      eventType: 'Bounce',
      mail,
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'OnAccountSuppressionList',
        bouncedRecipients: [{ emailAddress: 'jane@example.com' }]
      }
    },
    { kind: 'suppressed', recipient: 'jane@example.com' }
  ],
  [
    'bounce after a time of retries',
    {
      eventType: 'Bounce',
      mail,
      bounce: { bounceType: 'Transient', bouncedRecipients: [{ emailAddress: 'jane@example.com', status: '4.4.7' }] }
    },
    { kind: 'failed', outcome: 'expired' }
  ],
  [
    'delay',
    {
      eventType: 'DeliveryDelay',
      mail,
      deliveryDelay: {
        delayType: 'TransientCommunicationFailure',
        timestamp: '2020-06-16T00:25:40.095Z',
        delayedRecipients: [
          { emailAddress: 'jane@example.com', status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host' }
        ]
      }
    },
    { kind: 'delayed', outcome: 'pending', replyCode: 421, status: '4.4.1', time: '2020-06-16T00:25:40.095Z' }
  ],
  [
    'rejection',
    { eventType: 'Reject', mail, reject: { reason: 'Bad content' } },
    { kind: 'failed', recipient: 'jane@example.com', diagnosticCode: 'Bad content' }
  ],
  [
    'rendering failure',
    {
      eventType: 'Rendering Failure',
      mail,
      failure: { errorMessage: "Attribute 'name' is not present in the rendering data.", templateName: 'MyTemplate' }
    },
    { kind: 'failed', labels: expect.objectContaining({ template: 'MyTemplate' }) }
  ],
  [
    'unsubscription',
    { eventType: 'Subscription', mail, subscription: { contactList: 'list', newTopicPreferences: { unsubscribeAll: true } } },
    { kind: 'unsubscribe', recipient: 'jane@example.com' }
  ]
])('a %s is read', (_, payload, expected) => {
  expect(ses.read(payload).events[0]).toMatchObject(expected)
})

test.each([
  [{ eventType: 'Send', mail, send: {} }],
  [{ eventType: 'Open', mail, open: {} }],
  [{ eventType: 'Click', mail, click: {} }],
  [{ eventType: 'Subscription', mail, subscription: { newTopicPreferences: { unsubscribeAll: false } } }],
  [envelope({ notificationType: 'Received' })],
  [envelope('You have chosen to subscribe to the topic …', 'SubscriptionConfirmation')],
  [envelope('Successfully validated SNS topic for Amazon SES event publishing.')]
])('%j tells nothing of delivery', (payload) => {
  expect(ses.read(payload)).toEqual({ events: [], ignored: 1, unread: 0, samples: [] })
})

test.each([[{ eventType: 'Teleport', mail }], [envelope('{"alarm": 1}')], [envelope('not JSON')], [{}], [null]])(
  '%j is unread',
  (payload) => {
    expect(ses.read(payload)).toMatchObject({ events: [], ignored: 0, unread: 1 })
  }
)

test('a bounce that names nobody is an event all the same', () => {
  expect(ses.read({ notificationType: 'Bounce', mail, bounce: {} }).events).toHaveLength(1)
})

const bounced = (bounceSubType: string, recipient: object = {}): object => ({
  notificationType: 'Bounce',
  mail,
  bounce: { bounceType: 'Transient', bounceSubType, bouncedRecipients: [{ emailAddress: 'jane@example.com', ...recipient }] }
})

test.each([
  ['its own word stands where the server’s answer is missing', bounced('MailboxFull'), { diagnosticCode: 'Mailbox full' }],
  ['the server’s answer comes first', bounced('MailboxFull', { diagnosticCode: 'smtp; 552 5.2.2 over quota' }), { replyCode: 552 }],
  ['a word that says nothing is no answer', bounced('General'), { diagnosticCode: undefined }],
  ['a time that ran out is an expiry', bounced('CustomTimeoutExceeded'), { kind: 'failed', outcome: 'expired' }]
])('of a bounce, %s', (_, payload, expected) => {
  const [event] = ses.read(payload).events
  expect({ diagnosticCode: undefined, ...event }).toMatchObject(expected)
})

test.each([
  ['SNS calls a function', { Records: [{ EventSource: 'aws:sns', Sns: envelope(bounced('General')) }] }],
  ['SQS calls a function', { Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(envelope(bounced('General'))) }] }],
  ['a queue is polled', { Messages: [{ Body: JSON.stringify(bounced('General')) }] }]
])('records are read as they come when %s', (_, payload) => {
  expect(ses.recognise(payload)).toBe(1)
  expect(ses.read(payload).events).toMatchObject([{ kind: 'failed', recipient: 'jane@example.com' }])
})

test('records of something else are not of SES', () => {
  expect(ses.recognise({ Records: [{ eventSource: 'aws:s3', s3: { object: { key: 'a' } } }] })).toBe(0)
})
