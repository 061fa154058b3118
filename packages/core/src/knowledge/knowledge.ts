/**
 * The shapes of what is known: the data that `npm run knowledge` makes out of the TOML files in knowledge/.
 * Absent fields are absent; times are seconds; dates are ISO days.
 */

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
