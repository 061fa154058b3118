import { expect, test } from 'vitest'
import { openMixed } from './log-formats.ts'
import { openSecondLook, shapeOf } from './log-formats-again.ts'
import type { LineVerdict } from './log-reader.ts'

const sent = (name: string): string =>
  `Nov  1 12:00:00 mx1 postfix/smtp[42]: 1A2B3C4D5E: to=<${name}@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)`
const bounced = (name: string): string =>
  `2026-11-01 12:00:02 1vAbCd-000001-AB ** ${name}@example.net R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<${name}@example.net>: 550 5.2.2 mailbox full`
const cron = (pid: number): string => `Nov  1 12:00:00 mx1 CRON[${pid}]: (root) CMD (true)`

/** Each recipient with the number of its line, and what became of the lines in the end. */
const read = (lines: readonly string[], only = false): { events: [string | undefined, number][]; counts: Record<LineVerdict, number> } => {
  const events: [string | undefined, number][] = []
  const counts = { event: 0, part: 0, ignored: 0, unread: 0 }
  let count = 0
  let current = 0
  const reader = openMixed(
    [],
    ({ recipient }) => events.push([recipient, current]),
    { now: Date.UTC(2026, 10, 2) },
    {
      only,
      reread: {
        before: (back) => {
          current = count - back
        },
        after: (was, is) => {
          counts[was]--
          counts[is]++
          current = count
        }
      }
    }
  )
  for (const line of lines) {
    current = ++count
    counts[reader.line(line)]++
  }
  reader.end()
  return { events, counts }
}

test('a log of which nothing is known beforehand is read whole, with the numbers of its lines', () => {
  const lines = [
    ...Array.from({ length: 250 }, (_, pid) => cron(pid)),
    sent('a'),
    cron(1),
    bounced('b'),
    ...Array.from({ length: 130 }, (_, at) => sent(`u${at}`)),
    bounced('c')
  ]
  const { events, counts } = read(lines)
  expect(events).toHaveLength(133)
  expect(events.map(([, line]) => line)).toEqual([251, 253, ...Array.from({ length: 130 }, (_, at) => 254 + at), 384])
  expect(counts).toEqual({ event: 133, part: 0, ignored: 251, unread: 0 })
})

test('a short log is recognised at its end', () => {
  expect(read([cron(1), sent('a'), bounced('b')])).toEqual({
    events: [
      ['a@example.net', 2],
      ['b@example.net', 3]
    ],
    counts: { event: 2, part: 0, ignored: 1, unread: 0 }
  })
})

test('formats that were asked for alone are read alone', () => {
  expect(
    read(
      Array.from({ length: 150 }, () => sent('a')),
      true
    ).events
  ).toEqual([])
})

test('kinds of lines: what differs in numbers only is of one kind, what another program writes is of another', () => {
  expect(shapeOf(cron(1))).toBe(shapeOf(cron(54_321)))
  expect(shapeOf(sent('a'))).toBe(shapeOf(sent('b')))
  expect(shapeOf(sent('a'))).not.toBe(shapeOf(cron(1)))
  expect(shapeOf('')).toBe(shapeOf(''))
})

test('a kind of line is looked at once, and where each is of a kind of its own looks become rare', () => {
  const looks = (line: (at: number) => string): number => {
    let count = 0
    const second = openSecondLook(() => {
      count++
      return []
    })
    for (let at = 0; at < 200_000; at++) if (second.passed(line(at), at, 'ignored')) second.look()
    return count
  }
  expect(looks(cron)).toBe(1)
  expect(looks((at) => `${at.toString(36).replace(/\d/g, (digit) => String.fromCharCode(0x41 + Number(digit)))} line`)).toBeLessThan(150)
})
