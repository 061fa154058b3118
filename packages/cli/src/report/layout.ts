import { columnsOf, fit, printable, type Terminal } from '../terminal.ts'

/**
 * Lines made of parts: each part has its style, and the line as a whole its width. Styles are put on last, since an escape sequence has
 * letters and takes no column. All text in parts is clean already (`printable`).
 */
export type Paint = Terminal['paint']
type Style = Parameters<Paint>[0]
export type Part = { readonly text: string; readonly style?: Style }

export const widthOf = (parts: readonly Part[]): number => parts.reduce((sum, { text }) => sum + columnsOf(text), 0)

/** A text cut to so many columns, without half a letter at its end. */
const cut = (text: string, columns: number): string => (columns < 1 ? '' : fit(text, columns).replace(/[\ud800-\udbff]…$/, '…'))

/** The same, cut between words where that loses little. */
export const cutAtWord = (text: string, columns: number): string => {
  const fitting = cut(text, columns)
  if (fitting === text) return text
  const blank = fitting.lastIndexOf(' ')
  const whole = blank > fitting.length * 0.6 ? fitting.slice(0, blank) : fitting.slice(0, -1)
  return `${whole.replace(/[ ,;:(“]{1,4}$/, '')}…`
}

/** Parts in one line, cut where they take more than `columns`. */
export const lineOf = (parts: readonly Part[], columns: number, paint: Paint): string => {
  let room = columns
  let line = ''
  for (const { text, style } of parts) {
    const width = columnsOf(text)
    const shown = width <= room ? text : cut(text, room)
    line += style === undefined || shown === '' ? shown : paint(style, shown)
    if (shown !== text) break
    room -= width
  }
  return line.trimEnd()
}

/** What matters on the left, cut where it must be; figures on the right, whole. */
export const spread = (left: readonly Part[], right: readonly Part[], columns: number, paint: Paint): string => {
  const tail = widthOf(right)
  if (tail === 0) return lineOf(left, columns, paint)
  const room = Math.max(0, columns - tail - 2)
  const gap = Math.max(2, columns - tail - Math.min(room, widthOf(left)))
  return `${lineOf(left, room, paint)}${' '.repeat(gap)}${lineOf(right, tail, paint)}`
}

/** Phrases joined by dots, in as many lines as it takes; only a phrase that is longer than a line is cut. */
export const phrases = (texts: readonly string[], columns: number): readonly string[] => {
  const lines: string[] = []
  for (const text of texts) {
    const last = lines.at(-1)
    const joined = `${last} · ${text}`
    if (last !== undefined && columnsOf(joined) <= columns) lines[lines.length - 1] = joined
    else lines.push(cut(text, columns))
  }
  return lines
}

/**
 * A paragraph behind a margin; words that are longer than a line are cut. Lines are measured in columns, so that names in wide letters fit.
 */
export const paragraph = (text: string, width: number, margin: string, first: string = margin): string => {
  const room = width - margin.length
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && columnsOf(last) + 1 + columnsOf(word) <= room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(cut(word, room))
  }
  return first + lines.join(`\n${margin}`)
}

/** Aligned by columns, not by letters. */
export const padEnd = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
export const padStart = (text: string, columns: number): string => ' '.repeat(Math.max(0, columns - columnsOf(text))) + text

const maxPath = 50

/** The end of a path, which tells files apart, in so many columns that it fits in a line of the page. */
export const shortPath = (path: string, width: number, most: number = maxPath): string => {
  const text = printable(path)
  const columns = Math.min(most, width - 10)
  if (columnsOf(text) <= columns) return text
  let start = text.length
  let room = columns - 3
  while (start > 0 && room > 0) room -= columnsOf(text.charAt(--start))
  return `…${text.slice(start).replace(/^[\udc00-\udfff]/, '')}`
}
