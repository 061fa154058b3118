import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

/** Where a mailbox is. */
export type ImapTarget = {
  readonly scheme: 'imap' | 'imaps'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly mailbox: string
  /** `imaps://mail.example.com/INBOX`: for naming messages; no user, no password. */
  readonly name: string
  /** With user and port: what the place in this mailbox is remembered under. */
  readonly key: string
}

const defaultPorts = { imap: 143, imaps: 993 } as const

/**
 * Reads `imaps://user@host[:port]/mailbox` (RFC 5092, the part of it that names a mailbox). The user may be a whole address with its @.
 * Throws a TypeError where it is none, or holds a password: addresses end up in process lists, shell histories and logs.
 */
export const parseImapUrl = (
  text: string,
  given: { readonly user?: string | undefined; readonly mailbox?: string | undefined } = {}
): ImapTarget => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const scheme = url?.protocol === 'imaps:' ? 'imaps' : 'imap'
  // Not with the text in it: it may hold a password.
  if (url === undefined || url.protocol !== `${scheme}:` || url.hostname === '')
    throw new TypeError('A mailbox is named imaps://user@host/INBOX (or imap:// for STARTTLS).')
  if (url.password !== '')
    throw new TypeError('No password in the address of a mailbox: everybody on the machine could read it. Give it apart.')
  if (url.search !== '' || url.hash !== '') throw new TypeError('In the name of a mailbox write ? as %3F and # as %23.')
  const host = hostOf(url.hostname)
  const user = given.user ?? decode(url.username)
  if (user === '') throw new TypeError('Whose mailbox? Write imaps://user@host/INBOX.')
  const inPath = decode(url.pathname.replace(/^\//, '').replace(/\/$/, ''))
  const mailbox = given.mailbox ?? (inPath === '' ? 'INBOX' : inPath)
  if (hasControl(user) || hasControl(mailbox)) throw new TypeError('Names of users and mailboxes have no control characters.')
  const port = url.port === '' ? defaultPorts[scheme] : Number(url.port)
  const shownHost = isIP(host) === 6 ? `[${host}]` : host
  const shownMailbox = encodeURI(mailbox).replace(/[?#;]/g, encodeURIComponent)
  const name = `${scheme}://${shownHost}${port === defaultPorts[scheme] ? '' : `:${port}`}/${shownMailbox}`
  const key = `${scheme}://${encodeURIComponent(user)}@${shownHost}:${port}/${shownMailbox}`
  return { scheme, host, port, user, mailbox, name, key }
}

const hostOf = (hostname: string): string => {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (isIP(bare) !== 0) return bare
  const ascii = domainToASCII(decode(hostname))
  if (ascii === '') throw new TypeError('That is no host name.')
  return ascii
}

/** Nobody sits between a machine and itself: there the password may go without TLS. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new TypeError('A % in the address of a mailbox is followed by two hexadecimal digits; a % itself is %25.')
  }
}

const hasControl = (text: string): boolean => /\p{Cc}/u.test(text)
