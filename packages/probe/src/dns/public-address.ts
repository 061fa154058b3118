import { BlockList, isIP } from 'node:net'

/**
 * Networks that are no place for a mail server of the public internet: the IANA IPv4 and IPv6 Special-Purpose Address Registries
 * (RFC 6890, RFC 8190; https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry), multicast
 * (RFC 5771) and reserved space (RFC 1112 §4). Blocks that are public but serve DNS or tunnels alone (AS112, AMT) are with them.
 */
const specialIpv4 = [
  '0.0.0.0/8', // this host on this network, RFC 791
  '10.0.0.0/8', // private use, RFC 1918
  '100.64.0.0/10', // shared address space, RFC 6598
  '127.0.0.0/8', // loopback, RFC 1122
  '169.254.0.0/16', // link-local, RFC 3927; clouds answer questions about themselves here
  '172.16.0.0/12', // private use, RFC 1918
  '192.0.0.0/24', // IETF protocol assignments, RFC 6890
  '192.0.2.0/24', // documentation, RFC 5737
  '192.31.196.0/24', // AS112, RFC 7535
  '192.52.193.0/24', // AMT, RFC 7450
  '192.88.99.0/24', // 6to4 relay, deprecated by RFC 7526
  '192.168.0.0/16', // private use, RFC 1918
  '192.175.48.0/24', // AS112, RFC 7534
  '198.18.0.0/15', // benchmarking, RFC 2544
  '198.51.100.0/24', // documentation, RFC 5737
  '203.0.113.0/24', // documentation, RFC 5737
  '224.0.0.0/4', // multicast, RFC 5771
  '240.0.0.0/4' // reserved, RFC 1112, and limited broadcast, RFC 8190
]

/** Inside 2000::/3, the only IPv6 space that IANA gives out for global unicast (RFC 4291 §2.4; internet addresses all lie in it). */
const specialIpv6 = [
  '2001::/23', // IETF protocol assignments, RFC 2928, with Teredo, benchmarking, ORCHID
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4, RFC 3056: an IPv4 address in disguise
  '2620:4f:8000::/48', // AS112, RFC 7534
  '3fff::/20' // documentation, RFC 9637
]

const listOf = (family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), family)
  }
  return list
}

const special4 = listOf('ipv4', specialIpv4)
const special6 = listOf('ipv6', specialIpv6)
const globalUnicast = listOf('ipv6', ['2000::/3'])
const nat64Prefix = '64:ff9b::'
const nat64 = listOf('ipv6', [`${nat64Prefix}/96`])
const specialNat64 = listOf(
  'ipv6',
  specialIpv4.map((network) => {
    const [address, prefix] = network.split('/')
    return `${nat64Prefix}${address}/${96 + Number(prefix)}`
  })
)

/**
 * Whether DNS may lead us to this address: one of the public internet. False for what is no IP address, and for one with a zone
 * (`fe80::1%eth0`). An IPv4-mapped address (`::ffff:192.0.2.1`) is never public: the socket would talk IPv4 past the check. One of
 * NAT64's well-known prefix (RFC 6052 §2.1), by which hosts without IPv4 reach IPv4 servers, is as public as the IPv4 address in it.
 */
export const isPublicAddress = (ip: string): boolean => {
  if (ip.includes('%')) return false
  const family = isIP(ip)
  if (family === 4) return !special4.check(ip, 'ipv4')
  if (family !== 6) return false
  if (nat64.check(ip, 'ipv6')) return !specialNat64.check(ip, 'ipv6')
  return globalUnicast.check(ip, 'ipv6') && !special6.check(ip, 'ipv6')
}

/** This machine itself: nobody on the way can read along, and no way out is needed. */
export const isLoopback = (ip: string): boolean => /^(?:(?:::ffff:)?127\.|::1$)/.test(ip)
