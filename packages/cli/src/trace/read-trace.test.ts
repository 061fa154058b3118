import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openZone } from '@whybounce/core/plan'
import { parseTraceQuery, type TraceMessage } from '@whybounce/core/trace'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TraceSettings } from './options.ts'
import { readTrace } from './read-trace.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-read-trace-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const now = Date.parse('2026-11-26T00:00:00Z')
const settingsFor = (asked: string, paths: readonly string[], format: string): TraceSettings => ({
  query: parseTraceQuery(asked) ?? { text: asked, needle: asked },
  paths,
  since: undefined,
  until: undefined,
  format,
  map: undefined,
  journal: false,
  zone: openZone('UTC'),
  all: false,
  json: false,
  quiet: true
})

const told = (messages: readonly TraceMessage[]): unknown =>
  messages.map(({ queueIds, outcome, attempts, sender, client, arrived, notices, next }) => ({
    queueIds,
    outcome,
    sender,
    client,
    arrived,
    notices,
    next,
    lines: attempts.map(({ line, remoteIp }) => [line, remoteIp])
  }))

/** Lines of which each names the message are passed over where they do not: that must lose nothing. */
describe('lines that are not looked at tell nothing', () => {
  const ids = ['4ZxKQ8Yzfz4w2c', '4ZxKQ9Bzfz4w2d', 'ABCDEF0123'] as const
  const eximIds = ['1vNoQu-000000001ab-2Xyz', '1vNoQx-000000001ac-0abc'] as const
  const people = ['a@example.com', 'user@example.org', 'User@Example.org', 'b+user=example.org@example.com'] as const
  const daemon = (name: string, text: string): string => `2026-11-24T10:00:00Z mx1 postfix/${name}[1]: ${text}`
  const line = fc
    .record({
      id: fc.constantFrom(...ids),
      other: fc.constantFrom<string>(...ids, ...eximIds),
      eximId: fc.constantFrom(...eximIds),
      who: fc.constantFrom(...people),
      form: fc.nat(11)
    })
    .map(({ id, other, eximId, who, form }) => {
      const sent = `relay=mx.example.org[192.0.2.25]:25, delay=1, delays=0/0/0/1`
      return [
        daemon('smtpd', `${id}: client=app.example.com[192.0.2.5]`),
        daemon('cleanup', `${id}: message-id=<1@example.com>`),
        daemon('qmgr', `${id}: from=<${who}>, size=1, nrcpt=1 (queue active)`),
        daemon('smtp', `${id}: to=<${who}>, ${sent}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${other})`),
        daemon('smtp', `${id}: to=<x@example.net>, orig_to=<${who}>, ${sent}, dsn=4.2.0, status=deferred (450 4.2.0 later)`),
        daemon('qmgr', `${id}: removed`),
        daemon('bounce', `${id}: sender non-delivery notification: ${other}`),
        daemon(
          'smtpd',
          `NOQUEUE: reject: RCPT from mail.example.net[192.0.2.9]: 554 5.7.1 <${who}>: Relay access denied; from=<${who}> to=<${who}> proto=ESMTP helo=<h>`
        ),
        `2026-11-24 10:00:00 ${eximId} <= ${who} H=app.example.com [192.0.2.5] P=esmtp S=9 id=1@example.com`,
        `2026-11-24 10:00:00 ${eximId} <= <> R=${other} U=exim P=local S=9`,
        `2026-11-24 10:00:00 ${eximId} => ${who} R=r T=t H=mx.example.org [192.0.2.25] C="250 OK id=${other}"`,
        `2026-11-24 10:00:00 ${eximId} == ${who} R=r T=t defer (-53): retry time not reached for any host`
      ][form]
    })

  test('whatever is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 40 }),
        fc.constantFrom(...ids, ...eximIds, ...people, '1@example.com'),
        async (lines, asked) => {
          const path = join(folder, 'mixed.log')
          writeFileSync(path, `${lines.join('\n')}\n`)
          const quick = await readTrace(settingsFor(asked, [path], 'postfix,exim,sendmail'), now)
          // Of qmail not every line names its message: then all are looked at.
          const whole = await readTrace(settingsFor(asked, [path], 'postfix,exim,sendmail,qmail'), now)
          expect(told(quick.messages)).toEqual(told(whole.messages))
        }
      ),
      { numRuns: 200 }
    )
  })
})

test('ten lines of ten megabytes and bytes that are no text are passed over', async () => {
  const path = join(folder, 'long.log')
  const good =
    '2026-11-24T10:00:00Z mx1 postfix/smtp[1]: ABCDEF0123: to=<user@example.org>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n'
  writeFileSync(path, good)
  for (let count = 0; count < 10; count++)
    writeFileSync(path, Buffer.concat([Buffer.alloc(10_000_000, 'user@example.org '), Buffer.from([0, 255, 10])]), { flag: 'a' })
  writeFileSync(path, good, { flag: 'a' })
  const { messages, files } = await readTrace(settingsFor('user@example.org', [path], 'postfix'), now)
  expect([messages.length, messages[0]?.attempts.length, files[0]?.lines]).toEqual([1, 2, 12])
})

test('a log that goes away between two looks is named, and the others are told', async () => {
  const line = (id: string): string =>
    `2026-11-24T10:00:00Z mx1 postfix/smtp[1]: ${id}: to=<user@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n`
  const [leaves, stays] = [join(folder, 'leaves.log'), join(folder, 'stays.log')]
  writeFileSync(leaves, line('4ZxKQ8Yzfz4w2c'))
  writeFileSync(stays, line('4ZxKQ9Bzfz4w2d'))
  const settings = settingsFor('user@example.org', [leaves, stays], 'postfix')
  let looks = 0
  const { messages, problems } = await readTrace(
    {
      ...settings,
      get paths() {
        if (++looks > 2) rmSync(leaves, { force: true })
        return settings.paths
      }
    },
    now
  )
  expect(messages.map(({ queueIds }) => queueIds)).toEqual([['4ZxKQ9Bzfz4w2d']])
  expect(problems).toEqual([{ file: leaves, problem: expect.stringContaining('It went away while it was read') }])
})
