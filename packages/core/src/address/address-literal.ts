/** RFC 5321 §4.1.3: Snum is one to three digits, 0 to 255. */
const isIpv4 = (text: string): boolean => {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}

/** Groups of one side of `::`; -1 where one is none. A dotted IPv4 address may end the right side and counts as two. */
const countGroups = (side: string, mayEndInIpv4: boolean): number => {
  if (side === '') return 0
  const groups = side.split(':')
  const last = groups.at(-1) ?? ''
  const dotted = mayEndInIpv4 && last.includes('.')
  if (dotted && !isIpv4(last)) return -1
  const plain = dotted ? groups.slice(0, -1) : groups
  return plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? plain.length + (dotted ? 2 : 0) : -1
}

/**
 * RFC 5321 §4.1.3, IPv6-addr: eight groups, or `::` for at least two groups of zeros ("No more than 6 groups in addition to the
 * '::' may be present"; 4 and an IPv4 address). RFC 4291 lets `::` stand for a single group; SMTP does not.
 */
const isIpv6 = (text: string): boolean => {
  const gap = text.indexOf('::')
  if (gap < 0) return countGroups(text, true) === 8
  const left = countGroups(text.slice(0, gap), false)
  const right = countGroups(text.slice(gap + 2), true)
  return left >= 0 && right >= 0 && left + right <= 6
}

/**
 * Whether a domain in square brackets is an address literal of SMTP. Its General-address-literal needs a tag that is registered
 * with IANA, and "IPv6" is the only one: https://www.iana.org/assignments/address-literal-tags (last updated 2008-10-01).
 */
export const isAddressLiteral = (literal: string): boolean => {
  const inside = literal.slice(1, -1)
  return /^ipv6:/i.test(inside) ? isIpv6(inside.slice(5)) : isIpv4(inside)
}
