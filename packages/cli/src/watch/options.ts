import { isIP } from 'node:net'
import { parseArguments } from '../arguments.ts'
import { journalOf, withJournal } from '../logs/journal-argument.ts'
import { readConfiguration, readSenderIps } from '../report/configuration.ts'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'

const watchOptions = {
  journal: { type: 'string' },
  format: { type: 'string' },
  map: { type: 'string' },
  metrics: { type: 'string' },
  checkpoint: { type: 'string' },
  'from-start': { type: 'boolean' },
  'sender-ip': { type: 'string', multiple: true },
  config: { type: 'string' },
  'alerts-only': { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' }
} as const

export type Address = { readonly host: string; readonly port: number }

export type WatchSettings = {
  readonly paths: readonly string[]
  /** Follow the journal; a text is the unit. */
  readonly journal: boolean | string
  readonly format: string | undefined
  readonly map: string | undefined
  readonly metrics: Address | undefined
  readonly checkpoint: string | undefined
  readonly fromStart: boolean
  readonly senderIps: Readonly<Record<string, string>>
  readonly json: boolean
  readonly alertsOnly: boolean
  readonly quiet: boolean
}

const loopback = '127.0.0.1'

/** `9925`, `0.0.0.0:9925`, `[::1]:9925`, `localhost:9925`; what it is not is a UsageError. */
const readAddress = (text: string): Address => {
  const match = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2] ?? loopback
  const port = Number(match?.[3])
  const isHost = match?.[1] === undefined ? host === 'localhost' || isIP(host) === 4 : isIP(host) === 6
  if (match === null || port > 65_535 || !isHost)
    throw new UsageError(
      `--metrics takes a port, or an address of this machine and a port (9925, 0.0.0.0:9925, [::1]:9925), not "${printable(text)}".`
    )
  return { host, port }
}

/** What the arguments say, or `help` or `version`; what is wrong with them is a UsageError. */
export const readWatchSettings = (args: readonly string[]): WatchSettings | 'help' | 'version' => {
  const { values, positionals } = parseArguments('watch', withJournal(args), watchOptions)
  if (values.help) return 'help'
  if (values.version) return 'version'
  const journal = journalOf(values.journal)
  if (positionals.length === 0 && journal === false)
    throw new UsageError(
      'Name the log that is to be followed: whybounce watch /var/log/mail.log, or --journal. See: whybounce watch --help'
    )
  if (positionals.filter((path) => path === '-').length > 1) throw new UsageError('Standard input can be read once.')
  if (values.metrics === '') throw new UsageError('--metrics takes a port: --metrics 9925.')
  return {
    paths: [...new Set(positionals)],
    journal,
    format: values.format,
    map: values.map,
    metrics: values.metrics === undefined ? undefined : readAddress(values.metrics),
    checkpoint: values.checkpoint,
    fromStart: values['from-start'] === true,
    senderIps: { ...readConfiguration(values.config).senderIps, ...readSenderIps(values['sender-ip'] ?? []) },
    json: values.json === true,
    alertsOnly: values['alerts-only'] === true,
    quiet: values.quiet === true
  }
}
