import { stripVTControlCharacters } from 'node:util'
import { defaultDiagnoser } from '@whybounce/core'
import type { LogEvent } from '@whybounce/core/log'
import { openWatch, type WatchSummary } from '@whybounce/core/watch'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnsOf, type Terminal } from '../terminal.ts'
import { drawScreen } from './screen.ts'

const terminal: Terminal = { width: 80, fullWidth: 80, isTerminal: true, paint: (_style, text) => `\u001b[1m${text}\u001b[22m` }
const state = { files: ['/var/log/mail.log'], metrics: 'http://127.0.0.1:9925/metrics', note: undefined, doing: undefined, canQuit: true }

const start = Date.UTC(2026, 0, 5)
const event = (minute: number, host: string, text?: string): LogEvent => ({
  kind: text === undefined ? 'delivered' : 'failed',
  direction: 'outbound',
  time: new Date(start + minute * 60_000).toISOString(),
  recipient: `u${Math.random()}@example.net`,
  queueId: String(Math.random()),
  remoteMta: host,
  ...(text === undefined ? {} : { diagnosticCode: text })
})
const summaryOf = (texts: readonly string[], hosts: readonly string[]): WatchSummary => {
  const watch = openWatch(defaultDiagnoser())
  for (let minute = 0; minute < 100; minute++)
    for (const host of hosts) {
      watch.event(event(minute, host), start + 1e9)
      if (minute >= 80)
        for (const text of texts) for (let count = 0; count < 3; count++) watch.event(event(minute, host, text), start + 1e9)
    }
  watch.tick(start + 100 * 60_000)
  return watch.summary()
}
const hosts = ['gmail-smtp-in.l.google.com', 'mta5.am0.yahoodns.net', 'mx.example.net', 'mx1.hotmail.com', 'mx00.t-online.de']
const texts = [
  '550 5.1.1 user unknown',
  '552 5.2.2 mailbox full',
  '554 5.7.1 blocked using zen.spamhaus.org',
  '451 4.7.1 Greylisting in action'
]

test('the screen has figures, alerts with what to do, and what fails most, in 80 by 24', () => {
  const lines = drawScreen(summaryOf(texts.slice(0, 1), hosts.slice(0, 1)), state, { ...terminal, paint: (_style, text) => text }, 80, 24)
  expect(lines.length).toBe(24)
  const text = lines.join('\n')
  expect(text).toContain('Last minute   delivered 1   deferred 0   bounced 3')
  expect(text).toMatch(/\d\d:\d\d At Gmail: The mailbox does not exist\./)
  expect(text).toMatch(/\n {6}The owner of the list: [^\n]+\.\n/)
  expect(text).toMatch(/ {7}60 {7}3 {2}Gmail {17}The mailbox does not exist/)
  expect(lines.at(-1)).toContain('q quits · http://127.0.0.1:9925/metrics')
})

test('whatever the window and whatever the log: no line is too wide, none too many, and nothing of the log controls the terminal', () => {
  const summaries = [
    summaryOf([], []),
    summaryOf(texts, hosts),
    summaryOf(['550 5.1.1 \u001b[2J\u001b]0;title\u0007 unknown user \u202e', `554 ${'日本語'.repeat(400)}`], hosts)
  ]
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 200 }),
      fc.integer({ min: 12, max: 60 }),
      fc.constantFrom(...summaries),
      fc.option(fc.constantFrom('mail.log was rotated \u001b[31m', 'x'.repeat(500)), { nil: undefined }),
      (width, height, summary, note) => {
        const lines = drawScreen(summary, { ...state, note }, terminal, width, height)
        expect(lines.length).toBeLessThanOrEqual(height)
        for (const line of lines) {
          const plain = line.replaceAll('\u001b[1m', '').replaceAll('\u001b[22m', '')
          // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
          expect(plain).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
          expect(plain).toBe(stripVTControlCharacters(plain))
          expect([columnsOf(plain) <= width, plain]).toEqual([true, plain])
        }
      }
    ),
    { numRuns: 300 }
  )
})
