import { expect, test } from 'vitest'
import { attempt, readItems } from './attempt.ts'

test.each([
  ['delivered', undefined, 'delivered'],
  ['delayed', '451 4.7.1 Greylisted', 'pending'],
  ['failed', '550 5.1.1 User unknown', 'failed'],
  ['failed', '421 4.7.0 Try again later', 'expired'],
  ['failed', '554 5.4.7 message timeout', 'expired'],
  ['failed', 'no words that tell', 'failed'],
  ['suppressed', 'Bounced Address', 'failed'],
  ['complaint', undefined, undefined],
  ['unsubscribe', undefined, undefined],
  ['other', undefined, undefined]
] as const)('%s over "%s" ends as %s', (kind, text, outcome) => {
  expect(attempt('x', { kind, text }).outcome).toBe(outcome)
})

test.each([
  ['550 5.1.1 User unknown', 550, '5.1.1'],
  ['smtp;550 5.1.1 User unknown', 550, '5.1.1'],
  ['bounced (550 5.1.1 User unknown)', 550, '5.1.1'],
  [' RecipientError: 550 5.5.0 mailbox unavailable.', 550, '5.5.0'],
  ['sent (250 2.0.0 OK 1498093527)', 250, '2.0.0'],
  ['5.1.1 User unknown', undefined, '5.1.1'],
  ['User unknown', undefined, undefined]
])('the codes of "%s" are read', (text, replyCode, status) => {
  const event = attempt('x', { kind: 'failed', text })
  expect([event.replyCode, event.status, event.diagnosticCode]).toEqual([replyCode, status, text.trim()])
})

test("a service's own numbers are no reply codes", () => {
  for (const replyCode of [498, '499', 605, '5.1.1', 0, null])
    expect(attempt('x', { kind: 'failed', replyCode, text: 'No MX for example.com' }).replyCode).toBeUndefined()
  expect(attempt('x', { kind: 'failed', replyCode: '452' }).replyCode).toBe(452)
})

test('one id stands for message and queue, two are kept apart', () => {
  expect(attempt('x', { kind: 'delivered', id: 7 })).toMatchObject({ messageId: '7', queueId: '7' })
  expect(attempt('x', { kind: 'delivered', messageId: '<a@example.com>' })).toMatchObject({
    messageId: 'a@example.com',
    queueId: 'a@example.com'
  })
  expect(attempt('x', { kind: 'delivered', messageId: '<a@example.com>', id: 'q' })).toMatchObject({
    messageId: 'a@example.com',
    queueId: 'q'
  })
})

test('names are taken off addresses, and the recipient out of the envelope sender', () => {
  const told = { recipient: 'A Person <person@example.com>', sender: 'bounces+1234-abcd-person=example.com@news.example.net' }
  expect(attempt('x', { kind: 'delivered', ...told })).toMatchObject({
    recipient: 'person@example.com',
    sender: 'bounces@news.example.net'
  })
  expect(attempt('x', { kind: 'failed', recipient: 'invalid@invalid' }).recipient).toBe('invalid@invalid')
  expect(attempt('x', { kind: 'failed', recipient: "o'brien@example.com" }).recipient).toBe("o'brien@example.com")
})

test('what is no text, no list and no number is left out', () => {
  const odd = {
    recipient: {},
    sender: [],
    messageId: null,
    subject: true,
    status: 5,
    text: {},
    size: 'big',
    labels: { tags: [{}, null], campaign: '' }
  }
  expect(attempt('x', { kind: 'failed', ...odd })).toEqual({ kind: 'failed', direction: 'outbound', program: 'x', outcome: 'failed' })
})

test('lengths have bounds', () => {
  const long = 'a'.repeat(1_000_000)
  const event = attempt('x', { kind: 'failed', recipient: long, subject: long, id: long, text: long, labels: { tags: [long, long] } })
  expect(JSON.stringify(event).length).toBeLessThan(10_000)
})

test('labels are texts: lists with commas, objects with equals signs, and each of their members by itself', () => {
  const labels = { tags: ['a', 2], metadata: { one: 'x', two: { deep: 1 } }, campaign: 'spring' }
  expect(attempt('x', { kind: 'delivered', labels }).labels).toEqual({ tags: 'a,2', metadata: 'one=x', campaign: 'spring', one: 'x' })
})

test('every item is counted, and a few unread ones are shown', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const items = [circle, undefined, 1n, ...Array.from({ length: 20 }, (_, at) => ({ at, text: 'x'.repeat(1_000) })), 'known']
  const reading = readItems(items, (item) => (item === 'known' ? 'ignored' : 'unread'))
  expect([reading.events.length, reading.ignored, reading.unread, reading.samples.length]).toEqual([0, 1, 23, 5])
  expect(reading.samples.every((sample) => sample.length <= 300)).toBe(true)
})

test('a label that a sender has named does not stand in the place of one of the service', () => {
  const labels = { tags: { Campaign: 'own', class: 'a', __proto__: null, 'not a name': 'b' }, campaign: 'of the service' }
  expect(attempt('x', { kind: 'delivered', labels }).labels).toEqual({
    tags: 'Campaign=own,class=a,not a name=b',
    campaign: 'of the service',
    class: 'a'
  })
})
