import { isIP } from 'node:net'
import { parseTarget, rspamdUrl, spamdPort } from '@whybounce/probe'
import { parseArguments } from '../arguments.ts'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'

const lintOptions = {
  bulk: { type: 'boolean' },
  'no-bulk': { type: 'boolean' },
  network: { type: 'boolean' },
  ip: { type: 'string' },
  dns: { type: 'string', multiple: true },
  spamd: { type: 'string' },
  rspamd: { type: 'string' },
  html: { type: 'string' },
  all: { type: 'boolean', short: 'a' },
  quiet: { type: 'boolean', short: 'q' },
  strict: { type: 'boolean' }
} as const

export type LintSettings = {
  readonly files: readonly string[]
  readonly bulk: boolean | undefined
  readonly network: boolean
  readonly ip: string | undefined
  readonly dns: readonly string[] | undefined
  readonly spamd: { readonly host: string; readonly port: number } | undefined
  readonly rspamd: string | undefined
  readonly json: boolean
  readonly html: string | undefined
  readonly all: boolean
  readonly quiet: boolean
  readonly strict: boolean
}

const spamdOf = (text: string | undefined): LintSettings['spamd'] => {
  if (text === undefined) return undefined
  if (text === '') return { host: '127.0.0.1', port: spamdPort }
  const target = parseTarget(text)
  if (typeof target === 'string' || (target.kind !== 'host' && target.kind !== 'domain'))
    throw new UsageError(`--spamd takes a host and a port such as --spamd=127.0.0.1:783, not "${printable(text)}".`)
  return target.kind === 'domain' ? { host: target.domain, port: spamdPort } : { host: target.host, port: target.port ?? spamdPort }
}

const rspamdOf = (text: string | undefined): string | undefined => {
  if (text === undefined || text === '') return text === '' ? rspamdUrl : undefined
  if (!/^https?:\/\/[^/\s]+\/?$/i.test(text) || !URL.canParse(text))
    throw new UsageError(`--rspamd takes a URL such as --rspamd=http://127.0.0.1:11334, not "${printable(text)}".`)
  return text
}

/** What the arguments say, or `help` or `version`; what is wrong with them is a UsageError. */
export const readLintOptions = (args: readonly string[]): LintSettings | 'help' | 'version' => {
  const { values, positionals } = parseArguments('lint', withBareOptions(args), lintOptions)
  if (values.help) return 'help'
  if (values.version) return 'version'
  if (positionals.length === 0) throw new UsageError('No message. Give a file, or - for standard input: whybounce lint message.eml')
  if (positionals.filter((name) => name === '-').length > 1) throw new UsageError('Standard input can be read once.')
  if (values.bulk && values['no-bulk']) throw new UsageError('--bulk and --no-bulk contradict each other.')
  const { ip, dns, html } = values
  if (ip !== undefined && isIP(ip) === 0) throw new UsageError(`--ip takes an IP address, not "${printable(ip)}".`)
  if (!values.network && (ip !== undefined || dns !== undefined))
    throw new UsageError(`--${ip === undefined ? 'dns' : 'ip'} goes with --network.`)
  return {
    files: positionals,
    bulk: values.bulk ? true : values['no-bulk'] ? false : undefined,
    network: values.network === true,
    ip,
    dns,
    spamd: spamdOf(values.spamd),
    rspamd: rspamdOf(values.rspamd),
    json: values.json === true,
    html,
    all: values.all === true,
    quiet: values.quiet === true,
    strict: values.strict === true
  }
}

/** `--spamd` may stand alone, and with an address; the parser knows only one of the two. */
const withBareOptions = (args: readonly string[]): readonly string[] =>
  args.map((argument, at) =>
    (argument === '--spamd' || argument === '--rspamd') && !args.slice(0, at).includes('--') ? `${argument}=` : argument
  )
