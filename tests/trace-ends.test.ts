import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bin, json, postfix, run, useTraceFolder, write } from './trace/run-trace.ts'

/** How a message ended, and what is told of it besides its attempts. */
useTraceFolder()

test('a message that the queue gave up says so', () => {
  const path = write('expired.log', [
    postfix('19T10:00:00', 'qmgr', 'AAAAAA1111: from=<news@example.com>, size=100, nrcpt=1 (queue active)'),
    postfix(
      '24T10:00:00',
      'smtp',
      'AAAAAA1111: to=<user@example.org>, relay=none, delay=432000, delays=1/1/1/1, dsn=4.4.1, status=deferred (connect to mx.example.org[192.0.2.25]:25: Connection timed out)'
    ),
    postfix('24T10:00:01', 'qmgr', 'AAAAAA1111: from=<news@example.com>, status=expired, returned to sender'),
    postfix('24T10:00:01', 'bounce', 'AAAAAA1111: sender non-delivery notification: BBBBBB2222'),
    postfix('24T10:00:01', 'qmgr', 'AAAAAA1111: removed')
  ])
  const { out } = run(['user@example.org', path])
  expect(out).toContain('given up')
  expect(out).toContain('Outcome expired after 5 days')
  expect(out).toContain('Next Nothing more happens by itself: the queue has given it up.')
  expect(json(['user@example.org', path]).value.messages).toMatchObject([{ outcome: 'expired', notices: [{ queueId: 'BBBBBB2222' }] }])
})

test('an event of a sending service is found by its address', () => {
  const payload = [
    {
      email: 'user@example.org',
      timestamp: 1_795_515_720,
      'smtp-id': '<1@example.com>',
      sg_event_id: 'a',
      sg_message_id: 'filter1.1',
      event: 'bounce',
      reason: '550 5.1.1 User unknown',
      status: '5.1.1'
    }
  ]
  const { code, value } = json(['user@example.org', write('sendgrid.json', JSON.stringify(payload))])
  expect(code).toBe(0)
  expect(value.messages).toMatchObject([{ outcome: 'failed', recipient: 'user@example.org', attempts: [{ cause: 'user-unknown' }] }])
})

test('a complaint comes after the delivery, and says to stop', () => {
  const about = { email: 'user@example.org', 'smtp-id': '<1@example.com>', sg_message_id: 'filter1.1' }
  const payload = [
    { ...about, sg_event_id: 'a', timestamp: 1_795_515_720, event: 'deferred', response: '451 4.7.1 Greylisted, try again later' },
    { ...about, sg_event_id: 'b', timestamp: 1_795_516_020, event: 'delivered', response: '250 OK' },
    { ...about, sg_event_id: 'c', timestamp: 1_795_519_620, event: 'spamreport' }
  ]
  const { out } = run(['user@example.org', write('complaint.json', JSON.stringify(payload))])
  expect(out).toContain('Cause The recipient does not want this mail (complaint-or-unsubscribe)')
  expect(out).toContain('Outcome delivered after 5 min, 2 attempts')
  expect(out).toContain('Next Nothing more happens by itself. Stop writing to this address.')
})

const held = [
  postfix('24T10:02:00', 'smtpd', '4ZxKR4Yzfz4w2g: client=app.example.com[192.0.2.5]'),
  postfix('24T10:02:00', 'qmgr', '4ZxKR4Yzfz4w2g: from=<news@example.com>, size=4096, nrcpt=1 (queue active)'),
  postfix(
    '24T10:02:01',
    'smtp',
    '4ZxKR4Yzfz4w2g: to=<user@example.edu>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to mx.example.edu[192.0.2.27]:25: Connection timed out)'
  )
]

test('a queue listing tells more of the message that the log tells of, and is no attempt', () => {
  const queue = {
    queue_name: 'deferred',
    queue_id: '4ZxKR4Yzfz4w2g',
    arrival_time: Date.parse('2026-11-24T10:02:00Z') / 1_000,
    message_size: 4_096,
    sender: 'news@example.com',
    recipients: [{ address: 'user@example.edu', delay_reason: 'connect to mx.example.edu[192.0.2.27]:25: Connection timed out' }]
  }
  const [log, listing] = [write('held.log', held), write('queue.json', `${JSON.stringify(queue)}\n`)]
  for (const paths of [
    [log, listing],
    [listing, log]
  ]) {
    const { out } = run(['user@example.edu', ...paths])
    expect(out).toContain('1 message with user@example.edu, in 2 files')
    expect(out).toContain('in the queue (deferred), says the listing')
    expect(out).toContain('Outcome waiting since 2026-11-24 10:02:00, 1 attempt')
  }
  const { out } = run(['user@example.edu', listing])
  expect(out).toContain('came as 4ZxKR4Yzfz4w2g')
  expect(out).toContain('Outcome waiting since 2026-11-24 10:02:00 Next')
})

test('a message that began in a rotated file ends in the next one', () => {
  const root = mkdtempSync(join(tmpdir(), 'whybounce-trace-'))
  const at = (minute: string, text: string): string => `2026-11-24T10:${minute}:00+00:00 mx1 postfix/${text}\n`
  writeFileSync(
    join(root, 'mail.log.1'),
    at('02', 'smtpd[1]: 4ZxKR4Yzfz4w2g: client=app.example.com[192.0.2.5]') +
      at('02', 'qmgr[1]: 4ZxKR4Yzfz4w2g: from=<news@example.com>, size=4096, nrcpt=1 (queue active)') +
      at(
        '03',
        'smtp[1]: 4ZxKR4Yzfz4w2g: to=<user@example.edu>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to mx.example.edu[192.0.2.27]:25: Connection timed out)'
      )
  )
  writeFileSync(join(root, 'mail.log'), at('09', 'qmgr[1]: 4ZxKR4Yzfz4w2g: from=<news@example.com>, status=expired, returned to sender'))
  const { status, stdout } = spawnSync(process.execPath, [bin, 'trace', 'user@example.edu', root, '--json'], { encoding: 'utf8' })
  rmSync(root, { recursive: true, force: true })
  expect(status).toBe(0)
  const { messages } = JSON.parse(stdout)
  expect(messages.map(({ outcome, recipient }: { outcome: string; recipient: string }) => [outcome, recipient])).toEqual([
    ['expired', 'user@example.edu']
  ])
})

test('a message that was held, released and taken out ended when it was taken out', () => {
  const { out } = run([
    'user@example.edu',
    write('removed.log', [
      ...held,
      postfix('24T10:05:00', 'postsuper', '4ZxKR4Yzfz4w2g: placed on hold'),
      postfix('24T10:06:00', 'postsuper', '4ZxKR4Yzfz4w2g: released from hold'),
      postfix('24T10:10:00', 'postsuper', '4ZxKR4Yzfz4w2g: removed')
    ])
  ])
  expect(out).toMatch(/ on hold 2026-11-24 10:06:00 released 2026-11-24 10:10:00 taken out of the queue/)
  expect(out).toContain('Outcome removed after 8 min, 1 attempt')
  expect(out).toContain('2026-11-24 10:02:00 to 2026-11-24 10:10:00')
})

test('mail that went into the mailbox is not said to be at another server', () => {
  const { out } = run([
    'user@example.edu',
    write('lmtp.log', [
      ...held.slice(0, 2),
      postfix(
        '24T10:02:01',
        'lmtp',
        '4ZxKR4Yzfz4w2g: to=<user@example.edu>, relay=mx1.example.com[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 <user@example.edu> abc Saved)'
      )
    ])
  ])
  expect(out).toContain('Next Nothing: it is where the mailbox is.')
})

test('an empty log has nothing about it, and is named', () => {
  const { code, out } = run(['user@example.edu', write('empty.log', '')])
  expect([code, out]).toEqual([3, expect.stringContaining('empty.log is empty.')])
})

const forward = [
  postfix('24T10:02:00', 'smtpd', '4ZxKR5Yzfz4w2h: client=mx.example.net[192.0.2.7]'),
  postfix('24T10:02:00', 'qmgr', '4ZxKR5Yzfz4w2h: from=<sender@example.net>, size=4096, nrcpt=1 (queue active)'),
  postfix(
    '24T10:02:01',
    'local',
    '4ZxKR5Yzfz4w2h: to=<user@example.com>, relay=local, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (forwarded as 4ZxKR6Yzfz4w2k)'
  ),
  postfix('24T10:02:01', 'qmgr', '4ZxKR5Yzfz4w2h: removed')
]

test('a message that an alias sends on is followed, and where it cannot be, that is said', () => {
  const onward = [
    postfix('24T10:02:01', 'qmgr', '4ZxKR6Yzfz4w2k: from=<sender@example.net>, size=4200, nrcpt=1 (queue active)'),
    postfix(
      '24T10:02:03',
      'smtp',
      '4ZxKR6Yzfz4w2k: to=<user@example.edu>, orig_to=<user@example.com>, relay=mx.example.edu[192.0.2.27]:25, delay=2, delays=0/0/0/2, dsn=5.1.1, status=bounced (host mx.example.edu[192.0.2.27] said: 550 5.1.1 User unknown (in reply to RCPT TO command))'
    )
  ]
  expect(run(['user@example.com', write('forward.log', [...forward, ...onward])]).out).toMatch(
    /^1 message .* 4ZxKR5Yzfz4w2h → 4ZxKR6Yzfz4w2k .* Outcome bounced after 3 s, 1 attempt/
  )
  expect(run(['user@example.com', write('forwarded.log', forward)]).out).toContain(
    'It was sent on as 4ZxKR6Yzfz4w2k, of which these logs do not tell.'
  )
})

test('of a message to many, those who did not get it are not hidden among those who did', () => {
  const sent = (at: number, status: string): string =>
    postfix(
      '24T10:02:05',
      'smtp',
      `4ZxKR7Yzfz4w2j: to=<m${at}@example.edu>, relay=mx.example.edu[192.0.2.27]:25, delay=1, delays=0/0/0/1, ${status}`
    )
  const lines = Array.from({ length: 60 }, (_, at) =>
    sent(at, at === 30 ? 'dsn=5.1.1, status=bounced (550 5.1.1 User unknown)' : 'dsn=2.0.0, status=sent (250 ok)')
  )
  const { out } = run(['4ZxKR7Yzfz4w2j', write('many.log', lines)])
  expect(out).toContain('bounced for m30@example.edu')
  expect(out).toContain('… 48 lines more: --all shows them')
})
