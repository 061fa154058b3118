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

/**
 * A refusal of a recipient with one of these is about the mailbox. All others are about us, the message or the moment (law 3);
 * that the domain does not exist is not believed of a server to which our own DNS has just led us.
 */
const addressCauses: ReadonlySet<string> = new Set(['user-unknown', 'mailbox-disabled', 'mailbox-moved', 'domain-not-accepting-mail'])

/**
 * Words beside which a refusal is not about the mailbox alone: the moment, a directory that is down, our own address or sender, a guard
 * against harvesting. A refusal with one of them is unclear, whatever else it says.
 */
const hedges =
  /temporar|lookup (?:fail|error)|user lookup|grey-?list|gray-?list|\blater\b|\byet\b|deferred|maintenance|\bldap\b|director(?:y|ies) (?:service|harvest|is|unavail|down)|at this time|try again|going down|too many|harvest|block(?:ed|list)|blacklist|spamhaus|your ip|\bsender\b|return (?:address|path)|envelope from|call-?(?:out|back)|verif|not (?:allowed|permitted|authori[sz]ed)/i

/** RFC 5321's own words for 550, "mailbox not found, no access, or command rejected for policy reasons": three things in one. */
const stock = /requested (?:mail )?action (?:not taken|aborted): mailbox unavailable/i

/** What is known of a refusal beside its diagnosis. `ours`: our envelope sender, its domain and our EHLO name. */
export type Refused = {
  readonly text: string
  readonly code: number
  readonly recipient: string
  readonly ours: readonly string[]
  /** The operator is known, so that its own words are read by its own rules. */
  readonly knownProvider: boolean
}

/** True where the refusal names us and not the recipient: then it is about our sender (a callout, a refused name), not the mailbox. */
const namesUsAlone = ({ text, recipient, ours }: Refused): boolean => {
  const lower = text.toLowerCase()
  return !lower.includes(recipient.toLowerCase()) && ours.some((name) => name.includes('.') && lower.includes(name.toLowerCase()))
}

/**
 * True where the answer says that this address is dead. A code alone says so only where it is 5.1.1: a bare 550 decides nothing (law 1).
 * A transient one (4xx) says so only with a plain "user unknown" and no other class of trouble.
 */
export const speaksOfAddress = (
  { cause, confidence, status = '', provider }: Pick<Diagnosis, 'cause' | 'confidence' | 'status' | 'provider'>,
  refused: Refused
): boolean => {
  const { text, code, knownProvider } = refused
  if (code < 400 || code > 599 || code === 530 || code === 535 || !addressCauses.has(cause)) return false
  // The recipient's own name may hold such a word.
  // Postfix tells so what its own check of the recipient brought (reject_unverified_recipient).
  const words = text.replaceAll(refused.recipient, '').replace(/recipient address rejected: (?:unverified|undeliverable) address/i, '')
  if (hedges.test(words) || namesUsAlone(refused)) return false
  if (!knownProvider && (stock.test(words) || (provider !== undefined && /access denied/i.test(words)))) return false
  if (code < 500 && (cause !== 'user-unknown' || confidence === 'weak' || /^4\.[37]\./.test(status))) return false
  return confidence === 'certain' || confidence === 'likely' || (confidence === 'weak' && status === '5.1.1')
}

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

/** Guards against guessing: they begin after some unknown recipients, and last. */
const guards = /harvest|too many (?:invalid|unknown|bad|user)|your ip (?:address )?(?:is|has been) blocked/i

/** Whether the answer speaks of the machine that asks and not of the address. */
export const speaksOfProber = (
  { cause, confidence }: Pick<Diagnosis, 'cause' | 'confidence'>,
  refused: Pick<Refused, 'text' | 'recipient' | 'ours'> & Partial<Refused>
): 'yes' | 'perhaps' | 'no' => {
  if (guards.test(refused.text)) return 'yes'
  if (confidence !== 'none' && ofProber.has(cause)) return 'yes'
  if (namesUsAlone({ code: 0, knownProvider: false, ...refused })) return 'perhaps'
  return confidence !== 'none' && perhapsOfProber.has(cause) ? 'perhaps' : 'no'
}
