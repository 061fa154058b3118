import { advice, columnName, findColumn, isHeader } from './columns.ts'
import { cellSpans, splitCells } from './csv-cells.ts'
import type { ListEncoding } from './encoding.ts'
import { flatTexts, parseObject, pathOf, textAt } from './json-lines.ts'
import type { ListInfo, ListOptions } from './list.ts'
import { ListError } from './list-error.ts'
import { RowSplitter } from './split-rows.ts'
import { declaredSeparator, delimited, firstRows, type TextFormat, tellFormat } from './tell-format.ts'

/** What a list of text is, by its first rows: format, columns, header, line ends. Throws ListError where no column can be told. */
export const inform = (text: string, isWhole: boolean, encoding: ListEncoding, name: string, options: ListOptions): ListInfo => {
  const { format, separator } = textFormat(text, isWhole, name, options)
  const common = {
    format,
    encoding: encoding.encoding,
    ...(encoding.bomBytes > 0 ? { bom: true as const } : {}),
    ...(encoding.guessed ? { encodingGuessed: true as const } : {})
  }
  const lineEnd = usualLineEnd(text)
  if (format === 'jsonl') return { ...common, lineEnd, column: jsonColumn(firstRows(text, isWhole, undefined), options.column) }
  const declared = separator === undefined ? undefined : declaredSeparator(text)
  const rows = firstRows(text, isWhole, separator).slice(declared === undefined ? 0 : 1)
  const cells = rows.map((row) => (separator === undefined ? [row] : splitCells(row, separator)))
  if (separator === undefined) {
    const [first] = cells
    const isHeaded = options.header ?? (first !== undefined && isHeader(first))
    if (options.format === undefined && !text.includes('@') && !isHeaded)
      throw new ListError('no-addresses', `There is no address in it. ${advice([])}`)
    const head = isHeaded ? { header: first?.map((cell) => cell.trim()) ?? [], head: headOf(text, isWhole, undefined, 1) } : {}
    return { ...common, lineEnd, column: '1', columnNumber: 1, width: 1, ...head }
  }
  const { header, index } = findColumn(cells, options)
  const width = header?.length ?? usualWidth(cells)
  const skipped = (declared === undefined ? 0 : 1) + (header === undefined ? 0 : 1)
  const quotesAll = rows.length > 0 && rows.every((row) => isAllQuoted(row, separator))
  return {
    ...common,
    lineEnd,
    separator,
    column: columnName(header, index),
    columnNumber: index + 1,
    width,
    ...(header === undefined ? {} : { header }),
    ...(skipped === 0 ? {} : { head: headOf(text, isWhole, separator, skipped, header !== undefined) }),
    ...(quotesAll ? { quotesAll: true as const } : {})
  }
}

const textFormat = (text: string, isWhole: boolean, name: string, options: ListOptions): TextFormat => {
  const { format, separator } = options
  if (format === 'xlsx')
    throw new ListError('not-a-list', 'It is no workbook (.xlsx), which is a zip archive. Leave the format out: it is recognised.')
  if (format === 'jsonl' || format === 'text') return { format }
  if (format === 'tsv') return delimited(separator ?? '\t')
  const told = tellFormat(text, isWhole, name, separator)
  return format === undefined || told.separator !== undefined ? told : delimited(',')
}

const isAllQuoted = (row: string, separator: string): boolean => {
  const spans = cellSpans(row, separator)
  return spans.every((at, index) => (index % 2 === 0 ? row[at] === '"' : row[at - 1] === '"'))
}

/** What comes before the first row: so many rows with something in them, and blank ones before and between. */
const headOf = (
  text: string,
  isWhole: boolean,
  separator: string | undefined,
  count: number,
  isHeaded = true
): NonNullable<ListInfo['head']> => {
  const splitter = new RowSplitter(separator)
  splitter.add(text, isWhole)
  let start = 0
  for (let left = count; left > 0 && splitter.next(); ) {
    if (splitter.problem === undefined && splitter.raw.trim() !== '') left--
    if (left > 0) start = splitter.position
  }
  const { raw, lineEnd } = splitter
  return isHeaded ? { before: text.slice(0, start), raw, lineEnd } : { before: text.slice(0, splitter.position), raw: '', lineEnd: '' }
}

const usualWidth = (rows: readonly (readonly string[])[]): number => {
  const counts = new Map<number, number>()
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1)
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0])[0]
}

/** So much of a list (UTF-16 code units) tells its line end. */
const lineEndSample = 256 * 1024

const usualLineEnd = (text: string): string => {
  const counts = { '\r\n': 0, '\n': 0, '\r': 0 }
  for (const [end] of text.slice(0, lineEndSample).matchAll(/\r\n|\n|\r/g))
    if (end === '\n' || end === '\r' || end === '\r\n') counts[end]++
  if (counts['\r\n'] > counts['\n'] && counts['\r\n'] >= counts['\r']) return '\r\n'
  return counts['\r'] > counts['\n'] ? '\r' : '\n'
}

const jsonColumn = (lines: readonly string[], column: string | undefined): string => {
  const objects = lines.map(parseObject).filter((object) => object !== undefined)
  if (column !== undefined && objects.some((object) => textAt(object, pathOf(object, column)) !== '')) return column
  const flat = objects.map(flatTexts)
  const keys = [...new Set(flat.flatMap((texts) => [...texts.keys()]))]
  const rows = flat.map((texts) => keys.map((key) => texts.get(key) ?? ''))
  const { index } = findColumn([keys, ...rows], { header: true, ...(column === undefined ? {} : { column }) })
  return keys[index] ?? ''
}
