import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exchange } from './exchange.ts'
import { halon } from './halon.ts'
import { haraka } from './haraka.ts'
import { kumomta } from './kumomta.ts'
import type { LineVerdict, LogEvent, LogFormat } from './log-reader.ts'
import { mappedFormat } from './mapped.ts'
import { postal } from './postal.ts'
import { powermta } from './powermta.ts'
import { sesEvents } from './ses-events.ts'
import { stalwart } from './stalwart.ts'

/** A line of each format that tells an event, to be cut, doubled and spoilt. */
const samples: readonly (readonly [LogFormat, readonly string[]])[] = [
  [
    exchange,
    [
      '#Fields: date-time,source,event-id,recipient-address,recipient-status',
      '2026-03-01T12:00:00Z,SMTP,FAIL,a@example.com;b@example.com,"[{LED=550 5.1.1 x};{FQDN=m}];[{LED=551 y}]"'
    ]
  ],
  [powermta, ['type,timeLogged,orig,rcpt,dsnStatus,dsnDiag', 'b,1178807903,a@example.net,b@example.com,5.1.1,"smtp;550 5.1.1 ""x"""']],
  [
    kumomta,
    [
      '{"type":"Bounce","recipient":["a@example.com"],"response":{"code":550,"enhanced_code":{"class":5,"subject":1,"detail":1},"content":"x","command":"RCPT TO"},"nodeid":"n"}'
    ]
  ],
  [sesEvents, ['{"eventType":"Delivery","mail":{"messageId":"m"},"delivery":{"recipients":["a@example.com"]}}']],
  [
    haraka,
    [
      '[NOTICE] [U.1] [core] recipient <a@example.com> code=OK msg=""',
      '[NOTICE] [U.1.1] [outbound] delivered file="f" domain=example.com response="ok \\" x" rcpts=1/0/0',
      '[INFO] [U.1.1] [outbound] bouncing mail: Too many failures (x)'
    ]
  ],
  [
    stalwart,
    [
      '2026-03-01T12:00:00Z INFO Start (delivery.attempt-start) queueId = 1, to = ["a@example.com", "b@example.com"]',
      '2026-03-01T12:00:00Z INFO Bad (delivery.connect-error) queueId = 1, causedBy = E (smtp.error) { details = "x", reason = [1, 2] }',
      '2026-03-01T12:00:00Z INFO End (delivery.attempt-end) queueId = 1'
    ]
  ],
  [
    postal,
    [
      '2026-03-01 12:00:00 +0000 INFO   Sending message 1::2 to a@example.com log_id=A queued_message=1',
      '2026-03-01 12:00:00 +0000 ERROR  Net::SMTPFatalError: 550 x log_id=A queued_message=1'
    ]
  ],
  [halon, ['{"action":"bounced","received":1,"transportid":"t","recipientlocalpart":"a","recipientdomain":"example.com","smtpcode":550}']],
  [
    mappedFormat({ columns: { recipient: 'to', text: 'text', kind: 'kind' }, labels: { job: 'job' } }),
    ['to,text,kind,job', 'a@example.com,"550 x",bounced,j', '{"to":"a@example.com","text":"451 x"}']
  ]
]

const verdicts: readonly LineVerdict[] = ['event', 'part', 'ignored', 'unread']

const spoil = fc.tuple(
  fc.nat({ max: 400 }),
  fc.nat({ max: 400 }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    '\0',
    '\u001b[31m',
    '\ufeff',
    '<',
    '>',
    ';',
    '__proto__',
    '\ud800',
    '9'.repeat(400),
    ' ',
    'null'
  )
)

test.each(samples.map(([format, lines]) => [format.id, format, lines] as const))(
  '%s: every line has a verdict, and nothing throws',
  (_id, format, lines) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: lines.length - 1 }), spoil), { maxLength: 8 }),
        fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 3 }),
        (edits, junk) => {
          const spoilt = edits.map(([index, [from, length, insert]]) => {
            const line = lines[index] ?? ''
            return line.slice(0, from) + insert + line.slice(from + length)
          })
          const log = [...lines, ...spoilt, ...junk, ...lines]
          const events: LogEvent[] = []
          const reader = format.open((event) => events.push(event), { now: 0, remember: 2 })
          for (const line of log) expect(verdicts).toContain(reader.line(line))
          reader.end()
          expect(format.recognise(log)).toBeGreaterThanOrEqual(0)
          expect(format.recognise(log)).toBeLessThanOrEqual(1)
          for (const { kind, direction, outcome, replyCode, time } of events) {
            expect([kind, direction]).not.toContain(undefined)
            if (kind === 'failed') expect(['failed', 'expired']).toContain(outcome)
            if (replyCode !== undefined) expect(replyCode).toBeGreaterThanOrEqual(200)
            if (time !== undefined) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/)
          }
        }
      ),
      { numRuns: 150 }
    )
  }
)

test.each(samples.map(([format, lines]) => [format.id, format, lines] as const))(
  '%s: a line says the same in every run',
  (_id, format, lines) => {
    const run = (): unknown => {
      const events: LogEvent[] = []
      const reader = format.open((event) => events.push(event), { now: 0 })
      const told = lines.map(reader.line)
      reader.end()
      return { told, events }
    }
    expect(run()).toEqual(run())
    expect(JSON.stringify(run())).toContain('"kind"')
  }
)

const walls: readonly (readonly [string, string])[] = [
  ['letters', 'a'.repeat(2_000_000)],
  ['quotes', '"'.repeat(1_000_000)],
  ['opening braces', '{'.repeat(1_000_000)],
  ['nested lists', `2026-03-01T12:00:00Z INFO X (delivery.connect-error) to = ${'['.repeat(500_000)}`],
  ['nested causes', `2026-03-01T12:00:00Z INFO X (delivery.connect-error) ${'a = E (x) { '.repeat(50_000)}`],
  ['fields', `[NOTICE] [U] [outbound] ${'a="b" '.repeat(100_000)}`],
  ['open quotes', `level=NOTICE ${'a="\\"'.repeat(100_000)}`],
  ['tags', `2026-03-01 12:00:00 +0000 ERROR  A: ${'a=b '.repeat(200_000)}`],
  ['addresses', `[INFO] [U] [outbound] bouncing mail: ${'<'.repeat(500_000)}`],
  ['statuses', `2026-03-01T12:00:00Z,SMTP,FAIL,${'a;'.repeat(100_000)},${'{LED='.repeat(50_000)}`]
]

test.each(walls)('a wall of %s is read or refused by every reader', (_name, wall) => {
  for (const [format, lines] of samples) {
    const reader = format.open(() => {}, { now: 0 })
    for (const line of [...lines, wall, ...lines]) expect(verdicts).toContain(reader.line(line))
    reader.end()
  }
})
