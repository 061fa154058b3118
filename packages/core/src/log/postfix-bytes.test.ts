import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashByte, messageKey } from '../report/message-key.ts'
import type { LogEvent } from './log-reader.ts'
import { postfix } from './postfix.ts'
import { openPostfixBytes } from './postfix-bytes.ts'
import { nextHigh, nextLow } from './postfix-bytes-key.ts'

const now = Date.parse('2026-11-25T12:00:00Z')

type Told = { readonly counts: Record<string, number>; readonly calls: readonly unknown[]; readonly unread: readonly string[] }

/** What a `Tally` asks of an event; the rest of the joined fields the reader of bytes leaves out. */
const asCall = (event: LogEvent, line: number): unknown => {
  const { client, size: _size, messageId: _messageId, ...told } = event
  return { ...told, ...(event.direction === 'inbound' ? { client } : {}), line }
}
const domainOf = (address: string | undefined): string | undefined => {
  const at = address?.lastIndexOf('@') ?? -1
  return address === undefined || at < 0 ? undefined : address.slice(at + 1).toLowerCase()
}
/** What both readers say of a delivery that was made. */
const asDelivered = (event: LogEvent): unknown => ({
  seconds: event.time === undefined ? undefined : Date.parse(event.time) / 1_000,
  key: messageKey(event.queueId ?? '', event.recipient ?? ''),
  host: event.host,
  program: event.program,
  remoteMta: event.remoteMta,
  domain: domainOf(event.recipient),
  sender: event.sender
})
const isOutboundDelivery = (event: LogEvent): boolean => event.kind === 'delivered' && event.direction === 'outbound'

const byLines = (log: Uint8Array, remember?: number): Told => {
  const counts: Record<string, number> = { lines: 0, events: 0, event: 0, part: 0, ignored: 0, unread: 0, cut: 0 }
  const calls: unknown[] = []
  const unread: string[] = []
  const reader = postfix.open(
    (event) => {
      counts.events = (counts.events ?? 0) + 1
      calls.push(isOutboundDelivery(event) ? asDelivered(event) : asCall(event, counts.lines ?? 0))
    },
    { now, ...(remember === undefined ? {} : { remember }) }
  )
  const lines = Buffer.from(log).toString('utf8').split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const whole of lines) {
    counts.lines = (counts.lines ?? 0) + 1
    const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole
    const verdict = reader.line(line)
    counts[verdict] = (counts[verdict] ?? 0) + 1
    if (verdict === 'unread') unread.push(line)
  }
  reader.end()
  return { counts, calls, unread }
}

const byBytes = (log: Uint8Array, pieces: readonly number[], remember?: number): Told => {
  const calls: unknown[] = []
  const unread: string[] = []
  const reader = openPostfixBytes(
    {
      delivered: ({ seconds, high, low, host, program, remoteMta, domain, sender }) =>
        void calls.push({ seconds, key: { high, low }, host, program, remoteMta, domain, sender }),
      event: (event, line) => void calls.push(isOutboundDelivery(event) ? asDelivered(event) : asCall(event, line)),
      unread: (text) => void unread.push(text)
    },
    { now, ...(remember === undefined ? {} : { remember }) }
  )
  let at = 0
  for (let piece = 0; at < log.length; piece++) {
    const size = Math.max(1, pieces[piece % Math.max(1, pieces.length)] ?? log.length)
    // Read into the same memory each time, as files are.
    const bytes = Buffer.from(log.subarray(at, at + size))
    reader.write(bytes)
    bytes.fill(0x78)
    at += size
  }
  reader.end()
  return { counts: { ...reader.counts }, calls, unread }
}

const queueId = fc.constantFrom('4bXyZ12dbh3cd', '4bXyZ12dbh3cf', '1A2B3C4D5E', '1A2B3C4D5F', 'AB12CD', 'NOQUEUE', 'warning', 'AB1')
const address = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('a@example.com', 'b@Example.NET', 'news+c=example.net@example.org', 'root', '"x y"@example.com')
  },
  { weight: 1, arbitrary: fc.constantFrom('', 'ä@example.com', 'a@b@example.com', 'a,b@example.com', 'a>b@example.com', '<c@example.com') }
)
const relay = fc.constantFrom(
  'mx.example.net[192.0.2.25]:25',
  'MX2.example.net[2001:db8::1]:25',
  'none',
  'local',
  '127.0.0.1[127.0.0.1]:10024',
  'localhost[private/x]',
  '[192.0.2.1]:25',
  ''
)
const status = fc.constantFrom(
  'sent (250 2.0.0 Ok: queued as 4XyZ)',
  'sent',
  'sent(x)',
  'sent (delivered to mailbox)',
  'deferred (connect to mx.example.net[192.0.2.25]:25: Connection timed out)',
  'bounced (host mx.example.net[192.0.2.25] said: 550 5.1.1 <a@example.com>: no, such user (in reply to RCPT TO command))',
  'expired (x)',
  'SOFTBOUNCE (x)',
  'deliverable (ok)',
  'undeliverable (no)',
  'surprising (x)',
  'bounced (Сообщение отклонено: SPAM)'
)
const original = fc.constantFrom(
  '',
  ', orig_to=<root>',
  ', orig_to=<a, b@example.com>',
  ', orig_to=root',
  ', relay=first[192.0.2.9]:25',
  ', conn_use=2'
)
const message = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(queueId, address, original, relay, status)
      .map(([id, to, orig, mx, what]) => `${id}: to=<${to}>${orig}, relay=${mx}, delay=1.5, delays=0.1/0/0.4/1, dsn=2.0.0, status=${what}`)
  },
  fc
    .tuple(queueId, fc.constantFrom('client=app.example.com[192.0.2.7], sasl_method=PLAIN', 'client=ü[192.0.2.7]', 'uid=0 from=<root>'))
    .map((parts) => parts.join(': ')),
  fc.tuple(queueId, address).map(([id, of]) => `${id}: message-id=<${of}>`),
  fc
    .tuple(
      queueId,
      address,
      fc.constantFrom('size=12, nrcpt=1 (queue active)', 'size=99999999999999, nrcpt=1', 'status=expired, returned to sender', 'x')
    )
    .map(([id, of, rest]) => `${id}: from=<${of}>, ${rest}`),
  queueId.map((id) => `${id}: removed`),
  queueId.map((id) => `${id}: sender non-delivery notification: 4bXyZ12dbh3cd`),
  queueId.map(
    (id) => `${id}: reject: RCPT from mx[192.0.2.1]: 554 5.7.1 <a@example.com>: no; from=<b@example.com> to=<a@example.com> proto=ESMTP`
  ),
  fc.constantFrom(
    'connect from unknown[192.0.2.1]',
    'disconnect from unknown[192.0.2.1] ehlo=1 quit=1 commands=2',
    'warning: x: to=<a>, dsn=4.0.0',
    'warning: to= y dsn= z',
    'statistics: x, status=3',
    'statistics:, status=',
    'to=',
    ''
  )
)
const time = fc.constantFrom(
  'Nov  1 12:00:00',
  'Nov  1 12:00:01',
  'Nov 21 23:59:60',
  'Feb 29 00:00:00',
  'Feb 30 00:00:00',
  '2026-11-01T12:00:00.123456+01:00',
  '2026-11-01T12:00:00.1Z',
  '2026-11-01T12:00:00Z',
  '2026-11-01T12:00:00+01:00',
  '2026-11-01T12:00:00,5+0100',
  '2026-11-01T12:00:00.x+01:00',
  'Nov  1 2026 12:00:00',
  '<22>Nov  1 12:00:00',
  'mail-1  | Nov  1 12:00:00',
  '2026-11-01T11:00:00.5Z stdout F Nov  1 12:00:00',
  'garbage'
)
const program = fc.constantFrom(
  'mx1 postfix/smtp[42]: ',
  'mx2 postfix/smtp-out3/smtp[43]: ',
  'mx1 postfix/qmgr[1]: ',
  'mx1 postfix/smtpd[7]: ',
  'mx1 postfix/cleanup[8]: ',
  'mx1 postfix/postsuper[9]: ',
  'mx1 postfix/smtp: ',
  'mx1 postfix/smtp[42]:  ',
  'mx1 postfix/smtp[x]: ',
  'mx1 postfix/smtp[42]: [ID 197553 mail.info] ',
  'postfix/smtp[42]: ',
  'mx1  postfix/qmgr[1]: ',
  'stdout F mx1 postfix/qmgr[1]: ',
  'mü1 postfix/qmgr[1]: ',
  'mx1 dovecot[1]: ',
  'mx1 exim/x[1]: '
)
const line = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(time, program, message).map(([at, who, what]) => `${at} ${who}${what}`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.tuple(time, program, message, fc.nat(200)).map(([at, who, what, cut]) => `${at} ${who}${what}`.slice(0, cut)) }
)
const log = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, isWhole]) => Buffer.from(lines.join(end) + (isWhole ? end : '')))
const pieces = fc.array(fc.oneof(fc.constant(1), fc.nat(300)), { minLength: 1, maxLength: 5 })

describe('the reader of bytes says what the reader of lines says', () => {
  test('of logs of every shape, in pieces of any size', () => {
    fc.assert(
      fc.property(log, pieces, (bytes, sizes) => {
        expect(byBytes(bytes, sizes)).toEqual(byLines(bytes))
      }),
      { numRuns: 300 }
    )
  })

  test('where less is remembered than there is', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 6 }), (bytes, remember) => {
        expect(byBytes(bytes, [4_096], remember)).toEqual(byLines(bytes, remember))
      }),
      { numRuns: 200 }
    )
  })

  test('of bytes that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), pieces, (bytes, sizes) => {
        expect(byBytes(bytes, sizes)).toEqual(byLines(bytes))
      })
    )
  })

  test('of a thousand messages whose senders and ids fill its memory', () => {
    const lines: string[] = []
    for (let index = 0; index < 3_000; index++) {
      const id = `A${(index % 1_700).toString(16).toUpperCase().padStart(9, '0')}`
      lines.push(`Nov  1 12:00:00 mx1 postfix/smtpd[1]: ${id}: client=x[192.0.2.1]`)
      lines.push(`Nov  1 12:00:00 mx1 postfix/qmgr[1]: ${id}: from=<${'s'.repeat(index % 2_000)}@example.com>, size=1, nrcpt=1`)
      lines.push(
        `Nov  1 12:00:00 mx1 postfix/smtp[1]: ${id}: to=<a@example.com>, relay=none, delay=1, delays=0/0/0/0, dsn=4.0.0, status=deferred (x)`
      )
      if (index % 3 === 0) lines.push(`Nov  1 12:00:01 mx1 postfix/qmgr[1]: ${id}: removed`)
      if (index % 5 === 0)
        lines.push(`Nov  1 12:00:01 mx1 postfix/qmgr[1]: ${id}: from=<s@example.com>, status=expired, returned to sender`)
    }
    const bytes = Buffer.from(lines.join('\n'))
    expect(byBytes(bytes, [65_536], 1_000)).toEqual(byLines(bytes, 1_000))
  })
})

test('the halves of a key are those of `hashByte`', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.nat(255), (high, low, byte) => {
      const key = { high, low }
      hashByte(key, byte)
      expect({ high: nextHigh(high, byte), low: nextLow(low, byte) }).toEqual(key)
    })
  )
})

test('names that are too long to be remembered all are forgotten, and nothing else', () => {
  const long = 's'.repeat(60_000)
  const lines = Array.from(
    { length: 900 },
    (_, index) => `Nov  1 12:00:00 mx1 postfix/qmgr[1]: 4bXyZ${index + 1_000}dbh: from=<${long}>, size=1, nrcpt=1`
  )
  const { counts } = byBytes(Buffer.from(lines.join('\n')), [1_000_000])
  expect(counts).toMatchObject({ lines: 900, part: 900 })
})

test('a line of 10 MB is one line, and what comes after it is read', () => {
  const next =
    'Nov  1 12:00:00 mx1 postfix/smtp[1]: 1A2B3C4D5E: to=<a@example.com>, relay=none, delay=1, delays=0/0/0/0, dsn=2.0.0, status=sent (x)\n'
  const { counts } = byBytes(Buffer.concat([Buffer.alloc(10_000_000, 'x'), Buffer.from(`\n${next}`)]), [1_000_000])
  expect(counts).toMatchObject({ lines: 2, event: 1, ignored: 1 })
})
