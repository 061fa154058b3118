import { isIPv4, isIPv6 } from 'node:net'

/** The eight groups of an IPv6 address, four digits each. The URL parser knows every way of writing one, also `::ffff:192.0.2.1`. */
const groupsOf = (ip: string): readonly string[] => {
  const [head = '', tail] = new URL(`http://[${ip}]/`).hostname.slice(1, -1).split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].map((group) => group.padStart(4, '0'))
}

export const isAddress = (text: string): boolean => isIPv4(text) || (isIPv6(text) && !text.includes('%'))

/** The labels of an address in reverse order: what stands before in-addr.arpa (RFC 1035 §3.5), ip6.arpa (RFC 3596 §2.5) or a blocklist's zone. */
export const reverseLabels = (ip: string): string => {
  if (isIPv4(ip)) return ip.split('.').reverse().join('.')
  if (isAddress(ip)) return [...groupsOf(ip).join('')].reverse().join('.')
  throw new TypeError(`no IP address: ${ip}`)
}

/** The name at which the PTR record of an address stands. */
export const reverseName = (ip: string): string => `${reverseLabels(ip)}.${isIPv4(ip) ? 'in-addr' : 'ip6'}.arpa`

/** Whether two texts are the same address, however they are written; false where one is none. */
export const sameAddress = (one: string, other: string): boolean =>
  isAddress(one) && isAddress(other) && isIPv4(one) === isIPv4(other) && reverseLabels(one) === reverseLabels(other)
