export const whySides = ['sender', 'receiver', 'machine', 'address'] as const
/** The parts of an examination, in the order in which they are told. */
export const whyStages = [
  'ways-out',
  'machine',
  'dns',
  'dialogue',
  'authentication',
  'identity',
  'reputation',
  'compliance',
  'message'
] as const

/** Which checks the cause of a failed mail calls for, and what confirms it (knowledge/why.toml). */
export type WhyRule = {
  readonly cause: string
  readonly detail?: string
  readonly side: (typeof whySides)[number]
  readonly stages: readonly (typeof whyStages)[number][]
  /** Beginnings of finding codes: one that fails or warns confirms. */
  readonly confirmedBy: readonly string[]
  /** Those of them whose passing refutes. */
  readonly proves: readonly string[]
}

export type Why = {
  /** Sentences; `{title}` is the cause's title. */
  readonly conclusion: Readonly<Record<'confirmed' | 'refuted' | 'unknown' | 'outside', string>>
  readonly rules: readonly WhyRule[]
}
