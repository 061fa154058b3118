import { type FindingCode, findings } from '../knowledge/findings.generated.ts'
import type { FindingHarm, FindingVerdict, FindingWords } from './words.ts'

export type { FindingCode } from '../knowledge/findings.generated.ts'

/** What one check found. Every text is one line, free of control characters, whatever DNS, a server or a message said. */
export type Finding = {
  readonly code: FindingCode
  readonly verdict: FindingVerdict
  readonly harm?: FindingHarm
  readonly title: string
  /** What it is about, where several are checked: `mx1.example.net [192.0.2.1]:25`, `example.com`. */
  readonly about?: string
  /** What was asked and answered, one line each: the record, the reply, the certificate. */
  readonly evidence: readonly string[]
  /** What to do, with the very record to publish where there is one. */
  readonly fix?: string
  readonly cause?: string
  /** What prescribes it, or tells more. */
  readonly source?: string
  /** A request that is ready to be sent, of several lines. */
  readonly letter?: string
}

/** Characters of one line of evidence: a DKIM key of 4,096 bits has 740, what DNS says can be 64 kB. */
const maxLine = 1_000
/** Characters of one value in a fix: a record to publish must not be cut, and none that can be used is as long. */
const maxValue = 4_096

/** What others wrote comes without control, format and line characters, so that a terminal can show it. */
const printable = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()

const oneLine = (text: string, most: number = maxLine): string => {
  const line = printable(text.slice(0, 4 * most))
  return line.length > most ? `${line.slice(0, most)}…` : line
}

const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template
    .replace(/\{([a-z0-9-]+)\}/g, (_, name: string) => (Object.hasOwn(values, name) ? oneLine(values[name] ?? '', maxValue) : ''))
    .replace(/ {2,}/g, ' ')
    .trim()

export type FindingDetails = { readonly about?: string; readonly source?: string; readonly letter?: string }

const maxLetterLines = 100

/** Line by line, so that breaks stay. */
const clean = (letter: string): string =>
  letter
    .split('\n')
    .slice(0, maxLetterLines)
    .map((line) => oneLine(line))
    .join('\n')

/** A finding in the words of its code (knowledge/findings/); a place that has no value is left out. */
export const finding = (
  code: FindingCode,
  evidence: readonly string[],
  values: Readonly<Record<string, string>> = {},
  { about, source: ownSource, letter }: FindingDetails = {}
): Finding => {
  const { verdict, harm, title, fix, cause, source: usualSource } = findings[code]
  const source = ownSource ?? usualSource
  return {
    code,
    verdict,
    ...(harm === undefined ? {} : { harm }),
    title: fill(title, values),
    ...(about === undefined ? {} : { about: oneLine(about) }),
    evidence: evidence.map((line) => oneLine(line)),
    ...(fix === undefined ? {} : { fix: fill(fix, values) }),
    ...(cause === undefined ? {} : { cause }),
    ...(source === undefined ? {} : { source }),
    ...(letter === undefined ? {} : { letter: clean(letter) })
  }
}

/** The words of a code as they stand in knowledge/findings/, places unfilled. */
export const findingWords = (code: FindingCode): FindingWords => findings[code]
export const findingCodes: readonly FindingCode[] = Object.keys(findings) as FindingCode[]
