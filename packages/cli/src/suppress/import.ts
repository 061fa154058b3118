import { existsSync } from 'node:fs'
import { type DeliveryEvent, readMessage } from '@whybounce/core'
import { readSources } from '@whybounce/sources'
import type { EventFields, EventOptions, Import, NewEntry, Suppressions } from '@whybounce/store'
import { openProgress, type Progress } from '../progress.ts'
import { printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { type ImportTally, openTally } from './import-tally.ts'
import type { SuppressOptions } from './options.ts'
import { type ListRow, readList } from './read-list.ts'
import { openRowReader, type RowReader } from './row-reader.ts'
import { openStore } from './store-path.ts'
import { type Input, openInput } from './tell-input.ts'

/** Rows and events in one transaction: enough that committing costs little, few enough that others who write wait a fraction of a second. */
const batchSize = 20_000

const fieldsOf = (event: DeliveryEvent, file: string, offset: number): EventFields => ({
  kind: event.kind,
  outcome: event.outcome,
  recipient: event.recipient,
  originalRecipient: event.originalRecipient,
  feedbackType: event.feedbackType,
  cause: event.diagnosis?.cause,
  detail: event.diagnosis?.detail,
  action: event.diagnosis?.action,
  diagnosticCode: event.diagnosticCode,
  time: event.time,
  file,
  offset
})

/** Collects rows and events and writes them in batches. */
type Batch = {
  readonly entry: (entry: NewEntry) => void
  readonly event: (event: EventFields) => void
  readonly flush: () => void
}

const openBatch = (into: Import, tally: ImportTally, options: EventOptions): Batch => {
  let entries: NewEntry[] = []
  let events: EventFields[] = []
  const flush = (): void => {
    if (entries.length > 0) tally.entries(into.add(entries))
    if (events.length > 0) tally.events(into.addEvents(events, options))
    entries = []
    events = []
  }
  const full = (): boolean => entries.length + events.length >= batchSize
  return {
    entry: (entry) => {
      entries.push(entry)
      if (full()) flush()
    },
    event: (event) => {
      events.push(event)
      if (full()) flush()
    },
    flush
  }
}

const importMail = async (path: string, batch: Batch, tally: ImportTally, bar: Progress): Promise<void> => {
  let ignored = 0
  const progress = (now: { bytesRead: number; bytesTotal: number; messages: number; ignored: number }): void => {
    ignored = now.ignored
    bar.show(now.bytesTotal === 0 ? undefined : now.bytesRead / now.bytesTotal, `${now.messages.toLocaleString('en')} messages`)
  }
  for await (const items of readSources([path], { progress }))
    for (const item of items) {
      if ('problem' in item) {
        tally.unread({ file: item.file, at: item.offset, problem: item.problem })
        continue
      }
      let reading: ReturnType<typeof readMessage>
      try {
        reading = readMessage(item.bytes)
      } catch {
        // Else one message would end every import of its mailbox.
        tally.unread({ file: item.file, at: item.offset, problem: 'The reader failed on this message; please report it.' })
        continue
      }
      const problem = reading.unreadable ?? reading.partial
      if (problem !== undefined) tally.unread({ file: item.file, at: item.offset, problem })
      for (const event of reading.events) {
        tally.count('rows')
        batch.event(fieldsOf(event, item.file, item.offset))
      }
    }
  tally.count('ignored', ignored)
}

type ReadableRow = Exclude<ListRow, { problem: string }>

/** How a row is read: a table's rows all the same way; a JSON document may hold rows of several kinds. */
const openReaders = (file: string, options: SuppressOptions): ((row: ReadableRow) => RowReader) => {
  const readers = new Map<string, RowReader>()
  /** Of a list that could be read so far, a row that cannot is a bad row; of one that begins so, the person is asked. */
  let begun = false
  let table: { readonly names: ReadonlySet<string>; readonly reader: RowReader } | undefined
  const open = (names: ReadonlySet<string>): RowReader => {
    const opened = openRowReader(names, printable(file), options)
    if ('question' in opened) {
      if (!begun) throw new UsageError(opened.question)
      return { origin: 'none', read: () => ({ is: 'problem', problem: opened.question }) }
    }
    begun = true
    return opened
  }
  return ({ names, fields }) => {
    if (names !== undefined) {
      if (table?.names !== names) table = { names, reader: open(names) }
      return table.reader
    }
    const key = Object.keys(fields).join('\0')
    const known = readers.get(key)
    if (known !== undefined) return known
    const reader = open(new Set(Object.keys(fields)))
    // Hostile rows that are all different need no reader each.
    if (readers.size < maxReaders) readers.set(key, reader)
    return reader
  }
}
const maxReaders = 1_000

const importList = async (input: Input, batch: Batch, tally: ImportTally, bar: Progress, options: SuppressOptions): Promise<void> => {
  const readerOf = openReaders(input.file, options)
  let rows = 0
  for await (const { rows: read, bytesRead } of readList(input, options.addressColumn)) {
    for (const row of read) {
      rows++
      tally.count('rows')
      if ('problem' in row) {
        tally.unread({ file: input.file, at: row.at, problem: row.problem })
        continue
      }
      const result = readerOf(row).read(row.fields, row.at)
      if (result.is === 'problem') tally.unread({ file: input.file, at: row.at, problem: result.problem })
      else if (result.is === 'spared') tally.spare(result.cause)
      else if (result.is === 'event') batch.event(result.event)
      else result.entries.forEach(batch.entry)
    }
    bar.show(input.size === undefined ? undefined : bytesRead / input.size, `${rows.toLocaleString('en')} rows`)
  }
}

const importInto = async (store: Suppressions, paths: readonly string[], options: SuppressOptions): Promise<number> => {
  const tally = openTally()
  const bar = openProgress(process.stderr)
  try {
    for (const path of paths) {
      const into = store.openImport(path === '-' ? 'standard input' : path)
      const { stream, allFeedback, includeOriginal, expires } = options
      const batch = openBatch(into, tally, { stream, allFeedback, includeOriginal, expires })
      try {
        const input = await openInput(path)
        if (input.kind === 'mail') await importMail(path, batch, tally, bar)
        else if (input.kind !== 'empty') await importList(input, batch, tally, bar, options)
      } catch (error) {
        if (error instanceof UsageError || !(error instanceof Error && 'syscall' in error)) throw error
        // A disk or a permission: the other files are read all the same.
        tally.unread({ file: path, at: 0, problem: `The file could not be read: ${error.message}` })
      } finally {
        // What was read before a fault is kept.
        batch.flush()
      }
      into.finish()
    }
  } finally {
    bar.clear()
  }
  if (options.json) process.stdout.write(`${JSON.stringify(tally.toJson())}\n`)
  else if (!options.quiet) process.stderr.write(tally.print())
  return tally.troubled() ? exitCodes.trouble : exitCodes.done
}

export const runImport = async (operands: readonly string[], options: SuppressOptions): Promise<number> => {
  if (operands.length === 0 && process.stdin.isTTY)
    throw new UsageError('Nothing to import. Name files or folders, or - for standard input. See: whybounce suppress --help')
  const paths = operands.length === 0 ? ['-'] : operands
  const missing = paths.find((path) => path !== '-' && !existsSync(path))
  if (missing !== undefined)
    throw new UsageError(
      missing.includes('@')
        ? `There is no file ${printable(missing)}. To suppress an address: whybounce suppress add '${printable(missing)}'`
        : `There is no file or folder ${printable(missing)}.`
    )
  const store = openStore(options.store, {
    keepAddresses: options.keepAddresses,
    ...(options.softFailures === undefined ? {} : { softFailures: options.softFailures }),
    ...(options.softDays === undefined ? {} : { softDays: options.softDays })
  })
  try {
    return await importInto(store, paths, options)
  } finally {
    store.close()
  }
}
