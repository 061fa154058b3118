/** Shapes of an address list that can be read and written. */
export const listFormats = ['csv', 'tsv', 'jsonl', 'text', 'xlsx'] as const
export type ListFormat = (typeof listFormats)[number]

export type ListOptions = {
  readonly format?: ListFormat
  /** Name (as in the header) or number (from 1) of the column with the addresses; found by itself where absent. JSON lines: `a.b`. */
  readonly column?: string
  /** A WHATWG encoding label (`windows-1251`, `shift_jis`); recognised where absent. */
  readonly encoding?: string
  readonly separator?: string
  readonly header?: boolean
  /** Of a workbook: name or number (from 1) of the sheet; the first where absent. */
  readonly sheet?: string
}

export type ListRow = {
  /** From 1, header not counted, blank rows counted. */
  readonly number: number
  /**
   * What stands in the address column, outer white space taken off, and of `Name <address>` the address alone; '' where there is none, and
   * in blank rows. It shares memory with the piece of the list it came from: who keeps many for long keeps the list.
   */
  readonly address: string
  /** The row as it stood, for the writer: text without its line end (csv, tsv, text, jsonl); of a workbook its cells as CSV. Opaque to callers. */
  readonly raw: string
  /** Of a workbook: its cells as text. Other formats: `readCells`. */
  readonly cells?: readonly string[]
  /** Of a workbook: its cells with the types they have there, for a workbook written from it. */
  readonly values?: readonly CellValue[]
  /** The row was unreadable (bad JSON, broken quotes, too long): kept, counted, never dropped. `address` is '' then. */
  readonly problem?: string
  /** Its line end, where that is not the list's (`''`: the last row has none). */
  readonly lineEnd?: string
}

export type CellValue = string | number | boolean

/** What was found out about a list before its first row. */
export type ListInfo = {
  readonly format: ListFormat
  readonly encoding: string
  readonly separator?: string
  readonly header?: readonly string[]
  /** Name or number of the address column. */
  readonly column: string
  readonly lineEnd: string
  /** Of the address column, from 1. Absent for JSON lines. */
  readonly columnNumber?: number
  /** Cells that a row is expected to have. */
  readonly width?: number
  /** The list begins with a byte-order mark. */
  readonly bom?: true
  /** Nobody said the encoding and no mark tells it: the writer gives the bytes back as they were. */
  readonly encodingGuessed?: true
  /** Every cell stands in quotes. */
  readonly quotesAll?: true
  /** What stands before the first row, exactly: blank lines and Excel's `sep=;`, then the header row, where there is one. */
  readonly head?: { readonly before: string; readonly raw: string; readonly lineEnd: string }
}

export type OpenList = {
  readonly info: ListInfo
  /** Rows in batches of some thousand; constant memory whatever the length of the list. Can be taken once. */
  readonly rows: () => AsyncIterable<readonly ListRow[]>
  /** Bytes read so far, and in all where known; of a packed list, packed bytes. */
  readonly progress: () => { readonly bytesRead: number; readonly bytesTotal?: number }
  readonly close: () => Promise<void>
}

/** What a row gets in an added column. JSON lines keep it as it is; elsewhere it is text, the words of a list parted by `;`. */
export type AddedValue = string | number | readonly string[]

export type ListWriter = {
  /** A row with the added columns, in the order of `columns`. `address` replaces the address cell where given. */
  readonly write: (row: ListRow, added: readonly AddedValue[], address?: string) => void
  /** Resolves when what was written has gone out as far as memory asks for it. */
  readonly drain: () => Promise<void>
  readonly end: () => Promise<void>
}
