import { type Finding, type FindingCode, type FindingDetails, finding, whyStages } from '@whybounce/core/finding'
import type { MailRoute } from '../dns/mail-route.ts'
import type { Resolver } from '../dns/resolver.ts'
import type { Dialogue, DialogueOptions, Refusal } from '../smtp/dialogue.ts'
import type { Target } from './target.ts'

/** The parts of an examination, in the order in which they are told. */
export type DoctorStage = (typeof whyStages)[number]
export const stages: readonly DoctorStage[] = whyStages

export type DoctorOptions = {
  readonly target: Target
  readonly resolver: Resolver
  /** Only these parts of the examination. */
  readonly only?: readonly DoctorStage[]
  /** The answers' AD bit is believed: the resolver validates DNSSEC, and the way to it is safe (RFC 6698 §A.3, RFC 7672 §2.2). */
  readonly trustedResolver?: boolean
  /** Name of this machine for EHLO. */
  readonly ehloName: string
  /** The sending domain (`--from`), where it is not the target's. */
  readonly from?: string
  /** The sending IP address, as servers see it (`--ip`). */
  readonly ip?: string
  /** Credentials of a submission test. Never shown, kept or put into findings. */
  readonly credentials?: { readonly user: string; readonly password: string }
  /** A message that goes with it: DKIM selectors, alignment and the message check. */
  readonly message?: Uint8Array
  /** DKIM selectors to ask for. */
  readonly selectors?: readonly string[]
  /** Hosts that ways out are tried with, instead of those of knowledge/: `host:port` or a host for all ports. */
  readonly reach?: readonly { readonly host: string; readonly port?: number }[]
  /** The target is our own server: it may be asked to relay. */
  readonly relayTest?: boolean
  readonly localAddress?: string
  /** Certificates (PEM) that are trusted instead of the system's. */
  readonly roots?: readonly string[]
  /** Private addresses may be connected to where DNS leads to them. What was typed as target may always be. */
  readonly allowPrivate?: boolean
  /** More, and slower: all MX hosts and addresses, old TLS versions, more selectors. */
  readonly deep?: boolean
  /** Ids of blocklists to ask besides the default ones, with the key that their operator gave out where one is needed. */
  readonly blocklists?: readonly { readonly id: string; readonly key?: string }[]
  /** The resolver is one's own (no public or shared one), so lists that forbid those may be asked. */
  readonly ownResolver?: boolean
  /** For tests: the port of name servers that are asked directly; 53 by default. */
  readonly authorityPort?: number
  /** Milliseconds for everything; 60,000 by default. */
  readonly timeout?: number
  readonly signal?: AbortSignal
  /** For tests: the clock by which certificates and versions are judged. */
  readonly now?: () => Date
}

/** What every check works with. All of it ends with `signal`: a question on its way then gives its failed answer. */
export type Context = {
  readonly options: DoctorOptions
  readonly target: Target
  /** The domain whose sending side is examined: `from`, else that of the target. */
  readonly sender: string | undefined
  /** The domain that receives: that of a domain or an address. */
  readonly receiver: string | undefined
  readonly deep: boolean
  readonly allowPrivate: boolean
  readonly signal: AbortSignal
  readonly now: () => Date
  /** Each name and type is asked once in a run, whatever its TTL. */
  readonly query: Resolver['query']
  readonly resolver: Resolver
  /** The mail route of a domain, found once in a run. */
  readonly route: (domain: string) => Promise<MailRoute>
  /** A dialogue with the EHLO name, local address, roots and signal of this run. Rejects with a DialogueError. */
  readonly open: (options: Omit<DialogueOptions, 'ehloName' | 'signal' | 'roots' | 'localAddress'>) => Promise<Dialogue | Refusal>
  /** One value for a run, made by whoever asks first: for what several checks need. */
  readonly once: <T>(key: string, make: () => Promise<T>) => Promise<T>
  /** What was found until now; complete for checks with `after`. */
  readonly found: () => readonly Finding[]
}

/** Adds a finding to the stage of the check: one that was made elsewhere, or one in the words of its code. */
export type Report = {
  (found: Finding): void
  (code: FindingCode, evidence: readonly string[], values?: Readonly<Record<string, string>>, details?: FindingDetails): void
}

/** A report whose findings go to `add`. */
export const reportTo =
  (add: (found: Finding) => void): Report =>
  (
    what: Finding | FindingCode,
    evidence: readonly string[] = [],
    values?: Readonly<Record<string, string>>,
    details?: FindingDetails
  ): void =>
    add(typeof what === 'string' ? finding(what, evidence, values, details) : what)

/** One check. It reports what it finds as soon as it is known, and never rejects for what the network does. */
export type Check = {
  /** `dane`, `spf`: in the order of the list, within their stage. */
  readonly id: string
  readonly stage: DoctorStage
  /** What is looked at, in a few words: `SPF record`. */
  readonly title: string
  /** Whether it concerns this target. */
  readonly wanted: (context: Context) => boolean
  readonly run: (context: Context, report: Report) => Promise<void>
  /** Where it ends in nothing but unknowns, the examination as a whole could not tell. */
  readonly decides?: (context: Context) => boolean
  /** Runs when all others are done: it concludes from what they found. */
  readonly after?: true
}
