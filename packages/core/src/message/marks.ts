import { buildPhraseFinder, type PhraseFinder } from '../diagnose/phrases.ts'
import type { Mark, MarkMeaning, MarkPlace } from '../knowledge/knowledge.ts'

/** A mark that stands in a text, and where. */
export type FoundMark = { readonly means: MarkMeaning; readonly mark: Mark; readonly from: number; readonly to: number }

/** Finds the marks of a subject, of a text, or among the lines of a text that are headings. In the order of the text. */
export type MarkFinder = { readonly [place in MarkPlace]: (text: string) => readonly FoundMark[] }

/** Of a text only this much is looked at: a notice says what it is at its beginning. */
const maxMarkLength = 32 * 1024

/** Around the words of a heading there may be rules and spaces, and no more than this many other letters. */
const maxBesideHeading = 60

type Entry = { readonly mark: Mark; readonly phrase: string }

const buildFinder = (
  marks: readonly Mark[],
  fits: (text: string, mark: Mark, from: number, to: number) => boolean
): ((text: string) => FoundMark[]) => {
  const entries: Entry[] = marks.flatMap((mark) => mark.says.map((phrase) => ({ mark, phrase })))
  const ready: { finder?: PhraseFinder } = {}
  return (text) => {
    ready.finder ??= buildPhraseFinder(entries.map(({ phrase }) => phrase))
    const { finder } = ready
    finder.read(text, 0, Math.min(text.length, maxMarkLength), 0)
    const found: FoundMark[] = []
    for (let index = 0; index < finder.count(); index++) {
      const hit = finder.found[index]
      const entry = hit === undefined ? undefined : entries[hit.phrase]
      if (hit === undefined || entry === undefined) continue
      const from = finder.words.start[hit.firstWord] ?? 0
      const to = finder.words.end[hit.lastWord] ?? 0
      if (fits(text, entry.mark, from, to)) found.push({ means: entry.mark.means, mark: entry.mark, from, to })
    }
    return found.sort((a, b) => a.from - b.from)
  }
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

const beginsLine = (text: string, from: number): boolean =>
  !/[\p{L}\p{N}]/u.test(text.slice(Math.max(lineStart(text, from), from - 200), from))

const isHeading = (text: string, _mark: Mark, from: number, to: number): boolean => {
  const end = text.indexOf('\n', to)
  const behind = text.slice(to, Math.min(end < 0 ? text.length : end, to + 200)).replace(/[^\p{L}\p{N}]/gu, '')
  return beginsLine(text, from) && behind.length <= maxBesideHeading
}

const ofSentence = (text: string, mark: Mark, from: number): boolean => mark.begins !== true || beginsLine(text, from)

export const findMarks = (marks: readonly Mark[]): MarkFinder => {
  const at = (place: MarkPlace): readonly Mark[] => marks.filter(({ where }) => where === place)
  return {
    subject: buildFinder(at('subject'), ofSentence),
    text: buildFinder(at('text'), ofSentence),
    heading: buildFinder(at('heading'), isHeading)
  }
}
