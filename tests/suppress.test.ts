import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const program = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'whybounce.mjs')

let folder: string
let store: string
let number = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-suppress-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, WHYBOUNCE_STORE: store, WHYBOUNCE_KEY: '' })
const run = (args: readonly string[], input: string | Buffer = ''): { status: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'suppress', ...args], {
    input,
    encoding: 'utf8',
    env: environment(),
    maxBuffer: 1 << 28
  })
  return { status, out: stdout, err: stderr }
}
const newStore = (): void => {
  store = join(folder, `${++number}`, 'suppressions.sqlite')
}
const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, `${++number}-${name}`)
  writeFileSync(path, content)
  return path
}
/** The list without the times at which its entries were added. */
const listOf = (): unknown[] =>
  run(['export', '--json'])
    .out.trimEnd()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), added: '' }))
const importedJson = (...args: readonly string[]): Record<string, unknown> => JSON.parse(run(['import', '--json', ...args]).out)

const bounce = (recipient: string, status: string, words: string): string =>
  [
    'From: MAILER-DAEMON@mx.example.net',
    'To: sender@example.org',
    'Subject: Undelivered Mail',
    'Date: Fri, 01 May 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'It failed.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${words}`,
    '',
    '--b--',
    ''
  ].join('\n')

describe('by hand', () => {
  test('added, checked, explained, removed, and all of it in the audit trail', () => {
    newStore()
    expect(run(['add', 'Anna@Example.com', '--reason', 'unsubscribe', '--stream', 'news'])).toMatchObject({ status: 0, out: '1 added.\n' })
    expect(run(['check', 'anna@example.com', 'bob@example.com'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^anna@example\.com\tunsubscribe\t.*\tnews\t\nbob@example\.com\tnot suppressed\n$/)
    })
    expect(run(['check', 'anna@example.com', '--stream', 'bills']).status).toBe(0)
    expect(run(['why', 'anna@example.com'])).toMatchObject({
      status: 1,
      out: expect.stringContaining('suppressed for unsubscribe, in news only')
    })
    expect(run(['remove', 'anna@example.com']).err).toContain("--reason 'asked for mail again'")
    expect(run(['remove', 'anna@example.com', '--reason', 'ticket 7']).status).toBe(0)
    expect(run(['remove', 'anna@example.com', '--reason', 'ticket 7'])).toMatchObject({
      status: 1,
      out: expect.stringContaining('was not on the list')
    })
    expect(run(['check', 'anna@example.com']).status).toBe(0)
    const actions = run(['audit', '--json'])
      .out.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).action)
    expect(actions).toEqual(['add', 'remove', 'remove'])
    expect(statSync(`${store}.key`).mode & 0o777).toBe(0o600)
  })

  test('what is no address: nobody can tell', () => {
    newStore()
    expect(run(['check', 'a@@b']).status).toBe(3)
    expect(run(['why', 'nobody']).status).toBe(3)
    expect(run(['add', 'a@example.com', 'not an address'])).toMatchObject({
      status: 1,
      out: '1 added.\n',
      err: 'not an address is no address.\n'
    })
  })

  test.each([
    [[], 'Say what to do: add, import'],
    [['frobnicate'], 'There is no "suppress frobnicate"'],
    [['add', 'a@example.com', '--reason', 'dislike'], '--reason takes one of: complaint'],
    [['add', 'a@example.com', '--expires', '2001-01-01'], 'is over already'],
    [['add', 'a@example.com', '--expires', 'soon'], '--expires takes a day'],
    [['add', 'a@example.com', '--soft-days', '3'], '--soft-days does nothing for "suppress add"'],
    [['import', '--soft-days', '0', 'x'], '--soft-days takes a whole number'],
    [['import', '/nonexistent'], 'There is no file or folder /nonexistent'],
    [['import', 'a@example.com'], "whybounce suppress add 'a@example.com'"],
    [['check', 'nofile'], 'There is no file nofile'],
    [['export', '--format', 'xml'], '--format takes csv or jsonl'],
    [['export', '--addresses'], 'keeps hashes only'],
    [['audit', 'x'], 'takes no arguments'],
    [['why'], 'takes one address'],
    [['check', '--nonsense'], "Unknown option '--nonsense'"]
  ])('%j is a usage error that says what to do', (args, message) => {
    newStore()
    expect(run(args)).toMatchObject({ status: 2, err: expect.stringContaining(message) })
  })

  test('a key that others can read, and one of another store, are refused with the fix', () => {
    newStore()
    run(['add', 'a@example.com'])
    chmodSync(`${store}.key`, 0o644)
    expect(run(['check', 'a@example.com'])).toMatchObject({ status: 2, err: expect.stringContaining(`chmod 600 '${store}.key'`) })
    writeFileSync(`${store}.key`, 'x'.repeat(43))
    chmodSync(`${store}.key`, 0o600)
    expect(run(['check', 'a@example.com'])).toMatchObject({ status: 2, out: '', err: expect.stringContaining('not the one that') })
  })

  test('--help tells all options', () => {
    const { status, out } = run(['--help'])
    expect(status).toBe(0)
    for (const option of [
      '--store',
      '--stream',
      '--reason',
      '--expires',
      '--keep-addresses',
      '--address-column',
      '--all-feedback',
      '--include-original',
      '--soft-failures',
      '--soft-days',
      '--addresses',
      '--format',
      '--json'
    ])
      expect(out).toContain(`${option} `)
  })
})

describe('import', () => {
  test('bounces: what is final about an address suppresses, and nothing else', () => {
    newStore()
    const mails = join(folder, `${++number}-mails`)
    mkdirSync(mails)
    writeFileSync(join(mails, '1.eml'), bounce('gone@example.com', '5.1.1', '550 5.1.1 User unknown'))
    writeFileSync(join(mails, '2.eml'), bounce('full@example.com', '5.2.2', '552 5.2.2 Mailbox full'))
    writeFileSync(join(mails, '3.eml'), bounce('fine@example.com', '5.7.1', '554 5.7.1 Message rejected as spam'))
    const { status, err } = run(['import', mails])
    expect({ status, err }).toMatchObject({ status: 0, err: expect.stringMatching(/ 1 {2}added\n/) })
    expect(run(['check', 'gone@example.com', 'full@example.com', 'fine@example.com'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(
        /^gone@example\.com\thard-bounce\t2026-05-01T10:00:00\.000Z\t\tuser-unknown\nfull@example\.com\tnot suppressed\nfine@example\.com\tnot suppressed\n$/
      )
    })
    expect(JSON.parse(run(['why', 'full@example.com', '--json']).out).history).toMatchObject({
      counted: 1,
      bounced: { cause: 'mailbox-full' }
    })
  })

  test('the lines of whybounce events --json mean what the messages mean', () => {
    newStore()
    const message = bounce('gone@example.com', '5.1.1', '550 5.1.1 User unknown')
    const events = spawnSync(process.execPath, [program, 'events', '--json', '-q', '-'], { input: message, encoding: 'utf8' }).stdout
    expect(run(['import', '-'], events).status).toBe(0)
    expect(run(['check', 'gone@example.com']).out).toContain('hard-bounce')
  })

  test('an export of a service on standard input, and a list with bad rows: the good ones are in, the bad ones counted and shown', () => {
    newStore()
    const summary = {
      SuppressedDestinationSummaries: [{ EmailAddress: 'a@example.com', Reason: 'COMPLAINT', LastUpdateTime: '2026-05-01T00:00:00Z' }]
    }
    expect(run(['import', '-'], JSON.stringify(summary, null, 2)).status).toBe(0)
    const list = file('list.csv', 'email,reason\nb@example.com,spam\nnonsense,spam\nc@example.com,dislike\n"d@example.com,spam\n')
    const { status, err } = run(['import', list])
    expect(status).toBe(1)
    expect(err).toContain('3  not read, such as:')
    expect(err).toContain(`${list}:3: There is no address that can be suppressed.`)
    expect(run(['check', 'a@example.com', 'b@example.com', 'c@example.com']).out.match(/complaint/g)).toHaveLength(2)
  })

  test('a list that does not say enough is not imported at all, and the error names the option', () => {
    newStore()
    const list = file('list.csv', 'id;who\n1;a@example.com\n2;b@example.com\n')
    expect(run(['import', list])).toMatchObject({ status: 2, err: expect.stringContaining('--address-column 2') })
    expect(run(['import', list, '--address-column', 'who'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('--reason unsubscribe')
    })
    expect(run(['import', list, '--address-column', '2', '--reason', 'manual']).status).toBe(0)
    expect(run(['import', '-', '--reason', 'manual'], '# people\nc@example.com\n\n').status).toBe(0)
    const utf16 = file('utf16.csv', Buffer.from('\ufeffemail,reason\nd@example.com,spam\n', 'utf16le'))
    expect(run(['import', utf16]).status).toBe(0)
    expect(listOf()).toHaveLength(4)
  })

  test('what was removed since is left off, however often it is imported', () => {
    newStore()
    const list = file('list.csv', 'email,reason,date\na@example.com,spam,2026-05-01\n')
    run(['import', list])
    run(['remove', 'a@example.com', '--reason', 'mistake'])
    expect(importedJson(list)).toMatchObject({ added: 0, removed: 1 })
    expect(run(['check', 'a@example.com']).status).toBe(0)
  })

  test('hostile files end in an answer: a quote that never closes, bytes of all kinds, a line without end', () => {
    newStore()
    const open = file('open.csv', `email,reason\na@example.com,spam\n"${'x,y\n'.repeat(300_000)}`)
    expect(run(['import', open])).toMatchObject({ status: 1, err: expect.stringContaining('not read') })
    const bytes = file('bytes', Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 251)))
    expect([0, 1, 2]).toContain(run(['import', bytes]).status)
    const line = file('line.txt', `a@example.com\n${'y'.repeat(5_000_000)}\nb@example.com\n`)
    expect(run(['import', line, '--reason', 'manual'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('The line is longer than 1 MB.')
    })
    expect(run(['check', 'a@example.com', 'b@example.com']).out.match(/manual|complaint/g)).toHaveLength(2)
  })
})

describe('export', () => {
  test('goes into another store of the same key, as CSV and as JSON lines', () => {
    newStore()
    run(['add', 'a@example.com', '--reason', 'complaint', '--expires', '1y'])
    run(['import', '-'], 'email,reason,date,list\nb@example.com,550 5.1.1 "User" unknown,2026-05-01,"x, y"\n')
    const [from, list] = [store, listOf()]
    for (const format of ['csv', 'jsonl']) {
      store = from
      const exported = run(['export', '--format', format]).out
      newStore()
      mkdirSync(join(store, '..'))
      copyFileSync(`${from}.key`, `${store}.key`)
      expect(run(['import', '-'], exported)).toMatchObject({ status: 0 })
      expect(list).toHaveLength(2)
      expect(listOf()).toEqual(list)
    }
    newStore()
    store = from
    const exported = run(['export']).out
    newStore()
    expect(run(['import', '-'], exported)).toMatchObject({ status: 1, err: expect.stringContaining('another key') })
  })

  test('addresses come out where they were kept, and no spreadsheet runs them', () => {
    newStore()
    run(['add', '=cmd@example.com', '--keep-addresses'])
    expect(run(['export', '--addresses']).out).toContain(",'=cmd@example.com,")
    expect(run(['export']).out).not.toContain('cmd@example.com')
    run(['add', 'b@example.com'])
    expect(run(['export', '--addresses'])).toMatchObject({ status: 1, err: expect.stringContaining('1 of 2 entries have no address') })
    expect(run(['export', '--reason', 'complaint', '--json']).out).toBe('')
  })
})

test('check of a list prints those that are suppressed, in its order', () => {
  newStore()
  run(['import', '-', '--reason', 'manual'], Array.from({ length: 30 }, (_, index) => `p${index * 1_000}@example.com`).join('\n'))
  const list = file(
    'recipients.csv',
    `name,email\n${Array.from({ length: 30_000 }, (_, index) => `"P, ${index}",p${index}@example.com`).join('\n')}\nX,none\n`
  )
  const { status, out, err } = run(['check', list])
  expect(status).toBe(1)
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0])
  ).toEqual(Array.from({ length: 30 }, (_, index) => `p${index * 1_000}@example.com`))
  expect(err).toBe('30,001 checked, 30 suppressed, 1 no address.\n')
  expect(JSON.parse(run(['check', '-', '--json', '-q'], 'p0@example.com\n').out)).toMatchObject({
    address: 'p0@example.com',
    suppressed: true,
    reason: 'manual'
  })
})

const listFile = (count: number): string =>
  file(
    'many.csv',
    `email,reason,date\n${Array.from({ length: count }, (_, index) => `p${index}@example.com,spam,2026-05-01`).join('\n')}\n`
  )

test('several imports at once end in one list', async () => {
  newStore()
  const list = listFile(20_000)
  const codes = await Promise.all(
    Array.from(
      { length: 3 },
      () =>
        new Promise((resolve) =>
          spawn(process.execPath, [program, 'suppress', 'import', list], { env: environment(), stdio: 'ignore' }).on('exit', resolve)
        )
    )
  )
  expect(codes).toEqual([0, 0, 0])
  expect(listOf()).toHaveLength(20_000)
})

test('an import that was killed in the middle is done again and ends in the same list', async () => {
  newStore()
  const list = listFile(120_000)
  const child = spawn(process.execPath, [program, 'suppress', 'import', list], { env: environment(), stdio: 'ignore' })
  const ended = new Promise<string | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)))
  const committed = (): boolean => {
    if (!existsSync(store) || statSync(store).size === 0) return false
    const db = new DatabaseSync(store, { readOnly: true })
    try {
      return db.prepare('SELECT 1 FROM entries LIMIT 1').get() !== undefined
    } catch {
      return false // The tables are not there yet.
    } finally {
      db.close()
    }
  }
  while (!committed()) await setTimeout(5)
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  const halfway = listOf().length
  expect(halfway).toBeGreaterThan(0)
  expect(halfway).toBeLessThan(120_000)
  expect(importedJson(list)).toMatchObject({ known: halfway, added: 120_000 - halfway, unread: { count: 0 } })
  const again = listOf()
  const key = readFileSync(`${store}.key`)
  newStore()
  mkdirSync(join(store, '..'))
  writeFileSync(`${store}.key`, key, { mode: 0o600 })
  run(['import', list])
  expect(again).toEqual(listOf())
})
