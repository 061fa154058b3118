import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { notImapError, SourceError, tellImapError, timeoutError } from './imap-error.ts'
import type { ImapSettings, ImapStep } from './imap-options.ts'
import { isLoopback } from './imap-url.ts'

/**
 * The IMAP client without its ways to delete. It would move by COPY, \Deleted and EXPUNGE where a server has no MOVE, and CLOSE expunges what
 * other programs marked as deleted.
 */
class KeepingClient extends ImapFlow {
  override messageDelete(): Promise<boolean> {
    return Promise.reject(new TypeError('Nothing is deleted'))
  }
  override mailboxDelete(): Promise<never> {
    return Promise.reject(new TypeError('Nothing is deleted'))
  }
  override mailboxClose(): Promise<boolean> {
    return Promise.reject(new TypeError('Nothing is deleted'))
  }
}

export type Connection = {
  readonly client: ImapFlow
  readonly uidValidity: string
  /** Waits for the work, as long as the step may take and nobody aborts; what goes wrong comes as a SourceError. */
  readonly within: <T>(step: ImapStep, work: Promise<T>) => Promise<T>
  /** What the server last refused with: the client answers some commands with a mere `false`. */
  readonly lastRefusal: () => unknown
  readonly close: () => Promise<void>
}

/** Above what a message or the list of messages of the largest mailbox needs: what a hostile server may make us hold. */
const maxLineLength = 128 * 1024 * 1024
const literalMargin = 64 * 1024
const signOutTimeout = 3_000

/** Connects, signs in and opens the mailbox: with EXAMINE where nothing will be marked or moved, so that the server itself keeps us from it. */
export const connect = async (settings: ImapSettings): Promise<Connection> => {
  const { target, timeouts, signal } = settings
  const acts = settings.flag !== undefined || settings.moveTo !== undefined
  let refusal: unknown
  const remember = (entry: unknown): void => {
    if (typeof entry === 'object' && entry !== null && 'err' in entry) refusal = entry.err
  }
  const client = new KeepingClient({ ...clientOptions(settings), logger: { debug: ignore, info: ignore, warn: remember, error: remember } })
  // The command that it strikes only learns that the connection is gone. Without a listener it would end the process.
  let broken: unknown
  client.on('error', (error) => {
    broken ??= error
  })

  const limited = async <T>(step: ImapStep, limit: number, work: Promise<T>): Promise<T> => {
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const stop = (reason: unknown): void => {
      reject(reason)
      client.close()
    }
    const timer = setTimeout(() => stop(timeoutError(step, target)), limit)
    const abort = (): void => stop(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([work, stopped])
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      throw tellImapError(broken ?? error, step, target)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }
  const within: Connection['within'] = async (step, work) => {
    refusal = undefined
    const done = await limited(step, timeouts[step], work)
    // Some commands of the client end with `false` or nothing where the connection broke.
    if ((done === false || done === undefined) && !client.usable) throw tellImapError(broken ?? new Error('closed'), step, target)
    return done
  }

  signal?.throwIfAborted()
  try {
    await limited('sign-in', timeouts.connect + timeouts.greeting + timeouts['sign-in'], client.connect())
    // A lock says that quiet is meant: the client keeps a held connection alive while the caller works on a batch.
    await within('open-mailbox', client.getMailboxLock(target.mailbox, { readOnly: !acts, maxLockHoldTime: false }))
    const { mailbox } = client
    if (mailbox === false) throw new SourceError('connection-lost', 'open-mailbox', `${target.host} closed the mailbox again.`)
    if (acts && mailbox.readOnly === true)
      throw new SourceError(
        'read-only',
        'open-mailbox',
        `${target.user} may only read the mailbox "${target.mailbox}". Read it without marking or moving, or ask for the right to change it.`
      )
    return {
      client,
      uidValidity: String(mailbox.uidValidity),
      within,
      lastRefusal: () => refusal,
      close: async () => {
        await limited('sign-in', signOutTimeout, client.logout()).catch(ignore)
        client.close()
      }
    }
  } catch (error) {
    client.close()
    // The client goes on waiting for a greeting whatever else comes.
    if (error instanceof SourceError && error.code === 'timeout' && error.step === 'greeting' && client.stats().received > 0)
      throw notImapError(target, error)
    throw error
  }
}

const clientOptions = ({ target, auth, insecure, tlsCa, maxMessageBytes, timeouts }: ImapSettings): ImapFlowOptions => {
  const secure = target.scheme === 'imaps'
  const trusting = insecure || (!secure && isLoopback(target.host))
  return {
    host: target.host,
    port: target.port,
    secure,
    // Left open, TLS is used where it is offered.
    ...(secure || trusting ? {} : { doSTARTTLS: true }),
    tls: { rejectUnauthorized: !trusting, ...(tlsCa === undefined ? {} : { ca: tlsCa }) },
    auth: { user: target.user, ...auth },
    clientInfo: { name: 'whybounce', version: false, vendor: false, 'support-url': false },
    connectionTimeout: timeouts.connect,
    greetingTimeout: timeouts.greeting,
    disableAutoIdle: true,
    maxLineLength,
    maxLiteralSize: maxMessageBytes + literalMargin,
    maxResponseSize: Math.max(maxLineLength, maxMessageBytes + 2 * literalMargin)
  }
}

const ignore = (): void => {}
