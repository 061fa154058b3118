import { crc32, createDeflateRaw } from 'node:zlib'
import type { CellValue } from '../list.ts'
import { ListError } from '../list-error.ts'
import type { ListOutput } from '../list-output.ts'
import { maxSheetColumns, maxSheetRows } from './sheet-rows.ts'

/**
 * A workbook with one sheet, written row by row: memory does not grow with the rows (257 MB resident for a million of four cells;
 * write-excel-file 4.1.1 holds all: 480 MB for 100,000 of six). Texts are inline strings, not formulas, whatever they begin with. A text
 * longer than a cell can hold is cut, with `…` at its end.
 */
export type SheetWriter = {
  readonly row: (cells: readonly CellValue[]) => void
  readonly drain: () => Promise<void>
  readonly finish: () => Promise<void>
}

/** https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
const maxCellLength = 32_767
/** APPNOTE §4.4.9: lengths are 32 bits without zip64. memory: not every spreadsheet reads that. */
const maxPartBytes = 0xffffffff

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** ECMA-376 part 2 §9 (package) and part 1 §18 (workbook): the parts that a workbook cannot be without. */
const parts: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packageRelations}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
}

const flushLength = 128 * 1024

export const makeSheetWriter = (output: ListOutput): SheetWriter => {
  const zip = makeZip(output)
  for (const [name, content] of Object.entries(parts)) zip.stored(name, Buffer.from(xml + content))
  const sheet = zip.deflated('xl/worksheets/sheet1.xml')
  let waiting = `${xml}<worksheet xmlns="${main}"><sheetData>`
  let rows = 0
  let failure: ListError | undefined
  const flush = (): void => {
    sheet.write(Buffer.from(waiting.toWellFormed(), 'utf8'))
    waiting = ''
  }
  const drain = async (): Promise<void> => {
    if (failure !== undefined) throw failure
    await sheet.drain()
    await output.drain()
  }
  return {
    row: (cells) => {
      rows++
      if (rows > maxSheetRows || cells.length > maxSheetColumns) {
        failure ??= new ListError('too-large', 'A sheet has at most 1,048,576 rows and 16,384 columns. Write CSV, which has no such bound.')
        return
      }
      waiting += rowXml(cells, rows)
      if (waiting.length >= flushLength) flush()
    },
    drain,
    finish: async () => {
      if (failure !== undefined) throw failure
      waiting += '</sheetData></worksheet>'
      flush()
      await sheet.end()
      zip.end()
      await output.finish()
    }
  }
}

const rowXml = (cells: readonly CellValue[], number: number): string => {
  let text = `<row r="${number}">`
  for (const [index, cell] of cells.entries()) {
    if (cell === '') continue
    // The place may be left out (§18.3.1.4), but read-excel-file, for one, does not read a cell without.
    const open = `<c r="${columnLetters(index)}${number}"`
    if (typeof cell === 'number') text += `${open}><v>${cell}</v></c>`
    else if (typeof cell === 'boolean') text += `${open} t="b"><v>${cell ? 1 : 0}</v></c>`
    else text += `${open} t="inlineStr"><is><t xml:space="preserve">${escapeText(cell)}</t></is></c>`
  }
  return `${text}</row>`
}

/** 0 is A, 25 Z, 26 AA. */
const columnLetters = (index: number): string =>
  index < 26 ? String.fromCharCode(0x41 + index) : columnLetters(Math.floor(index / 26) - 1) + columnLetters(index % 26)

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** What XML cannot hold, and what reads like an escape, is written `_x0000_` (ECMA-376 part 1 §22.9.2.19). */
const escapeText = (text: string): string => {
  const cut = text.length > maxCellLength ? `${text.slice(0, maxCellLength - 1)}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
  return /[&<>\0-\x1f\ufffe\uffff]|_x/.test(cut)
    ? cut
        .replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
        .replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]/g, (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
        .replace(/[&<>]/g, (letter) => escapes[letter] ?? letter)
    : cut
}

type Part = { readonly name: Buffer; readonly at: number; readonly method: number; sum: number; packed: number; length: number }

/** A zip archive (PKWARE APPNOTE 6.3.10) in one pass: lengths that are not known before stand behind the data (§4.3.9). */
const makeZip = (output: ListOutput) => {
  const done: Part[] = []
  let at = 0
  const put = (bytes: Buffer): void => {
    at += bytes.length
    output.write(bytes)
  }
  const begin = (name: string, method: number): Part => {
    const part: Part = { name: Buffer.from(name), at, method, sum: 0, packed: 0, length: 0 }
    done.push(part)
    return part
  }
  return {
    stored: (name: string, bytes: Buffer): void => {
      const part = begin(name, 0)
      Object.assign(part, { sum: crc32(bytes), packed: bytes.length, length: bytes.length })
      put(Buffer.concat([localHeader(part), part.name, bytes]))
    },
    deflated: (name: string) => {
      const part = begin(name, 8)
      put(Buffer.concat([localHeader(part), part.name]))
      const deflate = createDeflateRaw({ chunkSize: 128 * 1024 })
      deflate.on('data', (piece: Buffer) => {
        part.packed += piece.length
        put(piece)
      })
      return {
        write: (bytes: Buffer): void => {
          part.sum = crc32(bytes, part.sum)
          part.length += bytes.length
          deflate.write(bytes)
        },
        drain: (): Promise<void> => new Promise((resolve) => (deflate.writableNeedDrain ? deflate.once('drain', resolve) : resolve())),
        end: async (): Promise<void> => {
          await new Promise<void>((resolve, reject) => {
            deflate.once('error', reject)
            deflate.once('end', resolve)
            deflate.end()
          })
          if (part.length > maxPartBytes || at > maxPartBytes)
            throw new ListError('too-large', 'The workbook grew past 4 GB. Write CSV, which has no such bound.')
          put(numbers([4, 0x08074b50], [4, part.sum], [4, part.packed], [4, part.length]))
        }
      }
    },
    end: (): void => {
      const start = at
      for (const part of done) put(Buffer.concat([directoryEntry(part), part.name]))
      put(numbers([4, 0x06054b50], [2, 0], [2, 0], [2, done.length], [2, done.length], [4, at - start], [4, start], [2, 0]))
    }
  }
}

/** Names in UTF-8 (bit 11); of what is deflated, lengths follow (bit 3). The date is that of the format's beginning: nothing depends on it. */
const flags = (part: Part): number => (part.method === 8 ? 0x0808 : 0x0800)
const firstDay = 0x21

const localHeader = (part: Part): Buffer =>
  numbers(
    [4, 0x04034b50],
    [2, 20],
    [2, flags(part)],
    [2, part.method],
    [2, 0],
    [2, firstDay],
    [4, part.sum],
    [4, part.packed],
    [4, part.length],
    [2, part.name.length],
    [2, 0]
  )

const directoryEntry = (part: Part): Buffer =>
  numbers(
    ...([
      [4, 0x02014b50],
      [2, 20],
      [2, 20],
      [2, flags(part)],
      [2, part.method],
      [2, 0],
      [2, firstDay],
      [4, part.sum],
      [4, part.packed]
    ] as const),
    ...([
      [4, part.length],
      [2, part.name.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, part.at]
    ] as const)
  )

/** Numbers in little-endian order, each with its size in bytes. */
const numbers = (...fields: readonly (readonly [2 | 4, number])[]): Buffer => {
  const bytes = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of fields) at = bytes.writeUIntLE(value, at, size)
  return bytes
}
