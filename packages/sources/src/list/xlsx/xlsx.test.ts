import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { readSheet } from 'read-excel-file/node'
import { afterAll, expect, test } from 'vitest'
import writeXlsxFile from 'write-excel-file/node'
import type { ListInfo, ListOptions, ListRow } from '../list.ts'
import { ListError } from '../list-error.ts'
import { openListWriter } from '../list-writer.ts'
import { openList } from '../open-list.ts'

const folder = mkdtempSync(join(tmpdir(), 'whybounce-xlsx-'))
afterAll(() => rmSync(folder, { recursive: true }))

const read = async (bytes: Buffer, options: ListOptions = {}): Promise<{ readonly info: ListInfo; readonly rows: readonly ListRow[] }> => {
  const list = await openList(Readable.from([bytes]), options)
  const rows: ListRow[] = []
  for await (const batch of list.rows()) rows.push(...batch)
  return { info: list.info, rows }
}

/** A zip archive of parts, as spreadsheets write them. */
const zip = (parts: Readonly<Record<string, string | Buffer>>): Buffer => {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(name.length, 22)
    const piece = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name))
    pieces.push(piece)
    at += piece.length
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...pieces, ...directory, end])
}

const relation = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`

const workbook = (sheet: string, more: Readonly<Record<string, string>> = {}, properties = ''): Buffer =>
  zip({
    'xl/workbook.xml': `<x:workbook>${properties}<x:sheets><x:sheet name="One" sheetId="1" r:id="r1"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relation('r1', 'worksheet', '/xl/worksheets/a.xml')}${relation('r2', 'sharedStrings', 'sharedStrings.xml')}${relation('r3', 'styles', 'styles.xml')}</Relationships>`,
    'xl/worksheets/a.xml': `<?xml version="1.0"?><worksheet><dimension ref="A1"/><sheetData>${sheet}</sheetData></worksheet>`,
    ...more
  })

const text = (reference: string, value: string): string => `<c r="${reference}" t="inlineStr"><is><t>${value}</t></is></c>`

test('what write-excel-file writes is read: the first sheet, or the one that is named', async () => {
  const cell = (value: string | number | boolean) => ({ value })
  const bytes = await writeXlsxFile([
    {
      sheet: 'Müller & Co',
      data: [
        [cell('Email'), cell('n'), cell('ok')],
        [cell('a@x.com'), cell(1.5), cell(true)],
        [cell(' b@x.com '), null, cell('x, "y"')]
      ]
    },
    { sheet: 'Two', data: [[cell('c@x.com')]] }
  ]).toBuffer()
  const { info, rows } = await read(bytes)
  expect(info).toMatchObject({ format: 'xlsx', column: 'Email', columnNumber: 1, width: 3, header: ['Email', 'n', 'ok'] })
  expect(rows.map(({ number, address, cells, raw }) => ({ number, address, cells, raw }))).toEqual([
    { number: 1, address: 'a@x.com', cells: ['a@x.com', '1.5', 'TRUE'], raw: 'a@x.com,1.5,TRUE' },
    { number: 2, address: 'b@x.com', cells: [' b@x.com ', '', 'x, "y"'], raw: '" b@x.com ",,"x, ""y"""' }
  ])
  expect((await read(bytes, { sheet: 'Two' })).rows.map(({ address }) => address)).toEqual(['c@x.com'])
  expect((await read(bytes, { sheet: '2' })).rows.map(({ address }) => address)).toEqual(['c@x.com'])
  await expect(read(bytes, { sheet: 'Three' })).rejects.toMatchObject({
    code: 'no-such-sheet',
    message: expect.stringMatching(/Müller & Co, Two/)
  })
})

test('shared texts, runs, readings, escapes, entities, formulas, dates, gaps', async () => {
  const bytes = workbook(
    `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c><c r="E2" t="str"><f>1&amp;2</f><v>a&#x26;b</v></c></row>
     <row r="3"/><row r="5"><c r="A5" t="s"><v>3</v></c><c r="B5" s="1"><v>45429</v></c><c r="C5" s="2"><v>45429.75</v></c><c r="D5"><v>1E3</v></c><c r="E5" t="e"><v>#N/A</v></c></row>`,
    {
      'xl/sharedStrings.xml':
        '<sst><si><t>email</t></si><si><r><t>da</t></r><r><t>y</t></r><rPh sb="0" eb="1"><t>ignored</t></rPh></si><si><t>time_x000D_</t></si><si><t xml:space="preserve">a@x.com<!-- c --></t></si></sst>',
      'xl/styles.xml':
        '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    }
  )
  const { info, rows } = await read(bytes)
  expect(info.header).toEqual(['email', 'day', 'time', '', 'a&b'])
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({ number: 3, address: 'a@x.com', cells: ['a@x.com', '2024-05-17', '2024-05-17 18:00:00', '1000', '#N/A'] })
})

test('days may count from 1904', async () => {
  const styles = { 'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>' }
  const { rows } = await read(
    workbook(`<row>${text('A1', 'a@x.com')}<c r="B1" s="1"><v>43967</v></c></row>`, styles, '<workbookPr date1904="1"/>')
  )
  expect(rows[0]?.cells).toEqual(['a@x.com', '2024-05-17'])
})

test('one cell far to the right and far below costs nothing', async () => {
  const { rows } = await read(
    workbook(`<row r="1">${text('A1', 'a@x.com')}</row><row r="1048576">${text('A1048576', 'b@x.com')}${text('XFD1048576', 'x')}</row>`)
  )
  expect(rows.map(({ number, address }) => [number, address])).toEqual([
    [1, 'a@x.com'],
    [1_048_576, 'b@x.com']
  ])
})

const bomb = (size: number): string => `<row r="1">${text('A1', 'a@x.com')}</row><row r="2">${text('A2', 'x'.repeat(size))}</row>`

test.each<readonly [string, () => Buffer, string]>([
  ['cut off', () => workbook(bomb(1)).subarray(0, -30), 'damaged'],
  ['a zip archive of something else', () => zip({ 'a.txt': 'a@x.com' }), 'not-a-list'],
  [
    'a directory that leads nowhere',
    () => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.from('504b0506000000000100010010000000ffffff7f0000', 'hex')]),
    'damaged'
  ],
  ['a sheet that is missing', () => zip({ 'xl/workbook.xml': '<sheet name="a" r:id="r1"/>     ' }), 'damaged'],
  ['no rows', () => workbook(''), 'empty'],
  ['a cell that does not end', () => workbook(`<row><c t="inlineStr"><is><t>${'a@x.com'.repeat(400_000)}`), 'damaged']
])('%s is refused', async (_, make, code) => {
  await expect(read(make())).rejects.toMatchObject({ name: 'ListError', code })
})

test('a sheet that goes wrong after its first rows gives these, and a row that says so', async () => {
  const good = Array.from({ length: 400 }, (_, index) => `<row>${text(`A${index + 1}`, `u${index}@x.com`)}</row>`).join('')
  const { rows } = await read(workbook(`${good}${'<row><c t="inlineStr"><is><t>'}${'x'.repeat(3_000_000)}`))
  expect(rows).toHaveLength(401)
  expect(rows.at(-1)).toMatchObject({ address: '', problem: expect.stringMatching(/damaged/) })
})

test('no bytes whatever behind the mark of a zip archive make it throw anything but ListError', async () => {
  const whole = workbook(bomb(3))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 }), async (changes) => {
      const bytes = Buffer.from(whole)
      for (const [at, byte] of changes) if (at > 3) bytes[at] = byte
      const error: unknown = await read(bytes).then(
        () => undefined,
        (reason: unknown) => reason
      )
      expect(error === undefined || error instanceof ListError).toBe(true)
    }),
    { numRuns: 500 }
  )
})

const write = async (
  content: string | Buffer,
  columns: readonly string[],
  added: readonly string[],
  name: string,
  address?: string
): Promise<string> => {
  const path = join(folder, name)
  const list = await openList(Readable.from([Buffer.from(content)]))
  const writer = openListWriter(path, list.info, { columns })
  for await (const rows of list.rows()) {
    for (const row of rows) writer.write(row, added, address)
    await writer.drain()
  }
  await writer.end()
  return path
}

test('a name that ends in .xlsx is written as a workbook, which read-excel-file reads', async () => {
  const path = await write('email;n\n=1+1@x.com;"a\n<&>"\nb@x.com\n', ['v', 'w'], ['ok', '=SUM(A1)'], 'out.xlsx')
  expect(await readSheet(path)).toEqual([
    ['email', 'n', 'v', 'w'],
    ['=1+1@x.com', 'a\n<&>', 'ok', '=SUM(A1)'],
    ['b@x.com', null, 'ok', '=SUM(A1)']
  ])
})

test('a workbook becomes a workbook with its types, or CSV with a mark', async () => {
  const bytes = workbook(`<row>${text('A1', 'email')}${text('B1', 'é')}</row><row>${text('A2', 'a@x.con')}<c r="B2"><v>12</v></c></row>`)
  expect(await readSheet(await write(bytes, ['v'], ['ok'], 'again.xlsx', 'a@x.com'))).toEqual([
    ['email', 'é', 'v'],
    ['a@x.com', 12, 'ok']
  ])
  expect(readFileSync(await write(bytes, ['v'], ['ok'], 'again.csv', 'a@x.com'), 'utf8')).toBe('\uFEFFemail,é,v\r\na@x.com,12,ok\r\n')
})

test('any text comes back out of a cell, but for halves of letters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 20 }), async (value) => {
      const path = await write('email\na@x.com\n', ['v'], [`.${value}_x0041_.`], 'any.xlsx')
      expect((await read(readFileSync(path))).rows[0]?.cells?.[1]).toBe(`.${value}_x0041_.`.toWellFormed())
    }),
    { numRuns: 200 }
  )
})

test('a text that no cell can hold is cut and shows it', async () => {
  const path = await write('email\na@x.com\n', ['v'], ['x'.repeat(40_000)], 'long.xlsx')
  expect((await read(readFileSync(path))).rows[0]?.cells?.[1]).toBe(`${'x'.repeat(32_766)}…`)
})

test('more rows than a sheet has are refused, and no file stays', async () => {
  const path = join(folder, 'many.xlsx')
  const writer = openListWriter(path, { format: 'text', encoding: 'utf-8', column: '1', lineEnd: '\n' }, { columns: [] })
  for (let index = 0; index < 1_048_577; index++) writer.write({ number: index + 1, address: 'a@x.com', raw: 'a@x.com' }, [])
  await expect(writer.end()).rejects.toMatchObject({ code: 'too-large' })
  expect(() => readFileSync(path)).toThrow()
})
