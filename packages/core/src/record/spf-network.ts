/** An IP address as a number: 32 bits for IPv4, 128 for IPv6. */
export type IpNumber = { readonly family: 4 | 6; readonly value: bigint }
export type Network = IpNumber & { readonly prefix: number }

/** The longest text of an IPv6 address: eight groups of which the last two are dotted. */
const maxAddress = 45

/** RFC 7208 §12: qnum has no leading zero. */
const ip4Value = (text: string): bigint | undefined => {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

/** RFC 4291 §2.2, as RFC 3986 spells it out: groups of four hexadecimal digits, `::` once, the last two groups perhaps dotted. */
const ip6Value = (text: string): bigint | undefined => {
  const dot = text.lastIndexOf(':')
  const dotted = text.includes('.') ? ip4Value(text.slice(dot + 1)) : undefined
  if (text.includes('.') && dotted === undefined) return undefined
  const plain = dotted === undefined ? text : `${text.slice(0, dot + 1)}${(dotted >> 16n).toString(16)}:${(dotted & 0xffffn).toString(16)}`
  const sides = plain.split('::')
  if (sides.length > 2) return undefined
  const groups = sides.map((side) => (side === '' ? [] : side.split(':')))
  const [left = [], right = []] = groups
  const count = left.length + right.length
  if (sides.length === 1 ? count !== 8 : count > 7) return undefined
  const all = [...left, ...Array.from({ length: 8 - count }, () => '0'), ...right]
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
    : undefined
}

/** The address of a text, undefined where it is none. */
export const parseIp = (text: string): IpNumber | undefined => {
  if (text.length > maxAddress) return undefined
  const four = ip4Value(text)
  if (four !== undefined) return { family: 4, value: four }
  const six = text.includes(':') ? ip6Value(text) : undefined
  return six === undefined ? undefined : { family: 6, value: six }
}

/** RFC 7208 §5: an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is a client of IPv4. */
export const clientIp = (text: string): IpNumber | undefined => {
  const ip = parseIp(text)
  return ip?.family === 6 && ip.value >> 32n === 0xffffn ? { family: 4, value: ip.value & 0xffff_ffffn } : ip
}

export const inNetwork = (ip: IpNumber, network: Network): boolean => {
  const rest = BigInt((network.family === 4 ? 32 : 128) - network.prefix)
  return ip.family === network.family && ip.value >> rest === network.value >> rest
}

const networkOf = (text: string): Network => {
  const [address = '', prefix] = text.split('/')
  const ip = parseIp(address)
  if (ip === undefined) throw new TypeError(`no network: ${text}`)
  return { ...ip, prefix: Number(prefix) }
}

/** Addresses by which no mail arrives from elsewhere: private (RFC 1918, RFC 6598, RFC 4193), loopback, link-local. */
const insideNetworks = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10'
].map(networkOf)

export const isInside = (network: Network): boolean =>
  insideNetworks.some((inside) => network.prefix >= inside.prefix && inNetwork(network, inside))

/** As a mechanism: `ip4:192.0.2.1`, `ip4:192.0.2.0/24`, `ip6:2001:db8::/32`. Zeros are shortened as RFC 5952 §4.2 wants it. */
export const formatNetwork = ({ family, value, prefix }: Network): string => {
  const bits = family === 4 ? 32 : 128
  const first = (value >> BigInt(bits - prefix)) << BigInt(bits - prefix)
  const size = prefix === bits ? '' : `/${prefix}`
  const part = (at: number, width: bigint): bigint => (first >> (BigInt(at) * width)) & ((1n << width) - 1n)
  if (family === 4) return `ip4:${[3, 2, 1, 0].map((at) => part(at, 8n)).join('.')}${size}`
  const groups = [7, 6, 5, 4, 3, 2, 1, 0].map((at) => part(at, 16n).toString(16)).join(':')
  const [zeros] = (groups.match(/\b0(?::0)+\b/g) ?? []).sort((one, other) => other.length - one.length)
  const short = zeros === undefined ? groups : groups.replace(new RegExp(`(?:^|:)${zeros}(?::|$)`), '::')
  return `ip6:${short}${size}`
}
