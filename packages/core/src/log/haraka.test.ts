import { expect, test } from 'vitest'
import { haraka } from './haraka.ts'
import type { LogEvent } from './log-reader.ts'

const uuid = '7F1C820F-DC79-4192-9AA6-5307354B20A6'
const at = '2026-03-01T12:00:00.123Z'
const line = (level: string, id: string, origin: string, message: string): string => `${at} [${level}] [${id}] [${origin}] ${message}`
const out = (message: string, level = 'NOTICE'): string => line(level, `${uuid}.1.1`, 'outbound', message)
const taken = [
  line('NOTICE', `${uuid}.1`, 'core', 'sender <bob@example.net> code=CONT msg=""'),
  line('NOTICE', `${uuid}.1`, 'core', 'recipient <ann@example.com> code=OK msg="" sender="bob@example.net"'),
  line('NOTICE', `${uuid}.1`, 'core', 'recipient <eve@example.com> code=OK msg="" sender="bob@example.net"')
]
const delivered = (rcpts: string): string =>
  out(
    `delivered file="1_1_0_1_a_1_mx" domain=example.com host=mx.example.com ip=198.51.100.7 port=25 mode=SMTP tls=Y auth=N response="Ok: queued as 4F" delay=1.5 fails=0 rcpts=${rcpts}`
  )

const read = (lines: readonly string[]): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = haraka.open((event) => events.push(event), { now: Date.parse('2026-03-02T00:00:00Z') })
  const verdicts = lines.map(reader.line)
  reader.end()
  return { events, verdicts }
}

test('a delivery names the recipients that the transaction took in', () => {
  const { events, verdicts } = read([...taken, delivered('2/0/0')])
  expect(verdicts).toEqual(['part', 'part', 'part', 'event'])
  expect(events.map(({ recipient }) => recipient)).toEqual(['ann@example.com', 'eve@example.com'])
  expect(events[0]).toEqual({
    kind: 'delivered',
    direction: 'outbound',
    outcome: 'delivered',
    recipient: 'ann@example.com',
    sender: 'bob@example.net',
    time: '2026-03-01T12:00:00.123Z',
    queueId: `${uuid}.1.1`,
    remoteMta: 'mx.example.com',
    diagnosticCode: 'Ok: queued as 4F',
    delay: 1.5,
    program: 'haraka',
    labels: { domain: 'example.com', file: '1_1_0_1_a_1_mx' }
  })
})

test('one recipient refused, the other delivered, each once', () => {
  const lines = [
    ...taken,
    out('recipient <eve@example.com> rejected: 550 5.1.1 no such user code=x'),
    out('bouncing mail: Some recipients failed: <eve@example.com>', 'INFO'),
    delivered('1/0/1')
  ]
  const { events, verdicts } = read(lines)
  expect(verdicts.slice(3)).toEqual(['event', 'part', 'event'])
  expect(events.map(({ kind, recipient, status }) => [kind, recipient, status])).toEqual([
    ['failed', 'eve@example.com', '5.1.1'],
    ['delivered', 'ann@example.com', undefined]
  ])
  expect(events[0]?.diagnosticCode).toBe('550 5.1.1 no such user code=x')
})

test('a deferred message is pending, and delivered later under the same queue id', () => {
  const { events } = read([
    ...taken.slice(0, 2),
    out('Temp failing 1_1_0 for 64 seconds: Upstream error: 451 4.7.1 greylisted', 'INFO'),
    delivered('1/0/0')
  ])
  expect(events.map(({ kind, outcome, replyCode, queueId }) => [kind, outcome, replyCode, queueId])).toEqual([
    ['delayed', 'pending', 451, `${uuid}.1.1`],
    ['delivered', 'delivered', undefined, `${uuid}.1.1`]
  ])
})

test('too many failures are an expiry, with the reason of the last one', () => {
  const deferred = out('recipient <ann@example.com> deferred: 452 4.2.2 mailbox full')
  const { events } = read([
    ...taken.slice(0, 2),
    deferred,
    out('bouncing mail: Too many failures (Some recipients temp failed: <ann@example.com>)', 'INFO')
  ])
  expect(events[1]).toMatchObject({
    kind: 'failed',
    outcome: 'expired',
    recipient: 'ann@example.com',
    diagnosticCode: '452 4.2.2 mailbox full'
  })
  expect(read([out('bouncing mail: Too many failures (Tried all MXs)', 'INFO')]).events[0]).toMatchObject({
    outcome: 'expired',
    diagnosticCode: 'Tried all MXs'
  })
})

const table: readonly (readonly [string, string, string, Partial<LogEvent> | undefined])[] = [
  [
    'a bounce of a whole message whose recipients are not known',
    out('bouncing mail: No Such Domain: example.com', 'INFO'),
    'event',
    { kind: 'failed', outcome: 'failed', diagnosticCode: 'No Such Domain: example.com' }
  ],
  [
    'a refusal of a recipient',
    line('NOTICE', `${uuid}.1`, 'core', 'recipient <x@example.net> code=DENY msg="no such user" sender="a@example.org"'),
    'event',
    {
      kind: 'failed',
      direction: 'inbound',
      outcome: 'failed',
      recipient: 'x@example.net',
      replyCode: 550,
      stage: 'rcpt',
      diagnosticCode: 'no such user'
    }
  ],
  [
    'a soft refusal of a sender',
    line('NOTICE', `${uuid}.1`, 'core', 'sender <a@example.org> code=DENYSOFT msg="try later"'),
    'event',
    { direction: 'inbound', sender: 'a@example.org', replyCode: 450, stage: 'mail' }
  ],
  ['a plugin’s talk', line('INFO', `${uuid}.1`, 'dnsbl', 'i like turtles'), 'ignored', undefined],
  ['a try', out('Attempting to deliver to: 198.51.100.7:25 (0) (0)', 'INFO'), 'part', undefined],
  ['words of delivery that are not known', out('undeliverable for reasons of poetry'), 'unread', undefined],
  [
    'a delivery in logfmt',
    `${at} level=NOTICE uuid=${uuid}.1.1 source=outbound message="" delivered file=1_1 domain=example.com host=mx.example.com ip=198.51.100.7 response="Ok" delay=1 rcpts=1/0/0`,
    'event',
    { kind: 'delivered', remoteMta: 'mx.example.com' }
  ],
  [
    'a refused recipient in logfmt',
    `level=NOTICE uuid=${uuid}.1.1 origin=outbound message="recipient <ann@example.com> rejected: 550 5.1.1 \\"no\\""`,
    'event',
    { kind: 'failed', recipient: 'ann@example.com', diagnosticCode: '550 5.1.1 "no"' }
  ],
  [
    'a bounce in JSON',
    JSON.stringify({ timestamp: at, level: 'INFO', uuid: `${uuid}.1.1`, source: 'outbound', message: 'bouncing mail: 554 5.7.1 spam' }),
    'event',
    { kind: 'failed', status: '5.7.1', time: '2026-03-01T12:00:00.123Z' }
  ],
  [
    'behind the prefix of syslog',
    `Mar  1 12:00:00 mail haraka[7]: [NOTICE] [${uuid}.1.1] [outbound] recipient <ann@example.com> deferred: 451 4.7.1 later`,
    'event',
    { kind: 'delayed', host: 'mail', time: '2026-03-01T12:00:00Z' }
  ],
  ['no line of Haraka', 'hello', 'ignored', undefined]
]

test.each(table)('%s', (_name, text, verdict, event) => {
  const got = read([text])
  expect(got.verdicts).toEqual([verdict])
  if (event === undefined) expect(got.events).toEqual([])
  else expect(got.events[0]).toMatchObject(event)
})

test('what is not known of a delivery is counted as the line counts it', () => {
  expect(read([delivered('3/0/0')]).events.map(({ recipient }) => recipient)).toEqual([undefined, undefined, undefined])
})

test('the log is recognised', () => {
  expect(haraka.recognise(taken)).toBe(1)
  expect(haraka.recognise(['Mar  1 12:00:00 host postfix/smtp[1]: A: to=<a@example.com>'])).toBe(0)
})
