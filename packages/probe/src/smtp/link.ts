import { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Stage } from '@whybounce/core'
import type { Limits, Timeouts } from './bounds.ts'
import { Deadline } from './deadline.ts'
import type { Opening, SmtpReply } from './dialogue.ts'
import { DialogueError } from './dialogue-error.ts'
import { type RawReply, ReplyReader } from './reply-reader.ts'
import { hidden, withoutSecrets } from './secret.ts'
import { Transcript } from './transcript.ts'

/** What commands brought: the replies that came, in order, and why not all. */
export type Exchange = { readonly replies: readonly SmtpReply[]; readonly error?: DialogueError }

/** Undefined where a reply is awaited that nobody asked for: the greeting. */
type Command = string | undefined

type Pending = {
  readonly stage: Stage
  readonly commands: readonly Command[]
  readonly secret: boolean
  readonly timeout: number
  /** Bytes of unanswered commands at once. */
  readonly window: number
  readonly sentAt: number[]
  replies: SmtpReply[]
  inFlight: number
  readonly settle: (exchange: Exchange) => void
}

/** Characters of a line that is no reply, in a message for people. */
const shownOfJunk = 100

const bytesOf = (command: Command): number => (command === undefined ? 0 : Buffer.byteLength(command) + 2)

/**
 * A connection on which commands and replies go: it matches them in order, and ends at the first thing that makes the order
 * doubtful, since a reply taken for its neighbour's is a wrong verdict about an address.
 *
 * Policy: 421 answers the command it came for and is the last word (RFC 5321 §3.8); one that nobody asked for answers the
 * next command, which is not sent. Any other reply to nothing, and a line that is no reply, ends the connection; the
 * unfinished batch then has no replies at all. One timer and one set of listeners each, whatever goes on.
 */
export class Link {
  readonly transcript: Transcript = new Transcript()
  readonly host: string
  readonly timeouts: Timeouts
  readonly #limits: Limits
  readonly #signal: AbortSignal | undefined
  readonly #deadline: Deadline
  #socket: Socket
  #reader: ReplyReader
  #received = 0
  #stage: Stage = 'connect'
  #pending: Pending | undefined
  /** Connecting, or shaking hands. */
  #opening: ((error: DialogueError | undefined) => void) | undefined
  #farewell: RawReply | undefined
  #broken: DialogueError | undefined
  #said: Opening = {}

  constructor(socket: Socket, host: string, timeouts: Timeouts, limits: Limits, signal: AbortSignal | undefined) {
    this.host = host
    this.timeouts = timeouts
    this.#limits = limits
    this.#signal = signal
    this.#deadline = new Deadline(timeouts.total, this.#onLate)
    this.#socket = socket
    this.#reader = new ReplyReader(limits.reply)
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    socket.on('error', this.#onError)
  }

  get localAddress(): string {
    return this.#socket.localAddress ?? ''
  }

  /** What was said on the way to a dialogue. */
  get opening(): Opening {
    return this.#said
  }

  learn(more: Opening): void {
    this.#said = { ...this.#said, ...more }
  }

  get busy(): boolean {
    return this.#pending !== undefined
  }

  /** Waits until the socket connects (`connect`) or is secured (`secureConnect`); rejects with a DialogueError. */
  opened(stage: 'connect' | 'starttls', event: 'connect' | 'secureConnect'): Promise<void> {
    this.#stage = stage
    this.#deadline.set(this.timeouts[stage])
    return new Promise((resolve, reject) => {
      this.#opening = (error) => (error === undefined ? resolve() : reject(error))
      this.#socket.once(event, () => {
        const opening = this.#opening
        this.#opening = undefined
        // Between commands only the dialogue as a whole is timed.
        this.#deadline.set()
        this.#socket.on('data', this.#onData)
        opening?.(undefined)
      })
      this.#socket.once('end', this.#onEnd)
    })
  }

  /** Puts a TLS socket over the connection. What was read in the clear is forgotten (RFC 3207 §4.2). */
  async secure(wrap: (plain: Socket) => TLSSocket): Promise<TLSSocket> {
    const plain = this.#socket
    plain.off('data', this.#onData)
    plain.off('end', this.#onEnd)
    this.#reader = new ReplyReader(this.#limits.reply)
    let secured: TLSSocket
    try {
      secured = wrap(plain)
    } catch (error) {
      // A host name that cannot be sent in SNI, a root that is no certificate.
      throw this.fail('ETLS', `TLS with ${this.host} cannot be tried`, error)
    }
    secured.on('error', this.#onError)
    this.#socket = secured
    await this.opened('starttls', 'secureConnect')
    return secured
  }

  /**
   * Sends commands and gives their replies. Never rejects, but for a second call before the first is done (TypeError): whose reply
   * would it be?
   */
  exchange(
    stage: Stage,
    commands: readonly Command[],
    timeout: number,
    { window = 1, secret = false }: { readonly window?: number; readonly secret?: boolean } = {}
  ): Promise<Exchange> {
    if (this.#pending !== undefined) throw new TypeError('one command at a time: await the one before')
    if (this.#broken === undefined && this.#farewell === undefined && this.#reader.unfinished > 0) this.#unasked(false)
    if (this.#farewell !== undefined) {
      const reply: SmtpReply = { stage, ...this.#farewell, took: 0 }
      this.#farewell = undefined
      const error = this.fail('ECLOSING', `${this.host} had said: ${reply.text}`)
      return Promise.resolve(commands.length > 1 ? { replies: [reply], error } : { replies: [reply] })
    }
    if (this.#broken !== undefined) return Promise.resolve({ replies: [], error: this.#broken })
    this.#stage = stage
    return new Promise((settle) => {
      this.#pending = { stage, commands, secret, timeout, window, sentAt: [], replies: [], inFlight: 0, settle }
      this.#deadline.set(timeout)
      this.#send(this.#pending)
    })
  }

  /** One command and its reply, or the greeting; rejects where there is none, and where it is no SMTP reply. */
  async ask(stage: Stage, command: Command, timeout: number): Promise<SmtpReply> {
    const { replies, error } = await this.exchange(stage, [command], timeout)
    const [reply] = replies
    if (reply === undefined) throw error ?? this.notSmtp('')
    if (reply.code === 0) throw this.notSmtp(reply.text)
    return reply
  }

  /** Ends the connection; whatever is awaited fails with this, and everything after it. The first failure is the one that counts. */
  fail(code: string, message: string, cause?: unknown, stage: Stage = this.#stage): DialogueError {
    if (this.#broken !== undefined) return this.#broken
    this.transcript.add('note', message)
    const said = { transcript: this.transcript.lines(), opening: this.#said, unfinished: this.#reader.unfinished }
    const error = new DialogueError(code, stage, this.host, message, said, cause)
    this.#broken = error
    this.#deadline.clear()
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#socket.destroy()
    this.#settle(error)
    this.#opening?.(error)
    this.#opening = undefined
    return error
  }

  /** Ends the connection without a word; what is awaited fails, and everything after it. */
  close(): void {
    if (this.#broken === undefined) this.fail('ECLOSED', 'closed by us')
  }

  /** For a reply that is none, or that cannot be one to this command. */
  notSmtp(text: string): DialogueError {
    const code = this.#stage === 'greeting' ? 'EGREETING' : 'EPROTOCOL'
    return this.fail(code, `not what an SMTP server says at ${this.#stage}: ${JSON.stringify(text.slice(0, shownOfJunk))}`)
  }

  #settle(error: DialogueError | undefined): void {
    const pending = this.#pending
    this.#pending = undefined
    if (pending === undefined) return
    const complete = pending.replies.length >= pending.commands.length
    pending.settle(complete || error === undefined ? { replies: pending.replies } : { replies: pending.replies, error })
  }

  /** As much as the window takes; in few, larger packets where replies come one by one. */
  #send(pending: Pending): void {
    const { commands, sentAt, window, secret } = pending
    if (sentAt.length >= commands.length || pending.inFlight > window / 2) return
    const now = performance.now()
    let text = ''
    while (sentAt.length < commands.length) {
      const command = commands[sentAt.length]
      const bytes = bytesOf(command)
      if (pending.inFlight > 0 && pending.inFlight + bytes > window) break
      pending.inFlight += bytes
      sentAt.push(now)
      if (command === undefined) continue
      text += `${command}\r\n`
      this.transcript.add('us', secret ? hidden : command)
    }
    if (text !== '') this.#socket.write(text)
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#broken !== undefined) return
    this.#received += chunk.length
    const pending = this.#pending
    const replies = pending?.secret === true ? withoutSecrets(this.#reader.push(chunk), pending.commands) : this.#reader.push(chunk)
    const open = pending === undefined ? 0 : pending.sentAt.length - pending.replies.length
    for (const reply of replies) this.transcript.add('them', reply.text)
    // What is no SMTP server mostly says several lines at once (HTTP), and no two of them are a reply too many.
    const [first] = replies
    if (pending?.stage === 'greeting' && pending.replies.length === 0 && first?.code === 0) {
      this.notSmtp(first.text)
      return
    }
    const surplus = replies[open]
    if (surplus !== undefined && (replies.length > open + 1 || surplus.code !== 421 || this.#isHandshake(replies))) {
      this.#unasked(this.#isHandshake(replies))
      return
    }
    this.#farewell = surplus ?? this.#farewell
    if (pending !== undefined) this.#take(pending, replies, open)
    if (this.#reader.tooLong) this.fail('ETOOLONG', `a reply of ${this.host} had more than ${this.#limits.reply} bytes`)
    else if (this.#received > this.#limits.total) this.fail('ETOOLONG', `${this.host} sent more than ${this.#limits.total} bytes in all`)
  }

  #take(pending: Pending, replies: readonly RawReply[], open: number): void {
    const now = performance.now()
    for (let index = 0; index < open; index++) {
      const reply = replies[index]
      if (reply === undefined) break
      const at = pending.replies.length
      const took = Math.round(now - (pending.sentAt[at] ?? now))
      pending.replies.push({ stage: pending.stage, code: reply.code, text: reply.text, took })
      pending.inFlight -= bytesOf(pending.commands[at])
      if (reply.code === 0 || reply.code === 421) {
        if (reply.code === 421) this.fail('ECLOSING', `${this.host} ended the dialogue`)
        else this.notSmtp(reply.text)
        return
      }
    }
    if (this.#isHandshake(replies) && this.#reader.unfinished > 0) this.#unasked(true)
    else if (pending.replies.length >= pending.commands.length) {
      this.#deadline.set()
      this.#settle(undefined)
    } else if (replies.length > 0) {
      this.#deadline.set(pending.timeout)
      this.#send(pending)
    }
  }

  /** The server will take the next bytes for TLS: whatever else stands there in the clear was put there by somebody. */
  #isHandshake(replies: readonly RawReply[]): boolean {
    return this.#pending?.stage === 'starttls' && replies[0]?.code === 220
  }

  #unasked(injected: boolean): void {
    if (this.#pending !== undefined) this.#pending.replies = []
    if (injected) this.fail('ESTARTTLSINJECTION', `more than a reply to STARTTLS came from ${this.host} in the clear; it was thrown away`)
    else this.fail('EUNASKED', `${this.host} sent a reply to no command`)
  }

  readonly #onLate = (all: boolean): void => {
    if (all) this.fail('ETIMEDOUT', `the dialogue with ${this.host} took longer than ${this.timeouts.total} ms`)
    else this.fail('ETIMEDOUT', `${this.host} took too long at ${this.#stage}`)
  }

  readonly #onEnd = (): void => {
    if (this.#opening !== undefined) this.#onError(new Error('closed by the other side'))
    else {
      const half = this.#reader.unfinished > 0 ? ` in the middle of a reply (${this.#reader.unfinished} bytes of it)` : ''
      this.fail('ECLOSED', `${this.host} closed the connection at ${this.#stage}${half}`)
    }
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    const handshake = this.#opening !== undefined && this.#stage === 'starttls'
    const code = handshake || error.code === undefined || /^(?:ERR_|EPROTO$)/.test(error.code) ? 'ETLS' : error.code
    this.fail(code, `${this.host}: ${error.message}`, error)
  }

  readonly #onAbort = (): void => void this.fail('EABORTED', 'stopped by the caller', this.#signal?.reason)
}

type LinkOptions = {
  readonly address: string
  readonly host: string
  readonly port: number
  readonly localAddress: string | undefined
  readonly timeouts: Timeouts
  readonly limits: Limits
  readonly signal: AbortSignal | undefined
}

/** Connects; rejects with a DialogueError. */
export const openLink = async (options: LinkOptions): Promise<Link> => {
  const { address, port, localAddress, signal } = options
  const socket = new Socket()
  const link = new Link(socket, options.host, options.timeouts, options.limits, signal)
  link.transcript.add('note', `connecting to ${options.host} [${address}]:${port}`)
  if (signal?.aborted) throw link.fail('EABORTED', 'stopped by the caller', signal.reason)
  socket.setNoDelay(true)
  socket.connect({ host: address, port, ...(localAddress === undefined ? {} : { localAddress }) })
  await link.opened('connect', 'connect')
  return link
}
