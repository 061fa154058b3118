import type { Verdict } from '@whybounce/probe'
import { type AddedValue, type ListInfo, type ListRow, openListWriter, openSplitWriter } from '@whybounce/sources'
import { columnsOf, fit, openTerminal, printable } from '../terminal.ts'
import { writeOut } from '../write-out.ts'
import type { VerifySettings } from './options.ts'
import { reasonWords } from './words.ts'

/** Where the rows of a checked list go. */
export type Output = {
  readonly take: (row: ListRow, verdict: Verdict | undefined) => void | Promise<void>
  readonly end: () => Promise<readonly string[]>
  /** After a failure: nothing half written stays. */
  readonly discard: () => Promise<void>
}

const addedColumns = [
  'verdict',
  'level',
  'reasons',
  'flags',
  'score',
  'suggestion',
  'canonical',
  'mx_provider',
  'reply',
  'checked_at',
  'expires_at'
] as const

/** In JSON lines the columns have the names that they have with --json. */
const jsonNames: string[] = addedColumns.map((name) =>
  name === 'mx_provider' ? 'provider' : name === 'checked_at' ? 'checkedAt' : name === 'expires_at' ? 'expiresAt' : name
)

const cellsOf = (verdict: Verdict | undefined, problem: string | undefined): AddedValue[] => {
  if (verdict === undefined)
    return addedColumns.map((column) =>
      problem === undefined
        ? ''
        : column === 'verdict'
          ? 'unknown'
          : column === 'reasons'
            ? ['unreadable-row']
            : column === 'reply'
              ? problem
              : ''
    )
  const reply = 'probe' in verdict.checks ? (verdict.evidence.at(-1) ?? '') : ''
  return [
    verdict.verdict,
    verdict.level,
    verdict.reasons,
    verdict.flags,
    verdict.score,
    verdict.suggestion ?? '',
    verdict.canonical ?? '',
    verdict.provider ?? '',
    printable(reply),
    verdict.checkedAt,
    verdict.expiresAt
  ]
}

const parts = ['deliverable', 'risky', 'undeliverable', 'unknown'] as const

/** What nothing speaks against is sent like what is proven: both in one file, told apart by the column. */
const partOf = (verdict: Verdict | undefined): (typeof parts)[number] =>
  verdict === undefined ? 'unknown' : verdict.verdict === 'sendable' ? 'deliverable' : verdict.verdict

/** The list again, with columns added; one file, or one for each verdict (`list.undeliverable.csv`). */
export const openFileOutput = (path: string, info: ListInfo, split: boolean): Output => {
  const options = {
    columns:
      /\.(?:jsonl|ndjson)(?:\.(?:gz|zst))?$/i.test(path) || (info.format === 'jsonl' && !/\.\w+$/.test(path))
        ? jsonNames
        : [...addedColumns]
  }
  let written = 0
  if (!split) {
    const writer = openListWriter(path, info, options)
    return {
      take: (row, verdict) => {
        writer.write(row, cellsOf(verdict, row.problem))
        return ++written % drainEvery === 0 ? writer.drain() : undefined
      },
      end: async () => {
        await writer.end()
        return [path]
      },
      discard: writer.discard
    }
  }
  const writer = openSplitWriter(path, info, options, parts)
  return {
    take: (row, verdict) => {
      writer.write(partOf(verdict), row, cellsOf(verdict, row.problem))
      return ++written % drainEvery === 0 ? writer.drain() : undefined
    },
    end: async () => (await writer.end()).map((file) => file.path),
    discard: writer.discard
  }
}

/** Rows between two looks at whether the disk keeps up. */
const drainEvery = 2_000

/** The better form, where it is sure enough to be written without asking: not a guess at a domain that may well be meant. */
const repairOf = ({ suggestion, checks }: Verdict): string | undefined => {
  const { typo, syntax } = checks
  // `1. john@example.com` is numbered by hand, and no address with a space in it is meant as the old grammar would read it.
  if (typeof syntax === 'object' && syntax !== null && 'code' in syntax && syntax.code === 'obsolete-syntax') return undefined
  const weak = typeof typo === 'object' && typo !== null && 'confidence' in typo && typo.confidence === 'weak'
  return weak ? undefined : suggestion
}

/** The mended list: slips in the writing corrected, header-only forms made plain; no column added. */
export const openRepairOutput = (path: string, info: ListInfo): Output & { readonly mended: () => number } => {
  const writer = openListWriter(path, info, { columns: [] })
  let mended = 0
  let written = 0
  return {
    mended: () => mended,
    take: (row, verdict) => {
      const better = verdict === undefined ? undefined : repairOf(verdict)
      if (better !== undefined) mended++
      writer.write(row, [], better)
      return ++written % drainEvery === 0 ? writer.drain() : undefined
    },
    end: async () => {
      await writer.end()
      return [path]
    },
    discard: writer.discard
  }
}

const pieceSize = 64 * 1024

export const verdictJson = (verdict: Verdict, row?: number): object => ({
  ...(row === undefined ? {} : { row }),
  ...verdict,
  says: verdict.reasons.length === 0 ? null : reasonWords(verdict.reasons[0] ?? '').says,
  suggestion: verdict.suggestion ?? null,
  canonical: verdict.canonical ?? null,
  provider: verdict.provider ?? null
})

/** A row without a verdict has the same keys. */
const unreadJson = ({ number, address, problem }: ListRow): object => ({
  row: number,
  address,
  verdict: 'unknown',
  level: null,
  reasons: ['unreadable-row'],
  flags: [],
  score: null,
  checks: {},
  evidence: [],
  checkedAt: null,
  expiresAt: null,
  says: reasonWords('unreadable-row').says,
  suggestion: null,
  canonical: null,
  provider: null,
  problem: problem ?? null
})

const colours = { deliverable: 'green', sendable: 'green', risky: 'yellow', undeliverable: 'red', unknown: 'cyan' } as const

const cell = (value: string, width: number): string => {
  const shown = fit(value, width - 1)
  return shown + ' '.repeat(Math.max(0, width - columnsOf(shown)))
}

/** A line for each address on standard output: columns on a terminal, tabs in a pipe, objects with --json. */
export const openStreamOutput = (settings: VerifySettings): Output => {
  const terminal = openTerminal(process.stdout)
  let pending = ''
  const lineOf = (row: ListRow, verdict: Verdict | undefined): string => {
    if (settings.json) return `${JSON.stringify(verdict === undefined ? unreadJson(row) : verdictJson(verdict, row.number))}\n`
    if (verdict === undefined) return row.problem === undefined ? '' : `unknown\tunreadable-row\t\t${printable(row.problem)}\n`
    const address = printable(verdict.address)
    const more = verdict.suggestion === undefined ? '' : printable(verdict.suggestion)
    if (!terminal.isTerminal) return `${[verdict.verdict, verdict.reasons.join(';'), address, more].join('\t')}\n`
    const { paint, fullWidth } = terminal
    const room = Math.max(20, fullWidth - 16)
    const wide = Math.floor(room * 0.45)
    return `${paint(colours[verdict.verdict], cell(verdict.verdict, 16))}${cell(address, wide)}${fit(more === '' ? verdict.reasons.join(' ') : `${verdict.reasons.join(' ')}, perhaps ${more}`, room - wide)}\n`
  }
  return {
    take: (row, verdict) => {
      pending += lineOf(row, verdict)
      if (pending.length < pieceSize) return undefined
      const text = pending
      pending = ''
      return writeOut(text)
    },
    end: async () => {
      if (pending !== '') await writeOut(pending)
      pending = ''
      return []
    },
    discard: async () => undefined
  }
}
