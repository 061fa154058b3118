import type { LogEvent } from '@whybounce/core/log'
import { linesOf, maxLineBytes as logLineBytes } from '@whybounce/sources'
import { counted } from '../terminal.ts'
import type { GoingReaders } from './going-readers.ts'
import { openLineCounts } from './line-counts.ts'
import type { LogInput } from './log-input.ts'

/** What was read of a log. */
export type Read = {
  readonly lines: number
  readonly bytes: number
  readonly events: number
  readonly ignored: number
  readonly unread: number
  readonly samples: readonly { readonly line: number; readonly text: string }[]
  /** Lines that were too long, and cut. */
  readonly cut: number
  readonly problems: readonly string[]
}

/** Reads a log line by line: each event with the number of its line. `after` a batch is told the bytes so far, unpacked, and awaited. */
export const readLines = async (
  input: LogInput,
  readers: GoingReaders,
  take: (event: LogEvent, line: number) => void,
  after: (bytes: number) => void | Promise<void>
): Promise<Read> => {
  const lineCounts = openLineCounts()
  const { counts } = lineCounts
  const problems: string[] = []
  let lines = 0
  let events = 0
  let cut = 0
  let bytes = 0
  const reader = readers.enter(input, {
    event: (event) => {
      events++
      take(event, lineCounts.current())
    },
    reread: lineCounts.rereadBy((back) => lines - back)
  })
  for await (const batch of linesOf(input.blocks(), input.maxLineBytes)) {
    for (const line of batch.lines) {
      lineCounts.setCurrent(++lines)
      const verdict = reader.line(line)
      counts[verdict]++
      if (verdict === 'unread') lineCounts.addSample(line, lines)
    }
    if (batch.problem !== undefined) problems.push(batch.problem)
    cut = batch.cut
    bytes = batch.bytes
    await after(bytes)
  }
  return { lines, bytes, events, ignored: counts.ignored, unread: counts.unread, samples: lineCounts.samples(), cut, problems }
}

/** What is wrong with a log, in sentences. */
export const problemsOf = ({ cut, problems }: Read, { maxLineBytes = logLineBytes }: LogInput): readonly string[] =>
  cut === 0
    ? problems
    : [
        ...problems,
        `${counted(cut, 'line is', 'lines are')} longer than ${Math.round(maxLineBytes / 1_048_576)} MB; only the beginning was read.`
      ]
