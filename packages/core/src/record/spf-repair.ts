import { isSpf, parseSpfTerm } from './spf.ts'
import { parseIp } from './spf-network.ts'

/** A repair is shown to people; what is longer is no slip of the hand. */
const maxTerm = 300

/** More terms than a record of 4 kB has; what nobody takes for SPF need not be repaired beyond. */
const maxTerms = 500

/** Words that people write for a mechanism. */
const meant: Readonly<Record<string, string>> = {
  ipv4: 'ip4',
  ipv6: 'ip6',
  'ip-4': 'ip4',
  'ip-6': 'ip6',
  ip: 'ip4',
  ip4s: 'ip4',
  inc: 'include',
  inlcude: 'include',
  includes: 'include',
  incude: 'include',
  included: 'include',
  al: 'all',
  exist: 'exists',
  host: 'a',
  domain: 'include',
  spf: 'include'
}

const network = (text: string): string | undefined => {
  const [address = '', ...prefix] = text.replace(/^\[|\]$/g, '').split('/')
  const ip = parseIp(address)
  return ip === undefined ? undefined : `ip${ip.family}:${[address, ...prefix].join('/')}`
}

/** Quotes, dashes and blanks that word processors put in the place of plain ones. */
const plain = (text: string): string =>
  text
    .replace(/[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g, '-')
    .replace(/[\u201C-\u201F\u2018-\u201B\u200B-\u200D\u2060\uFEFF"'`\\]/g, '')
    .replace(/[\s\u00A0]+/g, ' ')
    .trim()

/** Where one term begins inside another: `ip4:192.0.2.1ip4:192.0.2.2`, `include:example.com-all`. */
const seam = /(?<=[^+?~-])(?=[+?~-]?(?:ip4|ip6|include|exists|redirect|mx|a)[:=]|[+?~-]all$)/gi
/** A seam of `a:` or `mx:` may well be the end of a word: `include:` itself has none, but names like `data:` do. */
const firmSeam = /(?<=[^+?~-])(?=[+?~-]?(?:ip4:|ip6:|include:|exists:|redirect=)|[+?~-]all$)/gi

const ofWord = (text: string): string | undefined => {
  const [, sign = '', word = '', mark = '', value = ''] = /^([+?~-]*)([^:=/]*)([:=]?)(.*)$/.exec(text) ?? []
  const lower = word.toLowerCase()
  const name = Object.hasOwn(meant, lower) ? (meant[lower] ?? lower) : lower
  const one = sign.slice(0, 1)
  if (name === 'all' || (mark === '' && value === '' && /^all\W+$/.test(lower))) return `${one === '' ? '~' : one}all`
  if ((name === 'a' || name === 'mx') && /^\/\d/.test(value)) return `${one}${name}${value}`
  // The family that the address has wins over the one that was written; a name in its place is an `a`.
  const addressed = ['ip4', 'ip6', 'a', 'mx', 'include'].includes(name) ? network(value) : undefined
  if (addressed !== undefined) return one + addressed
  if ((name === 'ip4' || name === 'ip6') && /[a-z]/i.test(value) && !value.includes(':')) return `${one}a:${value}`
  if (mark === '' && value === '' && /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i.test(word) && /[a-z]/i.test(word)) return `${one}include:${word}`
  const bare = value.replace(/^\w+:\/\//, '').replace(/\/+$/, '')
  return `${one}${name}${name === 'redirect' || name === 'exp' ? '=' : ':'}${bare}`
}

const soundTerms = (text: string): boolean => text !== '' && text.split(' ').every((term) => parseSpfTerm(term).error === undefined)

/**
 * What somebody meant who wrote a term that SPF does not take, or takes for something else: `ip4:192.0.2.1` for `ipv4:192.0.2.1`, two
 * terms for two without a space. Undefined where that cannot be told.
 */
export const repairSpfTerm = (text: string): string | undefined => {
  if (text.length > maxTerm) return undefined
  const tidy = plain(text).replace(/^[,;(]+|[,;.)]+$/g, '')
  const whole = network(tidy)
  const candidates = [
    tidy,
    tidy.replace(firmSeam, ' '),
    tidy.replace(/[,;]+/g, ' '),
    whole,
    ...[tidy, tidy.replace(firmSeam, ' '), tidy.replace(seam, ' '), tidy.replace(/[,;]+/g, ' ')].map((one) =>
      one
        .split(' ')
        .map((term) => network(term) ?? (parseSpfTerm(term).error === undefined ? term : ofWord(term)))
        .join(' ')
    )
  ]
  return candidates.find((candidate) => candidate !== undefined && candidate !== text && soundTerms(candidate))
}

/**
 * The record that was meant by a text that no check takes for SPF: a quote or blank before `v=spf1`, another character than a space behind it,
 * `v = spf1`, `spf1`. Undefined where it is nothing of the kind. `v=spf2.0` is Sender ID (RFC 4406), which is something else.
 */
export const repairSpfVersion = (text: string): string | undefined => {
  const begun = /^[\s"'\u201C-\u201F\\(]{0,8}(?:v\s{0,3}[=:]{1,2}\s{0,3})?spf\s?1(?![\d.])["',;:]?/i.exec(text)
  if (begun === null || isSpf(text)) return undefined
  const terms = plain(text.slice(begun[0].length)).split(' ').slice(0, maxTerms)
  const sound = terms.flatMap((term) => (parseSpfTerm(term).error === undefined ? [term] : (repairSpfTerm(term) ?? '').split(' ')))
  const kept = sound.filter((term) => term !== '')
  return kept.length === 0 ? undefined : `v=spf1 ${kept.join(' ')}`
}

/** A term that is read as one, and was written as several. */
export const isGlued = (text: string): boolean => text.length <= maxTerm && text.replace(firmSeam, ' ') !== text
