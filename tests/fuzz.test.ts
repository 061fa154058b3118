import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMessage } from '../packages/core/dist/index.js'
import { readFixtures } from './message-fixtures.ts'
import { mutate, seeded } from './mutations.ts'
import { brokenLaw } from './reading-laws.ts'

const seeds = readFixtures().map(({ bytes }) => bytes)

test('damaged messages break no law', () => {
  const random = seeded(20261125)
  for (let round = 0; round < 6_000; round++) {
    const bytes = mutate(random, seeds)
    const broken = brokenLaw(readMessage(bytes))
    expect(broken, `message ${round}`).toBeUndefined()
  }
})

test('any bytes at all break no law', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => void expect(brokenLaw(readMessage(bytes))).toBeUndefined()))
})

test('any text behind the headers of a report breaks no law', () => {
  const head = 'From: MAILER-DAEMON\nContent-Type: multipart/report; boundary=b; report-type=delivery-status\n\n--b\n\n'
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string({ maxLength: 400 }), (human, fields) => {
      const bytes = new TextEncoder().encode(`${head}${human}\n--b\nContent-Type: message/delivery-status\n\n${fields}\n--b--\n`)
      expect(brokenLaw(readMessage(bytes))).toBeUndefined()
    })
  )
})

/** Shapes that make careless readers slow: twice the size must not take much more than twice the steps. Each is 2 MB. */
const hostile: readonly (readonly [string, string])[] = [
  ['one line', 'x'.repeat(2_000_000)],
  ['addresses', '<a@b.example>\n'.repeat(140_000)],
  ['@ signs', '@'.repeat(2_000_000)],
  ['quoted @ signs', '"@'.repeat(1_000_000)],
  ['angle brackets', '<'.repeat(2_000_000)],
  ['tags that never end', '<a href="'.repeat(200_000)],
  ['delimiters', '--b\n'.repeat(500_000)],
  ['half delimiters', '--b x\n'.repeat(300_000)],
  ['encoded words', '=?utf-8?Q?'.repeat(200_000)],
  ['header lines', 'X-A: b\n'.repeat(280_000)],
  ['folded lines', ' a\n'.repeat(660_000)],
  ['recipient fields', 'Final-Recipient: rfc822; a@b.example\n'.repeat(54_000)],
  ['spaces', ' '.repeat(2_000_000)],
  ['empty lines', '\n'.repeat(2_000_000)],
  ['entities', '&#'.repeat(1_000_000)],
  ['parentheses', '('.repeat(2_000_000)],
  ['reply lines', '<<< 550 5.1.1 <a@b.example>\n>>> RCPT TO:<a@b.example>\n'.repeat(36_000)]
]

const frames: readonly (readonly [string, (body: string) => string])[] = [
  ['a text', (body) => `From: MAILER-DAEMON\nTo: me@example.org\nSubject: Undelivered Mail Returned to Sender\n\n${body}`],
  ['HTML', (body) => `From: MAILER-DAEMON\nSubject: Undelivered\nContent-Type: text/html\n\n${body}`],
  ['a multipart', (body) => `From: MAILER-DAEMON\nContent-Type: multipart/report; boundary=b\n\n--b\n\n${body}\n--b--\n`],
  [
    'a report',
    (body) =>
      `From: MAILER-DAEMON\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n${body}\n--b--\n`
  ],
  ['headers', (body) => `From: ${body}\nSubject: ${body}\nTo: ${body}\nContent-Type: ${body}\n\nx\n`]
]

test.each(hostile)('2 MB of %s, wherever they stand, end in an answer', (_, body) => {
  for (const [, frame] of frames) expect(brokenLaw(readMessage(new TextEncoder().encode(frame(body))))).toBeUndefined()
})

test('memory stays within bounds over many large messages', () => {
  const script = `
    import { readMessage } from ${JSON.stringify(join(import.meta.dirname, '../packages/core/dist/index.js'))}
    const bytes = new TextEncoder().encode('From: MAILER-DAEMON\\nSubject: Undelivered\\n\\n' + 'user@example.com 550 5.1.1 unknown\\n'.repeat(100_000))
    for (let round = 0; round < 30; round++) readMessage(bytes)
    console.log(process.memoryUsage.rss())`
  const resident = Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }))
  expect(resident).toBeLessThan(400 * 1024 * 1024)
})
