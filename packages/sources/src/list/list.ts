/** Shapes of an address list that can be read and written. */
export const listFormats = ['csv', 'tsv', 'jsonl', 'text', 'xlsx'] as const
export type ListFormat = (typeof listFormats)[number]

export type ListOptions = {
  readonly format?: ListFormat
  /** Name (as in the header) or number (from 1) of the column with the addresses; found by itself where absent. */
  readonly column?: string
  readonly encoding?: string
  readonly separator?: string
  readonly header?: boolean
}

export type ListRow = {
  /** From 1, header not counted. */
  readonly number: number
  /** What stands in the address column, outer white space taken off; '' where there is none. */
  readonly address: string
  /** The row as it stood, for the writer: text without its line end (csv, tsv, text, jsonl) or cells. Opaque to callers. */
  readonly raw: string
  /** The address column's raw text within `raw`, so that a repaired address can be put in its place. */
  readonly cells?: readonly string[]
  /** The row was unreadable (bad JSON, broken quotes, too long): kept, counted, never dropped. */
  readonly problem?: string
}

/** What was found out about a list before its first row. */
export type ListInfo = {
  readonly format: ListFormat
  readonly encoding: string
  readonly separator?: string
  readonly header?: readonly string[]
  /** Name or number of the address column. */
  readonly column: string
  readonly lineEnd: string
}

export type OpenList = {
  readonly info: ListInfo
  /** Rows in batches of some thousand; constant memory whatever the length of the list. */
  readonly rows: () => AsyncIterable<readonly ListRow[]>
  /** Bytes read so far, and in all where known. */
  readonly progress: () => { readonly bytesRead: number; readonly bytesTotal?: number }
  readonly close: () => Promise<void>
}

export type ListWriter = {
  /** A row with the added columns, in the order of `columns`. `address` replaces the address cell where given. */
  readonly write: (row: ListRow, added: readonly string[], address?: string) => void
  /** Resolves when what was written has gone out as far as memory asks for it. */
  readonly drain: () => Promise<void>
  readonly end: () => Promise<void>
}
