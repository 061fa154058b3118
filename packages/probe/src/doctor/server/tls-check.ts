import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import { isLoopback } from '../../dns/public-address.ts'
import type { TlsVersion } from '../../smtp/dialogue.ts'
import type { Check, Context } from '../check.ts'
import { certificateFindings, describeTls } from './certificate-findings.ts'
import { connect } from './connect.ts'
import { linesOf } from './judge-reply.ts'
import { isReached, valuesOf } from './reach-findings.ts'
import { placeOf, type Session, serversOf, sessionWith } from './session.ts'

const oldVersions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1']
const allVersions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

/** Whether the servers encrypt as they should at their port, and what certificate they show. */
export const tlsCheck: Check = {
  id: 'tls',
  stage: 'dialogue',
  title: 'Encryption and certificate',
  wanted: ({ target }) => target.kind !== 'machine',
  run: async (context, report) => {
    const servers = await serversOf(context)
    await Promise.all(
      servers.map(async (at) => {
        const session = await sessionWith(context, at)
        // On the way from this machine to itself there is nobody to read along.
        for (const found of tlsFindings(session, context.now()))
          if (found.code !== 'tls.not-offered-to-users' || !isLoopback(at.address)) report(found)
        for (const found of await versionFindings(context, session)) report(found)
      })
    )
  }
}

/** Users hand in mail there, with passwords; mail programs check the certificate. Between servers, on port 25, nobody does without DANE or MTA-STS (RFC 7435). */
const isForUsers = ({ at }: Session): boolean => at.role === 'target' && at.port !== 25

const submissionPorts: ReadonlySet<number> = new Set([465, 587, 2525])
/** A port of any other number is for users only where it offers a login. */
const takesPasswords = (session: Session): boolean =>
  isForUsers(session) && (submissionPorts.has(session.at.port) || session.capabilities.has('AUTH'))

/** What a session showed of encryption. */
export const tlsFindings = (session: Session, now: Date): readonly Finding[] => {
  const { at, error, refused, starttls, otherMode, capabilities, ehlo } = session
  const about = placeOf(at)
  const tls = session.tls ?? otherMode?.tls
  const found: Finding[] = []
  const add = (code: FindingCode, evidence: readonly string[], values: Readonly<Record<string, string>> = {}): void =>
    void found.push(finding(code, evidence, { ...valuesOf(session), ...values }, { about }))
  if (!isReached(session) && error?.stage !== 'starttls') return found

  const no = starttls ?? (refused?.stage === 'starttls' ? refused : undefined)
  if (otherMode !== undefined)
    add(at.implicitTls ? 'tls.not-at-once' : 'tls.at-once', otherMode.greeting === undefined ? [] : linesOf(otherMode.greeting))
  else if (no !== undefined) add('tls.refused', ['STARTTLS', ...linesOf(no)])
  else if (error?.code === 'ESTARTTLSINJECTION') add('tls.injected', [error.message])
  else if (error?.stage === 'starttls' && !notOfTls.has(error.code)) add('tls.handshake-failed', [`${error.code}: ${error.message}`])
  else if (tls === undefined && ehlo !== undefined && !capabilities.has('STARTTLS'))
    add(takesPasswords(session) ? 'tls.not-offered-to-users' : 'tls.not-offered', linesOf(ehlo))
  if (tls === undefined) return found

  if (tls.protocol === 'TLSv1' || tls.protocol === 'TLSv1.1') add('tls.old-only', describeTls(tls), { version: wordOf(tls.protocol) })
  const { findings, hindrance } = certificateFindings(tls, at.host, now, about)
  found.push(...findings)
  if (hindrance && isForUsers(session)) add('tls.users-refuse', describeTls(tls), { mend: findings[0]?.fix ?? '' })
  return found.length === 0 ? [finding('tls.in-order', describeTls(tls), {}, { about })] : found
}

/** Ends of a dialogue that the connection check tells. */
const notOfTls: ReadonlySet<string> = new Set(['EABORTED', 'EPROTOCOL', 'EUNASKED'])

const wordOf = (version: string): string => version.replace(/^TLSv1$/, 'TLS 1.0').replace('TLSv', 'TLS ')

/**
 * Which versions a server speaks, each tried on a connection of its own: with `deep` all, otherwise the two old ones in one where passwords
 * go (RFC 8997). That old ones are taken besides the new ones harms nobody between servers, where the choice is that or no encryption.
 */
const versionFindings = async (context: Context, session: Session): Promise<readonly Finding[]> => {
  const { at, tls } = session
  if (tls === undefined || session.otherMode !== undefined) return []
  const forUsers = isForUsers(session)
  const about = placeOf(at)
  if (!context.deep) {
    if (!forUsers || oldVersions.some((version) => version === tls.protocol)) return []
    const old = await speaks(context, session, 'TLSv1', 'TLSv1.1')
    return old === undefined ? [] : [finding('tls.accepts-old', [old], { ...valuesOf(session), versions: wordOf(old) }, { about })]
  }
  const spoken: string[] = []
  for (const version of allVersions) {
    const speaking = version === tls.protocol ? version : await speaks(context, session, version, version)
    if (speaking !== undefined) spoken.push(wordOf(speaking))
  }
  const old = spoken.filter((version) => version === 'TLS 1.0' || version === 'TLS 1.1')
  const onlyOld = old.length === spoken.length
  return [
    finding('tls.versions', [], { versions: spoken.join(', ') }, { about }),
    ...(forUsers && old.length > 0 && !onlyOld
      ? [finding('tls.accepts-old', [], { ...valuesOf(session), versions: old.join(' and ') }, { about })]
      : [])
  ]
}

const speaks = async (context: Context, { at }: Session, minVersion: TlsVersion, maxVersion: TlsVersion): Promise<string | undefined> => {
  const held = await connect(context, at, { minVersion, maxVersion }, async () => undefined)
  if ('dialogue' in held) return held.dialogue.tls?.protocol
  if ('error' in held) return held.error.opening.tls?.protocol
  return 'refused' in held ? held.opening.tls?.protocol : undefined
}
