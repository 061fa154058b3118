import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { splitCells } from './csv-cells.ts'
import type { ListFormat, ListOptions, ListRow } from './list.ts'
import { ListError } from './list-error.ts'
import { openListWriter } from './list-writer.ts'
import { openList } from './open-list.ts'

const folder = mkdtempSync(join(tmpdir(), 'whybounce-writer-'))
afterAll(() => rmSync(folder, { recursive: true }))

const collect = (): { readonly stream: Writable; readonly bytes: () => Buffer } => {
  const pieces: Buffer[] = []
  const stream = new Writable({
    write: (piece: Buffer, _, done) => {
      pieces.push(piece)
      done()
    }
  })
  return { stream, bytes: () => Buffer.concat(pieces) }
}

type Rewrite = {
  readonly columns?: readonly string[]
  readonly format?: ListFormat
  readonly added?: readonly string[]
  readonly mend?: Readonly<Record<string, string>>
  readonly options?: ListOptions
}

const rewrite = async (
  content: string | Buffer,
  { columns = [], format, added = columns.map(() => 'ok'), mend = {}, options = {} }: Rewrite = {}
): Promise<Buffer> => {
  const list = await openList(Readable.from([Buffer.from(content)]), options)
  const { stream, bytes } = collect()
  const writer = openListWriter(stream, list.info, { columns, ...(format === undefined ? {} : { format }) })
  for await (const rows of list.rows()) {
    for (const row of rows) writer.write(row, added, mend[row.address])
    await writer.drain()
  }
  await writer.end()
  return bytes()
}

const rewrites: readonly (readonly [string, string, string, Rewrite?])[] = [
  ['columns behind the last one', 'email,n\na@x.com,1\n', 'email,n,v\na@x.com,1,ok\n'],
  ['the separator and line end of the list', 'n;email\r\n1;a@x.com\r\n', 'n;email;v\r\n1;a@x.com;ok\r\n'],
  ['tabs', 'n\temail\n1\ta@x.com\n', 'n\temail\tv\n1\ta@x.com\tok\n'],
  ['no header where there was none', 'a@x.com,1\nb@x.com,2', 'a@x.com,1,ok\nb@x.com,2,ok'],
  ['quotes where all is quoted', '"email","n"\n"a@x.com","1"\n', '"email","n","v"\n"a@x.com","1","ok"\n'],
  ['other cells as they stand', 'email,n\n a@x.com , " x"\n', 'email,n,v\n a@x.com , " x",ok\n'],
  ['short rows filled up', 'email,n,m\na@x.com\nb@x.com,1,2\n', 'email,n,m,v\na@x.com,,,ok\nb@x.com,1,2,ok\n'],
  ['what is beyond the header behind the columns', 'email,n\na@x.com,1,2,3\n', 'email,n,v\na@x.com,1,ok,2,3\n'],
  ['blank rows', 'email,n\n\na@x.com,1\n \n', 'email,n,v\n\na@x.com,1,ok\n \n'],
  ['mixed line ends', 'email,n\na@x.com,1\r\nb@x.com,2\rc@x.com,3', 'email,n,v\na@x.com,1,ok\r\nb@x.com,2,ok\rc@x.com,3,ok'],
  ['line breaks in cells', 'email,n\na@x.com,"x\ny"\n', 'email,n,v\na@x.com,"x\ny",ok\n'],
  ["Excel's first line", 'sep=;\nemail;n\na@x.com;1\n', 'sep=;\nemail;n;v\na@x.com;1;ok\n'],
  ['the byte-order mark', '\uFEFFemail,n\na@x.com,1\n', '\uFEFFemail,n,v\na@x.com,1,ok\n'],
  [
    'a row with a broken quote, so that it swallows nothing',
    'email,n\n"a@x.com,1\nb@x.com,2\n',
    'email,n,v\n"""a@x.com",1,ok\nb@x.com,2,ok\n'
  ],
  ['a column that is there, in its place', 'v,email\nold,a@x.com\n,b@x.com\n', 'v,email\nok,a@x.com\nok,b@x.com\n'],
  ['plain text as CSV', 'a@x.com\nJane <b@x.com>, c@x.com\n', 'address,v\na@x.com,ok\nb@x.com,ok\nc@x.com,ok\n'],
  ['plain text with a header', 'Email\na@x.com\n', 'Email,v\na@x.com,ok\n'],
  [
    'JSON lines',
    '{"email": "a@x.com", "n": 12345678901234567890}\n{}\n',
    '{"email": "a@x.com", "n": 12345678901234567890,"whybounce":{"v":"ok"}}\n{"whybounce":{"v":"ok"}}\n'
  ],
  [
    'JSON lines that were here before',
    '{"email":"a@x.com","whybounce":{"old":[1]},"z":1}\n',
    '{"email":"a@x.com","whybounce":{"v":"ok"},"z":1}\n'
  ],
  ['a line that is no JSON', '{"email":"a@x.com"}\nfoo\n', '{"email":"a@x.com","whybounce":{"v":"ok"}}\nfoo\n'],
  [
    'a repaired address',
    'n,email\n1,"a@x.con"\n2,b@x.com\n',
    'n,email,v\n1,"a@x.com",ok\n2,b@x.com,ok\n',
    { mend: { 'a@x.con': 'a@x.com' } }
  ],
  ['CSV as JSON lines', 'email,n\na@x.com,1\n', '{"email":"a@x.com","n":"1","whybounce":{"v":"ok"}}\n', { format: 'jsonl' }],
  ['CSV as TSV', 'email;n\na@x.com;"1;2"\n', 'email\tn\tv\na@x.com\t1;2\tok\n', { format: 'tsv' }],
  ['JSON lines as CSV', '{"email":"a@x.com"}\n', 'email,v\na@x.com,ok\n', { format: 'csv' }],
  ['CSV as plain text', 'email,n\na@x.com,1\nb@x.con,2\n', 'a@x.com\nb@x.com\n', { format: 'text', mend: { 'b@x.con': 'b@x.com' } }]
]

test.each(rewrites.map(([name, content, expected, how]) => ({ name, content, expected, how })))(
  '$name',
  async ({ content, expected, how }) => {
    expect((await rewrite(content, { columns: ['v'], ...how })).toString()).toBe(expected)
  }
)

test.each<readonly [string, string, Readonly<Record<string, string>>, string]>([
  ['the cell', 'email,n\na@x.con, "1"\n', { 'a@x.con': 'a@x.com' }, 'email,n\na@x.com, "1"\n'],
  ['within brackets', 'Jane <a@x.con> , "Doe, J" <b@x.com>\n', { 'a@x.con': 'a@x.com' }, 'Jane <a@x.com> , "Doe, J" <b@x.com>\n'],
  ['white space around it in text', ' a@x.con \nb@x.com\n', { 'a@x.con': 'a@x.com' }, ' a@x.com \nb@x.com\n'],
  ['in quotes where it needs them', 'email,n\na@x.con,1\n', { 'a@x.con': '"a,b"@x.com' }, 'email,n\n"""a,b""@x.com",1\n'],
  [
    'in JSON, other text as it stands',
    '{ "c": {"e" : "a@x.con"}, "n": 1.0 }\n',
    { 'a@x.con': 'a"@x.com' },
    '{ "c": {"e" : "a\\"@x.com"}, "n": 1.0 }\n'
  ],
  [
    'without an apostrophe in a mended list',
    'email,n\n+a@x.con,1\n=b@x.com,2\n',
    { '+a@x.con': '+a@x.com' },
    'email,n\n+a@x.com,1\n=b@x.com,2\n'
  ]
])('an address is replaced: %s', async (_, content, mend, expected) => {
  expect((await rewrite(content, { mend })).toString()).toBe(expected)
})

test('formulas are disarmed in the columns we add and in that of the addresses, and reading takes the apostrophe off', async () => {
  const content = 'email,n\n=1+1@x.com,=2\n+a@x.com,3\n"-b@x.com",4\n'
  const written = await rewrite(content, { columns: ['v', 'w'], added: ['=3', '@x'] })
  expect(written.toString()).toBe("email,n,v,w\n'=1+1@x.com,=2,'=3,'@x\n'+a@x.com,3,'=3,'@x\n\"'-b@x.com\",4,'=3,'@x\n")
  const again = await openList(Readable.from([written]))
  const addresses: string[] = []
  for await (const rows of again.rows()) addresses.push(...rows.map(({ address }) => address))
  expect(addresses).toEqual(['=1+1@x.com', '+a@x.com', '-b@x.com'])
})

test('encodings: what is guessed keeps its bytes, UTF-16 becomes UTF-8 with a mark, and so does what the caller names', async () => {
  const text = 'email;nom\na@x.com;André\n'
  const latin = Buffer.from(text, 'latin1')
  expect(await rewrite(latin)).toEqual(latin)
  expect((await rewrite(latin, { columns: ['v'] })).toString('latin1')).toBe('email;nom;v\na@x.com;André;ok\n')
  expect((await rewrite(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toString()).toBe(`\uFEFF${text}`)
  expect((await rewrite(latin, { options: { encoding: 'latin1' } })).toString()).toBe(`\uFEFF${text}`)
})

const cell = fc.oneof(
  fc.constantFrom(
    'a@x.com',
    'b@y.org',
    '',
    ' ',
    '"q ""r"',
    '"a,b"',
    '"l\nm"',
    '"open',
    'x"y',
    'é',
    '\0',
    '=1',
    'J <a@x.com>',
    ';',
    '|',
    '\t'
  ),
  fc.string({ maxLength: 4 })
)
const rows = fc.array(fc.tuple(fc.array(cell, { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 8 })
const list = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.constantFrom('email,b\n', 'a@x.com,1\r\n', '\n"email","b"\r', 'sep=,\nemail,b\n', 'email\n', 'a@x.com\n'),
    rows,
    fc.constantFrom('', 'last@x.com', '"x')
  )
  .map(([mark, head, body, tail]) => Buffer.from(mark + head + body.map(([cells, end]) => cells.join(',') + end).join('') + tail))

test('a list read and written without columns is the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(list, async (bytes) => {
      // Which column, may not be told: then there is nothing to write.
      const written = await rewrite(bytes).catch((error: unknown) => (error instanceof ListError ? bytes : error))
      expect(written).toEqual(bytes)
      expect(await rewrite(bytes, { options: { format: 'csv', separator: ';', column: '1' } })).toEqual(bytes)
      expect(await rewrite(bytes, { options: { format: 'text' } })).toEqual(bytes)
    }),
    { numRuns: 300 }
  )
})

test('so it is with any bytes that follow a row of ASCII, broken UTF-8 too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.boolean(), async (array, isMostlyValid) => {
      const bytes = Buffer.concat([
        Buffer.from(`email,b\na@x.com,1\nb@x.com,${isMostlyValid ? 'éèêëàâä'.repeat(10) : ''}\n`.repeat(20)),
        array
      ])
      expect(await rewrite(bytes)).toEqual(bytes)
    }),
    { numRuns: 300 }
  )
})

test('with columns added, every row is read again with its address, and the columns stand under their names', async () => {
  const options = { format: 'csv', separator: ',', column: '1', header: true } as const
  const filled = async (content: string | Buffer): Promise<ListRow[]> => {
    const all: ListRow[] = []
    for await (const batch of (await openList(Readable.from([Buffer.from(content)]), options)).rows()) all.push(...batch)
    return all.filter(({ raw }) => raw.trim() !== '')
  }
  await fc.assert(
    fc.asyncProperty(rows, async (body) => {
      const content = `email,b\n${body.map(([cells, end]) => cells.join(',') + end).join('')}`
      const before = await filled(content)
      const after = await filled(await rewrite(content, { columns: ['v', 'w'], added: ['=ok', 'x,"y"\n'], options }))
      expect(after).toHaveLength(before.length)
      for (const [index, row] of after.entries()) {
        expect(row.problem).toBeUndefined()
        expect(splitCells(row.raw, ',').slice(2, 4)).toEqual(["'=ok", 'x,"y"\n'])
        if (before[index]?.problem === undefined) expect(row.address).toBe(before[index]?.address)
      }
    }),
    { numRuns: 500 }
  )
})

const writeSome = async (path: string, name = 'a@x.com'): Promise<void> => {
  const list = await openList(Readable.from([Buffer.from(`email,n\n${name},1\n`)]))
  const writer = openListWriter(path, list.info, { columns: ['v'] })
  for await (const batch of list.rows()) for (const row of batch) writer.write(row, ['ok'])
  await writer.end()
}

test('a list can be written over itself, its permissions stay, and nothing temporary does', async () => {
  const path = join(folder, 'over', 'list.csv')
  mkdirSync(join(folder, 'over'))
  writeFileSync(path, 'email,n\na@x.com,1\n')
  chmodSync(path, 0o640)
  const list = await openList(path)
  const writer = openListWriter(path, list.info, { columns: ['v'] })
  for await (const batch of list.rows()) for (const row of batch) writer.write(row, ['ok'])
  expect(readFileSync(path, 'utf8')).toBe('email,n\na@x.com,1\n')
  await writer.end()
  expect(readFileSync(path, 'utf8')).toBe('email,n,v\na@x.com,1,ok\n')
  expect(statSync(path).mode & 0o777).toBe(0o640)
  expect(readdirSync(join(folder, 'over'))).toEqual(['list.csv'])
})

test('a link stays a link: what it leads to is replaced', async () => {
  writeFileSync(join(folder, 'real.csv'), 'old')
  symlinkSync('real.csv', join(folder, 'link.csv'))
  await writeSome(join(folder, 'link.csv'))
  expect(readFileSync(join(folder, 'real.csv'), 'utf8')).toBe('email,n,v\na@x.com,1,ok\n')
})

test('a name that ends in .gz is packed', async () => {
  await writeSome(join(folder, 'list.csv.gz'))
  expect(gunzipSync(readFileSync(join(folder, 'list.csv.gz'))).toString()).toBe('email,n,v\na@x.com,1,ok\n')
})

test('a writer that is given up leaves what was there', async () => {
  const inner = join(folder, 'given-up')
  mkdirSync(inner)
  writeFileSync(join(inner, 'list.csv'), 'old')
  const writer = openListWriter(join(inner, 'list.csv'), { format: 'csv', encoding: 'utf-8', column: '1', lineEnd: '\n' }, { columns: [] })
  await writer.discard()
  expect(readdirSync(inner)).toEqual(['list.csv'])
  expect(readFileSync(join(inner, 'list.csv'), 'utf8')).toBe('old')
})

test.runIf(existsSync('/dev/full'))('a full disk is told as one', async () => {
  const error: unknown = await writeSome('/dev/full').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ListError)
  expect(error).toMatchObject({ code: 'disk-full' })
})

test('a target that cannot be opened is told at once', async () => {
  await expect(writeSome(join(folder, 'missing', 'list.csv'))).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringMatching(/folder does not exist/)
  })
  await expect(writeSome(folder)).rejects.toMatchObject({ code: 'write-failed' })
})

test('a stream that fails is told from drain and end, one that closes too', async () => {
  const info = { format: 'csv', encoding: 'utf-8', column: '1', lineEnd: '\n' } as const
  const failing = new Writable({ write: (_, __, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })) })
  const writer = openListWriter(failing, info, { columns: [] })
  for (let index = 0; index < 200; index++) writer.write({ number: 1, address: '', raw: 'x'.repeat(1_000) }, [])
  await expect(writer.drain().then(() => writer.end())).rejects.toMatchObject({ code: 'reader-gone' })
  const closing = collect().stream
  closing.destroy()
  await expect(openListWriter(closing, info, { columns: [] }).end()).rejects.toMatchObject({ code: 'reader-gone' })
})

test('a slow stream is waited for', async () => {
  const info = { format: 'csv', encoding: 'utf-8', column: '1', lineEnd: '\n' } as const
  let pending = 0
  let most = 0
  const slow = new Writable({
    highWaterMark: 64 * 1024,
    write: (piece: Buffer, _, done) => {
      setImmediate(() => {
        pending -= piece.length
        done()
      })
    }
  })
  const writer = openListWriter(slow, info, { columns: [] })
  for (let batch = 0; batch < 50; batch++) {
    for (let index = 0; index < 200; index++) writer.write({ number: 1, address: '', raw: 'x'.repeat(1_000) }, [])
    pending += 200_000
    most = Math.max(most, pending)
    await writer.drain()
  }
  await writer.end()
  expect(most).toBeLessThan(1_000_000)
})

test('as many values as columns, or it is a mistake', () => {
  const writer = openListWriter(collect().stream, { format: 'csv', encoding: 'utf-8', column: '1', lineEnd: '\n' }, { columns: ['v'] })
  expect(() => writer.write({ number: 1, address: '', raw: '' }, [])).toThrow(TypeError)
})
