import type { Action, Party, Permanence } from '../knowledge/knowledge.ts'

/**
 * What a report tells of logs and events: the shape of `whybounce report --json`, of the HTML report's data, and what the text is printed
 * from. Times are ISO 8601, UTC; `null` where not known. A message is one recipient of one message: a mail to three people is three.
 */

/** Of messages: each counted once, by what became of it in the end. Of attempts: each time that something was said. */
export type Counts = {
  readonly delivered: number
  /** Of messages: still waiting at the end. Of attempts: told to try again. */
  readonly deferred: number
  readonly bounced: number
  /** The queue gave up. */
  readonly expired: number
  readonly complained: number
  /** A sending service did not even try. */
  readonly suppressed: number
}
export const countNames = ['delivered', 'deferred', 'bounced', 'expired', 'complained', 'suppressed'] as const

/** What a report can be divided by; a header of the campaign by its name (`campaign`, `vmta`): any other word. */
export const groupNames = ['provider', 'domain', 'sender-ip', 'sender', 'cause', 'host'] as const
export type GroupName = (typeof groupNames)[number]

export type Example = {
  /** The text as the log has it, without control characters, cut at 1,000 letters. */
  readonly text: string
  /** Places in `text` of the words that decided, in UTF-16 code units. */
  readonly spans: readonly (readonly [number, number])[]
  readonly time: string | null
  readonly recipient: string | null
  readonly queueId: string | null
  readonly file: string | null
  readonly line: number | null
}

/** Distinct messages that met a cause, by their end. */
export type MessageEnds = {
  readonly messages: number
  /** Bounced or expired. */
  readonly lost: number
  /** Still waiting at the end. */
  readonly waiting: number
  /** Delivered after all. */
  readonly recovered: number
}

/** One cause at one provider from one of our addresses. */
export type CauseRow = MessageEnds & {
  readonly cause: string
  readonly detail: string | null
  /** What happened, in a few words: the same as everywhere else. */
  readonly title: string
  /** Id of the provider (`gmail`); null: any other server. */
  readonly provider: string | null
  readonly providerName: string | null
  /** Our own address from which it was sent. */
  readonly senderIp: string | null
  /** The service that sent (`smtp-out3`) where its address is not known. */
  readonly service: string | null
  readonly attempts: number
  /**
   * Without messages that had met the same cause and detail at another provider or from another address before: the sum over rows of one cause
   * counts each message once.
   */
  readonly once: MessageEnds
  readonly permanence: Permanence | null
  readonly action: Action
  readonly party: Party
  readonly partyTitle: string
  readonly fix: string
  /** `nothing`: it passes by itself, or nobody can do anything about it. */
  readonly needs: 'fix' | 'nothing'
  readonly firstSeen: string | null
  readonly lastSeen: string | null
  readonly isNew: boolean
  readonly example: Example
  readonly rule: string | null
  /** Recipient domains hit most, at most five. */
  readonly domains: readonly { readonly domain: string; readonly messages: number }[]
  /** Attempts in each step of `series`. */
  readonly series: readonly number[]
}

/** What this server refused from others. */
export type InboundRow = {
  readonly cause: string
  readonly detail: string | null
  readonly title: string
  readonly refused: number
  /** Distinct clients, as far as they were counted (10,000). */
  readonly clients: number
  readonly firstSeen: string | null
  readonly lastSeen: string | null
  readonly example: Example
}

export type TemplateRow = {
  readonly id: string
  /** With `…` for what differs. */
  readonly text: string
  readonly count: number
  readonly firstSeen: string | null
  readonly lastSeen: string | null
  readonly example: string
}

export type SeriesStep = { readonly start: string } & Counts & { readonly inboundRefused: number }

export type GroupRow = {
  /** As shown: a provider's name, a domain, an address; null: not known. */
  readonly key: string | null
  readonly messages: Counts
  readonly attempts: Counts
  /** What harmed most of its messages. */
  readonly topCause: { readonly cause: string; readonly detail: string | null; readonly title: string; readonly messages: number } | null
}

export type LineSample = { readonly file: string; readonly line: number; readonly text: string }

export type Report = {
  readonly version: 1
  readonly period: { readonly from: string | null; readonly to: string | null; readonly seconds: number }
  readonly messages: Counts
  readonly attempts: Counts
  readonly inboundRefused: number
  readonly unsubscribed: number
  /** Handed to a filter or server on the same machine, or forwarded as another message: neither a message nor an attempt of its own. */
  readonly handedOn: number
  /** Events without a time, and events outside of --since and --until. */
  readonly undated: number
  readonly outside: number
  /** Events that tell nothing of a delivery: automatic replies, relays of others. */
  readonly other: number
  readonly lines: {
    readonly total: number
    /** What readers told: a line may give several, and several lines one. */
    readonly events: number
    readonly ignored: number
    readonly unread: number
    readonly samples: readonly LineSample[]
  }
  /** The most messages harmed first; what needs a fix before what needs nothing. */
  readonly causes: readonly CauseRow[]
  readonly inbound: readonly InboundRow[]
  /** Texts that no rule knows, the most frequent first. */
  readonly templates: readonly TemplateRow[]
  /** Seconds of one step. */
  readonly step: number
  readonly series: readonly SeriesStep[]
  /** By provider and sender-ip always, by others where asked. The most messages first. */
  readonly groups: Readonly<Record<string, readonly GroupRow[]>>
  readonly files: readonly {
    readonly file: string
    readonly format: string
    readonly lines: number
    readonly bytes: number
    readonly problem: string | null
  }[]
  /** What the figures leave out or hold only nearly (too many keys, too much waiting), in sentences. Empty as a rule. */
  readonly limits: readonly string[]
  /** What was not read of what was named, and why (copies, mail, empty files), in sentences. Empty as a rule. */
  readonly notes: readonly string[]
}
