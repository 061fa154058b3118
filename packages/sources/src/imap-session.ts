import { setTimeout as sleep } from 'node:timers/promises'
import { prepareActing } from './imap-act.ts'
import type { Connection } from './imap-connection.ts'
import { isPassing, SourceError } from './imap-error.ts'
import type { ImapSettings } from './imap-options.ts'

/** A connection that is made again when it is lost. */
export type Session = {
  readonly uidValidity: string
  /** One piece of work at a time. It is done again from its beginning after the connection was lost, so it must bear that. */
  readonly run: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

/** However often it was tried, nobody wants to wait longer for the next one. */
const maxDelay = 30_000

/** The first connection is tried once: who just typed the address waits for the answer. */
export const openSession = async (settings: ImapSettings): Promise<Session> => {
  const { target, signal } = settings
  // Loading the IMAP client takes longer than starting the program; who reads files does not wait for it.
  const { connect } = await import('./imap-connection.ts')
  let connection: Connection | undefined = await connect(settings)
  const { uidValidity } = connection
  await ready(connection)
  let losses = 0
  let closing = false
  let last: Promise<unknown> = Promise.resolve()

  async function ready(made: Connection): Promise<void> {
    try {
      await prepareActing(made, settings)
    } catch (error) {
      await made.close()
      throw error
    }
  }
  const reconnect = async (): Promise<Connection> => {
    const made = await connect(settings)
    if (made.uidValidity !== uidValidity) {
      await made.close()
      throw new SourceError(
        'mailbox-changed',
        'open-mailbox',
        `"${target.mailbox}" was made anew on ${target.host} while it was read (UIDVALIDITY changed). Start again.`
      )
    }
    await ready(made)
    return made
  }
  const attempt = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        connection ??= await reconnect()
        const done = await work(connection)
        losses = 0
        return done
      } catch (error) {
        if (!isPassing(error)) throw error
        connection?.client.close()
        connection = undefined
        losses++
        if (losses > settings.reconnects) throw givenUp(error, losses)
        const delay = Math.min(settings.reconnectDelay * 2 ** (losses - 1), maxDelay)
        settings.notice({
          code: 'reconnecting',
          words: `${error.message} Trying again in ${delay / 1_000} s (${losses} of ${settings.reconnects}).`
        })
        await sleep(delay, undefined, signal === undefined ? {} : { signal }).catch((reason: unknown) => {
          throw signal?.reason ?? reason
        })
      }
    }
  }
  return {
    uidValidity,
    run: (work) => {
      if (closing) return Promise.reject(new TypeError('The mailbox is closed'))
      const turn = last.then(() => attempt(work))
      last = turn.catch(() => {})
      return turn
    },
    close: async () => {
      closing = true
      await last
      if (signal?.aborted) connection?.client.close()
      else await connection?.close()
      connection = undefined
    }
  }
}

const givenUp = (error: SourceError, losses: number): SourceError =>
  losses === 1
    ? error
    : new SourceError(
        error.code,
        error.step,
        `${error.message} Given up after ${losses} times in a row. Start again to go on behind what was acknowledged.`,
        error
      )
