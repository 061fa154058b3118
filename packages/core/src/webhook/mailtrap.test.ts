import { expect, test } from 'vitest'
import { mailtrap } from './mailtrap.ts'

const mailtrapEvent = {
  timestamp: 1_498_093_527,
  sending_stream: 'transactional',
  category: 'reset',
  message_id: '1df37d17',
  email: 'user@example.com',
  event_id: 'bede'
}

test.each([
  [
    'delivery',
    {},
    {
      kind: 'delivered',
      recipient: 'user@example.com',
      queueId: '1df37d17',
      time: '2017-06-22T01:05:27Z',
      labels: { tags: 'reset', stream: 'transactional' }
    }
  ],
  [
    'soft bounce',
    { response: 'soft bounce (450 4.2.0 unavailable)', response_code: 450 },
    { kind: 'delayed', replyCode: 450, status: '4.2.0' }
  ],
  [
    'bounce',
    { response: 'bounced (550 5.1.1 no such user)', response_code: 550, bounce_category: 'badmailbox' },
    { kind: 'failed', replyCode: 550 }
  ],
  ['suspension', { reason: 'other' }, { kind: 'delayed' }],
  ['reject', { reason: 'unknown' }, { kind: 'failed' }],
  ['reject', { reason: 'recipient is on the suppression list' }, { kind: 'suppressed' }],
  ['spam', {}, { kind: 'complaint' }],
  ['unsubscribe', {}, { kind: 'unsubscribe' }]
])('%s %j is read, in a batch and as a line', (event, fields, expected) => {
  const item = { ...mailtrapEvent, event, ...fields }
  expect(mailtrap.read({ events: [item] }).events[0]).toMatchObject(expected)
  expect(mailtrap.read(item)).toEqual(mailtrap.read({ events: [item] }))
})

test('opens and what people did in the account are counted', () => {
  const events = ['open', 'click', 'activity_log.user.updated', 'new'].map((event) => ({ ...mailtrapEvent, event }))
  expect(mailtrap.read({ events })).toMatchObject({ events: [], ignored: 3, unread: 1 })
})
