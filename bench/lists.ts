import { execFileSync } from 'node:child_process'
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse'
import { readSheet } from 'read-excel-file/node'
import writeXlsxFile from 'write-excel-file/node'
import { openList, openListWriter } from '../packages/sources/dist/index.js'

/**
 * `node bench/lists.ts`: how fast lists are read and written, and in how much memory, beside csv-parse, read-excel-file and write-excel-file,
 * and beside the floor (reading the file), each in a process of its own, on files written for it.
 * `--count N` rows (a million where not given); workbooks have a tenth.
 */
const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

const lines: Readonly<Record<string, { readonly head: string; readonly row: (index: number) => string }>> = {
  'list.txt': { head: '', row: (index) => `user.${index}@example${index % 977}.com\n` },
  'list.csv': {
    head: 'id,email,first name,last name,city,signed up\n',
    row: (index) => `${index},user.${index}@example${index % 977}.com,Jane,Doe ${index % 999},Berlin,2024-05-17\n`
  },
  'quoted.csv': {
    head: '"id";"email";"first name";"last name";"city";"signed up"\r\n',
    row: (index) => `"${index}";"user.${index}@example${index % 977}.com";"Jane ""J""";"Doe; ${index % 999}";"Berlin";"2024-05-17"\r\n`
  },
  'list.jsonl': {
    head: '',
    row: (index) =>
      `{"id":${index},"email":"user.${index}@example${index % 977}.com","name":{"first":"Jane","last":"Doe ${index % 999}"}}\n`
  }
}

const makeFile = (path: string, name: string, count: number): void => {
  const made = lines[name]
  if (made === undefined) throw new Error(`no such list: ${name}`)
  const file = openSync(path, 'w')
  let text = made.head
  for (let index = 0; index < count; index++) {
    text += made.row(index)
    if (text.length > 1_000_000 || index === count - 1) {
      writeSync(file, text)
      text = ''
    }
  }
  closeSync(file)
}

const read = async (path: string): Promise<number> => {
  const list = await openList(path)
  let addresses = 0
  for await (const rows of list.rows()) for (const { address } of rows) if (address.includes('@')) addresses++
  return addresses
}

const copy = async (path: string, target: string): Promise<number> => {
  const list = await openList(path)
  const writer = openListWriter(target, list.info, { columns: ['whybounce_verdict', 'whybounce_reasons'] })
  let rowsWritten = 0
  for await (const rows of list.rows()) {
    for (const row of rows) writer.write(row, ['deliverable', 'mx'])
    rowsWritten += rows.length
    await writer.drain()
  }
  await writer.end()
  return rowsWritten
}

const withCsvParse = async (path: string, options: object): Promise<number> => {
  let addresses = 0
  for await (const record of createReadStream(path, { highWaterMark: 256 * 1024 }).pipe(parse(options))) {
    const cells: readonly string[] = Array.isArray(record) ? record : record.record
    if (cells[1]?.includes('@') === true) addresses++
  }
  return addresses
}

const floor = async (path: string): Promise<number> => {
  let ends = 0
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) ends++
  }
  return ends
}

const withWriteExcel = async (path: string, target: string): Promise<number> => {
  const cells: { value: string }[][] = []
  for await (const rows of (await openList(path)).rows()) for (const { raw } of rows) cells.push(raw.split(',').map((value) => ({ value })))
  await writeXlsxFile(cells).toFile(target)
  return cells.length
}

type Work = { readonly file: string; readonly run: (path: string, folder: string) => Promise<number> }

const works: Readonly<Record<string, Work>> = {
  'plain text: floor, count its lines': { file: 'list.txt', run: floor },
  'plain text: read': { file: 'list.txt', run: read },
  'plain text: read, write CSV with columns': { file: 'list.txt', run: (path, folder) => copy(path, join(folder, 'out.csv')) },
  'CSV: floor, count its lines': { file: 'list.csv', run: floor },
  'CSV: read': { file: 'list.csv', run: read },
  'CSV: read by csv-parse': { file: 'list.csv', run: (path) => withCsvParse(path, {}) },
  'CSV: read by csv-parse, with the raw text': { file: 'list.csv', run: (path) => withCsvParse(path, { raw: true }) },
  'CSV: read, write with two columns more': { file: 'list.csv', run: (path, folder) => copy(path, join(folder, 'out.csv')) },
  'CSV, all quoted: read': { file: 'quoted.csv', run: read },
  'CSV, all quoted: read by csv-parse': { file: 'quoted.csv', run: (path) => withCsvParse(path, { delimiter: ';' }) },
  'CSV, all quoted: read, write': { file: 'quoted.csv', run: (path, folder) => copy(path, join(folder, 'out.csv')) },
  'JSON lines: read': { file: 'list.jsonl', run: read },
  'JSON lines: read, write with two keys more': { file: 'list.jsonl', run: (path, folder) => copy(path, join(folder, 'out.jsonl')) },
  'workbook: written from CSV': { file: 'tenth.csv', run: (path, folder) => copy(path, join(folder, 'list.xlsx')) },
  'workbook: read': { file: 'list.xlsx', run: read },
  'workbook: read by read-excel-file': { file: 'list.xlsx', run: async (path) => (await readSheet(path)).length - 1 },
  'workbook: written by write-excel-file': { file: 'tenth.csv', run: (path, folder) => withWriteExcel(path, join(folder, 'peer.xlsx')) }
}

const name = argument('--work')
const work = name === undefined ? undefined : works[name]
if (work !== undefined) {
  const folder = argument('--folder') ?? ''
  const start = performance.now()
  const rows = await work.run(join(folder, work.file), folder)
  console.log(JSON.stringify({ rows, time: performance.now() - start, memory: process.resourceUsage().maxRSS / 1024 }))
} else {
  const count = Number(argument('--count') ?? 1_000_000)
  const folder = mkdtempSync(join(tmpdir(), 'whybounce-lists-'))
  try {
    for (const file of Object.keys(lines)) makeFile(join(folder, file), file, count)
    makeFile(join(folder, 'tenth.csv'), 'list.csv', Math.ceil(count / 10))
    console.log(`${count.toLocaleString('en')} rows, workbooks a tenth; one process each, Node ${process.versions.node}\n`)
    for (const [each, { file }] of Object.entries(works)) {
      const size = statSync(join(folder, file)).size
      const out = execFileSync(process.execPath, [import.meta.filename, '--work', each, '--folder', folder], { encoding: 'utf8' })
      const told: { readonly rows: number; readonly time: number; readonly memory: number } = JSON.parse(out)
      const rate = `${Math.round((told.rows / told.time) * 1_000).toLocaleString('en')} rows/s`
      const speed = `${(size / 1_000 / told.time).toFixed(0)} MB/s`
      console.log(
        `${each.padEnd(44)}${rate.padStart(18)}${speed.padStart(11)}${told.memory.toFixed(0).padStart(7)} MB resident  ${told.rows.toLocaleString('en')} rows`
      )
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
