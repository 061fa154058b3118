import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Report } from '@whybounce/core/report'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** `whybounce report` as a person calls it, on small logs of real programs. */
const program = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'whybounce.mjs')

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-report-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Ran = { readonly code: number | null; readonly out: string; readonly err: string }
const run = (args: readonly string[], options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, 'report', ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', TZ: 'UTC', ...options.env }
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => (out += data))
    child.stderr.on('data', (data) => (err += data))
    child.on('close', (code) => resolve({ code, out, err }))
    child.stdin.end(options.input ?? '')
  })

const save = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const iso = (minute: number, date = '2026-11-25'): string => `${date}T08:${String(minute).padStart(2, '0')}:00+00:00`
const unknown =
  'said: 550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)'
const grey =
  'said: 450 4.2.0 <carol@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.org.html (in reply to RCPT TO command)'
const smtp = (at: string, id: string, to: string, dsn: string, status: string, service = 'postfix/smtp'): string =>
  `${at} mx1 ${service}[201]: ${id}: to=<${to}>, relay=mx.${to.slice(to.indexOf('@') + 1)}[192.0.2.25]:25, delay=1, delays=0/0/1/0, dsn=${dsn}, status=${status}\n`
const from = (at: string, id: string): string =>
  `${at} mx1 postfix/qmgr[77]: ${id}: from=<news@example.com>, size=1204, nrcpt=1 (queue active)\n`

/** One delivered; one unknown; one greylisted twice and then delivered; one that still waits. */
const postfix = [
  from(iso(0), '4AA11111111'),
  smtp(iso(0), '4AA11111111', 'ada@example.com', '2.0.0', 'sent (250 2.0.0 Ok: queued as 4ZZ)'),
  from(iso(1), '4AA22222222'),
  smtp(iso(1), '4AA22222222', 'bob@example.net', '5.1.1', `bounced (host mx.example.net[192.0.2.25] ${unknown})`),
  from(iso(2), '4AA33333333'),
  smtp(iso(2), '4AA33333333', 'carol@example.org', '4.2.0', `deferred (host mx.example.org[192.0.2.25] ${grey})`),
  smtp(iso(8), '4AA33333333', 'carol@example.org', '4.2.0', `deferred (host mx.example.org[192.0.2.25] ${grey})`),
  smtp(iso(20), '4AA33333333', 'carol@example.org', '2.0.0', 'sent (250 2.0.0 Ok: queued as 4ZY)'),
  from(iso(21), '4AA44444444'),
  smtp(iso(21), '4AA44444444', 'dan@example.org', '4.2.0', `deferred (host mx.example.org[192.0.2.25] ${grey})`)
].join('')

const exim = [
  '2026-11-25 09:00:00 1uX000-00000000001-AAAA <= news@example.com H=app.example.com [192.0.2.7] P=esmtps S=2048 id=1@example.com',
  `2026-11-25 09:00:01 1uX000-00000000001-AAAA ** eve@example.net R=dnslookup T=remote_smtp H=mx.example.net [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<eve@example.net>: 550 5.1.1 <eve@example.net>: Recipient address rejected: User unknown in virtual mailbox table`,
  '2026-11-25 09:00:01 1uX000-00000000001-AAAA Completed',
  ''
].join('\n')

const unwrapped = (text: string): string => text.replaceAll(/\n */g, ' ')

const reportOf = async (args: readonly string[], code = 0): Promise<Report> => {
  const ran = await run([...args, '--json'])
  expect(ran.code, ran.err).toBe(code)
  return JSON.parse(ran.out)
}

describe('a report', () => {
  test('counts messages by their end and attempts by what was said', async () => {
    const { messages, attempts, causes, lines } = await reportOf([save('mail.log', postfix)])
    expect(messages).toMatchObject({ delivered: 2, deferred: 1, bounced: 1 })
    expect(attempts).toMatchObject({ delivered: 2, deferred: 3, bounced: 1 })
    expect(causes.map((row) => [row.cause, row.messages, row.attempts, row.lost, row.waiting, row.recovered])).toEqual([
      ['user-unknown', 1, 1, 1, 0, 0],
      ['greylisted', 2, 3, 0, 1, 1]
    ])
    expect(lines).toMatchObject({ total: 10, events: 6, unread: 0 })
  })

  test('is the same out of a packed file, standard input and a pipe', async () => {
    const { files: _plain, ...plain } = await reportOf([save('mail.log', postfix)])
    const { files: _packed, ...packed } = await reportOf([save('mail.log.1.gz', gzipSync(postfix))])
    const piped = await run(['--json'], { input: postfix })
    const { files: _piped, ...input } = JSON.parse(piped.out)
    const places = (report: object): unknown => JSON.parse(JSON.stringify(report).replaceAll(/"file":"[^"]*"/g, '"file":""'))
    expect(places(packed)).toEqual(places(plain))
    expect(places(input)).toEqual(places(plain))
    expect((await run(['-'], { input: postfix })).out).toContain('Mail report · standard input')
  })

  test('tells in text what fails, who must act and what to do', async () => {
    const { code, out } = await run([save('mail.log', postfix)])
    expect(code).toBe(0)
    expect(out).toContain('Wed 25 Nov 2026 08:00 – 08:21 (21 min, UTC)')
    expect(out).toMatch(/delivered +2 +50\.0 % +2 +33\.3 %/)
    expect(out).toMatch(
      /What to fix first[\s\S]*The mailbox does not exist user-unknown +1 +25\.0 %[\s\S]*The owner of the list: Remove the address/
    )
    expect(out).toContain('«User unknown')
    expect(out).toMatch(/Passes by itself[\s\S]*Asked to come back later \(greylisting\)/)
    expect(out).toContain('10 lines of 1 log read: 6 events')
    expect(out).not.toContain('\u001b')
  })

  test('has colours where they are asked for', async () => {
    const { out } = await run([save('mail.log', postfix)], { env: { NO_COLOR: '', FORCE_COLOR: '1' } })
    expect(out).toContain('\u001b[1m')
    expect(out).not.toContain('«')
  })

  test('adds up logs of several programs', async () => {
    const report = await reportOf([save('mail.log', postfix), save('mainlog', exim)])
    expect(report.messages).toMatchObject({ delivered: 2, bounced: 2 })
    expect(report.causes.find(({ cause }) => cause === 'user-unknown')?.messages).toBe(2)
    expect(report.files.map(({ format }) => format)).toEqual(['postfix', 'exim'])
  })

  test('is of a period, and says which and how much lies outside', async () => {
    const path = save('mail.log', postfix)
    const part = await reportOf([path, '--since', '2026-11-25T08:02', '--until', '2026-11-25T08:21'])
    expect(part.messages).toMatchObject({ delivered: 1, bounced: 0 })
    expect(part.outside).toBe(3)
    const { out } = await run([path, '--since', '2026-11-25T08:02'])
    expect(out).toContain('since 2026-11-25 08:02')
    expect(unwrapped(out)).toContain('2 events outside of the period')
    const none = await run([path, '--until', '2026-11-01'])
    expect(none.out).toContain('Nothing was sent in this period; 6 events outside of it.')
  })

  test('has tables as text and as CSV', async () => {
    const path = save('mail.log', postfix)
    expect((await run([path, '--by', 'domain'])).out).toMatch(/By domain +messages[\s\S]*example\.org +2 +50\.0 %/)
    const rows: Record<string, string>[] = parse((await run([path, '--by', 'domain', '--csv'])).out, { columns: true })
    expect(Object.fromEntries(rows.map(({ key, messages_delivered: delivered }) => [key, delivered]))).toEqual({
      'example.org': '1',
      'example.com': '1',
      'example.net': '0'
    })
    const causes: Record<string, string>[] = parse((await run([path, '--csv'])).out, { columns: true })
    expect(causes.map(({ cause, messages }) => [cause, messages])).toEqual([
      ['user-unknown', '1'],
      ['greylisted', '2']
    ])
  })

  test('knows the address of a service by argument and by configuration', async () => {
    const path = save(
      'mail.log',
      smtp(iso(1), '4AA22222222', 'bob@example.net', '5.1.1', `bounced (host mx ${unknown})`, 'postfix/smtp-out3/smtp')
    )
    const senders = ({ causes }: Report): unknown => causes.map(({ senderIp, service }) => [senderIp, service])
    expect(senders(await reportOf([path]))).toEqual([[null, 'smtp-out3']])
    expect(senders(await reportOf([path, '--sender-ip', 'smtp-out3=192.0.2.3']))).toEqual([['192.0.2.3', null]])
    const config = save('own.json', '{"sender-ips": {"smtp-out3": "192.0.2.4"}}')
    expect(senders(await reportOf([path, '--config', config]))).toEqual([['192.0.2.4', null]])
    expect(senders(await reportOf([path, '--config', config, '--sender-ip', 'smtp-out3=192.0.2.3']))).toEqual([['192.0.2.3', null]])
    save('whybounce.json', '{"sender-ips": {"smtp-out3": "192.0.2.5"}}')
    expect(senders(await reportOf([path]))).toEqual([['192.0.2.5', null]])
    rmSync(join(folder, 'whybounce.json'))
  })

  test('tells what is new since an earlier one', async () => {
    const lines = postfix.split('\n').filter((line) => !line.includes('status=bounced'))
    const earlier = save('monday.json', (await run([save('monday.log', lines.join('\n')), '--json'])).out)
    const path = save('mail.log', postfix)
    const { causes } = await reportOf([path, '--compare', earlier])
    expect(causes.map(({ cause, isNew }) => [cause, isNew])).toEqual([
      ['user-unknown', true],
      ['greylisted', false]
    ])
    expect(unwrapped((await run([path, '--compare', earlier])).out)).toMatch(
      /25\.0 % of the messages failed, 0\.0 % then; 1 cause at a provider is new/
    )
  })

  test('goes into a file of HTML, beside the text or in place of it', async () => {
    const path = save('mail.log', postfix)
    const html = join(folder, 'report.html')
    expect((await run([path, '--html', html])).out).toContain('What to fix first')
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/i)
    expect((await run([path, '--html', '-'])).out).toMatch(/^<!doctype html>/i)
    expect(await run([path, '--html', path])).toMatchObject({ code: 2, err: expect.stringContaining('would overwrite the log') })
    expect(readFileSync(path, 'utf8')).toBe(postfix)
  })

  test('hostile text in a log reaches neither terminal nor CSV', async () => {
    const bad = 'bounced (host mx.example.net[192.0.2.25] said: 550 5.1.1 \u001b[2J\u001b]0;x\u0007=cmd|\u202e User unknown)'
    const path = save('mail.log', smtp(iso(1), '4AA22222222', '=1+1@example.net', '5.1.1', bad))
    for (const args of [[path], [path, '--all'], [path, '--csv'], [path, '--by', 'domain,sender', '--csv']]) {
      const { out } = await run(args)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
      expect(out).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e]/)
      expect(out).not.toMatch(/(^|,)=/m)
    }
  })
})

describe('exit codes', () => {
  test('1 where lines were not understood, with a sample', async () => {
    const path = save('odd.log', `${postfix}${iso(30)} mx1 postfix/smtp[201]: 4AA55555555: to=<x@example.com>, status=\n`)
    const { code, out } = await run([path])
    expect(code).toBe(1)
    expect(out).toMatch(/1 not\s+understood\.\n {2}\? .*odd\.log:11: 2026/)
  })
  test('1 where a packed file is cut, and what was in it is told', async () => {
    const packed = gzipSync(postfix.repeat(200))
    const { code, out } = await run([save('cut.log.gz', packed.subarray(0, packed.length - 40))])
    expect(code).toBe(1)
    expect(out).toMatch(/! .*cut\.log\.gz: /)
  })
  test('what could not be read, and what is no log, stands in the JSON and the page as well', async () => {
    const path = save('mail.log', postfix)
    const mail = save('note.eml', 'From: ada@example.com\r\nSubject: hello\r\n\r\nhello\r\n')
    const folder = join(path, '..', 'locked')
    mkdirSync(folder, { recursive: true })
    const loop = join(folder, 'mail.log')
    symlinkSync(loop, loop)
    const { code, out } = await run([path, mail, folder, '--json'])
    expect(code).toBe(1)
    const { files, notes } = JSON.parse(out)
    expect(files.find(({ file }: { file: string }) => file === loop)?.problem).toMatch(/\w/)
    expect(notes.join()).toMatch(/note\.eml.* no logs? that/)
    rmSync(folder, { recursive: true })
  })
  test('--html to where nothing can be written is told before anything is read', async () => {
    const { code, err, out } = await run([save('mail.log', postfix), '--html', '/no/such/place/report.html'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('cannot be written')
  })
  test('3 where mail failed and no cause is known', async () => {
    const path = save(
      'strange.log',
      smtp(iso(1), '4AA22222222', 'bob@example.net', '5.0.0', 'bounced (host mx.example.net[192.0.2.25] said: 550 hamster)')
    )
    const { code, out } = await run([path])
    expect(out).toContain('hamster')
    expect(code).toBe(3)
    const { causes } = JSON.parse((await run([path, '--json'])).out)
    expect(causes.map(({ cause }: { cause: string }) => cause)).toEqual(['undetermined'])
  })
  test('2 for what cannot be meant, with what to do', async () => {
    const path = save('mail.log', postfix)
    const mail = save('note.eml', 'From: ada@example.com\r\nSubject: hello\r\n\r\nhello\r\n')
    const table: readonly (readonly [readonly string[], RegExp])[] = [
      [['none.log'], /There is no file or folder none\.log/],
      [[path, '--since', 'soon'], /--since takes a time/],
      [[path, '--format', 'nonsense'], /There is no log format "nonsense"/],
      [[path, '--compare', path], /is no JSON/],
      [[path, '--nonsense'], /See: whybounce report --help/],
      [[mail], /is no log.*whybounce events --summary/]
    ]
    for (const [args, problem] of table) {
      const ran = await run(args)
      expect(ran.code, args.join(' ')).toBe(2)
      expect(ran.err).toMatch(problem)
      expect(ran.out).toBe('')
    }
  })
  test('0 for a log that is empty, which is no mistake', async () => {
    const empty = save('empty.log', '')
    for (const ran of [await run([empty]), await run([], { input: '' })])
      expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/No delivery is told of here[\s\S]* is empty\./) })
    expect((await run([empty, save('mail.log', postfix)])).out).toContain('empty.log is empty.')
  })
  test('1 where mail was named beside logs: it is not in the report', async () => {
    const mail = save('note.eml', 'From: ada@example.com\r\nSubject: hello\r\n\r\nhello\r\n')
    const { code, out } = await run([save('mail.log', postfix), mail])
    expect(code).toBe(1)
    expect(unwrapped(out)).toMatch(/note\.eml is no log that is known, and not in this report/)
  })
  test('help and version', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('EXIT CODES') })
    const { out } = await run(['--help'])
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(96)
    expect(await run(['--version'])).toMatchObject({ code: 0 })
  })
})

test('a folder is read with what it holds of logs', async () => {
  const path = join(folder, 'log')
  mkdirSync(path)
  writeFileSync(join(path, 'mail.log'), postfix)
  writeFileSync(join(path, 'dpkg.log'), '2026-11-25 08:00:00 status installed exim4:amd64 4.98\n')
  const { messages, files } = await reportOf([path])
  expect(messages.delivered).toBe(2)
  expect(files).toHaveLength(1)
})
