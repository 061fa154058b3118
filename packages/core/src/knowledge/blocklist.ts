/** The shape of what is known of DNS blocklists (knowledge/blocklists.toml), for whoever asks them: a check of one's own address, or of a domain. */

export const blocklistKinds = ['ip', 'domain', 'email-hash'] as const
export type BlocklistKind = (typeof blocklistKinds)[number]
export const blocklistStatuses = ['live', 'registration', 'key', 'feed'] as const
export const blocklistUses = ['block', 'score', 'allow'] as const
export const blocklistWeights = ['major', 'secondary', 'minor', 'low', 'informational'] as const
export const deadDangers = ['lists-everything', 'empty', 'silent', 'untrusted', 'unknown'] as const

/** An answer, or `from-to` where each of the four numbers lies between those of the two. */
export type BlocklistAnswer = {
  readonly answer: string
  readonly means: string
  /** What is to be stopped or mended before anything else. */
  readonly first?: string
  /** It says nothing bad: of lists to score or allow by. */
  readonly good?: boolean
}

export type Blocklist = {
  readonly id: string
  readonly name: string
  /** Absent where it cannot be asked by DNS; `{key}` stands for the key that its operator gives out. */
  readonly zone?: string
  readonly kind: readonly BlocklistKind[]
  readonly ipv4: boolean
  readonly ipv6: boolean
  readonly status: (typeof blocklistStatuses)[number]
  /** Asked without being named. */
  readonly default: boolean
  readonly use: (typeof blocklistUses)[number]
  readonly weight: (typeof blocklistWeights)[number]
  readonly usedBy?: string
  readonly terms: string
  /** False: questions through public resolvers get an error, or a wrong no. */
  readonly publicResolvers: boolean
  /** For domains of links in messages: its operator does not want those of senders to be asked. */
  readonly messagesOnly?: boolean
  /** False: the listing ends by itself, and nobody can ask for its removal. */
  readonly requests?: boolean
  readonly codes: readonly BlocklistAnswer[]
  /** Where the last number of an answer is a sum. */
  readonly bits: readonly { readonly bit: number; readonly means: string }[]
  /** Answers that are no listing but a refusal of the question. */
  readonly errors: readonly BlocklistAnswer[]
  /** Entries that must be listed and must not be (RFC 5782 §5), for each kind that is asked with an address or a domain. */
  readonly tests: readonly { readonly kind: 'ip' | 'domain'; readonly listed: string; readonly notListed: string }[]
  readonly delisting?: string
  readonly delistingHow?: string
  readonly note?: string
  readonly sources: readonly string[]
  readonly verified: string
  /** Fields that are known from memory only. */
  readonly recalled: readonly string[]
}

/** A list that is gone: its zones must never be asked. `*.` stands for every name under a zone, and the zone. */
export type DeadBlocklist = {
  readonly zones: readonly string[]
  readonly why: string
  readonly since?: string
  readonly danger: (typeof deadDangers)[number]
  readonly sources: readonly string[]
}

/** A resolver that is open to everybody. */
export type PublicResolver = { readonly name: string; readonly addresses: readonly string[]; readonly sources: readonly string[] }

export type Blocklists = {
  readonly lists: readonly Blocklist[]
  readonly dead: readonly DeadBlocklist[]
  /** Refusals of the question that hold for every list. */
  readonly errors: readonly BlocklistAnswer[]
  readonly publicResolvers?: readonly PublicResolver[]
}
