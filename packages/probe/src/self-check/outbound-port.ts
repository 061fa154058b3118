import type { PortCloser } from '@whybounce/core'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import type { Dial, DialOutcome } from './dial.ts'

/** A mail server of one of the list's largest operators. */
export type PortTarget = { readonly host: string; readonly address: string; readonly port?: number }

/** One connection each to servers of this many operators settles it; more would be a burden for nothing. */
const maxTargets = 5

const told: Readonly<Record<DialOutcome, string>> = {
  open: 'opens',
  refused: 'refused',
  timeout: 'no answer',
  unreachable: 'no way there'
}
const allAlike: Readonly<Record<Exclude<DialOutcome, 'open'>, FindingCode>> = {
  refused: 'port.refused',
  timeout: 'port.dropped',
  unreachable: 'port.unreachable'
}

/** Who keeps port 25 closed and what can be done there, in whole sentences. */
const closersText = (closers: readonly PortCloser[]): string =>
  closers.map(({ name, says, do: way, source }) => `${name} ${says}: ${way}${source.startsWith('https:') ? ` (${source})` : ''}.`).join(' ')

/**
 * Whether this machine can reach port 25 of others. One open port of five is enough; a single server that does not answer
 * proves nothing, since it may be down itself.
 */
export const checkOutboundPort = async (
  targets: readonly PortTarget[],
  dial: Dial,
  timeoutMs: number,
  closers: readonly PortCloser[]
): Promise<Finding> => {
  const tried = targets.slice(0, maxTargets)
  const outcomes = await Promise.all(
    tried.map(({ address, port = 25 }) => dial(address, port, timeoutMs).catch((): DialOutcome => 'unreachable'))
  )
  const evidence = tried.map(
    ({ host, address, port = 25 }, index) => `${host} [${address}] port ${port}: ${told[outcomes[index] ?? 'unreachable']}`
  )
  if (targets.length > maxTargets) evidence.push(`the first ${maxTargets} of ${targets.length} servers were tried`)
  const [first, ...others] = outcomes
  if (first === undefined) return finding('port.not-tried', evidence)
  if (outcomes.includes('open')) return finding('port.open', evidence)
  if (others.length === 0) return finding('port.unclear', evidence)
  const code = first !== 'open' && others.every((outcome) => outcome === first) ? allAlike[first] : 'port.none-open'
  return finding(code, evidence, { closers: closersText(closers) })
}
