import { type LogZone, openMixed, postfix } from '@whybounce/core/log'
import type { Tally } from '@whybounce/core/report'
import { linesOf } from '@whybounce/sources'
import { counted } from '../terminal.ts'
import { openLineCounts } from './line-counts.ts'
import type { LogInput } from './log-input.ts'
import { tallyBytes } from './tally-bytes.ts'

export type TallyInputOptions = {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Of times that name none. */
  readonly zone?: LogZone
  /** Told now and then how many bytes were read, unpacked. */
  readonly progress?: (bytes: number) => void
}

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

const tallyLines = async (input: LogInput, tally: Tally, { now, zone, progress }: TallyInputOptions): Promise<Read> => {
  const { file, formats, only = false, maxLineBytes } = input
  const lineCounts = openLineCounts()
  const { counts } = lineCounts
  let lines = 0
  let events = 0
  const reader = openMixed(
    formats,
    (event) => {
      events++
      tally.event(event, file, lineCounts.current())
    },
    { now, ...(zone === undefined ? {} : { zone }) },
    { only, reread: lineCounts.rereadBy((back) => lines - back) }
  )
  const problems: string[] = []
  let cut = 0
  let bytes = 0
  for await (const batch of linesOf(input.blocks(), maxLineBytes)) {
    for (const line of batch.lines) {
      lineCounts.setCurrent(++lines)
      const verdict = reader.line(line)
      counts[verdict]++
      if (verdict === 'unread') lineCounts.addSample(line, lines)
    }
    if (batch.problem !== undefined) problems.push(batch.problem)
    cut = batch.cut
    bytes = batch.bytes
    progress?.(bytes)
  }
  reader.end()
  return { lines, bytes, events, ignored: counts.ignored, unread: counts.unread, samples: lineCounts.samples(), cut, problems }
}

/**
 * Reads a log into a tally: as bytes where it is Postfix's first of all, else line by line, with the same outcome. Never throws on what a log
 * holds; what is wrong with it is told with the file.
 */
export const tallyInput = async (input: LogInput, tally: Tally, options: TallyInputOptions): Promise<void> => {
  const { file, formats } = input
  const { cut, problems, ...read } = await (formats[0] === postfix ? tallyBytes : tallyLines)(input, tally, options)
  const cutSays = cut > 0 ? [`${counted(cut, 'line is', 'lines are')} longer than 1 MB; only the beginning was read.`] : []
  const told = [...problems, ...cutSays]
  tally.addFile({
    file,
    format: formats.map(({ id }) => id).join(', '),
    ...read,
    problem: told.length === 0 ? null : told.join(' ')
  })
}
