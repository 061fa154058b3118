import { expect, test } from 'vitest'
import type { LineVerdict, LogEvent } from './log-reader.ts'
import { opensmtpd } from './opensmtpd.ts'

const now = Date.UTC(2026, 10, 25)
const head = 'Nov  1 12:00:01 mx1 smtpd[42]: '
const session = '5df87c9c42abeddb'
const envelope = 'f6e94209918f7e7b'

const readAll = (lines: readonly string[]): { events: LogEvent[]; verdicts: LineVerdict[] } => {
  const events: LogEvent[] = []
  const reader = opensmtpd.open((event) => events.push(event), { now })
  const verdicts = lines.map((line) => reader.line(line))
  reader.end()
  return { events, verdicts }
}

const arrival = [
  `Nov  1 12:00:00 mx1 smtpd[42]: ${session} smtp connected address=192.0.2.7 host=app.example.com`,
  `Nov  1 12:00:00 mx1 smtpd[42]: ${session} smtp message msgid=f6e94209 size=802 nrcpt=1 proto=ESMTP`,
  `Nov  1 12:00:00 mx1 smtpd[42]: ${session} smtp envelope evpid=${envelope} from=<news@example.com> to=<user@example.net>`
]
const common = { time: '2026-11-01T12:00:01Z', host: 'mx1', reportingMta: 'mx1', program: 'smtpd' }
const joined = {
  ...common,
  direction: 'outbound',
  queueId: envelope,
  sender: 'news@example.com',
  client: 'app.example.com [192.0.2.7]',
  size: 802
}
const addresses = `evpid=${envelope} from=<news@example.com> to=<user@example.net>`

test.each<[string, string, Record<string, unknown>]>([
  [
    'a delivery',
    `mta delivery ${addresses} rcpt=<-> source="192.0.2.10" relay="198.51.100.1 (mx.example.net)" delay=1m2s result="Ok" stat="250 2.0.0 \\"fine\\" result="`,
    {
      kind: 'delivered',
      outcome: 'delivered',
      recipient: 'user@example.net',
      localIp: '192.0.2.10',
      remoteMta: 'mx.example.net',
      delay: 62,
      replyCode: 250,
      status: '2.0.0',
      diagnosticCode: '250 2.0.0 \\"fine\\" result='
    }
  ],
  [
    'a deferral, with the word event',
    `mta event=delivery ${addresses} rcpt=<-> source="-" relay="198.51.100.1 (198.51.100.1)" delay=1s result="TempFail" stat="421 4.7.0 too busy"`,
    {
      kind: 'delayed',
      outcome: 'pending',
      recipient: 'user@example.net',
      remoteMta: '198.51.100.1',
      delay: 1,
      replyCode: 421,
      status: '4.7.0',
      diagnosticCode: '421 4.7.0 too busy'
    }
  ],
  [
    'a failure',
    `mta delivery ${addresses} rcpt=<list@example.net> source="192.0.2.10" relay="198.51.100.1 (mx.example.net)" delay=1s result="PermFail" stat="550 5.1.1 no such user"`,
    {
      kind: 'failed',
      outcome: 'failed',
      recipient: 'user@example.net',
      originalRecipient: 'list@example.net',
      localIp: '192.0.2.10',
      remoteMta: 'mx.example.net',
      delay: 1,
      replyCode: 550,
      status: '5.1.1',
      diagnosticCode: '550 5.1.1 no such user'
    }
  ],
  [
    'no connection',
    `mta delivery ${addresses} rcpt=<-> source="-" relay="example.net" delay=1s result="TempFail" stat="Network error on destination MXs"`,
    {
      kind: 'delayed',
      outcome: 'pending',
      recipient: 'user@example.net',
      remoteMta: 'example.net',
      delay: 1,
      stage: 'connect',
      diagnosticCode: 'Network error on destination MXs'
    }
  ],
  [
    'a local delivery',
    `mda delivery ${addresses} rcpt=<user@example.net> user=user delay=0s result=Ok stat=Delivered`,
    { kind: 'delivered', outcome: 'delivered', recipient: 'user@example.net', delay: 0, diagnosticCode: 'Delivered' }
  ],
  [
    'a local failure',
    `mda delivery ${addresses} user=user delay=0s result=PermFail stat=Error ("mail.local: mailbox full")`,
    { kind: 'failed', outcome: 'failed', recipient: 'user@example.net', delay: 0, diagnosticCode: 'Error ("mail.local: mailbox full")' }
  ]
])('an event of a message: %s', (_, text, expected) => {
  const { events, verdicts } = readAll([...arrival, `${head}5df87c9b982c840c ${text}`])
  expect(verdicts).toEqual(['ignored', 'part', 'part', 'event'])
  expect(events).toEqual([{ ...joined, ...expected }])
})

test.each<[string, Record<string, unknown>]>([
  [
    `relay: PermFail for ${envelope}: session=5df87c9b982c840c, from=<news@example.com>, to=<user@example.net>, rcpt=<->, source=192.0.2.10, relay=198.51.100.1 (mx.example.net), delay=3s, stat=550 5.1.1 no, never`,
    {
      kind: 'failed',
      outcome: 'failed',
      recipient: 'user@example.net',
      localIp: '192.0.2.10',
      remoteMta: 'mx.example.net',
      delay: 3,
      replyCode: 550,
      status: '5.1.1',
      diagnosticCode: '550 5.1.1 no, never'
    }
  ],
  [
    `relay: Ok for ${envelope}: from=<news@example.com>, to=<user@example.net>, relay=198.51.100.1 (mx.example.net) delay=3s, stat=250 ok`,
    {
      kind: 'delivered',
      outcome: 'delivered',
      recipient: 'user@example.net',
      remoteMta: 'mx.example.net',
      delay: 3,
      replyCode: 250,
      diagnosticCode: '250 ok'
    }
  ],
  [
    `delivery: Ok for ${envelope}: from=<news@example.com>, to=<user@example.net>, user=user, method=mbox, delay=1s, stat=Delivered`,
    { kind: 'delivered', outcome: 'delivered', recipient: 'user@example.net', delay: 1, diagnosticCode: 'Delivered' }
  ],
  [
    `scheduler: Expire for ${envelope}: from=<news@example.com>, to=<user@example.net>, rcpt=<user@example.net>, delay=4d, stat=Delivery time expired`,
    { kind: 'failed', outcome: 'expired', recipient: 'user@example.net', delay: 345_600, diagnosticCode: 'Delivery time expired' }
  ]
])('the lines of old versions are read: %s', (text, expected) => {
  const { events } = readAll([
    `Nov  1 12:00:00 mx1 smtpd[42]: smtp-in: New session ${session} from host app.example.com [192.0.2.7]`,
    `Nov  1 12:00:00 mx1 smtpd[42]: smtp-in: Accepted message f6e94209 on session ${session}: from=<news@example.com>, to=<user@example.net>, size=802, ndest=1, proto=ESMTP`,
    head + text
  ])
  expect(events).toEqual([{ ...joined, ...expected }])
})

const refused = { ...common, kind: 'failed', direction: 'inbound', outcome: 'failed', client: 'app.example.com [192.0.2.7]' }

test.each<[string, Record<string, unknown>]>([
  [
    `${session} smtp failed-command command="RCPT TO:<\\"a b\\"@example.com> " result="550 Invalid recipient: <x@example.com>"`,
    { stage: 'rcpt', recipient: '\\"a b\\"@example.com', replyCode: 550, diagnosticCode: '550 Invalid recipient: <x@example.com>' }
  ],
  [
    `${session} smtp event=failed-command command="MAIL FROM:<a@example.org>" result="451 4.7.1 later"`,
    { stage: 'mail', sender: 'a@example.org', replyCode: 451, status: '4.7.1', diagnosticCode: '451 4.7.1 later' }
  ],
  [
    `${session} smtp failed-command command="DATA" result="451 Try again later"`,
    { stage: 'data', replyCode: 451, diagnosticCode: '451 Try again later' }
  ],
  [
    `${session} smtp failed-command command="" result="550 no rDNS please fix"`,
    { stage: 'connect', replyCode: 550, diagnosticCode: '550 no rDNS please fix' }
  ],
  [
    `smtp-in: Failed command on session ${session}: "RCPT TO:<u@example.com>" => 550 Invalid recipient`,
    { stage: 'rcpt', recipient: 'u@example.com', replyCode: 550, diagnosticCode: '550 Invalid recipient' }
  ]
])('what this server refused is inbound: %s', (text, expected) => {
  expect(readAll([arrival[0] ?? '', head + text]).events).toEqual([{ ...refused, ...expected }])
})

test.each<[string, LineVerdict]>([
  [`${head}${session} smtp failed-command command="AUTH LOGIN" result="503 5.5.1 Invalid command"`, 'ignored'],
  [
    `${head}${session} smtp failed-command command="RCPT TO:<b@example.net>" result="503 5.5.1 Invalid command: Command not allowed at this point."`,
    'ignored'
  ],
  [`${head}${session} smtp disconnected reason=quit`, 'ignored'],
  [`${head}warn: PermFail injecting failure report on message f6e94209 to <news@example.com> for 1 envelope: 550 no`, 'ignored'],
  [`${head}${session} mta connecting address=smtp://198.51.100.1:25 host=mx.example.net`, 'ignored'],
  [`${head}${session} mta error reason=Connection refused`, 'ignored'],
  [`${head}smtp-out: Enabling route [] <-> 198.51.100.1`, 'ignored'],
  [`${head}info: OpenSMTPD 7.5.0 starting`, 'ignored'],
  [`${head}${session} mta delivery ${addresses} rcpt=<-> sour`, 'unread'],
  [`${head}${session} mta delivery ${addresses} delay=1s result="Maybe" stat="x"`, 'unread'],
  [`${head}${session} lmtp delivery ${addresses} result=Ok`, 'unread'],
  ['Nov  1 12:00:01 mx1 sshd[4]: hello', 'ignored']
])('%s is %s', (line, verdict) => {
  expect(readAll([line]).verdicts).toEqual([verdict])
})

test('a message that was deferred and then delivered gives both events, and lines without a prefix are read', () => {
  const line = (result: string): string =>
    `${session} mta delivery ${addresses} rcpt=<-> source="-" relay="-" delay=1s result="${result}" stat="x"`
  expect(readAll([line('TempFail'), line('Ok')]).events.map(({ kind, queueId, recipient }) => [kind, queueId, recipient])).toEqual([
    ['delayed', envelope, 'user@example.net'],
    ['delivered', envelope, 'user@example.net']
  ])
})

test('what an administrator removes is no attempt, and the end of the message', () => {
  const removed =
    '0000000000000000 mta delivery evpid=cccccccc00000001 from=<a@example.org> to=<d@example.net> rcpt=<-> source="-" relay="-" delay=1m1s result="Remove" stat="Removed by administrator"'
  expect(readAll([removed]).events).toMatchObject([
    { kind: 'other', outcome: 'failed', recipient: 'd@example.net', queueId: 'cccccccc00000001' }
  ])
})

test('it recognises its own lines', () => {
  expect(opensmtpd.recognise(arrival)).toBe(1)
  expect(opensmtpd.recognise(['Nov  1 12:00:01 mx1 postfix/smtpd[4]: connect from x[192.0.2.7]'])).toBe(0)
})
