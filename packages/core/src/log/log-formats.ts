import { exchange } from './exchange.ts'
import { exim } from './exim.ts'
import { halon } from './halon.ts'
import { haraka } from './haraka.ts'
import { kumomta } from './kumomta.ts'
import { openSecondLook, type PassedLine } from './log-formats-again.ts'
import type { LineVerdict, LogEvent, LogFormat, LogReader, LogReaderOptions } from './log-reader.ts'
import { opensmtpd } from './opensmtpd.ts'
import { postal } from './postal.ts'
import { postfix } from './postfix.ts'
import { powermta } from './powermta.ts'
import { qmail } from './qmail.ts'
import { sendmail } from './sendmail.ts'
import { sesEvents } from './ses-events.ts'
import { stalwart } from './stalwart.ts'

/** Every log that is known, by itself. */
export const logFormats: readonly LogFormat[] = [
  postfix,
  exim,
  sendmail,
  opensmtpd,
  qmail,
  exchange,
  powermta,
  kumomta,
  sesEvents,
  haraka,
  stalwart,
  postal,
  halon
]

/** Lines that tell what a log is. */
const maxFirstLines = 100
/** Below this, a log is none of ours. */
const least = 0.05

/** The formats that a log may be of, the likeliest first, by its first lines; several where several programs write into it. None: unknown. */
export const recogniseLog = (firstLines: readonly string[]): readonly LogFormat[] => {
  const lines = firstLines.slice(0, maxFirstLines)
  return logFormats
    .map((format) => ({ format, score: format.recognise(lines) }))
    .filter(({ score }) => score >= least)
    .sort((one, other) => other.score - one.score)
    .map(({ format }) => format)
}

const rank: Readonly<Record<LineVerdict, number>> = { event: 3, part: 2, unread: 1, ignored: 0 }

/** What becomes of lines that were passed over, once it is known what they are. */
export type Reread = {
  /** Before such a line is read again: how many lines before the current one it stood. */
  readonly before: (back: number) => void
  /** After it: what it was taken for then, and what it is. */
  readonly after: (was: LineVerdict, is: LineVerdict) => void
}

/**
 * Reads a log into which several programs write, or that changes its format half-way: each line goes to the reader that took the last one,
 * and where that one passes it over, to the others. A line is unread only where nobody understood it. Of what nobody took the last 100 lines
 * are kept: where they turn out to be of another format, it is read from there on, and they are read again (`reread`; without it their events
 * come, and what was said of the lines stands). `formats` may be empty: then all that is read is found so. Formats that were asked for by name
 * are read alone with `only`.
 */
export const openMixed = (
  formats: readonly LogFormat[],
  emit: (event: LogEvent) => void,
  options: LogReaderOptions,
  { reread, only = false }: { readonly reread?: Reread; readonly only?: boolean } = {}
): LogReader => {
  const opened = [...formats]
  const readers = formats.map((format) => format.open(emit, options))
  const second = only ? undefined : openSecondLook((lines) => recogniseLog(lines).filter((format) => !opened.includes(format)))
  let last = 0
  let lines = 0

  const offer = (line: string): LineVerdict => {
    let best: LineVerdict = readers[last]?.line(line) ?? 'ignored'
    if (rank[best] >= rank.part) return best
    for (const [index, reader] of readers.entries()) {
      if (index === last) continue
      const verdict = reader.line(line)
      if (rank[verdict] >= rank.part) {
        last = index
        return verdict
      }
      if (rank[verdict] > rank[best]) best = verdict
    }
    return best
  }

  /** The lines before the current one that are of a format that is new; they were said to be `was`. */
  const lookAgain = (current: number): LineVerdict | undefined => {
    const found = second?.look()
    if (found === undefined || found.formats.length === 0) return undefined
    const first = readers.length
    for (const format of found.formats) {
      opened.push(format)
      readers.push(format.open(emit, options))
    }
    let ofCurrent: LineVerdict | undefined
    const left: PassedLine[] = []
    for (const { line, number, was } of found.lines) {
      reread?.before(lines - number)
      let is: LineVerdict = was
      for (const [index, reader] of readers.entries()) {
        if (index < first) continue
        const verdict = reader.line(line)
        if (rank[verdict] > rank[is]) is = verdict
        if (rank[verdict] >= rank.part) {
          last = index
          break
        }
      }
      if (rank[is] < rank.part) left.push({ line, number, was: is })
      if (number === current) ofCurrent = is
      else reread?.after(was, is)
    }
    second?.keep(left)
    return ofCurrent
  }

  return {
    line: (line) => {
      lines++
      const verdict = offer(line)
      if (rank[verdict] >= rank.part || second?.passed(line, lines, verdict) !== true) return verdict
      return lookAgain(lines) ?? verdict
    },
    end: () => {
      // Each look that finds something leaves fewer formats to find.
      for (let before = -1; before < readers.length; ) {
        before = readers.length
        lookAgain(-1)
      }
      for (const reader of readers) reader.end()
    }
  }
}
