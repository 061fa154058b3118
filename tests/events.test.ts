import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** `whybounce events` and `whybounce explain FILE.eml`, as people call them. */
const program = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'whybounce.mjs')

const run = (args: readonly string[], input: string | Buffer = ''): { status: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1' }
  })
  return { status, out: stdout, err: stderr }
}

const bounce = (recipient: string, reply: string, id: string): string =>
  `Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: news@example.org
Subject: Undelivered Mail Returned to Sender
Date: Wed, 25 Nov 2026 10:00:00 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

This is the mail system at host mx.example.net.

<${recipient}>: host mx.example.com[192.0.2.1] said: ${reply}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: ABC123

Final-Recipient: rfc822; ${recipient}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; ${reply}

--b
Content-Type: message/rfc822

Return-Path: <news@example.org>
From: news@example.org
To: ${recipient}
Subject: Offer
X-Campaign-Id: winter
Message-ID: <${id}@example.org>

text
--b--
`
const letter =
  'From: Jane <jane@example.com>\nTo: me@example.org\nSubject: Lunch?\nDate: Wed, 25 Nov 2026 10:00:00 +0000\n\nTomorrow at noon?\n'

let folder: string
const at = (...names: string[]): string => join(folder, ...names)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-events-'))
  for (const name of ['Maildir/new', 'Maildir/cur', 'Maildir/tmp']) mkdirSync(at(name), { recursive: true })
  writeFileSync(at('Maildir/new/1.eml'), bounce('one@example.com', '550 5.1.1 <one@example.com>: User unknown', '1'))
  writeFileSync(at('Maildir/cur/2:2,S'), bounce('two@example.com', '552 5.2.2 mailbox is full', '2'))
  writeFileSync(at('Maildir/cur/3:2,'), letter)
  writeFileSync(at('Maildir/tmp/4'), 'half of a mess')
  const mbox = [1, 2, 3]
    .map((id) => `From MAILER-DAEMON Wed Nov 25 10:00:00 2026\n${bounce(`u${id}@example.com`, '550 5.1.1 User unknown', `${id}`)}\n`)
    .join('')
  writeFileSync(at('bounces.mbox'), mbox)
  writeFileSync(at('bounces.mbox.gz'), gzipSync(mbox))
  writeFileSync(at('one.eml'), bounce('one@example.com', '550 5.1.1 <one@example.com>: User unknown', '1'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const events = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

const fields =
  'file offset kind direction outcome recipient originalRecipient sender messageId subject reportingMta remoteMta localIp queueId stage replyCode status dsnAction diagnosticCode cause detail group permanence party provider software confidence rule time'.split(
    ' '
  )

test('a Maildir gives a line for each recipient and a ranked summary', () => {
  const { status, out, err } = run(['events', at('Maildir')])
  expect(status).toBe(0)
  expect(out.trim().split('\n')).toHaveLength(2)
  expect(out).toContain('failed\tuser-unknown\tlist-owner\tone@example.com\t550 5.1.1')
  expect(err).toContain('Causes, by recipients harmed')
  expect(err).toMatch(/1 {2}The mailbox does not exist \(user-unknown\)\n.*The owner of the list: Remove the address/)
  expect(err.replace(/\s+/g, ' ')).toContain('3 messages read, 2 events (failed 2), 1 not bounces, 0 undetermined, 0 unreadable')
})

test('JSON lines hold every field, null where absent', () => {
  const { out, err } = run(['events', '--json', '-q', at('one.eml')])
  expect(err).toBe('')
  const [event] = events(out)
  for (const field of fields) expect(event, field).toHaveProperty(field)
  expect(event).toMatchObject({
    file: at('one.eml'),
    offset: 0,
    kind: 'failed',
    direction: 'outbound',
    outcome: 'failed',
    recipient: 'one@example.com',
    sender: 'news@example.org',
    messageId: '1@example.org',
    subject: 'Offer',
    reportingMta: 'mx.example.net',
    remoteMta: 'mx.example.com',
    queueId: 'ABC123',
    replyCode: 550,
    status: '5.1.1',
    dsnAction: 'failed',
    cause: 'user-unknown',
    group: 'hard',
    permanence: 'permanent',
    party: 'list-owner',
    localIp: null,
    time: '2026-11-25T10:00:00Z'
  })
})

test('messages that are no notices come under --all, as kind other', () => {
  const kinds = events(run(['events', '--json', '-q', '--all', at('Maildir')]).out).map(({ kind }) => kind)
  expect(kinds.toSorted()).toEqual(['failed', 'failed', 'other'])
})

test('an mbox, packed or not, and standard input give the same events', () => {
  const read = (args: readonly string[], input?: Buffer): unknown[] =>
    events(run(['events', '--json', '-q', ...args], input).out).map(({ recipient, cause, offset }) => [recipient, cause, offset])
  const plain = read([at('bounces.mbox')])
  expect(plain.map((event) => (event as unknown[])[0])).toEqual(['u1@example.com', 'u2@example.com', 'u3@example.com'])
  expect(read([at('bounces.mbox.gz')])).toEqual(plain)
  expect(read([], readFileSync(at('bounces.mbox')))).toEqual(plain)
  expect(read(['-'], readFileSync(at('bounces.mbox')))).toEqual(plain)
})

test('headers of the returned message are kept by name', () => {
  const [event] = events(run(['events', '--json', '-q', '--header', 'X-Campaign-Id', at('one.eml')]).out)
  expect(event?.headers).toEqual({ 'x-campaign-id': 'winter' })
})

test('--summary prints the summary alone, --json makes it JSON', () => {
  const text = run(['events', '--summary', at('Maildir')])
  expect(text.out).toMatch(/^Causes, by recipients harmed/)
  expect(text.err).toBe('')
  const summary = JSON.parse(run(['events', '--summary', '--json', at('Maildir')]).out)
  expect(summary).toMatchObject({ messages: 3, events: 2, notBounces: 1, undetermined: 0, unreadable: 0 })
  expect(summary.causes).toHaveLength(2)
})

test('what cannot be read is named with file and place, and the exit code is 1', () => {
  writeFileSync(at('garbage.eml'), Buffer.from([0, 1, 2, 3, 255, 254, 10, 0]))
  writeFileSync(at('deep.eml'), `From: MAILER-DAEMON\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(1_000)}--b--\n`)
  const { status, err } = run(['events', at('garbage.eml'), at('deep.eml'), at('one.eml')])
  expect(status).toBe(1)
  expect(err).toContain('garbage.eml')
  expect(err).toContain('deep.eml')
  expect(err.replace(/\s+/g, ' ')).toContain('1 unreadable, 1 read in part')
})

test('escape sequences and line breaks of a message reach nobody', () => {
  writeFileSync(
    at('evil.eml'),
    bounce('evil@example.com', '550 5.1.1 \u001b[31mred\u001b]8;;http://example.com\u0007 user unknown', 'e').replace(
      'Subject: Offer',
      'Subject: \u001b[2J'
    )
  )
  const { out, err } = run(['events', at('evil.eml')])
  expect(out + err + run(['explain', at('evil.eml')]).out).not.toMatch(/(?![\n\t])\p{Cc}/u)
})

test('explain FILE.eml shows the deciding words, for whom, and what to do', () => {
  const { status, out } = run(['explain', at('one.eml')])
  expect(status).toBe(0)
  expect(out).toMatch(/^A bounce message about 1 recipient\n\nThe mailbox does not exist\n/)
  expect(out).toContain('For        one@example.com')
  expect(out).toContain('«User unknown»')
  const explained = JSON.parse(run(['explain', '--json', at('one.eml')]).out)
  expect(explained.kind).toBe('message')
  expect(explained.events[0].recipient).toBe('one@example.com')
})

test('explain of a letter says that it is none, and of one with a bounce attached explains that', () => {
  const { status, out } = run(['explain', '-'], letter)
  expect(status).toBe(3)
  expect(out.replace(/\s+/g, ' ')).toMatch(
    /^This message is no bounce, .*: "Lunch\?" from jane@example\.com\. If it quotes an error [^.]*\. $/
  )
  const quoting = run(['explain', '-'], letter.replace('Tomorrow', 'It came back: 550 5.1.1 User unknown. Tomorrow'))
  expect(quoting.status).toBe(0)
  expect(quoting.out.replace(/\s+/g, ' ')).toContain('What it quotes is explained here. The mailbox does not exist')
  const attached = bounce('two@example.com', '552 5.2.2 mailbox is full', '2')
  const asking = letter
    .replace('Subject', 'Content-Type: multipart/mixed; boundary=out\nSubject')
    .replace('Tomorrow at noon?\n', `--out\n\nWhat is this?\n\n--out\nContent-Type: message/rfc822\n\n${attached}\n--out--\n`)
  const answer = run(['explain', '-'], asking)
  expect(answer.status).toBe(0)
  expect(answer.out.replace(/\s+/g, ' ')).toContain('It holds a bounce message about 1 recipient: The mailbox is full')
})

test('a message piped in is explained, too', () =>
  expect(run(['explain', '-'], readFileSync(at('one.eml'))).out).toContain('For        one@example.com'))

test.each([
  [['events', '/no/such/file'], 2, 'There is no file or folder'],
  [['events', '--mark', 'seen', 'x'], 2, 'There is no file or folder'],
  [['events', '--checkpoint', 'c.json', program], 2, 'is for mailboxes'],
  [['events', '--header', 'X-Id', program], 2, '--header needs --json'],
  [['events', '--header', 'X-Id', '--summary', '--json', program], 2, '--header goes without --summary'],
  [['events', '--json', '--header', 'X Y:', program], 2, 'takes the name of a header'],
  [['events', '--json', '--header', 'X-Id:', program], 2, 'takes the name of a header'],
  [['events', 'imaps://me@mail.example.com/INBOX'], 2, 'WHYBOUNCE_IMAP_PASSWORD'],
  [['events', 'imaps://me@mail.example.com/INBOX', program], 2, 'in calls of their own']
])('%j is told what is wrong', (args, status, words) => {
  const result = run(args)
  expect(result.status).toBe(status)
  expect(result.err).toContain(words)
})

test('what lies beside mail in a folder is passed over, and is no mail when it is named', () => {
  mkdirSync(at('mixed'))
  const [note] = ['notes.txt', 'one.json', 'list.json', 'photo.jpg', 'broken.txt', 'one.eml'].map((name) => at('mixed', name))
  writeFileSync(at('mixed', 'notes.txt'), 'Call Bob about the bounces\n')
  writeFileSync(at('mixed', 'one.json'), '{"from":"a@example.com"}\n')
  writeFileSync(at('mixed', 'list.json'), '[{"a":1}]\n')
  writeFileSync(at('mixed', 'photo.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]))
  writeFileSync(at('mixed', 'one.eml'), bounce('one@example.com', '550 5.1.1 User unknown', '1'))
  const folder = run(['events', at('mixed')])
  expect(folder.status).toBe(0)
  expect(folder.err.replace(/\s+/g, ' ')).toContain(
    '1 message read, 1 event (failed 1), 0 not bounces, 0 undetermined, 0 unreadable, 4 files passed over'
  )
  expect(run(['events', note ?? '']).status).toBe(1)
  // A mail with a broken first line is one.
  writeFileSync(at('mixed', 'broken.txt'), `A line of a broken program\n${letter}`)
  expect(run(['events', at('mixed')]).err).toContain('broken.txt')
})

test('--help says what is printed and what is moved', () => {
  const { out } = run(['events', '--help'])
  expect(out).toContain('A terminal shows kind, cause, recipient and words')
  expect(out).toContain('Letters stay unmarked where they are, unless --all asks for them too')
  expect(out).toContain('select(.action == "suppress")')
})

test('events without a known cause end with 3, delays do not count', () => {
  writeFileSync(at('unclear.eml'), bounce('x@example.com', '554 5.0.0 Zork', 'x').replaceAll('5.1.1', '5.0.0'))
  expect(run(['events', '-q', at('unclear.eml')]).status).toBe(3)
  const delayed = bounce('x@example.com', '451 4.0.0 Zork', 'x').replaceAll('5.1.1', '4.0.0').replace('Action: failed', 'Action: delayed')
  writeFileSync(at('delayed.eml'), delayed)
  expect(run(['events', '-q', at('delayed.eml')]).status).toBe(0)
})

test('a hundred thousand messages are read in bounded memory', () => {
  const one = `From MAILER-DAEMON Wed Nov 25 10:00:00 2026\n${bounce('u@example.com', '550 5.1.1 User unknown', '1')}\n`
  writeFileSync(at('large.mbox'), one.repeat(100_000))
  const script = `import { run } from ${JSON.stringify(join(import.meta.dirname, '../packages/cli/dist/main.js'))}
    await run(['events', '--summary', '--json', ${JSON.stringify(at('large.mbox'))}])
    process.stderr.write(String(process.resourceUsage().maxRSS))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', maxBuffer: 1 << 28 })
  expect(JSON.parse(stdout)).toMatchObject({ messages: 100_000, events: 100_000, kinds: { failed: 100_000 } })
  expect(JSON.parse(stdout).causes[0].recipients).toBe(1)
  // What V8 lets pile up before it collects, in kB: 100,000 messages kept would be a gigabyte more.
  expect(Number(stderr)).toBeLessThan(512_000)
})
