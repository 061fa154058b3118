import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { plainName } from '../dns/wire-name.ts'
import { isHostName } from '../self-check/host-names.ts'

/** What is examined. Names are plain: lower case, A-labels, no last dot. */
export type Target =
  /** This machine's ability to send. */
  | { readonly kind: 'machine' }
  /** Its receiving side (MX) and its sending side (SPF, DKIM, DMARC). */
  | { readonly kind: 'domain'; readonly domain: string }
  /** One server; without a port, those of mail (25, 465, 587). `host` may be an IP address. */
  | { readonly kind: 'host'; readonly host: string; readonly port?: number }
  /** A recipient: the domain, and what its server says to RCPT. */
  | { readonly kind: 'address'; readonly address: string; readonly domain: string }

const maxTarget = 1_000

/**
 * Reads what was typed: nothing, `example.com`, `mx1.example.com:25`, `192.0.2.1`, `[2001:db8::1]:587`, `localhost:587`, `john@example.com`.
 * A name without a port is a domain. Gives a sentence that says what is wrong with it otherwise.
 */
export const parseTarget = (typed: string | undefined): Target | string => {
  if (typed === undefined || typed === '') return { kind: 'machine' }
  if (typed.length > maxTarget) return 'The target is too long for a domain, a host or an address.'
  const text = typed
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/$/, '')
  const at = text.lastIndexOf('@')
  if (at > 0) {
    const domain = nameOf(text.slice(at + 1))
    return domain === undefined || /[\s\p{C}<>]/u.test(text)
      ? `No address: ${typed}`
      : { kind: 'address', address: `${text.slice(0, at)}@${domain}`, domain }
  }
  if (isIP(text) !== 0) return { kind: 'host', host: text }
  const parts = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text)
  const host = parts?.[1] ?? parts?.[2] ?? ''
  const port = parts?.[3] === undefined ? undefined : Number(parts[3])
  if (port !== undefined && (port < 1 || port > 65_535)) return `No port: ${port}`
  if (isIP(host) !== 0) return { kind: 'host', host, ...(port === undefined ? {} : { port }) }
  const name = nameOf(host)
  if (parts?.[1] !== undefined || name === undefined) return `Neither a domain nor a host nor an address: ${typed}`
  if (port !== undefined) return { kind: 'host', host: name, port }
  return name.includes('.') ? { kind: 'domain', domain: name } : { kind: 'host', host: name }
}

const nameOf = (text: string): string | undefined => {
  const name = plainName(domainToASCII(text))
  return name !== '' && (isHostName(name) || /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/.test(name))
    ? name
    : undefined
}
