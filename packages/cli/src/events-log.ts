import { type Diagnosis, defaultDiagnoser } from '@whybounce/core'
import { type LineVerdict, type LogEvent, type LogFormat, logFormats, openMixed, recogniseLog } from '@whybounce/core/log'
import { firstLinesOf, readLogLines } from '@whybounce/sources'
import { UsageError } from './usage.ts'

/** What became of the lines of one log. */
export type LogCounts = {
  readonly lines: number
  readonly events: number
  readonly ignored: number
  readonly unread: number
  /** Of the unread, with their numbers. */
  readonly samples: readonly { readonly line: number; readonly text: string }[]
  readonly problems: readonly string[]
}

/** Samples of lines that were not understood, and how much of each: enough to see what they are. */
const maxSamples = 5
const maxSample = 300
/** Texts of replies whose diagnosis is kept: the same few are most of a log. */
const maxKnown = 20_000

/** The formats that `--format` names: one, or several parted by commas. */
export const formatsNamed = (names: string): readonly LogFormat[] =>
  names.split(',').map((name) => {
    const format = logFormats.find(({ id }) => id === name.trim().toLowerCase())
    if (format === undefined)
      throw new UsageError(`There is no log format "${name}". The formats are ${logFormats.map(({ id }) => id).join(', ')}.`)
    return format
  })

/** The formats of a log by its first lines; none: it is no log. */
export const formatsOf = async (path: string): Promise<readonly LogFormat[]> => recogniseLog(await firstLinesOf(path))

/** A diagnosis for each event that has words; the same words are diagnosed once. */
const openDiagnosis = (): ((event: LogEvent) => Diagnosis | undefined) => {
  const diagnoser = defaultDiagnoser()
  let known = new Map<string, Diagnosis>()
  return ({ kind, diagnosticCode, remoteMta, stage, recipient, replyCode, status }) => {
    if (diagnosticCode === undefined || (kind !== 'failed' && kind !== 'delayed' && kind !== 'suppressed')) return undefined
    const key = `${remoteMta ?? ''}\n${stage ?? ''}\n${diagnosticCode}`
    const found = known.get(key)
    if (found !== undefined) return found
    const diagnosis = diagnoser.diagnose(diagnosticCode, {
      ...(remoteMta === undefined ? {} : { remoteMta }),
      ...(stage === undefined ? {} : { stage }),
      ...(recipient === undefined ? {} : { recipient }),
      ...(replyCode === undefined ? {} : { replyCode }),
      ...(status === undefined ? {} : { status })
    })
    if (known.size >= maxKnown) known = new Map()
    known.set(key, diagnosis)
    return diagnosis
  }
}

/** Reads one log: each event with its diagnosis and the number of its line; then what became of the lines. `flush` is awaited between batches. */
export const readLog = async (
  path: string,
  formats: readonly LogFormat[],
  take: (event: LogEvent, line: number) => void,
  flush: () => Promise<void>
): Promise<LogCounts> => {
  const counts: Record<LineVerdict, number> = { event: 0, part: 0, ignored: 0, unread: 0 }
  const samples: { line: number; text: string }[] = []
  const problems: string[] = []
  const diagnose = openDiagnosis()
  let lines = 0
  let events = 0
  const reader = openMixed(
    formats,
    (event) => {
      events++
      const diagnosis = diagnose(event)
      take(diagnosis === undefined ? event : { ...event, diagnosis }, lines)
    },
    { now: Date.now() }
  )
  for await (const batch of readLogLines(path)) {
    for (const line of batch.lines) {
      lines++
      const verdict = reader.line(line)
      counts[verdict]++
      if (verdict === 'unread' && samples.length < maxSamples) samples.push({ line: lines, text: line.slice(0, maxSample) })
    }
    if (batch.problem !== undefined) problems.push(batch.problem)
    await flush()
  }
  reader.end()
  return { lines, events, ignored: counts.ignored, unread: counts.unread, samples, problems }
}
