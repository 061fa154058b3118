import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { linesOf, unpackedBlocks } from '@whybounce/sources'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { findLogInputs } from './find-inputs.ts'
import type { LogInput } from './log-input.ts'
import { recogniseInput } from './recognise-log.ts'

let folder: string
const path = process.env.PATH
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whybounce-find-'))
})
afterEach(() => {
  process.env.PATH = path
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = async (input: LogInput | undefined): Promise<{ lines: string[]; problem: string | undefined }> => {
  const lines: string[] = []
  let problem: string | undefined
  if (input !== undefined)
    for await (const batch of linesOf(input.blocks(), input.maxLineBytes)) {
      lines.push(...batch.lines)
      problem = batch.problem
    }
  return { lines, problem }
}

let made = 0
/** A journalctl that notes what it was asked. */
const journalctl = (script: string): string => {
  const bin = join(folder, `bin${++made}`)
  mkdirSync(bin)
  const asked = join(bin, 'asked')
  writeFileSync(join(bin, 'journalctl'), `#!/bin/sh\necho "$@" > '${asked}'\n${script}\n`)
  chmodSync(join(bin, 'journalctl'), 0o755)
  process.env.PATH = `${bin}:${path}`
  return asked
}
const entries = `cat <<'END'
__CURSOR=s=1
__REALTIME_TIMESTAMP=1793534400123456
_HOSTNAME=mx1
SYSLOG_IDENTIFIER=postfix/smtp
_PID=42
MESSAGE=1A2B3C4D5E: to=<a@example.net>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (connect to mx.example.net[192.0.2.25]:25: Connection timed out)

END`

test('the journal of the mail servers comes as lines of a log', async () => {
  const asked = journalctl(entries)
  const { inputs } = await findLogInputs([], { journal: true, since: 1_793_534_400_000 })
  expect(inputs.map(({ file, formats }) => [file, formats.map(({ id }) => id)])).toEqual([['journal', ['postfix']]])
  const { lines, problem } = await read(inputs[0])
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^2026-11-01T12:00:00\.123Z mx1 postfix\/smtp\[42\]: 1A2B3C4D5E: to=</)
  expect(problem).toBeUndefined()
  const words = readFileSync(asked, 'utf8')
  expect(words).toContain('--output=export')
  expect(words).toContain('--unit=postfix*')
  expect(words).toContain('--unit=exim*')
  expect(words).toContain('--since=@1793534400')
})

test('the journal of one unit', async () => {
  const asked = journalctl(entries)
  const { inputs } = await findLogInputs([], { journal: 'postfix@out.service' })
  await read(inputs[0])
  expect(readFileSync(asked, 'utf8').match(/--unit=\S+/g)).toEqual(['--unit=postfix@out.service'])
})

for (const [what, script, words] of [
  ['fails', `${entries}\necho 'it is broken' >&2; exit 1`, 'It says: it is broken'],
  ['may not see all', `${entries}\necho 'Hint: You are currently not seeing messages from other users.' >&2`, 'not seeing messages'],
  ['has nothing', "echo 'Failed to add filter for units: No data available' >&2; exit 1", "no entry of a mail server's unit"]
] as const)
  test(`a journalctl that ${what} is told`, async () => {
    journalctl(script)
    const { inputs } = await findLogInputs([], { journal: true })
    const { lines, problem } = await read(inputs[0])
    expect(lines).toHaveLength(what === 'has nothing' ? 0 : 1)
    expect(problem).toContain(words)
  })

test('a system without journalctl is told so', async () => {
  process.env.PATH = join(folder, 'nowhere')
  const { inputs } = await findLogInputs([], { journal: true })
  expect((await read(inputs[0])).problem).toContain('there is no program journalctl here')
})

test('a journal that ends in the middle of an entry is told', async () => {
  journalctl(`${entries}\nprintf '__CURSOR=s=2\\n__REALTIME_TIMES'`)
  const { inputs } = await findLogInputs([], { journal: true })
  const { lines, problem } = await read(inputs[0])
  expect(lines).toHaveLength(1)
  expect(problem).toContain('ends in the middle of an entry')
})

test('a file that vanishes between finding and reading is a problem of its own', async () => {
  const line = 'Nov  1 12:00:00 mx1 postfix/qmgr[1]: 1A2B3C4D5E: removed\n'
  for (const name of ['gone.log', 'here.log']) writeFileSync(join(folder, name), line)
  const { inputs } = await findLogInputs([join(folder, 'gone.log'), join(folder, 'here.log')], {})
  unlinkSync(join(folder, 'gone.log'))
  expect(await read(inputs[0])).toEqual({ lines: [], problem: 'There is no such file, or it went away while reading.' })
  expect((await read(inputs[1])).lines).toHaveLength(1)
})

test('what is asked for by name is taken for nothing else', async () => {
  writeFileSync(join(folder, 'any.log'), 'anything\n')
  const { inputs } = await findLogInputs([join(folder, 'any.log')], { format: 'exim' })
  expect(inputs).toMatchObject([{ only: true, formats: [{ id: 'exim' }] }])
  await expect(findLogInputs([folder], { format: 'exim' })).rejects.toThrow('is a folder')
  await expect(findLogInputs([join(folder, 'no')], {})).rejects.toThrow('There is no file or folder')
  await expect(findLogInputs([], { format: 'nonsense' })).rejects.toThrow('There is no log format')
})

test("a file of the journal is read by the system's program where it is named, and passed over in a folder", async () => {
  const root = join(folder, 'journal')
  mkdirSync(root)
  const file = join(root, 'system[1].journal')
  writeFileSync(file, `LPKSHHRH${'\0'.repeat(500)}`)
  const asked = journalctl(entries)
  const { inputs } = await findLogInputs([file], {})
  expect((await read(inputs[0])).lines).toHaveLength(1)
  expect(readFileSync(asked, 'utf8')).toContain(`--file=${root}/system\\[1\\].journal`)
  const found = await findLogInputs([root], {})
  expect(found.inputs).toEqual([])
  expect(found.passedOver).toEqual([file])
  expect(found.notes?.[0]).toContain('It is read with --journal')
})

test('what journalctl printed is read with a format that is named, too', async () => {
  const file = join(folder, 'named.export')
  writeFileSync(file, entries.split('\n').slice(1, -1).join('\n'))
  const { inputs } = await findLogInputs([file], { format: 'postfix' })
  expect((await read(inputs[0])).lines).toHaveLength(1)
})

test('payloads that are cut off are told, with a format that is named, too', async () => {
  const file = join(folder, 'payload.json')
  writeFileSync(file, '{"event":"bounce","email":"a@example.net"')
  const { inputs } = await findLogInputs([file], { format: 'sendgrid' })
  expect((await read(inputs[0])).problem).toContain('The last payload is cut off')
})

test('any bytes are recognised or not, and read to their end', async () => {
  const words = [
    '{"a":',
    '}',
    '[',
    '\n',
    '__REALTIME_TIMESTAMP=1\n',
    'MESSAGE\n',
    '\0',
    'Nov  1 12:00:00 mx1 postfix/smtp[42]: ',
    'a=b&c=d',
    'type,timeLogged\n'
  ]
  const part = fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constantFrom(...words.map((word) => Buffer.from(word))))
  const packings = [
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => gzipSync(bytes),
    (bytes: Buffer) => gzipSync(bytes).subarray(0, -4),
    (bytes: Buffer) => zstdCompressSync(bytes)
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 15 }), fc.constantFrom(...packings), async (parts, pack) => {
      const content = pack(Buffer.concat(parts))
      const told = await recogniseInput(() => unpackedBlocks([content]), true)
      if (told.formats !== undefined) for await (const _batch of linesOf(told.blocks(), told.maxLineBytes));
    }),
    { numRuns: 300 }
  )
})

const refusal =
  'Nov 24 08:00:01 mx1 postfix/smtp[42]: 4ZxKQ8Yzfz4w2c: to=<a@example.net>, relay=mx.example.net[192.0.2.25]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.net[192.0.2.25] said: 550 5.1.1 unknown)'

/** A pipe with a name, and somebody who writes into it. */
const pipeWith = (text: string): string => {
  const pipe = join(folder, `pipe${++made}`)
  writeFileSync(`${pipe}.txt`, text)
  execFileSync('mkfifo', [pipe])
  spawn('sh', ['-c', 'cat "$0.txt" > "$0"', pipe], { stdio: 'ignore' })
  return pipe
}

test.skipIf(process.platform === 'win32')(
  'a log that comes out of a pipe with a name is read, and loses nothing to having been looked at',
  async () => {
    const pipe = pipeWith(`${refusal}\n`.repeat(3_000))
    const { inputs, mail, problems } = await findLogInputs([pipe], {})
    expect([inputs.map(({ file }) => file), mail, problems]).toEqual([[pipe], [], []])
    expect((await read(inputs[0])).lines).toHaveLength(3_000)
  }
)

test.skipIf(process.platform === 'win32')(
  'mail that comes out of a pipe goes on as standard input; a second pipe of mail is told',
  async () => {
    const mail = 'From: a@example.com\nSubject: hello\n\nhello\n'
    const found = await findLogInputs([pipeWith(mail)], {})
    expect(found.mail).toEqual(['-'])
    const pieces: Buffer[] = []
    for await (const piece of found.standardInput ?? []) pieces.push(piece)
    expect(Buffer.concat(pieces).toString()).toBe(mail)
    const both = await findLogInputs([pipeWith(mail), pipeWith(mail)], {})
    expect(both.problems.map(({ problem }) => problem)).toEqual([expect.stringContaining('It is a pipe, and no log comes out of it.')])
  }
)

test.skipIf(process.platform === 'win32')('a device is told, and not taken for something empty', async () => {
  expect((await findLogInputs(['/dev/zero'], {})).problems).toEqual([{ file: '/dev/zero', problem: 'It is a device, and no file.' }])
})

test('a file is called by its own name and not by that of a link to it', async () => {
  const inside = join(folder, 'linked')
  mkdirSync(inside)
  writeFileSync(join(inside, 'mail.log'), `${refusal}\n`)
  symlinkSync('mail.log', join(inside, 'current.log'))
  const { inputs, passedOver, notes } = await findLogInputs([inside], {})
  expect([inputs.map(({ file }) => file), passedOver]).toEqual([[join(inside, 'mail.log')], []])
  expect(notes).toEqual([`${join(inside, 'current.log')} is the same file as ${join(inside, 'mail.log')}, and is read once.`])
})

for (const [name, content] of [
  ['in UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${refusal}\r\n`, 'utf16le')],
  ['with a hole of NULs before its line', Buffer.concat([Buffer.alloc(8_192), Buffer.from(`${refusal}\n`)])]
] as const)
  test(`a log ${name} is recognised and read`, async () => {
    const file = join(folder, `odd${++made}.log`)
    writeFileSync(file, content)
    const { inputs } = await findLogInputs([file], {})
    expect((await read(inputs[0])).lines).toEqual([refusal])
  })

test.skipIf(process.platform === 'win32')('a log in a pipe that begins with other programs is found, as it is in a file', async () => {
  const other = 'Nov 24 07:00:01 mx1 CRON[7]: pam_unix(cron:session): session opened for user root\n'.repeat(5_000)
  const { inputs } = await findLogInputs([pipeWith(`${other}${`${refusal}\n`.repeat(50)}`)], {})
  expect(inputs.map(({ formats }) => formats[0]?.id)).toEqual(['postfix'])
  expect((await read(inputs[0])).lines).toHaveLength(5_050)
})
