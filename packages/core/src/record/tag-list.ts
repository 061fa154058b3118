import type { ProblemTable } from './problem.ts'

/**
 * Tag lists (RFC 6376 §3.2), of which DKIM keys, DMARC policies, TLS-RPT and BIMI records are made: `name=value; name=value`, white space
 * around names, values and semicolons free. What is no tag is reported and passed over.
 */
export type Tag = {
  readonly name: string
  /** Without white space around it. */
  readonly value: string
  /** Characters from the start of the record: of the name, and of the value. */
  readonly at: number
  readonly valueAt: number
}

/** What can be wrong with a tag list whatever it is about. A reader puts them among its own problems, with its own severity where it differs. */
export type TagListCode =
  | 'too-long'
  | 'too-many-tags'
  | 'not-a-tag'
  | 'bad-tag-name'
  | 'bad-character'
  | 'duplicate-tag'
  | 'escaped-semicolon'
  | 'semicolon-missing'

export const tagListProblems: ProblemTable<TagListCode> = {
  'too-long': ['error', 'The record is longer than any reader takes.', 'RFC 6376 §3.2'],
  'too-many-tags': ['error', 'The record has more than 50 tags.', 'RFC 6376 §3.2'],
  'not-a-tag': ['error', 'This is no name=value: {found}', 'RFC 6376 §3.2'],
  'bad-tag-name': ['error', 'A tag name is letters, digits and _, and begins with a letter: {found}', 'RFC 6376 §3.2'],
  'bad-character': [
    'error',
    'This has a character that may not stand in a record (an accent, a typographic quote, a control character): {found}',
    'RFC 6376 §3.2'
  ],
  'duplicate-tag': ['error', 'The tag stands more than once: {found}', 'RFC 6376 §3.2'],
  'escaped-semicolon': ['error', 'A backslash stands before a semicolon: it belongs to a zone file, not into the record.', 'RFC 6376 §3.2'],
  'semicolon-missing': ['error', 'A semicolon is missing before another tag: {found}', 'RFC 6376 §3.2']
}

/** Every semicolon of a record of 64 kB could be a tag; none of these records knows more than 14. */
const maxTags = 50

const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d)

/** Without white space at both ends. A loop, since a pattern with two ends takes time squared on a value of nothing but blanks. */
export const trimBlanks = (text: string): string => {
  let from = 0
  let to = text.length
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

/**
 * Takes a record apart. `known` are the names that count as another tag when they stand inside a value (`v=DMARC1 p=none`). The first of
 * two tags with one name is the one given. `maxLength` is in characters.
 */
export const readTags = (
  record: string,
  known: readonly string[],
  maxLength: number,
  add: (code: TagListCode, at: number, found?: string) => void
): ReadonlyMap<string, Tag> => {
  const tags = new Map<string, Tag>()
  if (record.length > maxLength) {
    add('too-long', maxLength)
    return tags
  }
  const parts = record.split(';')
  if (parts.length > maxTags + 1) add('too-many-tags', 0)
  let at = 0
  for (const part of parts.slice(0, maxTags + 1)) {
    const start = at
    at += part.length + 1
    const text = trimBlanks(part)
    if (text === '') continue
    const offset = start + part.indexOf(text)
    const equals = text.indexOf('=')
    if (equals < 1) {
      add('not-a-tag', offset, text)
      continue
    }
    const name = trimBlanks(text.slice(0, equals))
    const raw = text.slice(equals + 1)
    const value = trimBlanks(raw)
    const valueAt = offset + equals + 1 + (value === '' ? 0 : raw.indexOf(value))
    if (!/^[a-z][a-z0-9_]*$/i.test(name)) {
      add('bad-tag-name', offset, name)
      continue
    }
    if (value.endsWith('\\') && at <= record.length) add('escaped-semicolon', valueAt + value.length - 1)
    else if (/[^\t\r\n\x20-\x7e]/.test(value)) add('bad-character', valueAt, value)
    const inside = nextTag(value, known)
    if (inside !== undefined) add('semicolon-missing', valueAt + inside, value.slice(inside))
    if (tags.has(name)) add('duplicate-tag', offset, name)
    else tags.set(name, { name, value, at: offset, valueAt })
  }
  return tags
}

/** Where in a value another known tag begins, after white space. */
const nextTag = (value: string, known: readonly string[]): number | undefined => {
  for (const match of value.matchAll(/[ \t]([a-z]+)=/g)) if (known.includes(match[1] ?? '')) return match.index + 1
  return undefined
}
