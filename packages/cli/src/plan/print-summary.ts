import {
  formatCount,
  type LeftOut,
  type LimitedBy,
  leftOutWords,
  type PlanGroup,
  type PlanOptions,
  type PlanSummary,
  tiers,
  tierWords
} from '@whybounce/core/plan'
import { block, fit, printable, type Terminal } from '../terminal.ts'
import type { Proof } from './notes.ts'

export type PlanReport = {
  readonly summary: PlanSummary
  readonly groups: readonly PlanGroup[]
  readonly options: PlanOptions
  readonly leftOut: ReadonlyMap<LeftOut, number>
  readonly proofs: readonly Proof[]
  readonly assumptions: readonly string[]
  readonly warnings: readonly string[]
  readonly unplanned: number
}

const limitWords: Readonly<Record<LimitedBy, string>> = {
  provider: "the receiver's hourly number",
  rate: 'the rate in all',
  daily: 'the daily limit',
  'warm-up': 'the warm-up'
}

/** Receivers shown one by one; the rest is counted. */
const shownGroups = 20
const shownDays = 14

/** How long it takes, what each receiver gets, what limits it, and the reason for every number. */
export const printSummary = (report: PlanReport, terminal: Terminal): string => {
  const { summary, groups, options } = report
  const clock = (instant: number | undefined): string =>
    instant === undefined ? '' : options.zone.format(Math.ceil(instant / 1_000) * 1_000).slice(0, 16)
  const lines: string[] = []
  const title = (text: string): void => void lines.push('', terminal.paint('bold', text))
  if (summary.notBefore === undefined) lines.push('Nobody to send to.')
  else {
    lines.push(
      terminal.paint(
        'bold',
        `${people(summary.recipients)} in ${formatCount(summary.batches)} ${summary.batches === 1 ? 'batch' : 'batches'}: ${lasting((summary.notAfter ?? 0) - summary.notBefore)}`
      ),
      `From ${clock(summary.notBefore)} to ${clock(summary.notAfter)} (${options.zone.name}). First day: ${formatCount(summary.days[0]?.recipients ?? 0)}.`
    )
  }
  if (report.unplanned > 0) lines.push(terminal.paint('red', `${people(report.unplanned)} are left after ten years at this rate.`))
  if (summary.groups.length > 0) {
    title('Receivers')
    lines.push(groupLine('', 'RECIPIENTS', 'FIRST DAY', 'AN HOUR', 'FINISHED', 'PACE SET BY'))
    const largest = [...summary.groups].sort((one, other) => other.recipients - one.recipients)
    for (const one of largest.slice(0, shownGroups)) {
      const group = groups[one.group]
      lines.push(
        groupLine(
          printable(group?.name ?? ''),
          formatCount(one.recipients),
          formatCount(one.firstDay),
          formatCount(group?.perHour ?? 0),
          clock(one.notAfter),
          limitWords[one.limitedBy]
        )
      )
    }
    const rest = largest.slice(shownGroups)
    if (rest.length > 0) lines.push(`  ${formatCount(rest.length)} more with ${people(rest.reduce((sum, one) => sum + one.recipients, 0))}`)
    title('Order')
    for (const tier of tiers)
      if (summary.tiers[tier] > 0) lines.push(`  ${formatCount(summary.tiers[tier]).padStart(11)}  ${tierWords[tier]}`)
  }
  if (summary.days.length > 1) {
    title('Days')
    for (const day of summary.days.slice(0, shownDays)) lines.push(`  ${day.date}  ${formatCount(day.recipients).padStart(11)}`)
    if (summary.days.length > shownDays)
      lines.push(`  … ${formatCount(summary.days.length - shownDays)} more days, the last ${summary.days.at(-1)?.date}`)
  }
  const left = [...report.leftOut].filter(([, count]) => count > 0)
  if (left.length > 0) {
    title('Left out')
    for (const [reason, count] of left) lines.push(`  ${formatCount(count).padStart(11)}  ${leftOutWords[reason]}`)
  }
  const list = (heading: string, texts: readonly string[]): void => {
    if (texts.length === 0) return
    title(heading)
    for (const text of texts) lines.push(block(printable(text), terminal.width, '    ', '  - '))
  }
  list('Mind', report.warnings)
  list(
    'Where the numbers come from',
    summary.recipients === 0
      ? []
      : report.proofs.map(({ of, value, why, source }) => `${of}: ${value}. ${why}${source === null ? '' : ` Source: ${source}`}`)
  )
  list('Assumed', summary.recipients === 0 ? [] : report.assumptions)
  return `${lines.join('\n')}\n`
}

const people = (count: number): string => `${formatCount(count)} ${count === 1 ? 'recipient' : 'recipients'}`

const groupLine = (name: string, recipients: string, first: string, rate: string, end: string, held: string): string =>
  `  ${fit(name, 24).padEnd(24)}  ${recipients.padStart(11)}  ${first.padStart(10)}  ${rate.padStart(8)}  ${end.padEnd(16)}  ${held}`.trimEnd()

const lasting = (milliseconds: number): string => {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000))
  if (minutes < 120) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} hours`
  return `${formatCount(Math.round(minutes / 1_440))} days`
}
