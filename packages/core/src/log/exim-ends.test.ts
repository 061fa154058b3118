import { expect, test } from 'vitest'
import { exim } from './exim.ts'
import type { LineVerdict, LogEvent } from './log-reader.ts'

const readAll = (lines: readonly string[]): { events: LogEvent[]; verdicts: LineVerdict[] } => {
  const events: LogEvent[] = []
  const reader = exim.open((event) => events.push(event), { now: Date.UTC(2026, 10, 2) })
  const verdicts = lines.map(reader.line)
  reader.end()
  return { events, verdicts }
}
const day = '2026-11-01'

test('what is removed from the queue waits no more, for each recipient that did', () => {
  const id = '1vLaaa-0001aa-11'
  const { events, verdicts } = readAll([
    `${day} 12:00:00 ${id} <= anna@example.com U=anna P=local S=400`,
    `${day} 12:00:01 ${id} == x@example.net R=dnslookup T=remote_smtp defer (110): Connection timed out`,
    `${day} 12:00:02 ${id} == y@example.net R=dnslookup T=remote_smtp defer (110): Connection timed out`,
    `${day} 12:00:03 ${id} => z@example.net R=dnslookup T=remote_smtp H=mx.example.net [203.0.113.5]`,
    `${day} 12:30:00 ${id} removed by root`,
    `${day} 12:30:00 ${id} Completed`,
    `${day} 12:31:00 1vLbbb-0001aa-11 removed by root`
  ])
  expect(verdicts).toEqual(['part', 'event', 'event', 'event', 'event', 'part', 'part'])
  expect(events.slice(3)).toMatchObject([
    { kind: 'other', outcome: 'failed', recipient: 'x@example.net', sender: 'anna@example.com', diagnosticCode: 'removed by root' },
    { kind: 'other', outcome: 'failed', recipient: 'y@example.net' }
  ])
})

test.each([
  ['retry timeout exceeded', 'expired'],
  ["all hosts for 'example.net' have been failing for a long time (and retry time not reached)", 'expired'],
  ['delivery cancelled; message timed out', 'expired'],
  ['delivery cancelled by administrator', 'failed'],
  ['SMTP error from remote mail server after RCPT TO:<x@example.net>: 550 hosts have been failing for a long time', 'failed']
])('%s: the message has %s', (text, outcome) => {
  expect(readAll([`${day} 12:00:00 1vLaaa-0001aa-11 ** x@example.net R=dnslookup T=remote_smtp: ${text}`]).events).toMatchObject([
    { kind: 'failed', outcome }
  ])
})
