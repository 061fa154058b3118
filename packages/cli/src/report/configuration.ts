import { existsSync, readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { printable } from '../terminal.ts'
import { UsageError } from '../usage.ts'

/** What a configuration file says. */
export type Configuration = {
  /** Our addresses by the service that sends from them. */
  readonly senderIps: Readonly<Record<string, string>>
}

const usualName = 'whybounce.json'
const maxBytes = 1024 * 1024
/** Postfix calls a service by a word of the first column of master.cf. */
const maxService = 100

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `--sender-ip SERVICE=ADDRESS`; `where` begins the sentence that says what is wrong. */
const checkSenderIp = (where: string, service: string, address: unknown): string => {
  if (service === '' || service.length > maxService || /\s/.test(service))
    throw new UsageError(
      `${where}: "${printable(service).slice(0, maxService)}" is no service: write its name as the log has it, such as smtp-out3.`
    )
  if (typeof address !== 'string' || isIP(address) === 0)
    throw new UsageError(
      `${where}: ${printable(service)} takes an IP address such as 192.0.2.3, not ${printable(JSON.stringify(address) ?? '').slice(0, 80)}.`
    )
  return address
}

export const readSenderIps = (texts: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at < 0) throw new UsageError(`--sender-ip takes SERVICE=ADDRESS, such as smtp-out3=192.0.2.3, not "${printable(text)}".`)
      const service = text.slice(0, at)
      return [service, checkSenderIp('--sender-ip', service, text.slice(at + 1))]
    })
  )

/**
 * The configuration: `file`, else the file that WHYBOUNCE_CONFIG names, else whybounce.json in the working directory, else nothing.
 * JSON: `{ "sender-ips": { "smtp-out3": "192.0.2.3" } }`. What is wrong with it is a UsageError that names file and key.
 */
export const readConfiguration = (file: string | undefined, env: NodeJS.ProcessEnv = process.env): Configuration => {
  const named = file ?? (env.WHYBOUNCE_CONFIG || undefined)
  if (named === undefined && !existsSync(usualName)) return { senderIps: {} }
  const path = named ?? usualName
  const name = printable(path)
  const fail = (why: string): never => {
    throw new UsageError(`${name}${why} A configuration looks like this: {"sender-ips": {"smtp-out3": "192.0.2.3"}}`)
  }
  let parsed: unknown
  try {
    if (statSync(path).size > maxBytes) return fail(' is larger than 1 MB: that is no configuration.')
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof UsageError) throw error
    return fail(
      error instanceof SyntaxError ? ' is no JSON.' : ` cannot be read: ${error instanceof Error ? error.message : String(error)}.`
    )
  }
  if (!isObject(parsed)) return fail(': it must be an object.')
  const strange = Object.keys(parsed).find((key) => key !== 'sender-ips')
  if (strange !== undefined) return fail(`: there is no setting "${printable(strange).slice(0, maxService)}".`)
  const senderIps = parsed['sender-ips'] ?? {}
  if (!isObject(senderIps)) return fail(': sender-ips must be an object of services and addresses.')
  return {
    senderIps: Object.fromEntries(
      Object.entries(senderIps).map(([service, address]) => [service, checkSenderIp(`${name}: sender-ips`, service, address)])
    )
  }
}
