/** `unknown`: the check could not be completed, or its answer proves nothing. It is neither good nor bad news. */
export const findingVerdicts = ['pass', 'warn', 'fail', 'unknown'] as const
export type FindingVerdict = (typeof findingVerdicts)[number]

/**
 * How much mail is concerned, of what fails or warns. `all`: nothing gets through. `some`: part of it is refused, filtered or
 * readable by others. `later`: nothing is lost today; it will be, or it is not as the standards want it.
 */
export const findingHarms = ['all', 'some', 'later'] as const
export type FindingHarm = (typeof findingHarms)[number]

/** The words of an outcome, from knowledge/findings/. `{name}` is filled in. */
export type FindingWords = {
  readonly verdict: FindingVerdict
  readonly harm?: FindingHarm
  /** The outcome in a few words. */
  readonly title: string
  readonly fix?: string
  /** Id of the cause of failed mail that it leads to. */
  readonly cause?: string
  readonly source?: string
}
