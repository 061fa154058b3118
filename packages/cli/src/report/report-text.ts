import type { Report } from '@whybounce/core/report'
import { counted, printable, type Terminal } from '../terminal.ts'
import { groupCauses, type ToldEntry } from './cause-entries.ts'
import { causeLine, causeLines, moreCauses, moreLine } from './cause-text.ts'
import { complaintLimit, isTooMany } from './complaints.ts'
import { earlierLines } from './earlier-report.ts'
import { figure, share } from './figures.ts'
import { groupLines } from './group-text.ts'
import { lineOf, paragraph, spread } from './layout.ts'
import { openPage, type Page, type ReportView } from './report-view.ts'
import { accountLines, inboundLines, passingLines, templateLines } from './rest-text.ts'
import { endedOf, volumeLines } from './volume-text.ts'

/** A report is read in one look: so many lines, where nothing else is asked for. */
const usualLines = 42
const fewestLines = 30
const mostLines = 60
/** At least so many causes are told in full, whatever else there is to tell, and at most. */
const minFull = 2
/** Fewer are not told with blank lines between them: rather one more without. */
const loose = 3
const maxFull = 8
/** Causes that are told in a line, behind those. */
const minShort = 1
const maxShort = 4
/** Rows of what comes behind what to fix; less where this leaves few lines for that, more where the screen is not full. */
const maxRest = 2
const usualFix = 18
const moreRest = [8, 6, 4]

const headLines = (report: Report, view: ReportView, page: Page): readonly string[] => {
  const { paint, width, times } = page
  const [first] = report.files
  const more = report.files.length - 1
  const name =
    first === undefined
      ? 'no log'
      : `${printable(first.file === '-' ? 'standard input' : first.file)}${more > 0 ? ` and ${figure(more)} more` : ''}`
  const asked = [
    view.since === undefined ? '' : `since ${view.zone.format(view.since).slice(0, 16)}`,
    view.until === undefined ? '' : `until ${view.zone.format(view.until).slice(0, 16)}`
  ].filter((words) => words !== '')
  return [
    lineOf([{ text: 'Mail report', style: 'bold' }, { text: ` · ${name}` }], width, paint),
    paragraph(`${times.period()}${asked.length === 0 ? '' : `, asked for: ${asked.join(', ')}`}`, width, ''),
    ...(view.earlier === undefined ? [] : earlierLines(view.earlier, report, page))
  ]
}

type Fitting = { readonly count: number; readonly shorts: number; readonly isDense: boolean }

/** How many causes are told in full and how many in a line, so that they fit in so many lines; rather close together than too few. */
const fitting = (all: number, full: readonly (readonly string[])[], room: number): Fitting => {
  const fewest = Math.min(minFull, full.length)
  for (const isDense of [false, true])
    for (let count = full.length; count >= (isDense ? fewest : Math.min(loose, full.length)); count--)
      for (let shorts = maxShort; shorts >= minShort; shorts--) {
        const lines = full.slice(0, count).reduce((sum, { length }) => sum + length + (isDense ? 0 : 1), 0)
        const rest = all - count
        if (lines + Math.min(rest, shorts) + (rest > shorts ? 1 : 0) <= room) return { count, shorts, isDense }
      }
  return { count: fewest, shorts: minShort, isDense: true }
}

/** Full entries while there is room, then a line each, then a count. */
const fixLines = (entries: readonly ToldEntry[], report: Report, view: ReportView, page: Page, room: number): readonly string[] => {
  const { paint, width } = page
  const shown = { all: endedOf(report.messages), digits: figure(entries[0]?.messages ?? 0).length }
  const most = Math.min(entries.length, view.all ? entries.length : (view.top ?? maxFull))
  const full = entries.slice(0, most).map((entry, at) => causeLines(entry, { ...shown, rank: at + 1 }, page))
  const isFixed = view.all === true || view.top !== undefined
  const { count, shorts, isDense } = isFixed ? { count: most, shorts: maxShort, isDense: false } : fitting(entries.length, full, room)
  const short = entries.slice(count, count + shorts)
  const rest = entries.slice(count + short.length)
  return [
    spread([{ text: 'What to fix first', style: 'bold' }], [{ text: 'messages   of all', style: 'dim' }], width, paint),
    ...full.slice(0, count).flatMap((lines, at) => (at === 0 || isDense ? lines : ['', ...lines])),
    ...(short.length > 0 && count > 0 && !isDense ? [''] : []),
    ...short.map((entry, at) => causeLine(entry, count + at + 1, shown, page)),
    ...(rest.length > 0 ? [moreLine(`${moreCauses(rest)}: --top ${entries.length} or --all`, page)] : [])
  ]
}

/** In one sentence, where there is nothing to fix. */
const fineLine = (report: Report, passing: readonly ToldEntry[], page: Page): string => {
  const { messages, attempts } = report
  const sent = endedOf(messages)
  const words =
    sent === 0 && endedOf(attempts) === 0
      ? report.outside > 0
        ? `Nothing was sent in this period; ${counted(report.outside, 'event')} outside of it.`
        : report.inboundRefused > 0
          ? 'Nothing was sent.'
          : 'No delivery is told of here.'
      : messages.delivered === sent && passing.length === 0
        ? `Nothing is wrong: ${sent === 1 ? 'the message was' : `all ${figure(sent)} messages were`} delivered.`
        : `Nothing needs a fix${messages.bounced + messages.expired > 0 ? `; ${counted(messages.bounced + messages.expired, 'message was', 'messages were')} lost all the same` : ''}.`
  return page.paint('bold', words)
}

const hintLine = (page: Page): string =>
  lineOf(
    [
      {
        text: 'Everything: --all · as a page: --html FILE · a cause: whybounce causes CAUSE · a message: whybounce trace ADDRESS FILE',
        style: 'dim'
      }
    ],
    page.width,
    page.paint
  )

const complaintLines = ({ messages: { complained, delivered } }: Report, { paint, width }: Page): readonly string[] =>
  complained > 0 && delivered > 0 && isTooMany(complained, delivered)
    ? [
        lineOf(
          [{ text: `  Marked as spam: ${share(complained, delivered)} of what was delivered. ${complaintLimit}.`, style: 'red' }],
          width,
          paint
        )
      ]
    : []

/** The report as one screen of text: volume and trend, what to fix first, then the rest. Nothing is left out without its count. */
export const reportText = (report: Report, view: ReportView, terminal: Terminal): string => {
  const page = openPage(report, view, terminal)
  const all = endedOf(report.messages)
  const { fix, nothing: passing } = groupCauses(report.causes)
  const before = [
    headLines(report, view, page),
    endedOf(report.attempts) + report.inboundRefused + all > 0 ? [...volumeLines(report, page), ...complaintLines(report, page)] : []
  ]
  const tables = view.by.map((by) => groupLines(by, report, view, page))
  const account = [...accountLines(report, view, page), ...(page.isTerminal && !view.quiet ? [hintLine(page)] : [])]
  const afterWith = (most: number): readonly (readonly string[])[] => [
    ...(view.quiet ? [] : [passingLines(passing, all, most, page), inboundLines(report, most, page), templateLines(report, most, page)]),
    account
  ]
  const linesOf = (sections: readonly (readonly string[])[]): number =>
    sections.filter(({ length }) => length > 0).reduce((sum, lines) => sum + lines.join('\n').split('\n').length + 1, 0)
  const { lines = usualLines + 2 } = view
  // The command and the next prompt are on the screen, too.
  const roomBeside = (after: readonly (readonly string[])[]): number =>
    Math.max(fewestLines, Math.min(mostLines, lines - 2)) - linesOf([...before, ...after]) - 1
  const mainIn = (room: number): readonly string[] =>
    fix.length === 0 ? [fineLine(report, passing, page)] : fixLines(fix, report, view, page, room)
  const wished = mainIn(Number.POSITIVE_INFINITY).length
  const most = moreRest.find((rows) => roomBeside(afterWith(rows)) >= wished)
  const whole = afterWith(most ?? maxRest)
  const after = most !== undefined || roomBeside(whole) >= usualFix ? whole : afterWith(1)
  return `${[...before, ...tables, mainIn(roomBeside(after)), ...after]
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
