import type { Diagnosis } from '../diagnose/diagnose.ts'
import type { Stage } from '../knowledge/knowledge.ts'

/** What happened to a message and a recipient, or what a notice about it says. */
export const eventKinds = [
  'delivered',
  'delayed',
  'failed',
  'relayed',
  'expanded',
  'complaint',
  'unsubscribe',
  'not-spam',
  'auth-report',
  'address-changed',
  'auto-reply',
  'challenge',
  'suppressed',
  'other'
] as const
export type EventKind = (typeof eventKinds)[number]

/** The end of a message and recipient as far as it is known; absent where the notice tells nothing about delivery. */
export type Outcome = 'delivered' | 'failed' | 'expired' | 'pending'

/**
 * One recipient, one attempt (or one notice about it). Names are those of RFC 3464 and RFC 5321; absent fields are absent.
 * Strings come from a stranger's message and are data: whoever prints them takes control characters out.
 */
export type DeliveryEvent = {
  readonly kind: EventKind
  readonly direction: 'outbound' | 'inbound'
  readonly outcome?: Outcome
  /** Final recipient (RFC 3464 §2.3.2): the address without angle brackets, or as the report has it where it is none. */
  readonly recipient?: string
  readonly originalRecipient?: string
  /** `address-changed`: where the person is to be reached from now on. */
  readonly newRecipient?: string
  /** Envelope sender of the returned message, with VERP, BATV and SRS taken off. */
  readonly sender?: string
  /** Of the returned message. */
  readonly messageId?: string
  readonly subject?: string
  readonly listId?: string
  readonly reportingMta?: string
  readonly remoteMta?: string
  /** The sending side's own IP address, where it is told. */
  readonly localIp?: string
  /** The queue id under which the reporting MTA knew the message. */
  readonly queueId?: string
  readonly stage?: Stage
  readonly replyCode?: number
  readonly status?: string
  readonly dsnAction?: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'
  /** The error text that was diagnosed, white space folded. */
  readonly diagnosticCode?: string
  /** When it happened, else when the notice was written: ISO 8601, UTC. */
  readonly time?: string
  /** Feedback reports (RFC 5965): the Feedback-Type as it stands. */
  readonly feedbackType?: string
  /** Headers of the returned message that were asked for by name, in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly diagnosis?: Diagnosis
}
