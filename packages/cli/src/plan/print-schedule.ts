import { type Batch, formatCount, type PlanGroup, type PlanOptions, reasonOf } from '@whybounce/core/plan'
import { fit, printable, type Terminal } from '../terminal.ts'

export type ScheduleView = {
  readonly groups: readonly PlanGroup[]
  readonly options: PlanOptions
  /** The file of a batch, where there are files. */
  readonly fileOf?: (batch: Batch) => string
}

/** Whole seconds: a batch may begin a second late and end a second late, and its length stays. */
const iso = (instant: number): string => new Date(Math.ceil(instant / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')

/** A batch as the API and JSON show it; times in UTC and on the local clock. */
export const batchFields = (batch: Batch, { groups, options, fileOf }: ScheduleView): Record<string, string | number | null> => {
  const group = groups[batch.group]
  const clock = (instant: number): string => options.zone.format(Math.ceil(instant / 1_000) * 1_000)
  return {
    batch: batch.number,
    provider: group?.id ?? '',
    tier: batch.tier,
    recipients: batch.recipients,
    notBefore: iso(batch.notBefore),
    notAfter: iso(batch.notAfter),
    localNotBefore: clock(batch.notBefore),
    localNotAfter: clock(batch.notAfter),
    ratePerHour: batch.rate,
    connections: group?.limit?.connections ?? null,
    messagesPerConnection: group?.limit?.messagesPerConnection ?? null,
    day: batch.day,
    limitedBy: batch.limitedBy,
    why: group === undefined ? '' : reasonOf(batch, group, options),
    file: fileOf?.(batch) ?? null
  }
}

const csvNames = {
  batch: 'batch',
  provider: 'provider',
  tier: 'tier',
  recipients: 'recipients',
  notBefore: 'not_before',
  notAfter: 'not_after',
  localNotBefore: 'local_not_before',
  localNotAfter: 'local_not_after',
  ratePerHour: 'rate_per_hour',
  connections: 'connections',
  messagesPerConnection: 'messages_per_connection',
  day: 'day',
  limitedBy: 'limited_by',
  why: 'why',
  file: 'file'
} as const
const fields = Object.keys(csvNames) as (keyof typeof csvNames)[]

/** Domains come from the list: a cell that a spreadsheet would run gets an apostrophe. */
const cell = (value: string | number | null | undefined): string => {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvHead: string = `${fields.map((field) => csvNames[field]).join(',')}\n`
export const csvLine = (batch: Batch, view: ScheduleView): string => {
  const values = batchFields(batch, view)
  return `${fields.map((field) => cell(values[field])).join(',')}\n`
}

/** Columns of a batch's table before the reason, for as wide as the terminal is. */
export const tableHead = (terminal: Terminal): string =>
  `${terminal.paint('bold', fit(row('BATCH', 'PROVIDER', 'RECIPIENTS', 'NOT BEFORE', 'NOT AFTER', 'AN HOUR', 'WHY'), terminal.fullWidth))}\n`

export const tableLine = (batch: Batch, view: ScheduleView, terminal: Terminal): string => {
  const values = batchFields(batch, view)
  const line = row(
    String(batch.number),
    printable(String(values.provider)),
    formatCount(batch.recipients),
    String(values.localNotBefore),
    String(values.localNotAfter).slice(11),
    formatCount(batch.rate),
    String(values.why)
  )
  return `${fit(line, terminal.fullWidth)}\n`
}

const row = (number: string, provider: string, recipients: string, from: string, to: string, rate: string, why: string): string =>
  `${number.padStart(6)}  ${fit(provider, 20).padEnd(20)}  ${recipients.padStart(10)}  ${from.padEnd(19)}  ${to.padEnd(9)}  ${rate.padStart(8)}  ${why}`
