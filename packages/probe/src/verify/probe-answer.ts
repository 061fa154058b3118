import type { Confidence, Diagnosis } from '@whybounce/core'

/** What asking a mail server about one address came to. Times are ISO 8601, UTC. */
export type ProbeAnswer = {
  /**
   * The server's answer to RCPT TO: `accepted`; `refused`, and the words say that the address is dead; `unclear`, refused for
   * another reason or for now. `no-answer`: no server could be asked. `skipped`: it was not asked, and `reason` says why.
   */
  readonly kind: 'accepted' | 'refused' | 'unclear' | 'no-answer' | 'skipped'
  /** Of an accepting domain: whether it takes invented addresses too; absent where that could not be found out. */
  readonly catchAll?: boolean
  /** Of knowledge/verdicts.toml. For `skipped`: `operator-does-not-tell, prober-blocked, not-asked, smtputf8-not-offered`; for `no-answer`: `server-too-slow`. */
  readonly reason?: string
  readonly cause?: string
  readonly detail?: string
  readonly confidence?: Confidence
  readonly replyCode?: number
  /** The words of the server, or of the fault, bounded. */
  readonly reply?: string
  readonly host?: string
  readonly at: string
  readonly attempts: number
  /** When it is asked again. */
  readonly retryAt?: string
}

/** A refusal with one of these is about the mailbox or its domain. All others are about us, the message or the moment (law 3). */
const addressCauses: ReadonlySet<string> = new Set([
  'user-unknown',
  'mailbox-disabled',
  'mailbox-moved',
  'domain-not-found',
  'domain-not-accepting-mail',
  'bad-address-syntax'
])

/** True where the answer says that this address is dead. A code alone says so only where it is 5.1.x: a bare 550 decides nothing (law 1). */
export const speaksOfAddress = ({ cause, confidence, status }: Pick<Diagnosis, 'cause' | 'confidence' | 'status'>): boolean =>
  addressCauses.has(cause) &&
  (confidence === 'certain' || confidence === 'likely' || (confidence === 'weak' && /^5\.1\./.test(status ?? '')))

/** Answers about the machine that asks: going on would harm its reputation and tell nothing. */
const ofProber: ReadonlySet<string> = new Set([
  'authentication-failed',
  'invalid-sender',
  'ip-blocklisted',
  'poor-reputation',
  'reverse-dns-missing',
  'sending-quota-exceeded',
  'smtp-auth-failed'
])

/** Answers that can be about the machine that asks or about one mailbox's own rules: several in a row are about the machine. */
const perhapsOfProber: ReadonlySet<string> = new Set(['access-blocked', 'policy-rejected', 'spam-content'])

/** Whether the answer speaks of the machine that asks and not of the address. */
export const speaksOfProber = ({ cause, confidence }: Pick<Diagnosis, 'cause' | 'confidence'>): 'yes' | 'perhaps' | 'no' =>
  confidence === 'none' ? 'no' : ofProber.has(cause) ? 'yes' : perhapsOfProber.has(cause) ? 'perhaps' : 'no'
