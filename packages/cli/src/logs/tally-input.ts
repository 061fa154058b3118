import { type LogReader, type LogZone, openMixed, postfix, type Reread } from '@whybounce/core/log'
import type { Tally } from '@whybounce/core/report'
import { openRepeatedEvents } from '@whybounce/core/webhook'
import { linesOf, maxLineBytes as logLineBytes } from '@whybounce/sources'
import { counted } from '../terminal.ts'
import { type LineCounts, openLineCounts } from './line-counts.ts'
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

/** A reader of lines that goes on in the next file of its log. */
type Going = { readonly reader: LogReader; readonly at: Place }
type Place = { file: string; lines: number; events: number; counts: LineCounts; reread: Reread }

/** At the front of a file. */
const enter = (at: Partial<Place>, file: string): Place => {
  const counts = openLineCounts()
  const place: Place = Object.assign(at, { file, lines: 0, events: 0, counts, reread: counts.rereadBy((back) => place.lines - back) })
  return place
}

const tallyLines = async (input: LogInput, { reader, at }: Going, progress: TallyInputOptions['progress']): Promise<Read> => {
  enter(at, input.file)
  const { counts } = at.counts
  const problems: string[] = []
  let cut = 0
  let bytes = 0
  for await (const batch of linesOf(input.blocks(), input.maxLineBytes)) {
    for (const line of batch.lines) {
      at.counts.setCurrent(++at.lines)
      const verdict = reader.line(line)
      counts[verdict]++
      if (verdict === 'unread') at.counts.addSample(line, at.lines)
    }
    if (batch.problem !== undefined) problems.push(batch.problem)
    cut = batch.cut
    bytes = batch.bytes
    progress?.(bytes)
  }
  const { lines, events } = at
  return { lines, bytes, events, ignored: counts.ignored, unread: counts.unread, samples: at.counts.samples(), cut, problems }
}

export const openTallying = (tally: Tally, options: Omit<TallyInputOptions, 'progress'>): Tallying => {
  const going = new Map<string, Going>()
  const memories = new Map<string, BytesMemory>()
  // What a service posts a second time is mostly in a file of its own.
  const readerOptions = { ...options, isRepeated: openRepeatedEvents() }

  const open = ({ formats, only = false, file }: LogInput): Going => {
    const at = enter({}, file)
    const reader = openMixed(
      formats,
      (event) => {
        at.events++
        tally.event(event, at.file, at.counts.current())
      },
      readerOptions,
      {
        only,
        reread: {
          before: (back) => at.reread.before(back),
          after: (was, is) => at.reread.after(was, is)
        }
      }
    )
    return { reader, at }
  }

  const readInput = (input: LogInput, progress: TallyInputOptions['progress']): Promise<Read> => {
    const { log } = readRotatedName(input.file)
    if (input.formats[0] === postfix) {
      const memory = memories.get(log) ?? openBytesMemory()
      memories.set(log, memory)
      return tallyBytes(input, tally, memory, progress === undefined ? options : { ...options, progress })
    }
    const key = [log, ...input.formats.map(({ id }) => id), input.only === true].join('\n')
    const reader = going.get(key) ?? open(input)
    going.set(key, reader)
    return tallyLines(input, reader, progress)
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
    end: () => {
      for (const { reader } of going.values()) reader.end()
    }
  }
}
