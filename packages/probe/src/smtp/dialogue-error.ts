import type { Stage } from '@whybounce/core'
import { ProbeError } from '../probe-error.ts'
import type { Opening, TranscriptLine } from './dialogue.ts'

/**
 * A dialogue that broke, with what was said until then. `code` is the system's (`ECONNREFUSED`, `ECONNRESET`,
 * `EHOSTUNREACH` …), else one of these:
 *
 * | code | what happened |
 * | --- | --- |
 * | `ETIMEDOUT` | the stage, or the dialogue as a whole, took longer than allowed |
 * | `ECLOSED` | the other side closed the connection, without a word or in the middle of one |
 * | `ECLOSING` | the server had said 421; this is of the commands after that |
 * | `EGREETING` | what greeted is no SMTP server |
 * | `EPROTOCOL` | what came is no SMTP reply, or none that fits the command |
 * | `EUNASKED` | a reply to nothing: which replies belong to which commands is not known any more |
 * | `ETOOLONG` | more bytes than allowed, in one reply or in all |
 * | `ENOSTARTTLS` | TLS was required and is not offered |
 * | `ESTARTTLSINJECTION` | bytes in the clear behind the reply to STARTTLS (the kind of CVE-2011-0411) |
 * | `ETLS` | the TLS handshake, or the encrypted connection, failed |
 * | `ECERTIFICATE` | TLS was required, and the certificate is not valid for the host |
 * | `EABORTED` | the caller's signal |
 */
export class DialogueError extends ProbeError {
  readonly transcript: readonly TranscriptLine[]
  /** What was said until then. */
  readonly opening: Opening
  /** Bytes of a reply that had begun and not ended. */
  readonly unfinished: number

  constructor(
    code: string,
    stage: Stage,
    host: string,
    message: string,
    said: { readonly transcript: readonly TranscriptLine[]; readonly opening?: Opening; readonly unfinished?: number },
    cause?: unknown
  ) {
    super(code, stage, host, message, cause)
    this.transcript = said.transcript
    this.opening = said.opening ?? {}
    this.unfinished = said.unfinished ?? 0
  }
}
