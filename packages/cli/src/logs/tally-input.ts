import { type LogZone, postfix } from '@whybounce/core/log'
import type { Tally } from '@whybounce/core/report'
import { openGoingReaders } from './going-readers.ts'
import type { LogInput } from './log-input.ts'
import { problemsOf, type Read, readLines } from './read-lines.ts'
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

export const openTallying = (tally: Tally, options: Omit<TallyInputOptions, 'progress'>): Tallying => {
  const readers = openGoingReaders(options)
  /** Files of one log come one after the other. */
  let current: { readonly log: string; readonly memory: BytesMemory } | undefined

  const readInput = (input: LogInput, progress: TallyInputOptions['progress']): Promise<Read> => {
    if (input.formats[0] !== postfix)
      return readLines(input, readers, (event, line) => tally.event(event, input.file, line), progress ?? (() => undefined))
    const { log } = readRotatedName(input.file)
    if (current?.log !== log) current = { log, memory: openBytesMemory() }
    return tallyBytes(input, tally, current.memory, progress === undefined ? options : { ...options, progress })
  }

  return {
    read: async (input, progress) => {
      const all = await readInput(input, progress)
      const { cut: _cut, problems: _problems, ...read } = all
      const { file, formats } = input
      const problems = problemsOf(all, input)
      tally.addFile({
        file,
        format: formats.map(({ id }) => id).join(', '),
        ...read,
        problem: problems.length === 0 ? null : problems.join(' ')
      })
    },
    end: readers.end
  }
}
