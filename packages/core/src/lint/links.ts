import { toUnicode } from 'tr46'
import { homographOf } from '../address/homograph.ts'
import { partsOf } from '../address/public-suffix.ts'
import { specialUseOf } from '../address/special-use.ts'
import { lint } from '../knowledge/lint.generated.ts'
import type { Body } from './body.ts'
import type { Add } from './checking.ts'
import { areAligned, registeredDomain } from './domains.ts'
import { shown } from './look.ts'

/** A link of the message. Texts are one line, without control characters. */
export type LintLink = {
  readonly href: string
  /** The words that a reader sees, where HTML tells them. */
  readonly text: string
  readonly where: 'html' | 'text'
  readonly scheme: string
  /** In small letters, A-labels; absent where there is none. */
  readonly host?: string
}

type Place = { readonly scheme: string; readonly host?: string; readonly user: boolean }

/** Browsers leave tabs and line ends out of an address, so that `java\nscript:` is one. */
const cleanHref = (href: string): string => href.replace(/[\t\n\r]/g, '').trim()

const placeOf = (href: string): Place => {
  const scheme = /^([a-z][a-z0-9+.-]{0,30}):/i.exec(href)?.[1]?.toLowerCase() ?? ''
  if (!/^(?:https?:)?\/\//i.test(href)) return { scheme, user: false }
  try {
    const { hostname, username } = new URL(scheme === '' ? `https:${href}` : href)
    return { scheme, user: username !== '', ...(hostname === '' ? {} : { host: hostname.replace(/\.$/, '') }) }
  } catch {
    return { scheme, user: false }
  }
}

export const readLinks = (body: Body): LintLink[] =>
  body.links.map(({ href, text, where }) => {
    const { scheme, host } = placeOf(cleanHref(href))
    return { href: shown(href), text: shown(text), where, scheme, ...(host === undefined ? {} : { host }) }
  })

const isAddress = (host: string): boolean => /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\])$/.test(host)

/** Addresses that the internet does not carry (RFC 6890): loopback, private, link-local. */
const isPrivateAddress = (host: string): boolean =>
  /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(host) || /^\[(?:::1?\]|f[cd]|fe[89ab])/i.test(host)

const privateNames = new Set(['local', 'localhost', 'internal', 'lan', 'home', 'corp', 'intranet', 'localdomain', 'home.arpa'])

/** Names of examples (RFC 2606) are what documentation links to; other reserved names lead nowhere on the internet. */
const isPrivateName = (host: string): boolean => {
  if (isAddress(host)) return isPrivateAddress(host)
  const top = host.slice(host.lastIndexOf('.') + 1)
  return !host.includes('.') || privateNames.has(top) || (specialUseOf(host) !== undefined && host.endsWith('home.arpa'))
}

/** Latin beside a script whose letters pass for Latin ones, in one label; Japanese beside Latin is ordinary. */
const mixesScripts = (host: string): boolean =>
  host.includes('xn--') &&
  toUnicode(host)
    .domain.split('.')
    .some(
      (label) =>
        /\p{Script=Latin}/u.test(label) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(label)
    )

const shorteners = new Set(lint.shorteners)

/** The domain that the words of a link show, where they are an address. `readme.md` and `Booking.com` are names. */
const shownDomain = (text: string): string | undefined => {
  const match = /^(https?:\/\/)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?::\d{1,5})?([/?#]\S*)?$/i.exec(text.trim())
  const host = match?.[2]?.toLowerCase()
  if (host === undefined || (match?.[1] === undefined && match?.[3] === undefined && !host.startsWith('www.'))) return undefined
  const { name, real } = partsOf(host)
  return real && name !== '' ? host : undefined
}

const isTemplate = (href: string): boolean => /\{\{|\}\}|\*\||\|\*|%%|\[\[|<%|\{%|&lt;%|%unsub|%7B%7B/i.test(href)

/** Names come again and again, and each is compared with thousands. */
const openTwins = (): ((host: string) => string | undefined) => {
  const known = new Map<string, string | undefined>()
  return (host) => {
    if (!known.has(host)) known.set(host, homographOf(host))
    return known.get(host)
  }
}

type Trouble = (link: LintLink) => string

/** Within a firm too, nobody else reaches it: a page of a program under development. Reports name it in their text. */
const isOwnMachine = (host: string): boolean => /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(host)

/** `www.example.com` that a mail program made a link by itself: nobody chose http. */
const isLinkedByItself = ({ href, text }: LintLink): boolean =>
  text !== '' && href.replace(/^http:\/\//i, '').replace(/\/$/, '') === text.replace(/^http:\/\//i, '').replace(/\/$/, '')

/** A gateway that checks links (Safe Links, URL Defense), or a counter of clicks, carries the address that is shown within its own. */
const carries = (href: string, seen: string): boolean =>
  href
    .slice(1)
    .replace(/%(3A|2F)/gi, (_, hex: string) => (hex.toUpperCase() === '2F' ? '/' : ':'))
    .toLowerCase()
    .includes(`://${seen}`)

export type Own = {
  /** Domains of the sender, which links may show or lead to. */
  readonly domains: readonly string[]
  /** All recipients are in the sender's own domain, and know its network. */
  readonly internal: boolean
  /** The HTML says with `base` where its links begin. */
  readonly hasBase: boolean
}

/** Every link once by what is wrong with it. */
export const checkLinks = (links: readonly LintLink[], { domains: own, internal, hasBase }: Own, add: Add): void => {
  const told = new Set<string>()
  const says: Trouble = ({ href, text }) => (text === '' || text === href ? href : `${href} (shown: ${text})`)
  const plain: string[] = []
  const twinOf = openTwins()
  const isOwn = (host: string): boolean => own.some((domain) => areAligned(domain, host))
  for (const link of links) {
    const { href, text, scheme, host } = link
    const key = `${href} ${shownDomain(text) ?? ''}`
    if (told.has(key) || isTemplate(href)) continue
    told.add(key)
    const clean = cleanHref(href)
    if (clean === '' || clean === '#' || /^https?:\/*$/i.test(clean)) add('lint.link-empty', [says(link)])
    else if (scheme === 'javascript' || scheme === 'vbscript' || scheme === 'data') add('lint.link-script', [says(link)], { scheme })
    else if (scheme === 'file' || (host !== undefined && isPrivateName(host))) {
      if (!internal || (link.where === 'html' && isOwnMachine(host ?? ''))) add('lint.link-private', [says(link)])
    } else if (scheme === '' && host === undefined && !hasBase && !clean.startsWith('#') && !/^(?:mailto|tel|cid)/i.test(clean))
      add('lint.link-empty', [says(link)])
    else if (host !== undefined) {
      checkHost(link, host, { says, isOwn, twinOf }, add)
      if (scheme === 'http' && link.where === 'html' && !isLinkedByItself(link)) plain.push(href)
    }
  }
  if (plain.length > 0) add('lint.link-http', [...plain.slice(0, 5), ...(plain.length > 5 ? [`… ${plain.length} in all`] : [])])
}

type Judge = { readonly says: Trouble; readonly isOwn: (host: string) => boolean; readonly twinOf: (host: string) => string | undefined }

const checkHost = (link: LintLink, host: string, { says, isOwn, twinOf }: Judge, add: Add): void => {
  if (placeOf(cleanHref(link.href)).user) add('lint.link-userinfo', [says(link)], { host })
  if (isAddress(host)) {
    add('lint.link-address', [says(link)])
    return
  }
  const twin = twinOf(host)
  if (twin !== undefined) add('lint.link-lookalike', [says(link)], { domain: twin })
  else if (mixesScripts(host)) add('lint.link-mixed-scripts', [`${says(link)}: ${toUnicode(host).domain}`])
  const short = shorteners.has(host) ? host : shorteners.has(host.replace(/^www\./, '')) ? host.replace(/^www\./, '') : undefined
  if (short !== undefined && !isOwn(short)) add('lint.link-shortener', [says(link)], { shortener: short })
  const seen = shownDomain(link.text)
  // A click that is counted by somebody else on its way to the sender's own page is ordinary.
  if (seen !== undefined && !areAligned(seen, host) && !isOwn(host) && !isOwn(seen) && !carries(link.href, seen))
    add('lint.link-mismatch', [says(link)])
}

/** Registered domains that links lead to, for blocklists: each once. */
export const domainsOf = (links: readonly LintLink[]): string[] => [
  ...new Set(
    links
      .filter(({ host }) => host !== undefined && !isAddress(host) && !isPrivateName(host))
      .map(({ host = '' }) => registeredDomain(host))
      .filter((domain) => specialUseOf(domain) === undefined)
  )
]
