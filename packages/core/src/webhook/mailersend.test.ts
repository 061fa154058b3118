import { expect, test } from 'vitest'
import { mailersend } from './mailersend.ts'

const activity = (type: string, morph: unknown = null) => ({
  type: `activity.${type}`,
  created_at: '2023-02-27T21:09:52Z',
  data: {
    type,
    created_at: '2023-02-27T21:09:49.506000Z',
    email: {
      from: 'sender@example.com',
      subject: 'Test',
      tags: ['tag1'],
      message: { id: '63fd' },
      recipient: { email: 'user@example.com' }
    },
    morph
  }
})

test.each([
  [
    'delivered',
    activity('delivered'),
    {
      kind: 'delivered',
      recipient: 'user@example.com',
      sender: 'sender@example.com',
      queueId: '63fd',
      time: '2023-02-27T21:09:49.506Z',
      labels: { tags: 'tag1' }
    }
  ],
  [
    'hard bounce',
    activity('hard_bounced', { object: 'recipient_bounce', reason: 'Host or domain name not found' }),
    { kind: 'failed', diagnosticCode: 'Host or domain name not found' }
  ],
  ['soft bounce', activity('soft_bounced', { reason: '452 4.2.2 full' }), { kind: 'failed', outcome: 'expired' }],
  ['deferral', activity('deferred'), { kind: 'delayed' }],
  ['complaint', activity('spam_complaint'), { kind: 'complaint' }],
  [
    'unsubscription',
    activity('unsubscribed', { reason: 'option_3', readable_reason: 'I get too many emails' }),
    { kind: 'unsubscribe', diagnosticCode: 'I get too many emails' }
  ],
  [
    'second version',
    { type: 'activity.hard_bounced', data: { email: 'user@example.com', message_id: '63fe', meta: { reason: 'no such user' } } },
    { kind: 'failed', recipient: 'user@example.com', queueId: '63fe', diagnosticCode: 'no such user' }
  ]
])('a %s is read', (_, payload, expected) => {
  expect(mailersend.read(payload).events[0]).toMatchObject(expected)
})

test('opens and its own affairs are counted, a new activity is unread', () => {
  for (const payload of [activity('opened_unique'), { type: 'maintenance.start' }])
    expect(mailersend.read(payload)).toMatchObject({ events: [], ignored: 1 })
  expect(mailersend.read(activity('teleported'))).toMatchObject({ events: [], ignored: 0, unread: 1 })
})
