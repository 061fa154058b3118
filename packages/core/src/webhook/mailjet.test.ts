import { expect, test } from 'vitest'
import { mailjet } from './mailjet.ts'

const mailjetEvent = {
  time: 1_433_333_949,
  MessageID: 19_421_777,
  email: 'user@example.com',
  mj_campaign_id: 7257,
  mj_contact_id: 4,
  customcampaign: '',
  CustomID: 'helloworld',
  Payload: ''
}

test.each([
  [
    'sent',
    { mj_message_id: '19421777', smtp_reply: 'sent (250 2.0.0 OK 1433333948 - gsmtp)' },
    {
      kind: 'delivered',
      replyCode: 250,
      queueId: '19421777',
      time: '2015-06-03T12:19:09Z',
      labels: { campaign: '7257', 'custom-id': 'helloworld' }
    }
  ],
  [
    'bounce',
    { blocked: true, hard_bounce: true, error_related_to: 'recipient', error: 'user unknown' },
    { kind: 'failed', outcome: 'failed', diagnosticCode: 'user unknown' }
  ],
  ['bounce', { hard_bounce: false, error_related_to: 'domain', error: 'greylisted' }, { kind: 'delayed', outcome: 'pending' }],
  ['blocked', { error_related_to: 'mailjet', error: 'preblocked' }, { kind: 'suppressed' }],
  ['blocked', { error_related_to: 'recipient', error: 'user unknown' }, { kind: 'failed' }],
  ['spam', { source: 'JMRPP' }, { kind: 'complaint', labels: { classification: 'JMRPP' } }],
  ['unsub', { mj_list_id: 1 }, { kind: 'unsubscribe' }]
])('%s %j is read', (event, fields, expected) => {
  expect(mailjet.read([{ ...mailjetEvent, event, ...fields }]).events[0]).toMatchObject(expected)
})

test('opens and clicks are counted, what is new is unread', () => {
  const payload = ['open', 'click', 'new'].map((event) => ({ ...mailjetEvent, event }))
  expect(mailjet.read(payload)).toMatchObject({ events: [], ignored: 2, unread: 1 })
})
