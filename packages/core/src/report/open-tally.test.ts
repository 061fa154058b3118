import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bounced, deferred, event, greylisted, minute, reportOf, unknown } from '../../../../tests/report/report-events.ts'
import { defaultDiagnoser } from '../default.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { totalOf } from './counts.ts'
import { messageKey } from './message-key.ts'
import { openTally } from './open-tally.ts'
import type { Report } from './report.ts'
import type { TallyOptions } from './tally.ts'

test('a message put off twelve times and then delivered is one delivered message with twelve deferrals', () => {
  const report = reportOf([...Array.from({ length: 12 }, (_, at) => deferred({ time: minute(at) })), event({ time: minute(20) })])
  expect(report.messages).toMatchObject({ delivered: 1, deferred: 0, bounced: 0, expired: 0 })
  expect(report.attempts).toMatchObject({ delivered: 1, deferred: 12, bounced: 0, expired: 0 })
  expect(report.causes).toHaveLength(1)
  expect(report.causes[0]).toMatchObject({
    cause: 'greylisted',
    messages: 1,
    attempts: 12,
    lost: 0,
    waiting: 0,
    recovered: 1,
    needs: 'nothing',
    firstSeen: minute(0),
    lastSeen: minute(11)
  })
})

test('what waits at the end is waiting, in the rows of its causes and groups too, however often a report is asked for', () => {
  const tally = openTally(defaultDiagnoser(), { by: ['domain'] })
  tally.event(deferred(), 'mail.log', 1)
  tally.event(deferred({ recipient: 'b@example.org' }), 'mail.log', 2)
  for (let times = 0; times < 2; times++) {
    const report = tally.report()
    expect(report.messages).toMatchObject({ delivered: 0, deferred: 2 })
    expect(report.causes[0]).toMatchObject({ messages: 2, waiting: 2 })
    expect(report.groups.domain?.map(({ key, messages }) => [key, messages.deferred])).toEqual([
      ['example.net', 1],
      ['example.org', 1]
    ])
  }
  tally.event(event({}), 'mail.log', 3)
  expect(tally.report().messages).toMatchObject({ delivered: 1, deferred: 1 })
})

test('a message that met two causes harms both, and both are told its end', () => {
  const full = '452 4.2.2 The recipient\u2019s mailbox is full'
  const report = reportOf([
    deferred(),
    deferred({ diagnosticCode: full, status: '4.2.2', replyCode: 452, time: minute(1) }),
    deferred({ time: minute(2) }),
    bounced({ time: minute(3) })
  ])
  expect(report.messages).toMatchObject({ delivered: 0, deferred: 0, bounced: 1 })
  expect(report.causes.map(({ cause, messages, attempts, lost }) => [cause, messages, attempts, lost]).sort()).toEqual([
    ['greylisted', 1, 2, 1],
    ['mailbox-full', 1, 1, 1],
    ['user-unknown', 1, 1, 1]
  ])
})

test('a message retried from one address after the other counts once where rows of a cause are summed up', () => {
  const ips = ['192.0.2.1', '192.0.2.2', '192.0.2.1']
  const report = reportOf([...ips.map((localIp, at) => deferred({ localIp, time: minute(at) })), event({ time: minute(9) })])
  expect(report.causes.map(({ messages, attempts, recovered }) => [messages, attempts, recovered]).sort()).toEqual([
    [1, 1, 1],
    [1, 2, 1]
  ])
  expect(report.causes.reduce((sum, { once }) => sum + once.messages, 0)).toBe(1)
  expect(report.causes.reduce((sum, { once }) => sum + once.recovered, 0)).toBe(1)
})

test('two recipients of one message are two messages; the same queue id and recipient is one', () => {
  expect(reportOf([event({}), event({ recipient: 'b@example.net' })]).messages.delivered).toBe(2)
  expect(reportOf([deferred(), deferred({ queueId: '4Cother' })]).messages.deferred).toBe(2)
})

test('without any id each failure is a message, and what waits for one recipient is one', () => {
  const anonymous = { queueId: undefined } as unknown as Partial<LogEvent>
  const { queueId: _none, ...nameless } = bounced()
  const { queueId: _neither, ...put } = deferred(anonymous)
  expect(reportOf([nameless, nameless]).messages.bounced).toBe(2)
  expect(reportOf([put, put]).messages.deferred).toBe(1)
})

test('when the queue gives up, the message has expired, and its cause is what was said last', () => {
  const report = reportOf([deferred(), deferred({ kind: 'failed', outcome: 'expired', time: minute(9) })])
  expect(report.messages).toMatchObject({ expired: 1, deferred: 0, bounced: 0 })
  expect(report.causes[0]).toMatchObject({ cause: 'greylisted', lost: 1, needs: 'nothing' })
  const { diagnosticCode: _text, replyCode: _code, status: _status, ...wordless } = deferred({ kind: 'failed', outcome: 'expired' })
  expect(reportOf([wordless]).causes[0]).toMatchObject({ cause: 'delivery-expired', lost: 1 })
})

test('what should pass by itself and ends in expiry all the same is for who sends to fix', () => {
  const expired = (queueId: string): LogEvent[] => [
    deferred({ queueId }),
    deferred({ queueId, kind: 'failed', outcome: 'expired', time: minute(9) })
  ]
  const [row] = reportOf(['1', '2', '3', '4'].flatMap(expired)).causes
  expect(row).toMatchObject({ cause: 'greylisted', lost: 4, needs: 'fix', party: 'sender-admin' })
  expect(row?.fix).not.toBe('Try again later')
  // Lost over something else: greylisting itself passed.
  const refused = (queueId: string): LogEvent[] => [deferred({ queueId }), bounced({ queueId, time: minute(9) })]
  const { causes } = reportOf(['1', '2', '3', '4'].flatMap(refused))
  expect(causes.map(({ cause, needs, lost }) => [cause, needs, lost])).toEqual([
    ['user-unknown', 'fix', 4],
    ['greylisted', 'nothing', 4]
  ])
})

test('giving up, which the queue says without server and service, belongs to the last attempt', () => {
  const told = { remoteMta: 'gmail-smtp-in.l.google.com', program: 'postfix/out3/smtp', host: 'mta1' }
  const report = reportOf(
    [deferred(told), deferred({ kind: 'failed', outcome: 'expired', program: 'postfix/qmgr', host: 'mta1', time: minute(9) })],
    { senderIps: { out3: '192.0.2.3' } }
  )
  expect(report.causes).toMatchObject([{ provider: 'gmail', senderIp: '192.0.2.3', messages: 1, lost: 1, attempts: 2 }])
  expect(report.groups['sender-ip']).toMatchObject([{ key: '192.0.2.3', messages: { expired: 1, deferred: 0 } }])
})

test('a filter on the same machine delivers nothing, a mailbox there does', () => {
  const filter = event({
    remoteMta: '127.0.0.1',
    diagnosticCode: '250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4Cabc2'
  })
  expect(reportOf([filter])).toMatchObject({ handedOn: 1, messages: { delivered: 0 }, attempts: { delivered: 0 } })
  const mailbox = event({ remoteMta: 'localhost', diagnosticCode: '250 2.0.0 <a@example.net> 0aX1 Saved' })
  expect(reportOf([mailbox])).toMatchObject({ handedOn: 0, messages: { delivered: 1 } })
})

test('what this server refused is no failure of its own mail', () => {
  const refused = bounced({
    direction: 'inbound',
    client: 'unknown[192.0.2.9]',
    diagnosticCode: '554 5.7.1 <x@example.org>: Relay access denied'
  })
  const report = reportOf([refused, refused])
  expect(report).toMatchObject({ inboundRefused: 2, messages: { bounced: 0 }, causes: [] })
  expect(report.inbound).toMatchObject([{ cause: 'relay-denied', refused: 2, clients: 1 }])
})

test('complaints, unsubscribes, suppressions and other news are counted apart', () => {
  const report = reportOf([
    event({ kind: 'complaint' }),
    event({ kind: 'unsubscribe' }),
    event({ kind: 'suppressed' }),
    event({ kind: 'auto-reply' })
  ])
  expect(report).toMatchObject({ messages: { complained: 1, suppressed: 1, delivered: 0 }, unsubscribed: 1, other: 1 })
  expect(report.causes[0]).toMatchObject({ cause: 'suppressed-locally', lost: 1 })
})

test('only the asked period counts, and what has no time cannot', () => {
  const { time: _time, ...timeless } = event({})
  const events = [
    event({ time: minute(0) }),
    event({ time: minute(10), queueId: '2' }),
    event({ time: minute(20), queueId: '3' }),
    timeless
  ]
  expect(reportOf(events, { since: Date.parse(minute(5)), until: Date.parse(minute(20)) })).toMatchObject({
    messages: { delivered: 1 },
    outside: 2,
    undated: 1,
    period: { from: minute(10), to: minute(10) }
  })
  expect(reportOf(events)).toMatchObject({ messages: { delivered: 4 }, outside: 0, undated: 1 })
})

test('a clock that was not set does not stretch the series over decades', () => {
  const report = reportOf([event({ time: '1970-01-01T00:00:10.000Z' }), event({ time: minute(0) }), event({ time: minute(3) })])
  expect(report.undated).toBe(1)
  expect(report.messages.delivered).toBe(3)
  expect(report.series.map(({ delivered }) => delivered)).toEqual([1, 0, 0, 1])
})

test('the steps of the series widen as the period grows, and nothing is lost of them', () => {
  const events = Array.from({ length: 500 }, (_, at) => bounced({ queueId: `q${at}`, time: minute(at * 7) }))
  const { series, step, causes } = reportOf(events)
  expect(step).toBe(900)
  expect(series.length).toBeLessThanOrEqual(240)
  expect(series.reduce((sum, { bounced: count }) => sum + count, 0)).toBe(500)
  expect(causes[0]?.series).toHaveLength(series.length)
  expect(causes[0]?.series.reduce((sum, count) => sum + count, 0)).toBe(500)
})

test('the example shows the words that decided, without what a terminal would obey', () => {
  const [row] = reportOf([bounced({ diagnosticCode: `550 5.1.1 \u001b[31mUser unknown in virtual mailbox table\u202e` })]).causes
  const { text = '', spans = [] } = row?.example ?? {}
  expect(text).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
  expect(spans.map(([from, to]) => text.slice(from, to).toLowerCase()).join()).toContain('user unknown')
  expect(row?.example).toMatchObject({ file: 'mail.log', line: 1, recipient: 'a@example.net' })
})

test('texts that no rule knows come as templates with their counts', () => {
  const odd = (name: string): LogEvent =>
    bounced({ diagnosticCode: `599 the ${name} hamster refuses`, replyCode: 599, queueId: name, status: '' })
  const report = reportOf([odd('q81a7c'), odd('q92b1d')])
  expect(report.causes[0]).toMatchObject({ cause: 'undetermined', messages: 2 })
  expect(report.templates).toMatchObject([{ count: 2 }])
  expect(report.templates[0]?.text).toContain('hamster refuses')
})

test('a cause is new where an earlier report did not have it, or where it came up late in a long period', () => {
  const early = [event({ time: minute(0) }), bounced({ queueId: 'x', time: minute(1) })]
  const late = [1, 2, 3].map((at) => deferred({ queueId: `late${at}`, time: minute(600 + at) }))
  const isNew = (report: Report): unknown => Object.fromEntries(report.causes.map(({ cause, isNew: value }) => [cause, value]))
  expect(isNew(reportOf([...early, ...late]))).toEqual({ 'user-unknown': false, greylisted: true })
  expect(isNew(reportOf([...early, ...late.slice(1)]))).toEqual({ 'user-unknown': false, greylisted: false })
  const known = new Set(['greylisted//'])
  expect(isNew(reportOf([...early, ...late], { known }))).toEqual({ 'user-unknown': true, greylisted: false })
})

test('divisions: by label, by cause, by provider and address; the worst cause of each row', () => {
  const labels = { campaign: 'spring' }
  const report = reportOf(
    [
      event({ labels, remoteMta: 'gmail-smtp-in.l.google.com' }),
      bounced({ labels, queueId: '2', remoteMta: 'gmail-smtp-in.l.google.com' }),
      deferred({ queueId: '3', localIp: '192.0.2.7' })
    ],
    { by: ['campaign', 'cause'] }
  )
  const rows = (name: string): unknown =>
    report.groups[name]?.map(({ key, messages, topCause }) => [key, totalOf(messages), topCause?.cause ?? null])
  expect(rows('campaign')).toEqual([
    ['spring', 2, 'user-unknown'],
    [null, 1, 'greylisted']
  ])
  expect(rows('provider')).toEqual([
    ['Gmail', 2, 'user-unknown'],
    [null, 1, 'greylisted']
  ])
  expect(rows('sender-ip')).toEqual([
    [null, 2, 'user-unknown'],
    ['192.0.2.7', 1, 'greylisted']
  ])
  expect(report.groups.cause?.map(({ key, messages }) => [key, messages.bounced, messages.deferred])).toEqual([
    ['greylisted', 0, 1],
    ['user-unknown', 1, 0]
  ])
})

test('a delivery told by a reader of bytes counts as the same event does', () => {
  const options: TallyOptions = { by: ['domain', 'sender', 'host', 'cause'], senderIps: { out3: '192.0.2.3' } }
  const told = { host: 'mta1', program: 'postfix/out3/smtp', remoteMta: 'mx.example.net', sender: 'news@example.com' }
  const events = [deferred(told), event({ ...told, time: minute(4) }), event({ ...told, time: minute(5), queueId: 'other' })]
  const byBytes = openTally(defaultDiagnoser(), options)
  for (const [at, one] of events.entries()) {
    if (one.kind !== 'delivered') byBytes.event(one, 'mail.log', at + 1)
    else {
      const { high, low } = messageKey(one.queueId ?? '', one.recipient ?? '')
      byBytes.delivered({ ...told, domain: 'example.net', seconds: Date.parse(one.time ?? '') / 1_000, high, low })
    }
  }
  expect(byBytes.report()).toEqual(reportOf(events, options))
  expect(byBytes.report().groups['sender-ip']?.[0]?.key).toBe('192.0.2.3')
})

test('lines and files add up', () => {
  const tally = openTally(defaultDiagnoser())
  const file = { format: 'postfix', bytes: 10, problem: null, events: 1, ignored: 2, unread: 1, lines: 5 }
  tally.addFile({ ...file, file: 'a', samples: [{ line: 3, text: 'odd' }] })
  tally.addFile({ ...file, file: 'b', samples: [], problem: 'cut off' })
  expect(tally.report()).toMatchObject({
    lines: { total: 10, events: 2, ignored: 4, unread: 2, samples: [{ file: 'a', line: 3, text: 'odd' }] },
    files: [
      { file: 'a', problem: null },
      { file: 'b', problem: 'cut off' }
    ]
  })
})

test('an empty log gives a report of nothing', () => {
  expect(reportOf([])).toMatchObject({ period: { from: null, to: null, seconds: 0 }, series: [], causes: [], limits: [] })
})

test('whatever comes: attempts are the events, and each message ends once', () => {
  const texts = [greylisted, unknown, '452 4.2.2 mailbox full', 'hamster \u0000\u202e', '']
  const anEvent = fc.record(
    {
      kind: fc.constantFrom<LogEvent['kind']>('delivered', 'delayed', 'failed', 'complaint', 'suppressed'),
      outcome: fc.constantFrom<'failed' | 'expired'>('failed', 'expired'),
      direction: fc.constant<'outbound'>('outbound'),
      recipient: fc.constantFrom('a@example.net', 'B@EXAMPLE.org', 'ü@example.net', '', 'no address'),
      queueId: fc.constantFrom('1', '2', '3', '4'),
      diagnosticCode: fc.constantFrom(...texts),
      time: fc.constantFrom(minute(0), minute(3_000), 'yesterday', '1970-01-01T00:00:00Z', '9999-01-01T00:00:00Z'),
      localIp: fc.constantFrom('192.0.2.1', '::1', '\u001b[31m')
    },
    { requiredKeys: ['kind', 'direction'] }
  )
  fc.assert(
    fc.property(fc.array(anEvent, { maxLength: 60 }), (events) => {
      const report = reportOf(events, { by: ['domain', 'cause'] })
      expect(totalOf(report.attempts)).toBe(events.length)
      const ended = report.messages.delivered + report.messages.bounced + report.messages.expired
      expect(ended).toBe(report.attempts.delivered + report.attempts.bounced + report.attempts.expired)
      expect(report.messages.deferred).toBeLessThanOrEqual(report.attempts.deferred)
      for (const row of report.causes) {
        expect(row.lost + row.waiting + row.recovered).toBe(row.messages)
        expect(row.messages).toBeLessThanOrEqual(row.attempts)
      }
      for (const name of ['provider', 'sender-ip', 'domain'])
        expect(report.groups[name]?.reduce((sum, { messages }) => sum + totalOf(messages), 0)).toBe(totalOf(report.messages))
      for (const { example } of report.causes) expect(example.text).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
    }),
    { numRuns: 200 }
  )
})

test('mail in a queue that was never tried waits, and has no cause', () => {
  const waiting = event({ kind: 'delayed', outcome: 'pending', labels: { queue: 'active' } })
  expect(reportOf([waiting, waiting])).toMatchObject({ messages: { deferred: 1 }, attempts: { deferred: 0 }, causes: [] })
  expect(reportOf([waiting, event({})]).messages).toMatchObject({ deferred: 0, delivered: 1 })
})

test('who asks for a label that no event has is told which there are', () => {
  const events = [event({ labels: { campaign: 'spring', vmta: 'a' } })]
  expect(reportOf(events, { by: ['nosuch'] }).limits).toEqual(['No event has a label called nosuch. They have campaign, vmta.'])
  expect(reportOf(events, { by: ['vmta'] }).limits).toEqual([])
})

test('a time that lies ahead of now is none', () => {
  const report = reportOf([event({}), event({ time: '2031-01-01T00:00:00Z', queueId: '2' })], { now: Date.parse(minute(60)) })
  expect(report).toMatchObject({ undated: 1, period: { to: minute(0) }, messages: { delivered: 2 } })
})
