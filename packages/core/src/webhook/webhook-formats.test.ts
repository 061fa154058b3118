import fc from 'fast-check'
import { expect, test } from 'vitest'
import { webhookFormatOf, webhookFormats } from './webhook-formats.ts'

test('ids are distinct', () => {
  expect(new Set(webhookFormats.map(({ id }) => id)).size).toBe(webhookFormats.length)
})

test('what no service posted is recognised by none', () => {
  for (const payload of [
    null,
    7,
    'text',
    [],
    {},
    [[]],
    { event: 'page view', user: 1 },
    { type: 'charge.failed', data: {} },
    { events: [] }
  ])
    expect(webhookFormatOf(payload)).toBeUndefined()
})

test("a kind of event that is new is still known as its service's", () => {
  const events: readonly (readonly [string, unknown])[] = [
    ['brevo', { event: 'new', email: 'user@example.com', 'message-id': '<a@example.com>' }],
    ['mailgun', { 'event-data': { event: 'new' } }],
    ['mailgun', { event: 'new', 'message-headers': '[]' }],
    ['mailjet', [{ event: 'new', MessageID: 1 }]],
    ['mailersend', { type: 'activity.new', data: {} }],
    ['mailtrap', { events: [{ event: 'new', sending_stream: 'bulk' }] }],
    ['mandrill', { mandrill_events: '[{"event":"new"}]' }],
    ['mandrill', [{ event: 'new', msg: {} }]],
    ['postal', { event: 'New', payload: {}, uuid: 'a' }],
    ['postmark', { RecordType: 'New' }],
    ['resend', { type: 'email.new', data: {} }],
    ['sendgrid', [{ event: 'new', sg_event_id: 'a' }]],
    ['ses', { eventType: 'New', mail: {} }],
    ['sparkpost', [{ msys: { message_event: { type: 'new' } } }]],
    ['unisender-go', { event_name: 'transactional_email_status', status: 'new' }]
  ]
  for (const [id, payload] of events) {
    expect(webhookFormatOf(payload)?.id).toBe(id)
    expect(webhookFormatOf(payload)?.read(payload)).toMatchObject({ events: [], ignored: 0, unread: 1 })
  }
})

/** Names and words out of the formats, so that random payloads come past the first questions. Empty lists hold nothing to lose: none. */
const names = `
  event type Type RecordType eventType notificationType event-data msys message_event msg mandrill_events data payload
  message original_message bounce events events_by_user event_name event_data status delivery-status severity email
  recipient Email to mail Message TopicArn bouncedRecipients bounceSubType delivery recipients tags labels timestamp ts
  ts_event time code replyCode error_code reason raw_reason response diag details output smtp_events message-headers
  sg_event_id message-id mj_campaign_id sending_stream morph headers bounce_class reject action __proto__`
  .trim()
  .split(/\s+/)
const wordList = [
  'bounce',
  'Bounce',
  'delivered',
  'failed',
  'deferred',
  'dropped',
  'hard_bounce',
  'email.bounced',
  'activity.hard_bounced',
  'MessageSent',
  'MessageHeld',
  'SubscriptionChange',
  'transactional_email_status',
  'spam',
  'soft bounce',
  'Notification',
  'constructor',
  '550 5.1.1 User unknown',
  'user@example.com',
  '192.0.2.1',
  '2024-09-06 23:14:19',
  '{"notificationType":"Bounce","mail":{}}',
  '[{"event":"hard_bounce","msg":{}}]',
  '60',
  '1454442600'
]
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 5, withCrossShrink: true }, tie('leaf'), tie('object'), fc.array(tie('any'), { minLength: 1, maxLength: 4 })),
  leaf: fc.oneof(
    fc.constantFrom(...wordList),
    fc.string().filter((text) => text !== '[]'),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null)
  ),
  object: fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 8 })
})).any

test('no payload makes a reader throw, and none is lost', () => {
  fc.assert(
    fc.property(value, (payload) => {
      for (const format of webhookFormats) {
        const sure = format.recognise(payload)
        expect(sure).toBeGreaterThanOrEqual(0)
        expect(sure).toBeLessThanOrEqual(1)
        const { events, ignored, unread, samples } = format.read(payload)
        expect(events.length + ignored + unread).toBeGreaterThan(0)
        expect(samples.length).toBe(Math.min(unread, 5))
        for (const event of events) expect(event.direction).toBe('outbound')
      }
    }),
    { numRuns: 1_000 }
  )
})

test('no value at all makes a reader throw', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
      (payload) => {
        for (const format of webhookFormats) {
          format.recognise(payload)
          format.read(payload)
        }
      }
    ),
    { numRuns: 500 }
  )
})

test('how items are batched makes no difference', () => {
  const services = webhookFormats.filter(({ id }) => ['sendgrid', 'sparkpost', 'mandrill', 'mailjet', 'brevo'].includes(id))
  expect(services).toHaveLength(5)
  fc.assert(
    fc.property(fc.array(value, { maxLength: 8 }), fc.nat(8), (items, at) => {
      for (const format of services) {
        const whole = format.read(items)
        const [one, other] = [format.read(items.slice(0, at)), format.read(items.slice(at))]
        expect(whole.events).toEqual([...one.events, ...other.events])
        expect([whole.ignored, whole.unread]).toEqual([one.ignored + other.ignored, one.unread + other.unread])
      }
    })
  )
})
