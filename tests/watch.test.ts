import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { beforeEach, expect, test } from 'vitest'
import { attempt, incident, minutes, steady, unauthenticated } from './watch/log-lines.ts'
import { bin, type Line, useWatchFolder } from './watch/run-watch.ts'

/** `whybounce watch`, as people run it: following, restarts, alerts, the screen. */
const { path, start, keep } = useWatchFolder()
let folder: string
let log: string
beforeEach(() => {
  folder = path()
  log = join(folder, 'mail.log')
})

const pipe = (text: string, args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'watch', '-', ...args], {
    input: text,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', TZ: 'UTC' },
    cwd: folder
  })
  return { code: status, out: stdout, err: stderr }
}

test('an old log on standard input gives its alerts, a line each, with what to do and an example, and ends', () => {
  const { code, out } = pipe(steady(0, 180) + incident(180, 200) + steady(200, 240), ['--alerts-only'])
  expect(code).toBe(0)
  const [first, second, ...rest] = out.trim().split('\n')
  expect(first).toMatch(
    /^2026-01-05 03:\d\d ALERT At Gmail: .+ messages in 10 minutes, .+ To do: The sending side's administrator: .+ Example: u\d+@example\.net: host gmail/
  )
  expect(second).toMatch(/^2026-01-05 03:\d\d ENDED Gmail: .+ \(since 2026-01-05 03:\d\d\)\.$/)
  expect(rest).toEqual([])
})

test('without --alerts-only there is a line for each minute of the log, also for the last', () => {
  const { out } = pipe(steady(0, 5) + attempt(5, unauthenticated), [])
  expect(out.trim().split('\n')).toEqual([
    ...[1, 2, 3, 4, 5].map((minute) => `2026-01-05 00:0${minute} delivered 3, deferred 0, bounced 0, waiting 0`),
    expect.stringMatching(/^2026-01-05 00:06 delivered 0, deferred 0, bounced 1, waiting 0: 1 .+ \(Gmail\)$/)
  ])
})

test('JSON lines: alerts and summaries, and never a control character of the log', () => {
  const hostile = '550 5.1.1 user unknown \u001b[31m\u0007'
  const { out } = pipe(
    steady(0, 100) + minutes(100, 105, (minute) => attempt(minute, hostile) + attempt(minute, hostile) + attempt(minute, hostile)),
    ['--json']
  )
  const lines: Line[] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.filter(({ type }) => type === 'summary').length).toBe(105)
  expect(lines.find(({ type }) => type === 'alert')).toMatchObject({
    kind: 'cause-rising',
    state: 'firing',
    cause: 'user-unknown',
    provider: 'gmail'
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  const text = pipe(steady(0, 100) + minutes(100, 105, (minute) => attempt(minute, hostile).repeat(4)), [])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
  expect(text.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
})

test('lines that are not understood are shown and make the exit code 1 where the log ends', () => {
  const { code, err } = pipe(
    `${steady(0, 2)}2026-01-05T00:03:00Z mx1 postfix/smtp[1]: 1A2B3C4D5E: to=<a@example.net>, dsn=9, status=odd (what)\n`,
    ['--alerts-only']
  )
  expect(code).toBe(1)
  expect(err).toContain('a line was not understood')
})

test('a table of one’s own is followed by its columns', () => {
  const rows = [1, 2, 3].map((minute) => `u${minute}@example.net,550 5.1.1 user unknown,2026-01-05T00:0${minute}:00Z`)
  const { code, out } = pipe(`rcpt,why,at\n${rows.join('\n')}\n`, ['--json', '--map', 'recipient=rcpt,text=why,time=at'])
  expect(code).toBe(0)
  expect(out).toContain('"bounced":1')
  expect(out).toContain('user-unknown')
})

test('payloads that a service posted, a line each, are followed; what is no log at all is said', () => {
  const bounce = (minute: number): string =>
    `${JSON.stringify({ RecordType: 'Bounce', ID: minute, Type: 'HardBounce', TypeCode: 1, MessageID: `m${minute}`, Email: 'a@example.net', Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).', Details: 'smtp;550 5.1.1 user unknown', BouncedAt: new Date(Date.UTC(2026, 0, 5, 0, minute)).toISOString(), From: 'news@example.com' })}\n`
  const { code, out } = pipe(bounce(1) + bounce(2) + bounce(3), ['--json'])
  expect(code).toBe(0)
  expect(out).toContain('"bounced":1')
  const nothing = pipe('hello\nworld\n', [])
  expect(nothing.code).toBe(1)
  expect(nothing.err).toContain('nothing in standard input is of a log that is known')
})

test('mistakes are said in a sentence', () => {
  writeFileSync(join(folder, 'packed.log'), gzipSync('line\n'))
  for (const [args, words] of [
    [[], 'Name the log'],
    [['-', '-'], 'Standard input can be read once'],
    [['x', '--metrics', 'nowhere'], '--metrics takes a port'],
    [['x', '--metrics', '99999'], '--metrics takes a port'],
    [['x', '--format', 'odd'], 'There is no log format'],
    [['.'], 'is a folder'],
    [['packed.log'], 'is packed, and no log is written so'],
    [['/dev/null'], 'is no file']
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, [bin, 'watch', ...args], { encoding: 'utf8', cwd: folder })
    expect([status, stderr.includes(words)]).toEqual([2, true])
  }
  writeFileSync(join(folder, 'broken.json'), 'no checkpoint')
  const { status, stderr } = spawnSync(process.execPath, [bin, 'watch', 'x', '--checkpoint', 'broken.json'], {
    encoding: 'utf8',
    cwd: folder
  })
  expect([status, stderr]).toEqual([1, expect.stringContaining('is no checkpoint')])
})

test('a restart goes on where it was: across a rotation and a kill nothing is lost and nothing comes twice', async () => {
  writeFileSync(log, steady(0, 180))
  const args = ['mail.log', '--json', '--checkpoint', 'place.json', '--quiet']
  const first = start(args)
  await waitFor(() => readCheckpoint() !== undefined)
  appendFileSync(log, steady(180, 185))
  await first.until((text) => text.includes('2026-01-05T03:04:00'))
  expect(await first.stop()).toBe(0)
  appendFileSync(log, incident(185, 190))
  renameSync(log, `${log}.1`)
  writeFileSync(log, incident(190, 195) + steady(195, 230))
  const second = start(args)
  await second.until((text) => text.includes('"summary","time":"2026-01-05T03:49:00'))
  expect(await second.stop()).toBe(0)
  const summaries = [...first.lines(), ...second.lines()].filter(({ type }) => type === 'summary')
  const delivered = summaries.reduce((sum, { minute }) => sum + Number((minute as Line).delivered), 0)
  const bounced = summaries.reduce((sum, { minute }) => sum + Number((minute as Line).bounced), 0)
  // The minute in which it began is told whole; of the last one nobody can say yet that it is over.
  expect([delivered, bounced]).toEqual([6 * 3 + 10 + 34 * 3, 20])
  // What was before the checkpoint is known: without it, nothing would be usual.
  expect(
    second
      .lines()
      .filter(({ type }) => type === 'alert')
      .map(({ state }) => state)
  ).toEqual(['firing', 'ended'])
})

const readCheckpoint = (): Line | undefined => {
  try {
    const sources: Line = JSON.parse(readFileSync(join(folder, 'place.json'), 'utf8')).sources
    return Object.keys(sources).some((key) => key !== 'watch') ? sources : undefined
  } catch {
    return undefined
  }
}

const waitFor = async (passes: () => boolean): Promise<void> => {
  while (!passes()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** A journalctl that answers as the real one does: entries after a cursor, before a time, the last of them; and new ones while it follows. */
const fakeJournal = `#!${process.execPath}
const { readFileSync, appendFileSync } = require('node:fs')
const args = process.argv.slice(2)
appendFileSync(process.env.JOURNAL + '.calls', JSON.stringify(args) + '\\n')
const value = (name) => args.find((arg) => arg.startsWith('--' + name + '='))?.slice(name.length + 3)
const all = () => readFileSync(process.env.JOURNAL, 'utf8').split('\\n').filter((line) => line !== '').map((line) => JSON.parse(line))
let entries = all()
let given = entries.length
const after = value('after-cursor')
if (after !== undefined) entries = entries.slice(entries.findIndex((entry) => entry.__CURSOR === after) + 1)
const until = value('until')
if (until !== undefined) entries = entries.filter((entry) => Number(entry.__REALTIME_TIMESTAMP) <= Number(until.slice(1)) * 1e6)
if (value('lines') !== 'all') entries = Number(value('lines')) === 0 ? [] : entries.slice(-Number(value('lines')))
const print = (entry) => process.stdout.write(JSON.stringify(entry) + '\\n')
entries.forEach(print)
if (args.includes('--follow')) setInterval(() => { const now = all(); now.slice(given).forEach(print); given = now.length }, 50)
`

test('the journal is followed, and gone on with behind the cursor of the checkpoint', async () => {
  const journal = join(folder, 'journal')
  writeFileSync(join(folder, 'journalctl'), fakeJournal)
  chmodSync(join(folder, 'journalctl'), 0o755)
  let cursor = 0
  const entries = (lines: string): string =>
    lines
      .trim()
      .split('\n')
      .map((line) => {
        const [time = '', host, tag = '', ...message] = line.split(' ')
        return `${JSON.stringify({
          __CURSOR: `s=${cursor++}`,
          __REALTIME_TIMESTAMP: String(Date.parse(time) * 1_000),
          _HOSTNAME: host,
          SYSLOG_IDENTIFIER: tag.slice(0, tag.indexOf('[')),
          _PID: '42',
          MESSAGE: message.join(' ')
        })}\n`
      })
      .join('')
  writeFileSync(journal, entries(steady(0, 180)))
  const env = { PATH: `${folder}:${process.env.PATH}`, JOURNAL: journal }
  const args = ['--journal=postfix@-.service', '--json', '--checkpoint', 'place.json']
  const first = start(args, env)
  // What comes before that is read in silence.
  await waitFor(() => JSON.stringify(readCheckpoint() ?? '').includes('cursor'))
  appendFileSync(journal, entries(steady(180, 185)))
  await first.until((text) => text.includes('2026-01-05T03:04:00'))
  expect(await first.stop()).toBe(0)
  appendFileSync(journal, entries(incident(185, 195) + steady(195, 230)))
  const second = start(args, env)
  await second.until((text) => text.includes('"summary","time":"2026-01-05T03:49:00'))
  expect(await second.stop()).toBe(0)
  const summaries = [...first.lines(), ...second.lines()].filter(({ type }) => type === 'summary')
  expect(summaries.reduce((sum, { minute }) => sum + Number((minute as Line).bounced), 0)).toBe(20)
  expect(summaries.reduce((sum, { minute }) => sum + Number((minute as Line).delivered), 0)).toBe(6 * 3 + 10 + 34 * 3)
  expect(
    second
      .lines()
      .filter(({ type }) => type === 'alert')
      .map(({ state }) => state)
  ).toEqual(['firing', 'ended'])
  expect(readFileSync(`${journal}.calls`, 'utf8')).toContain('--unit=postfix@-.service')
})

test('without journalctl that is said, and the exit code is 1', async () => {
  const watch = start(['--journal'], { PATH: folder })
  expect(await watch.ended).toBe(1)
  expect(watch.err()).toContain('journalctl does not start')
})

const terminalProgram = 'script'
const hasScript = spawnSync(terminalProgram, ['--version']).status === 0

/** Runs it in a terminal of its own, of 80 × 24, by script(1). */
const inTerminal = (args: string): ChildProcessByStdio<Writable, Readable, Readable> => {
  const child = spawn(terminalProgram, ['-qefc', `stty cols 80 rows 24; exec '${process.execPath}' '${bin}' watch ${args}`, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1', TZ: 'UTC', TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: folder
  })
  keep(child)
  return child
}

test.skipIf(!hasScript)('on a terminal it is a screen; q and Ctrl-C give the window back as it was', async () => {
  writeFileSync(log, steady(0, 180) + incident(180, 190) + attempt(191))
  for (const [key, expected] of [
    ['q', 0],
    ['\u0003', 130]
  ] as const) {
    const child = inTerminal('mail.log --from-start --checkpoint screen.json')
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    await waitFor(() => out.includes('q quits'))
    await waitFor(() => out.includes('At Gmail: '))
    child.stdin.write(key)
    expect(await ended).toBe(expected)
    expect(out.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true)
    expect(out.trimEnd().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true)
    const frame = (out.split('\u001b[H').at(-1) ?? '').split('\r\n')
    expect(frame.length).toBe(24)
    expect(frame[0]).toMatch(/^whybounce watch {2}mail\.log/)
  }
  expect(readFileSync(join(folder, 'screen.json'), 'utf8')).toContain('"offset"')
})

test('a checkpoint that cannot be written is told once, and the watch goes on', async () => {
  writeFileSync(log, steady(0, 3))
  const place = join(folder, 'place.json')
  const watch = start(['mail.log', '--checkpoint', 'place.json'])
  await waitFor(() => readCheckpoint() !== undefined)
  // Not even the superuser can write a file where a folder is.
  rmSync(place)
  mkdirSync(place)
  appendFileSync(log, steady(3, 5))
  await watch.until((text) => text.includes('cannot be written'))
  appendFileSync(log, steady(5, 7))
  await watch.until((text) => text.includes('00:06 delivered 3'))
  expect(watch.err().match(/cannot be written/g)?.length).toBe(1)
  rmdirSync(place)
  await waitFor(() => readCheckpoint() !== undefined)
  expect(await watch.stop()).toBe(0)
})

test('a table is followed from its end by the names in its first line', async () => {
  const row = (minute: number): string =>
    `b,${new Date(Date.UTC(2026, 0, 5, 0, minute)).toISOString()},u${minute}@gmail.com,5.1.1,smtp;550 5.1.1 user unknown\n`
  writeFileSync(log, `type,timeLogged,rcpt,dsnStatus,dsnDiag\n${row(0)}`)
  const watch = start(['mail.log', '--checkpoint', 'place.json'])
  await waitFor(() => JSON.stringify(readCheckpoint() ?? '').includes('file:'))
  appendFileSync(log, row(1) + row(2) + row(3))
  expect(await watch.until((text) => text.includes('00:03 '))).toContain('bounced 1')
  await watch.stop()
})
