import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { LogEvent } from './log-reader.ts'
import { postfix } from './postfix.ts'

const now = Date.parse('2026-11-25T12:00:00Z')
const read = (...lines: readonly string[]): { readonly events: LogEvent[]; readonly verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = postfix.open((event) => void events.push(event), { now })
  const verdicts = lines.map((line) => reader.line(line))
  reader.end()
  return { events, verdicts }
}
const at = (program: string, text: string, time = 'Nov  1 12:00:00'): string => `${time} mx1 ${program}[42]: ${text}`

test('a delivery is joined by its queue id to what was said of the message', () => {
  const { events, verdicts } = read(
    at('postfix/smtpd', '4bXyZ12dbh3cd: client=app.example.com[192.0.2.7], sasl_method=PLAIN, sasl_username=a@example.com'),
    at('postfix/cleanup', '4bXyZ12dbh3cd: message-id=<1@example.com>'),
    at('postfix/qmgr', '4bXyZ12dbh3cd: from=<news@example.com>, size=1234, nrcpt=1 (queue active)'),
    at(
      'postfix/smtp-out3/smtp',
      '4bXyZ12dbh3cd: to=<b@example.net>, orig_to=<a@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1.5, delays=0.1/0/0.4/1, dsn=2.0.0, status=sent (250 2.0.0 OK 123)'
    ),
    at('postfix/qmgr', '4bXyZ12dbh3cd: removed')
  )
  expect(verdicts).toEqual(['part', 'part', 'part', 'event', 'part'])
  expect(events).toEqual([
    {
      kind: 'delivered',
      direction: 'outbound',
      outcome: 'delivered',
      recipient: 'b@example.net',
      originalRecipient: 'a@example.net',
      sender: 'news@example.com',
      messageId: '1@example.com',
      reportingMta: 'mx1',
      remoteMta: 'mx.example.net',
      queueId: '4bXyZ12dbh3cd',
      replyCode: 250,
      status: '2.0.0',
      diagnosticCode: '250 2.0.0 OK 123',
      time: '2026-11-01T12:00:00Z',
      program: 'postfix/smtp-out3/smtp',
      host: 'mx1',
      size: 1234,
      client: 'app.example.com[192.0.2.7]',
      delay: 1.5
    }
  ])
})

test('a queue id that is used again begins a new message', () => {
  const { events } = read(
    at('postfix/smtpd', '1A2B3C4D5E: client=one[192.0.2.1]'),
    at('postfix/qmgr', '1A2B3C4D5E: from=<one@example.com>, size=1, nrcpt=1 (queue active)'),
    at('postfix/smtpd', '1A2B3C4D5E: client=two[192.0.2.2]'),
    at(
      'postfix/smtp',
      '1A2B3C4D5E: to=<x@example.net>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to mx.example.net[192.0.2.25]:25: Connection timed out)'
    )
  )
  expect(events[0]).toMatchObject({ kind: 'delayed', outcome: 'pending', client: 'two[192.0.2.2]', status: '4.4.1' })
  expect(events[0]).not.toHaveProperty('sender')
  expect(events[0]).not.toHaveProperty('remoteMta')
})

test('when the queue gives up, each recipient that waits has expired, with the last thing that was said of it', () => {
  const { events } = read(
    at(
      'postfix/smtp',
      '1A2B3C4D5E: to=<x@example.net>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to mx.example.net[192.0.2.25]:25: Connection timed out)'
    ),
    at(
      'postfix/smtp',
      '1A2B3C4D5E: to=<y@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1, delays=0/0/1/0, dsn=4.2.2, status=deferred (host mx.example.net[192.0.2.25] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command))'
    ),
    at(
      'postfix/smtp',
      '1A2B3C4D5E: to=<x@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=2.0.0, status=sent (250 ok)'
    ),
    at('postfix/qmgr', '1A2B3C4D5E: from=<a@example.com>, status=expired, returned to sender')
  )
  expect(events.map(({ recipient, kind, outcome }) => [recipient, kind, outcome])).toEqual([
    ['x@example.net', 'delayed', 'pending'],
    ['y@example.net', 'delayed', 'pending'],
    ['x@example.net', 'delivered', 'delivered'],
    ['y@example.net', 'failed', 'expired']
  ])
  expect(events[3]).toMatchObject({ sender: 'a@example.com', diagnosticCode: expect.stringContaining('452 4.2.2 Mailbox full') })
})

describe('mail that this server refused', () => {
  for (const [line, expected] of [
    [
      at(
        'postfix/smtpd',
        'NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 550 5.1.1 <x@example.com>: Recipient address rejected: User unknown; from=<s@example.net> to=<x@example.com> proto=ESMTP helo=<h>'
      ),
      { stage: 'rcpt', recipient: 'x@example.com', sender: 's@example.net', replyCode: 550, status: '5.1.1', client: 'unknown[192.0.2.9]' }
    ],
    [
      at(
        'postfix/postscreen',
        'NOQUEUE: reject: RCPT from [2001:db8::9]:52001: 550 5.7.1 Service unavailable; client [2001:db8::9] blocked using list.example; from=<s@example.net>, to=<x@example.com>, proto=ESMTP, helo=<h>'
      ),
      { stage: 'rcpt', recipient: 'x@example.com', status: '5.7.1', client: '[2001:db8::9]:52001' }
    ],
    [
      at(
        'postfix/cleanup',
        '1A2B3C4D5E: reject: header Subject: buy now from mail.example.net[192.0.2.9]; from=<s@example.net> to=<x@example.com> proto=ESMTP helo=<h>: 5.7.1 message content rejected'
      ),
      { stage: 'end-of-data', queueId: '1A2B3C4D5E', status: '5.7.1', client: 'mail.example.net[192.0.2.9]' }
    ],
    [
      at(
        'postfix/cleanup',
        '1A2B3C4D5E: milter-reject: END-OF-MESSAGE from mail.example.net[192.0.2.9]: 5.7.1 Blocked; from=<s@example.net> to=<x@example.com> proto=ESMTP helo=<h>'
      ),
      { stage: 'end-of-data', diagnosticCode: '5.7.1 Blocked' }
    ]
  ] as const)
    it(line.slice(16, 90), () => {
      const { events, verdicts } = read(line)
      expect(verdicts).toEqual(['event'])
      expect(events[0]).toMatchObject({ kind: 'failed', direction: 'inbound', outcome: 'failed', ...expected })
    })
})

test('each line has its verdict', () => {
  for (const [line, verdict] of [
    [at('postfix/smtpd', 'connect from unknown[192.0.2.9]'), 'ignored'],
    [at('postfix/anvil', 'statistics: max connection rate 1/60s for (smtp:192.0.2.9) at Nov  1 12:00:00'), 'ignored'],
    [at('sshd', 'Accepted publickey for root'), 'ignored'],
    [
      at('postfix/smtp', '1A2B3C4D5E: to=<x@example.net>, relay=none, delay=1, delays=0/0/1/0, dsn=5.0.0, status=undeliverable (x)'),
      'ignored'
    ],
    [at('postfix/smtp', '1A2B3C4D5E: host mx.example.net[192.0.2.25] said: 450 4.2.0 wait (in reply to RCPT TO command)'), 'part'],
    [at('postfix/bounce', '1A2B3C4D5E: sender non-delivery notification: 2A2B3C4D5E'), 'part'],
    [at('postfix/smtp', '1A2B3C4D5E: to=<x@example.net>, relay=none, delay=1, dsn=5.0.0, status=vanished (x)'), 'unread'],
    [at('postfix/smtp', '1A2B3C4D5E: to=<x@example.net>, relay=none, dsn=5.0.0'), 'unread'],
    [at('postfix/smtpd', 'NOQUEUE: reject: something new'), 'unread'],
    ['', 'ignored'],
    ['\0\0\0', 'ignored']
  ] as const)
    expect(read(line).verdicts, line).toEqual([verdict])
})

test('whatever a line contains, it has a verdict, and only an event gives one', () => {
  const pieces = fc.constantFrom(
    'Nov  1 12:00:00 mx1 postfix/smtp[1]: ',
    '1A2B3C4D5E: ',
    'NOQUEUE: ',
    'reject: ',
    'to=<a@example.net>, ',
    'relay=mx[192.0.2.1]:25, ',
    'status=sent (',
    ', status=',
    'orig_to=<',
    '; from=<',
    'header x from ',
    'RCPT from ',
    ']: ',
    '>',
    ')'
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
      const { events, verdicts } = read(parts.join('').replaceAll('\n', ' '))
      expect(['event', 'part', 'ignored', 'unread']).toContain(verdicts[0])
      expect(events.length > 0).toBe(verdicts[0] === 'event')
    })
  )
})

test('only so many messages are remembered', () => {
  const events: LogEvent[] = []
  const reader = postfix.open((event) => void events.push(event), { now, remember: 2 })
  for (const id of ['AAAAAAAA', 'BBBBBBBB', 'CCCCCCCC'])
    reader.line(at('postfix/qmgr', `${id}: from=<${id}@example.com>, size=1, nrcpt=1 (queue active)`))
  for (const id of ['AAAAAAAA', 'CCCCCCCC'])
    reader.line(
      at('postfix/smtp', `${id}: to=<x@example.net>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)`)
    )
  expect(events.map(({ sender }) => sender)).toEqual([undefined, 'CCCCCCCC@example.com'])
})

test('its log is recognised, and others are not', () => {
  expect(postfix.recognise([at('postfix/smtpd', 'connect from a[192.0.2.1]'), at('out/qmgr', 'x')])).toBe(1)
  expect(postfix.recognise([at('postfix/smtpd', 'connect from a[192.0.2.1]'), at('sshd', 'x'), at('cron', 'x')])).toBe(0.5)
  expect(postfix.recognise(['2026-11-01 12:00:00 1abcde-000001-AB <= a@example.com', ''])).toBe(0)
  expect(postfix.recognise([])).toBe(0)
})
