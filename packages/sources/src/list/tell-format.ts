import { isAddressLike, isHeader } from './columns.ts'
import { splitCells } from './csv-cells.ts'
import { parseObject } from './json-lines.ts'
import type { ListFormat } from './list.ts'
import { ListError } from './list-error.ts'
import { RowSplitter } from './split-rows.ts'

export type TextFormat = { readonly format: Exclude<ListFormat, 'xlsx'>; readonly separator?: string }

/** What a list of text is, by its first rows; its name decides where they do not. */
export const tellFormat = (sample: string, isWhole: boolean, name: string, separator: string | undefined): TextFormat => {
  const start = sample.slice(0, 2_000).trimStart()
  refuseOthers(start)
  const lines = firstRows(sample, isWhole, undefined)
  if (start.startsWith('{') && lines.some((line) => parseObject(line) !== undefined)) return { format: 'jsonl' }
  if (/^\[\s*[[{"\]]/.test(start))
    throw new ListError('not-a-list', 'It is a JSON array. JSON is read one object per line: convert it with jq -c ".[]" FILE.')
  const told = separator ?? declaredSeparator(start)
  if (told !== undefined) return delimited(told)
  const best = separators.map((candidate) => rate(sample, isWhole, candidate)).reduce((a, b) => (b.score > a.score ? b : a))
  const ending = /\.(tsv|jsonl|ndjson)(?:\.(?:gz|zst))?$/i.exec(name)?.[1]?.toLowerCase()
  if (best.isAddressList) return { format: 'text' }
  if (best.score > 0) return delimited(best.separator)
  if (ending === 'jsonl' || ending === 'ndjson') return { format: 'jsonl' }
  if (ending === 'tsv') return delimited('\t')
  // One column: plain text, in which `Doe, Jane <jane@example.com>` stays whole, unless its cells stand in quotes.
  const body = lines.slice(isHeader([lines[0] ?? '']) ? 1 : 0, 20)
  return body.length > 0 && body.every((line) => /^"[^"]*"$/.test(line.trim())) ? delimited(',') : { format: 'text' }
}

export const delimited = (separator: string): TextFormat => ({ format: separator === '\t' ? 'tsv' : 'csv', separator })

const separators = [',', ';', '\t', '|'] as const

/** Excel's own mark, a first line `sep=;`. */
export const declaredSeparator = (start: string): string | undefined => /^sep=([^\r\n"])\r?(?:\n|$)/i.exec(start)?.[1]

const refuseOthers = (start: string): void => {
  if (/^<(?:!doctype|html|\?xml|table|meta|head)/i.test(start))
    throw new ListError(
      'not-a-list',
      'It is a page of HTML or XML, whatever its name says. Open it in a spreadsheet and save it as CSV (UTF-8).'
    )
  if (start.startsWith('%PDF-')) throw new ListError('not-a-list', 'It is a PDF. Export the list as CSV where it comes from.')
}

/** So many rows tell what a list is. */
const sampleRows = 300

/** The first rows with something in them and no problem. */
export const firstRows = (sample: string, isWhole: boolean, separator: string | undefined, count: number = sampleRows): string[] => {
  const splitter = new RowSplitter(separator)
  splitter.add(sample, isWhole)
  const rows: string[] = []
  while (rows.length < count && splitter.next()) {
    if (splitter.problem === undefined && splitter.raw.trim() !== '') rows.push(splitter.raw)
  }
  return rows
}

type Rating = { readonly separator: string; readonly score: number; readonly isAddressList: boolean }

/**
 * How well a separator fits: the share of rows with the usual number of cells, times the share of the best column's cells that are an address
 * and nothing more. `Doe, Jane;jane@example.com` has two cells either way, but only the semicolon leaves an address.
 */
const rate = (sample: string, isWhole: boolean, separator: string): Rating => {
  const rows = firstRows(sample, isWhole, separator).map((row) => splitCells(row, separator))
  const body = rows.length > 1 && rows[0]?.some(isBare) === false ? rows.slice(1) : rows
  const counts = new Map<number, number>()
  for (const { length } of body) counts.set(length, (counts.get(length) ?? 0) + 1)
  const [width, same] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0])
  const most = Math.max(...body.map(({ length }) => length), 1)
  if (most < 2) return { separator, score: byHeader(rows), isAddressList: false }
  const columns = Array.from({ length: Math.min(most, 1_000) }, (_, index) => body.filter((row) => isBare(row[index] ?? '')).length)
  const pure = Math.max(...columns) / Math.max(body.length, 1)
  const isAddressList =
    (separator === ',' || separator === ';') &&
    body === rows &&
    (body.length < 2 || same < body.length || body.some((row) => row.some((cell) => cell.includes('<')))) &&
    body.every((row) => row.every((cell) => cell.trim() === '' || isAddressLike(cell)) && row.some(isAddressLike))
  if (width < 2 && !isAddressList) return { separator, score: byHeader(rows), isAddressList }
  const consistency = same / body.length
  return { separator, score: Math.max(consistency * (pure + 0.001), byHeader(rows)), isAddressList }
}

/** Rows may be missing, or shorter than the header: then the header alone tells. */
const byHeader = (rows: readonly (readonly string[])[]): number => ((rows[0]?.length ?? 0) > 1 && isHeader(rows[0] ?? []) ? 0.3 : 0)

/** An address and nothing that another separator would part. */
const isBare = (cell: string): boolean => /^[^\s@,;|"]+@[^\s@,;|"]+$/.test(cell.trim()) || /<[^\s@<>]+@[^\s@<>]+>$/.test(cell.trim())
