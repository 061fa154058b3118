/** Addresses of senders, by what their reverse names are like. */
export const senders = {
  good: '44.128.200.25',
  noName: '44.128.200.26',
  notConfirmed: '44.128.200.27',
  generic: '44.128.200.28',
  otherName: '44.128.200.29',
  twoNames: '44.128.200.30',
  provider: '44.128.200.31',
  /** On blocklists. */
  listed: '44.128.200.66'
} as const

const name = (address: string): string => `${address.split('.').reverse().join('.')}.in-addr.arpa.`
const name6 = (groups: readonly string[]): string =>
  `${groups
    .map((group) => group.padStart(4, '0'))
    .join('')
    .split('')
    .reverse()
    .join('.')}.ip6.arpa.`

/** Lines of the zone `arpa`. */
export const reverseNames: readonly string[] = [
  `${name(senders.good)} PTR out.healthy-lab.net.`,
  `${name6(['3ffe', '44', '200', '0', '0', '0', '0', '25'])} PTR out.healthy-lab.net.`,
  `${name(senders.notConfirmed)} PTR mx1.healthy-lab.net.`,
  `${name(senders.generic)} PTR 44-128-200-28.dsl.dyn.access-lab.net.`,
  `${name(senders.otherName)} PTR another.healthy-lab.net.`,
  `${name(senders.twoNames)} PTR two.healthy-lab.net.`,
  `${name(senders.twoNames)} PTR mx2.healthy-lab.net.`,
  `${name(senders.provider)} PTR static.31.200.128.44.clients.your-server.de.`,
  `${name(senders.listed)} PTR listed.healthy-lab.net.`,
  `${name('44.128.20.1')} PTR mx1.healthy-lab.net.`,
  `${name('44.128.10.2')} PTR mx2.healthy-lab.net.`
]
