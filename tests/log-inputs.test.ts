import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { webhookFormatOf } from '../packages/core/src/webhook.ts'
import { corpora } from '../scripts/bounce-accuracy.ts'

/** What PATH… stands for: folders, rotated and packed logs, the journal, webhooks, logs in trouble; as people run it. */
const bin = join(import.meta.dirname, '..', 'packages/cli/bin/whybounce.mjs')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-inputs-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Run = { readonly code: number | null; readonly events: readonly Record<string, unknown>[]; readonly err: string }
const run = (args: readonly string[], input?: string | Buffer, env: NodeJS.ProcessEnv = {}): Run => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'events', '--json', ...args], {
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80', ...env },
    maxBuffer: 100_000_000,
    ...(input === undefined ? {} : { input })
  })
  return {
    code: status,
    events: stdout
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
    err: stderr.toString('utf8').replace(/\s+/g, ' ')
  }
}
const recipients = ({ events }: Run): unknown[] => events.map(({ recipient }) => recipient)

let made = 0
/** A folder with these files. */
const make = (files: Readonly<Record<string, string | Buffer>>): string => {
  const root = join(folder, `case${++made}`)
  mkdirSync(root)
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, content)
  }
  return root
}

const sent = (name: string, time = 'Nov  1 12:00:00'): string =>
  `${time} mx1 postfix/smtp[42]: 1A2B3C4D5E: to=<${name}@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n`
const bounced = (name: string): string =>
  `2026-11-01 12:00:02 1vAbCd-000001-AB ** ${name}@example.net R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<${name}@example.net>: 550 5.2.2 mailbox full\n`
const cron = 'Nov  1 12:00:00 mx1 CRON[7]: (root) CMD (true)\n'
const packedBy = (program: string, content: string): Buffer => spawnSync(program, ['-c'], { input: content }).stdout
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const address = (name: string): string => `${name}@example.net`

test('rotated logs of a folder are read in the order of time, packed or not', () => {
  const root = make({
    'mail.log': sent('now'),
    'mail.log.1': sent('one'),
    'mail.log.2.gz': gzipSync(sent('two')),
    'mail.log.10.gz': gzipSync(sent('ten')),
    'exim4/mainlog': bounced('exim-now'),
    'exim4/mainlog.01': bounced('exim-one'),
    'exim4/mainlog.02.gz': gzipSync(bounced('exim-two')),
    'old/maillog-20261101.zst': zstdCompressSync(sent('first')),
    'old/maillog-20261108': sent('second'),
    'old/maillog': sent('third'),
    'dpkg.log': '2026-11-01 12:00:00 status installed bash:amd64 5.2\n2026-11-01 12:00:00 startup archives unpack\n',
    'auth.log': cron.repeat(20),
    'note.txt': 'Buy milk.\n',
    'empty.log': ''
  })
  const result = run([root])
  const names = ['exim-two', 'exim-one', 'exim-now', 'ten', 'two', 'one', 'now', 'first', 'second', 'third']
  expect(recipients(result)).toEqual(names.map(address))
  expect(result.err).toContain('10 lines of 10 logs read')
  expect(result.err).toContain('4 files passed over')
  expect(result.code).toBe(0)
  // What a shell makes of mail.log* is sorted by name.
  const named = ['mail.log', 'mail.log.1', 'mail.log.10.gz', 'mail.log.2.gz'].map((name) => join(root, name))
  expect(recipients(run(named))).toEqual(['ten', 'two', 'one', 'now'].map(address))
})

for (const [program, end] of [
  ['xz', 'xz'],
  ['bzip2', 'bz2']
] as const)
  test.skipIf(!has(program))(
    `logs packed with ${program} are read through the system's program; damaged ones, and a missing program, are told`,
    () => {
      const packed = packedBy(program, Array.from({ length: 3_000 }, (_, index) => sent(`u${index}`)).join(''))
      const root = make({
        [`mail.log.1.${end}`]: packed,
        [`mail.log.2.${end}`]: packed.subarray(0, packed.length - 30),
        'mail.log': sent('now')
      })
      const whole = run([join(root, `mail.log.1.${end}`)])
      expect(whole.events).toHaveLength(3_000)
      expect(whole.code).toBe(0)
      const cut = run([join(root, `mail.log.2.${end}`)])
      expect(cut.code).toBe(1)
      expect(cut.err).toContain('damaged or cut off')
      const without = run([root], undefined, { PATH: join(folder, 'nowhere') })
      expect(recipients(without)).toEqual([address('now')])
      expect(without.err).toContain(`the program ${program} is not here to unpack it`)
      expect(without.code).toBe(1)
    }
  )

test('nothing counts twice: packed copies, files named twice, links, mail.info beside mail.log, syslog with the same lines', () => {
  const lines = ['a', 'b', 'c'].map((name) => sent(name))
  const root = make({
    'mail.log': lines.join(''),
    'mail.info': lines.join(''),
    'mail.warn': cron,
    syslog: [cron, lines[1], cron, lines[2]].join(''),
    'mail.log.1': sent('one'),
    'mail.log.1.gz': gzipSync(sent('one'))
  })
  symlinkSync(join(root, 'mail.log'), join(root, 'zz-link.log'))
  symlinkSync(root, join(root, 'circle'))
  const result = run([root])
  expect(recipients(result)).toEqual(['one', 'a', 'b', 'c'].map(address))
  expect(result.err).toContain('mail.log.1.gz is the packed copy of')
  expect(result.err).toContain('mail.info in')
  expect(result.err).toContain('repeat lines of mail.log, and were left out')
  expect(result.err).toContain('holds the same lines as')
  expect(result.code).toBe(0)
  expect(run([join(root, 'mail.log'), join(root, 'mail.log')]).events).toHaveLength(3)
})

test('syslog with other mail than mail.log is read as well', () => {
  const root = make({ 'mail.log': sent('a'), syslog: cron + sent('b') + cron })
  expect(recipients(run([root])).toSorted()).toEqual([address('a'), address('b')])
})

test('logs and mails in one folder', () => {
  const bounce =
    'From: MAILER-DAEMON@mx.example.com\nTo: a@example.com\nSubject: Undelivered Mail Returned to Sender\nContent-Type: text/plain\n\n<lost@example.net>: host mx.example.net[192.0.2.25] said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n'
  const root = make({
    'mail.log': sent('a'),
    'Maildir/new/1.eml': bounce,
    'Maildir/cur/2': 'Subject: Hi\n\nHello\n',
    'box.mbox': `From x Sun Nov  1 12:00:00 2026\n${bounce}`
  })
  const result = run([root])
  expect(recipients(result)).toEqual(['a', 'lost', 'lost'].map(address))
  expect(result.err).toContain('3 messages read')
})

const hook = (email: string): object => ({
  email,
  timestamp: 1793534400,
  event: 'bounce',
  type: 'bounce',
  reason: '550 5.1.1 User unknown',
  status: '5.1.1',
  sg_event_id: 'x',
  sg_message_id: 'y'
})
for (const [how, text, count] of [
  ['a document', JSON.stringify(hook('a@example.net')), 1],
  ['pretty printed', JSON.stringify(hook('a@example.net'), null, 2), 1],
  ['an array', JSON.stringify([hook('a@example.net'), hook('b@example.net')]), 2],
  ['a pretty array', JSON.stringify([hook('a@example.net'), hook('b@example.net')], null, 4), 2],
  ['lines', `${JSON.stringify(hook('a@example.net'))}\n${JSON.stringify([hook('b@example.net')])}\n`, 2],
  ['one behind the other', JSON.stringify(hook('a@example.net')) + JSON.stringify(hook('b@example.net'), null, 1), 2],
  [
    'a line of 3 MB',
    JSON.stringify(
      Array.from({ length: 12_000 }, (_, at) => ({ ...hook('a@example.net'), sg_message_id: `y${at}`, filling: 'x'.repeat(80) }))
    ),
    12_000
  ],
  [
    'a form',
    `mandrill_events=${encodeURIComponent(JSON.stringify([{ event: 'hard_bounce', ts: 1793534400, msg: { email: 'a@example.net', _id: '1', state: 'bounced', diag: 'smtp;550 5.1.1 User unknown' } }]))}`,
    1
  ]
] as const)
  test(`webhook payloads as ${how} are recognised and read`, () => {
    const root = make({ 'payloads.json': text })
    for (const args of [[root], [join(root, 'payloads.json')]]) {
      const result = run(args)
      expect(result.events).toHaveLength(count)
      expect(result.events[0]).toMatchObject({ kind: 'failed', recipient: 'a@example.net', cause: 'user-unknown' })
      expect(result.code).toBe(0)
    }
    expect(run(['-'], text).events).toHaveLength(count)
    if (how !== 'a form') expect(run([join(root, 'payloads.json'), '--format', 'sendgrid']).events).toHaveLength(count)
  })

test('payloads that are cut off, unknown or no JSON are told', () => {
  const whole = JSON.stringify([hook('a@example.net'), hook('b@example.net')], null, 2)
  const cut = run([join(make({ 'x.json': whole.slice(0, -60) }), 'x.json')])
  expect(recipients(cut)).toEqual(['a@example.net'])
  expect(cut.err).toContain('The last payload is cut off')
  expect(cut.code).toBe(1)
  const odd = run([
    join(
      make({
        'x.json': `${JSON.stringify(hook('a@example.net'))}\n{"who":"b@example.net"}\n{"broken":"b@\n${JSON.stringify(hook('c@example.net'))}\n`
      }),
      'x.json'
    )
  ])
  expect(recipients(odd)).toEqual(['a@example.net', 'c@example.net'])
  expect(odd.err).toContain('2 not understood')
  const first = run([join(make({ 'x.json': whole.slice(0, 100) }), 'x.json')])
  expect(first.err).toContain('breaks off in its first document')
  expect(first.code).toBe(1)
})

const entry = (fields: Readonly<Record<string, string>>): string =>
  `__CURSOR=s=1\n__REALTIME_TIMESTAMP=1793534400123456\n${Object.entries({
    _HOSTNAME: 'mx1',
    SYSLOG_IDENTIFIER: 'postfix/smtp',
    _PID: '42',
    ...fields
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}\n`
const messageOf = (name: string): string =>
  sent(name)
    .trimEnd()
    .replace(/^.*?\]: /, '')

test('what journalctl printed is read as a log, as export and as JSON', () => {
  const binary = Buffer.alloc(8)
  const message = Buffer.from(messageOf('c').replace('250 ok', '250 \u001bok\n'))
  binary.writeBigUInt64LE(BigInt(message.length))
  const dump = Buffer.concat([
    Buffer.from(entry({ MESSAGE: messageOf('a') }) + entry({ SYSLOG_IDENTIFIER: 'cron', MESSAGE: 'x' })),
    Buffer.from('__CURSOR=s=2\n__REALTIME_TIMESTAMP=1793534400123456\n_HOSTNAME=mx1\nSYSLOG_IDENTIFIER=postfix/smtp\nMESSAGE\n'),
    binary,
    message,
    Buffer.from('\n\n')
  ])
  const result = run([join(make({ 'journal.export': dump }), 'journal.export')])
  expect(result.events.map(({ recipient, host, time }) => [recipient, host, time])).toEqual([
    ['a@example.net', 'mx1', '2026-11-01T12:00:00.123Z'],
    ['c@example.net', 'mx1', '2026-11-01T12:00:00.123Z']
  ])
  expect(result.code).toBe(0)
  const asJson = {
    __CURSOR: 's=1',
    __REALTIME_TIMESTAMP: '1793534400123456',
    _HOSTNAME: 'mx1',
    SYSLOG_IDENTIFIER: 'postfix/smtp',
    _PID: '42'
  }
  const objects = [
    { ...asJson, MESSAGE: messageOf('a') },
    { ...asJson, MESSAGE: [...Buffer.from(messageOf('b'))] },
    { ...asJson, MESSAGE: null }
  ]
  for (const text of [
    objects.map((each) => JSON.stringify(each)).join('\n'),
    objects.map((each) => JSON.stringify(each, null, 1)).join('\n'),
    objects.map((each) => `data: ${JSON.stringify(each)}\n`).join('\n')
  ]) {
    const read = run([join(make({ 'journal.json': text }), 'journal.json')])
    expect(recipients(read)).toEqual(['a@example.net', 'b@example.net'])
    expect(read.err).toContain('1 entries of the journal have no message')
  }
})

test('standard input: a packed log, a log of few lines, a mail', () => {
  expect(recipients(run(['-'], gzipSync(sent('a'))))).toEqual([address('a')])
  expect(recipients(run(['-'], sent('a')))).toEqual([address('a')])
  expect(run(['-'], Array.from({ length: 20_000 }, (_, index) => sent(`u${index}`)).join('')).events).toHaveLength(20_000)
  const mail = run(['-', '--all'], `Subject: Hi\nFrom: a@example.com\n\n${'Hello\n'.repeat(50_000)}`)
  expect(mail.err).toContain('1 message read')
})

test('a log that begins with other programs, changes its format half-way, and back, is read whole', () => {
  const text = [cron.repeat(400), sent('a').repeat(300), bounced('b').repeat(120), cron.repeat(10), sent('c').repeat(5)].join('')
  const result = run([join(make({ 'odd.log': text }), 'odd.log')])
  expect(result.events.length).toBe(425)
  expect(result.events[300]).toMatchObject({ recipient: address('b'), line: 701 })
  expect(result.err).toContain('835 lines of 1 log read, 425 events')
  expect(result.err).toContain('410 lines of other things, 0 not understood')
  const end = run([join(make({ 'end.log': sent('a').repeat(150) + bounced('b').repeat(3) }), 'end.log')])
  expect(end.events).toHaveLength(153)
  expect(end.events.at(-1)).toMatchObject({ line: 153 })
  const csv =
    'type,timeLogged,orig,rcpt,dsnStatus,dsnDiag,bounceCat,vmta\nb,2026-11-01 12:00:00+0000,s@example.com,p@example.net,5.1.1 (bad),smtp;550 5.1.1 User unknown,bad-mailbox,v1\n'
  const late = run([join(make({ 'late.log': sent('a').repeat(150) + csv + csv }), 'late.log')])
  expect(late.events).toHaveLength(152)
})

for (const [what, content, lines, events, code, words] of [
  ['cut in the middle of a line', (sent('a') + sent('b')).slice(0, -40), 2, 1, 1, 'not understood'],
  [
    'with bytes that are no text',
    Buffer.concat([Buffer.from([0xff, 0, 1, 0x1b, 0x0a]), Buffer.from(sent('a')), Buffer.alloc(5_000), Buffer.from(`\n${sent('b')}`)]),
    4,
    2,
    0,
    '2 events'
  ],
  ['with a line of 10 MB', `${sent('a')}${'x'.repeat(10_485_760)}\n${sent('b')}`, 3, 2, 1, '1 line is longer than 1 MB'],
  ['without a line end', `${sent('a')}${'y'.repeat(3_000_000)}`, 2, 1, 1, 'longer than 1 MB'],
  ['with NUL at its beginning', Buffer.concat([Buffer.alloc(4_096), Buffer.from(`\n${sent('a')}`)]), 2, 1, 0, '1 event'],
  ['whose clock goes back', sent('a', 'Nov  1 12:00:00') + sent('b', 'Nov  1 11:00:00'), 2, 2, 0, '2 events'],
  ['without a year, from last December', sent('a', 'Dec 31 23:59:59') + sent('b', 'Jan  1 00:00:00'), 2, 2, 0, '2 events'],
  ['with an hour that comes twice', sent('a', '2026-10-25T02:30:00+02:00') + sent('b', '2026-10-25T02:30:00+01:00'), 2, 2, 0, '2 events']
] as const)
  test(`a log ${what} is counted or named`, () => {
    const result = run([join(make({ 'mail.log': content }), 'mail.log')])
    expect(result.err).toContain(`${lines} lines of 1 log read, ${events} event`)
    expect(result.events).toHaveLength(events)
    expect(result.err).toContain(words)
    expect(result.code).toBe(code)
  })

test('times of daylight saving keep their order', () => {
  const text = sent('a', '2026-10-25T02:30:00+02:00') + sent('b', '2026-10-25T02:30:00+01:00')
  expect(run([join(make({ 'mail.log': text }), 'mail.log')]).events.map(({ time }) => time)).toEqual([
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:30:00Z'
  ])
})

test('a gzip that is cut gives what is there; links in a circle and nowhere, and folders among files, are named', () => {
  const packed = gzipSync(Array.from({ length: 5_000 }, (_, index) => sent(`u${index}`)).join(''))
  const root = make({ 'mail.log.1.gz': packed.subarray(0, packed.length >> 1), 'mail.log': sent('now') })
  mkdirSync(join(root, 'maillog'))
  symlinkSync(join(root, 'loop'), join(root, 'loop'))
  symlinkSync(join(root, 'gone'), join(root, 'dangling'))
  const result = run([root])
  expect(result.events.length).toBeGreaterThan(100)
  expect(recipients(result).at(-1)).toBe(address('now'))
  expect(result.err).toContain('damaged or cut off')
  expect(result.err).toContain('It is a link that leads back to itself.')
  expect(result.err).toContain('There is no such file, or it went away while reading.')
  expect(result.code).toBe(1)
  const named = run([join(root, 'loop'), join(root, 'mail.log')])
  expect(named.err).toContain('leads back to itself')
  expect(recipients(named)).toEqual([address('now')])
  expect(run([join(root, 'nothing')]).code).toBe(2)
})

/** Root may read everything: then the program runs as somebody else. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
test('a file that may not be read is named, and the others are read', () => {
  const root = make({ 'mail.log': sent('a'), 'mail.log.1': sent('b') })
  for (const path of [folder, root]) chmodSync(path, 0o755)
  chmodSync(join(root, 'mail.log.1'), 0)
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'events', '--json', root], { encoding: 'utf8', ...nobody })
  // Where somebody else may not even read the program, there is nothing to see.
  if (stderr.includes('EACCES') && stdout === '') return
  expect(JSON.parse(stdout)).toMatchObject({ recipient: address('a') })
  expect(stderr.replace(/\s+/g, ' ')).toContain('mail.log.1: There is no permission to read it.')
  expect(status).toBe(1)
})

test('the names of files cannot reach the terminal', () => {
  const root = make({ 'mail\u001b[31m.log': `${sent('a')}`.slice(0, -30) })
  const result = run([root])
  expect(result.code).toBe(1)
  expect(result.err).not.toContain('\u001b')
})

/** Material of other authors lies beside the repository, where it is at hand. */
const payloads = join(corpora, 'events', 'webhooks.jsonl')
test.skipIf(!existsSync(payloads))('every payload of the corpus gives its events, each in a file of its own and all in one', () => {
  const rows: { payload: unknown }[] = readFileSync(payloads, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const expected = rows.map(({ payload }) => webhookFormatOf(payload)?.read(payload).events.length ?? -1)
  const write = [
    (value: unknown) => JSON.stringify(value),
    (value: unknown) => JSON.stringify(value, null, 2),
    (value: unknown) => `${JSON.stringify([value], null, 1)}\n`
  ]
  const texts = rows.map(({ payload }, index) => write[index % write.length]?.(payload) ?? '')
  const root = make(Object.fromEntries(texts.map((text, index) => [`${index}.json`, text])))
  const result = run([root])
  expect(result.err).toContain('of 139 logs read')
  expect(result.err).toContain('0 not understood')
  for (const [index, count] of expected.entries()) {
    const file = join(root, `${index}.json`)
    expect(result.events.filter((event) => event.file === file)).toHaveLength(count)
  }
  const together = run(['-'], texts.join(''))
  expect(together.events).toHaveLength(expected.reduce((sum, count) => sum + count, 0))
  expect(together.err).toContain('0 not understood')
})
