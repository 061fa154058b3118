import { journalEntryOf, journalFields, journalLine, openJournalExport } from '@whybounce/core/log'
import { openDocuments } from '@whybounce/core/webhook'
import { linesOf, readCommand } from '@whybounce/sources'
import type { InputOptions, LogBlock } from './log-input.ts'

/**
 * The journal as blocks of log lines, so that it is read like any log: an entry is a line. What journalctl prints with `-o export` is asked
 * for, since it alone keeps host, process and time zone, and messages with line feeds or other bytes (journalctl(1)).
 */

const bytesOf = (lines: readonly string[]): Uint8Array => Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`)

const wordsFor = (problem: string | undefined, empty: number, tooLong: number, isCut: boolean): string | undefined => {
  const words = [
    problem,
    isCut ? 'The journal ends in the middle of an entry; what came before was read.' : undefined,
    empty === 0 ? undefined : `${empty} entries of the journal have no message or no time, and were passed over.`,
    tooLong === 0 ? undefined : `${tooLong} fields of the journal are longer than 1 MB, and were passed over.`
  ].filter((text) => text !== undefined)
  return words.length === 0 ? undefined : words.join(' ')
}

/** From what `journalctl -o export` printed. */
export async function* fromExport(blocks: AsyncIterable<LogBlock>): AsyncGenerator<LogBlock, void, void> {
  const journal = openJournalExport()
  let problem: string | undefined
  for await (const block of blocks) {
    problem = block.problem ?? problem
    const lines = journal.write(block.bytes)
    if (lines.length > 0) yield { bytes: bytesOf(lines) }
  }
  const lines = journal.end()
  const { empty, tooLong, isCut } = journal.trouble()
  const words = wordsFor(problem, empty, tooLong, isCut)
  yield { bytes: bytesOf(lines), ...(words === undefined ? {} : { problem: words }) }
}

/** From what `journalctl -o json` (or `json-pretty`, `json-sse`, `json-seq`) printed. */
export async function* fromJson(blocks: AsyncIterable<LogBlock>): AsyncGenerator<LogBlock, void, void> {
  const documents = openDocuments()
  let empty = 0
  let broken = 0
  let problem: string | undefined
  for await (const batch of linesOf(blocks)) {
    problem = batch.problem
    const out: string[] = []
    for (const line of batch.lines) {
      const found = documents.line(line)
      broken += found.broken
      for (const text of found.texts) {
        const entry = journalEntryOf(parse(text))
        const told = entry === undefined ? undefined : journalLine(entry)
        if (entry === undefined) broken++
        else if (told === undefined) empty++
        else out.push(told)
      }
    }
    if (out.length > 0) yield { bytes: bytesOf(out) }
  }
  const words = wordsFor(problem, empty, 0, broken > 0 || documents.isOpen())
  if (words !== undefined) yield { bytes: new Uint8Array(0), problem: words }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Units of mail servers, as their packages name them: postfix.service and postfix@-.service of Debian, exim4.service there and exim.service
 * elsewhere, sendmail, opensmtpd and OpenBSD's smtpd, haraka, kumomta, stalwart, postal; qmail under `qmail-*`. memory.
 */
export const mailUnits: readonly string[] = [
  'postfix*',
  'exim*',
  'sendmail*',
  'opensmtpd*',
  'smtpd*',
  'qmail*',
  'haraka*',
  'kumomta*',
  'kumod*',
  'stalwart*',
  'postal*'
]

const missing =
  'The journal cannot be read: there is no program journalctl here (it belongs to systemd). Name the log as a file, or bring what journalctl -o export printed on the other machine.'

/** How systemd.time(7) takes seconds since 1970. */
const seconds = (milliseconds: number): string => `@${Math.floor(milliseconds / 1_000)}`

const output = ['--no-pager', '--quiet', '--output=export', `--output-fields=${journalFields.join(',')}`]

/** journalctl fails with ENODATA where none of the units has an entry (its source, add_matches_for_units). */
async function* sayingWhatIsMissing(blocks: AsyncIterable<LogBlock>, units: string): AsyncGenerator<LogBlock, void, void> {
  for await (const block of blocks)
    yield block.problem?.includes('No data available') === true
      ? { bytes: block.bytes, problem: `The journal has no entry of ${units}. A unit can be named, such as postfix or 'exim*'.` }
      : block
}

/** The system's journal: of the mail servers' units, or of the one that was named. */
export const readJournal = ({ journal, since, until }: InputOptions): AsyncGenerator<LogBlock, void, void> => {
  const unit = typeof journal === 'string' && journal !== '' ? journal : undefined
  const args = [
    ...output,
    ...(unit === undefined ? mailUnits : [unit]).map((name) => `--unit=${name}`),
    ...(since === undefined ? [] : [`--since=${seconds(since)}`]),
    // Up to and without: the rest of that second is left out by who reads.
    ...(until === undefined ? [] : [`--until=${seconds(until + 999)}`])
  ]
  const units = unit === undefined ? "a mail server's unit" : `the unit ${unit}`
  return fromExport(sayingWhatIsMissing(readCommand('journalctl', args, missing), units))
}

/** A file that journald wrote, by the system's own program. */
export const readJournalFile = (path: string): AsyncGenerator<LogBlock, void, void> =>
  fromExport(
    readCommand(
      'journalctl',
      [...output, `--file=${path.replace(/[[\]*?{}\\]/g, '\\$&')}`],
      `It is a file of systemd's journal, and there is no program journalctl here to read it. Bring what journalctl -o export --file=… prints elsewhere.`
    )
  )
