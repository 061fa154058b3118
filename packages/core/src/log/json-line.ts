/**
 * Log lines that are JSON objects, perhaps behind a prefix that a log collector put there (`host prog: {…}`).
 * Values are a stranger's: asked for by name and type, absent where they are of another.
 */
export type JsonRecord = Readonly<Record<string, unknown>>

/** A record longer than this (in UTF-16 code units) is no log line but a document; reading it would hold the log up. */
export const maxJsonLine: number = 1_048_576

/** Collectors put time, host and program in front: no more than this. */
const maxPrefix = 400

export const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object that a line is, or undefined where it is none. Never throws. */
export const parseJsonLine = (line: string): JsonRecord | undefined => {
  const start = line.indexOf('{')
  if (start < 0 || start > maxPrefix || line.length > maxJsonLine) return undefined
  const end = line.lastIndexOf('}')
  // An array of objects is no record, and its first object is not all of it.
  if (end <= start || line.slice(0, start).includes('[{')) return undefined
  try {
    const value: unknown = JSON.parse(line.slice(start, end + 1))
    return isRecord(value) ? value : undefined
  } catch {
    // A line that was cut off, or is none: the caller counts it.
    return undefined
  }
}

export const fieldAt = (value: unknown, name: string): unknown => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined)

/** Text, or a number in digits; undefined where the value is neither or empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value === ''
      ? undefined
      : value
    : typeof value === 'number' && Number.isFinite(value)
      ? `${value}`
      : undefined

export const textAt = (value: unknown, name: string): string | undefined => textOf(fieldAt(value, name))

/** A number, or digits in a text. */
export const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export const numberAt = (value: unknown, name: string): number | undefined => numberOf(fieldAt(value, name))

/** A reply code, where the number is one (RFC 5321 §4.2). */
export const replyCodeAt = (value: unknown, name: string): number | undefined => {
  const code = numberAt(value, name)
  return code !== undefined && Number.isInteger(code) && code >= 200 && code < 600 ? code : undefined
}

/** One text, or each text of a list. At most `most`: a record that names a million recipients is no attempt. */
export const textsOf = (value: unknown, most: number = 10_000): readonly string[] => {
  const texts: string[] = []
  for (const each of Array.isArray(value) ? value : [value]) {
    const text = textOf(each)
    if (text !== undefined) texts.push(text)
    if (texts.length >= most) break
  }
  return texts
}

/** Share of the first lines, blank ones left out, that are records for which `fits` holds: what `recognise` answers for JSON logs. */
export const shareOfRecords = (lines: readonly string[], fits: (record: JsonRecord) => boolean): number => {
  const told = lines.filter((line) => line.trim() !== '')
  if (told.length === 0) return 0
  let fitting = 0
  for (const line of told) {
    const record = parseJsonLine(line)
    if (record !== undefined && fits(record)) fitting++
  }
  return fitting / told.length
}
