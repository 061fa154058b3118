import type { Opening, SmtpReply, TlsFacts, TranscriptLine } from '../../smtp/dialogue.ts'
import type { DialogueError } from '../../smtp/dialogue-error.ts'
import type { Context } from '../check.ts'
import { connect } from './connect.ts'
import { findServers } from './servers.ts'

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
  /** The reply that refused STARTTLS, where the dialogue went on in the clear. */
  readonly starttls?: SmtpReply
  readonly error?: DialogueError
  /** Where TLS begins otherwise than it should at this port: what was said when it was tried the other way. */
  readonly otherMode?: Opening
  /** Our address, as the system chose it. */
  readonly localAddress?: string
  readonly transcript: readonly TranscriptLine[]
}

/** The servers that this run examines: MX hosts of the receiver (the first addresses; with `deep` all), or the host that was typed. */
export const serversOf = async (context: Context): Promise<readonly ServerAt[]> => (await findServers(context)).servers

/** `mx1.example.net [192.0.2.1]:25` */
export const placeOf = ({ host, address, port }: ServerAt): string => `${host === address ? '' : `${host} `}[${address}]:${port}`

/** The session with a server, held once in a run. Never rejects. */
export const sessionWith = (context: Context, at: ServerAt): Promise<Session> =>
  context.once(`session ${at.host} ${at.address} ${at.port} ${at.implicitTls}`, async () => {
    const session = await holdSession(context, at)
    return mayBeOtherMode(session) ? withOtherMode(context, session) : session
  })

const holdSession = async (context: Context, at: ServerAt): Promise<Session> => {
  const held = await connect(context, at, {}, async () => undefined)
  if ('spent' in held) return { at, capabilities: new Map(), transcript: [] }
  if ('error' in held) return { ...opened(at, held.error.opening), error: held.error, transcript: held.error.transcript }
  if ('refused' in held) return { ...opened(at, held.opening), refused: held.refused, transcript: held.transcript }
  const { dialogue } = held
  return { ...opened(at, dialogue.opening), localAddress: dialogue.localAddress, transcript: dialogue.transcript() }
}

const opened = (at: ServerAt, opening: Opening): Omit<Session, 'transcript'> => ({ at, capabilities: new Map(), ...opening })

/** A server that waits for TLS says nothing, or breaks off at our EHLO; one that does not know TLS greets where the handshake should be. */
const mayBeOtherMode = ({ at, error, greeting }: Session): boolean => {
  if (error === undefined || greeting !== undefined) return false
  if (at.implicitTls) return error.stage === 'starttls' && error.code === 'ETLS'
  return error.stage === 'greeting' && error.unfinished === 0 && ['ETIMEDOUT', 'EGREETING', 'EPROTOCOL', 'ECLOSED'].includes(error.code)
}

const withOtherMode = async (context: Context, session: Session): Promise<Session> => {
  const { at } = session
  const held = await connect(context, at, { tls: at.implicitTls ? 'if-offered' : 'immediate' }, async () => undefined)
  const opening = 'dialogue' in held ? held.dialogue.opening : 'error' in held ? held.error.opening : 'refused' in held ? held.opening : {}
  const proven = at.implicitTls ? opening.greeting !== undefined : opening.tls !== undefined
  return proven ? { ...session, otherMode: opening } : session
}

/** The envelope sender of a dialogue in which the empty one does not do. */
export const envelopeSender = ({ options }: Context): string => `postmaster@${options.from ?? options.ehloName}`
