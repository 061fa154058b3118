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

/** A shape that makes careless readers slow, so many letters of it. */
type Shape = (size: number) => string

const flood =
  (unit: string): Shape =>
  (size) =>
    unit.repeat(Math.ceil(size / unit.length))

const numbered =
  (unit: (index: number) => string): Shape =>
  (size) => {
    const units: string[] = []
    for (let length = 0; length < size; length += units.at(-1)?.length ?? size) units.push(unit(units.length))
    return units.join('')
  }

/** Recipients without a reason, each to be looked for in a long text. */
const recipientsBeside = (text: string): Shape => {
  const groups = numbered((index) => `\nFinal-Recipient: rfc822; u${index}@b.example\nAction: failed\n`)
  return (size) => `${flood(text)(60_000)}\n--b\nContent-Type: message/delivery-status\n${groups(size)}`
}

const hostile: readonly (readonly [string, Shape])[] = [
  ['one line', flood('x')],
  ['addresses', flood('<a@b.example>\n')],
  ['@ signs', flood('@')],
  ['quoted @ signs', flood('"@')],
  ['angle brackets', flood('<')],
  ['tags that never end', flood('<a href="')],
  ['delimiters', flood('--b\n')],
  ['half delimiters', flood('--b x\n')],
  ['encoded words', flood('=?utf-8?Q?')],
  ['header lines', flood('X-A: b\n')],
  ['folded lines', flood(' a\n')],
  ['recipient fields', flood('Final-Recipient: rfc822; a@b.example\n')],
  ['spaces', flood(' ')],
  ['empty lines', flood('\n')],
  ['entities', flood('&#')],
  ['parentheses', flood('(')],
  ['reply lines', flood('<<< 550 5.1.1 <a@b.example>\n>>> RCPT TO:<a@b.example>\n')],
  ['elements that are never seen', flood('<xml>')],
  ['elements that are closed', flood('<xml></xml>')],
  ['scripts', flood('<script>')],
  ['scripts that are closed', flood('<script></script>')],
  ['elements of many names', flood('<xml><style><title></x>')],
  ['digests', numbered((index) => `\n--b\nContent-Type: multipart/digest; boundary=u${index}\n\n--u${index}\n\nx`)],
  ['digests in digests', numbered((index) => `\n--u${index - 1}\nContent-Type: multipart/digest; boundary=u${index}\n\n--u${index}\n`)],
  [
    'multiparts without a delimiter',
    numbered((index) => `\n--b\nContent-Type: multipart/mixed; boundary=u${index}\n\n--${' '.repeat(900)}x`)
  ],
  ['recipients beside words', recipientsBeside('Some words that say nothing at all. ')],
  ['recipients beside addresses', recipientsBeside('<u1@b.example>: no reason\n\n')]
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

test.each(hostile)('2 MB of %s, wherever they stand, end in an answer', (_, shape) => {
  const body = shape(2_000_000)
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
