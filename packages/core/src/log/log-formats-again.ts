import type { LineVerdict, LogFormat } from './log-reader.ts'

/** Lines that tell what a log is. */
const windowLines = 100

/** Kinds of lines that were looked at and are nobody's; a log of more kinds has no kinds. */
const maxShapes = 2_000
/** Looks that found nothing before looking becomes rarer, and how rare at most. */
const patience = 16
const maxPause = 64

/** Longer lines than this (in UTF-16 code units) are not kept: a hundred of them would be. */
const maxKept = 65_536

/** Of a line that says nothing of its program this much is looked at. */
const maxShape = 96

/**
 * What kind of line it is: its letters up to the name of its program, digits as one, since times and numbers are others in each line. A number;
 * two kinds share one now and then, and then one of them is not looked at.
 */
export const shapeOf = (line: string): number => {
  let hash = 0x811c9dc5
  let inDigits = false
  const end = Math.min(line.length, maxShape)
  for (let at = 0; at < end; at++) {
    const unit = line.charCodeAt(at)
    const isDigit = unit >= 0x30 && unit <= 0x39
    if (isDigit && inDigits) continue
    inDigits = isDigit
    hash = Math.imul(hash ^ (isDigit ? 0x30 : unit), 0x01000193)
    // `program[42]`, `program: `
    if (at > 15 && (unit === 0x5b || (unit === 0x3a && line.charCodeAt(at + 1) === 0x20))) break
  }
  return hash
}

export type SecondLook = {
  /** A line that nobody took. True: it is time to `look`. */
  readonly passed: (line: string, number: number, was: LineVerdict) => boolean
  /** The formats that the passed lines are of, and those lines, the oldest first; then all begins anew. */
  readonly look: () => { readonly formats: readonly LogFormat[]; readonly lines: readonly PassedLine[] }
  /** Lines of the last look that are still nobody's: they are looked at once more, among others. */
  readonly keep: (lines: readonly PassedLine[]) => void
}

export type PassedLine = { readonly line: string; readonly number: number; readonly was: LineVerdict }

/**
 * Remembers the last 100 lines that no reader took, of kinds that were not looked at before, to recognise what else writes into a log. The work
 * is bounded: a kind of line is looked at once, and where every line is of a kind of its own, looks become rarer, down to one in 6,400 lines.
 */
export const openSecondLook = (recognise: (lines: readonly string[]) => readonly LogFormat[]): SecondLook => {
  let window: PassedLine[] = []
  let known = new Set<number>()
  let pause = 1
  let waited = 0
  let failures = 0
  return {
    passed: (line, number, was) => {
      if (line === '' || line.length > maxKept || known.has(shapeOf(line))) return false
      // A copy: a line is a part of what was read at once, and would hold all of it.
      window.push({ line: `${line} `.slice(0, -1), number, was })
      if (window.length < windowLines) return false
      if (++waited >= pause) return true
      window = []
      return false
    },
    look: () => {
      const lines = window
      window = []
      waited = 0
      // One of each kind: a line of mail among a hundred of cron is half of what there is to tell.
      const formats = recognise([...new Map(lines.map(({ line }) => [shapeOf(line), line])).values()])
      if (formats.length > 0) {
        failures = 0
        pause = 1
        return { formats, lines }
      }
      if (known.size > maxShapes) known = new Set()
      for (const { line } of lines) known.add(shapeOf(line))
      if (++failures % patience === 0) pause = Math.min(maxPause, pause * 2)
      return { formats, lines }
    },
    keep: (lines) => {
      window = lines.slice(0, windowLines - 1)
    }
  }
}
