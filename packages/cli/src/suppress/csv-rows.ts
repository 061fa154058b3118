import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { delimiters, type Input } from './tell-input.ts'

/** One record with the line on which it ends, from 1. */
type CsvRow = { readonly at: number; readonly cells: readonly string[] } | { readonly at: number; readonly problem: string }

/** A record longer than this is a quote that never closes, in characters: it would swallow the rest of the file. */
const maxRecordLength = 256 * 1024

/** The delimiter that stands in the first line most often, outside of quotes. */
const delimiterOf = (head: string): string => {
  const line = (/^[^\r\n]*/.exec(head.replace(/^\ufeff/, ''))?.[0] ?? '').replace(/"[^"]*"/g, '')
  const counts = delimiters.map((delimiter) => line.split(delimiter).length - 1)
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ','
}

async function* decoded(input: Input): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(input.encoding)
  for await (const bytes of input.bytes()) yield decoder.decode(bytes, { stream: true })
  const rest = decoder.decode()
  if (rest !== '') yield rest
}

export { decoded as textOfInput }

/** `bytesRead`: of the file, up to the last of the rows. */
export type CsvBatch = { readonly rows: readonly CsvRow[]; readonly bytesRead: number }

type Parsed = { readonly record: readonly string[]; readonly info: { readonly lines: number } }

/** The records of a CSV file, the header too, in batches. A record that cannot be read is a problem; the next one is read again. */
export async function* csvRows(input: Input, batch = 1_000): AsyncGenerator<CsvBatch, void, void> {
  let rows: CsvRow[] = []
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(input.head),
    info: true,
    max_record_size: maxRecordLength,
    relax_column_count: true,
    // Servers' words have quotes in them, and not every program that writes CSV doubles them.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    trim: true,
    on_skip: (error) => {
      const at = error !== undefined && typeof error.lines === 'number' ? error.lines : 0
      rows.push({ at, problem: `The row cannot be read as CSV (${error?.code ?? 'unknown'}).` })
      return undefined
    }
  })
  const source = Readable.from(decoded(input), { objectMode: false })
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      rows.push({ at: info.lines, cells: record })
      if (rows.length >= batch) {
        yield { rows, bytesRead: parser.info.bytes }
        rows = []
      }
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('CSV_')) throw error
    rows.push({ at: parser.info.lines, problem: `The file cannot be read as CSV from here on (${code}). The rest was not read.` })
  } finally {
    source.destroy()
  }
  if (rows.length > 0) yield { rows, bytesRead: parser.info.bytes }
}
