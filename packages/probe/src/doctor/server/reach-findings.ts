import { isIP } from 'node:net'
import { type Finding, type FindingCode, finding } from '@whybounce/core/finding'
import type { DialogueError } from '../../smtp/dialogue-error.ts'
import { aboutSender, diagnosisOf, linesOf, refusalFinding } from './judge-reply.ts'
import { placeOf, type Session } from './session.ts'

/** Milliseconds. RFC 5321 §4.5.3.2.1 has five minutes; what is held back on purpose is a few seconds. */
const slowGreeting = 5_000
const lateGreeting = 30_000
/** Bytes: what one photo, or one PDF, in base64 has. */
const smallSize = 10_000_000

/** Extensions that are looked for, and where they are told of. */
const known = [
  'SIZE',
  'PIPELINING',
  '8BITMIME',
  'SMTPUTF8',
  'CHUNKING',
  'DSN',
  'ENHANCEDSTATUSCODES',
  'STARTTLS',
  'AUTH',
  'REQUIRETLS',
  'LIMITS'
]

export const valuesOf = ({ at }: Pick<Session, 'at'>): Readonly<Record<string, string>> => ({
  host: at.host,
  address: at.address,
  port: String(at.port)
})

/** True where there was a connection, and what answered is a mail server. */
export const isReached = ({ greeting, tls, otherMode }: Session): boolean =>
  greeting !== undefined || tls !== undefined || otherMode !== undefined

/** What a session showed of connection, greeting and EHLO. `ours`: our EHLO name, for replies that repeat it. */
export const reachFindings = (session: Session, ours: string): readonly Finding[] => {
  const { at, error, refused } = session
  const about = placeOf(at)
  const found = answerFindings(session)
  if (refused !== undefined && refused.stage !== 'starttls') return [...found, refusedFinding(session, refused, ours)]
  const code = error === undefined || session.otherMode !== undefined ? undefined : codeOfError(error)
  return code === undefined || error === undefined
    ? found
    : [...found, finding(code, [`${error.code}: ${error.message}`, ...lastSaid(session)], valuesOf(session), { about })]
}

/** "Unknown" to EHLO and to HELO; 530, which RFC 4954 §6 keeps from EHLO and HELO: an FTP server greets with 220 too. */
const notOfSmtp: ReadonlySet<number> = new Set([500, 502, 530])

const refusedFinding = (session: Session, refused: NonNullable<Session['refused']>, ours: string): Finding => {
  const diagnosis = diagnosisOf(refused, session.at.host)
  const usual: FindingCode =
    refused.code < 500 ? 'server.refuses-for-now' : refused.stage === 'ehlo' ? 'server.ehlo-refused' : 'server.refuses'
  const foreign = refused.stage === 'ehlo' && notOfSmtp.has(refused.code)
  const code = foreign ? 'server.not-smtp' : (aboutSender(refused, diagnosis, { ours: [ours], server: session.at.address }) ?? usual)
  // The cause that is read out of the words of another protocol is none.
  if (foreign)
    return finding(code, [...linesOf(session.greeting ?? refused).slice(0, 1), ...linesOf(refused)], valuesOf(session), {
      about: placeOf(session.at)
    })
  return refusalFinding(code, refused, diagnosis, { ...valuesOf(session), ehlo: ours }, placeOf(session.at))
}

/** What stood at the end of the dialogue: without it, "closed at ehlo" tells little. */
const lastSaid = ({ transcript }: Session): readonly string[] =>
  transcript
    .filter(({ from }) => from !== 'note')
    .slice(-2)
    .map(({ from, text }) => `${from === 'us' ? 'we said' : 'it said'}: ${text}`)

/** Undefined: the TLS check tells it, or the run was stopped. */
const codeOfError = ({ code, stage, unfinished }: DialogueError): FindingCode | undefined => {
  if (code === 'EABORTED' || (stage === 'starttls' && code !== 'EPROTOCOL' && code !== 'EUNASKED')) return undefined
  if (stage === 'connect') return connectCodes[code] ?? 'server.no-route'
  switch (code) {
    case 'ETOOLONG':
      return 'server.floods'
    case 'EGREETING':
      return 'server.not-smtp'
    case 'ETIMEDOUT':
      if (unfinished > 0) return 'server.drips'
      return stage === 'greeting' ? 'server.no-greeting' : 'server.stops-answering'
    case 'ECLOSED':
      return stage === 'greeting' && unfinished === 0 ? 'server.closes' : 'server.lost'
    case 'EPROTOCOL':
    case 'EUNASKED':
    case 'ETLS':
      return 'server.protocol-error'
    default:
      return stage === 'greeting' ? 'server.reset' : 'server.lost'
  }
}

const connectCodes: Readonly<Record<string, FindingCode>> = {
  ECONNREFUSED: 'server.refused',
  ETIMEDOUT: 'server.timed-out',
  ECONNRESET: 'server.reset'
}

/** What a host calls itself when nobody has given it a name. */
const noName = /^localhost$|\.localdomain$/i

const answerFindings = (session: Session): readonly Finding[] => {
  const { at, greeting, ehlo, capabilities, capabilitiesInside, transcript, error, refused } = session
  if (greeting === undefined) return []
  const about = placeOf(at)
  const found: Finding[] = []
  const add = (code: FindingCode, evidence: readonly string[], values: Readonly<Record<string, string>> = {}): void =>
    void found.push(finding(code, evidence, { ...valuesOf(session), ...values }, { about }))
  const firstLine = linesOf(greeting).slice(0, 1)
  const seconds = String(Math.round(greeting.took / 1_000))
  if (greeting.took >= lateGreeting) add('server.greets-late', firstLine, { seconds })
  else if (greeting.took >= slowGreeting) add('server.greets-slowly', firstLine, { seconds })
  const name = /^220[ -](\S+)/.exec(greeting.text)?.[1] ?? ''
  // Of a host that was named by its address, nobody knows a better name.
  if (at.host !== 'localhost' && isIP(at.host) === 0 && (noName.test(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0))
    add('server.greets-without-name', firstLine, { name })
  if (ehlo === undefined) return found

  if (error === undefined && refused === undefined) add('server.answers', [...firstLine, ...tableOf(session)])
  // Of what is offered inside TLS, only the end is not known where the handshake broke.
  const offered = capabilitiesInside ?? capabilities
  if (transcript.some(({ from, text }) => from === 'us' && text.startsWith('HELO '))) add('server.no-ehlo', linesOf(ehlo))
  else if (!offered.has('8BITMIME') && refused === undefined) add('server.no-8bitmime', tableOf(session))
  const size = /^\d{1,15}$/.exec(offered.get('SIZE') ?? '')?.[0]
  if (size !== undefined && Number(size) > 0 && Number(size) < smallSize)
    add('server.size-small', [`SIZE ${size}`], { size: `${(Number(size) / 1_000_000).toFixed(1)} MB` })
  return found
}

/** Keywords shown of an EHLO reply. */
const maxKeywords = 40

const wordsOf = (capabilities: ReadonlyMap<string, string>): string =>
  [...capabilities]
    .slice(0, maxKeywords)
    .map(([keyword, parameters]) => `${keyword} ${parameters}`.trim())
    .join(', ') || 'nothing'

const tableOf = ({ at, capabilities, capabilitiesInside }: Session): readonly string[] => {
  const offered = capabilitiesInside ?? capabilities
  const missing = known.filter(
    (keyword) => !offered.has(keyword) && !(keyword === 'STARTTLS' && (capabilitiesInside !== undefined || at.implicitTls))
  )
  return [
    `offers ${at.implicitTls ? 'inside TLS' : 'in the clear'}: ${wordsOf(capabilities)}`,
    ...(capabilitiesInside === undefined ? [] : [`offers inside TLS: ${wordsOf(capabilitiesInside)}`]),
    ...(missing.length === 0 ? [] : [`does not offer: ${missing.join(', ')}`])
  ]
}
