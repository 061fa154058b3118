import { exchange } from './exchange.ts'
import { exim } from './exim.ts'
import { halon } from './halon.ts'
import { haraka } from './haraka.ts'
import { kumomta } from './kumomta.ts'
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

/**
 * Reads a log into which several programs write, or that changes its format half-way: each line goes to the reader that took the last one,
 * and where that one passes it over, to the others. A line is unread only where nobody understood it.
 */
export const openMixed = (formats: readonly LogFormat[], emit: (event: LogEvent) => void, options: LogReaderOptions): LogReader => {
  const readers = formats.map((format) => format.open(emit, options))
  let last = 0
  return {
    line: (line) => {
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
    },
    end: () => {
      for (const reader of readers) reader.end()
    }
  }
}
