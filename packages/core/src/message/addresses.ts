/** Addresses as they stand in headers, reports and sentences of strangers. */

/** Units that end an address in running text. */
const isLocalUnit = (unit: number): boolean =>
  (unit > 0x20 && unit < 0x7f && !'()<>[]:;,"\\@'.includes(String.fromCharCode(unit))) || unit > 0xa0
const isDomainUnit = (unit: number): boolean =>
  (unit >= 0x30 && unit <= 0x39) ||
  (unit >= 0x41 && unit <= 0x5a) ||
  (unit >= 0x61 && unit <= 0x7a) ||
  unit === 0x2d ||
  unit === 0x2e ||
  unit === 0x5f ||
  unit > 0xa0

/** RFC 5321 §4.5.3.1 allows 64 and 255; VERP and SRS need more room in front. */
const maxLocal = 256
const maxDomain = 255

const isPlain = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

export type Found = { readonly address: string; readonly from: number; readonly to: number }

/** Every address in a stretch of text. Walks out from each `@`, so that the work grows with the text alone. */
export const findAddresses = (text: string, from: number = 0, to: number = text.length): Found[] => {
  const found: Found[] = []
  let behind = from
  for (let at = text.indexOf('@', from); at >= 0 && at < to; at = text.indexOf('@', at + 1)) {
    let start = at
    if (text.charCodeAt(at - 1) === 0x22) {
      const quote = text.lastIndexOf('"', at - 2)
      if (quote >= behind && at - quote <= maxLocal && !text.slice(quote, at).includes('\n')) start = quote
    } else while (start > behind && at - start < maxLocal && isLocalUnit(text.charCodeAt(start - 1))) start--
    let end = at + 1
    if (text.charCodeAt(end) === 0x5b) {
      const close = text.indexOf(']', end)
      end = close > 0 && close - end < 64 ? close + 1 : end
    } else while (end < to && end - at <= maxDomain && isDomainUnit(text.charCodeAt(end))) end++
    end = at + 1 + withoutGlue(text.slice(at + 1, end)).length
    // `<user@example_>`: in brackets the end is told.
    while (end > at + 1 && text.charAt(end) !== '>' && /[.\-_\u3000-\u303f\uff00-\uff0f\uff1a-\uff20「」]/.test(text.charAt(end - 1))) end--
    // Full-width punctuation and the letters of scripts without spaces are no part of an address in front of it.
    const local = text.slice(start, at)
    const glued = isPlain(local) ? null : /^.*[\u3000-\u303f\u3040-\u30ff\u4e00-\u9fff\uff00-\uff65]/.exec(local)
    if (glued !== null) start += glued[0].length
    while (start < at && /['`*=./|-]/.test(text.charAt(start))) start++
    if (start < at && end > at + 1) {
      const address = trimField(text.slice(start, end))
      found.push({ address, from: end - address.length, to: end })
      behind = end
      at = end - 1
    }
  }
  return found
}

/** Scripts without spaces follow a domain at once (`example.jp様`): within a label, ASCII letters before others end it. */
const withoutGlue = (domain: string): string =>
  isPlain(domain) ? domain : (/^((?:[^.]*\.)*[a-z]{2,24})(?=[^\0-\x7f])/i.exec(domain)?.[1] ?? domain)

/** `to=user@example.com`, `rfc822;user@…`: a log field's name is no part of the address, nor is a link's path before `?a=`. */
const trimField = (address: string): string =>
  (address.includes('?')
    ? address.slice(Math.max(address.lastIndexOf('?'), address.lastIndexOf('=', address.lastIndexOf('@'))) + 1)
    : address
  ).replace(/^(?:orig_to|to|from|rcpt|recipient|mailto|smtp|for)=(?=[^=@]+@)/i, '')

/** The address of a header such as From or To: inside the brackets, else the first that stands in it. */
export const addressOf = (value: string | undefined): string | undefined => {
  if (value === undefined) return undefined
  const bracket = /<\s*([^<>\s]{1,320}@[^<>\s]{1,255})\s*>/.exec(value)?.[1]
  return bracket ?? findAddresses(value)[0]?.address
}

export const addressesOf = (values: readonly string[]): string[] => [
  ...new Set(values.flatMap((value) => findAddresses(value.slice(0, 65_536)).map(({ address }) => address)))
]

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

export const localOf = (address: string): string => address.slice(0, Math.max(0, address.lastIndexOf('@')))

/** The same mailbox as far as writing goes: domains have no case, and nobody's local part has in practice. */
export const sameAddress = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
