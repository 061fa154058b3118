import type { Zone } from '@whybounce/core/plan'
import { parseTraceQuery, type TraceQuery } from '@whybounce/core/trace'
import { parseArguments } from '../arguments.ts'
import { journalOf, withJournal } from '../logs/journal-argument.ts'
import { whenOf } from '../report/when.ts'
import { printable } from '../terminal.ts'
import { readZone } from '../time-zone.ts'
import { UsageError } from '../usage.ts'

const traceOptions = {
  since: { type: 'string' },
  until: { type: 'string' },
  format: { type: 'string' },
  map: { type: 'string' },
  journal: { type: 'string' },
  'time-zone': { type: 'string' },
  all: { type: 'boolean', short: 'a' },
  quiet: { type: 'boolean', short: 'q' }
} as const

export type TraceSettings = {
  readonly query: TraceQuery
  readonly paths: readonly string[]
  /** Milliseconds since 1970. */
  readonly since: number | undefined
  readonly until: number | undefined
  readonly format: string | undefined
  readonly map: string | undefined
  /** Read the journal; a text is the unit. */
  readonly journal: boolean | string
  readonly zone: Zone
  readonly all: boolean
  readonly json: boolean
  readonly quiet: boolean
}

/** What the arguments say, or `help` or `version`; what is wrong with them is a UsageError. `now`: milliseconds since 1970. */
export const readTraceSettings = (args: readonly string[], now: number): TraceSettings | 'help' | 'version' => {
  const { values, positionals } = parseArguments('trace', withJournal(args), traceOptions)
  if (values.help) return 'help'
  if (values.version) return 'version'
  const [text, ...paths] = positionals
  if (text === undefined)
    throw new UsageError('Name an address, a Message-ID or a queue id, and logs: whybounce trace user@example.com /var/log/mail.log')
  const query = parseTraceQuery(text)
  if (query === undefined) throw new UsageError(`${printable(text).slice(0, 80) || 'An empty text'} is no address, Message-ID or queue id.`)
  if (paths.length === 0 && values.journal === undefined && process.stdin.isTTY)
    throw new UsageError(`Name the logs, too: whybounce trace ${printable(text)} /var/log/mail.log. See: whybounce trace --help`)
  if (paths.filter((path) => path === '-').length > 1) throw new UsageError('Standard input can be read once.')
  const zone = readZone(values['time-zone'])
  return {
    query,
    paths: paths.length === 0 && values.journal === undefined ? ['-'] : paths,
    since: whenOf('since', values.since, now, zone),
    until: whenOf('until', values.until, now, zone),
    format: values.format,
    map: values.map,
    journal: journalOf(values.journal),
    zone,
    all: values.all === true,
    json: values.json === true,
    quiet: values.quiet === true
  }
}
