/**
 * The shapes of what is known: the data that `npm run knowledge` makes out of the TOML files in knowledge/.
 * Absent fields are absent; times are seconds; dates are ISO days.
 */

export * from './blocklist.ts'
export * from './compliance.ts'
export * from './identity.ts'
export * from './message-check.ts'
export * from './sending.ts'
export * from './software-version.ts'
export * from './submission.ts'
export * from './ways-out.ts'

export const groups = ['hard', 'soft', 'block', 'technical', 'outcome'] as const
export type Group = (typeof groups)[number]

export const parties = ['sender-admin', 'sender-content', 'list-owner', 'recipient', 'receiving-admin', 'nobody'] as const
export type Party = (typeof parties)[number]

export const stages = ['dns', 'connect', 'greeting', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'end-of-data', 'queue'] as const
export type Stage = (typeof stages)[number]

export const roles = ['developer', 'domain-admin', 'server-admin', 'list-owner', 'recipient'] as const
export type Role = (typeof roles)[number]

export const actions = ['retry', 'retry-slower', 'suppress', 'stop-and-fix', 'drop'] as const
export type Action = (typeof actions)[number]

export type Permanence = 'permanent' | 'transient'

export const fileKinds = ['provider', 'mta', 'filter', 'esp', 'blocklist', 'client', 'general', 'code'] as const
export type FileKind = (typeof fileKinds)[number]

/** Who says the texts of a rule file: a provider, an MTA, a filter, a client library … */
export type Origin = {
  readonly id: string
  readonly name: string
  readonly kind: FileKind
  readonly operator?: string
  readonly mx?: readonly string[]
  readonly hosts?: readonly string[]
  readonly domains?: readonly string[]
  /** Who reads what a client wrote: the developer, where nothing else is said. */
  readonly role?: Role
  readonly note?: string
  readonly pages?: readonly { readonly title: string; readonly url: string }[]
}

/** A phrase with its place, its meaning and its proof. */
export type Rule = {
  readonly id: string
  /** Index into `Knowledge.origins`. */
  readonly origin: number
  readonly says?: readonly string[]
  readonly unless?: readonly string[]
  readonly reply?: readonly number[]
  readonly status?: readonly string[]
  readonly stage?: Stage
  readonly cause: string
  readonly detail?: string
  readonly party?: Party
  readonly also?: Party
  readonly advice?: string
  readonly retryAfter?: number
  readonly link?: string
  readonly code?: string
  readonly knownProvider?: true
  readonly wrapper?: true
  readonly needsCode?: true
  readonly weak?: true
  /** Index into `Knowledge.sources`. */
  readonly source: number
  readonly verified: string
  readonly title?: string
  readonly means?: string
  readonly why?: readonly string[]
  readonly fix?: readonly string[]
}

export type Fixes = { readonly [role in Role]?: readonly string[] }
export type Check = { readonly run: string; readonly tells: string }

export type Detail = {
  readonly id: string
  readonly title: string
  readonly happened?: string
  readonly party?: Party
  readonly also?: Party
  readonly action?: Action
  readonly permanence?: Permanence
  readonly not?: readonly string[]
  readonly why?: readonly string[]
  readonly checks?: readonly Check[]
  readonly fix?: Fixes
}

export type Cause = {
  readonly id: string
  readonly group: Group
  readonly permanence: Permanence
  readonly party: Party
  readonly also?: Party
  /** The role that reads about this cause as a rule, where it is not the one of the party. */
  readonly role?: Role
  readonly action: Action
  readonly title: string
  readonly happened: string
  readonly why: readonly string[]
  readonly not: readonly string[]
  readonly example: string
  readonly fix: Fixes
  readonly checks: readonly Check[]
  readonly details: readonly Detail[]
  readonly sources: readonly string[]
}

export type Term = { readonly title: string; readonly says: string }

export type Tool = {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly how: string
  readonly code?: string
  readonly source: string
}

export const codeKinds = ['reply', 'status', 'dots-lost', 'product', 'errno', 'unregistered', 'error'] as const
export type CodeKind = (typeof codeKinds)[number]

/** A code that people meet, as the reference pages and `whybounce codes` show it. */
export type Code = {
  readonly code: string
  readonly kind: CodeKind
  readonly is?: string
  readonly title: string
  readonly means: string
  readonly advice?: readonly string[]
  readonly cause?: string
  readonly detail?: string
  readonly reply?: readonly number[]
  readonly notes?: readonly string[]
  readonly sources: readonly string[]
  readonly verified: string
  readonly reference?: {
    readonly frequency?: string
    readonly importance?: string
    readonly types: readonly string[]
    readonly title: string
    readonly says: string
    readonly advice: readonly string[]
  }
}

export type End = {
  readonly causes: readonly string[]
  readonly says: string
  readonly do: readonly string[]
  readonly run: readonly string[]
}
export type Answer = { readonly text: string; readonly next?: string; readonly end?: End }
export type Question = { readonly id: string; readonly ask: string; readonly help?: string; readonly answers: readonly Answer[] }

/** A foreign taxonomy: our cause, or `cause:transient`, to its label. */
export type Labels = { readonly name: string; readonly labels: Readonly<Record<string, string>> }

/** What diagnosing needs: rules, origins, and the words that every answer shows. */
export type Knowledge = {
  readonly origins: readonly Origin[]
  readonly rules: readonly Rule[]
  readonly sources: readonly string[]
  readonly causes: readonly Cause[]
  readonly parties: Readonly<Record<string, Term>>
  readonly groups: Readonly<Record<string, Term>>
  readonly stages: Readonly<Record<string, Term>>
  readonly roles: Readonly<Record<string, Term>>
  readonly actions: Readonly<Record<string, Term>>
  readonly labels: Readonly<Record<string, Labels>>
}

/** Codes, and how to see more: what an answer about a bare code needs. */
export type Codes = { readonly codes: readonly Code[]; readonly tools: readonly Tool[] }

/** What only browsing needs. */
export type Browsing = {
  readonly questions: readonly Question[]
  /** Rule id to its proof: a whole reply that comes out with that rule. */
  readonly examples: Readonly<Record<string, string>>
}

export type Reference = Codes & Browsing

/** What a mark in a message's subject or text says that the message is; `returned` and `diagnostics` are headings inside a notice. */
export const markMeanings = [
  'failed',
  'list-refusal',
  'delayed',
  'delivered',
  'read',
  'vacation',
  'auto-reply',
  'challenge',
  'address-changed',
  'left-company',
  'unsubscribe',
  'auth-report',
  'subscription',
  'robot',
  'returned',
  'diagnostics'
] as const
export type MarkMeaning = (typeof markMeanings)[number]

export const markPlaces = ['subject', 'text', 'heading'] as const
export type MarkPlace = (typeof markPlaces)[number]

/** Words by which a message is recognised as a notice of some kind. Not about why mail failed: that is what rules tell. */
export type Mark = {
  readonly means: MarkMeaning
  readonly where: MarkPlace
  readonly says: readonly string[]
  /** The subject or line must begin with the words. */
  readonly begins?: true
  readonly source: string
  readonly verified: string
}

export type Marks = readonly Mark[]

/** What can be said of an address before mail is sent to it. */
export const verdictNames = ['deliverable', 'sendable', 'risky', 'undeliverable', 'unknown'] as const
export type VerdictName = (typeof verdictNames)[number]

/** The words of a list check: its verdicts, and its reasons that are no cause of a failed delivery. */
export type Verdicts = {
  readonly verdicts: readonly { readonly id: VerdictName; readonly title: string; readonly says: string }[]
  readonly reasons: readonly { readonly id: string; readonly title: string; readonly says: string; readonly do: string }[]
}

/** How an MX operator may be asked about addresses by RCPT: counts are limits over all of its servers. */
export type ProbingRule = {
  /** SMTP sessions at once. */
  readonly sessions: number
  /** Recipients asked within a minute. */
  readonly perMinute: number
  /** Recipients asked in one session. */
  readonly perSession: number
  /** False: what RCPT answers there says nothing about the mailbox, so that nobody is asked. */
  readonly tells: boolean
  readonly why: string
  readonly source: string
  readonly verified: string
}

/** A network whose machines cannot reach port 25 of others. `says` and `do` are parts of a sentence: "… closes port 25", "ask …". */
export type PortCloser = {
  readonly name: string
  readonly says: string
  readonly do: string
  /** Closed besides 25. */
  readonly alsoCloses: readonly number[]
  /** Whether it opens them for whoever asks. */
  readonly opens: boolean
  /** What the machine says of itself where it is one of theirs (a file of /sys/class/dmi/id, or `hypervisor_uuid`), and how it begins. */
  readonly dmi: readonly { readonly file: string; readonly begins: string }[]
  readonly source: string
  readonly verified: string
}

export type Probing = {
  readonly default: ProbingRule
  /** `operator` is the id of a provider or filter in `Knowledge.origins`. */
  readonly operators: readonly (ProbingRule & { readonly operator: string })[]
  readonly portClosers: readonly PortCloser[]
}

/** How much of the world's private mail a name carries: what a near miss of it tells. */
export const nameWeights = ['giant', 'large', 'usual'] as const
export type NameWeight = (typeof nameWeights)[number]

/** A mail provider's name and the endings under which it gives out mailboxes: `yahoo` with `com`, `co.uk` … */
export type MailName = {
  readonly name: string
  readonly weight: NameWeight
  /** No word of any large language: a name one letter away is a slip. */
  readonly coined?: true
  /** There are no other endings. */
  readonly closed?: true
  /** With another first letter it is another name. */
  readonly keepsFirst?: true
  readonly suffixes: readonly string[]
}

/** Which spellings of an address are one mailbox; `name.*` in `domains` stands for the name under any ending. */
export type MailboxRule = {
  /** Ids of provider origins: holds where the MX tells that one of them hosts the domain. */
  readonly providers?: readonly string[]
  readonly domains: readonly string[]
  readonly not?: readonly string[]
  /** What follows this character does not count. */
  readonly tag?: string
  /** As `tag`, but the part before it is no mailbox by itself. */
  readonly sharedTag?: string
  readonly ignored?: string
  /** Characters of which the first stands for all. */
  readonly same?: string
  /** The domain that stands for all. */
  readonly domain?: string
  /** `anything@name.domain` is `name+anything@domain`. */
  readonly subdomains?: true
}

/** What is known about addresses apart from their syntax. */
export type Addresses = {
  readonly names: readonly MailName[]
  /** Mail domains that are no name with an ending of the public suffix list: `jcom.home.ne.jp`. */
  readonly others: readonly string[]
  /** Domains near a provider's that belong to others: never corrected. */
  readonly exists: readonly string[]
  /** Names, besides mail domains, that are imitated with look-alike letters. */
  readonly wellKnown: readonly string[]
  /** Domains at which anybody gets a mailbox. */
  readonly free: readonly string[]
  readonly suffixes: {
    readonly common: readonly string[]
    readonly doubled: readonly string[]
    readonly parted: readonly string[]
    readonly reserved: readonly string[]
  }
  readonly mailboxes: readonly MailboxRule[]
  readonly roles: readonly { readonly id: string; readonly names: readonly string[] }[]
}
