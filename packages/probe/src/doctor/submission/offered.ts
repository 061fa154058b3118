import type { SubmissionProvider } from '@whybounce/core/finding'
import { isLoopback } from '../../dns/public-address.ts'
import type { Context, Report } from '../check.ts'
import { connect } from '../server/connect.ts'
import { placeOf, type ServerAt, type Session, serversOf, sessionWith } from '../server/session.ts'
import { mistakenFor, providerOf, settingsLines, settingsText, takesPort } from './provider.ts'
import { mechanismsOf, readable, takesTokensOnly } from './sasl.ts'

/** RFC 6409 and RFC 8314, and those that sending services have beside them where networks close the first. */
const submissionPorts: ReadonlySet<number> = new Set([587, 465, 2525, 2587, 2465])

/** Whether TLS begins with the first byte there, as it was found. */
export const beginsWithTls = ({ at, otherMode }: Session): boolean => at.implicitTls !== (otherMode !== undefined)

/** What a server offers: inside TLS, and before it. Undefined where that was not seen. */
export const offersOf = (
  session: Session
): { readonly inside: readonly string[] | undefined; readonly before: readonly string[] | undefined } => {
  const { ehlo, capabilities, capabilitiesInside } = session.otherMode ?? session
  const first = ehlo === undefined ? undefined : mechanismsOf(capabilities ?? new Map())
  if (beginsWithTls(session)) return { inside: first, before: undefined }
  return { inside: capabilitiesInside === undefined ? undefined : mechanismsOf(capabilitiesInside), before: first }
}

const said = (session: Session): boolean => (session.otherMode ?? session).ehlo !== undefined
const secured = (session: Session): boolean => (session.otherMode ?? session).tls !== undefined

/** The servers of a host target, one session for each port: that of the first address that answers. */
export const submissionSessions = async (context: Context): Promise<readonly Session[]> => {
  const servers = (await serversOf(context)).filter(({ role }) => role === 'target')
  const sessions = await Promise.all(servers.map((at) => sessionWith(context, at)))
  const ports = [...new Set(servers.map(({ port }) => port))]
  return ports.flatMap((port) => {
    const there = sessions.filter(({ at }) => at.port === port)
    return there.find(said) ?? there.find(({ greeting }) => greeting !== undefined) ?? there.slice(0, 1)
  })
}

/** Looks at the kinds of login that each submission port of the target offers. Asks nothing that needs a password. */
export const checkOffers = async (context: Context, report: Report): Promise<void> => {
  const sessions = await submissionSessions(context)
  const { target, options } = context
  const host = target.kind === 'host' ? target.host : ''
  const greeting = sessions.find((session) => session.greeting !== undefined)?.greeting?.text
  const provider = providerOf(host, greeting, options.credentials?.user)
  if (provider !== undefined)
    report('auth.settings', settingsLines(provider), { provider: provider.name }, { about: host, source: provider.help ?? provider.source })
  const typed = target.kind === 'host' && target.port !== undefined
  for (const session of worthALook(sessions, typed, options.credentials !== undefined))
    if (offersLogin(session)) await checkMechanisms(context, report, session)
    else tellMissing(report, session, { provider, typed, wanted: options.credentials !== undefined })
}

/**
 * Where no port was named, those are looked at that offer a login. If none does, the one that answered (a submission port before 25)
 * tells it, and to somebody with a password also one that did not answer.
 */
const worthALook = (sessions: readonly Session[], typed: boolean, wanted: boolean): readonly Session[] => {
  if (typed) return sessions
  const offering = sessions.filter(offersLogin)
  if (offering.length > 0) return offering
  const answered = sessions.filter(said)
  const best = answered.find(({ at }) => submissionPorts.has(at.port)) ?? answered[0] ?? (wanted ? sessions[0] : undefined)
  return best === undefined ? [] : [best]
}

const offersLogin = (session: Session): boolean => {
  const { inside, before } = offersOf(session)
  return (inside ?? []).length > 0 || (before ?? []).length > 0
}

/** Why no login is offered at a port, where one could be expected: port 25 is for servers (RFC 6409 §3.1), and so is a local port. */
const tellMissing = (
  report: Report,
  session: Session,
  { provider, typed, wanted }: { readonly provider: SubmissionProvider | undefined; readonly typed: boolean; readonly wanted: boolean }
): void => {
  const { at } = session
  const about = placeOf(at)
  const lines = whatWasSeen(session)
  const other = mistakenFor(at.host)
  const values = { port: String(at.port), host: at.host }
  const expected = wanted || (submissionPorts.has(at.port) && !isLoopback(at.address))
  if (typed && provider !== undefined && !takesPort(provider, at.port))
    report('auth.wrong-port', lines, { ...values, provider: provider.name, settings: settingsText(provider) }, { about })
  else if (!expected) return
  else if (other !== undefined)
    report('auth.wrong-host', lines, { ...values, provider: other.name, settings: settingsText(other) }, { about })
  else if (!said(session)) report('auth.not-seen', lines, {}, { about })
  else if (!secured(session) && session.capabilities.has('STARTTLS')) report('auth.tls-needed-to-see', lines, {}, { about })
  else if (!secured(session)) report('auth.no-login-without-tls', lines, {}, { about })
  else report(wanted ? 'auth.not-offered' : 'auth.no-login', lines, { advice: portAdvice(at.port) }, { about })
}

const portAdvice = (port: number): string =>
  submissionPorts.has(port) ? '' : 'Use port 587 with STARTTLS, or 465 with TLS from the start.'

/** What was said instead of an offer. */
const whatWasSeen = ({ ehlo, capabilities, capabilitiesInside, refused, error, greeting }: Session): readonly string[] => {
  const keywords = (map: ReadonlyMap<string, string>): string => [...map.keys()].join(' ')
  const lines = [
    ...(ehlo === undefined ? [] : [`EHLO: ${keywords(capabilities)}`]),
    ...(capabilitiesInside === undefined ? [] : [`EHLO inside TLS: ${keywords(capabilitiesInside)}`]),
    ...(refused === undefined ? [] : [refused.text]),
    ...(error === undefined ? [] : [`${error.code}: ${error.message}`])
  ]
  return lines.length > 0 ? lines : [greeting?.text ?? 'no answer']
}

const checkMechanisms = async (context: Context, report: Report, session: Session): Promise<void> => {
  const { inside, before } = offersOf(session)
  const { at } = session
  const about = placeOf(at)
  const shown = inside?.length ? inside : (before ?? [])
  const lines = [
    ...(before === undefined || session.tls === undefined
      ? []
      : [`before TLS: ${before.length === 0 ? 'none' : `AUTH ${before.join(' ')}`}`]),
    `${secured(session) ? 'inside TLS' : 'without TLS'}: ${inside?.length === 0 ? 'none' : `AUTH ${shown.join(' ')}`}`
  ]
  report('auth.offered', lines, {}, { about })
  if (shown.includes('DIGEST-MD5')) report('auth.digest-md5', [`AUTH ${shown.join(' ')}`], {}, { about })
  const plain = (before ?? []).find((mechanism) => readable.has(mechanism))
  // On the loopback nobody else can read it.
  if (plain !== undefined && !isLoopback(at.address)) await checkClear(context, report, at, plain)
}

/**
 * Some servers name the login before TLS and refuse it there (RFC 4954 §4: 538, older 530). AUTH without a first response tells,
 * and no password is sent: a 334 is answered with `*`, which ends it.
 */
const checkClear = async (context: Context, report: Report, at: ServerAt, mechanism: string): Promise<void> => {
  const about = placeOf(at)
  const tried = await connect(context, at, { tls: 'never' }, async (dialogue) => {
    const reply = await dialogue.command(`AUTH ${mechanism}`)
    if (reply.code === 334) await dialogue.command('*')
    return reply
  })
  if ('value' in tried) {
    const { code, text } = tried.value
    const found = code === 334 ? 'auth.clear' : code >= 500 ? 'auth.clear-refused' : 'auth.clear-unknown'
    report(found, [`without TLS, AUTH ${mechanism}: ${text}`], {}, { about })
  } else {
    const why = 'error' in tried ? tried.error.message : 'refused' in tried ? tried.refused.text : 'enough connections were made'
    report('auth.clear-unknown', [why], {}, { about })
  }
}

/** The password cannot be used at all with what is offered: which finding says so. */
export const noPasswordCode = (offered: readonly string[]): 'auth.only-oauth' | 'auth.no-common-mechanism' =>
  takesTokensOnly(offered) ? 'auth.only-oauth' : 'auth.no-common-mechanism'
