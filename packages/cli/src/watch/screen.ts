import type { WatchAlert, WatchCause, WatchSummary } from '@whybounce/core/watch'
import { sparkline } from '../report/sparkline.ts'
import { columnsOf, counted, fit, printable, type Terminal, wrap } from '../terminal.ts'
import { fixLine, localTime } from './watch-lines.ts'

/** What the screen shows beside the figures. */
export type ScreenState = {
  readonly files: readonly string[]
  readonly metrics: string | undefined
  /** What was last told of a file, or of a line that was not understood. */
  readonly note: string | undefined
  /** Reading what was there before the beginning, or far behind. */
  readonly doing: string | undefined
  readonly canQuit: boolean
}

const count = (value: number): string => value.toLocaleString('en')

/** Cut and filled to exactly so many columns. */
const cell = (text: string, columns: number, isRight = false): string => {
  const cut = fit(text, columns)
  const gap = ' '.repeat(Math.max(0, columns - columnsOf(cut)))
  return isRight ? gap + cut : cut + gap
}

/** Head and figures, and the foot; the rest is for alerts and causes. */
const fixedRows = 9
/** An hour. */
const mostColumns = 60
/** What happened in two lines, what to do in one; in three where there is room. */
const [rowsOfAlert, mostRowsOfAlert] = [3, 5]

/**
 * The screen as lines, no more than `height` and each of at most `width` columns; nothing of a log gets in with its control characters. Works
 * from 40 × 12 on; what has no room is counted.
 */
export const drawScreen = (
  summary: WatchSummary,
  state: ScreenState,
  terminal: Terminal,
  width: number,
  height: number
): readonly string[] => {
  const { paint } = terminal
  const { minute, hour, series, firing } = summary
  const right = localTime(summary.time).slice(-5)
  const title = `whybounce watch  ${printable(state.files.join(' '))}`
  const lines: string[] = [paint('bold', `${cell(title, Math.max(0, width - 6))} ${right}`), '']
  const part = ({ name, value, style }: Figure): string => {
    const text = `${name} ${count(value)}`
    return style === undefined || value === 0 ? text : paint(style, text)
  }
  const figures: readonly Figure[] = [
    { name: 'delivered', value: minute.delivered, style: 'green' },
    { name: 'deferred', value: minute.deferred, style: 'yellow' },
    { name: 'bounced', value: minute.bounced + minute.expired, style: 'red' },
    ...(minute.complained > 0 ? [{ name: 'complained', value: minute.complained, style: 'red' } as const] : []),
    { name: 'refused from others', value: minute.inboundRefused }
  ]
  lines.push(fitFigures('Last minute', figures, part, width))
  const columns = Math.max(10, Math.min(mostColumns, width - 22))
  for (const [name, values, total] of [
    ['delivered', series.delivered, hour.delivered],
    ['deferred', series.deferred, hour.deferred],
    ['bounced', series.bounced.map((value, at) => value + (series.expired[at] ?? 0)), hour.bounced + hour.expired]
  ] as const) {
    lines.push(fit(`${cell(name, 10)}${cell(sparkline(values.slice(-columns), 1).text, columns)} ${cell(count(total), 9, true)}`, width))
  }
  lines.push(paint('dim', fit(`${' '.repeat(10)}${captionOf(columns)}`, width)))

  const body = Math.max(2, height - fixedRows)
  const half = Math.max(rowsOfAlert, Math.floor(body / 2))
  const each = firing.length * mostRowsOfAlert <= half ? mostRowsOfAlert : rowsOfAlert
  const alerts = alertLines(firing, terminal, width, half, each)
  lines.push(...alerts)
  lines.push(...causeLines(summary.causes, terminal, width, Math.max(0, body - alerts.length)))
  while (lines.length < height - 1) lines.push('')

  const foot = [
    state.doing ?? `${counted(summary.lines, 'line')} read${summary.unread > 0 ? `, ${count(summary.unread)} not understood` : ''}`,
    `${count(summary.waiting)} waiting`,
    ...(state.canQuit ? ['q quits'] : []),
    ...(state.metrics === undefined ? [] : [state.metrics])
  ].join(' · ')
  const note = state.note ?? summary.limits[0]
  const shown = lines.slice(0, height - (note === undefined ? 1 : 2))
  return [...shown, ...(note === undefined ? [] : [paint('dim', fit(printable(note), width))]), paint('dim', fit(foot, width))]
}

const captionOf = (columns: number): string =>
  columns === mostColumns
    ? 'last hour, a minute each; the sum on the right'
    : columns < 40
      ? `${columns} minutes; sum of the hour`
      : `last ${columns} minutes; on the right the sum of the hour`

type Figure = { readonly name: string; readonly value: number; readonly style?: 'red' | 'yellow' | 'green' }

const fitFigures = (head: string, figures: readonly Figure[], part: (figure: Figure) => string, width: number): string => {
  let line = head
  let used = head.length
  for (const figure of figures) {
    const columns = 3 + figure.name.length + 1 + count(figure.value).length
    if (used + columns > width) break
    line += `   ${part(figure)}`
    used += columns
  }
  return line
}

const alertLines = (firing: readonly WatchAlert[], { paint }: Terminal, width: number, rows: number, each: number): readonly string[] => {
  if (firing.length === 0) return [paint('green', 'No alerts.')]
  const lines: string[] = []
  // The newest are what somebody has not seen yet.
  const newest = [...firing].reverse()
  const fits = Math.max(1, Math.floor(rows / each))
  const indent = ' '.repeat(6)
  for (const [at, alert] of newest.slice(0, fits).entries()) {
    const more = at === fits - 1 && newest.length > fits ? ` (and ${counted(newest.length - fits, 'more alert')})` : ''
    const says = wrap(printable(`${localTime(alert.since).slice(-5)} ${alert.says}${more}`), width, indent)
      .split('\n')
      .slice(0, 2)
    const steps = `${indent}${wrap(printable(fixLine(alert)), width - indent.length).replaceAll('\n', `\n${indent}`)}`
      .split('\n')
      .slice(0, each - says.length)
    lines.push(...says.map((line) => paint('red', fit(line, width))), ...steps.map((line) => fit(line, width)))
    if (alert.example !== null && says.length + steps.length < each)
      lines.push(paint('dim', fit(`${indent}${printable(alert.example.text)}`, width)))
  }
  return lines
}

/** One line for a cause at a provider, from whichever of our addresses: eight lines of one trouble hide the next one. */
type ScreenCause = Pick<WatchCause, 'title' | 'providerName' | 'attempts' | 'lastMinute'> & { readonly senders: readonly string[] }

const overSenders = (causes: readonly WatchCause[]): readonly ScreenCause[] => {
  const groups = new Map<string, ScreenCause>()
  for (const { cause, detail, provider, title, providerName, attempts, lastMinute, senderIp, service } of causes) {
    const key = JSON.stringify([cause, detail, provider])
    const known = groups.get(key)
    const sender = senderIp ?? service
    groups.set(key, {
      title,
      providerName,
      attempts: attempts + (known?.attempts ?? 0),
      lastMinute: lastMinute + (known?.lastMinute ?? 0),
      senders: [...(known?.senders ?? []), ...(sender === null ? [] : [sender])]
    })
  }
  return [...groups.values()].sort((one, other) => other.attempts - one.attempts)
}

const fromWhere = (senders: readonly string[]): string => {
  const [first, ...others] = senders
  return first === undefined ? '' : others.length === 0 ? ` (from ${first})` : ` (from ${senders.length} addresses)`
}

const causeLines = (all: readonly WatchCause[], { paint }: Terminal, width: number, rows: number): readonly string[] => {
  if (rows < 3) return []
  const causes = overSenders(all)
  const [attempts, now, provider] = [9, 6, 20]
  const rest = Math.max(10, width - attempts - now - provider - 6)
  const head = `${cell('attempts', attempts, true)}  ${cell('now', now, true)}  ${cell('provider', provider)}  ${cell('what fails, last hour', rest)}`
  const lines = ['', paint('bold', fit(head, width))]
  if (causes.length === 0) return [...lines, 'Nothing failed.']
  const room = rows - lines.length
  const shown = causes.slice(0, causes.length > room ? room - 1 : room)
  for (const cause of shown) {
    const text = printable(`${cause.title}${fromWhere(cause.senders)}`)
    lines.push(
      fit(
        `${cell(count(cause.attempts), attempts, true)}  ${cell(count(cause.lastMinute), now, true)}  ${cell(printable(cause.providerName ?? 'other servers'), provider)}  ${text}`,
        width
      )
    )
  }
  if (causes.length > shown.length) lines.push(paint('dim', `${cell('', attempts)}  ${count(causes.length - shown.length)} more`))
  return lines
}
