import type { Writable } from 'node:stream'
import { addedText, addressOf, formatCell, guardFormula, replaceAddress } from './csv-cells.ts'
import { csvFormat, type RowFormat } from './csv-format.ts'
import { encoderFor } from './encoding.ts'
import { jsonFormat, toJsonFormat } from './json-format.ts'
import type { CellValue, ListFormat, ListInfo, ListRow, ListWriter } from './list.ts'
import { ListError } from './list-error.ts'
import { type ListOutput, openListOutput } from './list-output.ts'
import { readCells } from './read-rows.ts'
import { makeSheetWriter } from './xlsx/sheet-writer.ts'

export type ListWriterOptions = {
  /** Columns to add, by their names; none for a list that is only mended. */
  readonly columns: readonly string[]
  readonly format?: ListFormat
}

/** A writer that can be given up: the target is as it was before. */
export type OpenListWriter = ListWriter & { readonly discard: () => Promise<void> }

/** Two steps for `end`, so that several files take their names together. */
export type StagedWriter = Omit<OpenListWriter, 'end'> & { readonly finish: () => Promise<void>; readonly commit: () => void }

/**
 * Writes a list as it was read, with columns added, or with addresses replaced. CSV, TSV and JSON lines stay what they are (separator, quotes, line ends);
 * plain text and workbooks become CSV, a workbook where the target's name ends in .xlsx. With `columns: []` an unchanged row is its old bytes, and
 * plain text stays plain text. A list without a header gets none. How characters are written: `encoderFor`.
 *
 * `drain` after each batch, or everything waits in memory. Throws ListError: at once where the target cannot be opened, from `drain` and
 * `end` where writing fails (a full disk). A path takes the new content at `end`, not before.
 */
export const openListWriter = (target: string | Writable, info: ListInfo, options: ListWriterOptions): OpenListWriter => {
  const { write, drain, finish, commit, discard } = makeListWriter(target, info, options, false)
  const end = async (): Promise<void> => {
    try {
      await finish()
    } catch (error) {
      await discard()
      throw error
    }
    commit()
  }
  return { write, drain, end, discard }
}

export const makeListWriter = (target: string | Writable, info: ListInfo, options: ListWriterOptions, isPart: boolean): StagedWriter => {
  const format = outputFormat(typeof target === 'string' ? target : '', info, options)
  const output = openListOutput(target)
  const writer = format === 'xlsx' ? toSheet(output, info, options.columns) : toText(output, info, options.columns, format, isPart)
  return {
    ...writer,
    write: (row, added, address) => {
      if (added.length !== options.columns.length)
        throw new TypeError(`A row takes ${options.columns.length} added values, not ${added.length}.`)
      writer.write(row, added, address)
    },
    commit: output.commit,
    discard: output.discard
  }
}

const outputFormat = (name: string, info: ListInfo, { format, columns }: ListWriterOptions): ListFormat => {
  if (format !== undefined) return format
  const ending = /\.(xlsx|jsonl|ndjson|csv|tsv|tab)(?:\.(?:gz|zst))?$/i.exec(name)?.[1]?.toLowerCase()
  if (ending === 'jsonl' || ending === 'ndjson') return 'jsonl'
  // A line of JSON has more than a row of cells can hold: it would lose all but its address.
  if (ending !== undefined && info.format === 'jsonl')
    throw new ListError('write-failed', `JSON lines can be written as JSON lines only: name the output with .jsonl, not .${ending}.`)
  if (ending === 'xlsx') return 'xlsx'
  if (ending === 'tsv' || ending === 'tab') return 'tsv'
  if (ending === 'csv') return 'csv'
  if (info.format === 'text') return columns.length === 0 ? 'text' : 'csv'
  if (info.format === 'jsonl') return 'jsonl'
  return info.format === 'xlsx' ? 'csv' : info.format
}

type Writing = Pick<StagedWriter, 'write' | 'drain' | 'finish'>

/** Text that waits to be encoded: fewer, larger writes. */
const flushLength = 128 * 1024

const toText = (output: ListOutput, info: ListInfo, columns: readonly string[], format: ListFormat, isPart: boolean): Writing => {
  const { head, row: formatRow } = rowFormat(info, columns, format)
  const { bom, encode } = encoderFor(info, format === 'jsonl')
  // Gaps between entries of a line are part of plain text only, and only where all entries follow each other.
  const keepsGaps = format === 'text' && !isPart
  let waiting = bom + head
  let isLineOpen = head !== '' && !/[\r\n]$/.test(head)
  const flush = (): void => {
    if (waiting !== '') output.write(encode(waiting))
    waiting = ''
  }
  return {
    write: (row, added, address) => {
      if (row.raw === '' && row.lineEnd === '' && address === undefined) return
      const text = formatRow(row, added, address)
      const own = row.lineEnd ?? info.lineEnd
      const lineEnd = keepsGaps || own === '' || own === '\n' || own === '\r\n' || own === '\r' ? own : info.lineEnd
      waiting += isLineOpen ? info.lineEnd + text + lineEnd : text + lineEnd
      // The last row of a list may lack its line end; written before another one it needs one.
      isLineOpen = lineEnd === ''
      if (waiting.length >= flushLength) flush()
    },
    drain: () => output.drain(),
    finish: () => {
      flush()
      return output.finish()
    }
  }
}

const rowFormat = (info: ListInfo, columns: readonly string[], format: ListFormat): RowFormat => {
  if (format === 'jsonl')
    return info.format === 'jsonl' ? jsonFormat(info, columns) : toJsonFormat(columns, headerNames(info), valuesAsText(info))
  if (format === 'text') return textFormat(info)
  const separator = format === 'tsv' ? '\t' : info.separator === '\t' && info.format === 'csv' ? ',' : (info.separator ?? ',')
  const isSame = info.separator !== undefined && (info.format === 'xlsx' ? separator === ',' : format === info.format)
  return isSame
    ? csvFormat(info, columns)
    : convertedFormat(
        info,
        columns,
        format === 'tsv' ? '\t' : info.separator === undefined || info.separator === '\t' ? ',' : info.separator
      )
}

/** Addresses, one a row; of a list of plain text its own text, with the header where it has one. */
const textFormat = (info: ListInfo): RowFormat =>
  info.format === 'text'
    ? {
        head: info.head === undefined ? '' : info.head.before + info.head.raw + info.head.lineEnd,
        row: (row, _, address) => (address === undefined ? row.raw : withAddress(row.raw, row.address, address))
      }
    : { head: '', row: (row, _, address) => oneLine(address ?? (row.problem === undefined ? row.address : row.raw)) }

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')

/** White space around what is replaced stays. */
const withAddress = (text: string, old: string, address: string): string => {
  const trimmed = text.trim()
  return trimmed === '' ? text + address : text.replace(trimmed, () => replaceAddress(trimmed, old, address))
}

/** Rows whose shape changes: every cell is written anew. What there is of a row without columns is its address. */
const convertedFormat = (info: ListInfo, columns: readonly string[], separator: string): RowFormat => {
  const names = headerNames(info)
  const cellsOf = valuesAsText(info)
  const addressIndex = info.separator === undefined ? 0 : (info.columnNumber ?? 1) - 1
  const cell = (value: string): string => formatCell(value, separator)
  const guarded = (value: string): string => cell(columns.length > 0 ? guardFormula(value) : value)
  const head = names.length === 0 ? '' : [...names, ...columns].map(cell).join(separator) + info.lineEnd
  return {
    head,
    row: (row, added, address) => {
      if (row.raw.trim() === '' && address === undefined) return ''
      const cells = aligned(cellsOf(row, address), info, columns).map((value, index) =>
        index === addressIndex ? guarded(value) : cell(value)
      )
      const width = columns.length > 0 ? widthOf(info) : cells.length
      return [...cells.slice(0, width), ...added.map((value) => guarded(addedText(value))), ...cells.slice(width)].join(separator)
    }
  }
}

const toSheet = (output: ListOutput, info: ListInfo, columns: readonly string[]): Writing => {
  const sheet = makeSheetWriter(output)
  const names = headerNames(info)
  if (names.length > 0) sheet.row([...names, ...columns])
  const cellsOf = valuesAsText(info)
  return {
    write: (row, added, address) => {
      if (row.raw === '' && row.lineEnd === '' && address === undefined) return
      const cells = aligned(row.values === undefined ? cellsOf(row, address) : replacedValue(row, row.values, info, address), info, columns)
      const width = columns.length > 0 ? widthOf(info) : cells.length
      sheet.row([...cells.slice(0, width), ...added.map(addedText), ...cells.slice(width)])
    },
    drain: sheet.drain,
    finish: sheet.finish
  }
}

const replacedValue = (row: ListRow, values: readonly CellValue[], info: ListInfo, address: string | undefined): readonly CellValue[] =>
  address === undefined
    ? values
    : withCell(
        values,
        (info.columnNumber ?? 1) - 1,
        replaceAddress(String(values[(info.columnNumber ?? 1) - 1] ?? ''), row.address, address)
      )

const widthOf = (info: ListInfo): number => (info.separator === undefined ? 1 : (info.width ?? 1))

const aligned = <T extends CellValue>(cells: readonly T[], info: ListInfo, columns: readonly string[]): readonly (T | '')[] => {
  const missing = columns.length === 0 ? 0 : widthOf(info) - cells.length
  return missing > 0 ? [...cells, ...Array.from({ length: missing }, () => '' as const)] : cells
}

const headerNames = (info: ListInfo): readonly string[] =>
  info.separator !== undefined ? (info.header ?? []) : [info.header?.[0] ?? (info.format === 'jsonl' ? info.column : 'address')]

const valuesAsText =
  (info: ListInfo) =>
  (row: ListRow, address: string | undefined): readonly string[] => {
    if (info.separator === undefined) return [address ?? (row.problem === undefined ? row.address || row.raw.trim() : row.raw)]
    const cells = readCells(row, info)
    const index = (info.columnNumber ?? 1) - 1
    const old = cells[index] ?? ''
    if (address !== undefined) return withCell(cells, index, replaceAddress(old, row.address, address))
    return old !== row.address && addressOf(old) === row.address && old.trim() === `'${row.address}`
      ? withCell(cells, index, row.address)
      : cells
  }

const withCell = <T>(cells: readonly T[], index: number, value: T): readonly T[] => {
  const next = [...cells]
  // A row may end before its address column; holes would not be written.
  if (typeof value === 'string') while (next.length < index) next.push(value)
  next[index] = value
  return next
}
