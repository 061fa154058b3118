import type { PortCloser } from '@whybounce/core'
import { type Finding, type FindingCode, type FindingDetails, finding } from '@whybounce/core/finding'
import type { Dial, DialOptions, DialOutcome } from './dial.ts'

/** A mail server of one of the list's largest operators. */
export type PortTarget = { readonly host: string; readonly address: string; readonly port?: number }

export type PortTry = { readonly target: PortTarget; readonly outcome: DialOutcome }

/** One connection each to servers of this many operators settles it; more would be a burden for nothing. */
const maxTargets = 5

const told: Readonly<Record<DialOutcome, string>> = {
  open: 'opens',
  refused: 'refused',
  timeout: 'no answer',
  prohibited: 'forbidden by a firewall',
  unreachable: 'no way there'
}
const allAlike: Readonly<Record<Exclude<DialOutcome, 'open'>, FindingCode>> = {
  refused: 'port.refused',
  timeout: 'port.dropped',
  prohibited: 'port.prohibited',
  unreachable: 'port.unreachable'
}

/** `mx.example.com [192.0.2.1] port 25: no answer` */
export const tellTry = ({ target: { host, address, port = 25 }, outcome }: PortTry): string =>
  `${host === address ? '' : `${host} `}[${address}] port ${port}: ${told[outcome]}`

/** Side by side, one connection each. Never rejects. */
export const tryPort = (
  targets: readonly PortTarget[],
  dial: Dial,
  timeoutMs: number,
  options?: DialOptions
): Promise<readonly PortTry[]> =>
  Promise.all(
    targets.map(async (target) => ({
      target,
      outcome: await dial(target.address, target.port ?? 25, timeoutMs, options).catch((): DialOutcome => 'unreachable')
    }))
  )

const listed = (closers: readonly PortCloser[]): string => closers.map(({ name }) => name).join(', ')

/** Who keeps the port closed, and what can be done there: of the network that this machine stands in where that is known. */
const closersText = (all: readonly PortCloser[], port: number, own: PortCloser | undefined): string => {
  const closes = ({ alsoCloses }: PortCloser): boolean => port === 25 || alsoCloses.includes(port)
  if (own !== undefined && closes(own)) {
    const { name, says, do: way, source } = own
    return `This machine stands at ${name}, which ${says}: ${way}${source.startsWith('https:') ? ` (${source.split(' ')[0]})` : ''}.`
  }
  const open = all.filter((one) => closes(one) && one.opens)
  const never = all.filter((one) => closes(one) && !one.opens)
  return [
    open.length === 0 ? '' : `Known to close it until asked: ${listed(open)}.`,
    never.length === 0 ? '' : `Known to keep it closed: ${listed(never)}.`
  ].join(' ')
}

export type PortContext = {
  readonly closers: readonly PortCloser[]
  /** The network that this machine stands in. */
  readonly own?: PortCloser
  /** Another port opens by the same kind of address, so that there is a way out. */
  readonly wayOut?: boolean
  /** What can be done instead, a sentence. */
  readonly way?: string
  /** Lines of evidence besides the tries. */
  readonly more?: readonly string[]
  readonly details?: FindingDetails
}

/**
 * What tries of one port say. One open port is enough; a single server that does not answer proves nothing, since it may be down
 * itself.
 */
export const concludePort = (port: number, tries: readonly PortTry[], context: PortContext): Finding => {
  const { closers, own, wayOut = false, way = '', more = [], details } = context
  const evidence = [...tries.map(tellTry), ...more]
  const values = { port: String(port), way, closers: closersText(closers, port, own) }
  const [first, ...others] = tries.map(({ outcome }) => outcome)
  if (first === undefined) return finding('port.not-tried', evidence, values)
  const opened = tries.filter(({ outcome }) => outcome === 'open').length
  if (opened > 0) return finding('port.open', evidence, values)
  if (others.length === 0) return finding('port.unclear', evidence, values)
  const alike = first !== 'open' && others.every((outcome) => outcome === first)
  // With a way to the outside, "no route" for one port alone is the word of a firewall.
  const code = !alike ? 'port.none-open' : first === 'unreachable' && wayOut ? 'port.prohibited' : allAlike[first]
  return finding(code, evidence, values, details)
}

/** Whether this machine can reach port 25 of others, by servers of the first operators of a list. */
export const checkOutboundPort = async (
  targets: readonly PortTarget[],
  dial: Dial,
  timeoutMs: number,
  closers: readonly PortCloser[]
): Promise<Finding> => {
  const tries = await tryPort(targets.slice(0, maxTargets), dial, timeoutMs)
  const more = targets.length > maxTargets ? [`the first ${maxTargets} of ${targets.length} servers were tried`] : []
  return concludePort(tries[0]?.target.port ?? 25, tries, { closers, more })
}
