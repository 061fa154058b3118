import { expect, test } from 'vitest'
import { exim } from './exim.ts'
import type { LineVerdict, LogEvent } from './log-reader.ts'

const now = Date.UTC(2026, 10, 25)

const readAll = (lines: readonly string[], zone = 0): { events: LogEvent[]; verdicts: LineVerdict[] } => {
  const events: LogEvent[] = []
  const reader = exim.open((event) => events.push(event), { now, zone })
  const verdicts = lines.map((line) => reader.line(line))
  reader.end()
  return { events, verdicts }
}

const day = '2026-11-01'
const id = '1ABCde-0001FG-23'
const arrival = `${day} 12:00:00 ${id} <= news@example.com H=app.example.com (app) [192.0.2.7]:40122 P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no S=2048 id=m1@example.com T="A \\"B\\" R=c" from <news@example.com> for user@example.net`
const joined = {
  queueId: id,
  sender: 'news@example.com',
  client: 'app.example.com (app) [192.0.2.7]',
  messageId: 'm1@example.com',
  subject: 'A "B" R=c',
  size: 2048
}
const out = { direction: 'outbound', ...joined }

test.each<[string, string, Record<string, unknown>]>([
  [
    'a delivery',
    '=> user@example.net R=dnslookup T=remote_smtp S=2100 H=mx.example.net [198.51.100.1]:25 I=[192.0.2.10]:53210 X=TLS1.3:x:256 CV=yes K C="250 2.0.0 OK \\"q\\"" QT=1m30s DT=2s',
    {
      ...out,
      kind: 'delivered',
      outcome: 'delivered',
      recipient: 'user@example.net',
      remoteMta: 'mx.example.net',
      localIp: '192.0.2.10',
      delay: 90,
      diagnosticCode: '250 2.0.0 OK "q"',
      replyCode: 250,
      status: '2.0.0'
    }
  ],
  [
    'a further address',
    '-> b@example.net R=r T=t H=mx.example.net [198.51.100.1] C="250 OK"',
    {
      ...out,
      kind: 'delivered',
      outcome: 'delivered',
      recipient: 'b@example.net',
      remoteMta: 'mx.example.net',
      delay: 60,
      diagnosticCode: '250 OK',
      replyCode: 250
    }
  ],
  [
    'a cut-through delivery',
    '>> b@example.net R=r T=t H=mx.example.net [198.51.100.1]',
    { ...out, kind: 'delivered', outcome: 'delivered', recipient: 'b@example.net', remoteMta: 'mx.example.net', delay: 60 }
  ],
  [
    'a local delivery',
    '=> user <user@example.com> R=localuser T=local_delivery',
    { ...out, kind: 'delivered', outcome: 'delivered', recipient: 'user@example.com', delay: 60 }
  ],
  [
    'a pipe',
    '=> |/usr/bin/vacation -a "x <y>" u <user@example.com> R=r T=t',
    { ...out, kind: 'delivered', outcome: 'delivered', recipient: 'user@example.com', delay: 60 }
  ],
  [
    'an alias',
    '=> c@example.net (b@example.com) <a@example.com> R=r T=t H=mx.example.net [198.51.100.1]',
    {
      ...out,
      kind: 'delivered',
      outcome: 'delivered',
      recipient: 'c@example.net',
      originalRecipient: 'a@example.com',
      remoteMta: 'mx.example.net',
      delay: 60
    }
  ],
  [
    'one that -N suppressed',
    '*> b@example.net R=r T=t',
    { ...out, kind: 'other', recipient: 'b@example.net', delay: 60, diagnosticCode: 'delivery suppressed by -N' }
  ],
  [
    'a refusal by the other server',
    '** user@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.1] X=TLS1.3:x:256: SMTP error from remote mail server after RCPT TO:<user@example.net>: 550 5.1.1 <user@example.net>: no such user',
    {
      ...out,
      kind: 'failed',
      outcome: 'failed',
      recipient: 'user@example.net',
      remoteMta: 'mx.example.net',
      delay: 60,
      stage: 'rcpt',
      replyCode: 550,
      status: '5.1.1',
      diagnosticCode: 'SMTP error from remote mail server after RCPT TO:<user@example.net>: 550 5.1.1 <user@example.net>: no such user'
    }
  ],
  [
    'an address without a route',
    '** user@example.net R=r : Unrouteable address',
    { ...out, kind: 'failed', outcome: 'failed', recipient: 'user@example.net', delay: 60, diagnosticCode: 'Unrouteable address' }
  ],
  [
    'an expiry',
    '** user@example.net: retry timeout exceeded',
    { ...out, kind: 'failed', outcome: 'expired', recipient: 'user@example.net', delay: 60, diagnosticCode: 'retry timeout exceeded' }
  ],
  [
    'a deferral by the other server',
    '== user@example.net R=dnslookup T=remote_smtp defer (-46) H=mx.example.net [198.51.100.1]:25: SMTP error from remote mail server after end of data: 451 4.7.1 Greylisted',
    {
      ...out,
      kind: 'delayed',
      outcome: 'pending',
      recipient: 'user@example.net',
      remoteMta: 'mx.example.net',
      delay: 60,
      stage: 'end-of-data',
      replyCode: 451,
      status: '4.7.1',
      diagnosticCode: 'SMTP error from remote mail server after end of data: 451 4.7.1 Greylisted'
    }
  ],
  [
    'a connection that timed out',
    '== user@example.net R=r T=t defer (110): Connection timed out H=mx.example.net [198.51.100.1]',
    {
      ...out,
      kind: 'delayed',
      outcome: 'pending',
      recipient: 'user@example.net',
      remoteMta: 'mx.example.net',
      delay: 60,
      stage: 'connect',
      diagnosticCode: 'Connection timed out'
    }
  ],
  [
    'a full mailbox',
    '== user <user@example.com> R=r T=t defer (-22): mailbox is full',
    { ...out, kind: 'delayed', outcome: 'pending', recipient: 'user@example.com', delay: 60, diagnosticCode: 'mailbox is full' }
  ],
  [
    'a deferral that breaks off',
    '== user@example.net R=r T=t',
    { ...out, kind: 'delayed', outcome: 'pending', recipient: 'user@example.net', delay: 60 }
  ],
  [
    'mail that an ACL discarded',
    '=> blackhole (DATA ACL discarded recipients)',
    { ...joined, kind: 'other', direction: 'inbound', delay: 60, diagnosticCode: '(DATA ACL discarded recipients)' }
  ]
])('an event of a message: %s', (_, text, expected) => {
  const { events, verdicts } = readAll([arrival, `${day} 12:01:00 ${id} ${text}`])
  expect(verdicts).toEqual(['part', 'event'])
  expect(events).toEqual([{ ...expected, time: '2026-11-01T12:01:00Z' }])
})

const refused = { kind: 'failed', direction: 'inbound', outcome: 'failed' }

test.each<[string, Record<string, unknown>]>([
  [
    'H=(spam) [192.0.2.66]:1025 I=[192.0.2.10]:25 F=<a@example.org> rejected RCPT <u@example.com>: relay not permitted',
    {
      ...refused,
      client: '(spam) [192.0.2.66]',
      sender: 'a@example.org',
      recipient: 'u@example.com',
      stage: 'rcpt',
      replyCode: 550,
      diagnosticCode: 'relay not permitted'
    }
  ],
  [
    'H=x.example.org [192.0.2.66] F=<> temporarily rejected RCPT <u@example.com>: greylisted',
    {
      ...refused,
      client: 'x.example.org [192.0.2.66]',
      recipient: 'u@example.com',
      stage: 'rcpt',
      replyCode: 451,
      diagnosticCode: 'greylisted'
    }
  ],
  [
    'H=x.example.org [192.0.2.66] F=<a@example.org> rejected RCPT <u@example.com>: 554 5.7.1 blocked',
    {
      ...refused,
      client: 'x.example.org [192.0.2.66]',
      sender: 'a@example.org',
      recipient: 'u@example.com',
      stage: 'rcpt',
      replyCode: 554,
      status: '5.7.1',
      diagnosticCode: '554 5.7.1 blocked'
    }
  ],
  [
    'H=x.example.org [192.0.2.66] rejected MAIL <a@example.org>: no',
    { ...refused, client: 'x.example.org [192.0.2.66]', sender: 'a@example.org', stage: 'mail', replyCode: 550, diagnosticCode: 'no' }
  ],
  [
    'rejected MAIL from x.example.org [192.0.2.66]: no HELO/EHLO given',
    { ...refused, client: 'x.example.org [192.0.2.66]', stage: 'mail', replyCode: 550, diagnosticCode: 'no HELO/EHLO given' }
  ],
  [
    'H=[192.0.2.66] rejected connection in "connect" ACL: listed',
    { ...refused, client: '[192.0.2.66]', stage: 'connect', replyCode: 554, diagnosticCode: 'listed' }
  ],
  [
    `${id} H=x.example.org [192.0.2.66] F=<a@example.org> rejected after DATA: spam`,
    {
      ...refused,
      queueId: id,
      client: 'x.example.org [192.0.2.66]',
      sender: 'a@example.org',
      stage: 'end-of-data',
      replyCode: 550,
      diagnosticCode: 'spam'
    }
  ],
  [
    'SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected "mail from:<a@example.org>" H=(x) [192.0.2.66] next input="rcpt to"',
    {
      ...refused,
      client: '(x) [192.0.2.66]',
      stage: 'mail',
      replyCode: 554,
      diagnosticCode:
        'SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected "mail from:<a@example.org>" H=(x) [192.0.2.66]'
    }
  ],
  [
    'Connection from [192.0.2.66] refused: too many connections',
    { ...refused, client: '[192.0.2.66]', stage: 'connect', diagnosticCode: 'Connection from [192.0.2.66] refused: too many connections' }
  ],
  [
    'refused connection from x.example.org [192.0.2.66] (host_reject_connection)',
    {
      ...refused,
      client: 'x.example.org [192.0.2.66]',
      stage: 'connect',
      diagnosticCode: 'refused connection from x.example.org [192.0.2.66] (host_reject_connection)'
    }
  ]
])('what this server refused is inbound: %s', (text, expected) => {
  expect(readAll([`${day} 12:00:00 ${text}`]).events).toEqual([{ ...expected, time: '2026-11-01T12:00:00Z' }])
})

test.each<[string, LineVerdict]>([
  ['Start queue run: pid=12', 'ignored'],
  ['exim 4.98 daemon started: pid=1, -q30m, listening for SMTP on port 25', 'ignored'],
  ['H=x [192.0.2.66] rejected VRFY u', 'ignored'],
  ['no host name found for IP address 192.0.2.66', 'ignored'],
  ['TLS error on connection from x [192.0.2.66] (SSL_accept): error', 'ignored'],
  [`${id} Completed`, 'part'],
  [`${id} Frozen (delivery error message)`, 'part'],
  [`${id} no immediate delivery: queued by ACL`, 'part'],
  [`${id} H=mx.example.net [198.51.100.1] Connection refused`, 'part'],
  [`${id} => `, 'unread'],
  [`${id} **`, 'unread'],
  ['=> user@example.net R=r T=t', 'unread'],
  ['H=x [192.0.2.66] F=<a@example.org> rejected SOMETHING <u@example.com>', 'unread']
])('%s is %s', (text, verdict) => {
  expect(readAll([`${day} 12:00:00 ${text}`]).verdicts).toEqual([verdict])
})

test.each<[string, string, string]>([
  ['a zone', `${day} 12:00:00 +0100 ${id} => u@example.net R=r T=t`, '2026-11-01T11:00:00Z'],
  ['milliseconds', `${day} 12:00:00.250 ${id} => u@example.net R=r T=t`, '2026-11-01T12:00:00.250Z'],
  ['a process id', `${day} 12:00:00 [4711] ${id} => u@example.net R=r T=t`, '2026-11-01T12:00:00Z'],
  ['an id of 23 characters', `${day} 12:00:00 1ABCde-000000001FG-23Ab => u@example.net R=r T=t`, '2026-11-01T12:00:00Z'],
  ['syslog with both times', `Nov  1 12:00:09 mx1 exim[42]: ${day} 12:00:00 ${id} => u@example.net R=r T=t`, '2026-11-01T12:00:00Z'],
  ['syslog with its own time only', `Nov  1 12:00:00 mx1 exim4[42]: ${id} => u@example.net R=r T=t`, '2026-11-01T12:00:00Z'],
  ['a piece of a line that syslog split', `Nov  1 12:00:00 mx1 exim[42]: [1/2] ${id} => u@example.net R=r T=t`, '2026-11-01T12:00:00Z']
])('it reads lines with %s', (_, line, time) => {
  expect(readAll([line]).events).toMatchObject([{ kind: 'delivered', recipient: 'u@example.net', time }])
})

test('a message that was deferred and then delivered gives both events, and retries before their time give none', () => {
  const { events, verdicts } = readAll([
    arrival,
    `${day} 12:00:05 ${id} == user@example.net R=r T=t defer (111): Connection refused`,
    `${day} 12:30:00 ${id} == user@example.net R=r T=t defer (-53): retry time not reached for any host`,
    `${day} 13:00:00 ${id} => user@example.net R=r T=t H=mx.example.net [198.51.100.1] C="250 OK"`,
    `${day} 13:00:00 ${id} Completed`
  ])
  expect(verdicts).toEqual(['part', 'event', 'part', 'event', 'part'])
  expect(events.map(({ kind, queueId, recipient, delay }) => [kind, queueId, recipient, delay])).toEqual([
    ['delayed', id, 'user@example.net', 5],
    ['delivered', id, 'user@example.net', 3_600]
  ])
})

test('a message that was queued before the log began is told by the first retry that is not due', () => {
  const line = `${day} 12:30:00 ${id} == user@example.net R=r T=t defer (-53): retry time not reached for any host`
  expect(readAll([line, line]).verdicts).toEqual(['event', 'part'])
})

test('an expiry without words of its own has those of the last deferral', () => {
  const { events } = readAll([
    arrival,
    `${day} 12:00:05 ${id} == user@example.net R=r T=t defer (111): Connection refused`,
    `${day} 12:00:05 ${id} ** user@example.net: retry timeout exceeded`
  ])
  expect(events[1]).toMatchObject({ outcome: 'expired', diagnosticCode: 'Connection refused: retry timeout exceeded', stage: 'connect' })
})

test('an expiry that names no host has that of the last attempt', () => {
  const { events } = readAll([
    arrival,
    `${day} 12:00:05 ${id} == user@example.net R=r T=t defer (-44) H=mx1.example.net [198.51.100.1]: SMTP error from remote mail server after RCPT TO:<user@example.net>: 451 4.3.0 Temporary lookup failure`,
    `${day} 12:30:00 ${id} == user@example.net R=r T=t defer (-53): retry time not reached for any host`,
    `${day} 13:00:05 ${id} ** user@example.net: retry timeout exceeded`
  ])
  expect(events.map(({ outcome, remoteMta }) => [outcome, remoteMta])).toEqual([
    ['pending', 'mx1.example.net'],
    ['expired', 'mx1.example.net']
  ])
})

test('it recognises its own lines', () => {
  expect(exim.recognise([arrival, `${day} 12:00:00 Start queue run: pid=1`])).toBe(1)
  expect(exim.recognise(['Nov  1 12:00:00 mx1 postfix/smtp[1]: ABC: to=<a@example.com>, status=sent'])).toBe(0)
  expect(exim.recognise([])).toBe(0)
})

/** Logs of Exim's own test suite lie beside the repository, where they are at hand. */
