/**
 * Text to rows. Rows end with LF, CRLF or CR, mixed as they come; in CSV a line end within quotes belongs to the cell. Takes text in pieces cut
 * anywhere; the rows do not depend on the cuts, and time grows with the length of the text alone.
 *
 * Written by hand: csv-parse 7.0.3 reads a list with mixed line ends as one of broken rows, gives nothing at all of one whose quote is not closed, and
 * puts blank lines into the text of the next row. With the text of each row it reads 196,000 to 397,000 rows/s, this 1,890,000 to 4,470,000,
 * about ten times as many in each of three runs (bench/lists.ts, 64 bytes a row, a machine with other work).
 *
 * Bad input: a row longer than the limit is given as its beginning, with a problem, and what is left of it is passed over. A quote that is not
 * closed within the limit, or whose cell spans lines and then goes on after its closing quote, is taken for a stray one: its first
 * line alone is the bad row, and reading goes on with the next line. So one wrong quote costs one row and not the rest of the file.
 */
export type RowProblem = 'too-long' | 'unclosed-quote'

/** A row longer than this (UTF-16 code units) is no row of a list; a line of a gigabyte must not be held in memory. */
const maxRowLength = 1024 * 1024

/**
 * Text that may be read a second time because of quotes that are not closed, beside as much as was read once. A file made of such quotes
 * would otherwise be read a megabyte per row.
 */
const rereadAllowance = 64 * 1024 * 1024

const none = 0x3fffffff
const quote = 0x22
const cr = 0x0d
const lf = 0x0a

/** State with a lifetime: `add` text, call `next` until it says false, add more. After true, `raw`, `lineEnd` and `problem` are the row. */
export class RowSplitter {
  raw = ''
  lineEnd = ''
  problem: RowProblem | undefined = undefined
  readonly #separator: number | undefined
  readonly #limit: number
  #text = ''
  #at = 0
  #base = 0
  #isLast = false
  /** Of the first of their kind at or after `#at`; -1 where not looked for. */
  #lf = -1
  #cr = -1
  #quote = -1
  #allowance: number
  /** Up to here (from the beginning of the list) quotes end with their line: what lies before was read twice already. */
  #singleLinesUntil = 0
  #tooLong: string | undefined

  /** Without a separator, quotes mean nothing. */
  constructor(separator: string | undefined, limit: number = maxRowLength, allowance: number = rereadAllowance) {
    this.#separator = separator?.charCodeAt(0)
    this.#limit = limit
    this.#allowance = allowance
  }

  add(text: string, isLast: boolean): void {
    this.#text = this.#at < this.#text.length ? this.#text.slice(this.#at) + text : text
    this.#base += this.#at
    this.#at = 0
    this.#lf = this.#cr = this.#quote = -1
    this.#isLast = isLast
  }

  /** Text that is held back because its row is not complete. */
  get pending(): number {
    return this.#text.length - this.#at
  }

  /** Code units up to the end of the row given last. */
  get position(): number {
    return this.#base + this.#at
  }

  next(): boolean {
    const at = this.#at
    if (at >= this.#text.length) return this.#tooLong !== undefined && this.#isLast && this.#passOver(at, none)
    const stop = this.#lineStop(at)
    if (this.#isCut(stop)) return false
    if (this.#tooLong !== undefined) return this.#passOver(at, stop)
    if (this.#separator !== undefined && this.#firstQuote(at) < stop) return this.#quoted(at, stop, this.#separator)
    return this.#line(at, stop, undefined)
  }

  #lineStop(at: number): number {
    if (this.#lf < at) this.#lf = orNone(this.#text.indexOf('\n', at))
    if (this.#cr < at) this.#cr = orNone(this.#text.indexOf('\r', at))
    return this.#lf < this.#cr ? this.#lf : this.#cr
  }

  #firstQuote(at: number): number {
    if (this.#quote < at) this.#quote = orNone(this.#text.indexOf('"', at))
    return this.#quote
  }

  /** A CR at the end of the text: whether an LF follows is not known yet. */
  #isCut(stop: number): boolean {
    return !this.#isLast && stop === this.#text.length - 1 && this.#text.charCodeAt(stop) === cr
  }

  #line(at: number, stop: number, problem: RowProblem | undefined): boolean {
    if (stop !== none || this.#isLast) return this.#give(at, stop, problem)
    if (this.#text.length - at <= this.#limit) return false
    this.#tooLong = this.#text.slice(at, at + this.#limit)
    this.#at = this.#text.length
    return false
  }

  #passOver(at: number, stop: number): boolean {
    if (stop === none && !this.#isLast) {
      this.#at = this.#text.length
      return false
    }
    const beginning = this.#tooLong ?? ''
    this.#tooLong = undefined
    this.#give(at, stop, 'too-long')
    this.raw = beginning
    return true
  }

  #give(at: number, stop: number, problem: RowProblem | undefined): true {
    const text = this.#text
    const end = stop === none ? text.length : stop
    const isTooLong = end - at > this.#limit
    this.raw = text.slice(at, isTooLong ? at + this.#limit : end)
    this.problem = isTooLong ? 'too-long' : problem
    this.lineEnd = end >= text.length ? '' : text.charCodeAt(end) === lf ? '\n' : text.charCodeAt(end + 1) === lf ? '\r\n' : '\r'
    this.#at = end + this.lineEnd.length
    this.#allowance += this.#at - at
    return true
  }

  #quoted(at: number, stop: number, separator: number): boolean {
    const text = this.#text
    if (this.#base + at < this.#singleLinesUntil) {
      if (stop === none && !this.#isLast) return this.#line(at, stop, undefined)
      // A copy of the line: a search for a quote must not run past it.
      const line = text.slice(at, stop === none ? text.length : stop)
      return this.#give(at, stop, rowEnd(line, 0, true, separator) < 0 ? 'unclosed-quote' : undefined)
    }
    const end = rowEnd(text, at, this.#isLast, separator)
    if (end === incomplete && text.length - at <= this.#limit) return false
    if (end >= 0 && end - at <= this.#limit) return this.#isCut(end) ? false : this.#give(at, end, undefined)
    if (stop === none || stop - at > this.#limit) return this.#line(at, stop, 'unclosed-quote')
    const read = Math.min(end < incomplete ? brokenAt(end) - at : this.#limit, this.#limit)
    this.#allowance -= read
    if (this.#allowance < 0) this.#singleLinesUntil = this.#base + at + read
    return this.#give(at, stop, 'unclosed-quote')
  }
}

const orNone = (index: number): number => (index < 0 ? none : index)

const incomplete = -1
/** Where quotes went wrong, as a number below `incomplete`: a hot path, no object per row. */
const broken = (at: number): number => -2 - at
const brokenAt = (end: number): number => -2 - end

/** Where a row with quotes ends: its line end, or the end of the text; `incomplete`; or `broken`. */
const rowEnd = (text: string, from: number, isLast: boolean, separator: number): number => {
  const to = text.length
  for (let at = from; ; ) {
    while (text.charCodeAt(at) === 0x20) at++
    if (text.charCodeAt(at) === quote) {
      const close = closingQuote(text, at, isLast)
      if (close < 0) return isLast ? broken(to) : incomplete
      let after = close + 1
      while (text.charCodeAt(after) === 0x20) after++
      if (after >= to) return isLast ? to : incomplete
      const code = text.charCodeAt(after)
      if (code !== separator && code !== cr && code !== lf && /[\r\n]/.test(text.slice(at, close))) return broken(after)
      at = after
    }
    for (; at < to; at++) {
      const code = text.charCodeAt(at)
      if (code === separator) break
      if (code === cr || code === lf) return at
    }
    if (at >= to) return isLast ? to : incomplete
    at++
  }
}

/** The quote that closes the one at `open`, two of them being one that is meant; -1 where there is none, or it cannot be told yet. */
const closingQuote = (text: string, open: number, isLast: boolean): number => {
  for (let at = open + 1; ; at += 2) {
    at = text.indexOf('"', at)
    if (at < 0 || (at + 1 >= text.length && !isLast)) return -1
    if (text.charCodeAt(at + 1) !== quote) return at
  }
}
