export type ListErrorCode =
  | 'unreadable'
  | 'empty'
  | 'not-a-list'
  | 'no-addresses'
  | 'ambiguous-column'
  | 'no-such-column'
  | 'no-such-sheet'
  | 'damaged'
  | 'too-large'
  | 'disk-full'
  | 'write-failed'
  | 'reader-gone'

/** A list that cannot be read as one, or not be written. The message is made of sentences: what is wrong, what to do. */
export class ListError extends Error {
  override readonly name = 'ListError'
  readonly code: ListErrorCode
  /** The columns to choose from, where the code is about columns: `name` as `--column` takes it, and an example of what stands there. */
  readonly columns: readonly ListColumn[]

  constructor(code: ListErrorCode, message: string, options: { readonly columns?: readonly ListColumn[]; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.columns = options.columns ?? []
  }
}

export type ListColumn = { readonly name: string; readonly example: string }

/** A list's words go to terminals: no control or direction characters, no lone surrogates, and no page of them. */
export const showCell = (text: string): string => {
  const clean = text
    .slice(0, 200)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return clean.length > 40 ? `${clean.slice(0, 39)}…` : clean
}
