import { type Diagnosis, defaultDiagnoser } from '@whybounce/core'
import type { LogEvent } from '@whybounce/core/log'
import { explainEvent } from '@whybounce/core/report'
import type { GoingReaders } from './logs/going-readers.ts'
import type { LogInput } from './logs/log-input.ts'
import { problemsOf, readLines } from './logs/read-lines.ts'

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
  const diagnose = openDiagnosis()
  const read = await readLines(
    input,
    readers,
    (event, line) => {
      const diagnosis = diagnose(event)
      take(diagnosis === undefined ? event : { ...event, diagnosis }, line)
    },
    flush
  )
  await flush()
  return { ...read, problems: problemsOf(read, input) }
}
