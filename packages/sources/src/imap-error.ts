import type { ImapStep } from './imap-options.ts'

export type SourceErrorCode =
  | 'host-not-found'
  | 'connection-refused'
  | 'unreachable'
  | 'timeout'
  | 'not-imap'
  | 'tls-untrusted'
  | 'tls-failed'
  | 'starttls-missing'
  | 'login-refused'
  | 'unavailable'
  | 'mailbox-missing'
  | 'mailbox-changed'
  | 'read-only'
  | 'mark-refused'
  | 'move-unsupported'
  | 'move-refused'
  | 'command-refused'
  | 'too-large'
  | 'connection-lost'

/** A fault of the world outside, met while reading from it. The message is made of sentences: what happened, what to do next. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly code: SourceErrorCode
  /** What was being done. */
  readonly step: ImapStep

  constructor(code: SourceErrorCode, step: ImapStep, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.step = step
  }
}

/** Another try may go better: the network or the server, not what was asked of it. */
const passing: ReadonlySet<SourceErrorCode> = new Set([
  'connection-lost',
  'timeout',
  'unavailable',
  'connection-refused',
  'unreachable',
  'host-not-found'
])
export const isPassing = (error: unknown): error is SourceError => error instanceof SourceError && passing.has(error.code)

/** Whom the sentences are about. */
export type Whom = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly mailbox: string
  readonly scheme: string
}

const untrusted =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CERT_.*|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_CA)$/
const outOfTime: Readonly<Record<string, ImapStep>> = {
  CONNECT_TIMEOUT: 'connect',
  GREETING_TIMEOUT: 'greeting',
  UPGRADE_TIMEOUT: 'connect'
}
const unreachable = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'ETIMEDOUT'])
const tooLarge = new Set(['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge', 'TooManyTokens', 'TooManyResponses'])
/** RFC 5530 §3: the server cannot check the login now, or has too many of them; the password may be right. */
const notNow = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG'])

const stepWords: Readonly<Record<ImapStep, string>> = {
  connect: 'connecting',
  greeting: 'waiting for its greeting',
  'sign-in': 'signing in',
  'open-mailbox': 'opening the mailbox',
  'create-mailbox': 'creating the mailbox to move to',
  search: 'asking for the list of messages',
  sizes: 'asking for the sizes of messages',
  fetch: 'reading a message',
  mark: 'marking messages',
  move: 'moving messages'
}

export const timeoutError = (step: ImapStep, { host, port }: Whom, cause?: unknown): SourceError => {
  const words = `${host} did not answer in time while ${stepWords[step]} (port ${port}).`
  const advice =
    step === 'connect' || step === 'greeting'
      ? 'Check host and port (993 speaks TLS at once: imaps://; 143 does not: imap://), and that no firewall drops the connection.'
      : 'Try again later, or allow it more time.'
  return new SourceError('timeout', step, `${words} ${advice}`, cause)
}

export const notImapError = ({ host, port }: Whom, cause?: unknown): SourceError =>
  new SourceError(
    'not-imap',
    'greeting',
    `What answers at ${host} port ${port} does not speak IMAP. Check host and port (993 for imaps, 143 for imap).`,
    cause
  )

/** Makes a sentence of whatever the IMAP client, TLS, DNS or the socket threw. */
export const tellImapError = (error: unknown, step: ImapStep, whom: Whom): SourceError => {
  if (error instanceof SourceError) return error
  const { host, port, user, mailbox, scheme } = whom
  const told = (code: SourceErrorCode, message: string, at: ImapStep = step): SourceError => new SourceError(code, at, message, error)
  const code = field(error, 'code')
  const late = outOfTime[code]
  if (late !== undefined) return timeoutError(late, whom, error)
  if (code === 'ETIMEOUT') return timeoutError(step, whom, error)
  if (code === 'ENOTFOUND') return told('host-not-found', `There is no host ${host}. Check how its name is written.`, 'connect')
  if (code === 'EAI_AGAIN')
    return told('host-not-found', `The name ${host} could not be looked up now. Check the network and its DNS server.`, 'connect')
  if (code === 'ECONNREFUSED')
    return told(
      'connection-refused',
      `${host} refuses connections on port ${port}. Check the port (993 for imaps, 143 for imap) and the server.`,
      'connect'
    )
  if (unreachable.has(code))
    return told('unreachable', `There is no way to ${host} port ${port} (${code}). Check the network and firewalls.`, 'connect')
  if (untrusted.test(code)) {
    const advice = 'Use the name in its certificate, or give the certificate of the authority that signed it (tlsCa).'
    return told('tls-untrusted', `The certificate of ${host} cannot be trusted: ${oneLine(error)}. ${advice}`, 'connect')
  }
  if (is(error, 'authenticationFailed')) return loginError(error, told, whom)
  if (is(error, 'tlsFailed') && /STARTTLS|support|PREAUTH/i.test(oneLine(error)) && code !== 'STARTTLS_INJECTION')
    return told(
      'starttls-missing',
      `${host} does not offer TLS on port ${port}. Use imaps:// (port 993); the password is not sent in the clear.`
    )
  if (is(error, 'tlsFailed') || code === 'EPROTO' || code.startsWith('ERR_SSL_') || code === 'ERR_TLS_HANDSHAKE_TIMEOUT') {
    const advice =
      scheme === 'imaps' ? `Does port ${port} speak TLS? If not, write imap:// (port 143, STARTTLS).` : 'Try imaps:// (port 993).'
    return told('tls-failed', `No TLS session with ${host} came about: ${oneLine(error)}. ${advice}`)
  }
  if (is(error, 'mailboxMissing') || code === 'NotFound')
    return told(
      'mailbox-missing',
      `There is no mailbox "${mailbox}" for ${user} on ${host}. Check its name; folders are often named INBOX.Name.`
    )
  if (tooLarge.has(code))
    return told('too-large', `${host} sent more than was asked for (${code}); it was cut off while ${stepWords[step]}.`)
  const status = field(error, 'responseStatus')
  if (status !== '') {
    const words = serverWords(error)
    const response = field(error, 'serverResponseCode')
    // A fault in the server over one message will be there the next time too.
    return notNow.has(response) && !(step === 'fetch' && response === 'SERVERBUG')
      ? told('unavailable', `${host} cannot do it now while ${stepWords[step]}: ${words}. Try again later.`)
      : told('command-refused', `${host} refused while ${stepWords[step]}: ${words}.`)
  }
  if (/^(ParserError|UnexpectedTag|MissingTag|InvalidResponse|ResponseProcessingFailed|MAX_IMAP)/.test(code))
    return step === 'sign-in'
      ? notImapError(whom, error)
      : told('connection-lost', `${host} sent what is no IMAP while ${stepWords[step]} (${code}).`)
  if (/^Unsupported authentication mechanism/.test(oneLine(error)))
    return told(
      'login-refused',
      `${host} offers no way to sign in with what was given. Try a password in place of a token, or the other way round.`
    )
  return told('connection-lost', `The connection to ${host} was lost while ${stepWords[step]} (${code === '' ? oneLine(error) : code}).`)
}

const loginError = (error: unknown, told: (code: SourceErrorCode, message: string) => SourceError, { host, user }: Whom): SourceError => {
  const words = serverWords(error)
  if (notNow.has(field(error, 'serverResponseCode')))
    return told('unavailable', `${host} cannot let ${user} in now: ${words}. Try again later.`)
  const advice = /login is disabled/i.test(words)
    ? 'It lets nobody in without TLS: use imaps://.'
    : 'Check user name and password; with two-step sign-in it takes an app password. An access token may have run out: get a new one.'
  return told('login-refused', `${host} refused the login of ${user}: ${words}. ${advice}`)
}

/** The server's own words, in quotation marks; where it said none, the client's. */
const serverWords = (error: unknown): string => {
  const words = clean(field(error, 'responseText') || field(error, 'response')).replace(/\.$/, '')
  const code = clean(field(error, 'serverResponseCode'))
  return words === '' ? oneLine(error) : `"${code === '' ? '' : `[${code}] `}${words}"`
}

const field = (error: unknown, name: string): string => {
  if (typeof error !== 'object' || error === null) return ''
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : ''
}
const is = (error: unknown, name: string): boolean => typeof error === 'object' && error !== null && Reflect.get(error, name) === true

const oneLine = (error: unknown): string => clean(error instanceof Error ? error.message : String(error)).replace(/\.$/, '')

/** A server's words go to terminals and pages: no control or direction characters, and no page of them. */
const clean = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
