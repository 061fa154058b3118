import type { InboundRow, Report } from '@whybounce/core/report'
import { block, counted, printable } from '../terminal.ts'
import { causeId, type ToldEntry } from './cause-entries.ts'
import { causeLine, moreCauses, moreLine } from './cause-text.ts'
import { figure } from './figures.ts'
import { cutAtWord, lineOf, padStart, paragraph, shortPath, spread } from './layout.ts'
import type { Page, ReportView } from './report-view.ts'

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

const heading = (title: string, words: string, { width, paint }: Page): string =>
  spread([{ text: title, style: 'bold' }], [{ text: words, style: 'dim' }], width, paint)

/** As many as are shown; one more is not worth a line that says that there is one. */
const shownOf = <T>(rows: readonly T[], most: number, all: boolean): readonly T[] =>
  all || rows.length <= most + 1 ? rows : rows.slice(0, most)

/** Where nobody can act, mail may be lost all the same: waiting was not enough. */
const passingTitle = (entries: readonly ToldEntry[]): string => {
  const lost = sumOf(entries.map((entry) => entry.lost))
  const met = sumOf(entries.map(({ messages }) => messages))
  return lost === 0 ? 'Passes by itself' : lost * 2 <= met ? 'Passes by itself, mostly' : 'Only waiting helps'
}

/** What needs nobody: a line each. */
export const passingLines = (entries: readonly ToldEntry[], allMessages: number, most: number, page: Page): readonly string[] => {
  if (entries.length === 0) return []
  const shown = shownOf(entries, most, page.all)
  const digits = figure(entries[0]?.messages ?? 0).length
  const rest = entries.slice(shown.length)
  return [
    heading(passingTitle(entries), 'nobody has to act', page),
    ...shown.map((entry) => causeLine(entry, undefined, { all: allMessages, digits }, page)),
    ...(rest.length > 0 ? [moreLine(`${moreCauses(rest)}: --all`, page)] : [])
  ]
}

/** What this server refused from others. */
export const inboundLines = ({ inbound, inboundRefused }: Report, most: number, page: Page): readonly string[] => {
  if (inbound.length === 0) return []
  const { width, paint, times } = page
  const shown = shownOf(inbound, most, page.all)
  const rest = inbound.slice(shown.length)
  const digits = figure(Math.max(...inbound.map(({ refused }) => refused))).length
  return [
    heading('Refused here', counted(inboundRefused, 'time'), page),
    ...shown.map((row) =>
      spread(
        [
          { text: `    ${printable(row.title)}` },
          {
            text: `${clientsOf(row)} · ${times.range(row.firstSeen, row.lastSeen)} · ${printable(causeId(row))}`,
            style: 'dim'
          }
        ],
        [{ text: padStart(figure(row.refused), digits) }],
        width,
        paint
      )
    ),
    ...(rest.length > 0
      ? [moreLine(`${counted(rest.length, 'more reason')}, ${figure(sumOf(rest.map(({ refused }) => refused)))} refused: --all`, page)]
      : [])
  ]
}

/** Up to here clients are told apart (`InboundRow.clients`). */
const maxClients = 10_000

/** Some refusals do not name the client. */
const clientsOf = ({ clients }: Pick<InboundRow, 'clients'>): string =>
  clients === 0 ? '' : ` · ${clients >= maxClients ? 'at least ' : ''}${counted(clients, 'client')}`

/** Texts that no rule knows, grouped by what is the same in them. */
export const templateLines = ({ templates }: Report, most: number, page: Page): readonly string[] => {
  if (templates.length === 0) return []
  const { width, paint } = page
  const shown = shownOf(templates, most, page.all)
  const rest = templates.slice(shown.length)
  const digits = figure(Math.max(...templates.map(({ count }) => count))).length
  return [
    heading('Texts that no rule knows', counted(sumOf(templates.map(({ count }) => count)), 'time'), page),
    ...shown.map(({ text, count }) =>
      page.all
        ? block(printable(text), width, ' '.repeat(6 + digits), `    ${padStart(figure(count), digits)}  `)
        : spread(
            [{ text: `    ${cutAtWord(printable(text), width - digits - 6)}` }],
            [{ text: padStart(figure(count), digits) }],
            width,
            paint
          )
    ),
    ...(rest.length > 0
      ? [moreLine(`${counted(rest.length, 'more text')}, ${counted(sumOf(rest.map(({ count }) => count)), 'time')}: --all`, page)]
      : [])
  ]
}

const maxSamples = 3
const maxProblems = 5
const maxNotes = 6
const maxSample = 160
const maxSamplePath = 24

/** What became of the lines, and all that the figures leave out. */
export const accountLines = (report: Report, { found }: ReportView, page: Page): readonly string[] => {
  const { width, paint, all } = page
  const { lines, files, limits, notes, undated, outside, handedOn, other } = report
  const out: string[] = []
  const tell = (text: string, first = ''): void =>
    void out.push((all ? block : paragraph)(printable(text), width, first === '' ? '' : '    ', first))
  const besides = [
    outside > 0 ? `${counted(outside, 'event')} outside of the period` : '',
    undated > 0 ? `${counted(undated, 'event')} without a time` : '',
    other > 0 ? `${counted(other, 'event')} of no delivery` : '',
    handedOn > 0 ? `${counted(handedOn, 'message was', 'messages were')} handed on to a filter, a server or a forward here` : ''
  ].filter((words) => words !== '')
  tell(
    `${counted(lines.total, 'line')} of ${counted(files.length, 'log')} read: ${counted(lines.events, 'event')} in ${figure(lines.total - lines.ignored - lines.unread)} of them, ${figure(lines.ignored)} of other things, ` +
      `${figure(lines.unread)} not understood${besides.length === 0 ? '' : `; ${besides.join(', ')}`}.`
  )
  const named = (texts: readonly string[], most: number, what: string, sign: string): void => {
    const shown = shownOf(texts, most, all)
    for (const text of shown)
      out.push(
        `  ${paint('yellow', sign)} ${all ? block(printable(text), width, '    ', '') : lineOf([{ text: printable(text) }], width - 4, paint)}`
      )
    if (texts.length > shown.length) out.push(moreLine(`${figure(texts.length - shown.length)} more ${what}: --all`, page))
  }
  named(
    lines.samples.map(({ file, line, text }) => `${shortPath(file, width, maxSamplePath)}:${line}: ${text.slice(0, maxSample)}`),
    maxSamples,
    'of these lines',
    '?'
  )
  named(
    files.filter(({ problem }) => problem !== null).map(({ file, problem }) => `${shortPath(file, width)}: ${problem}`),
    maxProblems,
    'that could not be read whole',
    '!'
  )
  const told = shownOf([...limits, ...notes], maxNotes, all)
  for (const text of told) tell(text, `  ${paint('yellow', '!')} `)
  if (told.length < limits.length + notes.length)
    out.push(moreLine(`${figure(limits.length + notes.length - told.length)} more notes: --all`, page))
  if (found.passedOver.length > 0) tell(`Passed over, no mail logs: ${namesOf(found.passedOver, page)}.`)
  return out
}

const namesOf = (names: readonly string[], { all, width }: Page): string => {
  const shown = shownOf(names, maxSamples, all)
  return `${shown.map((name) => (all ? printable(name) : shortPath(name, width))).join(', ')}${names.length > shown.length ? ` and ${counted(names.length - shown.length, 'file')} more (--all)` : ''}`
}
