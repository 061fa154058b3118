import { addressOf, cellAt, splitCells } from './csv-cells.ts'
import { parseObject, pathOf, textAt } from './json-lines.ts'
import type { ListInfo, ListRow } from './list.ts'
import type { ListBytes } from './list-bytes.ts'
import { type RowProblem, RowSplitter } from './split-rows.ts'
import { splitEntries } from './text-entries.ts'

/** Rows handed out together: enough that waiting costs nothing, few enough to be held beside each other. */
const batchRows = 4_096
const batchLength = 2 * 1024 * 1024

/** Pieces of text; `next` takes how much is held back already, so that a long row is not looked through once per piece. */
export type ListTexts = AsyncGenerator<{ readonly text: string; readonly isLast: boolean }, void, number>

/** Takes a row's text and gives what it holds; one row, but for lists of addresses in a line of text. */
type Take = (raw: string, lineEnd: string, problem: RowProblem | undefined) => void

/** The rows of a list of text, in batches; closes what they come from when they end or are given up. */
export async function* readRows(info: ListInfo, texts: ListTexts, bytes: ListBytes): AsyncGenerator<readonly ListRow[], void, void> {
  const splitter = new RowSplitter(info.separator)
  let batch: ListRow[] = []
  let length = 0
  let number = 0
  const give = (address: string, raw: string, lineEnd: string, problem: string | undefined): void => {
    number++
    if (problem !== undefined) batch.push({ number, address: '', raw, problem, lineEnd })
    else if (lineEnd === info.lineEnd) batch.push({ number, address, raw })
    else batch.push({ number, address, raw, lineEnd })
  }
  const take = taker(info, give)
  try {
    for (let next = await texts.next(0); next.done !== true; next = await texts.next(splitter.pending)) {
      splitter.add(next.value.text, next.value.isLast)
      while (splitter.next()) {
        length += splitter.raw.length
        take(splitter.raw, splitter.lineEnd, splitter.problem)
        if (batch.length < batchRows && length < batchLength) continue
        yield batch
        batch = []
        length = 0
      }
    }
    const problem = bytes.problem()
    if (problem !== undefined) give('', '', '', problem)
    if (batch.length > 0) yield batch
  } finally {
    await bytes.close()
  }
}

const problemWords: Readonly<Record<RowProblem, string>> = {
  'too-long': 'The row is longer than a million characters; only its beginning was read.',
  'unclosed-quote': 'A quotation mark opens here and is not closed where a cell ends.'
}

const taker = (info: ListInfo, give: (address: string, raw: string, lineEnd: string, problem: string | undefined) => void): Take => {
  const words = (problem: RowProblem | undefined): string | undefined => (problem === undefined ? undefined : problemWords[problem])
  const { separator, column, columnNumber } = info
  if (separator !== undefined) {
    const index = (columnNumber ?? 1) - 1
    return (raw, lineEnd, problem) =>
      give(problem === undefined ? addressOf(cellAt(raw, separator, index)) : '', raw, lineEnd, words(problem))
  }
  if (info.format === 'jsonl')
    return (raw, lineEnd, problem) => {
      if (problem !== undefined || raw.trim() === '') return give('', raw, lineEnd, words(problem))
      const object = parseObject(raw)
      if (object === undefined) return give('', raw, lineEnd, 'The line is no JSON object.')
      return give(addressOf(textAt(object, pathOf(object, column))), raw, lineEnd, undefined)
    }
  return (raw, lineEnd, problem) => {
    if (problem !== undefined) return give('', raw, lineEnd, words(problem))
    for (const entry of splitEntries(raw)) give(addressOf(entry.raw), entry.raw, entry.gap === '' ? lineEnd : entry.gap, undefined)
  }
}

/** The cells of a row as text; of JSON lines and plain text, the row as it stands. */
export const readCells = (row: ListRow, info: ListInfo): readonly string[] =>
  row.cells ?? (info.separator === undefined ? [row.raw] : splitCells(row.raw, info.separator, row.problem !== undefined))
