import { createLimiter } from '../../dns/limiter.ts'
import type { Dialogue, DialogueOptions, Refusal } from '../../smtp/dialogue.ts'
import { DialogueError } from '../../smtp/dialogue-error.ts'
import type { Context } from '../check.ts'
import type { ServerAt } from './session.ts'

/** Servers that are talked to at the same time, so that a domain of twenty hosts opens no flood of connections from one address. */
const serversAtOnce = 4

/** Connections to one port of one server in a run: more look like an attack, and get the address locked out. */
const maxConnections = 5
const maxConnectionsDeep = 12

/** Milliseconds. Senders of mail wait longer; what is silent for so long is silent for them too, but for the greeting: it is held back on purpose. */
const connectTimeout = 10_000
const greetingTimeout = 35_000
const userGreetingTimeout = 12_000
const commandTimeout = 30_000

/**
 * Parts of the time of the run. One silent server has a greeting and, tried the other way, a handshake: both must end while the run goes
 * on, so that it can still be told.
 */
const shares = { connect: 0.2, greeting: 0.6, command: 0.5, starttls: 0.2, total: 0.75 } as const
const defaultRun = 60_000

/** `spent`: as many connections as are polite have been made. */
type Connected = Dialogue | Refusal | { readonly error: DialogueError } | { readonly spent: true }

/** One after the other to each port of a server, a few servers at once; no more in a run than is polite. Never rejects. */
export const visit = async <T>(context: Context, at: ServerAt, task: () => Promise<T>): Promise<T | { readonly spent: true }> => {
  const all = await context.once('servers at once', async () => createLimiter(serversAtOnce))
  const door = await context.once(`door of ${at.address} ${at.port}`, async () => ({ limit: createLimiter(1), used: 0 }))
  return door.limit(() =>
    all(async () => {
      if (door.used++ >= (context.deep ? maxConnectionsDeep : maxConnections)) return { spent: true } as const
      return task()
    })
  )
}

/** For a file that a web server is asked for: it must be told, too, while the run goes on. */
export const policyTimeout = ({ options }: Context): number => Math.min(connectTimeout, shares.command * (options.timeout ?? defaultRun))

export const timeoutsFor = (context: Context, at: ServerAt): NonNullable<DialogueOptions['timeouts']> => {
  const run = context.options.timeout ?? defaultRun
  const within = (stage: keyof typeof shares, milliseconds: number): number => Math.max(1, Math.min(milliseconds, shares[stage] * run))
  return {
    connect: within('connect', connectTimeout),
    // A port for users that is silent is mostly one that waits for TLS, which is tried next.
    greeting: within('greeting', at.port === 25 ? greetingTimeout : userGreetingTimeout),
    command: within('command', commandTimeout),
    starttls: within('starttls', connectTimeout),
    total: within('total', run)
  }
}

/**
 * A connection of its own to a server, within `visit`'s bounds; `use` gets the dialogue, which is left afterwards. What breaks while
 * `use` is at work is an error too. Never rejects for what the network does.
 */
export const connect = async <T>(
  context: Context,
  at: ServerAt,
  options: Partial<DialogueOptions>,
  use: (dialogue: Dialogue) => Promise<T>
): Promise<{ readonly value: T; readonly dialogue: Dialogue } | Exclude<Connected, Dialogue>> =>
  visit(context, at, async () => {
    try {
      const { address, host, port } = at
      const tls = at.implicitTls ? 'immediate' : 'if-offered'
      const opened = await context.open({ address, host, port, tls, timeouts: timeoutsFor(context, at), ...options })
      if ('refused' in opened) return opened
      try {
        return { value: await use(opened), dialogue: opened }
      } finally {
        await opened.quit()
      }
    } catch (error) {
      if (error instanceof DialogueError) return { error }
      throw error
    }
  })
