import { expect, test } from 'vitest'
import type { LogEvent } from './log-reader.ts'
import { postal } from './postal.ts'

const tags = 'log_id=LSTNWEV6 component=worker thread=work1 original_queued_message=7 queued_message=8 '
const own = 'component=worker thread=work1 original_queued_message=7 queued_message=8 '
const line = (severity: string, message: string, behind = tags): string =>
  `2026-03-01 12:00:00 +0000 ${severity.padEnd(8)}${message} ${behind}`
const sending = line('INFO', 'Sending message 1::23 to ann@example.com')

const read = (lines: readonly string[]): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = postal.open((event) => events.push(event), { now: 0 })
  const verdicts = lines.map(reader.line)
  reader.end()
  return { events, verdicts }
}

test('a message accepted by a server', () => {
  const { events, verdicts } = read([
    line('INFO', 'Connected to 198.51.100.7:25 (mx.example.com)'),
    sending,
    line('INFO', 'Accepted by 198.51.100.7:25 (mx.example.com) for ann@example.com'),
    line('INFO', 'message processing complete', own)
  ])
  expect(verdicts).toEqual(['part', 'part', 'event', 'part'])
  expect(events).toEqual([
    {
      kind: 'delivered',
      direction: 'outbound',
      outcome: 'delivered',
      recipient: 'ann@example.com',
      queueId: '1::23',
      time: '2026-03-01T12:00:00Z',
      program: 'postal',
      remoteMta: 'mx.example.com',
      labels: { log_id: 'LSTNWEV6' }
    }
  ])
})

const table: readonly (readonly [string, readonly string[], readonly Partial<LogEvent>[]])[] = [
  [
    'a refusal for good',
    [sending, line('ERROR', 'Net::SMTPFatalError: 550 5.1.1 no such user; ref=abc')],
    [
      {
        kind: 'failed',
        outcome: 'failed',
        recipient: 'ann@example.com',
        status: '5.1.1',
        diagnosticCode: '550 5.1.1 no such user; ref=abc'
      }
    ]
  ],
  [
    'a refusal for now, told once',
    [
      sending,
      line('ERROR', 'Net::SMTPServerBusy: 451 4.7.1 later'),
      line('INFO', 'message requeued for trying later retry_after=2026-03-01 12:05:00 UTC', own)
    ],
    [{ kind: 'delayed', outcome: 'pending', replyCode: 451 }]
  ],
  [
    'a server that could not be reached',
    [
      line('ERROR', 'Cannot connect to 198.51.100.7:25 (mx.example.com) (Errno::ECONNREFUSED: Connection refused - connect(2))'),
      line('INFO', 'message requeued for trying later', own)
    ],
    [{ kind: 'delayed', queueId: '8', remoteMta: 'mx.example.com', diagnosticCode: 'Connection refused - connect(2)' }]
  ],
  [
    'too many attempts',
    [line('INFO', 'message has reached maximum number of attempts, hard failing', own)],
    [{ kind: 'failed', outcome: 'expired' }]
  ],
  [
    'spam that is not sent',
    [line('INFO', 'message is spam (9.1), hard failing server_threshold=5.0', own)],
    [{ kind: 'failed', outcome: 'failed' }]
  ],
  ['a recipient on the suppression list', [line('INFO', 'recipient is on the suppression list, holding', own)], [{ kind: 'suppressed' }]],
  [
    'a refusal whose tags stand on the next line',
    [sending, '2026-03-01 12:00:00 +0000 ERROR   Net::SMTPFatalError: 550 no such user', ` ${tags}`],
    [{ kind: 'failed', recipient: 'ann@example.com', diagnosticCode: '550 no such user' }]
  ],
  [
    'behind syslog, with its host',
    [`Mar  1 12:00:00 mx01 postal-worker[167]: ${line('ERROR', 'Net::ReadTimeout: Net::ReadTimeout')}`],
    [{ kind: 'delayed', host: 'mx01' }]
  ]
]

test.each(table)('%s', (_name, lines, events) => {
  const got = read(lines)
  expect(got.verdicts).not.toContain('unread')
  expect(got.events).toHaveLength(events.length)
  for (const [index, event] of events.entries()) expect(got.events[index]).toMatchObject(event)
})

test('a deferred message that is delivered later has both events under one queue id', () => {
  const { events } = read([
    sending,
    line('ERROR', 'Net::SMTPServerBusy: 451 4.7.1 later'),
    sending,
    line('INFO', 'Accepted by 198.51.100.7:25 for ann@example.com')
  ])
  expect(events.map(({ kind, queueId, recipient }) => [kind, queueId, recipient])).toEqual([
    ['delayed', '1::23', 'ann@example.com'],
    ['delivered', '1::23', 'ann@example.com']
  ])
})

test('an exception that never gets its tags is unread, once', () => {
  const torn = '2026-03-01 12:00:00 +0000 ERROR   Net::SMTPFatalError: 550 no'
  expect(read([torn, sending, sending]).verdicts).toEqual(['part', 'unread', 'part'])
})

test('the log is recognised', () => {
  expect(postal.recognise([sending, line('INFO', 'x', own)])).toBe(1)
  expect(postal.recognise(['2026-03-01 12:00:00 +0000 INFO   hello'])).toBe(0)
})
