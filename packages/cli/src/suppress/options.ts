import { isSuppressionReason, maxStreamLength, type SuppressionReason, suppressionReasons } from '@whybounce/store'
import { parseArguments } from '../arguments.ts'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'

const suppressCommands = ['add', 'import', 'check', 'why', 'export', 'remove', 'audit'] as const
export type SuppressCommand = (typeof suppressCommands)[number]

export type SuppressOptions = {
  readonly json: boolean
  readonly store: string | undefined
  readonly stream: string | undefined
  /** Of `remove` and `add`, in anybody's words; elsewhere one of the list. */
  readonly words: string | undefined
  readonly reason: SuppressionReason | undefined
  /** ISO 8601, UTC. */
  readonly expires: string | undefined
  readonly keepAddresses: boolean
  readonly addressColumn: string | undefined
  readonly allFeedback: boolean
  readonly includeOriginal: boolean
  readonly softFailures: number | undefined
  readonly softDays: number | undefined
  readonly addresses: boolean
  readonly format: 'csv' | 'jsonl' | undefined
  readonly quiet: boolean
}

const known = {
  store: { type: 'string' },
  stream: { type: 'string' },
  reason: { type: 'string' },
  expires: { type: 'string' },
  'keep-addresses': { type: 'boolean' },
  'address-column': { type: 'string' },
  'all-feedback': { type: 'boolean' },
  'include-original': { type: 'boolean' },
  'soft-failures': { type: 'string' },
  'soft-days': { type: 'string' },
  addresses: { type: 'boolean' },
  format: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' }
} as const

type Known = keyof typeof known

/** What each command takes beside --store and --json. An option that would change nothing is refused, not ignored. */
const taken: Readonly<Record<SuppressCommand, readonly Known[]>> = {
  add: ['stream', 'reason', 'expires', 'keep-addresses'],
  import: [
    'stream',
    'reason',
    'expires',
    'keep-addresses',
    'address-column',
    'all-feedback',
    'include-original',
    'soft-failures',
    'soft-days',
    'quiet'
  ],
  check: ['stream', 'address-column', 'quiet'],
  why: [],
  export: ['stream', 'reason', 'addresses', 'format'],
  remove: ['stream', 'reason'],
  audit: []
}

const wholeNumber = (option: string, value: string | undefined): number | undefined => {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!/^\d{1,5}$/.test(value) || number < 1)
    throw new UsageError(`--${option} takes a whole number from 1 to 99999, not "${printable(value)}".`)
  return number
}

const duration = /^(\d{1,5})\s*(d|days?|w|weeks?|m|months?|y|years?)$/i
const daysOf: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30, y: 365 }

/** A day (2027-01-31), a time in ISO 8601, or a span from now (90d, 6m, 1y). */
const expiryOf = (value: string | undefined, now: number): string | undefined => {
  if (value === undefined) return undefined
  const span = duration.exec(value)
  const days = span === null ? undefined : Number(span[1]) * (daysOf[span[2]?.[0]?.toLowerCase() ?? ''] ?? 0)
  const time = days === undefined ? (/^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN) : now + days * 86_400_000
  if (Number.isNaN(time)) throw new UsageError(`--expires takes a day (2027-01-31) or a span (90d, 6m, 1y), not "${printable(value)}".`)
  if (time <= now) throw new UsageError(`--expires ${printable(value)} is over already.`)
  return new Date(time).toISOString()
}

const reasonOf = (command: SuppressCommand, value: string | undefined): SuppressionReason | undefined => {
  if (value === undefined || command === 'remove') return undefined
  if (!isSuppressionReason(value))
    throw new UsageError(`--reason takes one of: ${suppressionReasons.join(', ')}; not "${printable(value)}".`)
  return value
}

const streamOf = (value: string | undefined): string | undefined => {
  if (value !== undefined && (value === '' || value.length > maxStreamLength || printable(value) !== value))
    throw new UsageError(`--stream takes a name of 1 to ${maxStreamLength} printable characters.`)
  return value
}

export type ParsedSuppress =
  | { readonly ask: 'help' | 'version' }
  | { readonly command: SuppressCommand; readonly operands: readonly string[]; readonly options: SuppressOptions }

export const parseSuppress = (args: readonly string[], now: number): ParsedSuppress => {
  const { values, positionals } = parseArguments('suppress', args, known)
  if (values.help) return { ask: 'help' }
  if (values.version) return { ask: 'version' }
  const [first, ...operands] = positionals
  const command = suppressCommands.find((name) => name === first)
  if (command === undefined)
    throw new UsageError(
      `${first === undefined ? 'Say what to do' : `There is no "suppress ${printable(first)}"`}: ${suppressCommands.join(', ')}. See: whybounce suppress --help`
    )
  for (const name of Object.keys(known) as Known[])
    if (name !== 'store' && values[name] !== undefined && !taken[command].includes(name))
      throw new UsageError(`--${name} does nothing for "suppress ${command}".`)
  if (values.format !== undefined && values.format !== 'csv' && values.format !== 'jsonl')
    throw new UsageError(`--format takes csv or jsonl, not "${printable(values.format)}".`)
  return {
    command,
    operands,
    options: {
      json: values.json === true,
      store: values.store,
      stream: streamOf(values.stream),
      words: values.reason,
      reason: reasonOf(command, values.reason),
      expires: expiryOf(values.expires, now),
      keepAddresses: values['keep-addresses'] === true,
      addressColumn: values['address-column'],
      allFeedback: values['all-feedback'] === true,
      includeOriginal: values['include-original'] === true,
      softFailures: wholeNumber('soft-failures', values['soft-failures']),
      softDays: wholeNumber('soft-days', values['soft-days']),
      addresses: values.addresses === true,
      format: values.format,
      quiet: values.quiet === true
    }
  }
}
