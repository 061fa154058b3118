import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const program = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'whybounce.mjs')

const run = (
  args: readonly string[],
  input: string | Buffer = '',
  env: NodeJS.ProcessEnv = {}
): { status: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    input,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28
  })
  return { status, out: stdout, err: stderr }
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('explain says what happened, who must act and what to do', () => {
  const { status, out } = run(['explain', '550 5.1.1 <u@example.com>: Recipient address rejected: User unknown'])
  expect(status).toBe(0)
  expect(out).toMatch(/^The mailbox does not exist\n/)
  expect(out).toContain('Who acts')
  expect(out).toContain('«')
  expect(out).toContain('What to do')
  expect(out).toContain('dig +short MX example.com')
})

test('unquoted words are one text', () =>
  expect(run(['explain', '550', '5.1.1', 'User', 'unknown']).out).toMatch(/^The mailbox does not exist/))

test('an argument that names a file is read, and so is --file', () => {
  const file = join(folder, 'error.txt')
  writeFileSync(file, '552 5.2.2 Mailbox full')
  for (const args of [['explain', file], ['explain', '--file', file], ['explain', '--file', '-'], ['explain', '-'], ['explain']])
    expect(run(args, '552 5.2.2 Mailbox full').out).toContain('mailbox-full')
})

test('an undetermined text exits with 3 and says so', () => {
  const { status, out } = run(['explain', 'the quick brown fox'])
  expect(status).toBe(3)
  expect(out).toContain('Nothing in this text is a known mail error')
})

test.each([
  [['explain', ''], 'empty'],
  [['explain', '--role', 'boss', 'x'], '--role takes one of: developer'],
  [['explain', '--as', 'nobody', 'x'], '--as takes one of: '],
  [['explain', '--provider', 'nobody', 'x'], 'There is no provider nobody'],
  [['explain', '--nonsense', 'x'], "Unknown option '--nonsense'"],
  [['explain', '--file', '/nonexistent', 'x'], 'There is no file /nonexistent'],
  [['frobnicate'], 'There is no command frobnicate'],
  [['causes', 'nothing'], 'There is no cause nothing'],
  [['codes', 'zzzzz'], 'No code fits'],
  [['codes', '--kind', 'foo'], '--kind takes one of'],
  [['providers', '--kind', 'foo'], '--kind takes one of'],
  [['explain', '--lines', '--role', 'developer'], '--role goes without --lines'],
  [['completion', 'tcsh'], 'bash, zsh or fish']
])('%j is a usage error that says what to do', (args, message) => {
  const { status, err } = run(args)
  expect(status).toBe(2)
  expect(err).toContain(message)
})

test('--json holds the whole answer', () => {
  const { out } = run(['explain', '--json', '--as', 'sisimai', '550 5.1.1 User unknown'])
  const answer = JSON.parse(out).answers[0]
  expect(answer.diagnosis).toMatchObject({
    cause: 'user-unknown',
    group: 'hard',
    permanence: 'permanent',
    party: 'list-owner',
    replyCode: 550,
    status: '5.1.1'
  })
  expect(answer.diagnosis.evidence[0].words).toBe('User unknown')
  expect(answer.advice.fixes.length).toBeGreaterThan(1)
  expect(answer.label).toBe('userunknown')
})

test('--lines gives one result per line, with every field, in order', () => {
  const input = [
    '550 5.1.1 User unknown',
    '"550-5.7.26 This mail\\r\\n550 5.7.26 unauthenticated"',
    '{"text":"no words","provider":"gmail","stage":"rcpt","recipient":"u@gmail.com"}',
    '',
    'nothing here'
  ].join('\n')
  const { status, out } = run(['explain', '--lines', '--json'], `${input}\n`)
  const rows = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(status).toBe(0)
  expect(rows).toHaveLength(5)
  for (const row of rows)
    expect(Object.keys(row)).toEqual(
      expect.arrayContaining([
        'input',
        'cause',
        'group',
        'permanence',
        'party',
        'provider',
        'stage',
        'confidence',
        'replyCode',
        'status',
        'rule'
      ])
    )
  expect(rows.map(({ cause }) => cause)).toEqual(['user-unknown', 'authentication-failed', 'undetermined', 'undetermined', 'undetermined'])
  expect(rows[1].input).toBe('550-5.7.26 This mail\r\n550 5.7.26 unauthenticated')
  expect(rows[2]).toMatchObject({ provider: 'gmail', stage: 'rcpt', replyCode: null })
})

test('--lines counts what is no JSON and no text', () => {
  const { status, out, err } = run(['explain', '--lines'], '{broken\n{"foo":1}\n550 5.1.1 User unknown\n')
  expect(status).toBe(1)
  expect(out.trimEnd().split('\n')).toHaveLength(3)
  expect(err).toContain('2 lines begin like JSON')
})

test('a pipe is a file', () => {
  const { stdout } = spawnSync('bash', ['-c', `"${process.execPath}" "${program}" explain --lines <(echo '552 5.2.2 Mailbox full')`], {
    encoding: 'utf8'
  })
  expect(stdout).toContain('mailbox-full')
})

test('--lines reads many lines, and lines of broken bytes, from a file', () => {
  const file = join(folder, 'many.txt')
  const lines = Array.from({ length: 20_000 }, (_, index) => `550 5.1.1 <u${index}@example.com>: User unknown`)
  writeFileSync(file, Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from([0x35, 0x35, 0x30, 0x20, 0xff, 0xfe, 0x00, 0x0a])]))
  const { status, out } = run(['explain', '--lines', file])
  expect(status).toBe(0)
  expect(out.split('\n')).toHaveLength(20_002)
})

test('control and escape characters never reach the terminal', () => {
  const hostile = '550 5.1.1 \u001b[31mUser unknown\u001b]0;owned\u0007 \u009b2J \u202e <u@example.com>\u0000\b'
  for (const args of [
    ['explain', hostile.replaceAll('\u0000', '')],
    ['explain', '-'],
    ['explain', '--lines'],
    ['codes', '\u001b[2J']
  ]) {
    const { out, err } = run(args, hostile, { NO_COLOR: '1' })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(out + err).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  }
})

test('a placeholder in a command takes no value that a shell would run', () => {
  const { out } = run(['explain', '550 5.1.1 <$(reboot)@example.com;reboot>: User unknown'])
  expect(out).not.toMatch(/\$ [^\n]*reboot/)
})

test('colours only where they are wanted', () => {
  expect(run(['explain', '550 5.1.1 User unknown'], '', { FORCE_COLOR: '1', NO_COLOR: '' }).out).toContain('\u001b[')
  expect(run(['explain', '550 5.1.1 User unknown'], '', { NO_COLOR: '1', FORCE_COLOR: '1' }).out).not.toContain('\u001b[')
})

test('--role shows the steps of that role', () =>
  expect(run(['explain', '--role', 'server-admin', '550 5.7.25 no PTR record']).out).toContain('What to do'))

test('codes, causes, providers and see-more browse', () => {
  expect(run(['codes', '447']).out).toContain('4.4.7')
  expect(run(['codes', '--frequency', 'Rare', '--importance', 'High']).out).toContain('504')
  expect(JSON.parse(run(['codes', '--json', '--type', 'Spam Mark']).out).map(({ code }: { code: string }) => code)).toEqual(
    expect.arrayContaining(['554', '471'])
  )
  expect(run(['causes', 'tls-failure/wrong-mode']).out).toContain('465')
  expect(JSON.parse(run(['causes', '--json']).out)).toHaveLength(39)
  expect(run(['providers', 'gmail.com']).out).toContain('gmail.')
  expect(run(['see-more', 'nodemailer']).out).toContain('debug')
})

test('troubleshoot leads to an end, by arguments and by typing', () => {
  let path: string[] = []
  let out = ''
  for (let depth = 0; depth < 10 && !out.includes('Most likely'); depth++) {
    path = [...path, '1']
    out = run(['troubleshoot', ...path]).out
  }
  expect(out).toContain('What to do')
  expect(run(['troubleshoot'], `${path.join('\n')}\n`).out).toContain('Most likely')
  expect(run(['troubleshoot'], '99\nq\n').out).toContain('Type a number')
})

test('help and version for every command', () => {
  expect(run(['--help']).out).toContain('USAGE')
  expect(run([]).status).toBe(2)
  expect(run(['--version']).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  for (const command of ['explain', 'codes', 'causes', 'providers', 'troubleshoot', 'see-more', 'redact', 'completion'])
    expect(run([command, '--help']).out).toContain(`whybounce ${command}`)
})

test('completion scripts are sound shell', () => {
  for (const shell of ['bash', 'zsh']) expect(spawnSync('bash', ['-n'], { input: run(['completion', shell]).out }).status).toBe(0)
  const script = `${run(['completion', 'bash']).out}\nCOMP_WORDS=(whybounce causes mailbox-f); COMP_CWORD=2; _whybounce; echo "\${COMPREPLY[@]}"`
  expect(spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim()).toBe('mailbox-full')
})

test('redact takes the secrets out', () => expect(run(['redact'], 'AUTH PLAIN AGpvaG4AaHVudGVyMg==').out).toBe('AUTH PLAIN [redacted]\n'))

test('a reader that goes away is no failure', () => {
  const { stderr } = spawnSync(
    'bash',
    ['-c', `yes '550 5.1.1 User unknown' | head -50000 | "${process.execPath}" "${program}" explain --lines | head -1`],
    { encoding: 'utf8' }
  )
  expect(stderr).toBe('')
})
