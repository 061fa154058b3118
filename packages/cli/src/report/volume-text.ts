import { type Counts, countNames, type Report } from '@whybounce/core/report'
import { figure, lasting, share } from './figures.ts'
import { lineOf, type Part, padEnd, padStart } from './layout.ts'
import type { Page } from './report-view.ts'
import { sparkline, stepsPerColumn } from './sparkline.ts'

type Row = {
  readonly label: string
  readonly messages: string
  readonly messageShare: string
  readonly attempts: string
  readonly attemptShare: string
  /** Attempts in each step of the series. */
  readonly values: readonly number[]
  readonly style?: Part['style']
}

/** Columns of a share with its margin. */
const shareColumns = 9
/** A trend that is narrower than this shows nothing: it gets lines of its own. */
const minTrend = 12
const maxTrend = 48

/** A complaint comes about a message that was delivered: it is one of the delivered, not one more. */
export const endedOf = ({ delivered, deferred, bounced, expired, suppressed }: Counts): number =>
  delivered + deferred + bounced + expired + suppressed

const rowsOf = ({ messages, attempts, series, inboundRefused, unsubscribed }: Report): readonly Row[] => {
  const [allMessages, allAttempts] = [endedOf(messages), endedOf(attempts)]
  const rowOf = (name: (typeof countNames)[number]): Row => ({
    label: name,
    messages: figure(messages[name]),
    messageShare: share(messages[name], allMessages),
    attempts: figure(attempts[name]),
    attemptShare: share(attempts[name], allAttempts),
    values: series.map((step) => step[name]),
    style: name === 'delivered' ? 'green' : name === 'bounced' || name === 'expired' ? 'red' : 'yellow'
  })
  const happened = countNames.filter((name) => name === 'delivered' || messages[name] > 0 || attempts[name] > 0)
  const none = { messages: '', messageShare: '', attemptShare: '' }
  return [
    ...happened.filter((name) => name !== 'complained').map(rowOf),
    { ...none, label: 'in all', messages: figure(allMessages), attempts: figure(allAttempts), values: [] },
    ...happened.filter((name) => name === 'complained').map(rowOf),
    ...(unsubscribed > 0 ? [{ ...none, label: 'unsubscribed', attempts: figure(unsubscribed), values: [] }] : []),
    ...(inboundRefused > 0
      ? [{ ...none, label: 'refused here', attempts: figure(inboundRefused), values: series.map((step) => step.inboundRefused) }]
      : [])
  ]
}

type Trends = { readonly of: (at: number) => string; readonly scale: string; readonly columns: number }

/** A trend for each row, in so many columns and the number that its highest bar stands for. */
const trendsOf = (rows: readonly Row[], { series, step }: Report, columns: number): Trends => {
  const per = stepsPerColumn(series.length, columns)
  const lines = rows.map(({ values }) => sparkline(values, per))
  const length = Math.ceil(series.length / per)
  const digits = Math.max(...lines.map(({ peak }) => figure(peak).length))
  return {
    of: (at) => {
      const line = lines[at]
      return line === undefined || line.peak === 0 ? '' : `  ${padEnd(line.text, length)}  ${padStart(figure(line.peak), digits)}`
    },
    scale: `most in ${lasting(step * per)}`,
    columns: length + 4 + digits
  }
}

/** Messages and attempts by what became of them, and how that went over the period. */
export const volumeLines = (report: Report, { paint, width }: Page): readonly string[] => {
  const rows = rowsOf(report)
  const widest = (text: (row: Row) => string, head: string): number => Math.max(head.length, ...rows.map((row) => text(row).length))
  const label = widest((row) => row.label, '')
  const messages = widest((row) => row.messages, 'messages')
  const attempts = widest((row) => row.attempts, 'attempts')
  const hasShares = label + messages + attempts + 6 + 2 * shareColumns <= width
  const percent = (text: string): string => (hasShares ? padStart(text, shareColumns) : '')
  const cells = (row: Omit<Row, 'values'>): string =>
    `  ${padEnd(row.label, label)}  ${padStart(row.messages, messages)}${percent(row.messageShare)}  ${padStart(row.attempts, attempts)}${percent(row.attemptShare)}`
  const head = cells({ label: '', messages: 'messages', messageShare: '', attempts: 'attempts', attemptShare: '' })
  const print = (parts: readonly Part[]): string => lineOf(parts, width, paint)
  // The highest bar is at most all of them together.
  const digits = Math.max(...rows.map(({ values }) => figure(values.reduce((sum, value) => sum + value, 0)).length))
  const room = width - head.length - 4 - digits
  if (report.series.length < 2 || room >= minTrend) {
    const trends = report.series.length < 2 ? undefined : trendsOf(rows, report, Math.min(maxTrend, room))
    return [
      print([{ text: `${head}${trends === undefined ? '' : padStart(`  ${trends.scale}`, trends.columns)}`, style: 'dim' }]),
      ...rows.map((row, at) => print([{ text: cells(row) }, ...(trends === undefined ? [] : [styled(trends.of(at), row.style)])]))
    ]
  }
  const trends = trendsOf(rows, report, Math.min(maxTrend, width - label - 6 - digits))
  const drawn = [...rows.keys()].filter((at) => trends.of(at) !== '')
  return [
    print([{ text: head, style: 'dim' }]),
    ...rows.map((row) => print([{ text: cells(row) }])),
    print([{ text: `  ${padEnd('', label)}${padStart(`  ${trends.scale}`, trends.columns)}`, style: 'dim' }]),
    ...drawn.map((at) => print([{ text: `  ${padEnd(rows[at]?.label ?? '', label)}` }, styled(trends.of(at), rows[at]?.style)]))
  ]
}

const styled = (text: string, style: Part['style']): Part => (style === undefined ? { text } : { text, style })
