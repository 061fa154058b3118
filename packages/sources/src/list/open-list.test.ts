import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { ListInfo, ListOptions, ListRow } from './list.ts'
import { ListError } from './list-error.ts'
import { openList } from './open-list.ts'
import { readCells } from './read-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'whybounce-list-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Read = { readonly info: ListInfo; readonly rows: readonly ListRow[] }

const readAll = async (source: Readable | string, options: ListOptions = {}): Promise<Read> => {
  const list = await openList(source, options)
  const rows: ListRow[] = []
  for await (const batch of list.rows()) rows.push(...batch)
  return { info: list.info, rows }
}

const read = (content: string | Buffer, options: ListOptions = {}): Promise<Read> => readAll(Readable.from([Buffer.from(content)]), options)

const failure = async (content: string | Buffer, options: ListOptions = {}): Promise<ListError> => {
  const error: unknown = await read(content, options).catch((reason: unknown) => reason)
  if (error instanceof ListError) return error
  throw new Error(`no ListError but ${String(error)}`)
}

type Expected = {
  readonly format: string
  readonly column: string
  readonly addresses: readonly string[]
  readonly separator?: string
  readonly lineEnd?: string
}

test.each<readonly [string, string, Expected]>([
  ['commas', 'email,name\na@x.com,A\nb@x.com,B\n', { format: 'csv', separator: ',', column: 'email', addresses: ['a@x.com', 'b@x.com'] }],
  [
    'semicolons, CRLF',
    'Name;E-Mail\r\nA;a@x.com\r\n',
    { format: 'csv', separator: ';', column: 'E-Mail', lineEnd: '\r\n', addresses: ['a@x.com'] }
  ],
  [
    'commas in names beside semicolons',
    'Doe, Jane;a@x.com\nRoe, R;b@x.com',
    { format: 'csv', separator: ';', column: '2', addresses: ['a@x.com', 'b@x.com'] }
  ],
  ['tabs', 'id\tmail\n1\ta@x.com\n', { format: 'tsv', separator: '\t', column: 'mail', addresses: ['a@x.com'] }],
  ['pipes', 'a@x.com|1\nb@x.com|2\n', { format: 'csv', separator: '|', column: '1', addresses: ['a@x.com', 'b@x.com'] }],
  [
    'the mark that Excel puts there',
    'sep=;\r\nemail;n\r\na@x.com;1\r\n',
    { format: 'csv', separator: ';', column: 'email', addresses: ['a@x.com'] }
  ],
  [
    'quotes, a line break in a cell',
    'email,note\na@x.com,"x\ny, ""z"""\n"b@x.com",\n',
    { format: 'csv', column: 'email', addresses: ['a@x.com', 'b@x.com'] }
  ],
  ['one column in quotes', '"email"\n"a@x.com"\n"b@x.com"\n', { format: 'csv', column: 'email', addresses: ['a@x.com', 'b@x.com'] }],
  ['CR alone', 'email,n\ra@x.com,1\rb@x.com,2', { format: 'csv', column: 'email', lineEnd: '\r', addresses: ['a@x.com', 'b@x.com'] }],
  [
    'blank rows, also before the header',
    '\n\nemail,n\n\na@x.com,1\n\n',
    { format: 'csv', column: 'email', addresses: ['', 'a@x.com', ''] }
  ],
  ['short rows', 'n,email\n1,a@x.com\n2\n3,b@x.com', { format: 'csv', column: 'email', addresses: ['a@x.com', '', 'b@x.com'] }],
  ['a header and nothing else', 'email,name\n', { format: 'csv', column: 'email', addresses: [] }],
  ['a header in a language that is not known', 'lunmah,zanx\na@x.com,1\n', { format: 'csv', column: 'lunmah', addresses: ['a@x.com'] }],
  [
    'a postal address beside the email',
    'Address,Contact\nMain St 1,a@x.com\n',
    { format: 'csv', column: 'Contact', addresses: ['a@x.com'] }
  ],
  [
    'a column that is well named among several',
    'email,owner\na@x.com,o@y.com\nb@x.com,o@y.com\n',
    { format: 'csv', column: 'email', addresses: ['a@x.com', 'b@x.com'] }
  ],
  [
    'a column of mostly broken addresses',
    'email,n\nfoo,1\nbar,2\na@x.com,3\n',
    { format: 'csv', column: 'email', addresses: ['foo', 'bar', 'a@x.com'] }
  ],
  ['plain text', 'a@x.com\nb@x.com\n', { format: 'text', column: '1', addresses: ['a@x.com', 'b@x.com'] }],
  ['plain text with a header', 'Email\na@x.com\n', { format: 'text', column: '1', addresses: ['a@x.com'] }],
  ['names and addresses', 'Jane <a@x.com>\nDoe, J <b@x.com>\n', { format: 'text', column: '1', addresses: ['a@x.com', 'b@x.com'] }],
  [
    'a line of addresses',
    'a@x.com, "Doe, J" <b@x.com>; c@x.com\n',
    { format: 'text', column: '1', addresses: ['a@x.com', 'b@x.com', 'c@x.com'] }
  ],
  ['lines of addresses', 'a@x.com, b@x.com\nc@x.com\n', { format: 'text', column: '1', addresses: ['a@x.com', 'b@x.com', 'c@x.com'] }],
  ['plain text with bad addresses', 'a@x.com\nfoo\n@\n', { format: 'text', column: '1', addresses: ['a@x.com', 'foo', '@'] }],
  [
    'JSON lines',
    '{"id":1,"email":"a@x.com"}\n{"email":"b@x.com"}\n{}\n',
    { format: 'jsonl', column: 'email', addresses: ['a@x.com', 'b@x.com', ''] }
  ],
  ['JSON lines with objects in them', '{"c":{"mail":"a@x.com"},"n":"x"}\n', { format: 'jsonl', column: 'c.mail', addresses: ['a@x.com'] }]
])('%s', async (_, content, { addresses, ...info }) => {
  const list = await read(content)
  expect(list.info).toMatchObject(info)
  expect(list.rows.map(({ address }) => address)).toEqual(addresses)
  expect(list.rows.map(({ number }) => number)).toEqual(addresses.map((_, index) => index + 1))
  expect(list.rows.filter(({ problem }) => problem !== undefined)).toEqual([])
})

test.each([
  'email',
  'E-Mail-Adresse',
  'adresse e-mail',
  'Correo electrónico',
  'Эл. почта',
  '邮箱',
  'メールアドレス',
  '이메일',
  'E-POSTA',
  'EMAIL_ADDRESS',
  'sähköposti'
])('a column headed "%s" is that of the addresses, even where most of them are broken', async (name) => {
  const { info } = await read(`x,${name},owner\n1,foo,o@x.com\n2,a@x.com,\n3,bar,\n`)
  expect(info.column).toBe(name)
})

test.each<readonly [string, ListOptions, string, readonly string[]]>([
  ['from,to\na@x.com,b@x.com\n', { column: 'from' }, 'from', ['a@x.com']],
  ['from,to\na@x.com,b@x.com\n', { column: 'TO' }, 'to', ['b@x.com']],
  ['from,to\na@x.com,b@x.com\n', { column: '2' }, 'to', ['b@x.com']],
  ['a@x.com,b@x.com\nc@x.com,d@x.com\n', { column: '2' }, '2', ['b@x.com', 'd@x.com']],
  ['foo,bar\nbaz,qux\n', { column: '1', header: false }, '1', ['foo', 'baz']],
  ['a@x.com,b\nc@x.com,d\n', { header: true }, 'a@x.com', ['c@x.com']],
  ['a;b@x.com,c\n', { separator: ',', format: 'csv' }, '1', ['a;b@x.com']],
  ['a@x.com,b@x.com\n', { format: 'text' }, '1', ['a@x.com', 'b@x.com']],
  ['{"a":"x@x.com","b":{"c":["y@x.com"]}}\n', { column: 'b.c.0' }, 'b.c.0', ['y@x.com']],
  ['{"a.b":"x@x.com","a":{"b":"y@x.com"}}\n', { column: 'a.b' }, 'a.b', ['x@x.com']]
])('%j with %j', async (content, options, column, addresses) => {
  const list = await read(content, options)
  expect(list.info.column).toBe(column)
  expect(list.rows.map(({ address }) => address)).toEqual(addresses)
})

test.each<readonly [string, string | Buffer, ListOptions, string, RegExp]>([
  ['nothing', '', {}, 'empty', /empty/],
  ['white space', ' \n\n', {}, 'empty', /empty/],
  ['no addresses', 'name,city\nJane,Berlin\n', {}, 'no-addresses', /1 \(name\), 2 \(city\)/],
  ['no addresses in text', 'hello\nworld\n', {}, 'no-addresses', /no address/],
  [
    'two columns of addresses',
    'from,to\na@x.com,b@x.com\nc@x.com,d@x.com\n',
    {},
    'ambiguous-column',
    /--column NAME.*from \(a@x\.com\), to \(b@x\.com\)/
  ],
  ['two of the same name', 'email,email\na@x.com,b@x.com\n', {}, 'ambiguous-column', /1 \(a@x\.com\), 2 \(b@x\.com\)/],
  ['two keys in JSON lines', '{"a":"a@x.com","b":"b@x.com"}\n', {}, 'ambiguous-column', /a \(a@x\.com\), b \(b@x\.com\)/],
  ['a column that is not there', 'email,n\na@x.com,1\n', { column: 'mail' }, 'no-such-column', /"mail".*email \(a@x\.com\), n \(1\)/],
  [
    'a name for a list without names',
    'a@x.com,1\nb@x.com,2\n',
    { column: 'mail', header: false },
    'no-such-column',
    /no header.*numbers only/
  ],
  ['a JSON array', '[{"email":"a@x.com"}]', {}, 'not-a-list', /jq -c/],
  ['a page', '<!DOCTYPE html><html>a@x.com', {}, 'not-a-list', /HTML/],
  ['a PDF', '%PDF-1.7 a@x.com', {}, 'not-a-list', /PDF/],
  ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), {}, 'not-a-list', /\.xls\b/],
  ['a picture', Buffer.from(Array.from({ length: 1_000 }, (_, index) => (index * 7) % 32)), {}, 'not-a-list', /no text/],
  ['no workbook', 'a@x.com\n', { format: 'xlsx' }, 'not-a-list', /no workbook/]
])('%s is refused', async (_, content, options, code, words) => {
  const error = await failure(content, options)
  expect(error.code).toBe(code)
  expect(error.message).toMatch(words)
})

test('what columns hold is shown without control characters', async () => {
  const error = await failure('a\u001b[31m,b\u202e\nx@x.com,y@x.com\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/)
  expect(error.columns).toHaveLength(2)
})

test('options that mean nothing are refused at once', async () => {
  await expect(openList('-')).rejects.toThrow(TypeError)
  for (const separator of ['', ',,', '"', '\n', ' ', '@']) await expect(read('a@x.com', { separator })).rejects.toThrow(RangeError)
  await expect(read('a@x.com', { encoding: 'klingon' })).rejects.toThrow(RangeError)
  await expect(openList(join(folder, 'missing'))).rejects.toMatchObject({ name: 'ListError', code: 'unreadable' })
  await expect(openList(folder)).rejects.toMatchObject({ code: 'unreadable' })
})

test('rows can be taken once', async () => {
  const list = await openList(Readable.from([Buffer.from('a@x.com\n')]))
  list.rows()
  expect(() => list.rows()).toThrow(TypeError)
  await list.close()
})

const text = 'Nom;Adresse e-mail\r\nAndré;a@x.com\r\nZoë;zoë@x.com\r\n'
test.each<readonly [string, Buffer, ListOptions]>([
  ['utf-8', Buffer.from(text), {}],
  ['utf-8', Buffer.from(`\uFEFF${text}`), {}],
  ['utf-16le', Buffer.from(`\uFEFF${text}`, 'utf16le'), {}],
  ['utf-16le', Buffer.from(text, 'utf16le'), {}],
  ['utf-16be', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(), {}],
  ['windows-1252', Buffer.from(text, 'latin1'), {}],
  ['windows-1252', Buffer.from(text, 'latin1'), { encoding: 'iso-8859-1' }]
])('a list in %s (%#)', async (encoding, bytes, options) => {
  const { info, rows } = await read(bytes, options)
  expect(info).toMatchObject({ encoding, header: ['Nom', 'Adresse e-mail'], column: 'Adresse e-mail' })
  expect(rows.map((row) => readCells(row, info))).toEqual([
    ['André', 'a@x.com'],
    ['Zoë', 'zoë@x.com']
  ])
})

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync]
] as const)('a list packed with %s, and how far it is read', async (_, pack) => {
  const path = join(folder, 'packed')
  const packed = pack(Buffer.from('email\na@x.com\n'))
  writeFileSync(path, packed)
  const list = await openList(path)
  const addresses: string[] = []
  for await (const rows of list.rows()) addresses.push(...rows.map(({ address }) => address))
  expect(addresses).toEqual(['a@x.com'])
  expect(list.progress()).toEqual({ bytesRead: packed.length, bytesTotal: packed.length })
})

test('a packed list that is cut off gives what there is, and a row that says so', async () => {
  const whole = Array.from({ length: 20_000 }, (_, index) => `${(index * 2_654_435_761) % 1_000_003}@x.com\n`).join('')
  const packed = gzipSync(whole)
  const { rows } = await read(packed.subarray(0, packed.length - 2_000))
  expect(rows.length).toBeGreaterThan(1_000)
  expect(rows.at(-1)).toMatchObject({ address: '', raw: '' })
  expect(rows.at(-1)?.problem).toMatch(/damaged or cut off.*last row/)
})

test('bad rows are rows with a problem, and the others are read', async () => {
  const csv = await read('email,n\n"a@x.com,1\n"b@x.com","2 ""x"""\nc@x.com,3\n')
  expect(csv.rows.map(({ address, problem }) => [address, problem !== undefined])).toEqual([
    ['', true],
    ['b@x.com', false],
    ['c@x.com', false]
  ])
  const json = await read('{"email":"a@x.com"}\n{"email":\n[1]\n{"email":5}\n{"email":"b@x.com"}\n')
  expect(json.rows.map(({ address, problem }) => [address, problem !== undefined])).toEqual([
    ['a@x.com', false],
    ['', true],
    ['', true],
    ['', false],
    ['b@x.com', false]
  ])
})

const cell = fc.oneof(
  fc.constantFrom('a@x.com', 'b@y.org', '', ' ', 'x', '"q ""r"', '"a,b"', '"l\nm"', '"open', 'é', '\0', '=1'),
  fc.string({ maxLength: 4 })
)
const csv = fc
  .array(fc.tuple(fc.array(cell, { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 8 })
  .map((rows) => `email,b\n${rows.map(([cells, end]) => cells.join(',') + end).join('')}`)

test('how the bytes are cut does not change the rows', async () => {
  await fc.assert(
    fc.asyncProperty(csv, fc.array(fc.nat({ max: 200 }), { maxLength: 6 }), async (content, cuts) => {
      const bytes = Buffer.from(content)
      const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
      const pieces = [...at, bytes.length].map((end, index) => bytes.subarray(at[index - 1] ?? 0, end)).filter(({ length }) => length > 0)
      const options = { column: '1' }
      expect(await readAll(Readable.from(pieces), options)).toEqual(await read(bytes, options))
    }),
    { numRuns: 300 }
  )
})

test('no bytes whatever make it throw anything but ListError', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
        fc.string({ maxLength: 200 }).map((each) => Buffer.from(each))
      ),
      async (bytes) => {
        const error: unknown = await read(bytes).then(
          () => undefined,
          (reason: unknown) => reason
        )
        expect(error === undefined || error instanceof ListError).toBe(true)
      }
    ),
    { numRuns: 1_000 }
  )
})

/** Bytes of the process beyond what it had; the list itself would be a gigabyte. */
const fewBytes = 400 * 1024 * 1024
const highest = async (work: (watch: () => void) => Promise<void>): Promise<number> => {
  const before = process.memoryUsage().rss
  let most = before
  await work(() => {
    most = Math.max(most, process.memoryUsage().rss)
  })
  return most - before
}

test('a line of a gigabyte is one bad row, and takes no gigabyte of memory', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x')
  function* pieces(): Generator<Buffer> {
    yield Buffer.from('email,n\na@x.com,1\n')
    for (let index = 0; index < 1_024; index++) yield piece
    yield Buffer.from('\nb@x.com,2\n')
  }
  const rows: ListRow[] = []
  const memory = await highest(async (watch) => {
    const list = await openList(Readable.from(pieces()))
    const watching = setInterval(watch, 50)
    for await (const batch of list.rows()) rows.push(...batch)
    clearInterval(watching)
    watch()
  })
  expect(rows.map(({ address }) => address)).toEqual(['a@x.com', '', 'b@x.com'])
  expect(rows[1]?.problem).toMatch(/longer than a million/)
  expect(rows[1]?.raw).toHaveLength(1024 * 1024)
  expect(memory).toBeLessThan(fewBytes)
})

test('an unclosed quote at the beginning of a long list costs one row', async () => {
  const lines = 200_000
  function* pieces(): Generator<Buffer> {
    yield Buffer.from('email,n\n"a@x.com,1\n')
    for (let index = 0; index < lines; index += 1_000)
      yield Buffer.from(Array.from({ length: 1_000 }, (_, more) => `u${index + more}@x.com,1\n`).join(''))
  }
  const { rows } = await readAll(Readable.from(pieces()))
  expect(rows).toHaveLength(lines + 1)
  expect(rows.filter(({ problem }) => problem !== undefined).map(({ number }) => number)).toEqual([1])
  expect(rows.at(-1)?.address).toBe(`u${lines - 1}@x.com`)
})

test('a list of quotes that never close is read in time that grows with its length', async () => {
  // Read up to a million characters for each row, this would be two hundred thousand million.
  const { rows } = await read(`email,n,m\na@x.com,1,2\n${'x",y,"z\n'.repeat(200_000)}`)
  expect(rows).toHaveLength(200_001)
})
