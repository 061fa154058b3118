/** A page of the reference as the search knows it: address below the base, kind in words, title, and what else it is found by. */
export type Entry = readonly [path: string, kind: string, title: string, words: string]

type Hit = { readonly entry: Entry; readonly score: number }

/** More hits than this are no answer. */
const maxHits = 30

const scoreOf = ([path, , title, words]: Entry, word: string): number => {
  const name = title.toLowerCase()
  if (name === word || name.startsWith(`${word}:`) || path.endsWith(`/${word}/`)) return 100
  if (name.startsWith(word)) return 40
  if (name.includes(word)) return 20
  const at = ` ${words}`.indexOf(` ${word}`)
  return at >= 0 ? 5 : 0
}

/** Pages that hold every word of the query, the best first. */
export const search = (entries: readonly Entry[], query: string): readonly Entry[] => {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return []
  const hits: Hit[] = []
  for (const entry of entries) {
    const scores = words.map((word) => scoreOf(entry, word))
    if (scores.every((score) => score > 0)) hits.push({ entry, score: scores.reduce((sum, score) => sum + score, 0) })
  }
  return hits
    .sort((a, b) => b.score - a.score)
    .slice(0, maxHits)
    .map(({ entry }) => entry)
}
