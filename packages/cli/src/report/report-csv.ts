import { type Counts, countNames, type Report } from '@whybounce/core/report'
import { csvCell } from '../suppress/csv-cell.ts'
import { printable } from '../terminal.ts'

type Cell = string | number | boolean | null

/** A cell without control characters, which a spreadsheet cannot run, and no comma or line end out of place (RFC 4180). */
const cell = (value: Cell): string =>
  typeof value === 'string'
    ? csvCell(printable(value))
    : value === null
      ? ''
      : csvCell(typeof value === 'number' ? value : value ? 'yes' : 'no')

/** RFC 4180 §2: lines end with CRLF, the first one names the columns. */
const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [head, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')

const causeColumns = [
  'cause',
  'detail',
  'title',
  'provider',
  'provider_name',
  'sender_ip',
  'service',
  'messages',
  'attempts',
  'lost',
  'waiting',
  'recovered',
  'permanence',
  'action',
  'party',
  'party_title',
  'fix',
  'needs',
  'first_seen',
  'last_seen',
  'new',
  'rule',
  'domains',
  'example',
  'example_time',
  'example_recipient',
  'example_queue_id',
  'example_file',
  'example_line'
] as const

/** A cause at a provider from an address of ours is a row; times in UTC (ISO 8601). */
export const causesCsv = ({ causes }: Report): string =>
  table(
    causeColumns,
    causes.map((row) => [
      row.cause,
      row.detail,
      row.title,
      row.provider,
      row.providerName,
      row.senderIp,
      row.service,
      row.messages,
      row.attempts,
      row.lost,
      row.waiting,
      row.recovered,
      row.permanence,
      row.action,
      row.party,
      row.partyTitle,
      row.fix,
      row.needs,
      row.firstSeen,
      row.lastSeen,
      row.isNew,
      row.rule,
      row.domains.map(({ domain, messages }) => `${domain} ${messages}`).join('; '),
      row.example.text,
      row.example.time,
      row.example.recipient,
      row.example.queueId,
      row.example.file,
      row.example.line
    ])
  )

const countsOf = (counts: Counts): readonly number[] => countNames.map((name) => counts[name])

/** The rows of the divisions that were asked for, one table for all: `by` says which. */
export const groupsCsv = ({ groups }: Report, by: readonly string[]): string =>
  table(
    [
      'by',
      'key',
      ...countNames.map((name) => `messages_${name}`),
      ...countNames.map((name) => `attempts_${name}`),
      'top_cause',
      'top_detail',
      'top_title',
      'top_messages'
    ],
    by.flatMap((name) =>
      (Object.hasOwn(groups, name) ? (groups[name] ?? []) : []).map(({ key, messages, attempts, topCause }): readonly Cell[] => [
        name,
        key,
        ...countsOf(messages),
        ...countsOf(attempts),
        topCause?.cause ?? null,
        topCause?.detail ?? null,
        topCause?.title ?? null,
        topCause?.messages ?? null
      ])
    )
  )
