import { createHmac } from 'node:crypto'

/** Kinds of login with a user name and a password that are spoken here. */
const passwordMechanisms = ['PLAIN', 'LOGIN', 'SCRAM-SHA-256', 'CRAM-MD5'] as const
export type PasswordMechanism = (typeof passwordMechanisms)[number]

/** Without TLS those first that do not show the password. */
const inTheClear: readonly PasswordMechanism[] = ['SCRAM-SHA-256', 'CRAM-MD5', 'PLAIN', 'LOGIN']

/** Kinds of login that show the password to whoever reads the connection. */
export const readable: ReadonlySet<string> = new Set(['PLAIN', 'LOGIN'])

/** Tokens in place of a password (RFC 7628; XOAUTH2 is Google's, older). */
const tokens: ReadonlySet<string> = new Set(['XOAUTH2', 'OAUTHBEARER', 'XOAUTH', 'PLAIN-CLIENTTOKEN'])

/** Kept of a server's list: all names that IANA has registered are fewer. */
const maxMechanisms = 40

/** The list behind AUTH in an EHLO reply (RFC 4954 §3), in capitals, each once; empty where AUTH is not offered. */
export const mechanismsOf = (capabilities: ReadonlyMap<string, string>): readonly string[] => {
  const words = (capabilities.get('AUTH') ?? '').toUpperCase().split(' ')
  // RFC 4422 §3.1 has 1 to 20 of these characters; an old form of the line is `AUTH=PLAIN`.
  return [...new Set(words.map((word) => word.replace(/^=/, '')).filter((word) => /^[A-Z0-9_-]{1,20}$/.test(word)))].slice(0, maxMechanisms)
}

/** As mail programs choose: inside TLS the simplest. Undefined where none takes a password that is spoken here. */
export const chooseMechanism = (offered: readonly string[], insideTls: boolean): PasswordMechanism | undefined =>
  (insideTls ? passwordMechanisms : inTheClear).find((mechanism) => offered.includes(mechanism))

export const takesTokensOnly = (offered: readonly string[]): boolean => offered.length > 0 && offered.every((name) => tokens.has(name))

export const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** RFC 4616: no authorization identity, user name, password. */
export const plainMessage = (user: string, password: string): string => base64(`\0${user}\0${password}`)

/** RFC 2195 §2: the user name, and a keyed digest of the challenge. */
export const cramMd5Message = (user: string, password: string, challenge: Buffer): string =>
  base64(`${user} ${createHmac('md5', password).update(challenge).digest('hex')}`)

/** Characters of a challenge: a nonce or a time and a host name; SCRAM's is the longest, with a salt and two nonces. */
const maxChallenge = 2_000

/** What stands behind a 334 (RFC 4954 §4), decoded; undefined where it is no base64 or too long. Empty is a challenge too. */
export const challengeOf = (reply: string): Buffer | undefined => {
  const text = reply.slice(4).trim()
  if (text.length > maxChallenge || reply.includes('\n') || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
    return undefined
  return Buffer.from(text, 'base64')
}
