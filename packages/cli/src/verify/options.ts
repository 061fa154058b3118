import { isIP } from 'node:net'
import { listFormats } from '@whybounce/sources'
import { parseArguments } from '../arguments.ts'
import { UsageError } from '../usage.ts'

const checkNames = ['syntax', 'mx', 'probe', 'suppressed'] as const
type CheckName = (typeof checkNames)[number]

const verifyOptions = {
  output: { type: 'string', short: 'o' },
  checks: { type: 'string' },
  probe: { type: 'boolean' },
  split: { type: 'boolean' },
  repair: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  summary: { type: 'boolean' },
  // the list
  column: { type: 'string' },
  format: { type: 'string' },
  encoding: { type: 'string' },
  separator: { type: 'string' },
  'no-header': { type: 'boolean' },
  // DNS
  dns: { type: 'string', multiple: true },
  'allow-private': { type: 'boolean' },
  // probing
  from: { type: 'string' },
  ehlo: { type: 'string' },
  ip: { type: 'string' },
  'local-address': { type: 'string' },
  port: { type: 'string' },
  wait: { type: 'string' },
  retry: { type: 'string' },
  timeout: { type: 'string' },
  sessions: { type: 'string' },
  'per-minute': { type: 'string' },
  unlimited: { type: 'boolean' },
  'i-know': { type: 'boolean' },
  // memory
  store: { type: 'string' },
  stream: { type: 'string' },
  'max-age': { type: 'string' },
  state: { type: 'string' }
} as const

export type ProbeSettings = {
  readonly mailFrom: string
  readonly ehloName: string | undefined
  readonly ip: string | undefined
  readonly localAddress: string | undefined
  readonly port: number
  /** Milliseconds for which answers that come later are waited for. */
  readonly wait: number | undefined
  readonly retryAfter: readonly number[] | undefined
  /** Milliseconds for connection, greeting and each command. */
  readonly timeout: number | undefined
  readonly maxSessions: number | undefined
  readonly perMinute: number | undefined
  readonly unlimited: boolean
  readonly anyway: boolean
}

export type VerifySettings = {
  readonly checks: ReadonlySet<CheckName>
  readonly output: string | undefined
  readonly split: boolean
  readonly repair: string | undefined
  readonly json: boolean
  readonly quiet: boolean
  readonly summaryOnly: boolean
  readonly list: {
    readonly column?: string
    readonly format?: (typeof listFormats)[number]
    readonly encoding?: string
    readonly separator?: string
    readonly header?: boolean
  }
  readonly dns: readonly string[]
  readonly allowPrivate: boolean
  readonly probe: ProbeSettings | undefined
  readonly store: string | undefined
  readonly stream: string | undefined
  /** Days for which a delivery counts as proof. */
  readonly maxAge: number
  readonly state: string | undefined
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90s`, `15m`, `2h`: milliseconds. */
const readDuration = (option: string, text: string): number => {
  const match = /^(\d+(?:\.\d+)?)\s?(ms|s|m|h|d)?$/.exec(text.trim())
  if (match === null) throw new UsageError(`--${option} takes a time such as 90s, 15m or 2h, not "${text}".`)
  const unit = match[2] ?? 's'
  return Number(match[1]) * (unit === 'ms' || unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? units[unit] : 1_000)
}

const readCount = (option: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${option} takes a whole number above 0, not "${text}".`)
  return Number(text)
}

const readChecks = (text: string | undefined, probe: boolean): ReadonlySet<CheckName> => {
  const names =
    text === undefined
      ? ['syntax', 'mx', 'suppressed']
      : text
          .split(',')
          .map((name) => name.trim().toLowerCase())
          .filter(Boolean)
  const found = new Set<CheckName>(['syntax'])
  for (const name of names) {
    const check = checkNames.find((known) => known === name)
    if (check === undefined) throw new UsageError(`There is no check "${name}". The checks are ${checkNames.join(', ')}.`)
    found.add(check)
  }
  if (probe) found.add('probe')
  if (found.has('probe')) found.add('mx')
  return found
}

const hostName = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/
const envelope = /^[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9.-]{1,253}$/

type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]): ReturnType<typeof parseArguments<typeof verifyOptions>> =>
  parseArguments('verify', args, verifyOptions)

const readProbe = (values: Values): ProbeSettings => {
  const { from, ehlo, ip, port } = values
  if (from === undefined)
    throw new UsageError(
      'Probing needs --from ADDRESS: the envelope sender that servers see, at a domain of yours with MX and SPF. (--from "<>" is the null sender; many servers refuse it.) See: whybounce verify --help'
    )
  if (from !== '<>' && !envelope.test(from)) throw new UsageError(`--from takes an address such as probe@example.com, not "${from}".`)
  if (ehlo !== undefined && !hostName.test(ehlo))
    throw new UsageError(`--ehlo takes the name of this machine, such as mail.example.com, not "${ehlo}".`)
  if (ip !== undefined && isIP(ip) === 0) throw new UsageError(`--ip takes the IP address that servers see, not "${ip}".`)
  const number = readCount('port', port) ?? 25
  if (number > 65_535) throw new UsageError('--port takes a port from 1 to 65535.')
  return {
    mailFrom: from === '<>' ? '' : from,
    ehloName: ehlo,
    ip,
    localAddress: values['local-address'],
    port: number,
    wait: values.wait === undefined ? undefined : readDuration('wait', values.wait),
    retryAfter: values.retry?.split(',').map((part) => readDuration('retry', part)),
    timeout: values.timeout === undefined ? undefined : readDuration('timeout', values.timeout),
    maxSessions: readCount('sessions', values.sessions),
    perMinute: readCount('per-minute', values['per-minute']),
    unlimited: values.unlimited === true,
    anyway: values['i-know'] === true
  }
}

const forProbes = [
  'from',
  'ehlo',
  'ip',
  'local-address',
  'port',
  'wait',
  'retry',
  'timeout',
  'sessions',
  'per-minute',
  'unlimited',
  'i-know'
] as const

/** Settings out of the command line, or one sentence that says what is wrong with it. */
export const readVerifyOptions = (args: readonly string[]): { settings: VerifySettings; values: Values; positionals: string[] } => {
  const { values, positionals } = parse(args)
  const checks = readChecks(values.checks, values.probe === true)
  const format = values.format === undefined ? undefined : listFormats.find((known) => known === values.format)
  if (values.format !== undefined && format === undefined) throw new UsageError(`--format is one of ${listFormats.join(', ')}.`)
  if (!checks.has('probe'))
    for (const name of forProbes)
      if (values[name] !== undefined && values[name] !== false)
        throw new UsageError(`--${name} is for probing: add --probe, or leave it out.`)
  if (values.split && values.output === undefined) throw new UsageError('--split needs -o OUT: the files are named after it.')
  const { column, encoding, separator } = values
  return {
    values,
    positionals,
    settings: {
      checks,
      output: values.output,
      split: values.split === true,
      repair: values.repair,
      json: values.json === true,
      quiet: values.quiet === true,
      summaryOnly: values.summary === true,
      list: {
        ...(column === undefined ? {} : { column }),
        ...(format === undefined ? {} : { format }),
        ...(encoding === undefined ? {} : { encoding }),
        ...(separator === undefined ? {} : { separator: separator === '\\t' ? '\t' : separator }),
        ...(values['no-header'] ? { header: false } : {})
      },
      dns: values.dns ?? [],
      allowPrivate: values['allow-private'] === true,
      probe: checks.has('probe') && values.help !== true ? readProbe(values) : undefined,
      store: values.store,
      stream: values.stream,
      maxAge: readCount('max-age', values['max-age']) ?? 90,
      state: values.state
    }
  }
}
