import type { WatchAlert } from '@whybounce/core/watch'
import { expect, test } from 'vitest'
import { alertLine, fixLine } from './watch-lines.ts'

const alert: WatchAlert = {
  id: 'cause-rising/gmail/connection-failed/dropped',
  kind: 'cause-rising',
  state: 'firing',
  time: '2026-01-05T03:04:00.000Z',
  since: '2026-01-05T03:04:00.000Z',
  says: 'At Gmail: No answer: the connection timed out. 17 messages in 10 minutes, 24 % of attempts; before: 0 %.',
  provider: 'gmail',
  providerName: 'Gmail',
  senderIp: null,
  service: null,
  senders: [
    { senderIp: '192.0.2.3', service: null, attempts: 1_200 },
    { senderIp: null, service: 'smtp-out2', attempts: 1 }
  ],
  cause: 'connection-failed',
  detail: 'dropped',
  title: 'No answer: the connection timed out',
  permanence: 'transient',
  messages: 17,
  attempts: 17,
  tried: 70,
  share: 0.24,
  usualShare: 0,
  party: 'nobody',
  partyTitle: 'Nobody, for now',
  fix: 'Try again later',
  example: { text: 'connect to mx.example.com[192.0.2.25]:25: Connection timed out', time: null, recipient: null, queueId: null }
}

test('an alert is a line of whole sentences', () => {
  expect(alertLine(alert)).toContain(
    'Sent from 192.0.2.3 (1,200 attempts), smtp-out2 (1 attempt). To do: Nobody, for now: Try again later. Example: connect to mx'
  )
})

for (const [partyTitle, fix, expected] of [
  ['The owner of the list', 'Remove the address from the list.', 'The owner of the list: Remove the address from the list.'],
  [null, 'Try again later', 'Try again later.']
] as const)
  test(`what to do ends as a sentence does: ${expected}`, () => {
    expect(fixLine({ partyTitle, fix })).toBe(expected)
  })
