import { type Hours, type SenderLimit, sending, type WarmUpCurve, type Zone } from '@whybounce/core/plan'
import { type ListFormat, type ListOptions, listFormats } from '@whybounce/sources'
import { parseArguments } from '../arguments.ts'
import { readZone } from '../time-zone.ts'
import { UsageError } from '../usage.ts'

const planFormats = ['files', 'schedule', 'json'] as const
type PlanFormat = (typeof planFormats)[number]

const planOptions = {
  output: { type: 'string', short: 'o' },
  format: { type: 'string' },
  rate: { type: 'string' },
  daily: { type: 'string' },
  sender: { type: 'string' },
  'warm-up': { type: 'string' },
  curve: { type: 'string' },
  'warm-up-day': { type: 'string' },
  start: { type: 'string' },
  hours: { type: 'string' },
  'time-zone': { type: 'string' },
  batch: { type: 'string' },
  providers: { type: 'string', multiple: true },
  'engaged-column': { type: 'string' },
  'engaged-from': { type: 'string' },
  dns: { type: 'boolean' },
  'dns-server': { type: 'string', multiple: true },
  quiet: { type: 'boolean', short: 'q' },
  // the list
  column: { type: 'string' },
  'list-format': { type: 'string' },
  encoding: { type: 'string' },
  separator: { type: 'string' },
  sheet: { type: 'string' },
  'no-header': { type: 'boolean' }
} as const

export type PlanSettings = {
  readonly list: string
  readonly listOptions: ListOptions
  readonly output: string | undefined
  readonly format: PlanFormat
  readonly json: boolean
  readonly quiet: boolean
  /** Messages an hour in all, and whether the caller said so. */
  readonly rate: number | undefined
  readonly daily: number | undefined
  readonly sender: SenderLimit | undefined
  readonly curve: WarmUpCurve | undefined
  /** Days after which the warm-up is to be over. */
  readonly warmUpDays: number | undefined
  readonly warmUpDay: number
  readonly start: number
  readonly startTold: boolean
  readonly hours: Hours
  readonly zone: Zone
  readonly batch: number | undefined
  readonly providers: ReadonlyMap<string, number>
  readonly engagedColumn: string | undefined
  readonly engagedFrom: number | undefined
  readonly dns: boolean
  readonly dnsServers: readonly string[]
}

const defaultCurve = 'steady'

/** What the arguments say, or `help` or `version`; what is wrong with them is a UsageError. `now`: milliseconds since 1970. */
export const readPlanSettings = (args: readonly string[], now: number): PlanSettings | 'help' | 'version' => {
  // `--warm-up` may stand alone, and with a number; the parser knows only one of the two.
  const { values, positionals } = parseArguments(
    'plan',
    args.map((argument, at) => (argument === '--warm-up' && !args.slice(0, at).includes('--') ? '--warm-up=' : argument)),
    planOptions
  )
  if (values.help === true) return 'help'
  if (values.version === true) return 'version'
  const [list, ...more] = positionals
  if (list === undefined || more.length > 0)
    throw new UsageError('plan takes one list: whybounce plan list.csv. See: whybounce plan --help')
  const zone = readZone(values['time-zone'])
  const listFormat = oneOf('list-format', values['list-format'], listFormats)
  const days = values['warm-up'] === undefined || values['warm-up'] === '' ? undefined : readCount('warm-up', values['warm-up'])
  if (days !== undefined && days > 365) throw new UsageError('--warm-up takes at most 365 days.')
  if (days !== undefined && values.curve !== undefined)
    throw new UsageError('--curve has its own days: give --warm-up without a number, or no --curve.')
  if (values['warm-up-day'] !== undefined && values['warm-up'] === undefined && values.curve === undefined)
    throw new UsageError('--warm-up-day tells where in a warm-up you are: add --warm-up.')
  const curve =
    values['warm-up'] === undefined && values.curve === undefined ? undefined : named('curve', values.curve ?? defaultCurve, sending.curves)
  const format =
    oneOf('format', values.format, planFormats) ?? (values.json === true && values.output === undefined ? 'json' : formatOf(values.output))
  if (format === 'files' && values.output === undefined) throw new UsageError('--format files needs -o FOLDER to write the batches to.')
  if (format === 'files' && list === '-') throw new UsageError('The list is read twice to be cut in files: name a file instead of -.')
  return {
    list,
    listOptions: {
      ...(values.column === undefined ? {} : { column: values.column }),
      ...(listFormat === undefined ? {} : { format: listFormat satisfies ListFormat }),
      ...(values.encoding === undefined ? {} : { encoding: values.encoding }),
      ...(values.separator === undefined ? {} : { separator: values.separator }),
      ...(values.sheet === undefined ? {} : { sheet: values.sheet }),
      ...(values['no-header'] === true ? { header: false } : {})
    },
    output: values.output,
    format,
    json: values.json === true,
    quiet: values.quiet === true,
    rate: values.rate === undefined ? undefined : readRate('rate', values.rate),
    daily: values.daily === undefined ? undefined : readCount('daily', values.daily),
    sender: values.sender === undefined ? undefined : named('sender', values.sender, sending.senders),
    curve,
    warmUpDays: days,
    warmUpDay: values['warm-up-day'] === undefined ? 1 : readCount('warm-up-day', values['warm-up-day']),
    start: values.start === undefined ? Math.ceil(now / hour) * hour : readStart(values.start, zone),
    startTold: values.start !== undefined,
    hours: readHours(values.hours),
    zone,
    batch: values.batch === undefined ? undefined : readCount('batch', values.batch),
    providers: readProviders(values.providers ?? []),
    engagedColumn: values['engaged-column'],
    engagedFrom: values['engaged-from'] === undefined ? undefined : readNumber('engaged-from', values['engaged-from']),
    dns: values.dns === true || values['dns-server'] !== undefined,
    dnsServers: values['dns-server'] ?? []
  }
}

const hour = 3_600_000

/** A name with the ending of a table or of JSON is one file; any other is a folder. */
const formatOf = (output: string | undefined): PlanFormat =>
  output === undefined || output === '-' || /\.(csv|txt)$/i.test(output) ? 'schedule' : /\.json$/i.test(output) ? 'json' : 'files'

const oneOf = <T extends string>(option: string, text: string | undefined, known: readonly T[]): T | undefined => {
  const found = known.find((name) => name === text)
  if (text !== undefined && found === undefined) throw new UsageError(`--${option} is one of ${known.join(', ')}.`)
  return found
}

const named = <T extends { readonly id: string }>(option: string, text: string, known: readonly T[]): T => {
  const found = known.find(({ id }) => id === text)
  if (found === undefined) throw new UsageError(`--${option} is one of ${known.map(({ id }) => id).join(', ')}.`)
  return found
}

const readCount = (option: string, text: string): number => {
  const digits = text.replace(/[,_]/g, '')
  if (!/^[1-9]\d{0,8}$/.test(digits)) throw new UsageError(`--${option} takes a whole number from 1.`)
  return Number(digits)
}

const readNumber = (option: string, text: string): number => {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text)) throw new UsageError(`--${option} takes a number.`)
  return Number(text)
}

const perHour: Readonly<Record<string, number>> = { h: 1, m: 60, min: 60, s: 3_600 }

/** `2000`, `2000/h`, `30/m`, `1/s`: messages an hour. */
const readRate = (option: string, text: string): number => {
  const [, digits = '', unit = 'h'] = /^([\d,_]+)(?:\/(h|min|m|s))?$/.exec(text) ?? []
  if (digits === '') throw new UsageError(`--${option} takes messages an hour, a minute or a second: 2000/h, 30/m, 1/s.`)
  return readCount(option, digits) * (perHour[unit] ?? 1)
}

const readProviders = (texts: readonly string[]): ReadonlyMap<string, number> =>
  new Map(
    texts
      .flatMap((text) => text.split(','))
      .filter((text) => text.trim() !== '')
      .map((text) => {
        const [name = '', rate = ''] = text.trim().split('=')
        if (name === '' || rate === '') throw new UsageError('--providers takes names with rates: gmail=5000/h,other=3000/h.')
        return [name.toLowerCase(), readRate('providers', rate)]
      })
  )

const readHours = (text: string | undefined): Hours => {
  if (text === undefined) return { from: 0, to: 24 }
  const [, from = '', to = ''] = /^(\d{1,2})(?::00)?-(\d{1,2})(?::00)?$/.exec(text) ?? []
  const hours = { from: Number(from), to: Number(to) }
  if (to === '' || hours.to > 24 || hours.from >= hours.to)
    throw new UsageError('--hours takes full hours of one day, from before to: 8-20.')
  return hours
}

/** A day or a day and a time of ISO 8601; without a zone it is read on the clock of the time zone. */
const readStart = (text: string, zone: Zone): number => {
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0', offset = ''] =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?(Z|[+-]\d\d:\d\d)?$/i.exec(text) ?? []
  const date = { year: Number(year), month: Number(month), day: Number(day) }
  const wall = Date.UTC(date.year, date.month - 1, date.day, Number(hours), Number(minutes), Number(seconds))
  const isDate = year !== undefined && new Date(wall).toISOString().startsWith(`${year}-${month}-${day}T${hours.padStart(2, '0')}:`)
  if (!isDate) throw new UsageError('--start takes a day or a time: 2026-11-26, 2026-11-26T08:00, 2026-11-26T08:00:00+01:00.')
  if (offset !== '')
    return Date.parse(`${year}-${month}-${day}T${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}:${seconds.padStart(2, '0')}${offset}`)
  return zone.window(date, { from: Number(hours), to: 24 }).start + Number(minutes) * 60_000 + Number(seconds) * 1_000
}
