import { expect, test } from 'vitest'
import { mandrill } from './mandrill.ts'

const msg = {
  ts: 1_365_109_999,
  subject: 'Hello',
  email: 'user@example.com',
  sender: 'sender@example.com',
  tags: ['webhook-example'],
  _id: 'abc',
  metadata: { user_id: 111 }
}

test.each([
  [
    'hard bounce',
    {
      event: 'hard_bounce',
      ts: 1_384_954_004,
      msg: { ...msg, bounce_description: 'bad_mailbox', bgtools_code: 10, diag: 'smtp;550 5.1.1 User unknown' }
    },
    {
      kind: 'failed',
      outcome: 'failed',
      replyCode: 550,
      diagnosticCode: 'smtp;550 5.1.1 User unknown',
      queueId: 'abc',
      time: '2013-11-20T13:26:44Z',
      labels: { tags: 'webhook-example', classification: 'bad_mailbox' }
    }
  ],
  [
    'soft bounce',
    { event: 'soft_bounce', msg: { ...msg, bounce_description: 'mailbox_full', diag: 'smtp;552 5.2.2 Over Quota' } },
    { kind: 'failed', status: '5.2.2', time: '2013-04-04T21:13:19Z' }
  ],
  [
    'deferral',
    {
      event: 'deferral',
      msg: {
        ...msg,
        smtp_events: [
          {
            destination_ip: '198.51.100.1',
            diag: '451 4.3.5 Temporarily unavailable, try again later.',
            source_ip: '192.0.2.1',
            ts: 1_365_111_111,
            type: 'deferred'
          }
        ]
      }
    },
    { kind: 'delayed', replyCode: 451, remoteMta: '198.51.100.1', localIp: '192.0.2.1' }
  ],
  [
    'rejection of a listed address',
    { event: 'reject', msg: { ...msg, reject: { reason: 'hard-bounce' } } },
    { kind: 'suppressed', diagnosticCode: 'hard-bounce' }
  ],
  ['rejection of a sender', { event: 'reject', msg: { ...msg, reject: { reason: 'unsigned' } } }, { kind: 'failed' }],
  ['delivery', { event: 'delivered', msg: { ...msg, diag: '250 2.0.0 OK' } }, { kind: 'delivered' }],
  ['complaint', { event: 'spam', msg }, { kind: 'complaint' }],
  ['unsubscription', { event: 'unsub', msg }, { kind: 'unsubscribe' }]
])('a %s is read, taken apart or as a form', (_, payload, expected) => {
  expect(mandrill.read([payload]).events[0]).toMatchObject(expected)
  expect(mandrill.read({ mandrill_events: JSON.stringify([payload]) })).toEqual(mandrill.read([payload]))
})

test('sending, opening and changes of its lists are counted', () => {
  const payload = [
    { event: 'send', msg },
    { event: 'open', msg },
    { type: 'blacklist', action: 'add', reject: { email: 'user@example.com' } },
    { event: 'new', msg }
  ]
  expect(mandrill.read(payload)).toMatchObject({ events: [], ignored: 3, unread: 1 })
  expect(mandrill.read({ mandrill_events: '[{' })).toMatchObject({ events: [], unread: 1 })
})
