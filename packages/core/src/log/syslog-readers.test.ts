import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exim } from './exim.ts'
import type { LogEvent, LogFormat } from './log-reader.ts'
import { opensmtpd } from './opensmtpd.ts'
import { qmail } from './qmail.ts'
import { sendmail } from './sendmail.ts'

const formats: readonly LogFormat[] = [exim, sendmail, opensmtpd, qmail]
const now = Date.UTC(2026, 10, 25)

const words = [
  '2026-11-01 12:00:00 ',
  'Nov  1 12:00:00 mx1 sm-mta[4]: ',
  'Nov  1 12:00:00 mx1 smtpd[4]: ',
  '@400000006ae5fdca00000000 ',
  '1ABCde-0001FG-23 ',
  '<= ',
  '=> ',
  '** ',
  '== ',
  'a@example.com',
  ' <b@example.com>',
  ' H=mx [192.0.2.1]',
  ': ',
  ' R=r',
  ' T="',
  ' C="250 OK"',
  'Completed',
  ' defer (-1)',
  'H=x F=<a@b> rejected RCPT <c@d>',
  'rejected ',
  '5A1C00AB012345: ',
  'from=<',
  'to=<',
  ', ',
  'delay=00:00:01',
  ', dsn=5.1.1',
  ', stat=',
  'Sent',
  'Deferred: ',
  ' return to sender: Cannot send message for 5 days',
  'ruleset=check_rcpt, ',
  'reject=550 no',
  '5df87c9c42abeddb ',
  'mta delivery ',
  'smtp message ',
  'evpid=f6e94209918f7e7b ',
  ' from=<a@b> to=<c@d>',
  ' result="PermFail"',
  ' stat="',
  'relay: Ok for ',
  'new msg 7',
  'info msg 7: bytes 1 from <',
  'starting delivery 1: msg 7 to remote a@b',
  'delivery 1: ',
  'failure: ',
  'success: ',
  '[1/2] ',
  '"',
  '\\',
  '<',
  '>',
  '[',
  ']',
  '\0',
  '\u001b[31m',
  '\r',
  '=',
  '|'
]
const line = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, fc.string({ maxLength: 10 })), { maxLength: 10 })
  .map((parts) => parts.join(''))

test.each(formats)('$name: it never throws, every line has a verdict, and events come with the lines that say so', (format) => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      let emitted: LogEvent[] = []
      const reader = format.open((event) => emitted.push(event), { now, remember: 3 })
      for (const text of lines) {
        emitted = []
        const verdict = reader.line(text)
        expect(['event', 'part', 'ignored', 'unread']).toContain(verdict)
        expect(emitted.length > 0).toBe(verdict === 'event')
      }
      emitted = []
      reader.end()
      expect(emitted).toEqual([])
      const sure = format.recognise(lines)
      expect(sure >= 0 && sure <= 1).toBe(true)
    }),
    { numRuns: 1_000 }
  )
})

test.each(formats)('$name: a log read in two pieces by one reader gives what it gives in one', (format) => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), fc.nat(10), (lines, cut) => {
      const read = (parts: readonly (readonly string[])[]): LogEvent[] => {
        const events: LogEvent[] = []
        const reader = format.open((event) => events.push(event), { now })
        for (const part of parts) for (const text of part) reader.line(text)
        reader.end()
        return events
      }
      expect(read([lines.slice(0, cut), lines.slice(cut)])).toEqual(read([lines]))
    }),
    { numRuns: 200 }
  )
})

test.each(formats)('$name: a line of ten million characters is counted as unread', (format) => {
  const reader = format.open(() => undefined, { now })
  expect(reader.line(`2026-11-01 12:00:00 1ABCde-0001FG-23 => ${'a'.repeat(10_000_000)}`)).toBe('unread')
})

test('of more messages than are to be remembered the oldest are forgotten, and their events come all the same', () => {
  const events: LogEvent[] = []
  const reader = exim.open((event) => events.push(event), { now, remember: 2 })
  const ids = ['1ABCde-0001FG-21', '1ABCde-0001FG-22', '1ABCde-0001FG-23']
  for (const id of ids) reader.line(`2026-11-01 12:00:00 ${id} <= news@example.com P=local S=1`)
  for (const id of ids) reader.line(`2026-11-01 12:00:00 ${id} => user@example.net R=r T=t`)
  expect(events.map(({ sender }) => sender)).toEqual([undefined, 'news@example.com', 'news@example.com'])
})

/** What makes a parser slow that looks again from each place. */
const hostile = [
  ' H=',
  ' T="',
  '"',
  '\\"',
  '<',
  '[',
  '(',
  ' defer (',
  ': ',
  ', to=<',
  ', stat=',
  ' from <',
  '" stat=',
  ' F=<a',
  'rejected ',
  '_/',
  '1',
  '@'
]

test.each(formats)('$name: the steps of reading a line grow with its length alone', (format) => {
  for (const head of [
    '2026-11-01 12:00:00 1ABCde-0001FG-23 => a@b',
    '2026-11-01 12:00:00 H=',
    'Nov  1 12:00:00 mx1 sm-mta[4]: 5A1C00AB012345: to=<',
    'Nov  1 12:00:00 mx1 smtpd[4]: 5df87c9c42abeddb mta delivery evpid=',
    'delivery 1: failure: '
  ])
    for (const piece of hostile) {
      const reader = format.open(() => undefined, { now })
      // Quadratic work on lines of 60,000 characters would run into the time limit of the test.
      for (let round = 0; round < 3; round++) expect(reader.line(head + piece.repeat(Math.floor(60_000 / piece.length)))).toBeDefined()
    }
})

test('formats are told apart', () => {
  const samples: Readonly<Record<string, string>> = {
    exim: '2026-11-01 12:00:00 1ABCde-0001FG-23 => user@example.net R=r T=t',
    sendmail: 'Nov  1 12:00:00 mx1 sendmail[4]: 5A1C00AB012345: to=<user@example.net>, stat=Sent',
    opensmtpd: 'Nov  1 12:00:00 mx1 smtpd[4]: 5df87c9c42abeddb mta connected',
    qmail: '@400000006ae5fdca00000000 starting delivery 1: msg 7 to remote user@example.net'
  }
  for (const [id, sample] of Object.entries(samples))
    for (const format of formats) expect([id, format.id, format.recognise([sample]) > 0.5]).toEqual([id, format.id, id === format.id])
})
