import { existsSync } from 'node:fs'
import type { CheckResult, Suppressions } from '@whybounce/store'
import { openProgress } from '../progress.ts'
import { printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { columnsOf, textOf } from './known-exports.ts'
import type { SuppressOptions } from './options.ts'
import { type Lines, openLines } from './output.ts'
import { type ListRow, readList } from './read-list.ts'
import { plainName } from './reason-words.ts'
import { openStore } from './store-path.ts'
import { type Input, openInput } from './tell-input.ts'

type Counts = { checked: number; suppressed: number; unreadable: number }

const textLine = (result: CheckResult): string => {
  const address = printable(result.address)
  if (result.verdict !== 'suppressed') return `${address}\t${result.verdict === 'clear' ? 'not suppressed' : 'no address'}`
  const { reason, date, stream, detail } = result.entry
  return [address, reason, date ?? '', stream, detail ?? ''].map((cell) => printable(cell)).join('\t')
}

const jsonLine = (result: CheckResult): string =>
  JSON.stringify({
    address: result.address,
    suppressed: result.verdict === 'unreadable' ? null : result.verdict === 'suppressed',
    ...(result.verdict === 'suppressed' ? result.entry : {})
  })

const print = (results: readonly CheckResult[], counts: Counts, lines: Lines, options: SuppressOptions, all: boolean): void => {
  for (const result of results) {
    counts.checked++
    if (result.verdict === 'suppressed') counts.suppressed++
    if (result.verdict === 'unreadable') counts.unreadable++
    if (all || result.verdict === 'suppressed') lines.line(options.json ? jsonLine(result) : textLine(result))
  }
}

/** The column with the addresses: named, or told by its name, or the only one there is. */
const addressIn = (row: ListRow, file: string, options: SuppressOptions): string => {
  if ('problem' in row) return ''
  const column =
    options.addressColumn === undefined
      ? columnsOf(row.names ?? new Set(Object.keys(row.fields))).address
      : plainName(options.addressColumn)
  if (column === undefined || row.fields[column] === undefined)
    throw new UsageError(
      column === undefined || options.addressColumn === undefined
        ? `None of the columns of ${printable(file)} is known to hold addresses. Name it, or give its number: --address-column 2`
        : `${printable(file)} has no column ${options.addressColumn}.`
    )
  return textOf(row.fields[column])
}

const checkList = async (store: Suppressions, input: Input, counts: Counts, lines: Lines, options: SuppressOptions): Promise<void> => {
  const bar = openProgress(process.stderr)
  try {
    for await (const { rows, bytesRead } of readList(input, options.addressColumn)) {
      print(
        store.check(
          rows.map((row) => addressIn(row, input.file, options)),
          options
        ),
        counts,
        lines,
        options,
        false
      )
      await lines.drain()
      bar.show(input.size === undefined ? undefined : bytesRead / input.size, `${counts.checked.toLocaleString('en')} addresses`)
    }
  } finally {
    bar.clear()
  }
}

/** Prints who is suppressed. Exit code 1: somebody is; 3: nobody is, but some of what was given is no address. */
export const runCheck = async (operands: readonly string[], options: SuppressOptions): Promise<number> => {
  if (operands.length === 0 && process.stdin.isTTY)
    throw new UsageError('Nothing to check. Name addresses or files, or - for standard input.')
  const store = openStore(options.store, {})
  const counts: Counts = { checked: 0, suppressed: 0, unreadable: 0 }
  const lines = openLines()
  let lists = false
  try {
    for (const operand of operands.length === 0 ? ['-'] : operands) {
      if (operand === '-' || existsSync(operand)) {
        const input = await openInput(operand)
        if (input.kind === 'mail')
          throw new UsageError(`${printable(operand)} is a folder or holds mail, not a list. To import it: whybounce suppress import`)
        lists = true
        await checkList(store, input, counts, lines, options)
      } else {
        if (!operand.includes('@')) throw new UsageError(`There is no file ${printable(operand)}, and it is no address.`)
        print(store.check([operand], options), counts, lines, options, true)
      }
    }
    await lines.drain()
  } finally {
    store.close()
  }
  if (lists && !options.quiet)
    process.stderr.write(
      `${counts.checked.toLocaleString('en')} checked, ${counts.suppressed.toLocaleString('en')} suppressed, ${counts.unreadable.toLocaleString('en')} no address.\n`
    )
  if (counts.suppressed > 0) return exitCodes.trouble
  return counts.unreadable > 0 ? exitCodes.undetermined : exitCodes.done
}
