import { expect, test } from 'vitest'
import { postal } from './postal.ts'

const postalMessage = {
  id: 12_345,
  token: 'abc',
  direction: 'outgoing',
  message_id: '5817a643@app.example.com',
  to: 'user@example.com',
  from: 'sales@example.com',
  subject: 'Welcome',
  tag: 'welcome'
}

const postalEvent = (event: string, payload: object) => ({ event, timestamp: 1_477_945_177.12994, uuid: '820b47a4', payload })

test.each([
  [
    'MessageSent',
    {
      status: 'Sent',
      details: 'Message sent by SMTP to mx.example.net (2001:db8::1b) (from 2001:db8:0:a::2)',
      output: '250 2.0.0 OK',
      timestamp: 1_477_945_177
    },
    {
      kind: 'delivered',
      recipient: 'user@example.com',
      sender: 'sales@example.com',
      messageId: '5817a643@app.example.com',
      queueId: '12345',
      replyCode: 250,
      remoteMta: 'mx.example.net',
      localIp: '2001:db8:0:a::2',
      time: '2016-10-31T20:19:37Z',
      labels: { tags: 'welcome', classification: 'Sent' }
    }
  ],
  [
    'MessageDelayed',
    { status: 'SoftFail', details: 'Temporary', output: '421 try later' },
    { kind: 'delayed', outcome: 'pending', replyCode: 421, labels: { details: 'Temporary' } }
  ],
  [
    'MessageDeliveryFailed',
    { status: 'HardFail', details: 'Permanent SMTP delivery error', output: '550 5.1.1 no such user' },
    { kind: 'failed', status: '5.1.1' }
  ],
  [
    'MessageHeld',
    { status: 'Held', details: 'Recipient (user@example.com) is on the suppression list' },
    { kind: 'suppressed', diagnosticCode: 'Recipient (user@example.com) is on the suppression list' }
  ],
  ['MessageHeld', { status: 'Held', details: 'Message held for manual release' }, { kind: 'delayed' }]
])('%s is read', (event, payload, expected) => {
  expect(postal.read(postalEvent(event, { ...payload, message: postalMessage })).events[0]).toMatchObject(expected)
})

test('a bounce is about the original message; received mail and clicks are counted', () => {
  const bounce = { original_message: postalMessage, bounce: { id: 7, direction: 'incoming', to: 'abcde@psrp.example.com' } }
  expect(postal.read(postalEvent('MessageBounced', bounce)).events[0]).toMatchObject({ kind: 'failed', recipient: 'user@example.com' })
  const incoming = postalEvent('MessageDeliveryFailed', { message: { ...postalMessage, direction: 'incoming' } })
  for (const payload of [incoming, postalEvent('MessageLinkClicked', {}), postalEvent('DomainDNSError', {})])
    expect(postal.read(payload)).toMatchObject({ events: [], ignored: 1, unread: 0 })
  expect(postal.read(postalEvent('MessageSent', {}))).toMatchObject({ events: [], unread: 1 })
})
