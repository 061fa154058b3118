import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { logFormats, openMixed, recogniseLog } from './log-formats.ts'
import type { LogEvent } from './log-reader.ts'

const now = Date.parse('2026-11-25T12:00:00Z')
const postfixLine =
  'Nov  1 12:00:00 mx1 postfix/smtp[42]: 1A2B3C4D5E: to=<x@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)'
const sendmailLine =
  'Nov  1 12:00:01 mx1 sendmail[43]: 4A1C0000000001: to=<y@example.net>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30000, relay=mx.example.net. [192.0.2.25], dsn=2.0.0, stat=Sent (ok)'
const eximLine = '2026-11-01 12:00:02 1vAbCd-000001-AB => z@example.net R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.25] C="250 ok"'

test('a log is recognised by its first lines', () => {
  expect(recogniseLog([postfixLine])[0]?.id).toBe('postfix')
  expect(recogniseLog([sendmailLine])[0]?.id).toBe('sendmail')
  expect(recogniseLog([eximLine])[0]?.id).toBe('exim')
  expect(recogniseLog(['hello', 'world'])).toEqual([])
  expect(recogniseLog([])).toEqual([])
})

test('a file into which several programs write gives the events of all', () => {
  const events: LogEvent[] = []
  const lines = [postfixLine, sendmailLine, eximLine, postfixLine, 'Nov  1 12:00:00 mx1 cron[1]: hello']
  const reader = openMixed(recogniseLog(lines), (event) => void events.push(event), { now })
  const verdicts = lines.map((line) => reader.line(line))
  reader.end()
  expect(verdicts.slice(0, 4)).toEqual(['event', 'event', 'event', 'event'])
  expect(verdicts[4]).toBe('ignored')
  expect(events.map(({ recipient }) => recipient)).toEqual(['x@example.net', 'y@example.net', 'z@example.net', 'x@example.net'])
})

describe('each format', () => {
  const ids = logFormats.map(({ id }) => id)
  it('has an id of its own', () => expect(new Set(ids).size).toBe(ids.length))

  for (const format of logFormats)
    it(`${format.id}: whatever a log contains, each line has its verdict and nothing throws`, () => {
      const pieces = fc.constantFrom(
        postfixLine,
        sendmailLine,
        eximLine,
        '{"type":"Delivery"}',
        '{',
        'a,b,c',
        '#Fields: a,b',
        '\0',
        ' '.repeat(50),
        '"'
      )
      fc.assert(
        fc.property(fc.array(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 4 }), { maxLength: 8 }), (lines) => {
          const events: LogEvent[] = []
          const reader = format.open((event) => void events.push(event), { now })
          for (const parts of lines)
            expect(['event', 'part', 'ignored', 'unread']).toContain(reader.line(parts.join('').replaceAll('\n', ' ')))
          reader.end()
          const score = format.recognise(lines.map((parts) => parts.join('')))
          expect(score).toBeGreaterThanOrEqual(0)
          expect(score).toBeLessThanOrEqual(1)
        }),
        { numRuns: 60 }
      )
    })
})
