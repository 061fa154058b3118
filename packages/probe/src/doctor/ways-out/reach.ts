import { isIP, isIPv6 } from 'node:net'
import { type WayOutServer, waysOut } from '@whybounce/core'
import { describeAnswer } from '../../dns/describe-answer.ts'
import { operatorOf } from '../../dns/operator.ts'
import { isLoopback, isPublicAddress } from '../../dns/public-address.ts'
import type { DnsAnswer } from '../../dns/resolver.ts'
import { dialTcp } from '../../self-check/dial.ts'
import { type PortTarget, type PortTry, tryPort } from '../../self-check/outbound-port.ts'
import { interfaceAddresses } from '../../self-check/own-address.ts'
import type { Context } from '../check.ts'

/** A server to try a way out with. `operator`: absent where it is not known that nobody else of the list runs it too. */
export type ReachTarget = PortTarget & { readonly port: number; readonly operator?: string; readonly known?: WayOutServer }

/** The tries of one port. `nowhere`: at an address where no server can be. */
export type PortTries = {
  readonly port: number
  readonly ipv4: readonly PortTry[]
  readonly ipv6: readonly PortTry[]
  readonly nowhere?: PortTry
}

export type WaysOutTries = {
  readonly ports: readonly PortTries[]
  readonly targets: readonly ReachTarget[]
  /** What DNS said where a host has no address that can be tried. */
  readonly failures: readonly string[]
  /** Whether IPv6 is of this machine's networks. */
  readonly usesIpv6: boolean
}

const mailPorts: readonly number[] = [25, 465, 587, 2525]

/** Hosts of `--reach`; a list of thousands would be a scan. */
const maxHosts = 20
/** Answers of DNS that are shown; they are all alike where it does not work. */
const maxFailures = 6
/** Connections for one port by one family: five operators settle it. */
const maxTries = 5
/** Milliseconds. A connection around the world takes half a second, and one lost packet three. */
const dialTimeout = 5_000
/** Milliseconds. Nobody answers there, so that a sound network takes all of it; who intercepts stands near, and answers at once. */
const nobodyTimeout = 2_000

/** RFC 5737, RFC 3849: these are given to nobody. One address each, with the network that it lies in. */
const documentation = [
  { address: '192.0.2.1', network: '192.0.2.' },
  { address: '198.51.100.1', network: '198.51.100.' },
  { address: '203.0.113.1', network: '203.0.113.' }
]

/** An address where no server is; none where the machine itself, or what it tries, stands in such networks, as in a laboratory. */
export const addressOfNobody = (inUse: readonly string[]): string | undefined =>
  documentation.find(({ network }) => !inUse.some((address) => address.startsWith(network)))?.address

type Wanted = { readonly host: string; readonly ports: readonly number[]; readonly known?: WayOutServer }

const wantedHosts = ({ options }: Context): readonly Wanted[] => {
  const named = options.reach ?? []
  if (named.length === 0) return waysOut.servers.map((known) => ({ host: known.host, ports: known.ports, known }))
  return named.slice(0, maxHosts).map(({ host, port }) => {
    const known = waysOut.servers.find((one) => one.host === host.toLowerCase())
    return { host, ports: port === undefined ? (known?.ports ?? mailPorts) : [port], ...(known === undefined ? {} : { known }) }
  })
}

type Found = { readonly addresses: readonly string[]; readonly answers: readonly DnsAnswer[] }

/** The first address of each kind. What DNS leads to must be public; an address that was typed need not. */
const addressesOf = async ({ query, allowPrivate }: Context, host: string): Promise<Found> => {
  if (isIP(host) !== 0) return { addresses: [host], answers: [] }
  const answers = await Promise.all([query(host, 'A'), query(host, 'AAAA')])
  const addresses = answers.flatMap(({ records }) => records.filter((one) => allowPrivate || isPublicAddress(one)).slice(0, 1))
  return { addresses, answers }
}

const targetsOf = async (context: Context): Promise<{ readonly targets: readonly ReachTarget[]; readonly failures: readonly string[] }> => {
  const found = await Promise.all(
    wantedHosts(context).map(async ({ host, ports, known }) => {
      const { addresses, answers } = await addressesOf(context, host)
      const operator = known?.operator ?? (isIP(host) === 0 ? operatorOf(host).provider : undefined)
      const targets = addresses.flatMap((address) =>
        ports.map((port) => ({
          host,
          address,
          port,
          ...(operator === undefined ? {} : { operator }),
          ...(known === undefined ? {} : { known })
        }))
      )
      const failures = targets.length > 0 ? [] : answers.map((answer) => `${answer.type} of ${answer.name}: ${describeAnswer(answer)}`)
      return { targets, failures }
    })
  )
  return { targets: found.flatMap(({ targets }) => targets), failures: found.flatMap(({ failures }) => failures).slice(0, maxFailures) }
}

/** All ports of mail, by IPv4 and IPv6, with servers of several operators side by side. Tried once in a run. Never rejects. */
export const tryWaysOut = (context: Context): Promise<WaysOutTries> =>
  context.once('ways out', async () => {
    const { localAddress } = context.options
    const interfaces = interfaceAddresses()
    const { targets, failures } = await targetsOf(context)
    const typedIpv6 = (context.options.reach ?? []).some(({ host }) => isIPv6(host))
    const usesIpv6 = typedIpv6 || interfaces.some((address) => isIPv6(address) && isPublicAddress(address))
    const nobody = targets.every(({ address }) => isLoopback(address))
      ? undefined
      : addressOfNobody([...interfaces, ...targets.map(({ address }) => address)])
    const families = localAddress === undefined ? [4, 6] : [isIP(localAddress)]
    const options = { signal: context.signal, ...(localAddress === undefined ? {} : { localAddress }) }
    const attempt = (some: readonly PortTarget[], timeout = dialTimeout): Promise<readonly PortTry[]> =>
      tryPort(some.slice(0, maxTries), dialTcp, timeout, options)
    const ports = await Promise.all(
      [...new Set(targets.map(({ port }) => port))].map(async (port) => {
        const ofFamily = (family: number): readonly ReachTarget[] =>
          targets.filter((one) => one.port === port && isIP(one.address) === family && families.includes(family))
        const nowhere = nobody === undefined || !families.includes(4) ? [] : [{ host: 'nobody', address: nobody, port }]
        const [ipv4, ipv6, [none]] = await Promise.all([
          attempt(ofFamily(4)),
          attempt(usesIpv6 ? ofFamily(6) : []),
          attempt(nowhere, nobodyTimeout)
        ])
        return { port, ipv4, ipv6, ...(none === undefined ? {} : { nowhere: none }) }
      })
    )
    // Ports without any server that could be found are told of too.
    const missing = (context.options.reach ?? []).length > 0 ? [] : mailPorts.filter((port) => !ports.some((one) => one.port === port))
    const all = [...ports, ...missing.map((port) => ({ port, ipv4: [], ipv6: [] }))].sort((one, other) => one.port - other.port)
    return { ports: all, targets, failures, usesIpv6 }
  })
