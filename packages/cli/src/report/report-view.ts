import type { Zone } from '@whybounce/core/plan'
import type { Report } from '@whybounce/core/report'
import type { LogInputs } from '../logs/log-input.ts'
import type { Terminal } from '../terminal.ts'
import type { Earlier } from './earlier-report.ts'
import type { Paint } from './layout.ts'
import { type LocalTimes, openLocalTimes } from './local-time.ts'

/** What of a report is shown, and how. */
export type ReportView = {
  /** Causes shown in full, and rows of a table; as many as fit on one screen where it is not said. */
  readonly top?: number | undefined
  readonly all?: boolean | undefined
  /** Lines of the window, where that is known. */
  readonly lines?: number | undefined
  /** Volume and what to fix only. */
  readonly quiet?: boolean | undefined
  /** Tables: of `groupNames`, or the name of a label. */
  readonly by: readonly string[]
  readonly zone: Zone
  /** What was asked for, in milliseconds since 1970. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly earlier?: Earlier | undefined
  /** What was found beside logs. */
  readonly found: Omit<LogInputs, 'inputs'>
}

/** Where and how it is printed. */
export type Page = {
  readonly width: number
  readonly isTerminal: boolean
  /** Styles reach the reader: words need no other marks. */
  readonly hasStyles: boolean
  readonly all: boolean
  readonly paint: Paint
  readonly times: LocalTimes
}

/** The eye loses the line in wider tables. */
const maxPageWidth = 120
const minPageWidth = 40

export const openPage = (report: Report, view: ReportView, { paint, fullWidth, isTerminal }: Terminal): Page => ({
  width: Math.max(minPageWidth, Math.min(maxPageWidth, fullWidth)),
  isTerminal,
  hasStyles: paint('bold', 'x') !== 'x',
  all: view.all === true,
  paint,
  times: openLocalTimes(view.zone, report.period)
})
