import { addedText, cellSpans, cellValue, formatCell, guardFormula, isFormula, replaceAddress, splitCells } from './csv-cells.ts'
import type { AddedValue, ListInfo, ListRow } from './list.ts'

/** How rows become text in a format; line ends are the writer's. */
export type RowFormat = {
  /** What stands before the first row, line end included; '' where nothing does. */
  readonly head: string
  readonly row: (row: ListRow, added: readonly AddedValue[], address: string | undefined) => string
}

/**
 * A list with separators, with columns added to it: the text of a row stays as it was, and what is added comes behind its last column. A row
 * with fewer cells than the header is filled up, and what a row has beyond the header comes after the added columns, so that these stand
 * under their names. A column that is there already under its name is overwritten in place: a list can be checked again.
 *
 * Spreadsheets run cells that begin like formulas. Where columns are added, those and the address get an apostrophe before them then;
 * other columns are the user's and stay. Without added columns (a mended list, to be imported elsewhere) nothing gets one: it would
 * make another address of it. Reading takes the apostrophe off again.
 */
export const csvFormat = (info: ListInfo, columns: readonly string[]): RowFormat => {
  const separator = info.separator ?? ','
  const addressIndex = (info.columnNumber ?? 1) - 1
  const width = info.width ?? 1
  const all = info.quotesAll === true
  const places = columns.map((column) => info.header?.indexOf(column) ?? -1)
  const hasOverwritten = places.some((place) => place >= 0)
  const { before, raw, lineEnd } = info.head ?? { before: '', raw: '', lineEnd: '' }
  const addedNames = columns.filter((_, index) => places[index] === -1).map((name) => formatCell(name, separator, all))
  const headerRow = info.header === undefined ? raw : [raw, ...addedNames].join(separator)

  const addedCell = (value: AddedValue): string => formatCell(guardFormula(addedText(value)), separator, all)

  const edited = (row: ListRow, added: readonly AddedValue[], address: string | undefined): string => {
    const texts = cellTexts(row, separator)
    if (columns.length > 0) while (texts.length < width) texts.push('')
    const old = texts[addressIndex]
    if (row.problem === undefined && (address !== undefined || (columns.length > 0 && isFormula(row.address)))) {
      while (texts.length <= addressIndex) texts.push('')
      texts[addressIndex] = addressCell(old ?? '', row.address, address)
    }
    if (columns.length === 0) return texts.join(separator)
    const fresh: string[] = []
    for (const [index, value] of added.entries()) {
      const place = places[index] ?? -1
      if (place >= 0) texts[place] = addedCell(value)
      else fresh.push(addedCell(value))
    }
    return [...texts.slice(0, width), ...fresh, ...texts.slice(width)].join(separator)
  }

  const addressCell = (old: string, was: string, address: string | undefined): string => {
    const value = cellValue(old)
    const next = address === undefined ? value : replaceAddress(value, was, address)
    return formatCell(columns.length > 0 ? guardFormula(next) : next, separator, old.trimStart().startsWith('"'))
  }

  return {
    head: info.head === undefined ? '' : before + headerRow + lineEnd,
    row: (row, added, address) => {
      if (row.raw.trim() === '') return address === undefined ? row.raw : edited(row, added, address)
      if (columns.length === 0 && address === undefined) return row.raw
      // Most rows of most lists have as many cells as the header, and nothing in them to change. A hot path.
      if (address !== undefined || hasOverwritten || row.problem !== undefined || isFormula(row.address)) return edited(row, added, address)
      if (countCells(row.raw, separator) !== width) return edited(row, added, address)
      let text = row.raw
      for (const value of added) text += separator + addedCell(value)
      return text
    }
  }
}

/** The cells' text as it stands; broken quotes would swallow what is added, so that such a row is quoted anew. */
const cellTexts = (row: ListRow, separator: string): string[] => {
  if (row.problem !== undefined) return splitCells(row.raw, separator, true).map((cell) => formatCell(cell, separator))
  const spans = cellSpans(row.raw, separator)
  const texts: string[] = []
  for (let index = 0; index < spans.length; index += 2) texts.push(row.raw.slice(spans[index], spans[index + 1]))
  return texts
}

const countCells = (raw: string, separator: string): number => {
  if (raw.includes('"')) return cellSpans(raw, separator).length / 2
  let count = 1
  for (let at = raw.indexOf(separator); at >= 0; at = raw.indexOf(separator, at + 1)) count++
  return count
}
