import { type Diagnosis, defaultDiagnoser } from '@whybounce/core'
import {
  isMapping,
  type LineVerdict,
  type LogEvent,
  type LogFormat,
  logFormats,
  type MappingProblem,
  mappedFields,
  mappedFormat,
  openMixed,
  parseMapping,
  recogniseLog
} from '@whybounce/core/log'
import { queueLogFormats } from '@whybounce/core/queue'
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

/** A queue listing has a head or a shape of its own; below this it may be any text. */
const sureOfQueue = 0.5
/** Samples of lines that were not understood, and how much of each: enough to see what they are. */
const maxSamples = 5
const maxSample = 300
/** Texts of replies whose diagnosis is kept: the same few are most of a log. */
const maxKnown = 20_000

const allFormats: readonly LogFormat[] = [...logFormats, ...queueLogFormats]

/** The formats that `--format` names: one, or several parted by commas. */
export const formatsNamed = (names: string): readonly LogFormat[] =>
  names.split(',').map((name) => {
    const format = allFormats.find(({ id }) => id === name.trim().toLowerCase())
    if (format === undefined)
      throw new UsageError(`There is no log format "${name}". The formats are ${allFormats.map(({ id }) => id).join(', ')}.`)
    return format
  })

const mappingWords: Readonly<Record<MappingProblem['code'], string>> = {
  'unknown-field': 'is no field',
  'no-column': 'has no column: write FIELD=COLUMN',
  twice: 'stands twice',
  'no-recipient': 'recipient is missing',
  'too-long': 'it is too long'
}

/** `--map recipient=rcpt,text=diag`: a log of one's own. */
export const formatMapped = (text: string): LogFormat => {
  const mapping = parseMapping(text)
  if (isMapping(mapping)) return mappedFormat(mapping)
  throw new UsageError(
    `--map: ${mapping.field} ${mappingWords[mapping.code]}. The fields are ${mappedFields.join(', ')} and label.NAME.`.replace('  ', ' ')
  )
}

/** The formats of a log by its first lines; none: it is no log. */
export const formatsOf = async (path: string): Promise<readonly LogFormat[]> => {
  const lines = await firstLinesOf(path)
  const logs = recogniseLog(lines)
  return logs.length > 0 ? logs : queueLogFormats.filter((format) => format.recognise(lines) >= sureOfQueue)
}

/** A diagnosis for each event that has words; the same words are diagnosed once. */
const openDiagnosis = (): ((event: LogEvent) => Diagnosis | undefined) => {
  const diagnoser = defaultDiagnoser()
  let known = new Map<string, Diagnosis>()
  return ({ kind, diagnosticCode, remoteMta, stage, replyCode, status }) => {
    if (diagnosticCode === undefined || (kind !== 'failed' && kind !== 'delayed' && kind !== 'suppressed')) return undefined
    // All that the diagnosis goes by; not the recipient, which is another in every line.
    const key = `${remoteMta ?? ''}\n${stage ?? ''}\n${replyCode ?? ''}\n${status ?? ''}\n${diagnosticCode}`
    const found = known.get(key)
    if (found !== undefined) return found
    const diagnosis = diagnoser.diagnose(diagnosticCode, {
      ...(remoteMta === undefined ? {} : { remoteMta }),
      ...(stage === undefined ? {} : { stage }),
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
