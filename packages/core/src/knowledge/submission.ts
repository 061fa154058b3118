/** The shape of what is known of the servers through which providers let their users send (knowledge/submission.toml). */

/**
 * What a provider wants as password: that of the mailbox, one made for a single program, an API or SMTP key, one of a pair made
 * for SMTP; `oauth`: none, but a token.
 */
export const submissionLogins = ['account', 'app-password', 'key', 'separate', 'oauth'] as const
export type SubmissionLogin = (typeof submissionLogins)[number]

export type SubmissionProvider = {
  readonly id: string
  readonly name: string
  /** Other files in knowledge/ whose rules tell its errors. */
  readonly knownAs?: readonly string[]
  /** `*` stands for one label. */
  readonly hosts: readonly string[]
  /** Users of these domains only; `name.*` is the name under any ending. */
  readonly domains?: readonly string[]
  /** The provider's other servers, which people enter in place of those. */
  readonly mistaken?: readonly string[]
  /** Ports that go on with STARTTLS, and those with TLS from the first byte; the best one first. */
  readonly starttls: readonly number[]
  readonly implicit: readonly number[]
  readonly login: SubmissionLogin
  readonly mechanisms?: readonly string[]
  /** What the user name is, in words, and by which it can be checked: `address`, or the very word. */
  readonly user: string
  readonly userIs?: string
  readonly oauth?: true
  readonly advice: string
  /** When logins with a password end, in the provider's words and dates. */
  readonly ends?: string
  readonly help?: string
  readonly source: string
  readonly verified: string
}

export type Submission = readonly SubmissionProvider[]
