import type { LineVerdict, LogEvent, LogReaderOptions } from '@whybounce/core/log'
import { type LineNote, openLineNotes } from '@whybounce/core/trace'
import { linesOf } from '@whybounce/sources'
import type { GoingReaders, ReaderTarget } from '../logs/going-readers.ts'
import type { LogInput } from '../logs/log-input.ts'
import { counted } from '../terminal.ts'

/** What became of the lines of a log. */
export type LookedAt = {
  readonly file: string
  readonly format: string
  readonly lines: number
  readonly bytes: number
  readonly unread: number
  /** Of the unread, those that hold what is looked for. */
  readonly unreadNamed: readonly { readonly line: number; readonly text: string }[]
  readonly problem: string | undefined
  /** Half-way it turned out to be of another format, too. */
  readonly isMixed: boolean
}

export type Look = {
  /** Whether the line holds what is looked for: only of these the notes are read. */
  readonly names: (line: string) => boolean
  /** Only such lines are read at all, in logs whose every line has its queue id. */
  readonly onlyNamed: boolean
  readonly event: (event: LogEvent, line: number, text: string, named: boolean) => void
  readonly note: (note: LineNote) => void
  readonly progress: (bytes: number) => void
}

/** Logs that write the queue id of a message in each of its lines: a line without it tells nothing of the message. */
const namedLines: ReadonlySet<string> = new Set(['postfix', 'exim', 'sendmail'])
const namesItsLines = (input: LogInput): boolean => input.formats.length > 0 && input.formats.every(({ id }) => namedLines.has(id))

const maxSamples = 5
const maxSample = 300

/** Reads a log once; with others, over the same readers. */
export const lookAt = async (input: LogInput, look: Look, readers: GoingReaders, options: LogReaderOptions): Promise<LookedAt> => {
  const { names, event: take, note } = look
  const skips = look.onlyNamed && namesItsLines(input)
  const readNote = openLineNotes(options)
  const unreadNamed: { line: number; text: string }[] = []
  let lines = 0
  let unread = 0
  let bytes = 0
  let problem: string | undefined
  let text = ''
  let named = false
  let back = 0
  let cut = 0
  let isMixed = false
  const target: ReaderTarget = {
    event: (event) => take(event, lines - back, text, named),
    reread: {
      before: (before) => {
        isMixed = true
        back = before
        text = ''
        named = true
      },
      after: (was, is) => {
        back = 0
        unread += Number(is === 'unread') - Number(was === 'unread')
      }
    }
  }
  const reader = readers.enter(input, target, input.only === true || skips)
  for await (const batch of linesOf(input.blocks(), input.maxLineBytes)) {
    for (const line of batch.lines) {
      lines++
      named = names(line)
      if (skips && !named) continue
      text = line
      if (named) {
        const told = readNote(line)
        if (told !== undefined) note(told)
      }
      const verdict: LineVerdict = reader.line(line)
      if (verdict !== 'unread') continue
      unread++
      if (named && unreadNamed.length < maxSamples) unreadNamed.push({ line: lines, text: line.slice(0, maxSample) })
    }
    problem = batch.problem ?? problem
    cut = batch.cut
    bytes = batch.bytes
    look.progress(bytes)
  }
  if (cut > 0 && problem === undefined) problem = `${counted(cut, 'line is', 'lines are')} too long; only the beginning was read.`
  return { file: input.file, format: input.formats[0]?.id ?? 'unknown', lines, bytes, unread, unreadNamed, problem, isMixed }
}
