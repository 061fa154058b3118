import { expect, test } from 'vitest'
import { brevo } from './brevo.ts'

const brevoEvent = {
  email: 'user@example.com',
  id: 1,
  date: '2020-10-09 00:00:00',
  ts: 1_604_933_619,
  'message-id': '<201798300811.5787683@relay.example.com>',
  ts_event: 1_604_933_654,
  subject: 'My first',
  sending_ip: '192.0.2.3',
  template_id: 22,
  tags: ['transac']
}

test.each([
  [
    'hard_bounce',
    { reason: '550 5.1.1 User unknown' },
    {
      kind: 'failed',
      outcome: 'failed',
      replyCode: 550,
      recipient: 'user@example.com',
      messageId: '201798300811.5787683@relay.example.com',
      subject: 'My first',
      time: '2020-11-09T14:54:14Z',
      localIp: '192.0.2.3',
      labels: { tags: 'transac', template: '22' }
    }
  ],
  ['soft_bounce', { reason: '452 4.2.2 Mailbox full' }, { kind: 'failed', outcome: 'expired' }],
  ['deferred', { reason: '421 try again later' }, { kind: 'delayed', outcome: 'pending' }],
  ['blocked', { reason: 'blocked : due to blacklist user' }, { kind: 'suppressed' }],
  ['invalid_email', {}, { kind: 'failed', diagnosticCode: 'invalid email' }],
  ['error', {}, { kind: 'failed' }],
  ['delivered', {}, { kind: 'delivered' }],
  ['spam', {}, { kind: 'complaint' }],
  ['unsubscribed', {}, { kind: 'unsubscribe' }]
])('%s is read, alone and in an array', (event, fields, expected) => {
  const payload = { ...brevoEvent, event, ...fields }
  expect(brevo.read(payload).events[0]).toMatchObject(expected)
  expect(brevo.read([payload, payload]).events).toHaveLength(2)
})

test('opens are counted, what is new is unread', () => {
  expect(brevo.read({ ...brevoEvent, event: 'unique_proxy_open' })).toMatchObject({ events: [], ignored: 1, unread: 0 })
  expect(brevo.read({ ...brevoEvent, event: 'new' })).toMatchObject({ events: [], ignored: 0, unread: 1 })
})
