import { addressOf } from './csv-cells.ts'
import { isKnownName, isNamedLike, isPlainName } from './header-names.ts'
import { type ListColumn, ListError, showCell } from './list-error.ts'

/** Which column holds the addresses, found by what the header says and what stands in the first rows. */
export type Columns = {
  /** Header names; undefined where the first row is an address already. */
  readonly header: readonly string[] | undefined
  /** Counted from 0. */
  readonly index: number
}

export type ColumnOptions = { readonly column?: string; readonly header?: boolean }

/** A header by itself, without rows: it has the word, and no address. */
export const isHeader = (cells: readonly string[]): boolean => cells.some(isKnownName) && !cells.some(isAddressLike)

/** Good enough to tell a column; what is wrong with an address is told elsewhere. */
export const isAddressLike = (cell: string): boolean => {
  const address = addressOf(cell)
  const at = address.lastIndexOf('@')
  return at > 0 && at < address.length - 1 && address.length <= 400
}

/** A column counts as one of addresses from this share of its cells on: half of a list may be broken. */
const enough = 0.5

type Content = { readonly index: number; readonly share: number; readonly example: string }

/**
 * Finds the column. `rows` are the first rows that are neither blank nor broken, the header perhaps among them. Throws ListError: no addresses, no such
 * column, or several to choose from.
 */
export const findColumn = (rows: readonly (readonly string[])[], options: ColumnOptions): Columns => {
  const first = rows[0] ?? []
  const hasHeader = options.header ?? looksLikeHeader(first, rows, options.column)
  const header = hasHeader ? first.map((name) => name.trim()) : undefined
  const contents = measure(hasHeader ? rows.slice(1) : rows)
  const names = (index: number): string => columnName(header, index)
  if (options.column !== undefined) return { header, index: named(options.column, header, contents, names) }
  // What the header says goes before what stands below: a list to be checked may hold more broken addresses than whole ones.
  const headed = contents.filter(({ index, share }) => isPlainName(header?.[index] ?? '') && share > 0)
  if (headed[0] !== undefined && headed.length === 1) return { header, index: headed[0].index }
  const full = contents.filter(({ share }) => share >= enough)
  if (full[0] !== undefined && full.length === 1) return { header, index: full[0].index }
  if (full.length > 1) throw ambiguous(full, names)
  const like = contents.filter(({ index, share }) => isNamedLike(header?.[index] ?? '') && share > 0)
  if (like[0] !== undefined && like.length === 1) return { header, index: like[0].index }
  const empty = (header ?? []).flatMap((name, index) => (isPlainName(name) ? [index] : []))
  if (empty[0] !== undefined && empty.length === 1) return { header, index: empty[0] }
  const some = contents.filter(({ share }) => share > 0)
  if (some[0] !== undefined && some.length === 1) return { header, index: some[0].index }
  if (some.length > 1) throw ambiguous(some, names)
  const columns = Array.from({ length: Math.max(first.length, contents.length) }, (_, index) => ({
    name: names(index),
    example: showCell(contents[index]?.example ?? '')
  }))
  throw new ListError('no-addresses', `There is no address in the first ${rows.length} rows. ${advice(columns)}`, { columns })
}

/** How a column is called in `--column`: by its name where that is its alone, else by its number. */
export const columnName = (header: readonly string[] | undefined, index: number): string => {
  const name = header?.[index] ?? ''
  return name === '' || header?.indexOf(name) !== header?.lastIndexOf(name) || /^\d+$/.test(name) ? String(index + 1) : name
}

const looksLikeHeader = (first: readonly string[], rows: readonly (readonly string[])[], column: string | undefined): boolean => {
  if (first.some(isAddressLike)) return false
  if (isHeader(first) || (column !== undefined && !/^\d+$/.test(column))) return true
  // No word that is known, but addresses below: the names are in a language not known here. A lone row without an @ is a bad address.
  return (
    rows.length > 1 &&
    first.every((cell) => !cell.includes('@')) &&
    measure(rows.slice(1)).some(({ share }) => share >= enough) &&
    first.length > 1
  )
}

const measure = (rows: readonly (readonly string[])[]): Content[] => {
  const filled: number[] = []
  const addresses: number[] = []
  const examples: string[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      filled[index] ??= 0
      addresses[index] ??= 0
      if (cell.trim() === '') continue
      filled[index]++
      if (isAddressLike(cell)) {
        if (addresses[index]++ === 0) examples[index] = cell
      } else examples[index] ??= cell
    }
  }
  return filled.map((count, index) => ({ index, share: count === 0 ? 0 : (addresses[index] ?? 0) / count, example: examples[index] ?? '' }))
}

const named = (
  column: string,
  header: readonly string[] | undefined,
  contents: readonly Content[],
  names: (index: number) => string
): number => {
  const wanted = column.trim()
  const exact = header?.indexOf(wanted) ?? -1
  if (exact >= 0) return exact
  const folded = header?.findIndex((name) => name.toLowerCase() === wanted.toLowerCase()) ?? -1
  if (folded >= 0) return folded
  const number = /^\d{1,5}$/.test(wanted) ? Number(wanted) : 0
  const width = Math.max(contents.length, header?.length ?? 0)
  if (number >= 1 && number <= width) return number - 1
  const columns = Array.from({ length: width }, (_, index) => ({ name: names(index), example: showCell(contents[index]?.example ?? '') }))
  const why = header === undefined && number === 0 ? 'The list has no header, so its columns have numbers only. ' : ''
  throw new ListError('no-such-column', `There is no column "${showCell(column)}". ${why}${advice(columns)}`, { columns })
}

const ambiguous = (contents: readonly Content[], names: (index: number) => string): ListError => {
  const columns = contents.map(({ index, example }) => ({ name: names(index), example: showCell(example) }))
  return new ListError('ambiguous-column', `Several columns hold addresses. ${advice(columns)}`, { columns })
}

/** So many columns are shown. */
const shown = 20

export const advice = (columns: readonly ListColumn[]): string => {
  const list = columns.slice(0, shown).map(({ name, example }) => `${showCell(name)}${example === '' ? '' : ` (${example})`}`)
  const more = columns.length > shown ? ` and ${columns.length - shown} more` : ''
  return list.length === 0 ? 'Is it the right file?' : `Say which column it is: --column NAME. Columns: ${list.join(', ')}${more}.`
}
