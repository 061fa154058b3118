/** The shape of what is known of the versions of mail servers (knowledge/software-versions.toml). Versions are numbers with dots. */

/** Versions below `below`, and from `from` on where it is said. */
export type VersionRange = {
  readonly below: string
  readonly from?: string | undefined
  /** A sentence: what is wrong with them. */
  readonly says: string
  readonly source: string
  readonly verified: string
}

export type SoftwareVersion = {
  readonly id: string
  readonly name: string
  /** What a greeting says before the version: `ESMTP Exim `. Letter case counts. */
  readonly banner: readonly string[]
  /** What whoever runs it should have, in words. */
  readonly newer: string
  /** Nobody maintains these any more. */
  readonly ended: readonly VersionRange[]
  /** These have holes that a later version mended. */
  readonly insecure: readonly VersionRange[]
  /** Distributions that still mend an old version without changing its number, until a day. */
  readonly carried: readonly { readonly version: string; readonly by: string; readonly until: string; readonly source: string }[]
}

export type SoftwareVersions = readonly SoftwareVersion[]
