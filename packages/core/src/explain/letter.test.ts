import { expect, test } from 'vitest'
import { explain } from '../default.ts'

const header = (subject: string, type = 'text/plain'): string =>
  `From: Pat <pat@example.com>\nTo: help@example.org\nSubject: ${subject}\nDate: Mon, 2 Mar 2026 10:15:00 +0000\nMessage-ID: <1@example.com>\nContent-Type: ${type}\n\n`

const bounce = (recipient: string): string => `Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: pat@example.com
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=inner

--inner

<${recipient}>: host mx.example.net[192.0.2.25] said: 552 5.2.2 Mailbox full

--inner
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; ${recipient}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full

--inner--
`

const withAttached = (...attached: readonly string[]): string =>
  `${header('Fwd: help', 'multipart/mixed; boundary=outer')}--outer\nContent-Type: text/plain\n\nWhat is "550 5.1.1 User unknown"?\n\n${attached
    .map((message) => `--outer\nContent-Type: message/rfc822\n\n${message}\n`)
    .join('')}--outer--\n`

test('what a letter quotes is explained, and that it is no bounce is said first', () => {
  const { kind, answers, events, read } = explain(`${header('Did you get it?')}It came back: "550 5.1.1 User unknown".\n`)
  expect([kind, answers.map(({ diagnosis }) => diagnosis.cause)]).toEqual(['message', ['user-unknown']])
  expect(events?.map((event) => event.kind)).toEqual(['other'])
  expect(read).toBe(
    'This message is no bounce, no complaint and no automatic answer: "Did you get it?" from pat@example.com. What it quotes is explained here.'
  )
})

test.each([
  ['with its header', 'List-Unsubscribe: <https://example.com/u>\n', ''],
  ['with its last line', '', 'Unsubscribe: https://example.com/u\n']
])('what mail to many says about bounces is not explained (%s)', (_, more, footer) => {
  const { answers, read } = explain(`${more}${header('Five tips')}A server says "550 5.1.1 User unknown".\n${footer}`)
  expect(answers).toEqual([])
  expect(read).toMatch(/If it quotes an error that you want explained, give that error alone\.$/)
})

test.each([
  ['as it is', bounce('user@example.net')],
  ['with the line ends of DOS', bounce('user@example.net').replaceAll('\n', '\r\n')]
])('a bounce that is attached to a letter is explained (%s)', (_, attached) => {
  const { answers, events, read } = explain(withAttached(attached))
  expect(read).toMatch(/^This message is no bounce.*"Fwd: help" from pat@example\.com\. It holds a bounce message about 1 recipient:$/)
  expect(answers.map(({ diagnosis, recipients }) => [diagnosis.cause, recipients])).toEqual([['mailbox-full', ['user@example.net']]])
  expect(events?.map(({ kind }) => kind)).toEqual(['failed'])
})

test('several that are attached are explained together', () => {
  const { answers, read } = explain(withAttached(bounce('a@example.net'), `${header('Lunch?')}Noon?\n`, bounce('b@example.net')))
  expect(read).toMatch(/It holds 2 notices:$/)
  expect(answers.map(({ times, recipients }) => [times, recipients])).toEqual([[2, ['a@example.net', 'b@example.net']]])
})

test('an attached letter is no bounce either', () => {
  const { answers, read } = explain(withAttached(`${header('Lunch?')}550 5.1.1 User unknown\n`))
  // Its own words quote an error.
  expect(read).toMatch(/What it quotes is explained here\.$/)
  expect(answers.map(({ diagnosis }) => diagnosis.cause)).toEqual(['user-unknown'])
})

test('what a bounce says that was forwarded in the text is explained', () => {
  const { kind, answers, read } = explain(`${header('Fwd: Undelivered Mail')}Look:\n\n> <a@example.com>: 552 5.2.2 Mailbox full\n`)
  expect([kind, answers.map(({ diagnosis }) => diagnosis.cause)]).toEqual(['message', ['mailbox-full']])
  expect(read).toMatch(/"Fwd: Undelivered Mail".*What it quotes is explained here\.$/)
})

test('a subject does nothing to a terminal', () =>
  expect(explain(`${header('a\u001b[31m\u202eb')}text\n`).read).toMatch(/^[^\p{Cc}\p{Cf}]*$/u))
