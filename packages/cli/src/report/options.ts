import type { Zone } from '@whybounce/core/plan'
import { groupNames } from '@whybounce/core/report'
import { parseArguments } from '../arguments.ts'
import { journalOf, withJournal } from '../logs/journal-argument.ts'
import { printable } from '../terminal.ts'
import { readZone } from '../time-zone.ts'
import { UsageError } from '../usage.ts'
import { readSenderIps } from './configuration.ts'
import { whenOf } from './when.ts'

const reportOptions = {
  since: { type: 'string' },
  until: { type: 'string' },
  by: { type: 'string', multiple: true },
  csv: { type: 'boolean' },
  html: { type: 'string' },
  format: { type: 'string' },
  map: { type: 'string' },
  journal: { type: 'string' },
  'sender-ip': { type: 'string', multiple: true },
  'time-zone': { type: 'string' },
  config: { type: 'string' },
  compare: { type: 'string' },
  top: { type: 'string' },
  all: { type: 'boolean', short: 'a' },
  quiet: { type: 'boolean', short: 'q' }
} as const

export type ReportSettings = {
  readonly paths: readonly string[]
  /** Milliseconds since 1970. */
  readonly since: number | undefined
  readonly until: number | undefined
  /** Of `groupNames`, or names of labels; each once. */
  readonly by: readonly string[]
  readonly output: 'text' | 'json' | 'csv'
  readonly html: string | undefined
  readonly format: string | undefined
  readonly map: string | undefined
  /** Read the journal; a text is the unit. */
  readonly journal: boolean | string
  readonly senderIps: Readonly<Record<string, string>>
  readonly zone: Zone
  readonly config: string | undefined
  readonly compare: string | undefined
  readonly top: number | undefined
  readonly all: boolean
  readonly quiet: boolean
}

/** What the arguments say, or `help` or `version`; what is wrong with them is a UsageError. `now`: milliseconds since 1970. */
export const readReportSettings = (args: readonly string[], now: number): ReportSettings | 'help' | 'version' => {
  const { values, positionals } = parseArguments('report', withJournal(args), reportOptions)
  if (values.help) return 'help'
  if (values.version) return 'version'
  if (values.json && values.csv) throw new UsageError('--json and --csv are two forms of one report: give one of them.')
  const zone = readZone(values['time-zone'])
  const since = whenOf('since', values.since, now, zone)
  const until = whenOf('until', values.until, now, zone)
  if (since !== undefined && since > now) throw new UsageError(`--since ${zone.format(since)} has not come yet (${zone.name}).`)
  if (since !== undefined && until !== undefined && since >= until)
    throw new UsageError(`--since (${zone.format(since)}) must be before --until (${zone.format(until)}).`)
  if (positionals.filter((path) => path === '-').length > 1) throw new UsageError('Standard input can be read once.')
  if (values.html === '-' && (values.json || values.csv))
    throw new UsageError('--html - goes to standard output: leave --json and --csv out.')
  return {
    paths: positionals,
    since,
    until,
    by: readBy(values.by ?? []),
    output: values.json ? 'json' : values.csv ? 'csv' : 'text',
    html: values.html,
    format: values.format,
    map: values.map,
    journal: journalOf(values.journal),
    senderIps: readSenderIps(values['sender-ip'] ?? []),
    zone,
    config: values.config,
    compare: values.compare,
    top: readTop(values.top),
    all: values.all === true,
    quiet: values.quiet === true
  }
}

const readTop = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new UsageError(`--top takes a whole number from 1, not "${printable(text)}". For all of them: --all`)
  return Number(text)
}

/** Near misses: a label of that name is hardly meant. */
const meant: Readonly<Record<string, string>> = {
  ip: 'sender-ip',
  'sender-ips': 'sender-ip',
  senderip: 'sender-ip',
  providers: 'provider',
  domains: 'domain',
  senders: 'sender',
  causes: 'cause',
  hosts: 'host'
}
const maxLabel = 100

const readBy = (texts: readonly string[]): readonly string[] => {
  const names = texts.flatMap((text) => text.split(',')).map((name) => name.trim().toLowerCase())
  for (const name of names) {
    const better = Object.hasOwn(meant, name) ? meant[name] : undefined
    if (better !== undefined) throw new UsageError(`--by ${name}: it is called ${better}.`)
    if (name === '' || name.length > maxLabel || /\s/.test(name))
      throw new UsageError(`--by takes ${groupNames.join(', ')}, or the name of a label such as campaign.`)
  }
  return [...new Set(names)]
}
