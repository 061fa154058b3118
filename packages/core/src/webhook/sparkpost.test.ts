import { expect, test } from 'vitest'
import { sparkpost } from './sparkpost.ts'

const message = (type: string, fields: object = {}) => ({
  msys: {
    message_event: {
      type,
      event_id: '92356927693813856',
      message_id: '000443ee',
      transmission_id: '658321',
      rcpt_to: 'user@example.com',
      timestamp: '1454442600',
      ...fields
    }
  }
})

test.each([
  [
    'delivery',
    message('delivery', {
      sending_ip: '192.0.2.9',
      ip_address: '198.51.100.25',
      msg_from: 'sender@example.com',
      campaign_id: 'spring',
      rcpt_tags: ['male', 'US'],
      msg_size: '1337'
    }),
    {
      kind: 'delivered',
      recipient: 'user@example.com',
      sender: 'sender@example.com',
      messageId: '658321',
      queueId: '000443ee',
      localIp: '192.0.2.9',
      remoteMta: '198.51.100.25',
      size: 1337,
      labels: { campaign: 'spring', tags: 'male,US' }
    }
  ],
  [
    'bounce',
    message('bounce', {
      bounce_class: '10',
      error_code: '550',
      raw_reason: '550 5.1.1 <user@example.com>: User unknown',
      reason: '550 5.1.1 ...: User unknown'
    }),
    {
      kind: 'failed',
      replyCode: 550,
      status: '5.1.1',
      diagnosticCode: '550 5.1.1 <user@example.com>: User unknown',
      labels: { classification: '10' }
    }
  ],
  [
    'bounce after a time of retries',
    message('bounce', {
      bounce_class: '24',
      raw_reason: '554 5.4.7 [internal] message timeout (exceeded max time, last transfail: 454 4.4.4 [internal] no MX or A for domain)'
    }),
    { kind: 'failed', outcome: 'expired' }
  ],
  [
    'bounce that comes later',
    message('out_of_band', { bounce_class: '22', raw_reason: '552 5.2.2 mailbox full' }),
    { kind: 'failed', replyCode: 552 }
  ],
  ['delay', message('delay', { raw_reason: '454 4.4.4 [internal] no MX or A for domain' }), { kind: 'delayed', outcome: 'pending' }],
  [
    'suppressed recipient',
    message('bounce', { bounce_class: '25', raw_reason: '554 5.7.1 [internal] recipient address was suppressed due to customer policy' }),
    { kind: 'suppressed' }
  ],
  ['policy', message('policy_rejection', { raw_reason: '550 5.7.1 message rejected by policy' }), { kind: 'failed' }],
  ['complaint', message('spam_complaint', { fbtype: 'abuse' }), { kind: 'complaint', feedbackType: 'abuse' }],
  ['vacation', message('bounce', { bounce_class: '60' }), { kind: 'auto-reply' }],
  ['unsubscription by a bounce', message('bounce', { bounce_class: '90' }), { kind: 'unsubscribe' }],
  ['unsubscription', { msys: { unsubscribe_event: { type: 'link_unsubscribe', rcpt_to: 'user@example.com' } } }, { kind: 'unsubscribe' }]
])('a %s is read', (_, payload, expected) => {
  expect(sparkpost.read([payload]).events[0]).toMatchObject(expected)
})

test('a trial, opens and mail that it received are counted', () => {
  const payload = [
    { msys: {} },
    { msys: { track_event: { type: 'open' } } },
    { msys: { relay_event: { type: 'relay_injection' } } },
    { msys: { message_event: { type: 'new' } } },
    {}
  ]
  expect(sparkpost.read(payload)).toMatchObject({ events: [], ignored: 3, unread: 2 })
})
