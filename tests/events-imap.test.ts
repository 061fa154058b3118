import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dovecotIsInstalled, password } from './imap/dovecot.ts'
import { needs, useMailboxes } from './imap/mailbox.ts'
import { readFixtures } from './message-fixtures.ts'

/** `whybounce events imap://…` on a real Dovecot. */
const program = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'whybounce.mjs')
const { dovecot, newAccount } = useMailboxes()
const bounces = readFixtures()
  .filter(({ name, events }) => name.startsWith('lab/postfix') && events.every(({ kind }) => kind === 'failed'))
  .slice(0, 5)
  .map(({ bytes }) => Buffer.from(bytes))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-events-imap-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Ran = { readonly status: number | null; readonly out: string; readonly err: string }

// Not spawnSync: the server's log is read by this process.
const run = (args: readonly string[], env: NodeJS.ProcessEnv = { WHYBOUNCE_IMAP_PASSWORD: password }): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, 'events', ...args], { env: { ...process.env, NO_COLOR: '1', ...env } })
    let out = ''
    let err = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    child.on('close', (status) => resolve({ status, out, err }))
  })

const lines = ({ out }: Ran): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe.skipIf(!dovecotIsInstalled)(`bounce mailboxes over IMAP on the command line${needs}`, () => {
  test('events are printed, the mailbox stays as it is, and the next run reads only what is new', async () => {
    const account = newAccount(0)
    account.deliver(bounces)
    const url = `imap://${account.user}@127.0.0.1:${dovecot().port}/INBOX`
    const checkpoint = join(folder, 'checkpoint.json')
    const first = await run([url, '--json', '--checkpoint', checkpoint])
    expect(first.status, first.err).toBe(0)
    expect(new Set(lines(first).map(({ file }) => file)).size).toBe(5)
    expect(lines(first).every(({ kind, cause }) => kind === 'failed' && cause !== null)).toBe(true)
    expect(first.out + first.err).not.toContain(password)
    expect(account.flags()).toEqual(['', '', '', '', ''])
    account.deliver(bounces.slice(0, 1))
    const second = await run([url, '--json', '--checkpoint', checkpoint])
    expect(new Set(lines(second).map(({ file }) => file)).size).toBe(1)
    expect(lines(await run([url, '--json', '--checkpoint', checkpoint]))).toEqual([])
  })

  test('what was read is moved, and nothing is lost', async () => {
    const account = newAccount(0)
    account.deliver(bounces)
    const url = `imap://${account.user}@127.0.0.1:${dovecot().port}/INBOX`
    const { status, err } = await run([url, '-q', '--move-to', 'Processed'])
    expect(status, err).toBe(0)
    expect(account.count()).toBe(0)
    expect(account.count('Processed')).toBe(5)
  })

  const letter = 'From: Jane <jane@example.com>\r\nSubject: Lunch?\r\n\r\nNoon?\r\n'
  const unreadable = 'words without a header\r\n'

  test('letters and what cannot be read stay where they are and as they are; with --all only the second', async () => {
    const account = newAccount(0)
    account.deliver([...bounces.slice(0, 2), letter, unreadable])
    const url = `imap://${account.user}@127.0.0.1:${dovecot().port}/INBOX`
    const first = await run([url, '--mark', 'flagged', '--move-to', 'Processed'])
    expect(first.status, first.err).toBe(1)
    expect(first.err.replace(/\s+/g, ' ')).toContain('1 unreadable')
    expect([account.flags(), account.flags('Processed')]).toEqual([
      ['', ''],
      ['F', 'F']
    ])
    await run([url, '-q', '--all', '--mark', 'flagged', '--move-to', 'Processed'])
    expect([account.flags(), account.flags('Processed')]).toEqual([[''], ['F', 'F', 'F']])
  })

  test('with a checkpoint a letter that stays is not read again, and what was remembered is only what was meant', async () => {
    const account = newAccount(0)
    account.deliver([letter, ...bounces.slice(0, 1)])
    const args = [
      `imap://${account.user}@127.0.0.1:${dovecot().port}/INBOX`,
      '--checkpoint',
      join(folder, 'letters.json'),
      '--move-to',
      'Processed',
      '--summary',
      '--json'
    ]
    expect(JSON.parse((await run(args)).out)).toMatchObject({ messages: 2, notBounces: 1 })
    expect([account.count(), account.count('Processed')]).toEqual([1, 1])
    expect(JSON.parse((await run(args)).out)).toMatchObject({ messages: 0 })
    expect(account.count()).toBe(1)
  })

  test('--unread and --mark seen: a second run finds nothing to read', async () => {
    const account = newAccount(0)
    account.deliver(bounces)
    const args = [`imap://${account.user}@127.0.0.1:${dovecot().port}/INBOX`, '--unread', '--mark', 'seen', '--json', '-q']
    expect(lines(await run(args)).length).toBeGreaterThanOrEqual(5)
    expect(account.flags()).toEqual(['S', 'S', 'S', 'S', 'S'])
    expect(lines(await run(args))).toEqual([])
  })

  test('a password from a file; a wrong one is told in a sentence and ends with 1', async () => {
    const account = newAccount(0)
    account.deliver(bounces.slice(0, 1))
    const url = `imap://${account.user}@127.0.0.1:${dovecot().port}/INBOX`
    const file = join(folder, 'password')
    writeFileSync(file, `${password}\n`)
    expect((await run([url, '--password-file', file], { WHYBOUNCE_IMAP_PASSWORD: '' })).status).toBe(0)
    const wrong = await run([url], { WHYBOUNCE_IMAP_PASSWORD: 'wrong-horse' })
    expect(wrong.status).toBe(1)
    expect(wrong.err).toContain('refused the login')
    expect(wrong.err).not.toContain('wrong-horse')
  })
})
