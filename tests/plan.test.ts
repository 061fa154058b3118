import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDnsServer } from './dns/dns-server.ts'

/** `whybounce plan`, as people call it. */
const program = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'whybounce.mjs')
const env = { ...process.env, NO_COLOR: '1' }

type Ran = { readonly status: number | null; readonly out: string; readonly err: string }
const run = (args: readonly string[], input = ''): Ran => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'plan', ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env
  })
  return { status, out: stdout, err: stderr }
}
/** Without blocking this process, in which a server has to answer. */
const runBeside = (args: readonly string[]): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'plan', ...args], { env })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => (out += String(chunk)))
    child.stderr.on('data', (chunk) => (err += String(chunk)))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, out, err }))
  })

let folder: string
const at = (...names: string[]): string => join(folder, ...names)
const fixed = ['--start', '2026-11-26T08:00', '--time-zone', 'Europe/Berlin']
const rowsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .slice(1)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-plan-'))
  const domains = ['gmail.com', 'gmail.com', 'gmail.com', 'yahoo.com', 'aol.com', 'orange.fr', 'small.example']
  const verdicts = ['deliverable', 'sendable', 'risky', 'unknown', 'undeliverable']
  const lines = Array.from({ length: 1400 }, (_, id) => {
    const opened = id % 4 === 0 ? '2026-11-20' : id % 4 === 1 ? '2026-01-01' : ''
    return `${id},u${id}@${domains[id % domains.length]},${verdicts[id % verdicts.length]},${opened},"a, ""b"""`
  })
  writeFileSync(at('list.csv'), `id,email,verdict,last_open,note\r\n${lines.join('\r\n')}\r\n`)
  writeFileSync(at('plain.txt'), Array.from({ length: 30 }, (_, id) => `u${id}@gmail.com`).join('\n'))
  writeFileSync(at('one.csv'), 'email\na@example.com\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a schedule names batch, receiver, time and reason, and keeps the hourly numbers', () => {
  const { status, out, err } = run([at('list.csv'), ...fixed])
  expect(status).toBe(0)
  const [head, ...lines] = out.trimEnd().split('\n')
  expect(head).toBe(
    'batch,provider,tier,recipients,not_before,not_after,local_not_before,local_not_after,rate_per_hour,connections,messages_per_connection,day,limited_by,why,file'
  )
  const cells = lines.map((line) => line.split(','))
  expect(cells.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(1120)
  expect(cells[0]?.slice(0, 7)).toEqual([
    '1',
    'gmail',
    'engaged-30',
    '90',
    '2026-11-26T07:00:00Z',
    expect.stringMatching(/^2026-11-26T07:/),
    '2026-11-26 08:00:00'
  ])
  expect(new Set(cells.map((row) => row[1]))).toEqual(new Set(['gmail', 'yahoo', 'orange', 'small.example']))
  expect(cells.filter((row) => row[1] === 'yahoo').every((row) => row[10] === '20')).toBe(true)
  for (const row of cells) expect(Number(row[8])).toBeLessThanOrEqual(row[1] === 'small.example' ? 100 : 1000)
  expect(err).toContain('1,120 recipients in')
  expect(err).toContain('280  the check says undeliverable')
  expect(err).toMatch(/Source:\s+https:\/\/help\.yahoo\.com\/kb\/SLN3433\.html/)
  expect(err).toContain('our own default')
})

test('files hold every row of the list once, unchanged, the engaged first and the risky last', () => {
  const output = at('batches')
  const { status, out } = run([at('list.csv'), ...fixed, '-o', output, '--batch', '100'])
  expect(status).toBe(0)
  expect(out).toContain('1,120 recipients in')
  const names = readdirSync(output).sort()
  const batches = names.filter((name) => name.startsWith('batch-'))
  expect(batches[0]).toBe('batch-0001-gmail.csv')
  const list = readFileSync(at('list.csv'), 'utf8')
  const head = list.slice(0, list.indexOf('\n') + 1)
  const texts = batches.map((name) => readFileSync(join(output, name), 'utf8'))
  const leftOut = readFileSync(join(output, 'left-out.csv'), 'utf8')
  for (const text of [...texts, leftOut]) expect(text.startsWith(head)).toBe(true)
  expect([...texts, leftOut].flatMap(rowsOf).sort()).toEqual(rowsOf(list).sort())
  expect(rowsOf(leftOut).every((row) => row.includes(',undeliverable,'))).toBe(true)
  expect(Math.max(...texts.map((text) => rowsOf(text).length))).toBeLessThanOrEqual(100)
  const gmail = batches.flatMap((name, index) => (name.endsWith('-gmail.csv') ? rowsOf(texts[index] ?? '') : []))
  const verdicts = gmail.map((row) => row.split(',')[2])
  expect(verdicts.indexOf('risky')).toBe(verdicts.length - verdicts.filter((verdict) => verdict === 'risky').length)
  expect(gmail.slice(0, 90).every((row) => row.includes(',2026-11-20,'))).toBe(true)
  const schedule = readFileSync(join(output, 'schedule.csv'), 'utf8')
  expect(rowsOf(schedule).map((line) => line.split(',').at(-1))).toEqual(batches)
  expect(rowsOf(schedule).map((line) => Number(line.split(',')[3]))).toEqual(texts.map((text) => rowsOf(text).length))
})

test('the same list gives the same plan, byte for byte, and a folder with batches in it is not written to', () => {
  const one = at('one-plan')
  const other = at('other-plan')
  for (const output of [one, other]) expect(run([at('list.csv'), ...fixed, '-o', output, '-q'])).toMatchObject({ status: 0, out: '' })
  const names = readdirSync(one)
  expect(readdirSync(other)).toEqual(names)
  for (const name of names) expect(readFileSync(join(other, name), 'utf8')).toBe(readFileSync(join(one, name), 'utf8'))
  const again = run([at('list.csv'), ...fixed, '-o', one])
  expect(again).toMatchObject({ status: 2, out: '' })
  expect(again.err).toContain('holds batches of another plan')
})

test('a warm-up grows by the day, says its curve, and JSON carries every reason', () => {
  const { status, out } = run([at('list.csv'), ...fixed, '--warm-up', '--hours', '8-20', '--json'])
  expect(status).toBe(0)
  const plan = JSON.parse(out)
  expect(plan.days.map((day: { recipients: number }) => day.recipients)).toEqual([200, 280, 392, 248])
  expect(plan).toMatchObject({
    recipients: 1120,
    firstDay: 200,
    warmUp: { curve: 'steady', firstDay: 1 },
    unplanned: 0,
    leftOut: { undeliverable: 280 }
  })
  expect(plan.batches).toHaveLength(plan.batchCount)
  expect(plan.batches[0]).toMatchObject({ tier: 'engaged-30', limitedBy: 'warm-up', notBefore: '2026-11-26T07:00:00Z' })
  for (const number of plan.numbers) expect(number.why.length).toBeGreaterThan(5)
  expect(plan.numbers.find((number: { of: string }) => number.of === 'warm-up').source).toContain('postmarkapp.com')
})

test.each([
  ['--warm-up=5', 5],
  ['--curve=sparkpost', 3],
  ['--curve=braze-conservative', 8]
])('%s takes %i days', (option, days) => {
  expect(JSON.parse(run([at('list.csv'), ...fixed, '--json', option]).out).days).toHaveLength(days)
})

test('a warm-up in too few days is planned, and warned of', () => {
  const { out } = run([at('list.csv'), ...fixed, '--json', '--warm-up=2'])
  expect(JSON.parse(out).warnings.join(' ')).toContain('Gmail warns of doubling')
})

test('the limits of a sending service hold, with their source', () => {
  const { out } = run([at('list.csv'), ...fixed, '--json', '--sender', 'amazon-ses-sandbox', '--hours', '8-20'])
  const plan = JSON.parse(out)
  expect(plan.days.map((day: { recipients: number }) => day.recipients)).toEqual([197, 197, 197, 197, 197, 135])
  expect(plan.numbers[1]).toMatchObject({ of: 'a day', source: 'https://docs.aws.amazon.com/ses/latest/dg/quotas.html' })
})

test('numbers of your own win, for a provider, for the others, for one domain', () => {
  const limits = ['--providers', 'Gmail=50/h,small.example=7/h', '--providers', 'orange=1/m']
  const plan = JSON.parse(run([at('list.csv'), ...fixed, '--json', ...limits]).out)
  const rates = Object.fromEntries(plan.providers.map((one: { provider: string; perHour: number }) => [one.provider, one.perHour]))
  expect(rates).toEqual({ gmail: 50, yahoo: 1000, orange: 60, 'small.example': 7 })
})

test('sending hours follow the clock when it is changed', () => {
  const args = [
    at('plain.txt'),
    '--start',
    '2026-10-24T10:00',
    '--time-zone',
    'Europe/Berlin',
    '--hours',
    '8-20',
    '--daily',
    '10',
    '--json'
  ]
  const { batches } = JSON.parse(run(args).out)
  expect(batches.map((batch: { notBefore: string; localNotBefore: string }) => [batch.notBefore, batch.localNotBefore])).toEqual([
    ['2026-10-24T08:00:00Z', '2026-10-24 10:00:00'],
    ['2026-10-25T08:00:00Z', '2026-10-25 09:00:00'],
    ['2026-10-26T08:00:00Z', '2026-10-26 09:00:00']
  ])
})

test('one address is one batch; an empty list is no plan; plain text stays plain text', () => {
  expect(JSON.parse(run([at('one.csv'), ...fixed, '--json']).out)).toMatchObject({ recipients: 1, batchCount: 1 })
  writeFileSync(at('header.csv'), 'email,verdict\n')
  const empty = run([at('header.csv'), ...fixed, '--json'])
  if (empty.status === 0) expect(JSON.parse(empty.out)).toMatchObject({ recipients: 0, batchCount: 0, notBefore: null })
  else expect(empty).toMatchObject({ status: 2, out: '' })
  run([at('plain.txt'), ...fixed, '-o', at('plain-plan'), '-q'])
  expect(readFileSync(at('plain-plan', 'batch-0001-gmail.txt'), 'utf8')).toBe(readFileSync(at('plain.txt'), 'utf8'))
})

test('JSON lines and packed lists are read, and standard input for a schedule', () => {
  const lines = Array.from({ length: 6 }, (_, id) => JSON.stringify({ email: `u${id}@gmail.com`, opens: id % 2, verdict: 'sendable' }))
  writeFileSync(at('list.jsonl.gz'), gzipSync(`${lines.join('\n')}\n`))
  expect(JSON.parse(run([at('list.jsonl.gz'), ...fixed, '--json']).out).tiers).toMatchObject({ 'engaged-90': 3, idle: 3 })
  expect(JSON.parse(run(['-', ...fixed, '--json'], `${lines.join('\n')}\n`).out)).toMatchObject({ recipients: 6 })
  expect(run([at('list.jsonl.gz'), ...fixed, '-o', at('jsonl-plan'), '-q']).status).toBe(0)
  const names = readdirSync(at('jsonl-plan')).filter((name) => name.startsWith('batch-'))
  expect(names.flatMap((name) => readFileSync(at('jsonl-plan', name), 'utf8').trimEnd().split('\n')).sort()).toEqual(lines)
})

test('rows that cannot be read are counted, kept in left-out.csv, and told by the exit code', () => {
  writeFileSync(at('bad.csv'), `email,note\na@gmail.com,x\nno address,x\n"${'x'.repeat(40)}\n`)
  const { status, out } = run([at('bad.csv'), ...fixed, '-o', at('bad-plan'), '--json'])
  const report = JSON.parse(out)
  expect(report).toMatchObject({ recipients: 1, leftOut: { 'no-address': 1, unreadable: 1 } })
  expect(status).toBe(1)
  expect(readFileSync(at('bad-plan', 'left-out.csv'), 'utf8')).toContain('no address,x')
})

test('an engaged column of your own, and a score that nobody explained', () => {
  writeFileSync(at('score.csv'), 'email,score\na@gmail.com,1\nb@gmail.com,9\n')
  const unused = JSON.parse(run([at('score.csv'), ...fixed, '--json']).out)
  expect(unused.tiers).toMatchObject({ sendable: 2 })
  expect(unused.warnings.join(' ')).toContain('Not used: the column score')
  const used = JSON.parse(run([at('score.csv'), ...fixed, '--json', '--engaged-column', 'score', '--engaged-from', '5']).out)
  expect(used.tiers).toMatchObject({ 'engaged-90': 1, idle: 1 })
})

test('the provider that whybounce verify found goes before the domain', () => {
  writeFileSync(
    at('checked.csv'),
    'email,mx_provider\na@firm.example,gmail\nb@firm2.example,Google Workspace\nc@firm3.example,mx.host.example\nd@gmail.com,\n'
  )
  const plan = JSON.parse(run([at('checked.csv'), ...fixed, '--json', '--providers', 'domain=1/h']).out)
  const found = plan.providers.map((one: { provider: string; recipients: number }) => [one.provider, one.recipients])
  expect(Object.fromEntries(found)).toMatchObject({ gmail: 2 })
})

test('DNS tells who hosts a domain, leaves out what takes no mail, and its silence says nothing', async () => {
  const server = await startDnsServer({
    'firm.example MX': ['10 aspmx.l.google.com'],
    'aspmx.l.google.com A': ['203.0.113.9'],
    'null.example MX': ['0 .'],
    'silent.example *': 'servfail'
  })
  try {
    writeFileSync(at('firms.csv'), 'email\na@firm.example\nb@null.example\nc@silent.example\nd@gone.example\n')
    const { status, out } = await runBeside([at('firms.csv'), ...fixed, '--json', '--dns-server', server.address])
    expect(status).toBe(0)
    const plan = JSON.parse(out)
    expect(plan.leftOut).toMatchObject({ 'no-mail-host': 2 })
    expect(plan.recipients).toBe(2)
    expect(plan.warnings.join(' ')).toContain('DNS did not answer for 1 of 4 domains')
    const output = at('firms-plan')
    expect((await runBeside([at('firms.csv'), ...fixed, '-q', '-o', output, '--dns-server', server.address])).status).toBe(0)
    expect(rowsOf(readFileSync(join(output, 'left-out.csv'), 'utf8'))).toEqual(['b@null.example', 'd@gone.example'])
  } finally {
    await server.close()
  }
})

test.each([
  [[], 'plan takes one list'],
  [['a.csv', 'b.csv'], 'plan takes one list'],
  [['list.csv', '--rate', 'fast'], '--rate takes messages an hour'],
  [['list.csv', '--rate', '0/h'], '--rate takes a whole number'],
  [['list.csv', '--hours', '20-8'], '--hours takes full hours'],
  [['list.csv', '--start', 'tomorrow'], '--start takes a day'],
  [['list.csv', '--start', '2026-02-30'], '--start takes a day'],
  [['list.csv', '--time-zone', 'Europe/Atlantis'], '--time-zone takes a name'],
  [['list.csv', '--sender', 'pigeon'], '--sender is one of'],
  [['list.csv', '--curve', 'pigeon'], '--curve is one of'],
  [['list.csv', '--warm-up=7', '--curve', 'sparkpost'], '--curve has its own days'],
  [['list.csv', '--warm-up-day', '3'], 'add --warm-up'],
  [['list.csv', '--providers', 'pigeon=5/h'], 'there is no provider pigeon'],
  [['list.csv', '--format', 'files'], 'needs -o FOLDER'],
  [['-', '--format', 'files', '-o', 'x'], 'read twice'],
  [['list.csv', '--bogus'], "Unknown option '--bogus'"]
])('plan %j is a usage error', (args, words) => {
  const { status, err } = run(args.map((argument) => (argument === 'list.csv' ? at('list.csv') : argument)))
  expect(status).toBe(2)
  expect(err).toContain(words)
})

test('a list that is not there, and a folder that is a file', () => {
  expect(run([at('nothing.csv')]).status).not.toBe(0)
  writeFileSync(at('taken'), '')
  expect(run([at('one.csv'), '-o', at('taken')]).status).not.toBe(0)
  mkdirSync(at('empty-folder'))
  expect(run([at('one.csv'), ...fixed, '-q', '-o', at('empty-folder')]).status).toBe(0)
})

test('--help says all options', () => {
  const { status, out } = run(['--help'])
  expect(status).toBe(0)
  for (const option of [
    '--rate',
    '--daily',
    '--sender',
    '--providers',
    '--warm-up',
    '--curve',
    '--hours',
    '--batch',
    '--engaged-column',
    '--dns'
  ])
    expect(out).toContain(option)
})
