import { expect, test } from 'vitest'
import type { LogEvent } from './log-reader.ts'
import { stalwart } from './stalwart.ts'

const span =
  'queueId = 42, queueName = "remote", from = "bob@example.net", to = ["ann@example.com", "eve@example.org"], size = 2048, total = 2'
const spanWithout = 'queueId = 42, queueName = "remote", from = "bob@example.net", size = 2048, total = 2'
const line = (words: string, type: string, keys: string): string => `2026-03-01T12:00:00Z INFO ${words} (${type}) ${keys}`
const start = line('Delivery attempt started', 'delivery.attempt-start', span)
const end = line('Delivery attempt ended', 'delivery.attempt-end', `${span}, elapsed = 120ms`)
const domain = (name: string): string =>
  line('New delivery attempt for domain', 'delivery.domain-delivery-start', `${span}, domain = "${name}"`)
const delivered = line(
  'Message delivered',
  'delivery.delivered',
  `${spanWithout}, hostname = "mx.example.com", to = "ann@example.com", code = 250, details = "OK, queued as \\"4F\\"", elapsed = 15ms`
)
const refused = (to: string, code: number, text: string): string =>
  line(
    'SMTP RCPT TO rejected',
    'delivery.rcpt-to-rejected',
    `${spanWithout}, hostname = "mx.example.com", to = "${to}", code = ${code}, details = "${text}", elapsed = 1ms`
  )
const unreachable = line(
  'Connection error',
  'delivery.connect-error',
  `${span}, domain = "example.org", hostname = "mx.example.org", causedBy = SMTP error occurred (smtp.error) { details = "I/O Error", reason = "Connection refused (os error 111)" }, elapsed = 3ms`
)

const read = (lines: readonly string[]): { events: LogEvent[]; verdicts: string[] } => {
  const events: LogEvent[] = []
  const reader = stalwart.open((event) => events.push(event), { now: 0 })
  const verdicts = lines.map(reader.line)
  reader.end()
  return { events, verdicts }
}

test('an attempt: one delivered, one whose server could not be reached', () => {
  const { events, verdicts } = read([start, domain('example.com'), delivered, domain('example.org'), unreachable, unreachable, end])
  expect(verdicts).toEqual(['part', 'part', 'event', 'part', 'part', 'part', 'event'])
  expect(events).toEqual([
    {
      kind: 'delivered',
      direction: 'outbound',
      outcome: 'delivered',
      recipient: 'ann@example.com',
      sender: 'bob@example.net',
      queueId: '42',
      size: 2048,
      time: '2026-03-01T12:00:00Z',
      program: 'stalwart',
      replyCode: 250,
      diagnosticCode: '250 OK, queued as "4F"',
      remoteMta: 'mx.example.com',
      labels: { queue: 'remote' }
    },
    expect.objectContaining({
      kind: 'delayed',
      outcome: 'pending',
      recipient: 'eve@example.org',
      diagnosticCode: 'Connection refused (os error 111)',
      stage: 'connect',
      remoteMta: 'mx.example.org'
    })
  ])
})

test('a permanent answer is told once, though the notice names the recipient again', () => {
  const notice = line(
    'DSN permanent failure notification',
    'delivery.dsn-perm-fail',
    `${spanWithout}, to = "ann@example.com", hostname = "mx.example.com", details = "Unexpected response", total = 0`
  )
  const { events, verdicts } = read([start, refused('ann@example.com', 550, '5.1.1 no such user'), notice, end])
  expect(verdicts).toEqual(['part', 'event', 'part', 'part'])
  expect(events).toMatchObject([{ kind: 'failed', outcome: 'failed', replyCode: 550, status: '5.1.1', stage: 'rcpt' }])
})

test('a message refused after its data fails for those whom the notice names', () => {
  const whole = line(
    'Message rejected by remote server',
    'delivery.message-rejected',
    `${span}, hostname = "mx.example.com", code = 554, details = "5.7.1 spam"`
  )
  const notice = line(
    'DSN permanent failure notification',
    'delivery.dsn-perm-fail',
    `${spanWithout}, to = "ann@example.com", details = "…"`
  )
  const { events } = read([start, domain('example.com'), whole, notice, end])
  expect(events).toMatchObject([{ kind: 'failed', recipient: 'ann@example.com', status: '5.7.1', stage: 'end-of-data' }])
})

test('a deferred recipient, then the queue gives up', () => {
  const gone = line(
    'Delivery failed',
    'delivery.failed',
    `${spanWithout}, to = "ann@example.com", reason = SMTP error occurred (smtp.error) { details = "Unexpected SMTP Response", code = 451, reason = "4.7.1 later" }, details = 2026-03-06T12:00:00Z`
  )
  const { events } = read([start, refused('ann@example.com', 451, '4.7.1 later'), end, start, gone, end])
  expect(events.map(({ kind, outcome, diagnosticCode }) => [kind, outcome, diagnosticCode])).toEqual([
    ['delayed', 'pending', '451 4.7.1 later'],
    ['failed', 'expired', '451 4.7.1 later']
  ])
})

test('colours, JSON and refusals of clients are read', () => {
  const coloured = delivered.replace('INFO', '\u001b[32;1mINFO\u001b[0m')
  const json = JSON.stringify({
    id: '1',
    createdAt: '2026-03-01T12:00:00Z',
    type: 'delivery.rcpt-to-rejected',
    data: { queueId: 42, to: 'ann@example.com', code: 550, details: '5.1.1 unknown' }
  })
  const client = line(
    'Mailbox does not exist',
    'smtp.mailbox-does-not-exist',
    'listenerId = "smtp", remoteIp = 203.0.113.9, to = "nobody@example.com"'
  )
  const { events, verdicts } = read([coloured, json, client])
  expect(verdicts).toEqual(['event', 'event', 'event'])
  expect(events).toMatchObject([
    { kind: 'delivered' },
    { kind: 'failed', status: '5.1.1', queueId: '42' },
    {
      kind: 'failed',
      direction: 'inbound',
      recipient: 'nobody@example.com',
      client: '[203.0.113.9]',
      stage: 'rcpt',
      diagnosticCode: 'Mailbox does not exist'
    }
  ])
})

test('an event of delivery that is not known is unread, others are not about it', () => {
  expect(
    read([line('Odd', 'delivery.teleported', span), line('IMAP', 'imap.fetch', ''), 'delivery talk (delivery.x', 'hello', '']).verdicts
  ).toEqual(['unread', 'ignored', 'unread', 'ignored', 'ignored'])
})

test('the log is recognised', () => {
  expect(stalwart.recognise([start, delivered, end])).toBe(1)
  expect(stalwart.recognise(['{"type":"Delivery"}', 'hello'])).toBe(0)
})
