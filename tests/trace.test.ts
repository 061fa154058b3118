import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { greylisting, json, postfix, run, traceFolder, useTraceFolder, write } from './trace/run-trace.ts'

/** Where a message went: over filters, servers and rotated logs, as people ask for it. */
useTraceFolder()

const filtered = [
  postfix('24T10:02:00', 'smtpd', '4ZxKQ8Yzfz4w2c: client=app.example.com[192.0.2.5]'),
  postfix('24T10:02:00', 'cleanup', '4ZxKQ8Yzfz4w2c: message-id=<1@example.com>'),
  postfix('24T10:02:00', 'qmgr', '4ZxKQ8Yzfz4w2c: from=<news@example.com>, size=4096, nrcpt=1 (queue active)'),
  postfix('24T10:02:01', 'smtpd', '4ZxKQ9Bzfz4w2d: client=localhost[127.0.0.1]'),
  postfix('24T10:02:01', 'cleanup', '4ZxKQ9Bzfz4w2d: message-id=<1@example.com>'),
  postfix('24T10:02:01', 'qmgr', '4ZxKQ9Bzfz4w2d: from=<news@example.com>, size=4500, nrcpt=1 (queue active)'),
  postfix(
    '24T10:02:02',
    'smtp',
    '4ZxKQ8Yzfz4w2c: to=<user@example.org>, relay=127.0.0.1[127.0.0.1]:10024, delay=2, delays=0/0/0/2, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4ZxKQ9Bzfz4w2d)'
  ),
  postfix('24T10:02:02', 'qmgr', '4ZxKQ8Yzfz4w2c: removed'),
  postfix(
    '24T10:02:03',
    'smtp',
    `4ZxKQ9Bzfz4w2d: to=<user@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=4.2.0, status=deferred (${greylisting})`
  )
]
const later = [
  postfix(
    '24T10:07:05',
    'smtp',
    '4ZxKQ9Bzfz4w2d: to=<user@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=304, delays=303/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9A1B2C3D4E)'
  ),
  postfix('24T10:07:05', 'qmgr', '4ZxKQ9Bzfz4w2d: removed')
]
const bounced = [
  postfix('25T09:00:00', 'smtpd', '4ZxKR1Yzfz4w2c: client=app.example.com[192.0.2.5]'),
  postfix('25T09:00:00', 'qmgr', '4ZxKR1Yzfz4w2c: from=<news@example.com>, size=4096, nrcpt=1 (queue active)'),
  postfix(
    '25T09:00:02',
    'smtp',
    '4ZxKR1Yzfz4w2c: to=<gone@example.org>, relay=mx.example.org[192.0.2.25]:25, delay=2, delays=0/0/1/1, dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.25] said: 550 5.1.1 <gone@example.org>: Recipient address rejected: User unknown in local recipient table (in reply to RCPT TO command))'
  ),
  postfix('25T09:00:02', 'bounce', '4ZxKR1Yzfz4w2c: sender non-delivery notification: 4ZxKR3Yzfz4w2f'),
  postfix('25T09:00:02', 'qmgr', '4ZxKR3Yzfz4w2f: from=<>, size=6000, nrcpt=1 (queue active)'),
  postfix('25T09:00:02', 'qmgr', '4ZxKR1Yzfz4w2c: removed'),
  postfix(
    '25T09:00:03',
    'smtp',
    '4ZxKR3Yzfz4w2f: to=<news@example.com>, relay=app.example.com[192.0.2.5]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)'
  )
]

describe('Postfix with a content filter, its log rotated', () => {
  let logs: string
  beforeAll(() => {
    logs = join(traceFolder(), 'log')
    mkdirSync(logs)
    writeFileSync(join(logs, 'mail.log.1.gz'), gzipSync(`${filtered.join('\n')}\n`))
    writeFileSync(join(logs, 'mail.log'), `${[...later, ...bounced].join('\n')}\n`)
    utimesSync(join(logs, 'mail.log.1.gz'), 1, 1)
  })
  const paths = (): string[] => [join(logs, 'mail.log.1.gz'), join(logs, 'mail.log')]

  for (const asked of ['user@example.org', 'USER@EXAMPLE.ORG', '<1@example.com>', '4ZxKQ8Yzfz4w2c', '4ZxKQ9Bzfz4w2d'])
    test(`the story is the same, asked for by ${asked}`, () => {
      const { code, value } = json([asked, ...paths()])
      expect(code).toBe(0)
      expect(value.messages).toHaveLength(1)
      expect(value.messages[0]).toMatchObject({
        queueIds: ['4ZxKQ8Yzfz4w2c', '4ZxKQ9Bzfz4w2d'],
        outcome: 'delivered',
        sender: 'news@example.com',
        recipient: 'user@example.org',
        client: 'app.example.com[192.0.2.5]',
        arrived: '2026-11-24T10:02:00Z',
        next: { kind: 'nothing' }
      })
      expect(value.messages[0]?.attempts.map(({ kind, cause, remoteIp }) => [kind, cause, remoteIp])).toEqual([
        ['delivered', null, '127.0.0.1'],
        ['delayed', 'greylisted', '192.0.2.25'],
        ['delivered', null, '192.0.2.25']
      ])
    })

  test('a folder is read as its files are', () => {
    expect(json(['user@example.org', logs]).value.messages).toMatchObject([{ outcome: 'delivered' }])
  })

  test('is told in order, with the cause once and the end', () => {
    const { out } = run(['user@example.org', ...paths()])
    expect(out).toContain('1 message with user@example.org, in 2 files (18 lines')
    const order = [
      'came to mx1 from app.example.com[192.0.2.5]',
      'handed on to 127.0.0.1',
      'deferred by mx.example.org [192.0.2.25]',
      'delivered to mx.example.org [192.0.2.25] as 9A1B2C3D4E, 5 min 2 s later',
      'Delay Asked to come back later',
      'Outcome delivered after 5 min 5 s, 2 attempts',
      'Next Nothing: the other server has it.'
    ]
    expect(order.map((words) => out.indexOf(words)).toSorted((one, other) => one - other)).toEqual(order.map((words) => out.indexOf(words)))
    expect(order.filter((words) => !out.includes(words))).toEqual([])
  })

  test('without the newer log it still waits, and it is said until when', () => {
    const { code, value } = json(['user@example.org', join(logs, 'mail.log.1.gz')])
    expect(code).toBe(0)
    expect(value.messages[0]).toMatchObject({
      outcome: 'pending',
      next: { kind: 'retry', from: '2026-11-24T10:07:03.000Z', givesUp: '2026-11-29T10:02:01.000Z' }
    })
    expect(value.messages[0]?.next.says).toContain("by Postfix's usual settings")
  })

  test('a bounce says who must act, and whether the sender was told', () => {
    const { code, out } = run(['gone@example.org', ...paths()])
    expect(code).toBe(0)
    expect(out).toContain('The mailbox does not exist (user-unknown) The owner of the list: Remove the address from the list.')
    expect(out).toContain('the sender was told that it failed: 4ZxKR3Yzfz4w2f to news@example.com, delivered')
    expect(out).toContain('Next Nothing more happens by itself. Stop writing to this address.')
  })

  test('a sender has a list of messages, and the notice is no message of its own', () => {
    const { value } = json(['news@example.com', ...paths()])
    expect(value.messages.map(({ outcome, recipient }) => [outcome, recipient])).toEqual([
      ['delivered', 'user@example.org'],
      ['failed', 'gone@example.org']
    ])
    expect(value.messages[1]?.notices).toMatchObject([{ queueId: '4ZxKR3Yzfz4w2f', outcome: 'delivered' }])
  })

  test('--since leaves out what was over before', () => {
    expect(json(['news@example.com', ...paths(), '--since', '2026-11-25']).value.messages.map(({ outcome }) => outcome)).toEqual(['failed'])
  })

  test('standard input is looked through as often as a file', () => {
    const { code, out } = run(['4ZxKQ8Yzfz4w2c', '-'], [...filtered, ...later].join('\n'))
    expect([code, out.includes('Outcome delivered after 5 min 5 s')]).toEqual([0, true])
  })

  test('nothing found says what was searched, and what is near', () => {
    const { code, out } = run(['user@example.net', ...paths()])
    expect(code).toBe(3)
    expect(out).toContain('Nothing about user@example.net in 2 files (18 lines, 2026-11-24 10:02:02 to 2026-11-25 09:00:03 UTC).')
    expect(out).toContain('user@example.org')
    expect(json(['nobody@example.net', ...paths()])).toMatchObject({ code: 3, value: { messages: [], lines: { total: 18 } } })
  })
})

const eximId = '1vNoQu-000000001ab-2Xyz'
const exim = [
  `2026-11-24 10:02:00 ${eximId} <= news@example.com H=app.example.com [192.0.2.5] P=esmtps S=4096 id=1@example.com`,
  `2026-11-24 10:02:02 ${eximId} ** gone@example.org R=dnslookup T=remote_smtp H=mx.example.org [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<gone@example.org>: 550 5.1.1 <gone@example.org>: Recipient address rejected: User unknown`,
  `2026-11-24 10:02:03 ${eximId} == user@example.org R=dnslookup T=remote_smtp defer (-44) H=mx.example.org [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<user@example.org>: 451 4.7.1 Greylisting in action, please come back later`,
  `2026-11-24 10:02:03 1vNoQx-000000001ac-0abc <= <> R=${eximId} U=Debian-exim P=local S=5000`,
  '2026-11-24 10:02:04 1vNoQx-000000001ac-0abc => news@example.com R=dnslookup T=remote_smtp H=app.example.com [192.0.2.5] C="250 OK"',
  '2026-11-24 10:02:04 1vNoQx-000000001ac-0abc Completed'
]

test('Exim: each recipient has an end of its own, and the bounce message is found by what it is about', () => {
  const path = write('mainlog', exim)
  const { out } = run([eximId, path])
  expect(out).toContain('Recipients 1 bounced, 1 waiting')
  expect(out).toContain('the sender was told that it failed: 1vNoQx-000000001ac-0abc to news@example.com, delivered')
  expect(out).toContain('gone@example.org: Nothing more happens by itself. Stop writing to this address.')
  expect(out).toContain(
    "user@example.org: The server tries again: due between 2026-11-24 10:17:03 and 10:47:03 by Exim's usual settings. It gives up after 2026-11-28 10:02:03."
  )
})

test('sendmail: deferred, bounced, and the sender told', () => {
  const line = (time: string, text: string): string => `Nov 24 ${time} mx1 sm-mta[100]: ${text}`
  const path = write('maillog', [
    line(
      '10:02:00',
      '6AOA20xx000100: from=<news@example.com>, size=4096, class=0, nrcpts=1, msgid=<1@example.com>, proto=ESMTP, daemon=MTA, relay=app.example.com [192.0.2.5]'
    ),
    line(
      '10:02:01',
      '6AOA20xx000100: to=<user@example.org>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=124096, relay=mx.example.org. [192.0.2.25], dsn=4.0.0, stat=Deferred: Connection refused by mx.example.org.'
    ),
    line(
      '10:32:01',
      '6AOA20xx000100: to=<user@example.org>, delay=00:30:01, xdelay=00:00:01, mailer=esmtp, pri=214096, relay=mx.example.org. [192.0.2.25], dsn=5.1.1, reply=550 5.1.1 <user@example.org>... User unknown, stat=User unknown'
    ),
    line('10:32:01', '6AOA20xx000100: 6AOAW1xx000102: DSN: User unknown'),
    line(
      '10:32:02',
      '6AOAW1xx000102: to=<news@example.com>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30000, relay=app.example.com. [192.0.2.5], dsn=2.0.0, stat=Sent (ok)'
    )
  ])
  const { value } = json(['1@example.com', path])
  expect(value.messages).toMatchObject([
    { outcome: 'failed', recipient: 'user@example.org', notices: [{ queueId: '6AOAW1xx000102', outcome: 'delivered' }] }
  ])
  expect(value.messages[0]?.attempts.map(({ kind, cause }) => [kind, cause])).toEqual([
    ['delayed', 'connection-failed'],
    ['failed', 'user-unknown']
  ])
})

test("from a Postfix to an Exim of one's own, over both logs", () => {
  const first = write('relay.log', [
    postfix('24T10:01:59', 'smtpd', '4ZxKQ8Yzfz4w2c: client=app.example.com[192.0.2.5]'),
    postfix(
      '24T10:02:00',
      'smtp',
      `4ZxKQ8Yzfz4w2c: to=<gone@example.org>, relay=out.example.com[192.0.2.6]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 OK id=${eximId})`
    )
  ])
  const { value } = json(['4ZxKQ8Yzfz4w2c', first, write('out-mainlog', exim)])
  expect(value.messages.map(({ queueIds, outcome }) => [queueIds, outcome])).toEqual([[['4ZxKQ8Yzfz4w2c', eximId], 'mixed']])
})

test('what this server refused is a story of its own', () => {
  const reject = (time: string): string =>
    postfix(
      time,
      'smtpd',
      'NOQUEUE: reject: RCPT from mail.example.net[192.0.2.9]: 450 4.2.0 <user@example.org>: Recipient address rejected: Greylisted; from=<s@example.net> to=<user@example.org> proto=ESMTP helo=<mail.example.net>'
    )
  const { value } = json(['s@example.net', write('refused.log', [reject('24T10:00:00'), reject('24T10:05:00')])])
  expect(value.messages).toMatchObject([{ outcome: 'refused', next: { kind: 'client-retries' }, attempts: [{}, {}] }])
})

test("a table of one's own has no queue ids, and is found by address", () => {
  const path = write(
    'table.csv',
    'rcpt,diag,ts\nuser@example.org,550 5.1.1 User unknown,2026-11-24T10:00:00Z\nother@example.org,250 ok,2026-11-24T10:00:00Z\n'
  )
  const { code, value } = json(['user@example.org', path, '--map', 'recipient=rcpt,text=diag,time=ts'])
  expect(code).toBe(0)
  expect(value.messages).toMatchObject([{ outcome: 'failed', recipient: 'user@example.org' }])
})

test('hostile text reaches the terminal without its teeth', () => {
  const path = write('hostile.log', [
    postfix(
      '24T10:00:00',
      'smtp',
      'AAAAAA1111: to=<user@example.org>, relay=mx\u001b[31m.example.org[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (550 5.1.1 \u001b]0;owned\u0007 \u202eno such user\u0000 here)'
    )
  ])
  const { out } = run(['user@example.org', path])
  expect(out).toContain('no such user here')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
  expect(out).not.toMatch(/[\u0000-\u0008\u001b\u007f\u202e]/)
})

describe('what goes wrong', () => {
  test('a file that is cut off is told, and what it has is found', () => {
    const whole = gzipSync(`${[...filtered, ...later].join('\n')}\n${'x'.repeat(100_000)}`)
    const { code, value } = json(['user@example.org', write('cut.log.gz', whole.subarray(0, whole.length - 20)), '--format', 'postfix'])
    expect(code).toBe(1)
    expect(value.messages).toHaveLength(1)
    expect(value.problems).toHaveLength(1)
  })
  test('a delivery line about it that is not understood is shown', () => {
    const path = write('odd.log', [
      ...filtered,
      postfix('24T11:00:00', 'smtp', '4ZxKQ9Bzfz4w2d: to=<user@example.org>, relay=x, dsn=2.0.0, status=transmogrified (what)')
    ])
    const { code, out } = run(['user@example.org', path])
    expect(code).toBe(1)
    expect(out).toContain('1 line looked like a delivery and was not understood.')
    expect(out).toContain('odd.log:10:')
  })
  for (const [name, args] of [
    ['nothing at all', []],
    ['an empty query', ['']],
    ['a file that is not there', ['user@example.org', '/nowhere/mail.log']],
    ['a time that is none', ['user@example.org', 'x', '--since', 'soon']],
    ['a format that is none', ['user@example.org', '/etc/hosts', '--format', 'nonesuch']]
  ] as const)
    test(`${name} is a mistake of usage`, () => {
      const { code, err } = run(args, '')
      expect([code, err.startsWith('whybounce: ')]).toEqual([2, true])
    })
  test('--help tells how', () => {
    const { code, out } = run(['--help'])
    expect([code, out.includes('whybounce trace [OPTIONS] ADDRESS|MESSAGE-ID|QUEUE-ID PATH…')]).toEqual([0, true])
  })
})
