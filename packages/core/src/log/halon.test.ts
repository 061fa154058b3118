import { expect, test } from 'vitest'
import { halon } from './halon.ts'
import type { LogEvent } from './log-reader.ts'

const attempt = (fields: object): string =>
  JSON.stringify({
    hostname: 'mta1.example.net',
    transactionid: '9f3c',
    queueid: 2,
    senderlocalpart: 'bob',
    senderdomain: 'example.net',
    recipientlocalpart: 'ann',
    recipientdomain: 'example.com',
    size: 2048,
    received: 1757675221000,
    '@timestamp': 1757675281000,
    action: 'delivered',
    transportid: 'mx',
    grouping: 'example.com',
    jobid: 'job-7',
    totalduration: 60,
    localip: '192.0.2.10',
    remoteip: '198.51.100.7',
    remotemx: 'mx.example.com',
    smtpcode: 250,
    smtpenhanced: '2.0.0',
    smtpreason: '250 2.0.0 OK',
    ...fields
  })

const postmastery = (fields: object): string =>
  JSON.stringify({
    type: 'SMTP',
    hostname: 'mta1.example.net',
    messageid: '9f3c:2',
    ts_attempt: 1757675281.5,
    ts_received: 1757675221.5,
    status: 'failed',
    result_code: 550,
    result_enhanced: '5.1.1',
    result_reason: 'no such user',
    connection_localip: '192.0.2.10',
    connection_remotemx: 'mx.example.com',
    sender: 'bob@example.net',
    recipient_localpart: 'ann',
    recipient_domain: 'example.com',
    size: 2048,
    ...fields
  })

const transaction = (action: string): string =>
  JSON.stringify({
    action,
    reason: 'Message was rejected',
    hostname: 'mta1.example.net',
    transactionid: '9f3c',
    remoteip: '203.0.113.9',
    remoteptr: 'client.example.org',
    sender: 'x@example.org',
    recipient: 'ann@example.com',
    receivedtime: 1757675281000
  })

const read = (lines: readonly string[]): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = halon.open((event) => events.push(event), { now: 0 })
  return { verdicts: lines.map(reader.line), events }
}

const table: readonly (readonly [string, string, string, Partial<LogEvent> | undefined])[] = [
  [
    'a delivery',
    attempt({}),
    'event',
    {
      kind: 'delivered',
      recipient: 'ann@example.com',
      sender: 'bob@example.net',
      queueId: '9f3c:2',
      host: 'mta1.example.net',
      localIp: '192.0.2.10',
      remoteMta: 'mx.example.com',
      time: '2025-09-12T11:08:01Z',
      delay: 60,
      replyCode: 250,
      diagnosticCode: '250 2.0.0 OK',
      labels: { jobid: 'job-7', transportid: 'mx', grouping: 'example.com' }
    }
  ],
  [
    'a deferral',
    attempt({ action: 'deferred', smtpcode: 421, smtpenhanced: '4.7.0', smtpreason: 'smtp; 421 4.7.0 slow down' }),
    'event',
    { kind: 'delayed', outcome: 'pending', replyCode: 421, diagnosticCode: '421 4.7.0 slow down' }
  ],
  [
    'a bounce, as Elasticsearch exports it',
    `{"_index":"halon","_source":${attempt({ action: 'bounced', smtpcode: 550, smtpenhanced: '5.1.1', smtpreason: 'no such user' })}}`,
    'event',
    { kind: 'failed', outcome: 'failed', diagnosticCode: '550 5.1.1 no such user' }
  ],
  ['a message that was taken out of the queue', attempt({ action: 'removed' }), 'part', undefined],
  ['the head of a bulk request', '{"create":{"_index":"halon-delivery-attempts"}}', 'ignored', undefined],
  [
    'a failure of the other script',
    postmastery({}),
    'event',
    { kind: 'failed', status: '5.1.1', queueId: '9f3c:2', delay: 60, diagnosticCode: '550 5.1.1 no such user' }
  ],
  [
    'a connection that failed',
    postmastery({
      status: 'delayed',
      result_code: undefined,
      result_enhanced: undefined,
      result_reason: undefined,
      error_message: 'Connection refused'
    }),
    'event',
    { kind: 'delayed', diagnosticCode: 'Connection refused' }
  ],
  [
    'a refusal',
    transaction('REJECT'),
    'event',
    {
      kind: 'failed',
      direction: 'inbound',
      outcome: 'failed',
      client: 'client.example.org [203.0.113.9]',
      diagnosticCode: 'Message was rejected'
    }
  ],
  ['a message taken in', transaction('QUEUE'), 'part', undefined],
  ['another action', attempt({ action: 'levitated' }), 'unread', undefined],
  ['another shape', '{"a":1}', 'unread', undefined]
]

test.each(table)('%s', (_name, line, verdict, event) => {
  const got = read([line])
  expect(got.verdicts).toEqual([verdict])
  if (event === undefined) expect(got.events).toEqual([])
  else expect(got.events[0]).toMatchObject(event)
})

test('the log is recognised, with the heads of bulk requests between', () => {
  expect(halon.recognise(['{"create":{"_index":"h"}}', attempt({}), transaction('QUEUE')])).toBe(1)
  expect(halon.recognise(['{"action":"delivered"}'])).toBe(0)
})
