import { type LogZone, postfix } from '@whybounce/core/log'
import type { Tally } from '@whybounce/core/report'
import { linesOf, maxLineBytes as logLineBytes } from '@whybounce/sources'
import { counted } from '../terminal.ts'
import { type GoingReaders, openGoingReaders } from './going-readers.ts'
import { openLineCounts } from './line-counts.ts'
import type { LogInput } from './log-input.ts'
import { readRotatedName } from './rotated-names.ts'
import { type BytesMemory, openBytesMemory, tallyBytes } from './tally-bytes.ts'

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

/** Reads logs into a tally. The files of one log (rotated ones) are one log: a message that began in one ends in another. */
export type Tallying = {
  /**
   * Reads a log into the tally: as bytes where it is Postfix's first of all, else line by line, with the same outcome. Never throws on what a
   * log holds; what is wrong with it is told with the file.
   */
  readonly read: (input: LogInput, progress?: (bytes: number) => void) => Promise<void>
  /** No more files come. */
  readonly end: () => void
}

const tallyLines = async (input: LogInput, tally: Tally, readers: GoingReaders, progress: TallyInputOptions['progress']): Promise<Read> => {
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
      tally.event(event, input.file, lineCounts.current())
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
    progress?.(bytes)
  }
  return { lines, bytes, events, ignored: counts.ignored, unread: counts.unread, samples: lineCounts.samples(), cut, problems }
}

export const openTallying = (tally: Tally, options: Omit<TallyInputOptions, 'progress'>): Tallying => {
  const readers = openGoingReaders(options)
  /** Files of one log come one after the other. */
  let current: { readonly log: string; readonly memory: BytesMemory } | undefined

  const readInput = (input: LogInput, progress: TallyInputOptions['progress']): Promise<Read> => {
    if (input.formats[0] !== postfix) return tallyLines(input, tally, readers, progress)
    const { log } = readRotatedName(input.file)
    if (current?.log !== log) current = { log, memory: openBytesMemory() }
    return tallyBytes(input, tally, current.memory, progress === undefined ? options : { ...options, progress })
  }

  return {
    read: async (input, progress) => {
      const { cut, problems, ...read } = await readInput(input, progress)
      const { file, formats, maxLineBytes = logLineBytes } = input
      const cutSays =
        cut > 0
          ? [`${counted(cut, 'line is', 'lines are')} longer than ${Math.round(maxLineBytes / 1_048_576)} MB; only the beginning was read.`]
          : []
      const told = [...problems, ...cutSays]
      tally.addFile({
        file,
        format: formats.map(({ id }) => id).join(', '),
        ...read,
        problem: told.length === 0 ? null : told.join(' ')
      })
    },
    end: readers.end
  }
}
