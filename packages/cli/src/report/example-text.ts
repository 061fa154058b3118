import type { Example } from '@whybounce/core/report'
import { columnsOf, printable } from '../terminal.ts'
import { lineOf, type Part } from './layout.ts'
import type { Page } from './report-view.ts'

type Piece = { readonly text: string; readonly matched: boolean }

/** Ends no escape sequence and is no white space. */
const fence = '‖'

/** Clean for a terminal, as `printable` makes it, but with the blank at its ends that parts it from its neighbours. */
const cleanPiece = (text: string): string => printable(`${fence}${text}${fence}`).slice(fence.length, -fence.length)

/** The text in pieces: matched words and what stands between them. Spans outside of the text or in one another are put right. */
const piecesOf = ({ text, spans }: Example): readonly Piece[] => {
  const pieces: Piece[] = []
  let at = 0
  const add = (end: number, matched: boolean): void => {
    const clean = cleanPiece(text.slice(at, end))
    if (clean !== '') pieces.push({ text: clean, matched })
    at = end
  }
  for (const [from, to] of [...spans].sort(([one], [other]) => one - other)) {
    if (!(to > Math.max(from, at)) || from >= text.length) continue
    if (from > at) add(from, false)
    add(Math.min(to, text.length), true)
  }
  if (at < text.length) add(text.length, false)
  return pieces
}

/** Of the text before the matched words: so much is kept, from a word's beginning. */
const tailOf = (text: string, columns: number): string => {
  let start = text.length
  let room = columns
  while (start > 0) {
    room -= columnsOf(text.charAt(start - 1))
    if (room < 0) break
    start--
  }
  if (start === 0) return text
  const blank = text.indexOf(' ', start)
  return `…${text.slice(blank < 0 ? start : blank + 1)}`
}

/**
 * A real text in one line, the matched words marked: by style, or by «…» where there is none. Where the line is too short, it is the words
 * around the first match that are shown.
 */
export const exampleLine = (example: Example, columns: number, { paint, hasStyles }: Page): string => {
  const pieces = piecesOf(example)
  const before = pieces[0]?.matched === false ? pieces[0].text : ''
  const matched = pieces.find((piece) => piece.matched)?.text ?? ''
  const inner = columns - 2
  const needed = columnsOf(before) + columnsOf(matched) + 3
  const head =
    matched === '' || needed <= inner
      ? before
      : tailOf(before, Math.max(0, Math.min(Math.floor(inner / 4), inner - columnsOf(matched) - 3)))
  const shown = before === '' ? pieces : [{ text: head, matched: false }, ...pieces.slice(1)]
  const parts = shown.flatMap(({ text, matched: isMatched }): Part[] =>
    !isMatched ? [{ text, style: 'dim' }] : hasStyles ? [{ text, style: ['bold', 'underline'] }] : [{ text: `«${text}»` }]
  )
  return lineOf([{ text: '“', style: 'dim' }, ...parts, { text: '”', style: 'dim' }], columns, paint)
}
