import { csvRows, textOfInput } from './csv-rows.ts'
import { openJsonItems } from './json-items.ts'
import type { Fields } from './known-exports.ts'
import { plainName } from './reason-words.ts'
import type { Input } from './tell-input.ts'

/** A row of a list, or why it is none. `at`: line from 1; for a JSON document, characters before it. */
export type ListRow =
  | {
      readonly at: number
      readonly fields: Fields
      /** Of a table: the plain names of its columns, the same object for all of its rows. */
      readonly names?: ReadonlySet<string>
    }
  | { readonly at: number; readonly problem: string }

export type RowBatch = { readonly rows: readonly ListRow[]; readonly bytesRead: number }

/** The field that holds the address where a list has nothing else. */
const onlyAddress = 'address'

const fieldsOf = (value: unknown): Fields | undefined => {
  if (typeof value === 'string') return { [onlyAddress]: value }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [plainName(name), field]))
}

const jsonRow = (at: number, value: unknown): ListRow => {
  const fields = fieldsOf(value)
  return fields === undefined ? { at, problem: 'This is neither an object nor an address.' } : { at, fields }
}

async function* jsonDocument(input: Input): AsyncGenerator<RowBatch, void, void> {
  const items = openJsonItems()
  let bytesRead = 0
  for await (const text of textOfInput(input)) {
    bytesRead += text.length
    yield {
      rows: items.write(text.replace(/^\ufeff/, '')).map((item) => ('problem' in item ? item : jsonRow(item.at, item.value))),
      bytesRead
    }
  }
  yield { rows: items.end().map((item) => ('problem' in item ? item : jsonRow(item.at, item.value))), bytesRead }
}

/** A line longer than this is no row, in UTF-16 code units: it is counted as unread and not kept. */
const maxLineLength = 1024 * 1024

async function* lines(input: Input, rowOf: (text: string, at: number) => ListRow | undefined): AsyncGenerator<RowBatch, void, void> {
  let at = 0
  let bytesRead = 0
  let rest = ''
  let skipping = false
  for await (const text of textOfInput(input)) {
    bytesRead += text.length
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    const rows: ListRow[] = []
    const take = (row: ListRow | undefined): void => {
      if (row !== undefined) rows.push(row)
    }
    for (const part of parts) {
      at++
      take(skipping || part.length > maxLineLength ? { at, problem: 'The line is longer than 1 MB.' } : rowOf(part, at))
      skipping = false
    }
    if (rest.length > maxLineLength) {
      rest = ''
      skipping = true
    }
    yield { rows, bytesRead }
  }
  const last = skipping ? { at: at + 1, problem: 'The line is longer than 1 MB.' } : rowOf(rest, at + 1)
  if (last !== undefined) yield { rows: [last], bytesRead }
}

const jsonLine = (text: string, at: number): ListRow | undefined => {
  if (text.trim() === '') return undefined
  try {
    return jsonRow(at, JSON.parse(text.replace(/^\ufeff/, '')))
  } catch {
    return { at, problem: 'The line is not JSON.' }
  }
}

const textLine = (text: string, at: number): ListRow | undefined => {
  const address = text.replace(/^\ufeff/, '').trim()
  return address === '' || address.startsWith('#') ? undefined : { at, fields: { [onlyAddress]: address } }
}

/** The name under which a column without a header is known: its number, from 1. */
const numberedColumn = (index: number): string => String(index + 1)

async function* table(input: Input, hasHeader: boolean, numbered: boolean): AsyncGenerator<RowBatch, void, void> {
  let columns: readonly string[] | undefined = hasHeader ? undefined : []
  let names: ReadonlySet<string> = new Set()
  const fieldsIn = (cells: readonly string[]): Fields => {
    const fields: Record<string, string> = {}
    if (numbered) for (const [index, cell] of cells.entries()) fields[numberedColumn(index)] = cell
    // A row that is too short has empty cells; it is no row of another kind. Of two columns with one name the first counts.
    for (const [index, name] of columns?.entries() ?? []) if (name !== '') fields[name] ??= cells[index] ?? ''
    return fields
  }
  for await (const { rows: records, bytesRead } of csvRows(input)) {
    const rows: ListRow[] = []
    for (const record of records) {
      if ('problem' in record) rows.push(record)
      else if (columns === undefined) {
        columns = record.cells.map(plainName)
        names = new Set(columns.filter((name) => name !== ''))
      } else rows.push({ at: record.at, fields: fieldsIn(record.cells), names })
    }
    yield { rows, bytesRead }
  }
}

/** A first row with an address in it is no header. */
const hasHeader = (head: string): boolean => !(/^[^\r\n]*/.exec(head.replace(/^\ufeff/, ''))?.[0] ?? '').includes('@')

/**
 * The rows of a list that is no mail, in batches, in constant memory. With `column` a number, cells are known by the number of their column
 * too.
 */
export const readList = (input: Input, column: string | undefined): AsyncGenerator<RowBatch, void, void> => {
  switch (input.kind) {
    case 'json':
      return jsonDocument(input)
    case 'json-lines':
      return lines(input, jsonLine)
    case 'csv':
      return table(input, hasHeader(input.head), column !== undefined && /^\d+$/.test(column))
    default:
      return lines(input, textLine)
  }
}
