import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ReadSourcesOptions, readSources, type SourceItem, type SourceProgress } from './index.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sources-'))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const put = (name: string, content: string | Uint8Array): string => {
  const file = join(root, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

const read = async (paths: readonly string[], options: ReadSourcesOptions = {}): Promise<SourceItem[]> => {
  const items: SourceItem[] = []
  for await (const batch of readSources(paths, options)) items.push(...batch)
  return items
}

/** Each item in a line: the file's name below the root, its place, and its text or its problem's first words. */
const told = async (paths: readonly string[], options?: ReadSourcesOptions): Promise<string[]> =>
  (await read(paths, options)).map((item) => {
    const where = `${item.file.replace(`${root}/`, '')}${item.place === undefined ? '' : ` (${item.place})`}`
    const what = 'bytes' in item ? Buffer.from(item.bytes).toString('latin1') : `! ${item.problem.split(/[.:,]/)[0]}`
    return `${where}: ${what.replaceAll('\n', '|')}`
  })

const mail = (subject: string): string => `Subject: ${subject}\n\ntext\n`
const separator = 'From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n'
const mbox = (...subjects: readonly string[]): string => subjects.map((subject) => `${separator}${mail(subject)}\n`).join('')
const line = (subject: string): string => mail(subject).replaceAll('\n', '|')

describe('what a file is, is told by what it holds', () => {
  test.each<[string, string, string | Uint8Array, readonly string[]]>([
    ['a message', 'x', mail('a'), [line('a')]],
    ['a message after a byte-order mark and empty lines', 'x.txt', `\xef\xbb\xbf\r\n\r\n${mail('a')}`, [`\xef\xbb\xbf\r|\r|${line('a')}`]],
    ['an mbox', 'x.eml', mbox('a', 'b'), [line('a'), line('b')]],
    ['an mbox after empty lines', 'x', `\n\n${mbox('a', 'b')}`, [line('a'), line('b')]],
    ['an mbox without dates', 'x', `From nobody\n${mail('a')}`, [line('a')]],
    [
      'MMDF',
      'x',
      `\x01\x01\x01\x01\n${mail('a')}\x01\x01\x01\x01\n\x01\x01\x01\x01\n${separator}${mail('b')}\x01\x01\x01\x01\n`,
      [line('a'), line('b')]
    ],
    ['Apple Mail', '1.emlx', `${mail('a').length}      \n${mail('a')}<?xml version="1.0"?>`, [line('a')]],
    ['gzip', 'x', gzipSync(mbox('a', 'b')), [line('a'), line('b')]],
    ['gzip in several parts', 'x.gz', Buffer.concat([gzipSync(mbox('a')), gzipSync(mbox('b'))]), [line('a'), line('b')]],
    ['zstd', 'x', zstdCompressSync(mbox('a', 'b')), [line('a'), line('b')]],
    ['zstd in several parts', 'x', Buffer.concat([zstdCompressSync(mbox('a')), zstdCompressSync(mbox('b'))]), [line('a'), line('b')]],
    ['text named as a message', 'x.eml', 'Hello there\n', ['Hello there|']],
    ['text', 'x.txt', 'Hello there\n', ['! It does not begin like a mail message']],
    ['a sentence that begins with From', 'x.txt', 'From here on\nit goes\n', ['! It does not begin like a mail message']],
    ['nothing', 'x', '', ['! The file is empty']],
    ['empty lines', 'x', '\n\n', ['! The file is empty']],
    ['something binary', 'x.jpg', Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2]), ['! It is not a mail message']],
    ['an Outlook data file', 'x.pst', '!BDN\0\0', ['! It is an Outlook data file (']],
    ['a zip archive', 'x.zip', 'PK\x03\x04\0', ['! It is a zip archive']],
    ['gzip of gzip', 'x.gz', gzipSync(gzipSync(mail('a'))), ['! It is packed inside of an archive']],
    ['an Office file', 'x.doc', Buffer.from('d0cf11e0a1b11ae1', 'hex'), ['! It is an Office file but no Outlook message']]
  ])('%s', async (_, name, content, expected) => {
    const file = put(name, typeof content === 'string' ? Buffer.from(content, 'latin1') : content)
    expect(await told([file])).toEqual(expected.map((text) => `${name}: ${text}`))
  })
})

describe('a folder', () => {
  test('is read in one order, folders where their name stands, without what is no mail', async () => {
    for (const name of ['b/2', 'b/10', 'b/9', 'a.eml', 'c', '.hidden', 'b/,3', 'Inbox.msf', 'dovecot.index.log', '.git/x'])
      put(name, mail(name))
    const progress: SourceProgress[] = []
    expect(await told([root], { progress: (now) => progress.push(now) })).toEqual(
      ['a.eml', 'b/2', 'b/9', 'b/10', 'c'].map((name) => `${name}: ${line(name)}`)
    )
    const bytes = ['b/2', 'b/10', 'b/9', 'a.eml', 'c'].reduce((sum, name) => sum + mail(name).length, 0)
    expect(progress.at(-1)).toMatchObject({ messages: 5, ignored: 5, bytesRead: bytes, bytesTotal: bytes })
  })

  test('of Maildir gives cur and new, its subfolders, and not what is still being delivered', async () => {
    const names = [
      'cur/1300000000.M1P1.host,S=20:2,S',
      'new/1300000001.M1P1.host',
      '.Junk/new/1300000002.M1P1.host',
      'tmp/1300000003.M1P1.host'
    ]
    for (const name of [...names, 'dovecot-uidlist', 'maildirsize']) put(`m/${name}`, mail('a'))
    for (const folder of ['cur', 'tmp']) mkdirSync(join(root, 'm/.Junk', folder), { recursive: true })
    put('m/cur/1300000004.M1P1.host:2,', gzipSync(mail('packed')))
    expect(await told([join(root, 'm')])).toEqual([
      `m/.Junk/new/1300000002.M1P1.host (new): ${line('a')}`,
      `m/cur/1300000000.M1P1.host,S=20:2,S (cur): ${line('a')}`,
      `m/cur/1300000004.M1P1.host:2, (cur): ${line('packed')}`,
      `m/new/1300000001.M1P1.host (new): ${line('a')}`
    ])
  })

  test('with links in a circle ends', async () => {
    put('a/b/x', mail('x'))
    symlinkSync(root, join(root, 'a/b/up'))
    symlinkSync('loop', join(root, 'a/loop'))
    symlinkSync('gone', join(root, 'a/nothing'))
    symlinkSync('b/x', join(root, 'a/same'))
    expect(await told([root])).toEqual([
      `a/b/x: ${line('x')}`,
      'a/loop: ! It is a link that leads back to itself',
      'a/nothing: ! There is no such file',
      `a/same: ${line('x')}`
    ])
  })

  test('with a socket and a pipe in it passes them over', async () => {
    put('a', mail('a'))
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(root, 'pipe')])
    const server = createServer()
    await new Promise<void>((done) => server.listen(join(root, 'socket'), done))
    expect(await told([root])).toEqual([`a: ${line('a')}`])
    expect(await told([join(root, 'socket')])).toEqual(['socket: ! It is a socket or a device'])
    await new Promise((done) => server.close(done))
  })

  test('or a file that may not be read, or is not there, is a problem', async () => {
    const file = put('a', mail('a'))
    chmodSync(file, 0)
    // The administrator may read everything.
    const closed = process.getuid?.() === 0 ? line('a') : '! There is no permission to read it'
    expect(await told([file, join(root, 'none')])).toEqual([`a: ${closed}`, 'none: ! There is no such file'])
  })
})

test('a pipe that is named is read', async () => {
  const pipe = join(root, 'pipe')
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', pipe])
  const writer = spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', put('box', mbox('a', 'b')), pipe])
  expect(await told([pipe])).toEqual([`pipe: ${line('a')}`, `pipe: ${line('b')}`])
  writer.kill()
})

test.skipIf(process.platform !== 'linux')('who stops reading leaves no file open', async () => {
  const open = (): number => readdirSync('/proc/self/fd').length
  const text = `${separator}Subject: a\n\n${'x'.repeat(9_999)}\n\n`.repeat(2_000)
  const before = open()
  for (const file of [put('plain', text), put('packed', gzipSync(text, { level: 0 }))]) {
    for await (const batch of readSources([file])) {
      expect(batch.length).toBeGreaterThan(0)
      break
    }
  }
  await new Promise((done) => setTimeout(done, 50))
  expect(open()).toBe(before)
})

test('a file that goes away while reading is a problem, and the rest is read', async () => {
  for (let count = 0; count < 600; count++) put(`${count}`, mail('a'))
  let messages = 0
  const problems: SourceItem[] = []
  for await (const batch of readSources([root])) {
    for (const item of batch) {
      if ('bytes' in item) messages++
      else problems.push(item)
    }
    rmSync(join(root, '599'), { force: true })
  }
  expect(messages).toBe(599)
  expect(problems).toMatchObject([{ file: join(root, '599'), problem: expect.stringMatching(/no such file/) }])
})

/** An entry of a tar archive (POSIX ustar): its header and its content, filled up to blocks. */
const tarEntry = (name: string, content: string, type = '0', prefix = ''): Buffer => {
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(' '.repeat(8), 148)
  header.write(type, 156)
  header.write('ustar\x0000', 257)
  header.write(prefix, 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, Buffer.from(content, 'latin1'), Buffer.alloc((512 - (content.length % 512)) % 512)])
}

test('a tar archive gives what its files hold, by their names', async () => {
  const long = 'long'.repeat(40)
  const archive = Buffer.concat([
    tarEntry('in/', '', '5'),
    tarEntry('in/a.eml', mail('a')),
    tarEntry('box', mbox('b', 'c'), '0', 'in/deep'),
    tarEntry('././@LongLink', `${long}\0`, 'L'),
    tarEntry(long.slice(0, 100), mail('d')),
    tarEntry('x', '11 path=y\n', 'x'),
    tarEntry('in/.hidden', mail('e')),
    tarEntry('in/photo', 'no mail'),
    tarEntry('in/inner.tar', tarEntry('x', mail('f')).toString('latin1')),
    Buffer.alloc(1024)
  ])
  const expected = [
    `(in/a.eml): ${line('a')}`,
    `(in/deep/box): ${line('b')}`,
    `(in/deep/box): ${line('c')}`,
    `(${long}): ${line('d')}`,
    '(in/photo): ! It does not begin like a mail message',
    '(in/inner.tar): ! It is packed inside of an archive'
  ]
  expect(await told([put('x.tar', archive)])).toEqual(expected.map((text) => `x.tar ${text}`))
  expect(await told([put('x.tgz', gzipSync(archive))])).toEqual(expected.map((text) => `x.tgz ${text}`))
  // Cut off inside of the first message: what is there of it, and a problem.
  expect(await told([put('cut.tar', archive.subarray(0, 1_024 + 12))])).toEqual([
    `cut.tar (in/a.eml): ${line('a').slice(0, 12)}`,
    'cut.tar: ! The tar archive is damaged or cut off here; what came before was read'
  ])
})

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync]
])('a packed file of many parts is read to its end (%s)', async (_, pack) => {
  const parts = Array.from({ length: 40 }, (__, part) => Array.from({ length: 2_000 }, (___, number) => `${part} ${Math.sin(number)}`))
  const items = await read([put('x', Buffer.concat(parts.map((subjects) => pack(mbox(...subjects)))))])
  const got = items.map((item) => ('bytes' in item ? Buffer.from(item.bytes).toString() : item.problem))
  expect(got.length).toBe(80_000)
  expect(got.join('')).toBe(parts.flat().map(mail).join(''))
})

describe('a packed file that is cut off', () => {
  const subjects = Array.from({ length: 30_000 }, (_, number) => `${number} ${Math.sin(number)}`)
  test.each([
    ['gzip', gzipSync(mbox(...subjects))],
    ['zstd', zstdCompressSync(mbox(...subjects))]
  ])('gives what could be unpacked, and a problem (%s)', async (_, packed) => {
    const items = await read([put('x', packed.subarray(0, Math.floor(packed.length / 2)))])
    const last = items.at(-1)
    const messages = items.flatMap((item) => ('bytes' in item ? [Buffer.from(item.bytes).toString()] : []))
    expect(last !== undefined && 'problem' in last ? last.problem : '').toMatch(/cut off/)
    expect(messages.length).toBeGreaterThan(100)
    expect(messages.slice(0, -1)).toEqual(subjects.slice(0, messages.length - 1).map(mail))
  })
})

test('what unpacks to far more than a message is read as far as the limit', async () => {
  const packed = gzipSync(Buffer.concat([Buffer.from('Subject: a\n\n'), Buffer.alloc(40 * 1024 * 1024)]))
  const items = await read([put('bomb.gz', packed)], { maxMessageBytes: 100_000 })
  expect(items.map((item) => ('bytes' in item ? item.bytes.length : item.problem))).toEqual([
    100_000,
    expect.stringMatching(/0\.1 MB; only its beginning/)
  ])
})

test('a limit that is no number is the caller’s mistake', async () => {
  await expect(read([root], { maxMessageBytes: Number.NaN })).rejects.toThrow(RangeError)
})

test('a mailbox that holds nothing but its marks is said to hold no message', async () => {
  for (const marks of ['\x01\x01\x01\x01\n', '\x01\x01\x01\x01\n\x01\x01\x01\x01\n'])
    expect(await read([put('marks', Buffer.from(marks, 'latin1'))])).toMatchObject([{ problem: 'The mailbox holds no message.' }])
})

test('random bytes never throw', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('', '1f8b0800', '28b52ffd', 'd0cf11e0a1b11ae1', '01010101', '46726f6d20'),
      fc.uint8Array({ maxLength: 2_000 }),
      async (magic, bytes) => {
        const items = await read([put('x', Buffer.concat([Buffer.from(magic, 'hex'), bytes]))])
        expect(items.length).toBeGreaterThan(0)
      }
    ),
    { numRuns: 200 }
  )
})

test('standard input is one message or an mbox, packed or not', () => {
  const program = `const { readSources } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    for await (const batch of readSources(['-'])) for (const item of batch) console.log(item.file, Buffer.from(item.bytes).toString().length)`
  const run = (input: Uint8Array | string): string =>
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { input, encoding: 'utf8' })
  expect(run(mail('a'))).toBe(`- ${mail('a').length}\n`)
  expect(run(mbox('a', 'b'))).toBe(`- ${mail('a').length}\n`.repeat(2))
  expect(run(gzipSync(mbox('a', 'b')))).toBe(`- ${mail('a').length}\n`.repeat(2))
})

test('a large mbox goes through little memory', async () => {
  const text = Buffer.from(`Subject: a\n\n${'Lorem ipsum dolor sit amet\n'.repeat(200)}`)
  const thousand = Buffer.concat(Array.from({ length: 1_000 }, () => Buffer.concat([Buffer.from(separator), text, Buffer.from('\n')])))
  const file = join(root, 'large')
  const fd = openSync(file, 'w')
  const blocks = 55
  for (let count = 0; count < blocks; count++) writeSync(fd, thousand)
  closeSync(fd)
  const before = process.memoryUsage.rss()
  let messages = 0
  let bytes = 0
  let most = 0
  for await (const batch of readSources([file])) {
    for (const item of batch) {
      messages++
      bytes += 'bytes' in item ? item.bytes.length : 0
    }
    most = Math.max(most, process.memoryUsage.rss())
  }
  expect(messages).toBe(blocks * 1_000)
  expect(bytes).toBe(messages * text.length)
  // 300 MB pass through; what stays is what the garbage collector has not looked at yet.
  expect(most - before).toBeLessThan(200 * 1024 * 1024)
})
