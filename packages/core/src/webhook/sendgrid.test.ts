import { expect, test } from 'vitest'
import { sendgrid } from './sendgrid.ts'

const sent = {
  email: 'user@example.com',
  timestamp: 1_513_299_569,
  'smtp-id': '<14c5d75ce93@example.net>',
  sg_event_id: 'e==',
  sg_message_id: '14c5d75ce93.filter1',
  category: ['a', 'b']
}

test.each([
  [
    'delivery',
    { ...sent, event: 'delivered', response: '250 OK', ip: '192.0.2.1' },
    {
      kind: 'delivered',
      outcome: 'delivered',
      recipient: 'user@example.com',
      messageId: '14c5d75ce93@example.net',
      queueId: '14c5d75ce93.filter1',
      time: '2017-12-15T00:59:29Z',
      replyCode: 250,
      diagnosticCode: '250 OK',
      localIp: '192.0.2.1',
      labels: { tags: 'a,b' }
    }
  ],
  [
    'deferral',
    { ...sent, event: 'deferred', response: '400 try again later', attempt: '5' },
    { kind: 'delayed', outcome: 'pending', diagnosticCode: '400 try again later' }
  ],
  [
    'bounce',
    { ...sent, event: 'bounce', reason: '500 unknown recipient', status: '5.0.0', type: 'bounce' },
    { kind: 'failed', outcome: 'failed', replyCode: 500, status: '5.0.0' }
  ],
  [
    'block',
    { ...sent, event: 'bounce', reason: 'unable to get mx info: no such host', type: 'blocked', bounce_classification: 'Unclassified' },
    { kind: 'failed', labels: { tags: 'a,b', classification: 'Unclassified' } }
  ],
  [
    'drop of a listed address',
    { ...sent, event: 'dropped', reason: 'Bounced Address', status: '5.0.0' },
    { kind: 'suppressed', outcome: 'failed', diagnosticCode: 'Bounced Address' }
  ],
  ['drop of a bad message', { ...sent, event: 'dropped', reason: 'Invalid SMTPAPI header' }, { kind: 'failed' }],
  ['complaint', { ...sent, event: 'spamreport' }, { kind: 'complaint' }],
  ['unsubscription from a group', { ...sent, event: 'group_unsubscribe', asm_group_id: 10, ip: '198.51.100.9' }, { kind: 'unsubscribe' }]
])('a %s is read', (_, payload, expected) => {
  const [event] = sendgrid.read([payload]).events
  expect(event).toMatchObject(expected)
  if (!('localIp' in expected)) expect(event).not.toHaveProperty('localIp')
})

test('what happened before and after delivery is counted', () => {
  const events = ['processed', 'open', 'click', 'group_resubscribe'].map((event) => ({ ...sent, event }))
  expect(sendgrid.read([...events, { ...sent, event: 'teleported' }])).toMatchObject({ events: [], ignored: 4, unread: 1 })
})
