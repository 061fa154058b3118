import type { Stage } from '@whybounce/core'

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

export type CertificateFacts = {
  readonly subject: string
  readonly issuer: string
  readonly names: readonly string[]
  readonly validFrom: string
  readonly validTo: string
  readonly fingerprint256: string
  /** The chain leads to a root that is trusted here, and the name fits; else why not. */
  readonly authorized: boolean
  readonly problem?: string
}

export type TlsFacts = { readonly protocol: string; readonly cipher: string; readonly certificate?: CertificateFacts }

export type DialogueOptions = {
  /** IP address to connect to, and the name by which it was found (SNI, certificate, transcript). */
  readonly address: string
  readonly host: string
  readonly port?: number
  readonly ehloName: string
  readonly localAddress?: string
  /** `if-offered`: STARTTLS where it is offered, without asking for a valid certificate, and in the clear after a failed STARTTLS on a new connection (the caller's choice). */
  readonly tls?: 'if-offered' | 'never' | 'required'
  /** Milliseconds per stage; RFC 5321 §4.5.3.2 has minutes, a probe does not. */
  readonly timeouts?: Partial<Record<'connect' | 'greeting' | 'command' | 'starttls' | 'total', number>>
  /** Bytes that are read of one reply, and of the whole dialogue. */
  readonly limits?: Partial<Record<'reply' | 'total', number>>
  readonly signal?: AbortSignal
}

/** An open SMTP dialogue, EHLO (or HELO) done. Every method rejects with a ProbeError when the connection breaks or a bound is passed. */
export type Dialogue = {
  readonly greeting: SmtpReply
  readonly ehlo: SmtpReply
  /** Keyword in capitals to its parameters; of the last EHLO (after STARTTLS where it was made). Empty after HELO. */
  readonly capabilities: ReadonlyMap<string, string>
  readonly tls?: TlsFacts
  readonly localAddress: string
  readonly mail: (from: string, parameters?: string) => Promise<SmtpReply>
  /** One RCPT TO for each, pipelined where PIPELINING is offered; replies in the same order. A broken connection gives the replies that came, then the error. */
  readonly rcpt: (
    recipients: readonly string[],
    parameters?: string
  ) => Promise<{ readonly replies: readonly SmtpReply[]; readonly error?: Error }>
  readonly reset: () => Promise<SmtpReply>
  /** QUIT, without waiting long for the answer. Never rejects. */
  readonly quit: () => Promise<void>
  readonly close: () => void
  readonly transcript: () => readonly TranscriptLine[]
}

/** A server that refused at greeting or EHLO: its reply is in `reply`, for the diagnosis. */
export type Refusal = { readonly refused: SmtpReply; readonly transcript: readonly TranscriptLine[] }

export const openDialogue = async (_options: DialogueOptions): Promise<Dialogue | Refusal> => {
  throw new Error('todo')
}
