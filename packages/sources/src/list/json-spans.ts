/** Where values stand in the text of one JSON object (already known to be valid), so that the rest of the text can stay as it is. */
export type Span = { readonly start: number; readonly end: number }

/** The value at a path of keys (and array indexes); of equal keys the last, as JSON.parse has it. Undefined where there is none. */
export const valueSpan = (raw: string, path: readonly string[]): Span | undefined => {
  let span: Span | undefined = { start: skipSpace(raw, 0), end: raw.length }
  for (const key of path) {
    span =
      raw[span.start] === '{' ? memberSpan(raw, span.start, key) : raw[span.start] === '[' ? elementSpan(raw, span.start, key) : undefined
    if (span === undefined) return undefined
  }
  return { start: span.start, end: path.length === 0 ? skipValue(raw, span.start) : span.end }
}

const memberSpan = (raw: string, open: number, key: string): Span | undefined => {
  let found: Span | undefined
  for (let at = skipSpace(raw, open + 1); raw[at] === '"'; ) {
    const nameEnd = skipString(raw, at)
    const start = skipSpace(raw, skipSpace(raw, nameEnd) + 1)
    const end = skipValue(raw, start)
    if (JSON.parse(raw.slice(at, nameEnd)) === key) found = { start, end }
    at = skipSpace(raw, skipSpace(raw, end) + 1)
  }
  return found
}

const elementSpan = (raw: string, open: number, key: string): Span | undefined => {
  if (!/^\d{1,7}$/.test(key)) return undefined
  let start = skipSpace(raw, open + 1)
  for (let left = Number(key); raw[start] !== ']' && start < raw.length; left--) {
    const end = skipValue(raw, start)
    if (left === 0) return { start, end }
    const after = skipSpace(raw, end)
    if (raw[after] !== ',') return undefined
    start = skipSpace(raw, after + 1)
  }
  return undefined
}

const skipSpace = (raw: string, from: number): number => {
  let at = from
  while (at < raw.length && raw.charCodeAt(at) <= 0x20) at++
  return at
}

const skipString = (raw: string, open: number): number => {
  for (let at = open + 1; at < raw.length; at++) {
    if (raw[at] === '\\') at++
    else if (raw[at] === '"') return at + 1
  }
  return raw.length
}

/** By a count of brackets, not by recursion: a value may be nested half a million deep. */
const skipValue = (raw: string, start: number): number => {
  let depth = 0
  for (let at = start; at < raw.length; at++) {
    const letter = raw[at]
    if (letter === '"') {
      at = skipString(raw, at) - 1
      if (depth === 0) return at + 1
    } else if (letter === '{' || letter === '[') depth++
    else if (letter === '}' || letter === ']') {
      if (depth === 0) return at
      if (--depth === 0) return at + 1
    } else if (depth === 0 && (letter === ',' || raw.charCodeAt(at) <= 0x20)) return at
  }
  return raw.length
}
