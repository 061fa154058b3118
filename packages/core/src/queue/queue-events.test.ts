import { expect, test } from 'vitest'
import type { LogEvent } from '../log/log-reader.ts'
import type { QueueEntry } from './queue-entry.ts'
import { queueEvents, queueLogFormats } from './queue-events.ts'

const now = Date.UTC(2026, 10, 26, 0, 30)
const entry: QueueEntry = {
  queueId: '085F398D002',
  sender: 'a@example.com',
  recipients: [],
  size: 271,
  arrived: '2026-11-25T23:29:23Z',
  status: 'deferred'
}

test.each<[string, Partial<LogEvent>]>([
  [
    'host mx.example.org[192.0.2.1] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command)',
    { replyCode: 452, status: '4.2.2', remoteMta: 'mx.example.org', stage: 'rcpt' }
  ],
  ['421 4.7.0 Too many connections (from 192.0.2.7)', { replyCode: 421, status: '4.7.0' }],
  ['connect to mx.example.org[192.0.2.1]:25: Connection refused', { remoteMta: 'mx.example.org', stage: 'connect' }]
])('%s', (reason, told) => {
  expect(queueEvents({ ...entry, recipients: [{ address: 'b@example.org', reason }] }, 'postfix', now)).toEqual([
    {
      kind: 'delayed',
      direction: 'outbound',
      outcome: 'pending',
      recipient: 'b@example.org',
      sender: 'a@example.com',
      queueId: '085F398D002',
      size: 271,
      delay: 3_637,
      program: 'postfix',
      time: '2026-11-26T00:30:00Z',
      labels: { queue: 'deferred' },
      diagnosticCode: reason,
      ...told
    }
  ])
})

test('an address that the listing cut off is not told as one', () => {
  const [event] = queueEvents({ ...entry, recipients: [{ address: 'b@mail.exam', cut: true }] }, 'sendmail', now)
  expect(event).not.toHaveProperty('recipient')
})

test('a listing is read as a log is', () => {
  const events: LogEvent[] = []
  const reader = queueLogFormats.find(({ id }) => id === 'exim-queue')?.open((event) => events.push(event), { now })
  for (const line of [' 3h  2.9K 1xWMRA-0007Ed-2D <a@example.com> *** frozen ***', '          b@example.org', '          c@example.org'])
    reader?.line(line)
  reader?.end()
  expect(events.map(({ recipient, delay, program, labels }) => [recipient, delay, program, labels])).toEqual([
    ['b@example.org', 10_800, 'exim', { queue: 'frozen' }],
    ['c@example.org', 10_800, 'exim', { queue: 'frozen' }]
  ])
})

test.each([
  ['postqueue', ['Mail queue is empty']],
  ['sendmail-queue', ['/var/spool/mqueue is empty', '\t\tTotal requests: 0']]
])('a queue in which nothing waits is recognised, and tells nothing: %s', (id, lines) => {
  const format = queueLogFormats.find((each) => each.id === id)
  const events: LogEvent[] = []
  const reader = format?.open((event) => events.push(event), { now })
  expect(format?.recognise(lines)).toBe(1)
  expect(lines.map((line) => reader?.line(line))).toEqual(lines.map(() => 'ignored'))
  expect(events).toEqual([])
})
