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

/** A heading's words may stand in a sentence first: behind it the text is searched again, this many times. */
const maxSearches = 4

const buildFinder = (marks: readonly Mark[], place: MarkPlace): ((text: string) => FoundMark[]) => {
  const entries: Entry[] = marks.flatMap((mark) => (mark.where === place ? mark.says.map((phrase) => ({ mark, phrase })) : []))
  const ready: { finder?: PhraseFinder } = {}
  return (text) => {
    ready.finder ??= buildPhraseFinder(entries.map(({ phrase }) => phrase))
    const { finder } = ready
    const end = Math.min(text.length, maxMarkLength)
    const found: FoundMark[] = []
    let from = 0
    for (let search = 0; search < maxSearches && from < end; search++) {
      finder.read(text, from, end, 0)
      let missed = end
      for (let index = 0; index < finder.count(); index++) {
        const hit = finder.found[index]
        const entry = hit === undefined ? undefined : entries[hit.phrase]
        if (hit === undefined || entry === undefined) continue
        const at = finder.words.start[hit.firstWord] ?? 0
        const to = finder.words.end[hit.lastWord] ?? 0
        if (fits(text, entry, at, to)) found.push({ means: entry.mark.means, mark: entry.mark, from: at, to })
        else if (place === 'heading' && to < missed) missed = to
      }
      if (found.length > 0 || missed === end) break
      from = missed
    }
    return found.sort((a, b) => a.from - b.from)
  }
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

const beginsLine = (text: string, from: number): boolean =>
  !/[\p{L}\p{N}]/u.test(text.slice(Math.max(lineStart(text, from), from - 200), from))

/** Words alone cannot tell "Read: …" from "Read the news": where the phrase has a colon, the text must have it, too. */
const hasColon = (text: string, phrase: string, to: number): boolean => !/[:：]$/.test(phrase) || /^ ?[:：]/.test(text.slice(to, to + 2))

const fits = (text: string, { mark, phrase }: Entry, from: number, to: number): boolean => {
  if (mark.where !== 'heading') return (mark.begins !== true || beginsLine(text, from)) && hasColon(text, phrase, to)
  const end = text.indexOf('\n', to)
  const behind = text.slice(to, Math.min(end < 0 ? text.length : end, to + 200)).replace(/[^\p{L}\p{N}]/gu, '')
  return behind.length <= maxBesideHeading && beginsLine(text, from)
}

export const findMarks = (marks: readonly Mark[]): MarkFinder => ({
  subject: buildFinder(marks, 'subject'),
  text: buildFinder(marks, 'text'),
  heading: buildFinder(marks, 'heading')
})
