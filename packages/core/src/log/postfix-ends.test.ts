import { expect, test } from 'vitest'
import type { LineVerdict, LogEvent } from './log-reader.ts'
import { postfix } from './postfix.ts'

const readAll = (lines: readonly string[]): { events: LogEvent[]; verdicts: LineVerdict[] } => {
  const events: LogEvent[] = []
  const reader = postfix.open((event) => events.push(event), { now: Date.UTC(2026, 10, 2) })
  const verdicts = lines.map((line) => reader.line(`Nov  1 12:00:00 mx1 postfix/${line}`))
  reader.end()
  return { events, verdicts }
}
const delivery = (relay: string, status: string, recipient = 'a@example.net'): string =>
  `smtp[1]: AA1B2C3D4E: to=<${recipient}>, relay=${relay}, delay=1, delays=0/0/0/1, dsn=2.0.0, status=${status}`

test('what postsuper removes waits no more, for each recipient that did', () => {
  const waiting = 'deferred (connect to mx.example.net[203.0.113.5]:25: Connection timed out)'
  const { events, verdicts } = readAll([
    'qmgr[1]: AA1B2C3D4E: from=<s@example.com>, size=1, nrcpt=2 (queue active)',
    delivery('none', waiting),
    delivery('none', waiting, 'b@example.net'),
    'postsuper[2]: AA1B2C3D4E: removed',
    'postsuper[2]: BB1B2C3D4E: removed'
  ])
  expect(verdicts).toEqual(['part', 'event', 'event', 'event', 'part'])
  expect(events.slice(2)).toMatchObject([
    { kind: 'other', outcome: 'failed', recipient: 'a@example.net', sender: 's@example.com', queueId: 'AA1B2C3D4E' },
    { kind: 'other', outcome: 'failed', recipient: 'b@example.net' }
  ])
})

const relays: [string, string | undefined][] = [
  ['mx1.example.com[127.0.0.1]:10024', '127.0.0.1'],
  ['localhost[::1]:10024', '::1'],
  ['mx.example.net[203.0.113.5]:25', 'mx.example.net'],
  ['mx1.example.com[private/dovecot-lmtp]', 'mx1.example.com'],
  ['local', undefined]
]
test('the name of a relay, and its address where it is this machine', () => {
  for (const [relay, remoteMta] of relays) expect(readAll([delivery(relay, 'sent (250 ok)')]).events[0]?.remoteMta, relay).toBe(remoteMta)
})

test('what a filter before the queue refuses is refused here', () => {
  const { events } = readAll([
    'smtpd[1]: NOQUEUE: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=00800-03 - spam; from=<s@example.org> to=<a@example.net> proto=ESMTP helo=<mx.example.org>'
  ])
  expect(events).toMatchObject([
    { kind: 'failed', direction: 'inbound', stage: 'end-of-data', sender: 's@example.org', recipient: 'a@example.net', status: '5.7.0' }
  ])
})
