import type { GroupRow, Report } from '@whybounce/core/report'
import { printable } from '../terminal.ts'
import { otherServers } from './cause-entries.ts'
import { moreLine } from './cause-text.ts'
import { figure, share } from './figures.ts'
import { cutAtWord, lineOf, padEnd, padStart } from './layout.ts'
import type { Page, ReportView } from './report-view.ts'
import { endedOf } from './volume-text.ts'

const maxRows = 10
const maxName = 32
const minCause = 12

/** The row that takes in what is too much for a division (`Report.limits` says so). */
const tooMany = '*'

/** How a row is called where its key is not known. */
const groupKey = (by: string, { key }: GroupRow): string =>
  key === null ? (by === 'provider' ? otherServers : 'not known') : key === tooMany ? 'all others' : printable(key)

type Column = { readonly head: string; readonly of: (row: GroupRow) => string }

const failedOf = ({ messages: { bounced, expired, suppressed } }: GroupRow): number => bounced + expired + suppressed

const columnsFor = (rows: readonly GroupRow[]): readonly Column[] => [
  { head: 'messages', of: ({ messages }) => figure(endedOf(messages)) },
  { head: 'delivered', of: ({ messages }) => share(messages.delivered, endedOf(messages)) },
  { head: 'waiting', of: ({ messages }) => share(messages.deferred, endedOf(messages)) },
  { head: 'failed', of: (row) => share(failedOf(row), endedOf(row.messages)) },
  ...(rows.some(({ messages }) => messages.complained > 0)
    ? [{ head: 'complained', of: ({ messages }: GroupRow) => share(messages.complained, endedOf(messages)) }]
    : [])
]

/** One table: what became of the messages, and what harmed most of them. */
export const groupLines = (by: string, report: Report, { top, all }: ReportView, page: Page): readonly string[] => {
  const { width, paint } = page
  const rows = Object.hasOwn(report.groups, by) ? (report.groups[by] ?? []) : []
  if (rows.length === 0) return [lineOf([{ text: `By ${by}`, style: 'bold' }, { text: ': no event names one.' }], width, paint)]
  const most = all ? rows.length : (top ?? maxRows)
  const shown = rows.length <= most + 1 ? rows : rows.slice(0, most)
  const columns = columnsFor(rows).map(({ head, of }) => {
    const cells = shown.map(of)
    return { head, cells, columns: Math.max(head.length, ...cells.map(({ length }) => length)) }
  })
  const figures = columns.reduce((sum, column) => sum + column.columns + 2, 0)
  const names = shown.map((row) => groupKey(by, row))
  const name = Math.max(8, Math.min(maxName, width - figures - 2, Math.max(3 + by.length, ...names.map((text) => text.length + 2))))
  const cause = width - name - figures - 2
  const lines = shown.map((row, at) => {
    const { topCause } = row
    return lineOf(
      [
        { text: padEnd(cutAtWord(`  ${names[at] ?? ''}`, name), name) },
        ...columns.map((column) => ({ text: `  ${padStart(column.cells[at] ?? '', column.columns)}` })),
        ...(cause >= minCause && topCause !== null
          ? [{ text: `  ${cutAtWord(printable(topCause.title), cause)}`, style: 'dim' } as const]
          : [])
      ],
      width,
      paint
    )
  })
  const rest = rows.slice(shown.length)
  return [
    lineOf(
      [
        { text: padEnd(cutAtWord(`By ${by}`, name), name), style: 'bold' },
        {
          text: `${columns.map((column) => `  ${padStart(column.head, column.columns)}`).join('')}${cause >= minCause ? '  mostly' : ''}`,
          style: 'dim'
        }
      ],
      width,
      paint
    ),
    ...lines,
    ...(rest.length > 0
      ? [
          moreLine(
            `${figure(rest.length)} more with ${figure(rest.reduce((sum, row) => sum + endedOf(row.messages), 0))} messages: --all`,
            page
          )
        ]
      : [])
  ]
}
