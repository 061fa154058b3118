import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exim } from './exim.ts'
import type { LineVerdict, LogEvent } from './log-reader.ts'

const now = Date.UTC(2026, 10, 25)

const readAll = (lines: readonly string[], zone = 0): { events: LogEvent[]; verdicts: LineVerdict[] } => {
  const events: LogEvent[] = []
  const reader = exim.open((event) => events.push(event), { now, zone })
  const verdicts = lines.map((line) => reader.line(line))
  reader.end()
  return { events, verdicts }
}

const corpora = process.env.WHYBOUNCE_CORPORA ?? join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'corpora')
const folder = join(corpora, 'logs', 'exim')
const absent = !existsSync(folder)
const here = absent ? `skipped: no corpora at ${corpora}, set WHYBOUNCE_CORPORA` : 'with the corpora'

test.skipIf(absent)(`every line of the logs of Exim's test suite is accounted for (${here})`, () => {
  let delivered = 0
  let notDue = 0
  let refused = 0
  for (const name of readdirSync(folder)) {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n')
    const { events, verdicts } = readAll(lines)
    // What is taken out of the queue is an event for each recipient that waited.
    const isRemoval = (_: unknown, index: number): boolean => lines[index]?.includes(' removed by ') === true
    const told = verdicts.filter((verdict, index) => verdict === 'event' && !isRemoval(verdict, index)).length
    expect(told, name).toBe(events.filter(({ kind, outcome }) => kind !== 'other' || outcome !== 'failed').length)
    expect(verdicts.includes('unread'), name).toBe(false)
    refused += events.filter(({ direction }) => direction === 'inbound').length
    for (const [index, line] of lines.entries()) {
      if (!/^[0-9-]{10} [0-9:.]{8,12} (?:[+-]\d{4} )?(?:\[\w+\] )?[\w-]{16,23} (?:=>|->|>>|\*>|\*\*|==) /.test(line)) continue
      if (verdicts[index] === 'event') delivered++
      // Every delivery line is an event, apart from retries that were not due again.
      else if (verdicts[index] === 'part' && line.includes(': retry time not reached')) notDue++
      else expect.fail(`${name}: ${line}`)
    }
  }
  expect({ delivered, notDue, refused }).toEqual({ delivered: 2_187, notDue: 19, refused: 311 })
})

test.skipIf(absent).each<[string, string, Record<string, unknown>]>([
  [
    '0106',
    'userx@domain2.com',
    { kind: 'delayed', outcome: 'pending', remoteMta: '127.0.0.1', stage: 'mail', sender: 'CALLER@myhost.test.ex' }
  ],
  ['0495', 'a@x.y', { kind: 'failed', outcome: 'failed', queueId: '10HmbM-000000005vi-0000', stage: 'rcpt', replyCode: 550 }],
  ['0904', 'd@test.ex', { kind: 'failed', outcome: 'failed', time: '2017-07-30T18:51:05.712Z', stage: 'end-of-data', replyCode: 500 }],
  [
    '1187',
    'x2@thishost.test.ex',
    { kind: 'failed', outcome: 'expired', stage: 'connect', diagnosticCode: 'Connection refused: retry timeout exceeded' }
  ],
  ['0623', 'tempreject@test.ex', { kind: 'delayed', outcome: 'pending', stage: 'end-of-data', replyCode: 451, remoteMta: '127.0.0.1' }],
  [
    '4118',
    'rrrr@remote.defer',
    { kind: 'failed', direction: 'inbound', stage: 'rcpt', sender: 'CALLER@test.ex', diagnosticCode: 'Over-quota' }
  ],
  ['0051', 'userx@badbad.ex', { kind: 'failed', outcome: 'failed', diagnosticCode: 'unrouteable mail domain "badbad.ex" (:fail:)' }],
  ['0570', 'userx@domA.ex', { kind: 'other', direction: 'inbound', diagnosticCode: 'discarded by RCPT ACL' }]
])(`log %s has the event of %s that its line tells (${here})`, (name, recipient, expected) => {
  const { events } = readAll(readFileSync(join(folder, name), 'utf8').split('\n'))
  expect(events.filter((event) => event.recipient === recipient)).toContainEqual(expect.objectContaining(expected))
})

test.skipIf(absent).each<[string, Record<string, number>]>([
  ['0005', { delivered: 3 }],
  ['0040', { delivered: 2 }],
  ['0128', { delayed: 1 }]
])(`the events of log %s are those that its lines tell (${here})`, (name, expected) => {
  const kinds: Record<string, number> = {}
  for (const { kind } of readAll(readFileSync(join(folder, name), 'utf8').split('\n')).events) kinds[kind] = (kinds[kind] ?? 0) + 1
  expect(kinds).toEqual(expected)
})
