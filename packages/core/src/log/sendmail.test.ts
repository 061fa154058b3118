import { expect, test } from 'vitest'
import type { LineVerdict, LogEvent } from './log-reader.ts'
import { sendmail } from './sendmail.ts'

const now = Date.UTC(2026, 10, 25)
const head = 'Nov  1 12:00:01 mx1 sm-mta[42]: '
const id = '5A1C00AB012345'

const readAll = (lines: readonly string[]): { events: LogEvent[]; verdicts: LineVerdict[] } => {
  const events: LogEvent[] = []
  const reader = sendmail.open((event) => events.push(event), { now })
  const verdicts = lines.map((line) => reader.line(line))
  reader.end()
  return { events, verdicts }
}

const arrival = `Nov  1 12:00:00 mx1 sm-mta[42]: ${id}: from=<news@example.com>, size=2048, class=0, nrcpts=2, msgid=<m1@example.com>, proto=ESMTPS, daemon=MTA-v4, relay=app.example.com [192.0.2.7]`
const joined = {
  time: '2026-11-01T12:00:01Z',
  host: 'mx1',
  reportingMta: 'mx1',
  program: 'sm-mta',
  direction: 'outbound',
  queueId: id,
  sender: 'news@example.com',
  client: 'app.example.com [192.0.2.7]',
  messageId: 'm1@example.com',
  size: 2048
}

test.each<[string, string, Record<string, unknown>]>([
  [
    'a delivery',
    'to=<user@example.net>, delay=00:00:05, xdelay=00:00:04, mailer=esmtp, pri=120000, relay=mx.example.net. [198.51.100.1], dsn=2.0.0, stat=Sent (250 2.0.0 ok 12 queued)',
    {
      kind: 'delivered',
      outcome: 'delivered',
      recipient: 'user@example.net',
      delay: 5,
      remoteMta: 'mx.example.net',
      status: '2.0.0',
      replyCode: 250,
      diagnosticCode: 'Sent (250 2.0.0 ok 12 queued)'
    }
  ],
  [
    'a deferral with a reply',
    'to=<user@example.net>, delay=1+02:03:04, xdelay=00:00:04, mailer=esmtp, pri=120000, relay=mx.example.net. [198.51.100.1], dsn=4.7.1, stat=Deferred: 451 4.7.1 Greylisted, try later',
    {
      kind: 'delayed',
      outcome: 'pending',
      recipient: 'user@example.net',
      delay: 93_784,
      remoteMta: 'mx.example.net',
      status: '4.7.1',
      replyCode: 451,
      diagnosticCode: 'Deferred: 451 4.7.1 Greylisted, try later'
    }
  ],
  [
    'a deferral that tells the reply twice',
    'to=<user@example.net>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=150047, relay=[198.51.100.1] [198.51.100.1], dsn=4.7.1, reply=451 4.7.1 Greylisted, try later, stat=Deferred: 451 4.7.1 Greylisted, try later',
    {
      kind: 'delayed',
      outcome: 'pending',
      recipient: 'user@example.net',
      delay: 1,
      remoteMta: '198.51.100.1',
      status: '4.7.1',
      replyCode: 451,
      diagnosticCode: 'Deferred: 451 4.7.1 Greylisted, try later'
    }
  ],
  [
    'a connection that was refused',
    'to=<user@example.net>, delay=00:01:00, xdelay=00:00:01, mailer=esmtp, pri=120000, relay=mx.example.net. [198.51.100.1], dsn=4.0.0, stat=Deferred: Connection refused by mx.example.net.',
    {
      kind: 'delayed',
      outcome: 'pending',
      recipient: 'user@example.net',
      delay: 60,
      remoteMta: 'mx.example.net',
      status: '4.0.0',
      stage: 'connect',
      diagnosticCode: 'Deferred: Connection refused by mx.example.net.'
    }
  ],
  [
    'a failure with the reply beside',
    'to=<user@example.net>, delay=00:00:05, mailer=esmtp, pri=1, relay=mx.example.net. [198.51.100.1], dsn=5.1.1, reply=550 5.1.1 <user@example.net>... No such user, sorry, stat=User unknown',
    {
      kind: 'failed',
      outcome: 'failed',
      recipient: 'user@example.net',
      delay: 5,
      remoteMta: 'mx.example.net',
      status: '5.1.1',
      replyCode: 550,
      diagnosticCode: 'User unknown: 550 5.1.1 <user@example.net>... No such user, sorry'
    }
  ],
  [
    'a host that does not exist',
    'to=<user@nowhere.example>, delay=00:00:05, mailer=esmtp, pri=1, relay=nowhere.example, dsn=5.1.2, stat=Host unknown (Name server: nowhere.example: host not found)',
    {
      kind: 'failed',
      outcome: 'failed',
      recipient: 'user@nowhere.example',
      delay: 5,
      remoteMta: 'nowhere.example',
      status: '5.1.2',
      stage: 'dns',
      diagnosticCode: 'Host unknown (Name server: nowhere.example: host not found)'
    }
  ],
  [
    'a program of a user',
    'to="|/usr/bin/vacation user", ctladdr=<user@example.com> (1000/1000), delay=00:00:05, mailer=prog, pri=1, dsn=5.3.0, stat=unknown mailer error 255',
    {
      kind: 'failed',
      outcome: 'failed',
      recipient: 'user@example.com',
      delay: 5,
      status: '5.3.0',
      diagnosticCode: 'unknown mailer error 255'
    }
  ],
  [
    'the submission queue, which hands to its own server',
    'to=user@example.net, ctladdr=news (1000/1000), delay=00:00:01, mailer=relay, pri=1, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (5A1C00AC012346 Message accepted for delivery)',
    {
      kind: 'relayed',
      recipient: 'user@example.net',
      delay: 1,
      remoteMta: '127.0.0.1',
      status: '2.0.0',
      diagnosticCode: 'Sent (5A1C00AC012346 Message accepted for delivery)'
    }
  ],
  [
    'a milter that discards',
    'to=<user@example.net>, delay=00:00:01, pri=1, stat=discarded',
    { kind: 'other', recipient: 'user@example.net', delay: 1, diagnosticCode: 'discarded' }
  ]
])('an event of a message: %s', (_, text, expected) => {
  const { events, verdicts } = readAll([arrival, `${head}${id}: ${text}`])
  expect(verdicts).toEqual(['part', 'event'])
  const { outcome, ...rest } = { outcome: undefined, ...joined, ...expected }
  expect(events).toEqual([outcome === undefined ? rest : { ...rest, outcome }])
})

test('several recipients of a line are several events', () => {
  const { events } = readAll([
    `${head}${id}: to=<a@example.net>,<"b,c"@example.net>,<d@example.net>, [more], delay=00:00:05, mailer=esmtp, pri=1, relay=mx.example.net. [198.51.100.1], dsn=2.0.0, stat=Sent (ok)`
  ])
  expect(events.map(({ recipient }) => recipient)).toEqual(['a@example.net', '"b,c"@example.net', 'd@example.net'])
})

test('a message that was deferred and then delivered gives both events', () => {
  const fields = 'delay=00:00:05, mailer=esmtp, pri=1, relay=mx.example.net. [198.51.100.1]'
  const { events } = readAll([
    arrival,
    `${head}${id}: to=<user@example.net>, ${fields}, dsn=4.0.0, stat=Deferred`,
    `${head}${id}: to=<user@example.net>, ${fields}, dsn=2.0.0, stat=Sent`
  ])
  expect(events.map(({ kind, queueId, recipient }) => [kind, queueId, recipient])).toEqual([
    ['delayed', id, 'user@example.net'],
    ['delivered', id, 'user@example.net']
  ])
})

test('when the queue gives up, those who waited have expired, with their last reason', () => {
  const fields = 'delay=5+00:00:05, mailer=esmtp, pri=1, relay=mx.example.net. [198.51.100.1]'
  const { events, verdicts } = readAll([
    arrival,
    `${head}${id}: to=<a@example.net>,<b@example.net>, ${fields}, dsn=4.2.2, stat=Deferred: 452 4.2.2 Mailbox full`,
    `${head}${id}: to=<b@example.net>, ${fields}, dsn=2.0.0, stat=Sent`,
    `${head}${id}: 5A1C00AB012399: sender notify: Warning: could not send message for past 4 hours`,
    `${head}${id}: 5A1C00AB012399: return to sender: Cannot send message for 5 days`
  ])
  expect(verdicts).toEqual(['part', 'event', 'event', 'part', 'event'])
  expect(events.slice(3)).toEqual([
    {
      ...joined,
      kind: 'failed',
      outcome: 'expired',
      recipient: 'a@example.net',
      replyCode: 452,
      status: '4.2.2',
      delay: 1,
      diagnosticCode: 'Deferred: 452 4.2.2 Mailbox full: Cannot send message for 5 days'
    }
  ])
})

test('recipients who were never tried expire, too, and where none is known the message does', () => {
  const { events } = readAll([
    `${head}${id}: to=<a@example.net>, delay=00:00:00, mailer=esmtp, pri=30000, dsn=4.4.3, stat=queued`,
    `${head}${id}: 5A1C00AB012399: sender notify: Cannot send message for 5 days`,
    `${head}5A1C00AB012388: 5A1C00AB012399: return to sender: Cannot send message for 5 days`
  ])
  expect(events.map(({ outcome, queueId, recipient, diagnosticCode }) => [outcome, queueId, recipient, diagnosticCode])).toEqual([
    ['expired', id, 'a@example.net', 'Cannot send message for 5 days'],
    ['expired', '5A1C00AB012388', undefined, 'Cannot send message for 5 days']
  ])
})

const refused = { kind: 'failed', direction: 'inbound', outcome: 'failed' }

test.each<[string, Record<string, unknown>]>([
  [
    `${id}: ruleset=check_rcpt, arg1=<user@example.net>, relay=spam.example.org [192.0.2.66], reject=550 5.7.1 <user@example.net>... Relaying denied`,
    {
      ...refused,
      queueId: id,
      stage: 'rcpt',
      recipient: 'user@example.net',
      client: 'spam.example.org [192.0.2.66]',
      replyCode: 550,
      status: '5.7.1',
      diagnosticCode: '550 5.7.1 <user@example.net>... Relaying denied'
    }
  ],
  [
    'ruleset=check_relay, arg1=spam.example.org, arg2=192.0.2.66, relay=spam.example.org [192.0.2.66], reject=554 5.7.1 listed',
    {
      ...refused,
      stage: 'connect',
      client: 'spam.example.org [192.0.2.66]',
      replyCode: 554,
      status: '5.7.1',
      diagnosticCode: '554 5.7.1 listed'
    }
  ],
  [
    `${id}: ruleset=check_mail, arg1=<a@example.org>, relay=[192.0.2.66], reject=553 5.1.8 <a@example.org>... Domain of sender address a@example.org does not exist`,
    {
      ...refused,
      queueId: id,
      stage: 'mail',
      sender: 'a@example.org',
      client: '[192.0.2.66]',
      replyCode: 553,
      status: '5.1.8',
      diagnosticCode: '553 5.1.8 <a@example.org>... Domain of sender address a@example.org does not exist'
    }
  ],
  [
    `${id}: Milter: to=<user@example.net>, reject=451 4.7.1 Greylisting in action`,
    {
      ...refused,
      queueId: id,
      stage: 'rcpt',
      recipient: 'user@example.net',
      replyCode: 451,
      status: '4.7.1',
      diagnosticCode: '451 4.7.1 Greylisting in action'
    }
  ],
  [
    `${id}: Milter: data, reject=554 5.7.1 Command rejected`,
    { ...refused, queueId: id, stage: 'data', replyCode: 554, status: '5.7.1', diagnosticCode: '554 5.7.1 Command rejected' }
  ],
  [
    `${id}: <nobody@example.com>... User unknown`,
    { ...refused, queueId: id, stage: 'rcpt', recipient: 'nobody@example.com', diagnosticCode: 'User unknown' }
  ],
  [
    'rejecting commands from spam.example.org [192.0.2.66] due to pre-greeting traffic after 0 seconds',
    {
      ...refused,
      stage: 'greeting',
      client: 'spam.example.org [192.0.2.66]',
      diagnosticCode: 'rejecting commands from spam.example.org [192.0.2.66] due to pre-greeting traffic after 0 seconds'
    }
  ]
])('what this server refused is inbound: %s', (text, expected) => {
  const { time, host, reportingMta, program } = joined
  expect(readAll([head + text]).events).toEqual([{ time, host, reportingMta, program, ...expected }])
})

test.each<[string, LineVerdict]>([
  [`${head}${id}: to=<user@example.net>, delay=00:00:00, mailer=esmtp, pri=30000, stat=queued`, 'part'],
  [`${head}${id}: to=<user@example.net>, delay=00:00:05, mailer=esmtp`, 'unread'],
  [`${head}${id}: to=<user@example.net>, delay=00:00:05, stat=`, 'unread'],
  [`${head}${id}: 5A1C00AB012399: postmaster notify: User unknown`, 'part'],
  [`${head}${id}: done; delay=00:00:05, ntries=1`, 'part'],
  [`${head}${id}: milter=greylist, action=rcpt, accepted`, 'part'],
  [`${head}STARTTLS=client, relay=mx.example.net., version=TLSv1.3, verify=OK`, 'ignored'],
  [`${head}NOQUEUE: connect from app.example.com [192.0.2.7]`, 'ignored'],
  [`${head}rejecting connections on daemon MTA-v4: load average: 30`, 'ignored'],
  [`Nov  1 12:00:01 mx1 postfix/smtp[4]: 5A1C00AB0123: to=<user@example.net>, status=sent (ok)`, 'ignored'],
  [`${id}: to=<user@example.net>, delay=00:00:05, stat=Sent`, 'unread'],
  ['', 'ignored']
])('%s is %s', (line, verdict) => {
  expect(readAll([line]).verdicts).toEqual([verdict])
})

test('it recognises its own lines', () => {
  expect(sendmail.recognise([arrival])).toBe(1)
  expect(sendmail.recognise(['Nov  1 12:00:01 mx1 postfix/smtp[4]: 5A1C00AB0123: to=<user@example.net>, status=sent (ok)'])).toBe(0)
})
