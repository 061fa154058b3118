import { expect, test } from 'vitest'
import { resend } from './resend.ts'

const data = {
  created_at: '2023-09-28T17:19:43.982Z',
  email_id: '56761188',
  from: 'Sender <from@example.com>',
  subject: 'Test',
  to: ['a@example.com', 'B <b@example.com>'],
  tags: { category: 'confirm' }
}

test.each([
  ['email.delivered', {}, { kind: 'delivered' }],
  ['email.delivery_delayed', {}, { kind: 'delayed', outcome: 'pending' }],
  [
    'email.bounced',
    { bounce: { message: "The recipient's email address is on the list", type: 'Permanent', subType: 'Suppressed' } },
    { kind: 'suppressed' }
  ],
  [
    'email.bounced',
    { bounce: { type: 'Permanent', subType: 'General', message: 'words', diagnosticCode: ['smtp; 550 5.1.1 User unknown'] } },
    { kind: 'failed', replyCode: 550, labels: { tags: 'category=confirm', classification: 'Permanent,General' } }
  ],
  ['email.failed', { failed: { reason: 'reached_daily_quota' } }, { kind: 'failed', diagnosticCode: 'reached_daily_quota' }],
  ['email.suppressed', { suppressed: { message: 'on the suppression list' } }, { kind: 'suppressed' }],
  ['email.complained', {}, { kind: 'complaint' }]
])('%s is one event for each recipient', (type, fields, expected) => {
  const { events } = resend.read({ type, created_at: '2023-09-28T17:19:44.823Z', data: { ...data, ...fields } })
  const shared = { sender: 'from@example.com', queueId: '56761188', time: '2023-09-28T17:19:44.823Z' }
  expect(events).toMatchObject([
    { ...shared, ...expected, recipient: 'a@example.com' },
    { ...shared, ...expected, recipient: 'b@example.com' }
  ])
})

test('what is not about a delivery is counted, and a message to nobody is told', () => {
  for (const type of ['email.sent', 'email.opened', 'contact.created', 'suppression.added'])
    expect(resend.read({ type, data })).toMatchObject({ events: [], ignored: 1, unread: 0 })
  expect(resend.read({ type: 'email.teleported', data })).toMatchObject({ events: [], unread: 1 })
  expect(resend.read({ type: 'email.bounced', data: { ...data, to: [] } }).events).toHaveLength(1)
})
