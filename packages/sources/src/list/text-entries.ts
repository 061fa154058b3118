/** An entry of a line of plain text, and what stands between it and the next one. */
export type TextEntry = { readonly raw: string; readonly gap: string }

/**
 * The addresses of a line: `a@example.com, Name <b@example.com>; "Doe, Jane" <c@example.com>`. A comma or semicolon parts two entries where
 * an @ stands on both sides of it, outside of quotes and brackets: `Doe, Jane <c@example.com>` is one. Entries and gaps put together are the line.
 */
export const splitEntries = (line: string): readonly TextEntry[] => {
  if (!/[,;]/.test(line)) return [{ raw: line, gap: '' }]
  const last = line.lastIndexOf('@')
  const entries: TextEntry[] = []
  let start = 0
  let hasAt = false
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]
    if (letter === '@') hasAt = true
    else if (letter === '"' || letter === '<') {
      const close = line.indexOf(letter === '<' ? '>' : '"', at + 1)
      // Without its other half it is a letter like others; nor is it looked for again.
      if (close < 0) continue
      if (letter === '<' && line.lastIndexOf('@', close) > at) hasAt = true
      at = close
    } else if ((letter === ',' || letter === ';') && hasAt && last > at) {
      const gapEnd = at + (/^[\s,;]*/.exec(line.slice(at, at + maxGap))?.[0].length ?? 1)
      entries.push({ raw: line.slice(start, at), gap: line.slice(at, gapEnd) })
      start = gapEnd
      at = gapEnd - 1
      hasAt = false
    }
  }
  entries.push({ raw: line.slice(start), gap: '' })
  return entries
}

/** White space and separators after an entry that are taken for the gap; more would be an empty entry, which does no harm. */
const maxGap = 100
