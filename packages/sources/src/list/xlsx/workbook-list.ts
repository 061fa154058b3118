import { columnName, findColumn } from '../columns.ts'
import { addressOf, formatCell } from '../csv-cells.ts'
import type { CellValue, ListInfo, ListOptions, ListRow, OpenList } from '../list.ts'
import type { ListBytes } from '../list-bytes.ts'
import { ListError } from '../list-error.ts'
import { once } from '../once.ts'
import { readSheetRows, type SheetRow } from './sheet-rows.ts'
import { readWorkbook } from './workbook.ts'
import { damaged, readZip, tooLarge } from './zip.ts'

/** A packed workbook is held in memory, since its directory stands at its end. A full sheet with addresses and names is about 60 MB. */
const maxWorkbookBytes = 512 * 1024 * 1024
const sampleRows = 300
const batchRows = 4_096
const batchLength = 2 * 1024 * 1024

/**
 * A list out of a workbook (.xlsx): the first sheet, or the one that is named. To the writer it is CSV with commas. In memory: the packed file,
 * the texts that occur in it, and a batch of rows: 265 MB resident for 100,000 rows of six cells, 300 MB for a million of four with inline
 * texts. read-excel-file 9.3.17 holds every cell (520 MB for the former) and fills each row up to the widest: 20,000 rows and one cell in
 * column XFD, a file of 172 kB, took 3.7 GB.
 */
export const openWorkbookList = async (first: Buffer, bytes: ListBytes, options: ListOptions): Promise<OpenList> => {
  const book = await readWorkbook(readZip(await collect(first, bytes)), options.sheet)
  const rows = readSheetRows(book)
  const sample: SheetRow[] = []
  let isWhole = false
  while (!isWhole && sample.length < sampleRows) {
    const next = await rows.next()
    isWhole = next.done === true
    if (next.done !== true) sample.push(...next.value)
  }
  if (sample.length === 0) throw new ListError('empty', 'The sheet is empty.')
  const cells = sample.slice(0, sampleRows).map(({ values }) => values.map(String))
  const { header, index } = findColumn(cells, options)
  const before = header === undefined ? 0 : (sample.shift()?.number ?? 0)
  const info: ListInfo = {
    format: 'xlsx',
    encoding: 'utf-8',
    separator: ',',
    lineEnd: '\r\n',
    column: columnName(header, index),
    columnNumber: index + 1,
    width: Math.max(header?.length ?? 0, ...(header === undefined ? cells.map(({ length }) => length) : [])),
    ...(header === undefined ? {} : { header, head: { before: '', raw: rowText(header), lineEnd: '\r\n' } })
  }

  async function* batches(): AsyncGenerator<readonly ListRow[], void, void> {
    let batch: ListRow[] = []
    let length = 0
    try {
      for (let next: readonly SheetRow[] | undefined = sample; next !== undefined; ) {
        for (const row of next) {
          const made = listRow(row, before, index)
          batch.push(made)
          length += made.raw.length
          if (batch.length < batchRows && length < batchLength) continue
          yield batch
          batch = []
          length = 0
        }
        const more = await rows.next()
        next = more.done === true ? undefined : more.value
      }
    } catch (error) {
      // What came before is given: the row that cannot be read tells why.
      if (!(error instanceof ListError)) throw error
      const number = (batch.at(-1)?.number ?? 0) + 1
      batch.push({ number, address: '', raw: '', problem: error.message, lineEnd: '' })
    } finally {
      await rows.return()
      await bytes.close()
    }
    if (batch.length > 0) yield batch
  }

  return {
    info,
    rows: once(batches),
    progress: () => ({ bytesRead: bytes.bytesRead(), ...(bytes.bytesTotal === undefined ? {} : { bytesTotal: bytes.bytesTotal }) }),
    close: bytes.close
  }
}

const collect = async (first: Buffer, bytes: ListBytes): Promise<Buffer> => {
  const pieces = [first]
  let length = first.length
  for (let piece = await bytes.next(1); piece !== undefined; piece = await bytes.next(1)) {
    pieces.push(piece)
    length += piece.length
    if (length > maxWorkbookBytes) throw tooLarge(`it has more than ${maxWorkbookBytes / 1024 / 1024} MB`)
  }
  const problem = bytes.problem()
  if (problem !== undefined) throw damaged('it could not be read to its end', problem)
  return Buffer.concat(pieces)
}

const rowText = (cells: readonly string[]): string => cells.map((cell) => formatCell(cell, ',')).join(',')

const listRow = ({ number, values }: SheetRow, before: number, index: number): ListRow => {
  const cells = values.map((value: CellValue) => (typeof value === 'boolean' ? String(value).toUpperCase() : String(value)))
  return { number: Math.max(number - before, 1), address: addressOf(cells[index] ?? ''), raw: rowText(cells), cells, values }
}
