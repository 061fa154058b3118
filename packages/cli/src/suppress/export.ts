import { type Entry, StoreError } from '@whybounce/store'
import { exitCodes, UsageError } from '../usage.ts'
import { csvCell } from './csv-cell.ts'
import type { SuppressOptions } from './options.ts'
import { openLines } from './output.ts'
import { openStore } from './store-path.ts'

const columns = [
  'hash',
  'key',
  'address',
  'stream',
  'reason',
  'detail',
  'evidence',
  'file',
  'offset',
  'esp',
  'date',
  'added',
  'expires'
] as const

/** Rows between two looks at how fast the reader is. */
const batchSize = 1_000

const cellsOf = (entry: Entry, key: string): string => columns.map((name) => csvCell(name === 'key' ? key : entry[name])).join(',')

/** The list as CSV or JSON lines. `key` tells which store's hashes these are. Exit code 1: addresses were asked for and some are not kept. */
export const runExport = async (operands: readonly string[], options: SuppressOptions): Promise<number> => {
  if (operands.length > 0) throw new UsageError('suppress export takes no file: it writes to standard output. Send it into one: > list.csv')
  const store = openStore(options.store, {})
  const lines = openLines()
  const asJson = (options.format ?? (options.json ? 'jsonl' : 'csv')) === 'jsonl'
  let count = 0
  let without = 0
  try {
    const entries = store.export(options)
    // The header only once nothing can be wrong any more.
    let next = entries.next()
    if (!asJson) lines.line(columns.join(','))
    for (; !next.done; next = entries.next()) {
      const entry = next.value
      count++
      if (options.addresses && entry.address === undefined) without++
      lines.line(asJson ? JSON.stringify({ key: store.keyId, ...entry }) : cellsOf(entry, store.keyId))
      if (count % batchSize === 0) await lines.drain()
    }
    await lines.drain()
    store.noteExport(count, options.addresses ? 'with addresses' : 'hashes')
  } catch (error) {
    if (error instanceof StoreError) throw new UsageError(error.message)
    throw error
  } finally {
    store.close()
  }
  if (without > 0) {
    process.stderr.write(
      `${without.toLocaleString('en')} of ${count.toLocaleString('en')} entries have no address: it was not kept when they were added.\n`
    )
    return exitCodes.trouble
  }
  return exitCodes.done
}
