import { createConnection } from 'node:net'

/**
 * `refused`: a reset, or ICMP port unreachable, which a program cannot tell apart. `timeout`: silence, as of a firewall that drops.
 * `prohibited`: a firewall, or this host's own rules, said that it is forbidden. `unreachable`: no route, or nobody there; an ICMPv4
 * `administratively prohibited` arrives as the same error.
 */
export type DialOutcome = 'open' | 'refused' | 'timeout' | 'prohibited' | 'unreachable'

export type DialOptions = { readonly localAddress?: string; readonly signal?: AbortSignal }

/** Whether a TCP port opens, within so many milliseconds. Never rejects. */
export type Dial = (address: string, port: number, timeoutMs: number, options?: DialOptions) => Promise<DialOutcome>

/**
 * As Node on Linux gives them for each `iptables -j REJECT --reject-with …`, tried one by one: ICMPv6 that forbids is EACCES, ICMP
 * protocol unreachable ENOPROTOOPT (no host sends that for TCP), a `prohibit` route EACCES.
 */
const outcomes: Readonly<Record<string, DialOutcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  ETIMEDOUT: 'timeout',
  EACCES: 'prohibited',
  EPERM: 'prohibited',
  ENOPROTOOPT: 'prohibited'
}

/** Opens a connection and closes it at once, without a word of SMTP. A signal ends it as a timeout does. */
export const dialTcp: Dial = (address, port, timeoutMs, { localAddress, signal } = {}) =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve('timeout')
    const socket = createConnection({ host: address, port, ...(localAddress === undefined ? {} : { localAddress }) })
    const end = (outcome: DialOutcome): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      socket.destroy()
      resolve(outcome)
    }
    const stop = (): void => end('timeout')
    const timer = setTimeout(stop, timeoutMs)
    signal?.addEventListener('abort', stop, { once: true })
    socket.on('connect', () => end('open'))
    // Stays on after the end: a late error of a destroyed socket must not end the process.
    socket.on('error', (error: NodeJS.ErrnoException) => end(outcomes[error.code ?? ''] ?? 'unreachable'))
  })
