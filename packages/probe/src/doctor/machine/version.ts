import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import { placeOf, type Session } from '../server/session.ts'
import { judgeVersion, readBanner, type VersionVerdict } from './banner.ts'

const codes: Readonly<Record<VersionVerdict['verdict'], FindingCode>> = {
  current: 'version.current',
  ended: 'version.ended',
  insecure: 'version.insecure',
  unclear: 'version.unclear'
}

/** What the greeting says of the server's software and its age; nothing where it does not say. */
export const versionFinding = ({ at, greeting }: Session, now: Date): Finding | undefined => {
  const banner = greeting === undefined ? undefined : readBanner(greeting.text)
  if (banner === undefined) return undefined
  const { verdict, ranges, carriedBy } = judgeVersion(banner, now)
  const { software, version, text } = banner
  const evidence = [text, ...ranges.map(({ says, source }) => `${says} (${source})`)]
  if (carriedBy !== undefined) evidence.push(`${carriedBy} mends this version without changing its number`)
  const values = { host: at.host, product: software.name, version, newer: software.newer, says: ranges[0]?.says ?? '' }
  return finding(codes[verdict], evidence, values, { about: placeOf(at) })
}
