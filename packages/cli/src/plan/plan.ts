import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { defaultDiagnoser } from '@whybounce/core'
import {
  type Batch,
  formatCount,
  openSummary,
  ownDefault,
  type PlanOptions,
  type PlanSummary,
  planBatches,
  sending,
  servingProvider,
  stretchCurve
} from '@whybounce/core/plan'
import { ListError } from '@whybounce/sources'
import { version } from '../help.ts'
import { openProgress } from '../progress.ts'
import { openTerminal, printable } from '../terminal.ts'
import { exitCodes, UsageError } from '../usage.ts'
import { type CountedList, countList } from './count-list.ts'
import { planHelp } from './help.ts'
import { assumptionsOf, type PlanNumbers, proofsOf, warningsOf } from './notes.ts'
import { type PlanSettings, readPlanSettings } from './options.ts'
import { batchFields, csvHead, csvLine, type ScheduleView, tableHead, tableLine } from './print-schedule.ts'
import { type PlanReport, printSummary } from './print-summary.ts'
import { reportJson } from './report-json.ts'
import { fileNames, ListChangedError, prepareFolder, writeBatches } from './write-batches.ts'

/**
 * `whybounce plan LIST`: cuts a list in batches for each receiver, under its hourly numbers, over time.
 * Exit codes: 0 done, 1 rows that could not be read (or a list that takes more than ten years, or was changed meanwhile), 2 usage.
 */
export const runPlan = async (args: readonly string[]): Promise<number> => {
  const settings = readPlanSettings(args, Date.now())
  if (typeof settings === 'string') {
    process.stdout.write(settings === 'help' ? planHelp : `${version}\n`)
    return exitCodes.done
  }
  try {
    return await plan({ ...settings, providers: tellProviders(settings.providers) })
  } catch (error) {
    if (error instanceof ListChangedError || (error instanceof ListError && isTrouble(error))) {
      process.stderr.write(`whybounce: ${printable(error.message)}\n`)
      return exitCodes.trouble
    }
    if (error instanceof ListError || error instanceof RangeError) throw new UsageError(printable(error.message))
    throw error
  }
}

/** A fault of the list's content or of the disk; the others are about what was asked for. */
const isTrouble = ({ code }: ListError): boolean =>
  ['unreadable', 'damaged', 'too-large', 'disk-full', 'write-failed', 'reader-gone'].includes(code)

/** The names of `--providers` as receivers: a provider by its id or name, a domain, or `other` and `domain`. */
const tellProviders = (providers: ReadonlyMap<string, number>): ReadonlyMap<string, number> => {
  const { origins, knowledge } = defaultDiagnoser()
  return new Map(
    [...providers].map(([name, rate]) => {
      const id = knowledge.origins[origins.byId(name)]?.id
      if (id !== undefined && knowledge.origins[origins.byId(name)]?.kind === 'provider') return [servingProvider(sending, id), rate]
      if (name === 'other' || name === 'domain' || name.includes('.')) return [name, rate]
      throw new UsageError(`--providers: there is no provider ${printable(name)}. See: whybounce providers`)
    })
  )
}

const plan = async (settings: PlanSettings): Promise<number> => {
  const progress = openProgress(process.stderr)
  if (settings.format === 'files' && settings.output !== undefined) prepareFolder(settings.output)
  const counted = await countList(settings, progress)
  const { options, numbers } = optionsOf(settings, counted)
  const { summary, unplanned } = sumUp(counted, options)
  const report: PlanReport = {
    summary,
    groups: counted.groups,
    options,
    leftOut: counted.leftOut,
    proofs: proofsOf(settings, numbers, options, counted.groups, summary),
    assumptions: assumptionsOf(settings, counted),
    warnings: warningsOf(settings, numbers, counted, summary),
    unplanned
  }
  await write(settings, counted, report, progress)
  return (counted.leftOut.get('unreadable') ?? 0) > 0 || unplanned > 0 ? exitCodes.trouble : exitCodes.done
}

const optionsOf = (settings: PlanSettings, counted: CountedList): { options: PlanOptions; numbers: PlanNumbers } => {
  const own = ownDefault(sending, 'rate')
  const { sender, hours } = settings
  const perHour = Math.min(settings.rate ?? sender?.perHour ?? own.value, sender?.perHour ?? Number.MAX_SAFE_INTEGER)
  const perDay = settings.daily === undefined ? sender?.perDay : Math.min(settings.daily, sender?.perDay ?? settings.daily)
  const recipients = counted.groups.reduce((sum, { counts }) => sum + counts.reduce((all, one) => all + one, 0), 0)
  const stretched =
    settings.curve === undefined || settings.warmUpDays === undefined
      ? undefined
      : stretchCurve(settings.curve, settings.warmUpDays, Math.max(1, recipients))
  const curve = stretched?.curve ?? settings.curve
  const told = perHour === settings.rate
  const bySender = !told && perHour === sender?.perHour
  return {
    options: {
      start: settings.start,
      hours,
      zone: settings.zone,
      perHour,
      ...(perDay === undefined ? {} : { perDay }),
      ...(curve === undefined ? {} : { warmUp: { curve, firstDay: settings.warmUpDay } }),
      batch: settings.batch ?? ownDefault(sending, 'batch').value
    },
    numbers: {
      rate: {
        of: 'in all',
        value: `${formatCount(perHour)} an hour`,
        why: bySender ? (sender?.says ?? '') : told ? 'As you set it.' : own.why,
        source: bySender ? (sender?.source ?? null) : null
      },
      factor: stretched?.factor,
      curve
    }
  }
}

const sumUp = (counted: CountedList, options: PlanOptions): { summary: PlanSummary; unplanned: number } => {
  const open = openSummary(counted.groups)
  const run = planBatches(counted.groups, options)
  for (;;) {
    const step = run.next()
    if (step.done === true) return { summary: open.result(), unplanned: step.value.unplanned }
    open.add(step.value)
  }
}

const write = async (
  settings: PlanSettings,
  counted: CountedList,
  report: PlanReport,
  progress: ReturnType<typeof openProgress>
): Promise<void> => {
  const { options } = report
  const batches = (): Generator<Batch, unknown> => planBatches(counted.groups, options)
  const words = (stream: NodeJS.WriteStream): void => {
    if (!settings.quiet) stream.write(printSummary(report, openTerminal(stream)))
  }
  if (settings.format === 'files' && settings.output !== undefined) {
    const fileOf = fileNames(counted.groups, report.summary.batches, counted.info.format, settings.list)
    await writeBatches(settings, settings.output, counted, batches(), fileOf, progress)
    const view: ScheduleView = { groups: counted.groups, options, fileOf }
    await output(join(settings.output, 'schedule.csv'), csvSchedule(batches(), view))
    if (settings.json) process.stdout.write(`${JSON.stringify(reportJson(report))}\n`)
    else words(process.stdout)
    return
  }
  const view: ScheduleView = { groups: counted.groups, options }
  const toFile = settings.output !== undefined && settings.output !== '-'
  if (settings.format === 'json') {
    await output(settings.output, jsonPlan(batches(), view, report))
    return
  }
  const terminal = openTerminal(process.stdout)
  await output(settings.output, toFile || !terminal.isTerminal ? csvSchedule(batches(), view) : tableSchedule(batches(), view))
  if (settings.json) (toFile ? process.stdout : process.stderr).write(`${JSON.stringify(reportJson(report))}\n`)
  else words(toFile ? process.stdout : process.stderr)
}

function* csvSchedule(batches: Iterable<Batch>, view: ScheduleView): Generator<string> {
  yield csvHead
  for (const batch of batches) yield csvLine(batch, view)
}

function* tableSchedule(batches: Iterable<Batch>, view: ScheduleView): Generator<string> {
  const terminal = openTerminal(process.stdout)
  yield tableHead(terminal)
  for (const batch of batches) yield tableLine(batch, view, terminal)
}

function* jsonPlan(batches: Iterable<Batch>, view: ScheduleView, report: PlanReport): Generator<string> {
  yield `${JSON.stringify(reportJson(report)).slice(0, -1)},"batches":[`
  let first = true
  for (const batch of batches) {
    yield `${first ? '\n' : ',\n'}${JSON.stringify(batchFields(batch, view))}`
    first = false
  }
  yield '\n]}\n'
}

/** Writes pieces to a file, or to standard output where none is named, no faster than they are taken. */
const output = async (path: string | undefined, pieces: Iterable<string>): Promise<void> => {
  const stream = path === undefined || path === '-' ? process.stdout : createWriteStream(path)
  let waiting = ''
  const flush = async (): Promise<void> => {
    const text = waiting
    waiting = ''
    if (text !== '' && !stream.write(text)) await once(stream, 'drain')
  }
  for (const piece of pieces) {
    waiting += piece
    if (waiting.length > 65_536) await flush()
  }
  await flush()
  if (stream !== process.stdout) {
    stream.end()
    await once(stream, 'finish')
  }
}
