import { parse } from 'tldts'
import type { AddressCode } from './address-codes.ts'
import type { AddressCheck } from './check-address.ts'
import { isBlank, withoutInvisible, withPlainPunctuation, withPlainSpaces } from './hidden-characters.ts'

/** An edit: what the text becomes, what was wrong, and where. */
type Edit = { readonly text: string; readonly code?: AddressCode; readonly position?: number }

const quotes = '"\'`\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e\u201a'
const before = `,;:<([{.\\/|${quotes}`
const after = `,;:>)]}.!?\\/|*_-${quotes}`
/** Atext, and so part of an address at its beginning, unless the same sign or its partner closes it at the end. */
const pairs: Readonly<Record<string, string>> = { "'": "'", '`': '`', '{': '}', '*': '*', '/': '/', '|': '|', _: '_' }

const codeAtEdge = (character: string, isFront: boolean): AddressCode => {
  if (quotes.includes(character)) return 'quotes-around'
  if (character === '.') return isFront ? 'leading-dot' : 'trailing-dot'
  if (/[\r\n]/.test(character)) return 'line-break'
  if (/\p{Cc}/u.test(character)) return 'control-character'
  if (/\p{Z}/u.test(character)) return 'unusual-space'
  if (isBlank(character)) return 'invisible-character'
  return isFront ? 'leading-punctuation' : 'trailing-punctuation'
}

/** What stands around an address in running text, tables and exports. */
const stripEnds = (address: string): Edit[] => {
  const characters = Array.from(address)
  let from = 0
  let to = characters.length
  const at = (index: number): string => characters[index] ?? ''
  const isOuter = (character: string, signs: string): boolean => signs.includes(character) || character === ' ' || isBlank(character)
  while (to > from && isOuter(at(to - 1), after)) to--
  const tail = characters.slice(to).join('')
  while (from < to && isOuter(at(from), before) && (pairs[at(from)] === undefined || tail.includes(pairs[at(from)] ?? ''))) from++
  const head = characters.slice(0, from)
  const front = head.findIndex((character) => !/[ \t]/.test(character))
  const text = characters.slice(from, to).join('')
  if (front >= 0) return [{ text, code: codeAtEdge(head[front] ?? '', true), position: head.slice(0, front).join('').length }]
  const back = tail.search(/[^ \t]/)
  if (back < 0) return []
  const position = address.length - tail.length + back
  return [{ text, code: codeAtEdge(String.fromCodePoint(address.codePointAt(position) ?? 0), false), position }]
}

/** `mailto:` of links; `SMTP:` as Exchange exports addresses (memory: its proxyAddresses); `rfc822;` of delivery reports. */
const dropScheme = (address: string): Edit[] => {
  const scheme = /^\s{0,9}(?:mailto:(?:\/\/)?|e-?mail:|smtp:|rfc822;)\s{0,9}/i.exec(address)?.[0]
  if (scheme === undefined) return []
  const rest = address.slice(scheme.length)
  const query = /^mailto/i.test(scheme.trimStart()) ? rest.indexOf('?', rest.indexOf('@')) : -1
  return [{ text: (query < 0 ? rest : rest.slice(0, query)).trim(), code: 'scheme-prefix', position: scheme.search(/\S/) }]
}

const keepOneAt = (address: string): Edit[] => {
  const position = address.search(/@@/)
  return position < 0 ? [] : [{ text: address.replace(/@+/, '@'), code: 'repeated-at', position }]
}

/** Against collectors of addresses, and by encoders: `user (at) host (dot) com`, `user%40host.com`, `user&#64;host.com`. */
const spellOut = (address: string): Edit[] => {
  const writtenAt = /\s{0,9}[([{<]\s?at\s?[)\]}>]\s{0,9}|\s{1,9}at\s{1,9}|%40|=40|&#64;|&#x40;|&commat;|\\u0040/gi
  const writtenDot = /\s{0,9}[([{<]\s?dot\s?[)\]}>]\s{0,9}|\s{1,9}dot\s{1,9}/gi
  const position = Math.min(...[address.search(writtenAt), address.search(writtenDot)].filter((found) => found >= 0))
  if (position === Number.POSITIVE_INFINITY) return []
  const withAt = address.includes('@') ? address : address.replace(writtenAt, '@')
  return [{ text: withAt.replace(writtenDot, '.'), code: 'written-out', position }]
}

/** The public suffix of a domain, where ICANN's part of the list knows it (https://publicsuffix.org). */
const suffixOf = (domain: string): string | undefined => {
  const { publicSuffix, isIcann } = parse(domain, { extractHostname: false, validateHostname: false })
  return isIcann === true && publicSuffix !== null ? publicSuffix : undefined
}

/**
 * Whether two pieces joined are one domain: the first is unfinished (`gmail` + `.com`), or the suffix itself was torn (`yahoo.co` +
 * `.uk`). Otherwise a second thing follows a whole domain (`gmail.com,anna`).
 */
const belongTogether = (first: string, second: string, glue: string): boolean => {
  const suffix = suffixOf(`${first}${glue}${second}`.toLowerCase())
  if (suffix === undefined) return false
  return !first.includes('.') || suffixOf(first.toLowerCase()) === undefined || suffix.length > second.length
}

const commaToDot = (address: string): Edit[] => {
  const match = /^([^@]+@)([^@,\s]+),([a-z\d.-]+)\s?$/i.exec(address)
  if (match === null) return []
  const [, local = '', first = '', second = ''] = match
  if (!belongTogether(first, second, '.')) return []
  return [{ text: `${local}${first}.${second}`, code: 'comma-for-dot', position: local.length + first.length }]
}

/** Only within the domain: `john doe@…` may be john.doe, john_doe, johndoe, or Doe's address behind his first name. */
const closeDomain = (address: string): Edit[] => {
  const match = /^([^@]+@)([^@\s]+)(\s+)([a-z\d.-]+)$/iu.exec(address.trimEnd())
  if (match === null) return []
  const [, local = '', first = '', blank = '', second = ''] = match
  if (!belongTogether(first, second, '')) return []
  const position = local.length + first.length
  return [{ text: `${local}${first}${second}`, code: /^[ \t]+$/.test(blank) ? 'space' : 'unusual-space', position }]
}

/**
 * Until 2009 these carriers gave out mailboxes with dots that RFC 5321 forbids (`a..b@`, `a.@`), and some still live: with a dot less
 * it is somebody else's. Sources: https://www.h-fj.com/blog/archives/2009/03/01-100125.php, http://hayatomo.com/68
 */
const allowedAnyDots = /@(?:docomo|ezweb)\.ne\.jp$/i

const dropDots = (address: string): Edit[] => {
  const edits: Edit[] = []
  const add = (pattern: RegExp, by: string, code: AddressCode): void => {
    const position = address.search(pattern)
    if (position >= 0) edits.push({ text: address.replace(pattern, by), code, position })
  }
  if (!allowedAnyDots.test(address)) {
    add(/^\.+/, '', 'leading-dot')
    // Not preceded by a dot, so that a run is tried once.
    add(/(?<!\.)\.+(?=@)/, '', 'trailing-dot')
    add(/(?<!\.)\.{2,}(?=[^.@])/, '.', 'doubled-dot')
  }
  add(/(?<=@)\.+/, '', 'leading-dot')
  add(/(?<!\.)\.{2,}(?=[^.@]+$)/, '.', 'doubled-dot')
  return edits
}

/** A name with a comma or an address in it before `<…>`: the brackets tell what is the address, unless the name is another address. */
const takeFromBrackets = (address: string): Edit[] => {
  const trimmed = address.trim()
  const bracket = trimmed.lastIndexOf('<')
  if (bracket <= 0 || !trimmed.endsWith('>')) return []
  const inside = trimmed.slice(bracket + 1, -1).trim()
  const name = trimmed.slice(0, bracket).replace(/["'\s]/g, '')
  if (name.includes('@') && name.toLowerCase() !== inside.toLowerCase()) return []
  return [{ text: inside, code: 'display-name-unquoted', position: address.search(/\S/) }]
}

const whole = (address: string, text: string, code?: AddressCode): Edit[] => {
  if (text === address) return []
  let position = 0
  while (address.charCodeAt(position) === text.charCodeAt(position)) position++
  return [{ text, ...(code !== undefined && { code, position }) }]
}

/** What text brings along from web pages and word processors; nothing of it is printable ASCII. */
const replaceForeign = (address: string): Edit[] =>
  /^[ -~]*$/.test(address)
    ? []
    : [
        ...whole(address, withoutInvisible(address)),
        ...whole(address, withPlainSpaces(address), 'unusual-space'),
        ...whole(address, withPlainPunctuation(address), 'confusable-character')
      ]

const editsOf = (address: string): readonly Edit[] => [
  ...stripEnds(address),
  ...dropScheme(address),
  ...keepOneAt(address),
  ...spellOut(address),
  ...commaToDot(address),
  ...closeDomain(address),
  ...dropDots(address),
  ...takeFromBrackets(address),
  ...replaceForeign(address),
  ...whole(address, address.replace(/\\(?=[@._+*~-])/g, ''), 'backslash')
]

/** Goes out, or is held back by nothing but a name reserved for examples, which manuals and tests are written with. */
const isMended = ({ level, code, asciiDomain = '' }: AddressCheck): boolean =>
  level === 'practical' || (code === 'special-use-domain' && /(?:^|\.)example(?:\.com|\.net|\.org)?$/.test(asciiDomain))

/** What an edit leads to: the address itself, or its envelope form. */
const mendedBy = (text: string, grade: (address: string) => AddressCheck): string | undefined => {
  const check = grade(text)
  const mended = check.normalized ?? check.address
  return check.level !== 'invalid' && isMended(mended === text ? check : grade(mended)) ? mended : undefined
}

/**
 * The one edit that makes an address of it, with what was wrong. Undefined where no edit does, or where edits lead to different
 * addresses: mail to a guess goes to a stranger. Each edit looks at the text a fixed number of times.
 */
export const repairAddress = (
  address: string,
  grade: (address: string) => AddressCheck
): (Pick<Edit, 'code' | 'position'> & { readonly repair: string }) | undefined => {
  let found: (Pick<Edit, 'code' | 'position'> & { readonly repair: string }) | undefined
  for (const { text, ...what } of editsOf(address)) {
    const repair = text === address ? undefined : mendedBy(text, grade)
    if (repair === undefined) continue
    if (found !== undefined && found.repair !== repair) return undefined
    found ??= { ...what, repair }
  }
  return found
}
