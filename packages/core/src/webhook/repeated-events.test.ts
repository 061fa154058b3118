import { expect, test } from 'vitest'
import type { LogEvent } from '../log/log-reader.ts'
import { openRepeatedEvents } from './repeated-events.ts'
import { webhookLines } from './webhook-lines.ts'

const bounce: LogEvent = {
  kind: 'failed',
  direction: 'outbound',
  program: 'sendgrid',
  recipient: 'a@example.com',
  queueId: 'm1',
  time: '2025-10-09T08:53:20Z',
  diagnosticCode: '550 5.1.1 user unknown'
}

test.each<[string, Partial<LogEvent>, boolean]>([
  ['the same event once more is a repetition', {}, true],
  ['another recipient of the same message is none', { recipient: 'b@example.com' }, false],
  ['another attempt a second later is none', { time: '2025-10-09T08:53:21Z' }, false],
  ['another answer is none', { diagnosticCode: '552 5.2.2 mailbox full' }, false],
  ['another kind of event is none', { kind: 'complaint' }, false]
])('%s', (_, change, isAgain) => {
  const isRepeated = openRepeatedEvents()
  expect(isRepeated(bounce)).toBe(false)
  expect(isRepeated({ ...bounce, ...change })).toBe(isAgain)
})

test.each(['time', 'queueId', 'recipient'] as const)('without %s an event is never taken for a repetition', (field) => {
  const isRepeated = openRepeatedEvents()
  const { [field]: _left, ...event } = bounce
  expect([isRepeated(event), isRepeated(event)]).toEqual([false, false])
})

test('what was told long ago is forgotten, what was told of late is not', () => {
  const isRepeated = openRepeatedEvents(20)
  for (let at = 0; at < 30; at++) isRepeated({ ...bounce, queueId: `m${at}` })
  expect([isRepeated({ ...bounce, queueId: 'm0' }), isRepeated({ ...bounce, queueId: 'm29' })]).toEqual([false, true])
})

test('a payload that a service posts a second time counts once, its line as one of other things', () => {
  const payload = JSON.stringify([
    { event: 'bounce', email: 'a@example.com', timestamp: 1_760_000_000, sg_event_id: 'e', sg_message_id: 'm', reason: '550 5.1.1 unknown' }
  ])
  const events: LogEvent[] = []
  const reader = webhookLines.open((event) => events.push(event), { now: 0 })
  expect([reader.line(payload), reader.line(payload)]).toEqual(['event', 'ignored'])
  expect(events).toHaveLength(1)
})
