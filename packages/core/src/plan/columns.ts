import { verdictNames } from '../knowledge/knowledge.ts'
import type { RowFacts } from './tiers.ts'

/** Where in a list stands what a plan can use; numbers of columns from 0. */
export type PlanColumns = {
  readonly verdict?: number
  readonly suppressed?: number
  /** The receiving provider, as `whybounce verify` writes it. */
  readonly provider?: number
  /** When the recipient last opened, clicked or answered. */
  readonly dates: readonly number[]
  /** How often the recipient opened or clicked. */
  readonly counts: readonly number[]
  /** Yes or no. */
  readonly flags: readonly number[]
  /** The column that the caller named: a date, a number or a yes. */
  readonly named?: number
  /** Columns seen whose scale nobody told: not used. */
  readonly unused: readonly string[]
}

const names = {
  verdict: ['verdict', 'whybounceverdict'],
  suppressed: ['suppressed', 'issuppressed'],
  provider: ['mxprovider'],
  dates: /^last(open|click|reply|repl|engage|activity|interaction)[a-z]*$/,
  counts: /^((total|unique)?(opens|clicks|replies)(count|total)?|(open|click|reply)count)$/,
  flags: ['engaged', 'isengaged', 'opened', 'clicked', 'replied'],
  scores: ['score', 'engagementscore', 'rating', 'memberrating', 'stars']
} as const

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')

/**
 * Recognises the columns by the names in the header, whatever their case, spaces and underscores. `engaged` names one more column of
 * the list; `undefined` comes back in `named` where the list has none of that name.
 */
export const findPlanColumns = (header: readonly string[], engaged?: string): PlanColumns => {
  const words = header.map(plain)
  const where = (wanted: readonly string[]): number | undefined => {
    const at = words.findIndex((word) => wanted.includes(word))
    return at < 0 ? undefined : at
  }
  const all = (fits: (word: string) => boolean): number[] => words.flatMap((word, at) => (fits(word) ? [at] : []))
  const verdict = where(names.verdict)
  const suppressed = where(names.suppressed)
  const provider = where(names.provider)
  const exact = engaged === undefined ? -1 : header.indexOf(engaged)
  const named = exact >= 0 || engaged === undefined ? exact : words.indexOf(plain(engaged))
  return {
    ...(verdict === undefined ? {} : { verdict }),
    ...(suppressed === undefined ? {} : { suppressed }),
    ...(provider === undefined ? {} : { provider }),
    dates: all((word) => names.dates.test(word)),
    counts: all((word) => names.counts.test(word)),
    flags: all((word) => (names.flags as readonly string[]).includes(word)),
    ...(named < 0 ? {} : { named }),
    // The score of a checked list is how sure its verdict is, and the verdict is used.
    unused: header.filter(
      (_, at) =>
        (names.scores as readonly string[]).includes(words[at] ?? '') &&
        at !== named &&
        !(words[at] === 'score' && words.includes('verdict'))
    )
  }
}

/** No date, number or word that tells of engagement is longer; what is longer is no such thing. */
const maxCellLength = 40

/**
 * What the cells of a row tell. A cell that is empty or cannot be read tells nothing: a date must be ISO 8601 (2026-11-25, with or
 * without a time) or seconds or milliseconds since 1970, since 03/04/2026 is two days. `from` is the least number in the named column
 * that counts as engaged; without it any number above zero does.
 */
export const readFacts = (columns: PlanColumns, cells: readonly (string | undefined)[], from?: number): RowFacts => {
  const cell = (at: number | undefined): string => {
    const text = at === undefined ? '' : (cells[at] ?? '').trim()
    return text.length > maxCellLength ? '' : text
  }
  const word = cell(columns.verdict).toLowerCase()
  const verdict = verdictNames.find((name) => name === word)
  const suppressed = word === 'suppressed' || parseYes(cell(columns.suppressed)) === true
  let lastEngaged: number | undefined
  let engaged: boolean | undefined
  const note = (answer: boolean | undefined): void => {
    if (answer !== undefined) engaged = engaged === true || answer
  }
  const noteDate = (time: number | undefined): void => {
    if (time !== undefined) lastEngaged = Math.max(lastEngaged ?? Number.NEGATIVE_INFINITY, time)
  }
  for (const at of columns.dates) noteDate(parseTime(cell(at)))
  for (const at of columns.counts) {
    const count = parseNumber(cell(at))
    if (count !== undefined) note(count > 0)
  }
  for (const at of columns.flags) note(parseYes(cell(at)))
  const named = cell(columns.named)
  const value = parseNumber(named)
  if (value !== undefined && (from !== undefined || parseTime(named) === undefined)) note(from === undefined ? value > 0 : value >= from)
  else if (parseTime(named) !== undefined) noteDate(parseTime(named))
  else note(parseYes(named))
  return {
    ...(verdict === undefined ? {} : { verdict }),
    ...(suppressed ? { suppressed } : {}),
    ...(lastEngaged === undefined ? {} : { lastEngaged }),
    ...(engaged === undefined ? {} : { engaged })
  }
}

const parseYes = (text: string): boolean | undefined =>
  /^(yes|true|y|t|1|x)$/i.test(text) ? true : /^(no|false|n|f|0)$/i.test(text) ? false : undefined

const parseNumber = (text: string): number | undefined => (/^\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined)

/** A time without a zone is taken as UTC: a day more or less moves nobody far, and the plan stays the same on every machine. */
const parseTime = (text: string): number | undefined => {
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000
  if (/^\d{13}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined
  const iso = text.replace(' ', 'T')
  const time = Date.parse(/T/.test(iso) && !/(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? `${iso}Z` : iso)
  return Number.isNaN(time) ? undefined : time
}
