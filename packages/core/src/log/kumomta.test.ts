import { expect, test } from 'vitest'
import { kumomta } from './kumomta.ts'
import type { LogEvent } from './log-reader.ts'

/** The example of the reference, with documentation names and addresses. */
const record = (fields: object): string =>
  JSON.stringify({
    type: 'Delivery',
    id: '1d98076abbbc11ed940250ebf67f93bd',
    sender: 'user@sender.example.net',
    recipient: 'user@recipient.example.com',
    queue: 'campaign:tenant@domain',
    site: 'source2->mx.example.com.',
    size: 1047,
    response: { code: 250, enhanced_code: { class: 2, subject: 0, detail: 0 }, content: 'OK ids=8a54', command: '.' },
    peer_address: { name: 'mx.example.com.', addr: '198.51.100.7' },
    timestamp: 1757675281,
    event_time: '2025-09-12T11:08:01.440526026Z',
    created: 1757675221,
    num_attempts: 0,
    bounce_classification: 'Uncategorized',
    egress_pool: 'pool0',
    egress_source: 'source2',
    source_address: { address: '192.0.2.10:53210' },
    feedback_report: null,
    meta: { tenant: 'acme' },
    headers: { Subject: 'Hello', 'Message-ID': '<m@example.net>' },
    nodeid: '557f3ad4-2c8c-11ee-976e-782d7e12e173',
    ...fields
  })

const reply = (code: number, status: readonly [number, number, number] | undefined, content: string, command?: string): object => ({
  response: {
    code,
    enhanced_code: status === undefined ? null : { class: status[0], subject: status[1], detail: status[2] },
    content,
    command
  }
})

const read = (lines: readonly string[]): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = kumomta.open((event) => events.push(event), { now: 0 })
  return { verdicts: lines.map(reader.line), events }
}

test('a delivery has all that the record tells', () => {
  expect(read([record({})]).events).toEqual([
    {
      kind: 'delivered',
      direction: 'outbound',
      outcome: 'delivered',
      recipient: 'user@recipient.example.com',
      sender: 'user@sender.example.net',
      queueId: '1d98076abbbc11ed940250ebf67f93bd',
      time: '2025-09-12T11:08:01.440Z',
      replyCode: 250,
      status: '2.0.0',
      diagnosticCode: '250 2.0.0 OK ids=8a54',
      stage: 'end-of-data',
      remoteMta: 'mx.example.com',
      localIp: '192.0.2.10',
      messageId: 'm@example.net',
      subject: 'Hello',
      size: 1047,
      delay: 60,
      program: 'kumod',
      labels: {
        queue: 'campaign:tenant@domain',
        egress_source: 'source2',
        egress_pool: 'pool0',
        bounce_classification: 'Uncategorized',
        node: '557f3ad4-2c8c-11ee-976e-782d7e12e173',
        tenant: 'acme'
      }
    }
  ])
})

const table: readonly (readonly [string, object, string, readonly Partial<LogEvent>[]])[] = [
  [
    'a bounce',
    { type: 'Bounce', ...reply(550, [5, 1, 1], 'no such user', 'RCPT TO:<x@example.com>') },
    'event',
    [{ kind: 'failed', outcome: 'failed', stage: 'rcpt', status: '5.1.1' }]
  ],
  [
    'a transient failure',
    { type: 'TransientFailure', ...reply(421, [4, 7, 0], 'slow down', 'MAIL FROM') },
    'event',
    [{ kind: 'delayed', outcome: 'pending', stage: 'mail' }]
  ],
  [
    'a message that waits untried',
    { type: 'Delayed', ...reply(400, undefined, 'KumoMTA internal: ready queue is full') },
    'event',
    [{ kind: 'delayed', replyCode: 400 }]
  ],
  [
    'an expiration',
    { type: 'Expiration', ...reply(551, undefined, 'Next delivery time would be too late') },
    'event',
    [{ kind: 'failed', outcome: 'expired' }]
  ],
  [
    'an administrator’s bounce',
    { type: 'AdminBounce', ...reply(551, undefined, 'purged') },
    'event',
    [{ kind: 'failed', outcome: 'failed' }]
  ],
  [
    'a refusal of another’s mail',
    {
      type: 'Rejection',
      ...reply(550, [5, 7, 1], 'relaying denied', 'RCPT TO'),
      peer_address: { name: 'client.example.org', addr: '203.0.113.9' }
    },
    'event',
    [{ kind: 'failed', direction: 'inbound', outcome: 'failed', client: 'client.example.org [203.0.113.9]' }]
  ],
  ['a bounce that came by mail', { type: 'OOB', ...reply(552, [5, 2, 2], 'mailbox full') }, 'event', [{ kind: 'failed', status: '5.2.2' }]],
  ['a delay that came by mail', { type: 'OOB', ...reply(450, [4, 2, 2], 'mailbox full') }, 'event', [{ kind: 'delayed' }]],
  [
    'a message of several recipients',
    { type: 'Bounce', recipient: ['a@example.com', 'b@example.com'], ...reply(554, [5, 7, 1], 'spam') },
    'event',
    [{ recipient: 'a@example.com' }, { recipient: 'b@example.com' }]
  ],
  [
    'a complaint',
    {
      type: 'Feedback',
      recipient: 'fbl@example.net',
      feedback_report: {
        feedback_type: 'abuse',
        original_rcpto_to: ['<ann@example.com>'],
        source_ip: '192.0.2.1',
        original_mail_from: '<some@example.net>'
      }
    },
    'event',
    [{ kind: 'complaint', feedbackType: 'abuse', recipient: 'ann@example.com', localIp: '192.0.2.1', sender: 'some@example.net' }]
  ],
  ['a reception', { type: 'Reception' }, 'part', []],
  ['a transfer to another node', { type: 'XferOut' }, 'part', []],
  ['a type that is not documented', { type: 'Levitation' }, 'unread', []]
]

test.each(table)('%s', (_name, fields, verdict, events) => {
  const got = read([record(fields)])
  expect(got.verdicts).toEqual([verdict])
  expect(got.events).toHaveLength(events.length)
  for (const [index, event] of events.entries()) expect(got.events[index]).toMatchObject(event)
})

test('a deferred message that is delivered later has both events under one queue id', () => {
  const { events } = read([record({ type: 'TransientFailure', ...reply(451, undefined, 'later') }), record({})])
  expect(events.map(({ kind, queueId, recipient }) => [kind, queueId, recipient])).toEqual([
    ['delayed', '1d98076abbbc11ed940250ebf67f93bd', 'user@recipient.example.com'],
    ['delivered', '1d98076abbbc11ed940250ebf67f93bd', 'user@recipient.example.com']
  ])
})

test('a line that was cut off is unread, a blank one is nothing', () => {
  expect(read([record({}).slice(0, 200), '', 'null', '[]', '{}']).verdicts).toEqual(['unread', 'ignored', 'unread', 'unread', 'unread'])
})

test('the log is recognised', () => {
  expect(kumomta.recognise([record({}), record({ type: 'Bounce' })])).toBe(1)
  expect(kumomta.recognise(['{"type":"Delivery"}'])).toBe(0)
})
