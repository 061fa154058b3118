import { type Finding, finding } from '@whybounce/core/finding'
import { placeOf, type Session } from '../server/session.ts'
import { interceptorOf, isMaskedBanner, maskedKeywords, rewriteFindings } from './rewriting.ts'

/** A session with a server that was tried as a way out. */
export type Talk = {
  readonly session: Session
  /** Absent where it is not known that nobody else of the talks is run by it too. */
  readonly operator?: string
  /** It offers STARTTLS to everybody; its certificate is of a public authority. */
  readonly starttls?: boolean
  readonly certificate?: boolean
}

export type Interception = {
  readonly talks: readonly Talk[]
  /** What answered at an address that nobody has, by port: the greeting. */
  readonly nobody: ReadonlyMap<number, string>
  /** Trust in certificates was changed by the caller, so that a public one need not be trusted. */
  readonly ownRoots: boolean
  /** Ports that are open. */
  readonly open: readonly number[]
}

/** Problems that say somebody else made the certificate; a date that has passed does not, and a name may be missing by mistake. */
const foreign = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
])

/** The name by which a server greets, in lower case; undefined where it gives none (RFC 5321 §4.2: a domain comes first). */
export const announcedName = (greeting: string): string | undefined =>
  /^220[ -]([a-z0-9-]+(?:\.[a-z0-9-]+)+)/i.exec(greeting)?.[1]?.toLowerCase()

const greets = ({ session: { greeting, refused } }: Talk): boolean => greeting !== undefined || refused !== undefined

/** Servers of two operators that cannot be one: by the certificate that both show and that is not for both, or by the name. */
const sameServer = (one: Talk, other: Talk): readonly string[] | undefined => {
  const [a, b] = [one.session, other.session]
  if (one.operator === undefined || other.operator === undefined || one.operator === other.operator) return undefined
  if (a.at.address === b.at.address || a.at.port !== b.at.port) return undefined
  const [shown, alike] = [a.tls?.certificate, b.tls?.certificate]
  if (shown !== undefined && shown.fingerprint256 === alike?.fingerprint256 && !(shown.authorized && alike.authorized))
    return [a, b].map(
      ({ at, tls }) => `${placeOf(at)}: certificate ${tls?.certificate?.subject ?? ''} (${tls?.certificate?.fingerprint256 ?? ''})`
    )
  const name = announcedName(a.greeting?.text ?? '')
  if (name === undefined || name !== announcedName(b.greeting?.text ?? '')) return undefined
  return [a, b].map(({ at, greeting }) => `${placeOf(at)}: ${greeting?.text ?? ''}`)
}

/** Whether somebody on the way speaks for servers, by what several of them, and nobody's address, answered. */
export const interceptionFindings = ({ talks, nobody, ownRoots, open }: Interception): readonly Finding[] => {
  const found: Finding[] = []
  const otherThan = (port: number): string => [587, 465, 2525].find((one) => one !== port && open.includes(one))?.toString() ?? '587 or 465'
  for (const [port, greeting] of nobody)
    found.push(finding('intercept.answers-for-all', [greeting], { port: String(port), other: otherThan(port) }))

  const told = new Set<number>()
  talks.forEach((one, index) => {
    for (const other of talks.slice(index + 1)) {
      const { port } = one.session.at
      const evidence = told.has(port) ? undefined : sameServer(one, other)
      if (evidence === undefined) continue
      told.add(port)
      found.push(finding('intercept.same-server', evidence, { port: String(port), other: otherThan(port) }))
    }
  })

  const trusted = talks.some(({ session }) => session.tls?.certificate?.authorized === true)
  for (const talk of talks) {
    const { session } = talk
    const { at, ehlo, capabilities, tls, error } = session
    const about = placeOf(at)
    found.push(...rewriteFindings(session))
    if (talk.starttls && ehlo !== undefined && tls === undefined && !capabilities.has('STARTTLS') && error === undefined && !at.implicitTls)
      if (maskedKeywords(ehlo.text).length === 0)
        found.push(finding('intercept.starttls-missing', ehlo.text.split('\n').slice(0, 20), { host: at.host }, { about }))
    const shown = tls?.certificate
    if (!talk.certificate || shown === undefined || shown.authorized || !foreign.has(shown.problem ?? '')) continue
    if ((ownRoots && !trusted) || interceptorOf(shown.issuer) !== undefined) continue
    const evidence = [
      `subject: ${shown.subject}`,
      `issuer: ${shown.issuer}`,
      `names: ${shown.names.slice(0, 10).join(', ')}`,
      `${shown.problem}`
    ]
    found.push(finding('intercept.foreign-certificate', evidence, { host: at.host }, { about }))
  }
  if (found.length > 0) return found
  const answered = talks.filter(greets)
  const lines = (answered.length > 0 ? answered : talks).map(({ session }) => tell(session))
  return [finding(answered.length > 0 ? 'intercept.none' : 'intercept.unknown', lines)]
}

const tell = ({ at, greeting, refused, error, tls }: Session): string => {
  const said = greeting?.text ?? refused?.text ?? error?.message ?? 'not tried'
  const secured = tls?.certificate === undefined ? '' : `; certificate by ${tls.certificate.issuer}`
  return `${placeOf(at)}: ${isMaskedBanner(said) ? 'covered greeting' : (said.split('\n')[0] ?? '')}${secured}`
}
