import { printable } from './printable.ts'

/** A piece of the paste with the words that decided; `words` is empty where a code alone decided, or nothing. */
export type Excerpt = { readonly before: string; readonly words: string; readonly after: string }

/** How much of a paste stands around the matched words: enough to find the place again, little enough to read at once. */
const contextLetters = 500

const cutEnd = (text: string): string => (text.length > contextLetters ? `${text.slice(0, contextLetters)} …` : text)
const cutStart = (text: string): string => (text.length > contextLetters ? `… ${text.slice(-contextLetters)}` : text)

export const excerptOf = (text: string, span: readonly [number, number] | undefined): Excerpt => {
  const [start, end] = span ?? [0, 0]
  // Cut before cleaning: a paste may be megabytes long, its neighbourhood is not.
  return {
    before: printable(cutStart(text.slice(Math.max(0, start - contextLetters - 1), start)).replace(/^\s+/, '')),
    words: printable(text.slice(start, end)),
    after: printable(cutEnd(text.slice(end, end + contextLetters + 1)).replace(/\s+$/, ''))
  }
}
