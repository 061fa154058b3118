import { type Diagnosis, defaultDiagnoser } from '@whybounce/core'
import type { LogEvent } from '@whybounce/core/log'
import { explainEvent } from '@whybounce/core/report'
import { linesOf, maxLineBytes as logLineBytes } from '@whybounce/sources'
import type { GoingReaders } from './logs/going-readers.ts'
import { openLineCounts } from './logs/line-counts.ts'
import type { LogInput } from './logs/log-input.ts'
import { counted } from './terminal.ts'

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

/** Texts of replies whose diagnosis is kept: the same few are most of a log. */
const maxKnown = 20_000

/** A diagnosis for each event that failed or has words; the same words with the same codes are diagnosed once. */
const openDiagnosis = (): ((event: LogEvent) => Diagnosis | undefined) => {
  const diagnoser = defaultDiagnoser()
  let known = new Map<string, Diagnosis | undefined>()
  return (event) => {
    const { kind, diagnosticCode, remoteMta, stage, replyCode, status } = event
    if (kind === 'delivered' || (diagnosticCode === undefined && kind === 'delayed')) return undefined
    // All that the diagnosis goes by; not the recipient, which is another in every line.
    const key = `${kind}\n${remoteMta ?? ''}\n${stage ?? ''}\n${replyCode ?? ''}\n${status ?? ''}\n${event.outcome ?? ''}\n${diagnosticCode ?? ''}`
    const found = known.get(key)
    if (found !== undefined) return found
    const diagnosis = explainEvent(diagnoser, event)
    if (known.size >= maxKnown) known = new Map()
    known.set(key, diagnosis)
    return diagnosis
  }
}

/** Reads one log: each event with its diagnosis and the number of its line; then what became of the lines. `flush` is awaited between batches. */
export const readLog = async (
  input: LogInput,
  readers: GoingReaders,
  take: (event: LogEvent, line: number) => void,
  flush: () => Promise<void>
): Promise<LogCounts> => {
  const lineCounts = openLineCounts()
  const { counts } = lineCounts
  const problems: string[] = []
  const diagnose = openDiagnosis()
  let lines = 0
  let events = 0
  const reader = readers.enter(input, {
    event: (event) => {
      events++
      const diagnosis = diagnose(event)
      take(diagnosis === undefined ? event : { ...event, diagnosis }, lineCounts.current())
    },
    reread: lineCounts.rereadBy((back) => lines - back)
  })
  let cut = 0
  for await (const batch of linesOf(input.blocks(), input.maxLineBytes)) {
    for (const line of batch.lines) {
      lineCounts.setCurrent(++lines)
      const verdict = reader.line(line)
      counts[verdict]++
      if (verdict === 'unread') lineCounts.addSample(line, lines)
    }
    if (batch.problem !== undefined) problems.push(batch.problem)
    cut = batch.cut
    await flush()
  }
  await flush()
  if (cut > 0)
    problems.push(
      `${counted(cut, 'line is', 'lines are')} longer than ${Math.round((input.maxLineBytes ?? logLineBytes) / 1_048_576)} MB; only the beginning was read.`
    )
  return { lines, events, ignored: counts.ignored, unread: counts.unread, samples: lineCounts.samples(), problems }
}
