/** What the SPF record of a domain must include whose mail a provider sends. */
export type SpfInclude = {
  /** Id of the provider's origin. */
  readonly provider: string
  /** Only of domains with an MX host under this name. */
  readonly mx?: string
  readonly mechanism: string
  readonly source: string
  readonly verified: string
}

export const reverseWordMeanings = ['home', 'static', 'mail'] as const
export type ReverseWordMeaning = (typeof reverseWordMeanings)[number]

/** Words of a reverse DNS name that tell what is at the address. */
export type ReverseWord = {
  readonly means: ReverseWordMeaning
  /** Tells without the address in the name, too. */
  readonly alone: boolean
  readonly says: readonly string[]
  readonly example: string
  readonly source: string
  readonly verified: string
}

/** The end of names that a hosting company gives by itself. */
export type ReverseEnding = { readonly name: string; readonly example: string; readonly source: string; readonly verified: string }

/** What is known about the names and records by which a sender is recognised. */
export type Identity = {
  readonly spfIncludes: readonly SpfInclude[]
  readonly reverseWords: readonly ReverseWord[]
  readonly reverseEndings: readonly ReverseEnding[]
}
