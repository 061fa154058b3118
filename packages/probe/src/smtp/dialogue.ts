import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Stage } from '@whybounce/core'
import { boundsOf } from './bounds.ts'
import { commandLine } from './command-line.ts'
import { sayHello } from './hello.ts'
import { type Link, openLink } from './link.ts'
import { secureLink, startTls } from './starttls.ts'

/** One line of a dialogue; times in milliseconds since it began. */
export type TranscriptLine = { readonly at: number; readonly from: 'us' | 'them' | 'note'; readonly text: string }

export type SmtpReply = {
  readonly stage: Stage
  /** 0 where the line was no SMTP reply. */
  readonly code: number
  /** All lines as sent, joined by line feeds: what the diagnosis reads. */
  readonly text: string
  /** Milliseconds from our command to its end. */
  readonly took: number
}

type CertificateWords = {
  readonly subject: string
  readonly issuer: string
  readonly names: readonly string[]
  readonly validFrom: string
  readonly validTo: string
  readonly fingerprint256: string
}

export type CertificateFacts = CertificateWords & {
  /** The chain leads to a root that is trusted here, and the name fits; else why not. */
  readonly authorized: boolean
  readonly problem?: string
}

/** A certificate as the server showed it. */
export type PresentedCertificate = CertificateWords & {
  readonly der: Uint8Array
  /** `RSA 2048`, `EC prime256v1`; empty where the key is of no kind that is known here. */
  readonly key: string
  /** Of an RSA key. */
  readonly keyBits?: number
  /** `sha256WithRSAEncryption`, or the numbers of the algorithm where it is none of the usual; empty where it cannot be read. */
  readonly signature: string
}

export type TlsFacts = {
  readonly protocol: string
  readonly cipher: string
  readonly certificate?: CertificateFacts
  /** As presented, the server's own first; the first 20 at most. */
  readonly chain: readonly PresentedCertificate[]
  /** How many were presented. */
  readonly chainLength: number
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** What a server said on the way to a dialogue, as far as it came. */
export type Opening = {
  readonly greeting?: SmtpReply
  /** Of the first EHLO; with `tls: 'immediate'` that is inside TLS. */
  readonly ehlo?: SmtpReply
  readonly capabilities?: ReadonlyMap<string, string>
  /** The reply that refused STARTTLS. */
  readonly starttls?: SmtpReply
  readonly tls?: TlsFacts
  /** After STARTTLS. */
  readonly capabilitiesInside?: ReadonlyMap<string, string>
}

export type DialogueOptions = {
  /** IP address to connect to, and the name by which it was found (SNI, certificate, transcript). */
  readonly address: string
  readonly host: string
  readonly port?: number
  readonly ehloName: string
  readonly localAddress?: string
  /**
   * `if-offered`: STARTTLS where it is offered, without asking for a valid certificate, and in the clear after a failed STARTTLS on a new
   * connection (the caller's choice). `immediate`: TLS before the greeting (RFC 8314 §3.3), without asking for a valid certificate.
   */
  readonly tls?: 'if-offered' | 'never' | 'required' | 'immediate'
  /** TLS versions that are offered; by default those of `tls`. */
  readonly minVersion?: TlsVersion
  readonly maxVersion?: TlsVersion
  /** Milliseconds per stage; RFC 5321 §4.5.3.2 has minutes, a probe does not. */
  readonly timeouts?: Partial<Record<'connect' | 'greeting' | 'command' | 'starttls' | 'total', number>>
  /** Bytes that are read of one reply, and of the whole dialogue. */
  readonly limits?: Partial<Record<'reply' | 'total', number>>
  readonly signal?: AbortSignal
  /** Certificates (PEM) that are trusted instead of the system's. */
  readonly roots?: readonly string[]
}

/** An open SMTP dialogue, EHLO (or HELO) done. Every method rejects with a ProbeError when the connection breaks or a bound is passed. */
export type Dialogue = {
  readonly greeting: SmtpReply
  readonly ehlo: SmtpReply
  /** Keyword in capitals to its parameters; of the last EHLO (after STARTTLS where it was made). Empty after HELO. */
  readonly capabilities: ReadonlyMap<string, string>
  readonly tls?: TlsFacts
  readonly localAddress: string
  readonly opening: Opening
  readonly mail: (from: string, parameters?: string) => Promise<SmtpReply>
  /** One RCPT TO for each, pipelined where PIPELINING is offered; replies in the same order. A broken connection gives the replies that came, then the error. */
  readonly rcpt: (
    recipients: readonly string[],
    parameters?: string
  ) => Promise<{ readonly replies: readonly SmtpReply[]; readonly error?: Error }>
  readonly reset: () => Promise<SmtpReply>
  /**
   * Any other command, or a line that a 334 asked for (RFC 4954 §4). Of a `secret` one the transcript shows `…`, and a reply that
   * repeats its last word (the credentials) is given without it.
   */
  readonly command: (line: string, how?: { readonly secret?: boolean; readonly stage?: Stage }) => Promise<SmtpReply>
  /** QUIT, without waiting long for the answer. Never rejects. */
  readonly quit: () => Promise<void>
  readonly close: () => void
  readonly transcript: () => readonly TranscriptLine[]
}

/** A server that refused at greeting or EHLO: its reply is in `reply`, for the diagnosis. */
export type Refusal = { readonly refused: SmtpReply; readonly transcript: readonly TranscriptLine[]; readonly opening: Opening }

/** Milliseconds for the answer to QUIT, which says nothing that is not known. */
const quitTimeout = 2_000

/**
 * Bytes of RCPT commands that are on the way unanswered (RFC 2920 §3.1): a hundred or two. Less than what any receive buffer
 * takes, so that a server which reads little does not make the rest pile up here.
 */
const pipelineWindow = 8_192

/**
 * Connects, reads the greeting, says EHLO (else HELO), starts TLS as told and says EHLO again (RFC 3207 §4.2). Never DATA by itself.
 * A server that refuses is a value; what breaks is a DialogueError, with its code, stage and transcript. Options and addresses
 * that cannot be sent (control characters, no IP address, a bound of zero) are the caller's mistake: TypeError, RangeError.
 */
export const openDialogue = async (options: DialogueOptions): Promise<Dialogue | Refusal> => {
  const { address, host, port = 25, ehloName, localAddress, tls = 'if-offered', signal } = options
  checkTarget(address, port, localAddress)
  checkRoots(options.roots ?? [])
  if (ehloName === '' || ehloName.includes(' ')) throw new TypeError('ehloName must be one word')
  commandLine(ehloName)
  const link = await openLink({ address, host, port, localAddress, signal, ...boundsOf(options) })
  const refuse = async (refused: SmtpReply): Promise<Refusal> => {
    await leave(link)
    return { refused, transcript: link.transcript.lines(), opening: link.opening }
  }
  const { localAddress: from } = link
  if (tls === 'immediate') await secureLink(link, options)
  const greeting = await link.ask('greeting', undefined, link.timeouts.greeting)
  link.learn({ greeting })
  if (greeting.code >= 400) return refuse(greeting)
  if (greeting.code >= 300) throw link.notSmtp(greeting.text)
  let hello = await sayHello(link, ehloName)
  if (!hello.accepted) return refuse(hello.reply)
  link.learn({ ehlo: hello.reply, capabilities: hello.capabilities })
  const offered = tls !== 'immediate' && hello.capabilities.has('STARTTLS')
  if (tls === 'required' && !offered) throw link.fail('ENOSTARTTLS', `${host} does not offer STARTTLS`, undefined, 'starttls')
  const refused = tls === 'never' || !offered ? undefined : await startTls(link, options)
  if (refused !== undefined) {
    if (tls === 'required' || refused.code === 421) return refuse(refused)
    link.transcript.add('note', 'goes on in the clear')
  } else if (offered && tls !== 'never') {
    hello = await sayHello(link, ehloName)
    if (!hello.accepted) return refuse(hello.reply)
    link.learn({ capabilitiesInside: hello.capabilities })
  }
  const { reply: ehlo, capabilities } = hello
  const { opening } = link
  const dialogue = { greeting, ehlo, capabilities, localAddress: from, opening, ...methods(link, capabilities.has('PIPELINING')) }
  return opening.tls === undefined ? dialogue : { ...dialogue, tls: opening.tls }
}

/** A name would be looked up on the way, and could lead to an address that nobody has approved. */
const checkTarget = (address: string, port: number, localAddress: string | undefined): void => {
  if (isIP(address) === 0) throw new TypeError(`no IP address: ${JSON.stringify(address)}`)
  if (localAddress !== undefined && isIP(localAddress) === 0) throw new TypeError(`no IP address: ${JSON.stringify(localAddress)}`)
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) throw new RangeError(`no port: ${port}`)
}

/** Node passes over what is no certificate: then no server would be trusted, and nobody would know why. */
const checkRoots = (roots: readonly string[]): void => {
  for (const root of roots) {
    try {
      new X509Certificate(root)
    } catch (cause) {
      throw new TypeError('a root is no certificate (PEM)', { cause })
    }
  }
}

const methods = (
  link: Link,
  pipelining: boolean
): Pick<Dialogue, 'mail' | 'rcpt' | 'reset' | 'command' | 'quit' | 'close' | 'transcript'> => ({
  mail: (from, parameters) => one(link, 'mail', () => envelopeCommand('MAIL FROM', from, parameters)),
  rcpt: async (recipients, parameters) => {
    // All are looked at before the first is sent.
    const commands = recipients.map((recipient) => envelopeCommand('RCPT TO', recipient, parameters))
    if (commands.length === 0) return { replies: [] }
    return link.exchange('rcpt', commands, link.timeouts.command, { window: pipelining ? pipelineWindow : 1 })
  },
  reset: () => one(link, 'mail', () => 'RSET'),
  command: (line, { secret = false, stage = 'auth' } = {}) => one(link, stage, () => commandLine(line, secret), secret),
  quit: () => leave(link),
  close: () => link.close(),
  transcript: () => link.transcript.lines()
})

const envelopeCommand = (verb: string, address: string, parameters: string | undefined): string =>
  commandLine(parameters === undefined || parameters === '' ? `${verb}:<${address}>` : `${verb}:<${address}> ${parameters}`)

/** A reply that is no SMTP reply is one of code 0 here: the caller asked for what was said. */
const one = async (link: Link, stage: Stage, command: () => string, secret = false): Promise<SmtpReply> => {
  const { replies, error } = await link.exchange(stage, [command()], link.timeouts.command, { secret })
  const [reply] = replies
  if (reply === undefined) throw error ?? link.notSmtp('')
  return reply
}

const leave = async (link: Link): Promise<void> => {
  if (!link.busy) await link.exchange('mail', ['QUIT'], Math.min(quitTimeout, link.timeouts.command))
  link.close()
}
