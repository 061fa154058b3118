import type { AddressCheck } from './check-address.ts'
import { maxDomainOctets, maxLabelOctets } from './domain-name.ts'
import { maxLocalOctets } from './local-part.ts'
import { specialUseOf } from './special-use.ts'

/** RFC 3696, erratum 1690: a path of 256 octets (RFC 5321 §4.5.3.1.3) with its angle brackets leaves 254 to the address. */
export const maxAddressOctets = 254

/**
 * The short way for addresses of plain ASCII, which is nearly all of a list: one pass over the code units through a table, and no
 * allocation but the answer. Ten times as fast as the grammar (`npm run bench:addresses`). Answers only where the level is
 * `practical`; all else is left to the grammar, so that the two cannot disagree on anything but that.
 */
const [atext, digit, upper, hyphen] = [1, 2, 4, 8]
const inDomain = 16

const classOf = new Uint8Array(128)
for (let unit = 0; unit < 128; unit++) {
  const character = String.fromCharCode(unit)
  if (/[a-z]/.test(character)) classOf[unit] = atext | inDomain
  else if (/[A-Z]/.test(character)) classOf[unit] = atext | inDomain | upper
  else if (/\d/.test(character)) classOf[unit] = atext | inDomain | digit
  else if (character === '-') classOf[unit] = atext | inDomain | hyphen
  else if ("!#$%&'*+/=?^_`{|}~".includes(character)) classOf[unit] = atext
}

const [dot, at] = [0x2e, 0x40]

/** Where the `@` behind a Dot-string stands; -1 for anything else. */
const endOfLocal = (address: string): number => {
  let wordFrom = 0
  for (let index = 0; index <= maxLocalOctets; index++) {
    const unit = address.charCodeAt(index)
    if (unit === dot || unit === at) {
      if (index === wordFrom) return -1
      if (unit === at) return index
      wordFrom = index + 1
    } else if (unit > 0x7f || ((classOf[unit] ?? 0) & atext) === 0) return -1
  }
  return -1
}

export const checkPlainAddress = (address: string): AddressCheck | undefined => {
  const end = address.length
  const atSign = endOfLocal(address)
  if (atSign < 0 || end - atSign - 1 > maxDomainOctets || end > maxAddressOctets) return undefined
  let labels = 1
  let labelFrom = atSign + 1
  // All classes met in the label so far, and whether it has anything but digits.
  let seen = 0
  let others = false
  let previous: number = hyphen
  for (let index = labelFrom; index < end; index++) {
    const unit = address.charCodeAt(index)
    if (unit === dot) {
      // A hyphen, or nothing, before the dot.
      if ((previous & hyphen) !== 0 || index - labelFrom > maxLabelOctets) return undefined
      labels++
      labelFrom = index + 1
      others = false
      previous = hyphen
      continue
    }
    const kind = unit > 0x7f ? 0 : (classOf[unit] ?? 0)
    if ((kind & inDomain) === 0) return undefined
    if ((kind & hyphen) !== 0) {
      if (index === labelFrom) return undefined
      // `xn--`, or a name that only looks so: not for the short way.
      if ((previous & hyphen) !== 0 && index - labelFrom === 3) return undefined
    }
    if ((kind & digit) === 0) others = true
    seen |= kind
    previous = kind
  }
  if (labels < 2 || !others || (previous & hyphen) !== 0 || end - labelFrom > maxLabelOctets) return undefined
  const localPart = address.slice(0, atSign)
  const given = address.slice(atSign + 1)
  const isLower = (seen & upper) === 0
  const domain = isLower ? given : given.toLowerCase()
  if (specialUseOf(domain) !== undefined) return undefined
  return isLower
    ? { address, level: 'practical', localPart, domain, asciiDomain: domain, needsSmtputf8: false }
    : { address, level: 'practical', localPart, domain, asciiDomain: domain, needsSmtputf8: false, normalized: `${localPart}@${domain}` }
}
