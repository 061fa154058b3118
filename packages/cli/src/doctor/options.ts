import { closeSync, openSync, readSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { domainToASCII } from 'node:url'
import { maxMessageBytes } from '@whybounce/core'
import { type DoctorOptions, openResolver, parseTarget, type Target } from '@whybounce/probe'
import { parseArguments } from '../arguments.ts'
import { UsageError } from '../usage.ts'
import { readPassword } from './password.ts'

const doctorOptions = {
  // what
  why: { type: 'string' },
  from: { type: 'string' },
  ip: { type: 'string' },
  message: { type: 'string' },
  selector: { type: 'string', multiple: true },
  user: { type: 'string' },
  'password-stdin': { type: 'boolean' },
  'relay-test': { type: 'boolean' },
  // how
  ehlo: { type: 'string' },
  reach: { type: 'string', multiple: true },
  dns: { type: 'string', multiple: true },
  'trust-dns': { type: 'boolean' },
  'own-resolver': { type: 'boolean' },
  blocklist: { type: 'string', multiple: true },
  'tls-ca': { type: 'string' },
  'local-address': { type: 'string' },
  'allow-private': { type: 'boolean' },
  deep: { type: 'boolean' },
  timeout: { type: 'string' },
  // output
  html: { type: 'string' },
  all: { type: 'boolean', short: 'a' },
  quiet: { type: 'boolean', short: 'q' },
  strict: { type: 'boolean' }
} as const

type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]): ReturnType<typeof parseArguments<typeof doctorOptions>> =>
  parseArguments('doctor', args, doctorOptions)

export type DoctorSettings = {
  readonly doctor: DoctorOptions
  readonly target: Target
  readonly why: string | undefined
  readonly json: boolean
  readonly html: string | undefined
  readonly all: boolean
  readonly quiet: boolean
  readonly strict: boolean
}

/** Bytes of a file with certificates: the roots of a whole system have 250 kB. */
const maxCertificates = 4_194_304

/** The content of a file that an option names, up to a bound: a wrong name can be that of a disk image. */
const read = (option: string, path: string, most: number): Buffer => {
  const parts: Buffer[] = []
  let size = 0
  try {
    const file = path === '-' ? 0 : openSync(path, 'r')
    try {
      for (;;) {
        const part = Buffer.alloc(65_536)
        const length = readSync(file, part)
        if (length === 0) break
        size += length
        if (size > most) break
        parts.push(part.subarray(0, length))
      }
    } finally {
      if (file !== 0) closeSync(file)
    }
  } catch (error) {
    throw new UsageError(`--${option}: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (size > most) throw new UsageError(`--${option}: ${path} has more than ${most / 1_048_576} MB.`)
  return Buffer.concat(parts)
}

/** What cannot be written at the end is better known at the beginning. Nothing is in the file until the report is. */
const tryToWrite = (option: string, path: string): void => {
  try {
    closeSync(openSync(path, 'a'))
  } catch (error) {
    throw new UsageError(`--${option}: ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const hostName = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

const domainOption = (option: string, text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const target = parseTarget(text)
  if (typeof target === 'string' || (target.kind !== 'domain' && target.kind !== 'address'))
    throw new UsageError(`--${option} takes a domain such as example.com, not "${text}".`)
  return target.domain
}

const reachOf = (text: string): { host: string; port?: number } => {
  const target = parseTarget(text)
  if (typeof target === 'string' || target.kind === 'machine' || target.kind === 'address')
    throw new UsageError(`--reach takes a host, or a host and a port such as mx1.example.com:25, not "${text}".`)
  return target.kind === 'domain'
    ? { host: target.domain }
    : { host: target.host, ...(target.port === undefined ? {} : { port: target.port }) }
}

const seconds = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const match = /^(\d{1,4}(?:\.\d+)?)\s?(s|m)?$/.exec(text.trim())
  const value = match === null ? 0 : Number(match[1]) * (match[2] === 'm' ? 60_000 : 1_000)
  if (!(value >= 1_000 && value <= 3_600_000)) throw new UsageError(`--timeout takes a time from 1s to 60m, such as 90s, not "${text}".`)
  return value
}

const resolverOf = (servers: readonly string[] | undefined): DoctorOptions['resolver'] => {
  try {
    return openResolver(servers === undefined ? {} : { servers })
  } catch (error) {
    throw new UsageError(
      `--dns: ${error instanceof Error ? error.message : String(error)}. It takes 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53.`
    )
  }
}

const addressOption = (option: string, text: string | undefined): void => {
  if (text !== undefined && isIP(text) === 0) throw new UsageError(`--${option} takes an IP address, not "${text}".`)
}

const targetOf = (positionals: readonly string[]): Target => {
  if (positionals.length > 1) throw new UsageError('One target at a time. See: whybounce doctor --help')
  const target = parseTarget(positionals[0])
  if (typeof target === 'string') throw new UsageError(`${target} A target is a domain, host:port, an IP address or an email address.`)
  return target
}

const optional = <K extends string, T>(name: K, value: T | undefined): { [key in K]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { [key in K]?: T }

/** Settings out of the command line; the password is asked for where a user is given. */
export const readDoctorOptions = async (args: readonly string[]): Promise<{ values: Values; settings: () => Promise<DoctorSettings> }> => {
  const { values, positionals } = parse(args)
  return { values, settings: () => settingsOf(values, positionals) }
}

const settingsOf = async (values: Values, positionals: readonly string[]): Promise<DoctorSettings> => {
  const target = targetOf(positionals)
  const { user } = values
  // An IPv4 address in IPv6 clothes is that IPv4 address (RFC 4291 §2.5.5.2), and a name goes out as A-labels.
  const ip = values.ip?.replace(/^::ffff:(?=\d+\.)/i, '')
  const ehlo = values.ehlo === undefined ? undefined : domainToASCII(values.ehlo) || values.ehlo
  addressOption('ip', ip)
  addressOption('local-address', values['local-address'])
  if (ehlo !== undefined && !hostName.test(ehlo))
    throw new UsageError(`--ehlo takes the name of this machine, such as mail.example.com, not "${ehlo}".`)
  if (user === undefined && values['password-stdin']) throw new UsageError('--password-stdin goes with --user USER.')
  if (user !== undefined && target.kind !== 'host')
    throw new UsageError('--user is for one submission server: whybounce doctor smtp.example.com:587 --user USER')
  if (values['relay-test'] && target.kind !== 'host')
    throw new UsageError('--relay-test is for your own server: name it, as host or host:port.')
  if (values['password-stdin'] && values.message === '-') throw new UsageError('Standard input cannot be the password and the message.')
  if (values.html !== undefined && values.html === values.message) throw new UsageError('--html would overwrite the message.')
  if (values.html !== undefined) tryToWrite('html', values.html)
  const message = values.message === undefined ? undefined : read('message', values.message, maxMessageBytes)
  const roots =
    values['tls-ca'] === undefined ? undefined : certificates(read('tls-ca', values['tls-ca'], maxCertificates).toString('latin1'))
  const credentials = user === undefined ? undefined : { user, password: await readPassword(values['password-stdin'] === true) }
  return {
    target,
    why: values.why,
    json: values.json === true,
    html: values.html,
    all: values.all === true,
    quiet: values.quiet === true,
    strict: values.strict === true,
    doctor: {
      target,
      resolver: resolverOf(values.dns),
      ehloName: ehlo ?? hostname(),
      trustedResolver: values['trust-dns'] === true,
      ownResolver: values['own-resolver'] === true,
      relayTest: values['relay-test'] === true,
      allowPrivate: values['allow-private'] === true,
      deep: values.deep === true,
      ...optional('from', domainOption('from', values.from)),
      ...optional('ip', ip),
      ...optional('credentials', credentials),
      ...optional('message', message),
      ...optional('selectors', values.selector),
      ...optional('reach', values.reach?.map(reachOf)),
      ...optional('localAddress', values['local-address']),
      ...optional('roots', roots),
      ...optional('timeout', seconds(values.timeout)),
      ...optional('blocklists', values.blocklist?.map(blocklistOf))
    }
  }
}

/** `ID` or `ID=KEY`. A key in the environment does not stand in the process list. */
const blocklistOf = (text: string): { id: string; key?: string } => {
  const at = text.indexOf('=')
  const id = at < 0 ? text : text.slice(0, at)
  const key = at < 0 ? process.env[`WHYBOUNCE_KEY_${id.toUpperCase().replaceAll('-', '_')}`] : text.slice(at + 1)
  return key === undefined || key === '' ? { id } : { id, key }
}

const certificates = (pem: string): readonly string[] => {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)
  if (found === null) throw new UsageError('--tls-ca takes a file with certificates (PEM).')
  return found
}
