import type { Checkpoint } from './checkpoint.ts'
import { type ImapTarget, parseImapUrl } from './imap-url.ts'

export type ImapStep =
  | 'connect'
  | 'greeting'
  | 'sign-in'
  | 'open-mailbox'
  | 'create-mailbox'
  | 'search'
  | 'sizes'
  | 'fetch'
  | 'mark'
  | 'move'

/** Milliseconds a step may take: `fetch` is one message, `connect` is name, TCP and TLS. Searching and moving a full mailbox takes servers a while. */
const imapTimeouts: Readonly<Record<ImapStep, number>> = {
  connect: 30_000,
  greeting: 15_000,
  'sign-in': 60_000,
  'open-mailbox': 60_000,
  'create-mailbox': 30_000,
  search: 120_000,
  sizes: 120_000,
  fetch: 120_000,
  mark: 60_000,
  move: 120_000
}

/** A notice says what it says in its first hundred kilobytes; what follows is the returned message with its attachments. */
const defaultMessageBytes = 1024 * 1024
/** So many messages, or so many bytes, are fetched with one command and acknowledged together. */
const defaultBatchMessages = 100
const defaultBatchBytes = 4 * 1024 * 1024
/** Five tries from a second on, doubled each time: half a minute, enough for a server that is restarted. */
const defaultReconnects = 5
const defaultReconnectDelay = 1_000

/** What is worth telling while it goes on. The words are a sentence. */
export type ImapNotice = { readonly code: 'uidvalidity-changed' | 'reconnecting' | 'acting-again'; readonly words: string }

export type ImapOptions = {
  /** `imaps://user@host[:port]/mailbox`; `imap://` begins in the clear and must come to TLS by STARTTLS, but for the machine itself. */
  readonly url: string
  readonly user?: string | undefined
  /** One of the two. Never from the command line: from the environment, a file, or a prompt. */
  readonly password?: string | undefined
  /** OAuth 2.0 (OAUTHBEARER, RFC 7628, or XOAUTH2). */
  readonly accessToken?: string | undefined
  readonly mailbox?: string | undefined
  /** Only messages without \Seen. */
  readonly unseenOnly?: boolean | undefined
  /** Remembers what was acknowledged. */
  readonly checkpoint?: Checkpoint | undefined
  /** What to set on acknowledged messages: `seen`, `flagged`, or any keyword (`$Processed`). */
  readonly mark?: string | undefined
  /** Where to move acknowledged messages; made where it is missing. Needs a server with MOVE (RFC 6851): nothing here ever deletes. */
  readonly moveTo?: string | undefined
  /** Goes on without TLS where there is none, and with any certificate. */
  readonly insecure?: boolean | undefined
  /** Certificates (PEM) that are trusted instead of the well-known authorities. */
  readonly tlsCa?: string | Buffer | undefined
  /** Of a longer message so many bytes are fetched. */
  readonly maxMessageBytes?: number | undefined
  readonly batchMessages?: number | undefined
  readonly batchBytes?: number | undefined
  readonly timeouts?: Partial<Readonly<Record<ImapStep, number>>> | undefined
  /** How often in a row a lost connection is made again. */
  readonly reconnects?: number | undefined
  /** Milliseconds before the first of these tries. */
  readonly reconnectDelay?: number | undefined
  /** Ends everything at once: what is under way throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  readonly notice?: ((notice: ImapNotice) => void) | undefined
}

export type ImapSettings = {
  readonly target: ImapTarget
  readonly auth: { readonly pass: string } | { readonly accessToken: string }
  readonly unseenOnly: boolean
  readonly checkpoint: Checkpoint | undefined
  /** As IMAP has it: `\Seen`, `\Flagged` or the keyword. */
  readonly flag: string | undefined
  readonly moveTo: string | undefined
  readonly insecure: boolean
  readonly tlsCa: string | Buffer | undefined
  readonly maxMessageBytes: number
  readonly batchMessages: number
  readonly batchBytes: number
  readonly timeouts: Readonly<Record<ImapStep, number>>
  readonly reconnects: number
  readonly reconnectDelay: number
  readonly signal: AbortSignal | undefined
  readonly notice: (notice: ImapNotice) => void
}

/** Throws a TypeError or RangeError for what cannot be meant. */
export const checkImapOptions = (options: ImapOptions): ImapSettings => {
  const target = parseImapUrl(options.url, options)
  const { moveTo, timeouts = {} } = options
  if (moveTo !== undefined && (moveTo === '' || sameMailbox(moveTo, target.mailbox)))
    throw new TypeError('Messages are moved to another mailbox than the one that is read.')
  return {
    target,
    auth: authOf(options),
    unseenOnly: options.unseenOnly ?? false,
    checkpoint: options.checkpoint,
    flag: options.mark === undefined ? undefined : flagOf(options.mark),
    moveTo,
    insecure: options.insecure ?? false,
    tlsCa: options.tlsCa,
    maxMessageBytes: whole('maxMessageBytes', options.maxMessageBytes ?? defaultMessageBytes, 1),
    batchMessages: whole('batchMessages', options.batchMessages ?? defaultBatchMessages, 1),
    batchBytes: whole('batchBytes', options.batchBytes ?? defaultBatchBytes, 1),
    timeouts: timeoutsOf(timeouts),
    reconnects: whole('reconnects', options.reconnects ?? defaultReconnects, 0),
    reconnectDelay: whole('reconnectDelay', options.reconnectDelay ?? defaultReconnectDelay, 0),
    signal: options.signal,
    notice: options.notice ?? (() => {})
  }
}

const authOf = ({ password, accessToken }: ImapOptions): ImapSettings['auth'] => {
  if (accessToken !== undefined && accessToken !== '') return { accessToken }
  if (password === undefined || password === '') throw new TypeError('The mailbox needs a password or an access token.')
  return { pass: password }
}

/** The other system flags say what somebody else decided: answered, a draft, to be deleted. A keyword of such a name would be taken for one. */
const notOurs = new Set(['deleted', 'recent', 'answered', 'draft'])

const flagOf = (mark: string): string => {
  const name = mark.toLowerCase()
  if (name === 'seen') return '\\Seen'
  if (name === 'flagged') return '\\Flagged'
  // RFC 9051 §9, flag-keyword: an atom.
  if (notOurs.has(name) || !/^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]{1,100}$/.test(mark))
    throw new TypeError(
      'Messages are marked "seen", "flagged", or with one word of ASCII letters and digits ($Processed); never as deleted.'
    )
  return mark
}

/** More would overflow a timer, which then strikes at once. */
const maxTimeout = 2 ** 31 - 1

const timeoutsOf = (given: Partial<ImapSettings['timeouts']>): ImapSettings['timeouts'] => {
  for (const [step, limit] of Object.entries(given))
    if (whole(`timeouts.${step}`, limit, 1) > maxTimeout)
      throw new RangeError(`timeouts.${step} must be at most ${maxTimeout} milliseconds`)
  return { ...imapTimeouts, ...given }
}

const sameMailbox = (one: string, other: string): boolean => one === other || (isInbox(one) && isInbox(other))
const isInbox = (name: string): boolean => name.toUpperCase() === 'INBOX'

const whole = (name: string, value: number, least: number): number => {
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`${name} must be a whole number, at least ${least}`)
  return value
}
