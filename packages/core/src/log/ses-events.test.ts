import { expect, test } from 'vitest'
import type { LogEvent } from './log-reader.ts'
import { sesEvents } from './ses-events.ts'

const mail = { timestamp: '2026-03-01T12:00:00.000Z', messageId: 'ses-1', source: 'bob@example.net', destination: ['ann@example.com'] }
const bounce = JSON.stringify({
  eventType: 'Bounce',
  mail,
  bounce: {
    bounceType: 'Permanent',
    bounceSubType: 'General',
    timestamp: '2026-03-01T12:00:01.000Z',
    bouncedRecipients: [{ emailAddress: 'ann@example.com', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user {unknown}' }]
  }
})
const delivery = JSON.stringify({
  notificationType: 'Delivery',
  mail,
  delivery: { timestamp: '2026-03-01T12:00:02.000Z', recipients: ['ann@example.com'], smtpResponse: '250 ok' }
})
const click = JSON.stringify({ eventType: 'Open', mail, open: {} })

const read = (lines: readonly string[]): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = sesEvents.open((event) => events.push(event), { now: 0 })
  return { verdicts: lines.map(reader.line), events }
}

test('a record a line, in either form, and those that tell nothing of delivery', () => {
  const { events, verdicts } = read([bounce, delivery, click, ''])
  expect(verdicts).toEqual(['event', 'event', 'ignored', 'ignored'])
  expect(events).toMatchObject([
    { kind: 'failed', recipient: 'ann@example.com', status: '5.1.1' },
    { kind: 'delivered', recipient: 'ann@example.com' }
  ])
})

test('records behind each other in one line, as Firehose leaves them', () => {
  const { events, verdicts } = read([bounce + delivery + click])
  expect(verdicts).toEqual(['event'])
  expect(events.map(({ kind }) => kind)).toEqual(['failed', 'delivered'])
})

test('a line that was cut off, and an object of another service, are unread', () => {
  expect(read([bounce.slice(0, 100), '{"a":1}', `${bounce}{"a":1}`]).verdicts).toEqual(['unread', 'unread', 'unread'])
})

test('the log is recognised', () => {
  expect(sesEvents.recognise([bounce, delivery])).toBe(1)
  expect(sesEvents.recognise([bounce + delivery])).toBe(1)
  expect(sesEvents.recognise(['{"type":"Delivery"}'])).toBe(0)
})
