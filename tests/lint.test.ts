import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lintMessage } from '@whybounce/core/lint'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DnsServer, startDnsServer } from './dns/dns-server.ts'
import { stringsIn, unclean } from './lint/strings.ts'

const bin = join(import.meta.dirname, '..', 'packages/cli/bin/whybounce.mjs')
const messages = join(import.meta.dirname, 'lint/good')
const now = new Date('2026-11-25T12:30:00Z')

const goodMessages = readdirSync(messages).filter((name) => name.endsWith('.eml'))

test('there are good messages', () => {
  expect(goodMessages.length).toBeGreaterThanOrEqual(7)
})

test.each(goodMessages)('nothing is wrong with the good message %s', (name) => {
  const { findings } = lintMessage(readFileSync(join(messages, name)), { now })
  expect(findings.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
})

const emlFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.eml'))
    .map((entry) => join(entry.parentPath, entry.name))

test('real bounces and ordinary mails are read without an error, and their texts are clean', () => {
  const files = emlFiles(join(import.meta.dirname, 'messages'))
  expect(files.length).toBeGreaterThan(500)
  for (const file of files) {
    const report = lintMessage(readFileSync(file), { now })
    expect(report.findings.length, file).toBeGreaterThan(0)
    expect(
      stringsIn(report).filter((text) => unclean.test(text)),
      file
    ).toEqual([])
  }
})

type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-lint-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const begin = (args: readonly string[]): { child: ChildProcess; ended: Promise<Ran> } => {
  const child = spawn(process.execPath, [bin, 'lint', ...args], { env: { ...process.env, NO_COLOR: '1' } })
  let [out, err] = ['', '']
  child.stdout.on('data', (data) => (out += data))
  child.stderr.on('data', (data) => (err += data))
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err }))) }
}
const run = (...args: readonly string[]): Promise<Ran> => begin(args).ended

const save = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Of this moment: the command judges dates by the clock. */
const draft = (fields = '', body = 'Hello, this is what I wanted to tell you.'): string =>
  `From: John <john@good-company.com>\r\nTo: jane@example.org\r\nSubject: Hello\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\nMessage-ID: <1@good-company.com>\r\n${fields}\r\n${body}\r\n`

describe('whybounce lint', () => {
  test('a good message: one line says so, exit code 0', async () => {
    const { code, out } = await run(save('good.eml', draft()))
    expect(code).toBe(0)
    expect(out).toMatch(/^✓ .*good\.eml: Nothing is wrong with it\. \d+ pass\.\n/)
  })

  test('what to fix first comes first, then failures, then warnings, each with what to do; exit code 1', async () => {
    const bad = draft('Subject: Again\r\nPrecedence: bulk\r\n', 'Dear ,\r\nUnsubscribe: https://bit.ly/3xYz')
    const { code, out } = await run(save('bad.eml', bad))
    expect(code).toBe(1)
    const [first, fails, warnings] = ['Fix this first', 'Fails', 'Warnings'].map((title) => out.indexOf(`\n${title}\n`))
    expect(first).toBeGreaterThan(0)
    expect(fails).toBeGreaterThan(first ?? 0)
    expect(warnings).toBeGreaterThan(fails ?? 0)
    expect(out).toContain('lint.header-doubled')
    expect(out).toContain('Subject stands there more than once')
    expect(out).toMatch(/→ Leave one of them/)
  })

  test('a warning alone is exit code 0, with --strict 1', async () => {
    const file = save('warn.eml', draft('', 'Dear ,\r\nhere is what I wanted to tell you.'))
    expect((await run(file)).code).toBe(0)
    expect((await run('--strict', file)).code).toBe(1)
  })

  test('what is no message is unknown: exit code 3', async () => {
    const { code, out } = await run(save('list.txt', 'john@example.com\njane@example.org\n'))
    expect(code).toBe(3)
    expect(out).toContain('This is no mail message')
  })

  test('JSON has a line for each file, with facts', async () => {
    const { code, out } = await run('--json', save('a.eml', draft()), save('b.eml', draft('To: again@example.org\r\n')))
    expect(code).toBe(1)
    const [one, other, ...more] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(more).toEqual([])
    expect(one).toMatchObject({ verdict: 'pass', facts: { subject: 'Hello', bulk: { is: false }, domains: ['good-company.com'] } })
    expect(other).toMatchObject({ verdict: 'fail' })
  })

  test('a message comes from standard input', async () => {
    const { child, ended } = begin(['--bulk', '-q', '-'])
    child.stdin?.end(draft())
    const { code, out } = await ended
    expect(code).toBe(1)
    expect(out).toContain('standard input')
    expect(out).toContain('Bulk mail without List-Unsubscribe')
    expect(out).not.toContain('Passes')
  })

  test('with --all what passes is shown too', async () => {
    expect((await run('--all', save('a.eml', draft()))).out).toContain('\nPasses\n')
  })

  test('a page is written, and what a message says is no markup there', async () => {
    const page = join(folder, 'report.html')
    const evil = draft('', 'x').replace('Hello', '<script>alert(1)</script>').replace('To: ', 'Subject: <b>\r\nTo: ')
    expect((await run('--html', page, save('a.eml', evil))).code).toBe(1)
    expect(readFileSync(page, 'utf8')).toContain('&lt;script&gt;')
    expect(readFileSync(page, 'utf8')).not.toContain('<script')
  })

  test('escape sequences of a message do not reach the terminal', async () => {
    const { out, err } = await run('--all', save('a.eml', draft('', 'x').replace('Hello', '\x1b[2J\x1b]0;owned\x07')))
    expect(out + err).not.toContain('\x1b')
  })

  test.each<[readonly string[], string]>([
    [[], 'No message'],
    [['no-such-file.eml'], 'There is no file'],
    [['/'], 'is a folder'],
    [['--bulk', '--no-bulk', '-'], 'contradict'],
    [['--ip', '192.0.2.1', '-'], 'goes with --network'],
    [['--ip', 'x', '--network', '-'], 'takes an IP address'],
    [['--spamd=a b', '-'], 'takes a host and a port'],
    [['--rspamd=ftp://x', '-'], 'takes a URL'],
    [['--network', '--dns', 'x y', '-'], '--dns'],
    [['--frobnicate', '-'], 'frobnicate']
  ])('%j is not understood: one sentence, exit code 2', async (args, says) => {
    const { code, err } = await run(...args)
    expect(code).toBe(2)
    expect(err).toContain(says)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  test('a page does not overwrite the message under another name', async () => {
    const file = save('a.eml', draft())
    const { code, err } = await run('--html', `${folder}/./a.eml`, file)
    expect({ code, err }).toEqual({ code: 2, err: 'whybounce: --html would overwrite the message.\n' })
    expect(readFileSync(file, 'utf8')).toMatch(/^From: /)
  })

  test('help and version', async () => {
    expect((await run('--help')).out).toContain('USAGE')
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('a filter that is not running is unknown, and the rest is told', async () => {
    const { code, out } = await run('--spamd=127.0.0.1:1', '--rspamd=http://127.0.0.1:1', save('a.eml', draft()))
    expect(code).toBe(0)
    expect(out).toContain('No SpamAssassin answered at 127.0.0.1:1')
    expect(out).toContain('No Rspamd answered at http://127.0.0.1:1')
  })
})

describe('whybounce lint --network', () => {
  let dns: DnsServer
  afterEach(() => dns.close())

  const listed: Readonly<Record<string, readonly string[]>> = {
    '_dmarc.good-company.com TXT': ['v=DMARC1; p=reject'],
    'good-company.com TXT': ['v=spf1 ip4:192.0.2.1 -all'],
    // Spamhaus' DBL: its test entry, and a domain that sends spam.
    'test.dbl.spamhaus.org A': ['127.0.1.2'],
    'dbltest.com.dbl.spamhaus.org A': ['127.0.1.2'],
    'bad-company.com.dbl.spamhaus.org A': ['127.0.1.2']
  }

  test('DMARC is worked out from DNS, and nothing is guessed where DNS says nothing', async () => {
    dns = await startDnsServer(listed)
    const sent = draft('Received: from a by b; Wed, 25 Nov 2026 11:00:00 +0000\r\nReturn-Path: <x@good-company.com>\r\n')
    const file = save('a.eml', sent.replace('Return-Path', 'Return-Path'))
    const { out } = await run('--json', '--network', '--dns', dns.address, '--ip', '192.0.2.1', file)
    const codes = (JSON.parse(out) as { findings: { code: string }[] }).findings.map(({ code }) => code)
    expect(codes).toContain('dmarc.message-passes')
    expect(codes).not.toContain('lint.unsigned-sent')
  })

  test('a server that does not answer leaves things unknown', async () => {
    dns = await startDnsServer({ 'good-company.com TXT': 'servfail', '_dmarc.good-company.com TXT': 'servfail' })
    const { code, out } = await run('--json', '--network', '--dns', dns.address, save('a.eml', draft()))
    const { findings } = JSON.parse(out) as { findings: { code: string; verdict: string }[] }
    expect(findings.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(findings.some(({ verdict }) => verdict === 'unknown')).toBe(true)
    expect(code).toBe(0)
  })
})
