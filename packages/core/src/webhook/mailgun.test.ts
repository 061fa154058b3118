import { expect, test } from 'vitest'
import { mailgun } from './mailgun.ts'

const event = {
  timestamp: 1_521_233_195.375624,
  recipient: 'user@example.com',
  tags: ['my_tag_1', 'my_tag_2'],
  envelope: { sender: 'sender@example.net', 'sending-ip': '192.0.2.200', transport: 'smtp', targets: 'user@example.com' },
  message: {
    headers: {
      to: 'User <user@example.com>',
      'message-id': '20130503182626.18666.16540@example.net',
      from: 'Sender <sender@example.net>',
      subject: 'Test'
    },
    size: 111
  }
}
const status = (fields: object) => ({ 'delivery-status': fields })

test.each([
  [
    'delivery',
    { event: 'delivered', ...status({ code: 250, message: 'OK', 'mx-host': 'mx.example.com' }) },
    {
      kind: 'delivered',
      recipient: 'user@example.com',
      sender: 'sender@example.net',
      messageId: '20130503182626.18666.16540@example.net',
      subject: 'Test',
      time: '2018-03-16T20:46:35.375Z',
      replyCode: 250,
      diagnosticCode: 'OK',
      remoteMta: 'mx.example.com',
      localIp: '192.0.2.200',
      size: 111,
      labels: { tags: 'my_tag_1,my_tag_2' }
    }
  ],
  [
    'permanent failure',
    {
      event: 'failed',
      severity: 'permanent',
      reason: 'bounce',
      ...status({ code: 550, 'enhanced-code': '5.1.1', message: '5.1.1 No such user.\n5.1.1 Check the address', description: '' })
    },
    { kind: 'failed', outcome: 'failed', replyCode: 550, status: '5.1.1', diagnosticCode: '5.1.1 No such user. 5.1.1 Check the address' }
  ],
  [
    'temporary failure',
    { event: 'failed', severity: 'temporary', reason: 'generic', ...status({ code: 452, message: '4.2.2 Mailbox full' }) },
    { kind: 'delayed', outcome: 'pending', replyCode: 452 }
  ],
  [
    "failure with a number of Mailgun's own",
    { event: 'failed', severity: 'temporary', reason: 'generic', ...status({ code: 498, message: 'No MX for example.com' }) },
    { kind: 'delayed', diagnosticCode: 'No MX for example.com' }
  ],
  [
    'suppressed address',
    {
      event: 'failed',
      severity: 'permanent',
      reason: 'suppress-bounce',
      ...status({ code: 605, message: '', description: 'Not delivering to previously bounced address' })
    },
    { kind: 'suppressed', outcome: 'failed', diagnosticCode: 'Not delivering to previously bounced address' }
  ],
  [
    'end of retries',
    { event: 'failed', severity: 'permanent', reason: 'old', ...status({ code: 602, message: 'Too old' }) },
    { kind: 'failed', outcome: 'expired' }
  ],
  [
    'rejection',
    { event: 'rejected', recipient: undefined, reject: { reason: 'Sandbox subdomains are for test purposes only.', description: '' } },
    { kind: 'failed', recipient: 'user@example.com', diagnosticCode: 'Sandbox subdomains are for test purposes only.' }
  ],
  ['complaint', { event: 'complained' }, { kind: 'complaint' }],
  ['unsubscription', { event: 'unsubscribed' }, { kind: 'unsubscribe' }]
])('a %s is read', (_, fields, expected) => {
  const [read] = mailgun.read({ signature: {}, 'event-data': { ...event, ...fields } }).events
  expect(read).toMatchObject(expected)
  if (!('replyCode' in expected)) expect(read).not.toHaveProperty('replyCode')
})

const form = {
  recipient: 'user@example.com',
  domain: 'example.net',
  timestamp: '1461261330',
  token: 't',
  signature: 's',
  'message-headers': JSON.stringify([
    ['Subject', 'Test'],
    ['From', 'Sender <sender@example.net>'],
    ['Message-Id', '<a@example.net>']
  ])
}

test.each([
  [
    'delivered',
    { 'X-Mailgun-Tag': 'one' },
    {
      kind: 'delivered',
      messageId: 'a@example.net',
      subject: 'Test',
      sender: 'sender@example.net',
      time: '2016-04-21T17:55:30Z',
      labels: { tags: 'one' }
    }
  ],
  ['bounced', { code: '550', error: '550 5.1.1 No such user' }, { kind: 'failed', replyCode: 550, status: '5.1.1' }],
  [
    'bounced',
    { code: '5.1.1', error: 'smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found' },
    { kind: 'failed', replyCode: 550, status: '5.1.1' }
  ],
  [
    'dropped',
    { code: '607', reason: 'hardfail', description: 'Not delivering to a user who marked your messages as spam' },
    { kind: 'suppressed' }
  ],
  [
    'dropped',
    { code: '499', reason: 'old', description: 'Unable to connect to MX servers: [example.com]' },
    { kind: 'failed', outcome: 'expired' }
  ],
  ['complained', {}, { kind: 'complaint' }]
])('an old form: %s %j', (name, fields, expected) => {
  expect(mailgun.read({ ...form, event: name, ...fields }).events[0]).toMatchObject({ recipient: 'user@example.com', ...expected })
  const pairs = { ...form, 'message-headers': JSON.parse(form['message-headers']), event: name, ...fields }
  expect(mailgun.read(pairs).events[0]).toMatchObject(expected)
})

test('opens and received mail are counted, what is new is unread', () => {
  expect(mailgun.read({ 'event-data': { event: 'opened' } })).toMatchObject({ events: [], ignored: 1 })
  expect(mailgun.read({ 'event-data': { event: 'accepted', 'delivery-status': null } })).toMatchObject({ events: [], ignored: 1 })
  expect(mailgun.read({ recipient: 'in@example.com', sender: 'out@example.net', 'body-plain': 'Hello' })).toMatchObject({
    events: [],
    ignored: 1
  })
  for (const payload of [{ 'event-data': { event: 'new' } }, { ...form, event: 'new' }, form])
    expect(mailgun.read(payload)).toMatchObject({ events: [], unread: 1 })
})

test('events that its API gives are read by themselves and as a page', () => {
  const event = {
    event: 'failed',
    severity: 'permanent',
    recipient: 'user@example.com',
    'delivery-status': { code: 550, message: '5.1.1 no such user' },
    message: { headers: { 'message-id': '1@example.org' } }
  }
  const expected = { kind: 'failed', messageId: '1@example.org', replyCode: 550, diagnosticCode: '5.1.1 no such user' }
  expect(mailgun.read(event).events).toMatchObject([expected])
  const page = { items: [event, { ...event, event: 'opened' }], paging: { next: 'https://api.example.com/' } }
  expect(mailgun.recognise(page)).toBe(1)
  expect(mailgun.read(page)).toMatchObject({ events: [expected], ignored: 1, unread: 0 })
})
