import { type LogEvent, type LogReader, type LogReaderOptions, openMixed, type Reread } from '@whybounce/core/log'
import { openRepeatedEvents } from '@whybounce/core/webhook'
import type { LogInput } from './log-input.ts'
import { readRotatedName } from './rotated-names.ts'

/** Where the events of a file go, and what is told of lines that are read again. */
export type ReaderTarget = { readonly event: (event: LogEvent) => void; readonly reread: Reread }

/**
 * Readers of lines for files one after the other. The files of one log (rotated ones) have one reader: a message that began in one ends in
 * another. What a service posts a second time is mostly in a file of its own: all files together know what was posted.
 */
export type GoingReaders = {
  /** The reader of a file's log; from now on it tells `target`. `only`: in the input's own formats alone. */
  readonly enter: (input: LogInput, target: ReaderTarget, only?: boolean) => Pick<LogReader, 'line'>
  /** No more files come. */
  readonly end: () => void
}

export const openGoingReaders = (options: LogReaderOptions): GoingReaders => {
  let going = new Map<string, { readonly reader: LogReader; target: ReaderTarget }>()
  let lastLog: string | undefined
  const end = (): void => {
    for (const { reader } of going.values()) reader.end()
    going = new Map()
  }
  const readerOptions = { ...options, isRepeated: openRepeatedEvents() }
  return {
    enter: (input, target, only = input.only === true) => {
      const { log } = readRotatedName(input.file)
      // The files of one log come one after the other: the readers of the one before are not needed any more.
      if (log !== lastLog) end()
      lastLog = log
      const key = [...input.formats.map(({ id }) => id), only].join('\n')
      const known = going.get(key)
      if (known !== undefined) {
        known.target = target
        return known.reader
      }
      const reader = openMixed(input.formats, (event) => opened.target.event(event), readerOptions, {
        only,
        reread: { before: (back) => opened.target.reread.before(back), after: (was, is) => opened.target.reread.after(was, is) }
      })
      const opened = { reader, target }
      going.set(key, opened)
      return reader
    },
    end
  }
}
