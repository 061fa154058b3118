import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { QueueEntry } from './queue-entry.ts'
import { queueFormats } from './queue-formats.ts'

// What Postfix 3.7, Exim 4.96, sendmail 8.17 and OpenSMTPD 6.8 printed of queues that were made for it; qmail's is after its source.

const mailboxFull = '452 4.2.2 <full@example.org>: Mailbox full (quota 10 MB)'
const greylisted = '451-4.7.1 Greylisted, please 451 4.7.1 try again in 300 seconds; see https://example.org/g?id=4F2A'
const said = (reply: string, command = 'RCPT TO'): string => `host 192.0.2.1[192.0.2.1]:25 said: ${reply} (in reply to ${command} command)`

const listings: Readonly<Record<string, string>> = {
  'postqueue-json': `postqueue: warning: Mail system is down -- accessing queue directly (Connect to the Postfix showq service: Connection refused)
{"queue_name": "deferred", "queue_id": "4jZbVW5bBgz75R4", "arrival_time": 1795649363, "message_size": 255, "forced_expire": false, "sender": "MAILER-DAEMON", "recipients": [{"address": "ok@example.org", "delay_reason": "${said('450 4.7.0 Try later', 'end of DATA')}"}]}
{"queue_name": "hold", "queue_id": "4jZbVW5W5Qz75hD", "arrival_time": 1795649363, "message_size": 266, "forced_expire": false, "sender": "alice@example.com", "recipients": [{"address": "full@example.org", "delay_reason": "${said(mailboxFull)}"}, {"address": "grey@example.org", "delay_reason": "${said(greylisted)}"}]}
{"queue_name": "active", "queue_id": "085F398D002", "arrival_time": 1795649363, "message_size": 271, "forced_expire": false, "sender": "\\"odd name\\"@example.com", "recipients": [{"address": "\\"a b\\"@example.org"}]}
{"queue_name": "deferred", "queue_id": "0BBCF98D12E", "arrival_time": 17956493`,
  postqueue: `----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------
4jZbVW5bBgz75R4        255 Wed Nov 25 23:29:23 MAILER-DAEMON
(${said('450 4.7.0 Try later', 'end of DATA')})
                                               ok@example.org

4jZbVW5W5Qz75hD!       266 Wed Nov 25 23:29:23 alice@example.com
(${said(mailboxFull)})
                                               full@example.org
(${said(greylisted)})
                                               grey@example.org

085F398D002*      271 Wed Nov 25 23:29:23  "odd name"@example.com
                                         "a b"@example.org

-- 1 Kbytes in 3 Requests.
`,
  'exim-queue': ` 0m   288 1xWMRA-0007EZ-2C <alice@example.com> *** frozen ***
        D full@example.org
          grey@example.org

25h  2.9K 1xWMRA-0007Ed-2D <>
          ok@example.org

 3d       1t5C6f-0000000AbCd-01Zz <"odd name"@example.com> (john)
          "a b"@example.org

  298 1xWMRA-0007El-2G
    *** spool read error: Permission denied ***
`,
  'sendmail-queue': `MSP Queue status...
/var/spool/mqueue-client is empty
\t\tTotal requests: 0
MTA Queue status...
\t\t/var/spool/mqueue (4 requests)
-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------
6APNZNnf001727X       6 Wed Nov 25 23:35 bob@example.com
      8BITMIME   (Deferred: 421 4.7.0 Too many connections (from 192.0.2.7))
\t\t\t\t\t many@example.org
6APNZNmn001722*12345678 Wed Nov 25 23:35 <alice@example.com>
                 (Deferred: 451-4.7.1 Greylisted, please)
\t\t\t\t\t <full@example.org>
\t\t\t\t\t <a-rather-long-local-part@mail.example
6APNZNOt001732        6 Wed Nov 25 23:35 bob@example.com
     QUARANTINE: too suspicious
\t\t\t\t\t ok@example.org
7APMQXqc030099 (no control file)
\t\tTotal requests: 4
`,
  'qmail-qread': `25 Nov 2026 23:29:23 GMT  #1837  1122  <alice@example.com>  bouncing
  done\tremote\tfull@example.org
\tremote\tgrey@example.org
\tlocal\tcarol@example.com
1 Dec 2026 02:03:04 GMT  #1838  255  <> 
\tremote\tok@example.org
warning: trouble with #1839: file does not exist
`,
  smtpctl: `168d4c9c4955621f|inet4|mta||alice@example.com|full@example.org|full@example.org|1795649594|1795995194|1795649604|1|pending|394|${mailboxFull}
73197b1142e8f3bf|inet4|mta|auth,suspend|@|ok@example.org|ok@example.org|1795649594|1795995194|0|1|pending|393|450 4.7.0 Try | later
1f6fc0e1f3d72fd2|inet4|mta||bob@example.com|list@example.org|many@example.net|1795649594|1795995194|0|1|inflight|3|
smtpctl: warning
`
}

const now = Date.UTC(2026, 10, 26, 0, 30)

const read = (id: string, text: string): { readonly entries: readonly QueueEntry[]; readonly verdicts: readonly string[] } => {
  const entries: QueueEntry[] = []
  const reader = queueFormats.find((format) => format.id === id)?.open((entry) => entries.push(entry), { now })
  const verdicts = text.split('\n').map((line) => reader?.line(line) ?? 'none')
  reader?.end()
  return { entries, verdicts }
}

const arrived = '2026-11-25T23:29:23Z'
const oneReply = { address: 'ok@example.org', reason: said('450 4.7.0 Try later', 'end of DATA') }
const twoReplies = [
  { address: 'full@example.org', reason: said(mailboxFull) },
  { address: 'grey@example.org', reason: said(greylisted) }
]
const oddName = { sender: '"odd name"@example.com', recipients: [{ address: '"a b"@example.org' }] }
const ofPostfix = [
  { queueId: '4jZbVW5bBgz75R4', sender: '<>', recipients: [oneReply], size: 255, arrived, status: 'deferred' },
  { queueId: '4jZbVW5W5Qz75hD', sender: 'alice@example.com', recipients: twoReplies, size: 266, arrived, status: 'hold' },
  { queueId: '085F398D002', ...oddName, size: 271, arrived, status: 'active' }
]
const grey = { address: 'grey@example.org' }
const tooMany = { address: 'many@example.org', reason: '421 4.7.0 Too many connections (from 192.0.2.7)' }
const minute = '2026-11-25T23:35:00Z'
const created = '2026-11-25T23:33:14Z'

test.each<[string, readonly object[], string]>([
  ['postqueue-json', ofPostfix, 'ignored event event event unread'],
  [
    'postqueue',
    ofPostfix.map((entry) => (entry.status === 'active' ? { ...entry, sender: '"odd name"@example.com' } : entry)),
    'ignored part part event ignored part part event part event ignored part event ignored ignored ignored'
  ],
  [
    'exim-queue',
    [
      {
        queueId: '1xWMRA-0007EZ-2C',
        sender: 'alice@example.com',
        recipients: [grey],
        size: 288,
        arrived: '2026-11-26T00:30:00Z',
        status: 'frozen'
      },
      {
        queueId: '1xWMRA-0007Ed-2D',
        sender: '<>',
        recipients: [{ address: 'ok@example.org' }],
        size: 2_970,
        arrived: '2026-11-24T23:30:00Z',
        status: 'deferred'
      },
      { queueId: '1t5C6f-0000000AbCd-01Zz', ...oddName, arrived: '2026-11-23T00:30:00Z', status: 'deferred' },
      { queueId: '1xWMRA-0007El-2G', recipients: [], size: 298, status: 'deferred' }
    ],
    'part ignored event ignored part event ignored part event ignored part unread ignored'
  ],
  [
    'sendmail-queue',
    [
      { queueId: '6APNZNnf001727', sender: 'bob@example.com', recipients: [tooMany], size: 6, arrived: minute, status: 'deferred' },
      {
        queueId: '6APNZNmn001722',
        sender: 'alice@example.com',
        recipients: [
          { address: 'full@example.org', reason: '451-4.7.1 Greylisted, please' },
          { address: 'a-rather-long-local-part@mail.example', reason: '451-4.7.1 Greylisted, please', cut: true }
        ],
        size: 12_345_678,
        arrived: minute,
        status: 'active'
      },
      {
        queueId: '6APNZNOt001732',
        sender: 'bob@example.com',
        recipients: [{ address: 'ok@example.org' }],
        size: 6,
        arrived: minute,
        status: 'hold'
      }
    ],
    'ignored ignored ignored ignored ignored ignored part part event part part event event part part event ignored ignored ignored'
  ],
  [
    'qmail-qread',
    [
      {
        queueId: '1837',
        sender: 'alice@example.com',
        recipients: [grey, { address: 'carol@example.com' }],
        size: 1_122,
        arrived,
        status: 'deferred'
      },
      {
        queueId: '1838',
        sender: '<>',
        recipients: [{ address: 'ok@example.org' }],
        size: 255,
        arrived: '2026-12-01T02:03:04Z',
        status: 'deferred'
      }
    ],
    'part ignored event event part event ignored ignored'
  ],
  [
    'smtpctl',
    [
      {
        queueId: '168d4c9c4955621f',
        sender: 'alice@example.com',
        recipients: [{ address: 'full@example.org', reason: mailboxFull }],
        arrived: created,
        status: 'deferred'
      },
      {
        queueId: '73197b1142e8f3bf',
        sender: '<>',
        recipients: [{ address: 'ok@example.org', reason: '450 4.7.0 Try | later' }],
        arrived: created,
        status: 'hold'
      },
      {
        queueId: '1f6fc0e1f3d72fd2',
        sender: 'bob@example.com',
        recipients: [{ address: 'many@example.net' }],
        arrived: created,
        status: 'active'
      }
    ],
    'event event event ignored ignored'
  ]
])('%s: entries, and what became of each line', (id, entries, verdicts) => {
  const result = read(id, listings[id] ?? '')
  expect(result.entries).toEqual(entries)
  expect(result.verdicts.join(' ')).toBe(verdicts)
})

test('sendmail with -v tells each recipient its own reason, and the message its last', () => {
  const { entries, verdicts } = read(
    'sendmail-queue',
    `-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------
6APNZNmn001722        6      60022+Nov 25 23:35 alice@example.com
                 (Deferred: 451-4.7.1 Greylisted, please)
\t\t\t\t\t\t(---root:0:0---)
\t\t\t\t\t\tfull@example.org
\t\t (Deferred: ${mailboxFull})
\t\t\t\t\t\tgrey@example.org`
  )
  expect(verdicts).not.toContain('unread')
  expect(entries.map(({ recipients }) => recipients)).toEqual([
    [
      { address: 'full@example.org', reason: mailboxFull },
      { address: 'grey@example.org', reason: '451-4.7.1 Greylisted, please' }
    ]
  ])
})

test.each([
  ['a date that lies ahead is last year’s', '2027-01-03', '2026-11-25T23:29:23Z', 'Wed Nov 25 23:29:23'],
  ['a leap day is the last one there was', '2027-01-03', '2024-02-29T01:02:03Z', 'Thu Feb 29 01:02:03'],
  ['a day that no month has is no time', '2027-01-03', undefined, 'Thu Feb 31 01:02:03']
])('%s', (_, today, expected, time) => {
  const entries: QueueEntry[] = []
  const reader = queueFormats[1]?.open((entry) => entries.push(entry), { now: Date.parse(today), zone: 0 })
  reader?.line(`085F398D002       271 ${time}  a@example.com`)
  reader?.end()
  expect(entries[0]?.arrived).toBe(expected)
})

test('a zone is taken off local times', () => {
  const entries: QueueEntry[] = []
  const reader = queueFormats[1]?.open((entry) => entries.push(entry), { now, zone: 60 })
  reader?.line('085F398D002       271 Thu Nov 26 00:29:23  a@example.com')
  reader?.end()
  expect(entries[0]?.arrived).toBe(arrived)
})

test.each(Object.keys(listings))('%s is recognised by its first lines, and no other listing is', (id) => {
  const lines = (listings[id] ?? '').split('\n')
  expect(queueFormats.filter((format) => format.recognise(lines) > 0).map((format) => format.id)).toEqual([id])
})

test('a message with more recipients than memory should hold comes in several entries, and counts once', () => {
  const { entries, verdicts } = read(
    'exim-queue',
    ` 3h  2.9K 1xWMRA-0007Ed-2D <a@example.com>\n${'          b@example.org\n'.repeat(25_000)}`
  )
  expect(entries.map(({ recipients, continued }) => [recipients.length, continued])).toEqual([
    [10_000, undefined],
    [10_000, true],
    [5_000, true]
  ])
  expect(verdicts.filter((verdict) => verdict === 'event')).toHaveLength(25_000)
})

const words = fc.constantFrom(
  '{"queue_name": "hold", "queue_id": "A"',
  '"recipients": [',
  '}',
  '085F398D002*',
  ' 3d ',
  ' 2.9K ',
  '1xWMRA-0007Ed-2D',
  ' <a@example.com>',
  ' *** frozen ***',
  '          ',
  '\t\t\t\t\t',
  '(',
  ')',
  '|',
  '168d4c9c4955621f|',
  'Nov 25 23:35',
  ' GMT  #1',
  '\tremote\t',
  '1e999',
  '\0',
  '\n'
)
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.shuffledSubarray(Object.values(listings).flatMap((text) => text.split('\n'))).map((lines) => lines.join('\n')),
  fc.json()
)

test('whatever is read, each line has a verdict, each event a recipient, and each entry an id', () => {
  fc.assert(
    fc.property(fc.constantFrom(...queueFormats), hostile, ({ id, recognise }, text) => {
      const { entries, verdicts } = read(id, text)
      for (const verdict of verdicts) expect(['event', 'part', 'ignored', 'unread']).toContain(verdict)
      const recipients = entries.reduce((sum, entry) => sum + entry.recipients.length, 0)
      if (id !== 'postqueue-json') expect(verdicts.filter((verdict) => verdict === 'event')).toHaveLength(recipients)
      for (const entry of entries) expect(entry.queueId).not.toBe('')
      expect(recognise(text.split('\n'))).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 2_000 }
  )
})

test('a line of megabytes is unread, and the next one is read', () => {
  for (const { id } of queueFormats) {
    const { verdicts } = read(id, `${'('.repeat(40_000_000)}\n`)
    expect(verdicts).toEqual(['unread', 'ignored'])
  }
})
