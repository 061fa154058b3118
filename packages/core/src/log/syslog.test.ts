import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openZone } from '../plan/zone.ts'
import { openSyslog } from './syslog.ts'

const now = Date.UTC(2026, 10, 25, 12)

type Read = { time?: string; host?: string; program?: string; pid?: number; message: string }

const read = (line: string, options: { now?: number; zone?: number } = {}): Read => {
  const { time, host, program, pid, at } = openSyslog({ now, ...options })(line)
  return {
    ...(time === undefined ? {} : { time }),
    ...(host === undefined ? {} : { host }),
    ...(program === undefined ? {} : { program }),
    ...(pid === undefined ? {} : { pid }),
    message: line.slice(at)
  }
}

const usual = { time: '2026-11-01T12:00:00Z', host: 'mx1', program: 'postfix/smtp', pid: 42, message: 'hello' }

test.each<[string, string, Read]>([
  ['RFC 3164', 'Nov  1 12:00:00 mx1 postfix/smtp[42]: hello', usual],
  ['with two digits', 'Nov 01 12:00:00 mx1 postfix/smtp[42]: hello', usual],
  ['with a priority', '<22>Nov  1 12:00:00 mx1 postfix/smtp[42]: hello', usual],
  ['with a year', 'Nov  1 2026 12:00:00 mx1 postfix/smtp[42]: hello', usual],
  [
    'with microseconds (short-precise)',
    'Nov 01 12:00:00.123456 mx1 postfix/smtp[42]: hello',
    { ...usual, time: '2026-11-01T12:00:00.123Z' }
  ],
  ['ISO 8601', '2026-11-01T13:00:00+01:00 mx1 postfix/smtp[42]: hello', usual],
  ['short-iso', '2026-11-01T13:00:00+0100 mx1 postfix/smtp[42]: hello', usual],
  [
    'rsyslog with microseconds',
    '2026-11-01T12:00:00.500000+00:00 mx1 postfix/smtp[42]: hello',
    { ...usual, time: '2026-11-01T12:00:00.500Z' }
  ],
  ['short-full', 'Sun 2026-11-01 12:00:00 UTC mx1 postfix/smtp[42]: hello', usual],
  ['short-unix', '1793534400.000000 mx1 postfix/smtp[42]: hello', usual],
  [
    'short-monotonic, which has no time',
    '[  123.456789] mx1 postfix/smtp[42]: hello',
    { host: 'mx1', program: 'postfix/smtp', pid: 42, message: 'hello' }
  ],
  ['RFC 5424', '<22>1 2026-11-01T12:00:00Z mx1 postfix/smtp 42 - - hello', usual],
  ['RFC 5424 with structured data', '<22>1 2026-11-01T12:00:00Z mx1 postfix/smtp 42 ID47 [a b="]\\" x"][c] \ufeffhello', usual],
  ['RFC 5424 without a time', '<22>1 - mx1 postfix/smtp 42 - - hello', { host: 'mx1', program: 'postfix/smtp', pid: 42, message: 'hello' }],
  ['Kubernetes', '2026-11-01T12:00:00.000000001Z stdout F Nov  1 11:59:59 mx1 postfix/smtp[42]: hello', usual],
  ['docker logs -t', '2026-11-01T12:00:00.000000001Z Nov  1 11:59:59 mx1 postfix/smtp[42]: hello', usual],
  ['docker compose', 'mail-1  | Nov  1 12:00:00 mx1 postfix/smtp[42]: hello', usual],
  ['a container without syslog', '2026-11-01T12:00:00Z stderr F hello', { time: '2026-11-01T12:00:00Z', message: 'hello' }],
  ['no host', '2026-11-01T12:00:00Z sm-mta[42]: hello', { time: '2026-11-01T12:00:00Z', program: 'sm-mta', pid: 42, message: 'hello' }],
  ['no pid', 'Nov  1 12:00:00 mx1 qmail: hello', { time: '2026-11-01T12:00:00Z', host: 'mx1', program: 'qmail', message: 'hello' }],
  ['names with slashes', 'Nov  1 12:00:00 mx1 postfix/smtp-out3/smtp[42]: hello', { ...usual, program: 'postfix/smtp-out3/smtp' }],
  ['BSD with the facility', 'Nov  1 12:00:00 <mail.info> mx1 postfix/smtp[42]: hello', usual],
  ['Solaris with a message id', 'Nov  1 12:00:00 mx1 postfix/smtp[42]: [ID 197553 mail.info] hello', usual],
  ['no message', 'Nov  1 12:00:00 mx1 postfix/smtp[42]:', { ...usual, message: '' }],
  [
    'a message without a program',
    'Nov  1 12:00:00 mx1 last message repeated 2 times',
    { time: '2026-11-01T12:00:00Z', message: 'mx1 last message repeated 2 times' }
  ],
  ['no prefix', 'hello: world', { message: 'hello: world' }],
  ['a word that looks like a month', 'Nova 12 12:00:00 x', { message: 'Nova 12 12:00:00 x' }],
  ['an hour that does not exist', 'Nov  1 25:00:00 mx1 a[1]: x', { message: 'Nov  1 25:00:00 mx1 a[1]: x' }]
])('the prefix is read: %s', (_, line, expected) => {
  expect(read(line)).toEqual(expected)
})

test.each<[string, number, number, string | undefined]>([
  ['Nov 24 00:00:00', now, 0, '2026-11-24T00:00:00Z'],
  ['Dec 31 23:59:59', now, 0, '2025-12-31T23:59:59Z'],
  ['Jan  1 00:00:01', Date.UTC(2027, 0, 1, 0, 1), 0, '2027-01-01T00:00:01Z'],
  ['Dec 31 23:59:59', Date.UTC(2027, 0, 1, 0, 1), 0, '2026-12-31T23:59:59Z'],
  // Clocks drift and zones are not told: some hours ahead of now are not a year ago.
  ['Nov 25 14:00:00', now, 0, '2026-11-25T14:00:00Z'],
  ['Nov 25 14:00:00', now, 120, '2026-11-25T12:00:00Z'],
  ['Jan  1 01:00:00', Date.UTC(2026, 11, 31, 23, 30), 120, '2026-12-31T23:00:00Z'],
  ['Feb 29 12:00:00', now, 0, '2024-02-29T12:00:00Z'],
  ['Feb 30 12:00:00', now, 0, undefined],
  // A leap second, and midnight written as 24.
  ['Nov  1 23:59:60', now, 0, '2026-11-02T00:00:00Z'],
  ['Nov  1 24:00:00', now, 0, '2026-11-02T00:00:00Z'],
  ['Nov  1 23:59:59.5', now, 0, '2026-11-01T23:59:59.500Z']
])('%s is the last such date', (date, at, zone, time) => {
  expect(read(`${date} mx1 a[1]: x`, { now: at, zone }).time).toBe(time)
})

test('a clock that goes back, and an hour that comes twice, give times that go back', () => {
  const syslog = openSyslog({ now })
  const times = ['02:59:59', '02:00:00', '02:59:59', '01:30:00'].map((time) => syslog(`Oct 25 ${time} mx1 a[1]: x`).time)
  expect(times).toEqual(['2026-10-25T02:59:59Z', '2026-10-25T02:00:00Z', '2026-10-25T02:59:59Z', '2026-10-25T01:30:00Z'])
})

test('a caller that follows a log moves now', () => {
  const options = { now }
  const syslog = openSyslog(options)
  expect(syslog('Nov 25 12:00:00 mx1 a[1]: x').time).toBe('2026-11-25T12:00:00Z')
  options.now += 40 * 86_400_000
  expect(syslog('Jan  4 12:00:00 mx1 a[1]: x').time).toBe('2027-01-04T12:00:00Z')
})

const piece = fc.oneof(
  fc.constantFrom(
    '<22>',
    '1 ',
    'Nov  1 ',
    '12:00:00',
    ' mx1 ',
    'a[1]: ',
    '[',
    ']',
    '"',
    '\\',
    '2026-11-01T',
    'Z ',
    'stdout F ',
    '- ',
    ' | ',
    '@4000',
    '\0'
  ),
  fc.string({ maxLength: 12 })
)

test('it never throws, and the message begins within the line', () => {
  const syslog = openSyslog({ now })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const line = pieces.join('')
      const { at, time } = syslog(line)
      expect(at).toBeGreaterThanOrEqual(0)
      expect(at).toBeLessThanOrEqual(line.length)
      if (time !== undefined) expect(Number.isNaN(Date.parse(time))).toBe(false)
    }),
    { numRuns: 2_000 }
  )
})

test('a zone whose clock is changed gives each time its own distance from UTC', () => {
  const syslog = openSyslog({ now: Date.UTC(2026, 11, 1), zone: openZone('Europe/Berlin').minutesEast })
  const timeOf = (stamp: string): string | undefined => syslog(`${stamp} mx1 postfix/smtp[1]: x`).time
  expect(timeOf('Oct 24 12:00:00')).toBe('2026-10-24T10:00:00Z')
  expect(timeOf('Oct 25 01:59:59')).toBe('2026-10-24T23:59:59Z')
  expect(timeOf('Oct 25 12:00:00')).toBe('2026-10-25T11:00:00Z')
  expect(timeOf('2026-10-26T12:00:00')).toBe('2026-10-26T11:00:00Z')
  expect(timeOf('2026-10-26T12:00:00+02:00')).toBe('2026-10-26T10:00:00Z')
})
