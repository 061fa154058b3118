export type Suggestion = {
  readonly address: string
  readonly domain: string
  /** The class of the mistake. */
  readonly kind: 'edit' | 'keyboard' | 'confusable' | 'tld' | 'repeated' | 'missing-dot' | 'swapped'
  /** `certain`: the domain as written cannot be meant; `likely`; `weak`: worth asking the person. */
  readonly confidence: 'certain' | 'likely' | 'weak'
}

/** What the person probably meant, where the domain looks like a typing error. */
export const suggestDomain = (_localPart: string, _domain: string): Suggestion | undefined => undefined
