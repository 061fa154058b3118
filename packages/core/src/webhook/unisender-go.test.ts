import { expect, test } from 'vitest'
import { unisenderGo } from './unisender-go.ts'

const status = (word: string, fields: object = {}) => ({
  event_name: 'transactional_email_status',
  job_id: '1sn15Z-0007Le-GtVN',
  email: 'user@example.com',
  status: word,
  event_time: '2024-09-07 19:27:17',
  ...fields
})

test.each([
  ['delivered', {}, { kind: 'delivered', queueId: '1sn15Z-0007Le-GtVN', time: '2024-09-07T19:27:17Z' }],
  [
    'hard_bounced',
    { delivery_info: { delivery_status: 'err_user_unknown', destination_response: '555 5.7.1 User unknown' } },
    { kind: 'failed', status: '5.7.1', labels: { classification: 'err_user_unknown' } }
  ],
  ['hard_bounced', { delivery_info: { delivery_status: 'err_unsubscribed' } }, { kind: 'suppressed', outcome: 'failed' }],
  ['soft_bounced', { delivery_info: { delivery_status: 'err_mailbox_full' } }, { kind: 'delayed', diagnosticCode: 'err_mailbox_full' }],
  ['spam', {}, { kind: 'complaint' }],
  ['unsubscribed', { comment: 'too many' }, { kind: 'unsubscribe', diagnosticCode: 'too many' }]
])('%s is read, alone and in the batches of users', (word, fields, expected) => {
  const { event_name, ...event_data } = status(word, fields)
  expect(unisenderGo.read(status(word, fields)).events[0]).toMatchObject(expected)
  const batches = { events_by_user: [{ user_id: 1, events: [{ event_name, event_data }] }, { user_id: 2 }] }
  expect(unisenderGo.read(batches)).toMatchObject({ events: [expected], unread: 1 })
})

test('a block of a whole domain is told, opens are counted', () => {
  const block = {
    event_name: 'transactional_spam_block',
    event_data: { block_time: '2024-09-07 19:27:17', domain: 'example.com', block_type: 'one_smtp' }
  }
  expect(unisenderGo.read(block).events).toMatchObject([{ kind: 'other', remoteMta: 'example.com' }])
  expect(unisenderGo.read(status('opened'))).toMatchObject({ events: [], ignored: 1 })
  expect(unisenderGo.read(status('new'))).toMatchObject({ events: [], unread: 1 })
})
