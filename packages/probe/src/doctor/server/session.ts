import type { SmtpReply, TlsFacts, TranscriptLine } from '../../smtp/dialogue.ts'
import type { DialogueError } from '../../smtp/dialogue-error.ts'
import type { Context } from '../check.ts'

/** One address of one server, and the way TLS begins there: by STARTTLS, or with the first byte (RFC 8314 §3: port 465). */
export type ServerAt = {
  readonly host: string
  readonly address: string
  readonly port: number
  readonly implicitTls: boolean
  /** How it came into the examination. */
  readonly role: 'mx' | 'target'
}

/** What a server said from greeting to EHLO inside TLS; whatever came before it broke is there. */
export type Session = {
  readonly at: ServerAt
  readonly greeting?: SmtpReply
  /** The EHLO reply before TLS, and what it offers; with implicit TLS those inside it. */
  readonly ehlo?: SmtpReply
  readonly capabilities: ReadonlyMap<string, string>
  /** Inside STARTTLS, where that was made. */
  readonly capabilitiesInside?: ReadonlyMap<string, string>
  readonly tls?: TlsFacts
  /** Refused at greeting, EHLO or STARTTLS. */
  readonly refused?: SmtpReply
  readonly error?: DialogueError
  readonly transcript: readonly TranscriptLine[]
}

/** The servers that this run examines: MX hosts of the receiver (the first addresses; with `deep` all), or the host that was typed. */
export const serversOf = async (_context: Context): Promise<readonly ServerAt[]> => []

/** The session with a server, held once in a run. Never rejects. */
export const sessionWith = async (_context: Context, at: ServerAt): Promise<Session> => ({ at, capabilities: new Map(), transcript: [] })
