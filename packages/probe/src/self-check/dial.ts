import { createConnection } from 'node:net'

/** `timeout`: silence, as of a firewall that drops; `unreachable`: no route, or not allowed by this host. */
export type DialOutcome = 'open' | 'refused' | 'timeout' | 'unreachable'

/** Whether a TCP port opens, within so many milliseconds. Never rejects. */
export type Dial = (address: string, port: number, timeoutMs: number) => Promise<DialOutcome>

/** A reset in place of an answer is a refusal too: firewalls send either. */
const outcomes: Readonly<Record<string, DialOutcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  ETIMEDOUT: 'timeout'
}

/** Opens a connection and closes it at once, without a word of SMTP. */
export const dialTcp: Dial = (address, port, timeoutMs) =>
  new Promise((resolve) => {
    const socket = createConnection({ host: address, port })
    const end = (outcome: DialOutcome): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(() => end('timeout'), timeoutMs)
    socket.on('connect', () => end('open'))
    // Stays on after the end: a late error of a destroyed socket must not end the process.
    socket.on('error', (error: NodeJS.ErrnoException) => end(outcomes[error.code ?? ''] ?? 'unreachable'))
  })
