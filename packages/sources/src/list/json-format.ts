import { replaceAddress } from './csv-cells.ts'
import type { RowFormat } from './csv-format.ts'
import { parseObject, pathOf, textAt } from './json-lines.ts'
import { type Span, valueSpan } from './json-spans.ts'
import type { AddedValue, ListInfo, ListRow } from './list.ts'

/** Where the added values stand in JSON lines: an object of their own, which no key of the list is in the way of. */
const addedKey = 'whybounce'

const addedObject = (columns: readonly string[], added: readonly AddedValue[]): string =>
  JSON.stringify(Object.fromEntries(columns.map((column, index) => [column.replace(/^whybounce[_.]/, ''), added[index] ?? ''])))

/**
 * JSON lines with an object `whybounce` added to each, `{"verdict": "…"}`: column names without their `whybounce_`. The other keys keep their text
 * (order, numbers of any length, white space). A `whybounce` that is there already is replaced. A line that is no object stays as it was.
 */
export const jsonFormat = (info: ListInfo, columns: readonly string[]): RowFormat => ({
  head: '',
  row: (row, added, address) => {
    if (row.problem !== undefined || row.raw.trim() === '') return row.raw
    let text = row.raw
    if (address !== undefined) {
      const object = parseObject(text) ?? {}
      const path = pathOf(object, info.column)
      const span = valueSpan(text, path)
      if (span !== undefined) text = replaced(text, span, JSON.stringify(replaceAddress(textAt(object, path), row.address, address)))
    }
    if (columns.length === 0) return text
    const value = addedObject(columns, added)
    // Most lists have not been here before: no need to look at every key. The name may be written with escapes.
    const there = text.includes(addedKey) || text.includes('\\u') ? valueSpan(text, [addedKey]) : undefined
    if (there !== undefined) return replaced(text, there, value)
    const end = text.lastIndexOf('}')
    const body = text.slice(0, end).trimEnd()
    return `${body}${body.endsWith('{') && isEmptyObject(body) ? '' : ','}${JSON.stringify(addedKey)}:${value}${text.slice(end)}`
  }
})

const replaced = (text: string, { start, end }: Span, value: string): string => text.slice(0, start) + value + text.slice(end)

const isEmptyObject = (body: string): boolean => body.trim() === '{'

/** Other lists as JSON lines: an object of their columns (all texts), and `whybounce`. */
export const toJsonFormat = (
  columns: readonly string[],
  names: readonly string[],
  cellsOf: (row: ListRow, address: string | undefined) => readonly string[]
): RowFormat => ({
  head: '',
  row: (row, added, address) => {
    const cells = cellsOf(row, address)
    const entries = cells.map((cell, index): [string, string] => [names[index] ?? `column ${index + 1}`, cell])
    const text = JSON.stringify(Object.fromEntries(entries))
    if (columns.length === 0) return text
    return `${text.slice(0, -1)}${entries.length === 0 ? '' : ','}${JSON.stringify(addedKey)}:${addedObject(columns, added)}}`
  }
})
