import { isIP } from 'node:net'
import { openUdp, type UdpExchange } from './udp-exchange.ts'

/** Timeouts in a row, with no answer between, after which a server counts as dead. A name whose own servers are silent makes one or two. */
const timeoutsUntilDead = 5
/** Milliseconds that a dead server is asked last; doubled each time up to the bound. */
const firstBackOff = 1_000
const longestBackOff = 60_000
/** Milliseconds that a server which refused EDNS is asked without. It may be replaced by a better one, in a run of days. */
const withoutEdnsFor = 600_000

export type ServerAddress = { readonly address: string; readonly port: number }

/** A server with what we learned of it in this run. */
export type NameServer = ServerAddress & {
  /** `192.0.2.1:53`, `[2001:db8::1]:53`. */
  readonly label: string
  readonly udp: UdpExchange
  readonly edns: (now: number) => boolean
  readonly refusedEdns: (now: number) => void
  readonly answered: () => void
  readonly silent: (now: number, unreachable: boolean) => void
  /** Dead for now: to be asked only after all that are not. */
  readonly resting: (now: number) => boolean
}

/** Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`. Undefined for all else: a name would need a resolver first. */
export const parseServerAddress = (text: string): ServerAddress | undefined => {
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text)
  const address = isIP(text) !== 0 ? text : (parts?.[1] ?? parts?.[2])
  if (address === undefined || isIP(address) === 0) return undefined
  const port = isIP(text) !== 0 || parts?.[3] === undefined ? 53 : Number(parts[3])
  return port < 1 || port > 65_535 ? undefined : { address, port }
}

export const openNameServer = ({ address, port }: ServerAddress, stray: () => void): NameServer => {
  let timeouts = 0
  let backOff = firstBackOff
  let restsUntil = 0
  let plainUntil = 0
  return {
    address,
    port,
    label: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    udp: openUdp(address, port, stray),
    edns: (now) => now >= plainUntil,
    refusedEdns: (now) => {
      plainUntil = now + withoutEdnsFor
    },
    answered: () => {
      timeouts = 0
      backOff = firstBackOff
      restsUntil = 0
    },
    silent: (now, unreachable) => {
      timeouts++
      // Of a burst of questions that all fail at once, only the first lengthens the rest.
      if (now < restsUntil || (!unreachable && timeouts < timeoutsUntilDead)) return
      restsUntil = now + backOff
      backOff = Math.min(backOff * 2, longestBackOff)
    },
    resting: (now) => now < restsUntil
  }
}
