import { type SoftwareVersion, softwareVersions, type VersionRange } from '@whybounce/core'

/** Characters of a greeting that are looked at: a line has 512 (RFC 5321 §4.5.3.1.5). */
const maxGreeting = 2_048
/** Parts of a version that count; a number of a thousand digits is none. */
const versionText = /^\d{1,6}(?:\.\d{1,9}){0,4}/

/** The server behind a greeting and its version, where it shows both. */
export type Banner = { readonly software: SoftwareVersion; readonly version: string; readonly text: string }

/** Reads the greeting of an SMTP server. Undefined where it shows no version, or the software is none that is known. */
export const readBanner = (greeting: string): Banner | undefined => {
  const text = greeting.slice(0, maxGreeting).split('\n')[0] ?? ''
  for (const software of softwareVersions)
    for (const words of software.banner) {
      const at = text.indexOf(words)
      const version = at < 0 ? undefined : versionText.exec(text.slice(at + words.length))?.[0]
      if (version !== undefined) return { software, version, text }
    }
  return undefined
}

/** Below zero where the first is older. Missing parts are zero: 4.97 is older than 4.97.1. */
export const compareVersions = (one: string, other: string): number => {
  const [first, second] = [one, other].map((version) => version.split('.').map(Number))
  if (first === undefined || second === undefined) return 0
  for (let part = 0; part < Math.max(first.length, second.length); part++) {
    const difference = (first[part] ?? 0) - (second[part] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

export type VersionVerdict = {
  /** `unclear`: the version is one that a distribution mends without changing its number. */
  readonly verdict: 'current' | 'ended' | 'insecure' | 'unclear'
  readonly ranges: readonly VersionRange[]
  readonly carriedBy?: string
}

const isIn = (version: string, { below, from }: VersionRange): boolean =>
  compareVersions(version, below) < 0 && (from === undefined || compareVersions(version, from) >= 0)

/** What is known against a version on a day. Some greetings name the package too (`8.17.1.9/Debian-2+deb12u2`). */
export const judgeVersion = ({ software, version, text }: Banner, now: Date): VersionVerdict => {
  const insecure = software.insecure.filter((range) => isIn(version, range))
  const ended = software.ended.filter((range) => isIn(version, range))
  const ranges = [...insecure, ...ended]
  if (ranges.length === 0) return { verdict: 'current', ranges }
  const day = now.toISOString().slice(0, 10)
  const carried = software.carried.find((one) => one.version === version && one.until >= day)
  if (carried !== undefined) return { verdict: 'unclear', ranges, carriedBy: carried.by }
  // A package's own revision: a bare "(Debian)" does not make a version of ten years ago new.
  const packaged = /deb\d{1,2}u\d{1,2}|\dubuntu\d[\d.]{0,10}|\.el\d/.exec(text)?.[0]
  if (packaged !== undefined) return { verdict: 'unclear', ranges, carriedBy: packaged }
  return { verdict: insecure.length > 0 ? 'insecure' : 'ended', ranges }
}
