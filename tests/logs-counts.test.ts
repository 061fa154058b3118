import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultDiagnoser } from '@whybounce/core'
import { type LineVerdict, type LogEvent, postfix } from '@whybounce/core/log'
import { openEventDiagnosis, openTally, type Report } from '@whybounce/core/report'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateLog, type LogOptions } from '../bench/postfix-log-generate.ts'
import type { LogTruth } from '../bench/postfix-log-truth.ts'

/** Logs that were made up together with what is in them: what is read out of them must be that, in every figure. */
const bin = join(import.meta.dirname, '..', 'packages/cli/bin/whybounce.mjs')
const now = Date.parse('2026-11-25T12:00:00Z')

/** Messages are tried again soon and given up soon in most: otherwise a small log ends before that. */
const shapes: readonly { readonly name: string; readonly options: LogOptions }[] = [
  { name: 'long queue ids and the times of syslog', options: { megabytes: 4, seed: 1, retryAfter: 8, attempts: 2 } },
  { name: 'short queue ids', options: { megabytes: 3, seed: 2, retryAfter: 6, attempts: 3, shortIds: true } },
  { name: 'times of ISO 8601', options: { megabytes: 3, seed: 3, retryAfter: 10, attempts: 1, isoTimes: true } },
  {
    name: 'short queue ids and times of ISO 8601',
    options: { megabytes: 2, seed: 4, retryAfter: 5, attempts: 2, shortIds: true, isoTimes: true }
  },
  { name: 'messages that all wait at the end', options: { deliveries: 3_000, seed: 5 } }
]

type Made = { readonly bytes: Buffer; readonly truth: LogTruth }

const make = (options: LogOptions): Made => {
  const blocks: Buffer[] = []
  let last: LogTruth | undefined
  for (const { bytes, truth } of generateLog(options)) {
    blocks.push(bytes)
    last = truth
  }
  if (last === undefined) throw new Error('no log')
  return { bytes: Buffer.concat(blocks), truth: last }
}

type Read = { readonly events: readonly LogEvent[]; readonly verdicts: Readonly<Record<LineVerdict, number>>; readonly report: Report }

const read = (bytes: Buffer): Read => {
  const events: LogEvent[] = []
  const verdicts: Record<LineVerdict, number> = { event: 0, part: 0, ignored: 0, unread: 0 }
  const tally = openTally(defaultDiagnoser())
  let number = 0
  const reader = postfix.open(
    (event) => {
      events.push(event)
      tally.event(event, 'mail.log', number)
    },
    { now }
  )
  for (const line of bytes.toString('utf8').split('\n').slice(0, -1)) {
    number++
    verdicts[reader.line(line)]++
  }
  reader.end()
  return { events, verdicts, report: tally.report() }
}

const has = (event: LogEvent, kind: LogEvent['kind'], outcome: LogEvent['outcome']): boolean =>
  event.direction === 'outbound' && event.kind === kind && event.outcome === outcome

/** Attempts and messages as a report has them. */
const figuresOf = ({ attempts, messages, inboundRefused }: Pick<Report, 'attempts' | 'messages' | 'inboundRefused'>) => ({
  attempts: { delivered: attempts.delivered, deferred: attempts.deferred, bounced: attempts.bounced, expired: attempts.expired },
  messages: { delivered: messages.delivered, deferred: messages.deferred, bounced: messages.bounced, expired: messages.expired },
  inboundRefused
})

const figuresTold = (truth: LogTruth) => ({
  attempts: { delivered: truth.sent, deferred: truth.deferred, bounced: truth.bounced, expired: truth.messages.expired },
  messages: {
    delivered: truth.messages.delivered,
    deferred: truth.messages.waiting,
    bounced: truth.messages.bounced,
    expired: truth.messages.expired
  },
  inboundRefused: truth.smtpdReject
})

describe.each(shapes)('a log with $name', ({ options }) => {
  let made: Made
  let found: Read
  beforeAll(() => {
    made = make(options)
    found = read(made.bytes)
  })

  test('is what its counts say of lines and bytes', () => {
    expect(made.bytes.length).toBe(made.truth.bytes)
    expect(made.bytes.toString('utf8').split('\n').length - 1).toBe(made.truth.lines)
  })

  test('is the same when it is made again, and another of another seed', () => {
    expect(make(options).bytes.equals(made.bytes)).toBe(true)
    expect(make({ ...options, seed: 99 }).bytes.equals(made.bytes)).toBe(false)
  })

  test('is read line for line: each attempt, each expiry, each refusal, and nothing is unread', () => {
    const { events, verdicts } = found
    const count = (kind: LogEvent['kind'], outcome: LogEvent['outcome']): number =>
      events.filter((event) => has(event, kind, outcome)).length
    const { truth } = made
    expect({
      sent: count('delivered', 'delivered'),
      deferred: count('delayed', 'pending'),
      bounced: count('failed', 'failed'),
      expired: count('failed', 'expired'),
      refused: events.filter(({ direction }) => direction === 'inbound').length
    }).toEqual({
      sent: truth.sent,
      deferred: truth.deferred,
      bounced: truth.bounced,
      expired: truth.messages.expired,
      refused: truth.smtpdReject
    })
    expect(verdicts.unread).toBe(0)
    expect(verdicts.event).toBe(truth.deliveries + truth.expired + truth.smtpdReject)
    expect(verdicts.event + verdicts.part + verdicts.ignored).toBe(truth.lines)
  })

  test('gives each code as often as each receiver said it', () => {
    const codes: Record<string, number> = {}
    for (const { direction, outcome, status } of found.events)
      if (direction === 'outbound' && outcome !== 'expired') {
        const key = `${{ delivered: 'sent', pending: 'deferred', failed: 'bounced' }[outcome ?? 'failed']} ${status}`
        codes[key] = (codes[key] ?? 0) + 1
      }
    const told: Record<string, number> = {}
    for (const [key, count] of Object.entries(made.truth.by)) {
      const code = key.slice(key.indexOf(' ') + 1)
      told[code] = (told[code] ?? 0) + count
    }
    expect(codes).toEqual(told)
  })

  test('adds up to the messages and attempts that were made', () => {
    expect(figuresOf(found.report)).toEqual(figuresTold(made.truth))
    expect(found.report.limits).toEqual([])
    expect(found.report.undated).toBe(0)
  })

  test('a message is harmed by a cause once, however often it met it and however it ended', () => {
    const diagnose = openEventDiagnosis(defaultDiagnoser())
    const met = new Map<string, Set<string>>()
    for (const event of found.events) {
      if (event.direction === 'inbound' || event.kind === 'delivered') continue
      const diagnosis = diagnose(event)
      const key = `${diagnosis?.cause} ${diagnosis?.detail ?? null}`
      met.set(key, (met.get(key) ?? new Set()).add(`${event.queueId} ${event.recipient}`))
    }
    const told = new Map<string, number>()
    for (const { cause, detail, messages } of found.report.causes)
      told.set(`${cause} ${detail}`, (told.get(`${cause} ${detail}`) ?? 0) + messages)
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries([...met].map(([key, messages]) => [key, messages.size])))
  })

  test('every harmed message is under a cause, by what became of it', () => {
    const { causes, attempts, messages } = found.report
    const sum = (name: 'attempts'): number => causes.reduce((total, row) => total + row[name], 0)
    expect(sum('attempts')).toBe(attempts.deferred + attempts.bounced + attempts.expired)
    for (const { lost, waiting, recovered, messages: harmed } of causes) expect(lost + waiting + recovered).toBe(harmed)
    expect(causes.reduce((total, { waiting }) => total + waiting, 0)).toBeGreaterThanOrEqual(messages.deferred)
  })
})

test('the small logs hold everything: retries that go well, messages given up, messages that wait', () => {
  const { truth } = make(shapes[0]?.options ?? {})
  expect(truth.messages.expired).toBeGreaterThan(10)
  expect(truth.messages.waiting).toBeGreaterThan(5)
  expect(truth.expired).toBeLessThan(truth.messages.expired)
  expect(truth.deferred).toBeGreaterThan(truth.messages.expired + truth.messages.waiting)
})

describe('the command', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'whybounce-counts-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(shapes)('report gives the counts of a log with $name', ({ options }) => {
    const { bytes, truth } = make(options)
    const path = join(folder, `${options.seed}.log`)
    writeFileSync(path, bytes)
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'report', path, '--json'], {
      encoding: 'utf8',
      maxBuffer: 50_000_000
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const report: Report = JSON.parse(stdout)
    expect(figuresOf(report)).toEqual(figuresTold(truth))
    const { total, unread } = report.lines
    expect({ total, unread }).toEqual({ total: truth.lines, unread: 0 })
    expect(report.files.map(({ lines, bytes, format }) => ({ lines, bytes, format }))).toEqual([
      { lines: truth.lines, bytes: truth.bytes, format: 'postfix' }
    ])
  })
})
