import { accessSync, constants, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { defaultDiagnoser } from '@whybounce/core'
import { openTally, type Report } from '@whybounce/core/report'
import { version } from '../help.ts'
import { jsonText } from '../json-text.ts'
import { findLogInputs } from '../logs/find-inputs.ts'
import type { LogInputs } from '../logs/log-input.ts'
import { openTallying } from '../logs/tally-input.ts'
import { openProgress } from '../progress.ts'
import { counted, openTerminal, printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { writeOut } from '../write-out.ts'
import { readConfiguration } from './configuration.ts'
import { type Earlier, readEarlier } from './earlier-report.ts'
import { reportHelp } from './help.ts'
import { type ReportSettings, readReportSettings } from './options.ts'
import { causesCsv, groupsCsv } from './report-csv.ts'
import { reportText } from './report-text.ts'

/**
 * `whybounce report PATH…`. Exit codes: 0 done, 1 lines unread or files unreadable, 2 usage, 3 mail failed and none of it has a cause.
 */
export const runReport = async (args: readonly string[]): Promise<number> => {
  const now = Date.now()
  const settings = readReportSettings(args, now)
  if (typeof settings === 'string') {
    await writeOut(settings === 'help' ? reportHelp : `${version}\n`)
    return exitCodes.done
  }
  // What is wrong with these is told before an hour of reading.
  const { senderIps } = readConfiguration(settings.config)
  const earlier = settings.compare === undefined ? undefined : readEarlier(settings.compare)
  const found = await withoutEmpty(await findLogInputs(pathsOf(settings), settings))
  const [mail] = found.mail
  if (found.inputs.length === 0 && mail !== undefined) throw new UsageError(noLog(mail))
  const { html } = settings
  if (html !== undefined && found.inputs.some(({ file }) => isSameFile(file, html))) throw new UsageError('--html would overwrite the log.')
  if (html !== undefined && html !== '-') checkPlace(html)
  const report = await readReport(found, settings, { ...senderIps, ...settings.senderIps }, earlier, now)
  if (html !== undefined) await writeHtml(html, report)
  if (html !== '-') await writeOut(shown(report, settings, found, earlier))
  // Mail that was named is not in the report; what a folder has beside its logs is nobody's wish.
  const isMissing = found.mail.some((path) => settings.paths.includes(path) && !isFolder(path))
  return isMissing ? exitCodes.trouble : exitCodeOf(report)
}

/** `mail.log` and `./mail.log`, and links to it. */
const isSameFile = (file: string, other: string): boolean => {
  if (file === '-') return false
  const [one, two] = [file, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  return one?.isFile() === true && one.dev === two?.dev && one.ino === two.ino
}

const noLog = (path: string): string => {
  const name = path === '-' ? 'Standard input' : printable(path)
  return `${name} ${isFolder(path) ? 'holds no mail log' : 'is no log'}. Its format can be named (--format postfix, --map …); mail is read by: whybounce events --summary ${printable(path)}`
}

/** What is empty is neither mail nor a mistake: a log may have been rotated a minute ago. */
const withoutEmpty = async (found: LogInputs): Promise<LogInputs> => {
  const mail: string[] = []
  const notes = [...(found.notes ?? [])]
  for (const path of found.mail) {
    const isEmpty = path === '-' ? await isNothing(found.standardInput) : statSync(path, { throwIfNoEntry: false })?.size === 0
    if (isEmpty) notes.push(`${path === '-' ? 'Standard input' : path} is empty.`)
    else mail.push(path)
  }
  return { ...found, mail, notes }
}

const isNothing = async (pieces: AsyncIterable<Buffer> | undefined): Promise<boolean> => {
  for await (const piece of pieces ?? []) if (piece.length > 0) return false
  return true
}

const isFolder = (path: string): boolean => path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const pathsOf = ({ paths, journal }: ReportSettings): readonly string[] => {
  if (paths.length > 0 || journal !== false) return paths
  if (process.stdin.isTTY)
    throw new UsageError(
      'Nothing to read. Name logs or folders of logs, - for standard input, or --journal: whybounce report /var/log/mail.log'
    )
  return ['-']
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 0 })} MB`

const readReport = async (
  { inputs, problems, notes = [], mail }: LogInputs,
  { since, until, by, quiet, zone }: ReportSettings,
  senderIps: Readonly<Record<string, string>>,
  earlier: Earlier | undefined,
  now: number
): Promise<Report> => {
  const tally = openTally(defaultDiagnoser(), {
    now,
    by,
    senderIps,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(earlier === undefined ? {} : { known: earlier.known })
  })
  const tallying = openTallying(tally, { now, zone: zone.minutesEast })
  const bar = quiet ? undefined : openProgress(process.stderr)
  const total = inputs.every(({ size }) => size !== undefined) ? inputs.reduce((sum, { size = 0 }) => sum + size, 0) : 0
  let before = 0
  let read = 0
  let readHere = 0
  for (const input of inputs) {
    const { size } = input
    await tallying.read(input, (bytes) => {
      readHere = bytes
      // A packed file gives more bytes than it has: it is done when it is done.
      const share = total > 0 ? (before + Math.min(bytes, size ?? bytes)) / total : undefined
      bar?.show(share, `${printable(input.file)}, ${megabytes(read + bytes)} read`)
    })
    before += size ?? 0
    read += readHere
    readHere = 0
  }
  tallying.end()
  bar?.clear()
  for (const { file, problem } of problems)
    tally.addFile({ file, format: '', lines: 0, bytes: 0, problem, events: 0, ignored: 0, unread: 0, samples: [] })
  return { ...tally.report(), notes: [...notes, ...(mail.length > 0 ? [mailNote(mail)] : [])] }
}

/** Names in one sentence. */
const mostNames = 5

const mailNote = (paths: readonly string[]): string => {
  const more = paths.length > mostNames ? ` and ${counted(paths.length - mostNames, 'file')} more` : ''
  const [be, what] = paths.length === 1 ? ['is', 'log'] : ['are', 'logs']
  return `${paths.slice(0, mostNames).join(', ')}${more} ${be} no ${what} that ${be} known, and not in this report. Mail is read by: whybounce events --summary PATH`
}

const shown = (report: Report, settings: ReportSettings, found: LogInputs, earlier: Earlier | undefined): string => {
  if (settings.output === 'json') return `${jsonText(report, 2)}\n`
  if (settings.output === 'csv') return settings.by.length > 0 ? groupsCsv(report, settings.by) : causesCsv(report)
  return reportText(report, { ...settings, lines: process.stdout.rows, earlier, found }, openTerminal(process.stdout))
}

const titleOf = ({ period: { from, to }, files }: Report): string => {
  const [first] = files
  const name =
    first === undefined
      ? ''
      : ` of ${first.file === '-' ? 'standard input' : first.file}${files.length > 1 ? ` and ${files.length - 1} more` : ''}`
  const days = [from, to].map((time) => time?.slice(0, 10) ?? '')
  return `Mail report${name}${days[0] === '' ? '' : `, ${days[0] === days[1] ? days[0] : days.join(' to ')}`}`
}

/** Told before an hour of reading. */
const checkPlace = (path: string): void => {
  try {
    accessSync(statSync(path, { throwIfNoEntry: false }) === undefined ? dirname(path) : path, constants.W_OK)
    if (isFolder(path)) throw new Error('it is a folder')
  } catch (error) {
    throw new UsageError(`--html: ${printable(path)} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const writeHtml = async (path: string, report: Report): Promise<void> => {
  const { reportHtml } = await import('../report-html/report-html.ts')
  const html = reportHtml(report, titleOf(report))
  if (path === '-') return writeOut(html)
  try {
    writeFileSync(path, html)
  } catch (error) {
    throw new UsageError(`--html: ${printable(path)} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const exitCodeOf = (report: Report): number => {
  if (report.lines.unread > 0 || report.files.some(({ problem }) => problem !== null)) return exitCodes.trouble
  const failed = report.attempts.bounced + report.attempts.expired
  const isTold = report.causes.some(({ cause, lost }) => cause !== 'undetermined' && lost > 0)
  return failed > 0 && !isTold ? exitCodes.undetermined : exitCodes.done
}
