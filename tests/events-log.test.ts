import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** `whybounce events` over mail logs, as people run it. */
const bin = join(import.meta.dirname, '..', 'packages/cli/bin/whybounce.mjs')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-events-log-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (args: readonly string[], input?: string): { readonly code: number | null; readonly out: string; readonly err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'events', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80' },
    maxBuffer: 50_000_000,
    ...(input === undefined ? {} : { input })
  })
  // Sentences are broken where the window ends.
  return { code: status, out: stdout, err: stderr.replace(/\s+/g, ' ') }
}
const write = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const at = (program: string, text: string): string => `Nov  1 12:00:00 mx1 ${program}[42]: ${text}`
const postfix = [
  at('postfix/smtpd', '1A2B3C4D5E: client=app.example.com[192.0.2.7]'),
  at('postfix/qmgr', '1A2B3C4D5E: from=<news@example.com>, size=1234, nrcpt=2 (queue active)'),
  at(
    'postfix/smtp',
    '1A2B3C4D5E: to=<a@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)'
  ),
  at(
    'postfix/smtp',
    '1A2B3C4D5E: to=<b@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.25] said: 550 5.1.1 <b@example.net>: Recipient address rejected: User unknown (in reply to RCPT TO command))'
  ),
  at(
    'postfix/smtpd',
    'NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 554 5.7.1 <x@example.org>: Relay access denied; from=<s@example.net> to=<x@example.org> proto=ESMTP helo=<h>'
  ),
  at('cron', '(root) CMD (true)')
].join('\n')
const exim =
  '2026-11-01 12:00:02 1vAbCd-000001-AB ** z@example.net R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<z@example.net>: 550 5.2.2 mailbox full'

test('a log gives an event for each attempt, joined and diagnosed, and says what became of its lines', () => {
  const path = write('mail.log', `${postfix}\n`)
  const { code, out, err } = run([path, '--json'])
  expect(code).toBe(0)
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events.map(({ kind, direction, recipient, line }) => [kind, direction, recipient, line])).toEqual([
    ['delivered', 'outbound', 'a@example.net', 3],
    ['failed', 'outbound', 'b@example.net', 4],
    ['failed', 'inbound', 'x@example.org', 5]
  ])
  expect(events[1]).toMatchObject({
    cause: 'user-unknown',
    sender: 'news@example.com',
    size: 1234,
    client: 'app.example.com[192.0.2.7]',
    host: 'mx1'
  })
  expect(err).toContain(
    '6 lines of 1 log read, 3 events (delivered 1, failed 1, refused 1), 0 undetermined, 1 line of other things, 0 not understood.'
  )
})

test('people see what went wrong; what this server refused is no failure of theirs', () => {
  const path = write('people.log', `${postfix}\n`)
  const { out, err } = run([path])
  expect(out.split('\n').map((line) => line.split('\t')[0])).toEqual(['failed', 'refused', ''])
  expect(err).toContain('1 The mailbox does not exist (user-unknown)')
  expect(err).not.toContain('relay-denied')
  expect(err).toContain('refused 1')
})

test('packed logs, several formats at once, and standard input with --format', () => {
  const packed = write('mail.log.gz', gzipSync(postfix))
  const other = write('mainlog', `${exim}\n`)
  const recipients = (text: string): string[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).recipient)
  expect(recipients(run([packed, other, '--json']).out)).toEqual(['a@example.net', 'b@example.net', 'x@example.org', 'z@example.net'])
  expect(recipients(run(['-', '--format', 'postfix,exim', '--json'], `${postfix}\n${exim}\n`).out)).toHaveLength(4)
  expect(run(['--format', 'nonsense'], '').code).toBe(2)
  expect(run([folder, '--format', 'postfix']).err).toContain('is a folder: name its files.')
})

test('lines that look like deliveries and were not understood are shown, and make trouble', () => {
  const odd = at('postfix/smtp', '1A2B3C4D5E: to=<a@example.net>, relay=none, delay=1, dsn=2.0.0, status=vanished (x)')
  const { code, err } = run([write('odd.log', `${postfix}\n${odd}\u001b[31m\n`)])
  expect(code).toBe(1)
  expect(err).toContain('1 not understood')
  expect(err).toContain('line 7 was not understood')
  expect(err).not.toContain('\u001b[31m')
})

test('the summary as JSON has what became of the lines', () => {
  const { out } = run([write('summary.log', `${postfix}\n`), '--summary', '--json'])
  expect(JSON.parse(out)).toMatchObject({
    logs: { files: 1, lines: 6, events: 3, ignored: 1, unread: 0 },
    kinds: { delivered: 1, failed: 1, refused: 1 }
  })
})

test('a log of one’s own by a mapping, and a queue listing', () => {
  const csv = write(
    'own.csv',
    'when,rcpt,diag\n2026-11-01T12:00:00Z,a@example.net,550 5.1.1 User unknown\n2026-11-01T12:00:00Z,b@example.net,250 ok\n'
  )
  const mapped = run([csv, '--map', 'recipient=rcpt,text=diag,time=when', '--json'])
  expect(
    mapped.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ recipient, kind, cause }) => [recipient, kind, cause])
  ).toEqual([
    ['a@example.net', 'failed', 'user-unknown'],
    ['b@example.net', 'delivered', null]
  ])
  expect(run([csv, '--map', 'nobody=rcpt']).err).toContain('--map: nobody is no field.')
  const queue = write(
    'queue.json',
    '{"queue_name": "deferred", "queue_id": "1A2B3C4D5E", "arrival_time": 1793534400, "message_size": 1234, "forced_expire": false, "sender": "a@example.com", "recipients": [{"address": "b@example.net", "delay_reason": "connect to mx.example.net[192.0.2.25]:25: Connection timed out"}]}\n'
  )
  const waiting = run([queue, '--json'])
  expect(JSON.parse(waiting.out)).toMatchObject({
    kind: 'delayed',
    recipient: 'b@example.net',
    queueId: '1A2B3C4D5E',
    cause: 'connection-failed'
  })
})

test('the same words under another code are another diagnosis', () => {
  const csv = write('codes.csv', 'rcpt,diag,code\na@example.net,Message not accepted,5.1.1\nb@example.net,Message not accepted,5.2.2\n')
  const { out } = run([csv, '--map', 'recipient=rcpt,text=diag,status=code', '--json'])
  const causes = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).cause)
  expect(causes).toEqual(['user-unknown', 'mailbox-full'])
})
