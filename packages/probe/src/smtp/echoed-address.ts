import { BlockList, isIP } from 'node:net'
import type { Dialogue } from './dialogue.ts'

/** Characters of the line that are looked at; RFC 5321 §4.5.3.1.5 has 512 for all of it. */
const lookedAt = 600

/** Networks from which nothing reaches the internet: a server that names one sees us through an inside address (RFC 6890). */
const inside = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3]
] as const)
  inside.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8]
] as const)
  inside.addSubnet(network, prefix, 'ipv6')

/**
 * Our own public address, as a server told it in the first line of its EHLO reply: `Hello probe.example.com [203.0.113.5]`,
 * `at your service, [203.0.113.5]`. A hint, by a stranger: to be confirmed by a second server.
 * Undefined where none is told, where two are, and where it is of a network that nothing reaches from outside. What the
 * server calls itself, and what it only repeats of our EHLO name, does not count.
 */
export const echoedAddress = (dialogue: Pick<Dialogue, 'ehlo' | 'transcript'>): string | undefined => {
  const [first = ''] = dialogue.ehlo.text.split('\n', 1)
  const said = first.slice(0, lookedAt).replace(/^\d{3}[ -]\s*\S+/, (name) => (name.startsWith('[', 4) ? '' : name))
  const ours = dialogue
    .transcript()
    .findLast((line) => line.from === 'us' && /^(?:EHLO|HELO) /.test(line.text))
    ?.text.slice(5)
  const told = ours === undefined ? said : said.replace(ours, () => '')
  const addresses = new Set<string>()
  for (const [, literal = ''] of told.matchAll(/[[(](?:IPv6:)?(?:::ffff:(?=\d+\.))?([0-9A-Fa-f:.]{2,45})[\])]/gi)) {
    const version = isIP(literal)
    if (version !== 0 && !inside.check(literal, version === 4 ? 'ipv4' : 'ipv6')) addresses.add(literal.toLowerCase())
  }
  return addresses.size === 1 ? addresses.values().next().value : undefined
}
