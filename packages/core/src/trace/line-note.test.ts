import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openLineNotes, remoteIpIn } from './line-note.ts'

const now = Date.parse('2026-11-26T00:00:00Z')
const syslog = (program: string, text: string): string => `Nov 24 10:02:00 mx1 ${program}[42]: ${text}`
const id = '4ZxKQ81Yzfz4w2c'
const eximId = '1vNoQu-000000001ab-2Xyz'

for (const [name, line, told] of [
  [
    'arrival',
    syslog('postfix/smtpd', `${id}: client=app.example.com[192.0.2.5], sasl_method=PLAIN`),
    { is: 'arrived', client: 'app.example.com[192.0.2.5]' }
  ],
  [
    'arrival behind a filter',
    syslog('postfix/smtpd', `${id}: client=localhost[127.0.0.1], orig_queue_id=1A2B3C4D5E, orig_client=a[192.0.2.5]`),
    { other: '1A2B3C4D5E' }
  ],
  ['local arrival', syslog('postfix/pickup', `${id}: uid=1000 from=<root>`), { is: 'arrived', client: 'uid=1000' }],
  ['Message-ID', syslog('postfix/cleanup', `${id}: message-id=<1@example.com>`), { is: 'about', messageId: '1@example.com' }],
  [
    'sender',
    syslog('postfix/qmgr', `${id}: from=<a@example.com>, size=123, nrcpt=1 (queue active)`),
    { sender: 'a@example.com', size: 123 }
  ],
  ['empty sender', syslog('postfix/qmgr', `${id}: from=<>, size=123, nrcpt=1 (queue active)`), { isNull: true }],
  [
    'notice',
    syslog('postfix/bounce', `${id}: sender non-delivery notification: 1A2B3C4D5E`),
    { is: 'notice', notice: 'failed', other: '1A2B3C4D5E' }
  ],
  ['delay notice', syslog('postfix/bounce', `${id}: sender delay notification: 1A2B3C4D5E`), { notice: 'delayed' }],
  ['end', syslog('postfix/qmgr', `${id}: removed`), { is: 'ended' }],
  ['removal', syslog('postfix/postsuper', `${id}: removed`), { is: 'removed' }],
  ['hold', syslog('postfix/postsuper', `${id}: placed on hold`), { is: 'held' }],
  [
    'hold with why',
    syslog('postfix/cleanup', `${id}: hold: header Subject: x from a[192.0.2.1]`),
    { is: 'held', text: 'header Subject: x from a[192.0.2.1]' }
  ],
  [
    'Exim arrival',
    `2026-11-24 10:02:00 ${eximId} <= a@example.com H=app.example.com [192.0.2.5] P=esmtp S=99 id=1@example.com`,
    { is: 'arrived', sender: 'a@example.com', size: 99, messageId: '1@example.com' }
  ],
  [
    'Exim notice',
    `2026-11-24 10:02:00 ${eximId} <= <> R=1vNoQx-000000001ac-0abc U=Debian-exim P=local S=99`,
    { other: '1vNoQx-000000001ac-0abc', isNull: true }
  ],
  ['Exim end', `2026-11-24 10:02:00 ${eximId} Completed`, { is: 'ended' }],
  [
    'Exim frozen',
    `2026-11-24 10:02:00 [123] ${eximId} Frozen (delivery error message)`,
    { is: 'held', text: 'Frozen (delivery error message)' }
  ],
  [
    'sendmail arrival',
    syslog('sm-mta', '6AOA20xx000100: from=<a@example.com>, size=9, class=0, nrcpts=1, msgid=<1@example.com>, relay=app [192.0.2.5]'),
    { is: 'arrived', sender: 'a@example.com', client: 'app [192.0.2.5]' }
  ],
  ['sendmail notice', syslog('sm-mta', '6AOA20xx000100: 6AOAW1xx000102: DSN: User unknown'), { is: 'notice', other: '6AOAW1xx000102' }]
] as const)
  test(`${name} is told`, () => {
    const note = openLineNotes({ now })(line)
    expect(note).toMatchObject(told)
    expect(note?.time).toBe('2026-11-24T10:02:00Z')
  })

for (const line of [
  '',
  'nothing',
  syslog('cron', 'removed'),
  syslog('postfix/smtpd', 'connect from a[192.0.2.1]'),
  syslog('postfix/smtpd', 'NOQUEUE: client=a')
])
  test(`nothing is told by "${line}"`, () => expect(openLineNotes({ now })(line)).toBeUndefined())

test('the address of the server is read off a delivery', () => {
  expect(remoteIpIn(syslog('postfix/smtp', `${id}: to=<a@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=1`))).toBe('192.0.2.25')
  expect(remoteIpIn(`2026-11-24 10:02:00 ${eximId} => a@example.org R=x T=y H=mx.example.org [2001:db8::1] C="250 ok"`)).toBe('2001:db8::1')
  expect(remoteIpIn(syslog('postfix/smtp', `${id}: to=<a@example.org>, relay=none, delay=1 (host x[192.0.2.9] said)`))).toBeUndefined()
})

test('never throws, whatever the line', () => {
  const read = openLineNotes({ now })
  const heads = ['Nov 24 10:02:00 mx1 postfix/qmgr[42]: ', 'Nov 24 10:02:00 mx1 sm-mta[42]: ', '2026-11-24 10:02:00 ', '']
  const ids = [`${id}: `, `${eximId} `, '6AOA20xx000100: ', '']
  const words = ['from=<', 'client=', '<= ', 'Frozen', 'removed', 'sender non-delivery notification: ', 'DSN: ', '']
  fc.assert(
    fc.property(
      fc.constantFrom(...heads),
      fc.constantFrom(...ids),
      fc.constantFrom(...words),
      fc.string({ unit: 'binary' }),
      (head, queueId, word, text) => {
        read(`${head}${queueId}${word}${text}`)
        remoteIpIn(`${head}${queueId}${word}${text}`)
      }
    )
  )
})
