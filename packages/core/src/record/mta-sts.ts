import { hasErrors, listProblems, type ProblemTable, type RecordProblem } from './problem.ts'
import { trimBlanks } from './tag-list.ts'

type MtaStsRecordCode = 'bad-version' | 'no-separator' | 'bad-field' | 'id-missing' | 'bad-id' | 'too-long' | 'duplicate'

const recordProblems: ProblemTable<MtaStsRecordCode> = {
  'bad-version': ['error', 'It does not begin with v=STSv1, in exactly these letters: {found}', 'RFC 8461 §3.1'],
  'no-separator': ['error', 'A semicolon must follow v=STSv1.', 'RFC 8461 §3.1'],
  'bad-field': ['error', 'It is no name=value: {found}', 'RFC 8461 §3.1'],
  'id-missing': ['error', 'There is no id.', 'RFC 8461 §3.1'],
  'bad-id': ['error', 'The id must be 1 to 32 letters and digits: {found}', 'RFC 8461 §3.1'],
  'too-long': ['error', 'It is longer than 4096 characters.', 'RFC 8461 §3.1'],
  duplicate: ['warning', 'It stands twice; only the first counts: {found}', 'RFC 8461 §3.2']
}

type MtaStsPolicyCode =
  | 'too-long'
  | 'too-many-lines'
  | 'bad-line'
  | 'version-missing'
  | 'bad-version'
  | 'mode-missing'
  | 'bad-mode'
  | 'max-age-missing'
  | 'bad-max-age'
  | 'short-max-age'
  | 'mx-missing'
  | 'bad-mx'
  | 'too-many-mx'
  | 'duplicate'

const policyProblems: ProblemTable<MtaStsPolicyCode> = {
  'too-long': ['error', 'The policy is longer than 64 kilobytes.', 'RFC 8461 §3.3'],
  'too-many-lines': ['error', 'The policy has more than 1,000 lines.', 'RFC 8461 §3.2'],
  'bad-line': ['error', 'A line is no “name: value”: {found}', 'RFC 8461 §3.2'],
  'version-missing': ['error', 'There is no line “version: STSv1”.', 'RFC 8461 §3.2'],
  'bad-version': ['error', 'The version must be STSv1, in exactly these letters: {found}', 'RFC 8461 §3.2'],
  'mode-missing': ['error', 'There is no mode (enforce, testing or none).', 'RFC 8461 §3.2'],
  'bad-mode': ['error', 'The mode is none of enforce, testing and none: {found}', 'RFC 8461 §3.2'],
  'max-age-missing': ['error', 'There is no max_age.', 'RFC 8461 §3.2'],
  'bad-max-age': ['error', 'max_age must be seconds in digits, at most 31557600 (a year): {found}', 'RFC 8461 §3.2'],
  'short-max-age': [
    'warning',
    'max_age is shorter than a day; weeks protect against whoever keeps the policy away: {found}',
    'RFC 8461 §3.2'
  ],
  'mx-missing': ['error', 'No mx line names a host, and the mode is not none.', 'RFC 8461 §3.2'],
  'bad-mx': ['error', 'This is no host name, nor *. and one: {found}', 'RFC 8461 §3.2'],
  'too-many-mx': ['error', 'More than 100 mx lines; the others were not read.', 'RFC 8461 §3.2'],
  duplicate: ['warning', 'It stands twice; only the first counts: {found}', 'RFC 8461 §3.2']
}

/** `id` is there only where nothing is wrong that makes senders ignore the record. */
export type MtaStsRecord = { readonly id?: string; readonly problems: readonly RecordProblem<MtaStsRecordCode>[] }

export type MtaStsMode = 'enforce' | 'testing' | 'none'

export type MtaStsPolicy = {
  readonly mode?: MtaStsMode
  /** Seconds. */
  readonly maxAge?: number
  /** Host names and `*.` patterns, in lower case. */
  readonly mx: readonly string[]
  /** No error: a sender would use it. */
  readonly valid: boolean
  /** `at` counts characters from the start of the policy. */
  readonly problems: readonly RecordProblem<MtaStsPolicyCode>[]
}

/** What DNS gives can be 64 kB; the longest record that the grammar lets be useful has a few dozen characters. */
const maxRecord = 4_096
/** RFC 8461 §3.3 suggests 64 kilobytes for senders who bound it. */
const maxPolicy = 65_536
/** Of 64 kilobytes of line breaks each would be a line. */
const maxLines = 1_000
/** A domain has at most a few dozen MX hosts. */
const maxMx = 100
/** RFC 8461 §3.2. Seconds. */
const maxMaxAge = 31_557_600
const day = 86_400

/** Whether a TXT record of `_mta-sts.` is meant for this: others are passed over, and more than one of these is none (RFC 8461 §3.1). */
export const isMtaStsRecord = (record: string): boolean => /^v=STSv1(?:[ \t]*;|[ \t]*$)/.test(record)

/**
 * Reads the TXT record of `_mta-sts.<domain>` (RFC 8461 §3.1), as one string. Unknown fields are ignored, as they must be.
 */
export const parseMtaStsRecord = (record: string): MtaStsRecord => {
  const { problems, add } = listProblems(recordProblems)
  if (record.length > maxRecord) {
    add('too-long', maxRecord)
    return { problems }
  }
  let id: string | undefined
  const seen = new Set<string>()
  let at = 0
  const fields = record.split(';')
  for (const [index, field] of fields.entries()) {
    const start = at
    at += field.length + 1
    const text = trimBlanks(field)
    const offset = start + field.indexOf(text)
    if (index === 0) {
      if (text !== 'v=STSv1') {
        const glued = text.startsWith('v=STSv1')
        add(glued ? 'no-separator' : 'bad-version', glued ? 'v=STSv1'.length : 0, text)
      } else if (!field.startsWith('v')) add('bad-version', 0, field)
      continue
    }
    if (text === '' && index === fields.length - 1) continue
    const [, name, value] = /^([a-z0-9][a-z0-9_.-]{0,31})=([\x21-\x3a\x3c\x3e-\x7e]+)$/i.exec(text) ?? []
    if (name === undefined || value === undefined) {
      add(text.startsWith('id=') ? 'bad-id' : 'bad-field', offset, text)
      continue
    }
    if (seen.has(name)) add('duplicate', offset, name)
    else if (name === 'id') {
      if (/^[a-z0-9]{1,32}$/i.test(value)) id = value
      else add('bad-id', offset + 'id='.length, value)
    }
    seen.add(name)
  }
  if (id === undefined && !problems.some(({ code }) => code === 'bad-id')) add('id-missing', record.length)
  return { ...(id === undefined || hasErrors(problems) ? {} : { id }), problems }
}

/** Blanks and the CR of a CRLF. A loop, since a pattern takes time squared on a line of nothing but blanks. */
const trimEnd = (line: string): string => {
  let end = line.length
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end--
  return line.slice(0, end)
}

const isHostName = (name: string): boolean =>
  name.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)

/**
 * Reads a policy file (RFC 8461 §3.2), decoded; lines end in LF or CRLF. Unknown names are ignored, as they must be. Spaces at the end
 * of a line and an empty line at the end are allowed by the grammar.
 */
export const parseMtaStsPolicy = (policy: string): MtaStsPolicy => {
  const { problems, add } = listProblems(policyProblems)
  if (policy.length > maxPolicy) {
    add('too-long', maxPolicy)
    return { mx: [], valid: false, problems }
  }
  const first = new Map<string, { readonly value: string; readonly at: number }>()
  const mx: string[] = []
  let mxLines = 0
  let at = 0
  const lines = policy.split('\n')
  if (lines.length > maxLines) add('too-many-lines', 0)
  for (const [index, raw] of lines.slice(0, maxLines).entries()) {
    const start = at
    at += raw.length + 1
    const line = trimEnd(raw)
    if (line === '' && index === lines.length - 1) continue
    const [, name, value] = /^([a-z0-9][a-z0-9_.-]{0,31}):[ \t]*(\S.*)$/i.exec(line) ?? []
    if (name === undefined || value === undefined) {
      add('bad-line', start, line)
      continue
    }
    const found = { value, at: start + line.length - value.length }
    if (name === 'mx') {
      if (++mxLines > maxMx) continue
      const pattern = value.toLowerCase()
      if (isHostName(pattern.replace(/^\*\./, ''))) mx.push(pattern)
      else add('bad-mx', found.at, value)
    } else if (first.has(name)) add('duplicate', start, name)
    else first.set(name, found)
  }
  if (mxLines > maxMx) add('too-many-mx', 0)

  const version = first.get('version')
  if (version === undefined) add('version-missing', 0)
  else if (version.value !== 'STSv1') add('bad-version', version.at, version.value)

  const modes = first.get('mode')
  const mode = (['enforce', 'testing', 'none'] as const).find((one) => one === modes?.value)
  if (modes === undefined) add('mode-missing', 0)
  else if (mode === undefined) add('bad-mode', modes.at, modes.value)

  const age = first.get('max_age')
  const maxAge = age !== undefined && /^\d{1,10}$/.test(age.value) && Number(age.value) <= maxMaxAge ? Number(age.value) : undefined
  if (age === undefined) add('max-age-missing', 0)
  else if (maxAge === undefined) add('bad-max-age', age.at, age.value)
  else if (maxAge < day && mode === 'enforce') add('short-max-age', age.at, age.value)

  if (mxLines === 0 && mode !== 'none') add('mx-missing', 0)
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(maxAge === undefined ? {} : { maxAge }),
    mx,
    valid: !hasErrors(problems),
    problems
  }
}

/** RFC 8461 §4.1: `*.` stands for exactly one label; letter case does not matter. A last dot of the host is passed over. */
export const matchesMtaStsPattern = (mx: string, pattern: string): boolean => {
  const host = mx.toLowerCase().replace(/\.$/, '')
  const wanted = pattern.toLowerCase()
  if (!wanted.startsWith('*.')) return host === wanted
  const dot = host.indexOf('.')
  return dot > 0 && host.slice(dot) === wanted.slice(1)
}
