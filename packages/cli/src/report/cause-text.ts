import { block, columnsOf, counted, printable, wrap } from '../terminal.ts'
import { causeId, type Part, type ToldEntry } from './cause-entries.ts'
import { exampleLine } from './example-text.ts'
import { figure, roundShare, share } from './figures.ts'
import { cutAtWord, type Part as LinePart, lineOf, padStart, phrases, spread, widthOf } from './layout.ts'
import type { Page } from './report-view.ts'

/** Named in a line; the others are counted. */
const namedParts = 3

/** Of each row only the domains hit most are known, so that their counts are not told. */
const maxDomains = 5

/** `Gmail 53 %, other servers 42 % NEW, 2 more`. */
const partsText = (parts: readonly Part[], messages: number, { all }: Page, isAllNew: boolean): string => {
  const shown = all || parts.length <= namedParts + 1 ? parts : parts.slice(0, namedParts)
  const words = shown.map(
    ({ name, messages: own, isNew }) =>
      `${printable(name)}${parts.length === 1 ? '' : ` ${roundShare(own, messages)}`}${isNew && !isAllNew ? ' NEW' : ''}`
  )
  const more = parts.length - shown.length
  return [...words, ...(more > 0 ? [`${figure(more)} more`] : [])].join(', ')
}

/** From which of our addresses; where it is all of them alike, they need not be named. */
const sendersText = ({ senders, messages }: ToldEntry, page: Page): string => {
  const [first] = senders
  if (first === undefined) return ''
  const isAlike = senders.length > namedParts && first.messages * senders.length < 2 * senders.reduce((sum, part) => sum + part.messages, 0)
  return isAlike && !page.all ? `from ${figure(senders.length)} addresses alike` : `from ${partsText(senders, messages, page, true)}`
}

/** What became of the messages, where it is not the same for all: `12 lost, 3 waiting, 40 delivered later`. */
const fateText = ({ messages, lost, waiting, recovered }: ToldEntry): string => {
  if (lost === messages) return messages === 1 ? 'lost' : 'all lost'
  if (recovered === messages) return messages === 1 ? 'delivered later' : 'all delivered later'
  if (waiting === messages) return messages === 1 ? 'still waiting' : 'all still waiting'
  return [
    lost > 0 ? `${figure(lost)} lost` : '',
    waiting > 0 ? `${figure(waiting)} waiting` : '',
    recovered > 0 ? `${figure(recovered)} delivered later` : ''
  ]
    .filter((words) => words !== '')
    .join(', ')
}

const countsOf = ({ messages }: ToldEntry, all: number, digits: number): string =>
  `${padStart(figure(messages), digits)}  ${padStart(share(messages, all), 7)}`

export type CauseShown = {
  /** From 1. */
  readonly rank: number
  /** Messages in all, which the shares are of. */
  readonly all: number
  /** Columns of the largest count. */
  readonly digits: number
}

const newMark = ({ isNew }: ToldEntry): readonly LinePart[] => (isNew ? [{ text: ' ' }, { text: 'NEW', style: ['bold', 'yellow'] }] : [])

/** Columns of a fix that tell something. */
const minFix = 24

/** Who must act, and their first step: a line; where that is too narrow, a line each. In a file or a pipe it is whole. */
const fixLines = ({ rows: [row] }: ToldEntry, columns: number, { all, isTerminal }: Page): readonly string[] => {
  const party = `${printable(row.partyTitle)}:`
  const fix = printable(row.fix)
  if (!isTerminal) return [`${party} ${fix}`]
  if (all) return wrap(`${party} ${fix}`, columns).split('\n')
  return columnsOf(party) + minFix <= columns
    ? [cutAtWord(`${party} ${fix}`, columns)]
    : [cutAtWord(party, columns), cutAtWord(fix, columns)]
}

/** A cause in full: what, how many, where, who must act and how, a real text, when. */
export const causeLines = (entry: ToldEntry, { rank, all, digits }: CauseShown, page: Page): readonly string[] => {
  const { paint, width, times } = page
  const margin = '    '
  const inner = width - margin.length
  const [row] = entry.rows
  const counts = countsOf(entry, all, digits)
  const title: readonly LinePart[] = [
    { text: `${padStart(String(rank), 3)} ` },
    { text: printable(row.title), style: 'bold' },
    ...newMark(entry)
  ]
  const id = ` ${printable(causeId(entry))}`
  const hasId = widthOf(title) + columnsOf(id) + 2 + columnsOf(counts) <= width
  const head = spread(hasId ? [...title, { text: id, style: 'dim' }] : title, [{ text: counts, style: 'bold' }], width, paint)
  const about = [
    hasId ? '' : id.trim(),
    partsText(entry.providers, entry.messages, page, entry.isNew),
    sendersText(entry, page),
    page.all && entry.domains.length > 0
      ? `mostly to ${entry.domains
          .slice(0, maxDomains)
          .map(({ domain }) => printable(domain))
          .join(', ')}`
      : '',
    fateText(entry),
    page.all && entry.attempts !== entry.messages ? `${figure(entry.attempts)} attempts` : '',
    times.range(entry.firstSeen, entry.lastSeen)
  ].filter((words) => words !== '')
  const aboutLines = page.all
    ? about.map((text) => block(text, width, `${margin}  `, margin))
    : phrases(about, inner).map((text) => margin + text)
  const out = [
    head,
    ...aboutLines,
    ...fixLines(entry, inner, page).map((text, at) => `${at === 0 ? `  ${paint('bold', '→')} ` : margin}${text}`)
  ]
  if (row.example.text !== '')
    out.push(margin + exampleLine(row.example, page.all ? Math.max(inner, columnsOf(row.example.text) + 8) : inner, page))
  return out
}

/** A cause in one line. */
export const causeLine = (entry: ToldEntry, rank: number | undefined, { all, digits }: Omit<CauseShown, 'rank'>, page: Page): string => {
  const { paint, width } = page
  const providers = partsText(entry.providers, entry.messages, { ...page, all: false }, entry.isNew)
  const left: readonly LinePart[] = [
    { text: rank === undefined ? '    ' : `${padStart(String(rank), 3)} ` },
    { text: printable(entry.title) },
    ...newMark(entry),
    { text: `${rank === undefined ? ` · ${fateText(entry)}` : ''} · ${providers}`, style: 'dim' }
  ]
  return spread(left, [{ text: countsOf(entry, all, digits) }], width, paint)
}

/** What is not shown, with its count and how to see it. */
export const moreLine = (words: string, { paint, width }: Page): string => lineOf([{ text: `    ${words}`, style: 'dim' }], width, paint)

/** `18 more causes of at most 190 messages each`: a message may have met two of them, so that they are not added up. */
export const moreCauses = (rest: readonly ToldEntry[]): string => {
  const most = Math.max(...rest.map(({ messages }) => messages))
  return `${counted(rest.length, 'more cause')} of ${rest.length === 1 ? counted(most, 'message') : `at most ${counted(most, 'message')} each`}`
}
