import type { CellValue } from '../list.ts'
import { maxTextLength, type Workbook } from './workbook.ts'
import { attribute, unescapeCell, XmlTags } from './xml.ts'
import { tooLarge, unpackEntry } from './zip.ts'

/** `number`: from 1, as the spreadsheet shows it; rows without cells are left out. */
export type SheetRow = { readonly number: number; readonly values: readonly CellValue[] }

/** https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
export const maxSheetRows: number = 1_048_576
export const maxSheetColumns: number = 16_384
/** A full sheet of ten columns is about 700 MB of XML. */
const maxSheetBytes = 8 * 1024 * 1024 * 1024
/** Cells of one row are held together, and so are so many characters of them. */
const maxRowText = 1024 * 1024

/** The rows of a sheet as they are unpacked: beside the workbook's texts, one row is in memory. */
export async function* readSheetRows(book: Workbook): AsyncGenerator<readonly SheetRow[], void, void> {
  const tags = new XmlTags()
  const decoder = new TextDecoder()
  let number = 0
  let values: CellValue[] = []
  let length = 0
  let column = 0
  let type = ''
  let style = 0
  let text = ''
  let isPhonetic = false
  for await (const piece of unpackEntry(book.sheet, maxSheetBytes)) {
    tags.add(decoder.decode(piece, { stream: true }))
    const rows: SheetRow[] = []
    while (tags.next()) {
      const { name, isClose, isEmpty } = tags
      if (name === 'row' && !isClose) {
        number = count(attribute(tags.attributes, 'r'), maxSheetRows) ?? number + 1
        values = []
        length = 0
        column = -1
      } else if (name === 'row') {
        if (values.length > 0) rows.push({ number, values })
      } else if (name === 'c' && !isClose) {
        const { attributes } = tags
        column = columnOf(attribute(attributes, 'r')) ?? column + 1
        if (column >= maxSheetColumns) throw tooLarge('it has more columns than a spreadsheet can show')
        type = attribute(attributes, 't') ?? 'n'
        style = Number(attribute(attributes, 's') ?? 0)
        text = ''
      } else if (name === 'rPh') isPhonetic = !isClose && !isEmpty
      else if (isClose && (name === 'v' || (name === 't' && !isPhonetic)) && text.length < maxTextLength) text += tags.text
      if (name !== 'c' || !(isClose || isEmpty)) continue
      const value = cellValue(book, type, style, text)
      if (value === '') continue
      length += typeof value === 'string' ? value.length : 8
      if (length > maxRowText) throw tooLarge(`its row ${number} has more than a million characters`)
      while (values.length < column) values.push('')
      values[column] = value
    }
    yield rows
  }
}

const count = (text: string | undefined, most: number): number | undefined => {
  const number = Number(text)
  return Number.isInteger(number) && number >= 1 && number <= most ? number : undefined
}

/** `AB12` is column 27, counted from 0. */
const columnOf = (reference: string | undefined): number | undefined => {
  if (reference === undefined) return undefined
  let column = 0
  for (let at = 0; at < 4; at++) {
    const code = reference.charCodeAt(at) & ~0x20
    if (!(code >= 0x41 && code <= 0x5a)) break
    column = column * 26 + code - 0x40
  }
  return column === 0 ? undefined : column - 1
}

/** §18.18.11: `s` a shared text, `str` and `inlineStr` a text, `b` true or false, `e` an error, `d` a date in ISO 8601, `n` a number. */
const cellValue = (book: Workbook, type: string, style: number, text: string): CellValue => {
  if (text === '') return ''
  if (type === 's') return book.strings[Number(text)] ?? ''
  if (type === 'b') return text === '1' || text === 'true'
  if (type !== 'n') return unescapeCell(text)
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  return book.dateStyles[style] === true ? formatDate(number, book.is1904) : number
}

const day = 86_400_000

/** A date as ISO 8601 writes it; days count from 30 December 1899, so that those after the 29 February 1900 that Excel believes in are right. */
const formatDate = (serial: number, is1904: boolean): string => {
  const start = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30)
  const date = new Date(start + Math.round((serial * day) / 1_000) * 1_000)
  if (Number.isNaN(date.getTime())) return String(serial)
  const iso = date.toISOString()
  const time = iso.slice(11, 19)
  if (serial < 1 && serial >= 0 && !is1904) return time
  return Number.isInteger(serial) ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`
}
