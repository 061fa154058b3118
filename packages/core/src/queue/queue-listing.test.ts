import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEximQueue, parsePostqueue, parseSendmailQueue, parseSmtpctlQueue, type QueueListing } from './queue-listing.ts'

// What Postfix 3.7, Exim 4.96, sendmail 8.17 and OpenSMTPD 6.8 printed of queues that were made for it.

const postfix = `{"queue_name": "deferred", "queue_id": "085F398D002", "arrival_time": 1795645339, "message_size": 271, "forced_expire": false, "sender": "a@example.com", "recipients": [{"address": "b1@example.org", "delay_reason": "connect to 127.0.0.1[127.0.0.1]:1: Connection refused"}]}
{"queue_name": "hold", "queue_id": "0BBCF98D12E", "arrival_time": 1795645340, "message_size": 271, "forced_expire": false, "sender": "a@example.com", "recipients": [{"address": "b2@example.org", "delay_reason": "connect to 127.0.0.1[127.0.0.1]:1: Connection refused"}]}
`
const postfixDown =
  'postqueue: warning: Mail system is down -- accessing queue directly (Connect to the Postfix showq service: Connection refused)\n'

const exim = ` 0m   268 1xWLNx-000693-0G <a@example.com> *** frozen ***
          b1@example.org
          c1@example.org

 0m   268 1xWLNx-000695-0H <a@example.com>
          b2@example.org
          c2@example.org

 0m   234 1xWLNx-00069E-0M <>
          d@example.org

`

const sendmail = `\t\t/var/spool/mqueue (1 request)
-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------
6APMQXqc030086        6 Wed Nov 25 22:26 a@example.com
\t\t\t\t\t b@example.org
\t\tTotal requests: 1
`

const smtpd = `32d7c0838b58f0bc|inet4|mta|suspend|a@example.com|b1@example.org|b1@example.org|1795645525|1795645525|1795645526|0|inflight|6|
c392b4ef3a5795ce|inet4|mta||a@example.com|b2@example.org|b2@example.org|1795645527|1795645527|1795645528|0|inflight|4|
`
const smtpdDown = 'c392b4ef3a5795ce|inet4|mta||a@example.com|b2@example.org|b2@example.org|1795645527|1795645527|0|0|offline||\n'

const now = 1_795_645_600_000
const evening = Date.UTC(2026, 10, 25, 22, 26) / 1_000

test.each<[string, QueueListing, Partial<QueueListing>]>([
  ['Postfix', parsePostqueue(postfix, ''), { count: 2, held: 1, oldest: 1_795_645_339, oldestHeld: 1_795_645_340, down: false }],
  ['Postfix that is not running', parsePostqueue(postfix, postfixDown), { count: 2, down: true }],
  ['Postfix, empty', parsePostqueue('', ''), { count: 0, held: 0, down: false }],
  ['Postfix, cut in the last line', parsePostqueue(postfix.slice(0, -80), ''), { count: 1, held: 0 }],
  ['Exim', parseEximQueue(exim, now), { count: 3, held: 1, oldest: 1_795_645_600 }],
  ['Exim, three days', parseEximQueue(' 3d  2.9K 1xWLNx-000695-0H <a@example.com>\n', now), { count: 1, oldest: 1_795_645_600 - 259_200 }],
  [
    'Exim 4.97 with its longer ids',
    parseEximQueue('72h  2.9K 1t5C6f-0000000AbCd-01Zz <>\n', now),
    { count: 1, oldest: 1_795_645_600 - 259_200 }
  ],
  ['Exim, an address that looks like a line', parseEximQueue('          3d 2K 1xWLNx-000695-0H <x>\n', now), { count: 0 }],
  ['sendmail', parseSendmailQueue(sendmail, Date.UTC(2026, 10, 26), 0), { count: 1, oldest: evening }],
  ['sendmail, before the turn of the year', parseSendmailQueue(sendmail, Date.UTC(2027, 0, 3), 0), { count: 1, oldest: evening }],
  [
    'sendmail, with a message that is being written',
    parseSendmailQueue('7APMQXqc030099 (no control file)\n\t\tTotal requests: 1\n', now, 0),
    { count: 1 }
  ],
  ['sendmail, empty', parseSendmailQueue('/var/spool/mqueue is empty\n\t\tTotal requests: 0\n', now, 0), { count: 0 }],
  ['OpenSMTPD', parseSmtpctlQueue(smtpd), { count: 2, held: 1, oldest: 1_795_645_527, oldestHeld: 1_795_645_525, down: false }],
  [
    'OpenSMTPD, a hold on mail of an authenticated client',
    parseSmtpctlQueue(smtpd.replace('suspend', 'auth,suspend')),
    { count: 2, held: 1, oldestHeld: 1_795_645_525 }
  ],
  ['OpenSMTPD that is not running', parseSmtpctlQueue(smtpdDown), { count: 1, down: true }]
])('%s', (_, listing, expected) => expect(listing).toMatchObject(expected))

test('the most frequent reasons come first, three of them', () => {
  const lines = ['one', 'two', 'two', 'three', 'three', 'three', 'four'].map((delay_reason) =>
    JSON.stringify({ queue_name: 'deferred', queue_id: 'A', recipients: [{ address: 'b@example.org', delay_reason }] })
  )
  expect(parsePostqueue(lines.join('\n'), '').reasons).toEqual([
    ['three', 3],
    ['two', 2],
    ['one', 1]
  ])
})

test('whatever is printed, a listing comes of it, with numbers that can be', () => {
  const words = fc.constantFrom(
    '{',
    '}',
    '"queue_name"',
    ':',
    '"hold"',
    'arrival_time',
    '1e999',
    '-1',
    'null',
    '[',
    ']',
    '|',
    'offline',
    ' 3d ',
    '2K',
    '<',
    'Nov 99',
    '\n'
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(words).map((parts) => parts.join(' ')),
    fc.json(),
    fc.constant(postfix + exim + sendmail + smtpd)
  )
  fc.assert(
    fc.property(text, fc.string(), (printed, errors) => {
      for (const { count, held, oldest = 0, oldestHeld = 0 } of [
        parsePostqueue(printed, errors),
        parseEximQueue(printed, now),
        parseSendmailQueue(printed, now, 0),
        parseSmtpctlQueue(printed)
      ]) {
        expect(held).toBeLessThanOrEqual(count)
        expect(Number.isFinite(oldest) && Number.isFinite(oldestHeld)).toBe(true)
      }
    }),
    { numRuns: 1_000 }
  )
})
