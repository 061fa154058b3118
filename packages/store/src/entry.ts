import type { SuppressionReason } from './reason.ts'

/** An address to suppress, as a list or a person gives it. Dates are ISO 8601; one that lies in the future is not believed. */
export type NewEntry = {
  readonly reason: SuppressionReason
  /** As it stands in the list; or `hash` with `key`, out of our own export. */
  readonly address?: string
  readonly hash?: string
  readonly key?: string
  /** What it is suppressed for, such as a newsletter; absent or '' is everything. */
  readonly stream?: string | undefined
  /** The cause, or its detail: `user-unknown`. */
  readonly detail?: string | undefined
  /** What the server or the list said, a sentence. */
  readonly evidence?: string | undefined
  readonly file?: string | undefined
  /** Line or byte offset in the file. */
  readonly offset?: number | undefined
  /** The sending service whose list it came from: `sendgrid`. */
  readonly esp?: string | undefined
  readonly date?: string | undefined
  /** From then on the entry counts no more. Absent: never. */
  readonly expires?: string | undefined
}

/** A suppression as it is kept. */
export type Entry = {
  /** Keyed hash of the canonical mailbox, 32 hexadecimal digits. */
  readonly hash: string
  readonly stream: string
  readonly reason: SuppressionReason
  readonly detail?: string
  readonly evidence?: string
  readonly file?: string
  readonly offset?: number
  readonly esp?: string
  /** When it happened; absent where the source does not tell. ISO 8601, UTC. */
  readonly date?: string
  readonly added: string
  readonly expires?: string
  /** Only where addresses are kept and asked for. */
  readonly address?: string
}

/** Longer texts are evidence of nothing that their beginning is not; UTF-16 code units. */
export const maxEvidenceLength = 500
const maxNameLength = 300

export const storedName = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text.slice(0, maxNameLength)

export const maxStreamLength = 100

/** A clock may run ahead of ours by this much; what lies further in the future is a mistake or an attempt to outlast a removal. */
const clockSkew = 24 * 60 * 60 * 1_000

/** Milliseconds since 1970, or undefined where the date cannot be read or believed. */
export const believedDate = (date: string | null | undefined, now: number): number | undefined => {
  if (date === undefined || date === null) return undefined
  const time = Date.parse(date)
  return Number.isNaN(time) || time <= 0 || time > now + clockSkew ? undefined : time
}

type Row = Readonly<Record<string, null | number | bigint | string | Uint8Array>>

const isoOf = (value: Row[string] | undefined): string | undefined =>
  typeof value === 'number' ? new Date(value).toISOString() : undefined
const textOf = (value: Row[string] | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

export const hexOf = (value: Row[string] | undefined): string => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '')

type Filling = { -readonly [field in keyof Entry]: Entry[field] }

/** The entry without the fields that are absent. Assigned one by one: a list that is exported or checked makes millions of these. */
export const entryOf = (row: Row, address?: string): Entry => {
  const entry: Filling = {
    hash: hexOf(row.hash),
    stream: textOf(row.stream) ?? '',
    // What is in the column was written from the closed list.
    reason: textOf(row.reason) as SuppressionReason,
    added: isoOf(row.added) ?? ''
  }
  if (typeof row.detail === 'string') entry.detail = row.detail
  if (typeof row.evidence === 'string') entry.evidence = row.evidence
  if (typeof row.file === 'string') entry.file = row.file
  if (typeof row.place === 'number') entry.offset = row.place
  if (typeof row.esp === 'string') entry.esp = row.esp
  if (typeof row.date === 'number') entry.date = new Date(row.date).toISOString()
  if (typeof row.expires === 'number') entry.expires = new Date(row.expires).toISOString()
  if (address !== undefined) entry.address = address
  return entry
}
