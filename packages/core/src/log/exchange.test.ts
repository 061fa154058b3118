import { expect, test } from 'vitest'
import { exchange } from './exchange.ts'
import { readRecipientStatus } from './exchange-status.ts'
import type { LogEvent } from './log-reader.ts'

const fields =
  '#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data,transport-traffic-type,log-id,schema-version'

type Row = { event: string; source?: string; connector?: string; to?: string; status?: string; context?: string; direction?: string }

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const row = ({
  event,
  source = 'SMTP',
  connector = 'To the world',
  to = 'ann@example.com',
  status = '',
  context = '',
  direction = 'Originating'
}: Row): string =>
  [
    '2026-03-01T12:00:00.123Z',
    '192.0.2.10',
    'ex1',
    '198.51.100.7',
    'mx.example.com',
    context,
    connector,
    source,
    event,
    '73014444033',
    '<m1@ex1.example.net>',
    'net-1',
    to,
    status,
    '2048',
    '1',
    '',
    '',
    'Hello, world',
    'bob@example.net',
    'bob@example.net',
    '',
    direction,
    '',
    '192.0.2.99',
    '',
    '',
    'Email',
    'log-1',
    '15.02.2562.045'
  ]
    .map(quoted)
    .join(',')

const read = (lines: readonly string[], header: readonly string[] = []): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = exchange.open((event) => events.push(event), { now: 0, header })
  const verdicts = lines.map(reader.line)
  reader.end()
  return { events, verdicts }
}

const table: readonly (readonly [string, Row, string, readonly Partial<LogEvent>[]])[] = [
  [
    'a message sent to another server',
    { event: 'SEND', status: '250 2.1.5 Recipient OK' },
    'event',
    [
      {
        kind: 'delivered',
        outcome: 'delivered',
        replyCode: 250,
        status: '2.1.5',
        remoteMta: 'mx.example.com',
        localIp: '192.0.2.10',
        host: 'ex1'
      }
    ]
  ],
  ['a hop between servers of the organisation', { event: 'SEND', connector: 'Intra-Organization SMTP Send Connector' }, 'part', []],
  ['a message put into a mailbox', { event: 'DELIVER', source: 'STOREDRIVER' }, 'event', [{ kind: 'delivered', outcome: 'delivered' }]],
  [
    'a failure in brackets',
    { event: 'FAIL', status: '[{LED=550 5.1.1 <ann@example.com>: no such user};{MSG=};{FQDN=mx.example.org};{IP=198.51.100.8};{LRT=}]' },
    'event',
    [
      {
        kind: 'failed',
        outcome: 'failed',
        replyCode: 550,
        status: '5.1.1',
        remoteMta: 'mx.example.org',
        diagnosticCode: '550 5.1.1 <ann@example.com>: no such user',
        queueId: '73014444033',
        messageId: 'm1@ex1.example.net',
        sender: 'bob@example.net',
        subject: 'Hello, world',
        size: 2048,
        time: '2026-03-01T12:00:00.123Z'
      }
    ]
  ],
  [
    'a queue that gave up',
    { event: 'FAIL', source: 'QUEUE', status: '550 4.4.7 QUEUE.Expired; message expired' },
    'event',
    [{ kind: 'failed', outcome: 'expired', status: '4.4.7' }]
  ],
  [
    'two recipients, each with its own status',
    { event: 'FAIL', to: 'ann@example.com;eve@example.com', status: '550 5.1.1 unknown;552 5.2.2 full; try later' },
    'event',
    [
      { recipient: 'ann@example.com', replyCode: 550 },
      { recipient: 'eve@example.com', replyCode: 552, diagnosticCode: '552 5.2.2 full; try later' }
    ]
  ],
  [
    'a forwarded address, which is no failure',
    { event: 'FAIL', source: 'ROUTING', status: '250 2.1.5 RESOLVER.FWD.Forwarded; recipient forwarded' },
    'part',
    []
  ],
  [
    'spam that a filter refused from outside',
    { event: 'FAIL', source: 'AGENT', direction: 'Incoming', context: 'Content Filter Agent', status: '' },
    'event',
    [{ kind: 'failed', direction: 'inbound', outcome: 'failed', diagnosticCode: 'Content Filter Agent' }]
  ],
  [
    'a delay',
    {
      event: 'DEFER',
      status:
        '[{LRT=3/1/2026 12:00:00 PM};{LED=421 4.4.2 Connection dropped [LastAttemptedServerName=mx.example.org] [LastAttemptedIP=198.51.100.8:25]};{FQDN=};{IP=}]'
    },
    'event',
    [{ kind: 'delayed', outcome: 'pending', replyCode: 421, status: '4.4.2', remoteMta: 'mx.example.org' }]
  ],
  ['a zero defer of a transport rule', { event: 'DEFER', source: 'AGENT', context: 'Transport Rule Agent' }, 'part', []],
  ['the notice that follows a failure', { event: 'DSN', source: 'DSN' }, 'part', []],
  ['a message taken in', { event: 'RECEIVE' }, 'part', []],
  ['a shadow copy', { event: 'HAREDIRECT' }, 'ignored', []],
  ['an event that Microsoft does not list', { event: 'TELEPORT' }, 'unread', []]
]

test.each(table)('%s', (_name, told, verdict, events) => {
  const got = read([fields, row(told)])
  expect(got.verdicts).toEqual(['ignored', verdict])
  expect(got.events).toHaveLength(events.length)
  for (const [index, event] of events.entries()) expect(got.events[index]).toMatchObject(event)
})

test('a piece of a log without its header has the columns of its version', () => {
  expect(read([row({ event: 'SEND' })]).events[0]).toMatchObject({ kind: 'delivered', recipient: 'ann@example.com' })
})

test('columns come from the header that is passed where reading begins in the middle', () => {
  const narrow = '#Fields: date-time,event-id,recipient-address,recipient-status,source'
  expect(read(['2026-03-01T12:00:00Z,FAIL,ann@example.com,550 5.1.1 unknown,SMTP'], [narrow]).events[0]).toMatchObject({
    kind: 'failed',
    status: '5.1.1'
  })
})

test('a row that was cut off, and one of a log without columns, are unread', () => {
  expect(read([fields, row({ event: 'FAIL' }).slice(0, 90), 'a,b,c']).verdicts).toEqual(['ignored', 'unread', 'unread'])
})

test('an export of Get-MessageTrackingLog is read by its own names', () => {
  const header = '"Timestamp","Source","EventId","Recipients","RecipientStatus","Sender","MessageId"'
  const got = read([header, '"2026-03-01 12:00:00","SMTP","FAIL","ann@example.com","550 5.7.1 no","bob@example.net","<m@x>"'])
  expect(got.events[0]).toMatchObject({ recipient: 'ann@example.com', sender: 'bob@example.net', time: '2026-03-01T12:00:00Z' })
})

test('a log with a header is recognised, another is not', () => {
  expect(exchange.recognise(['\ufeff#Software: Microsoft Exchange Server', '#Log-type: Message Tracking Log', fields])).toBe(1)
  expect(exchange.recognise([row({ event: 'SEND' })])).toBeGreaterThan(0.5)
  expect(exchange.recognise(['Mar  1 12:00:00 host postfix/smtp[1]: A: to=<a@example.com>', ''])).toBe(0)
})

test('one status for several recipients is everyone’s', () => {
  expect(readRecipientStatus('550 5.1.1 unknown', 3).map(({ text }) => text)).toEqual(Array(3).fill('550 5.1.1 unknown'))
})
