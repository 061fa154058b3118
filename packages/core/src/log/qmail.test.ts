import { expect, test } from 'vitest'
import type { LineVerdict, LogEvent } from './log-reader.ts'
import { qmail } from './qmail.ts'

const now = Date.UTC(2026, 10, 25)

const readAll = (lines: readonly string[]): { events: LogEvent[]; verdicts: LineVerdict[] } => {
  const events: LogEvent[] = []
  const reader = qmail.open((event) => events.push(event), { now })
  const verdicts = lines.map((line) => reader.line(line))
  reader.end()
  return { events, verdicts }
}

// 2026-11-01T12:00:00Z is 1793534400, and 6AE5FDCA is ten more than 6AE5FDC0.
const stamp = (seconds: number): string => `@40000000${(1_793_534_400 + 10 + seconds).toString(16)}075bcd15 `

const arrival = [
  `${stamp(0)}new msg 706430`,
  `${stamp(0)}info msg 706430: bytes 2737 from <news@example.com> qp 31064 uid 1001`,
  `${stamp(1)}starting delivery 12: msg 706430 to remote user@example.net`,
  `${stamp(1)}status: local 0/10 remote 1/20`
]
const joined = {
  direction: 'outbound',
  time: '2026-11-01T12:00:03.123Z',
  queueId: '706430',
  recipient: 'user@example.net',
  sender: 'news@example.com',
  size: 2737,
  delay: 3
}

test.each<[string, Record<string, unknown>]>([
  [
    'success: 198.51.100.1_accepted_message./Remote_host_said:_250_2.0.0_ok_1234_qp_5/',
    {
      kind: 'delivered',
      outcome: 'delivered',
      remoteMta: '198.51.100.1',
      replyCode: 250,
      status: '2.0.0',
      diagnosticCode: '198.51.100.1 accepted message. Remote host said: 250 2.0.0 ok 1234 qp 5'
    }
  ],
  ['success: did_0+1+0/qp_31067/', { kind: 'delivered', outcome: 'delivered', diagnosticCode: 'did 0+1+0/qp 31067' }],
  [
    'failure: 198.51.100.1_does_not_like_recipient./Remote_host_said:_550-5.1.1_see_https://example.net/help/550_5.1.1_no_such_user/Giving_up_on_198.51.100.1./',
    {
      kind: 'failed',
      outcome: 'failed',
      remoteMta: '198.51.100.1',
      stage: 'rcpt',
      replyCode: 550,
      status: '5.1.1',
      diagnosticCode:
        '198.51.100.1 does not like recipient. Remote host said: 550-5.1.1 see https://example.net/help 550 5.1.1 no such user Giving up on 198.51.100.1.'
    }
  ],
  [
    'failure: 198.51.100.1_failed_after_I_sent_the_message./Remote_host_said:_554_5.7.1_RCPT_TO_spam/',
    {
      kind: 'failed',
      outcome: 'failed',
      remoteMta: '198.51.100.1',
      stage: 'end-of-data',
      replyCode: 554,
      status: '5.7.1',
      diagnosticCode: '198.51.100.1 failed after I sent the message. Remote host said: 554 5.7.1 RCPT TO spam'
    }
  ],
  [
    "failure: Sorry,_I_couldn't_find_any_host_named_nowhere.example._(#5.1.2)/",
    {
      kind: 'failed',
      outcome: 'failed',
      stage: 'dns',
      status: '5.1.2',
      diagnosticCode: "Sorry, I couldn't find any host named nowhere.example. (#5.1.2)"
    }
  ],
  [
    "deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/",
    {
      kind: 'delayed',
      outcome: 'pending',
      stage: 'connect',
      status: '4.4.1',
      diagnosticCode: "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)"
    }
  ],
  [
    "failure: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/I'm_not_going_to_try_again;_this_message_has_been_in_the_queue_too_long./",
    {
      kind: 'failed',
      outcome: 'expired',
      stage: 'connect',
      status: '4.4.1',
      diagnosticCode:
        "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1) I'm not going to try again; this message has been in the queue too long."
    }
  ],
  ['report mangled, will defer', { kind: 'delayed', outcome: 'pending', diagnosticCode: 'report mangled, will defer' }]
])('a delivery is joined to its start and its message: %s', (text, expected) => {
  const { events, verdicts } = readAll([...arrival, `${stamp(3)}delivery 12: ${text}`])
  expect(verdicts).toEqual(['part', 'part', 'part', 'ignored', 'event'])
  expect(events).toEqual([{ ...joined, ...expected }])
})

test.each<[string, string, string | undefined]>([
  ['TAI64N', stamp(3), '2026-11-01T12:00:03.123Z'],
  ['seconds', '1793534403.250000 ', '2026-11-01T12:00:03.250Z'],
  ['tai64nlocal', '2026-11-01 12:00:03.250000500 ', '2026-11-01T12:00:03.250Z'],
  ['syslog', 'Nov  1 12:00:03 mx1 qmail: ', '2026-11-01T12:00:03Z'],
  ['splogger', 'Nov  1 12:00:04 mx1 qmail: 1793534403.250000 ', '2026-11-01T12:00:03.250Z'],
  ['a container', '2026-11-01T12:00:03.5Z stdout F ', '2026-11-01T12:00:03.500Z'],
  ['nothing', '', undefined]
])('times of %s are read', (_, head, time) => {
  const { events } = readAll([`${head}starting delivery 1: msg 7 to local a-b@example.com`, `${head}delivery 1: success: did_1+0+0/`])
  expect(events).toMatchObject([{ kind: 'delivered', recipient: 'a-b@example.com', queueId: '7' }])
  expect(events[0]?.time).toBe(time)
})

test('a message that was deferred and then delivered gives both events; numbers that are used again are the newer message', () => {
  const { events } = readAll([
    ...arrival,
    `${stamp(3)}delivery 12: deferral: x/`,
    `${stamp(4)}starting delivery 13: msg 706430 to remote user@example.net`,
    `${stamp(5)}delivery 13: success: ok/`,
    `${stamp(5)}end msg 706430`,
    `${stamp(6)}new msg 706430`,
    `${stamp(6)}info msg 706430: bytes 1 from <> qp 1 uid 1`,
    `${stamp(6)}starting delivery 12: msg 706430 to local other@example.com`,
    `${stamp(6)}delivery 12: success: ok/`
  ])
  expect(events.map(({ kind, queueId, recipient, sender, size }) => [kind, queueId, recipient, sender, size])).toEqual([
    ['delayed', '706430', 'user@example.net', 'news@example.com', 2737],
    ['delivered', '706430', 'user@example.net', 'news@example.com', 2737],
    ['delivered', '706430', 'other@example.com', undefined, 1]
  ])
})

test.each<[string, LineVerdict]>([
  ['delivery 99: failure: 198.51.100.1_does_not_like_recipient./', 'event'],
  ['delivery 99: perhaps: x', 'unread'],
  ['delivery 99', 'unread'],
  ['starting delivery 99: msg 7 to', 'unread'],
  ['bounce msg 706430 qp 31070', 'part'],
  ['triple bounce: discarding bounce/706430', 'event'],
  ['rblsmtpd: 192.0.2.66 pid 123: 553 listed', 'event'],
  ['tcpserver: status: 1/40', 'ignored'],
  ['warning: trouble opening remote/1/706430; will try again later', 'ignored'],
  ['', 'ignored']
])('%s is %s', (text, verdict) => {
  expect(readAll([stamp(0) + text]).verdicts).toEqual([verdict])
})

test('it recognises its own lines', () => {
  expect(qmail.recognise(arrival)).toBe(1)
  expect(qmail.recognise(['Nov  1 12:00:01 mx1 postfix/smtpd[4]: connect from x[192.0.2.7]'])).toBe(0)
})
