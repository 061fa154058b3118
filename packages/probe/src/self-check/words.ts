import type { Finding, FindingCode, FindingVerdict } from '../finding.ts'

type Words = {
  readonly verdict: FindingVerdict
  /** The outcome in a few words. */
  readonly title: string
  /** `{name}` is filled in. */
  readonly fix?: string
}

const tryAgain = 'Ask again later, or with another DNS server.'
/** RFC 5782 §5: without a sound test entry an answer proves nothing, neither way. */
const listTest = 'Nothing is wrong with your address. Look it up at {delisting}.'

const words: Readonly<Record<FindingCode, Words>> = {
  'port.open': { verdict: 'pass', title: 'Port 25 to the outside is open' },
  'port.dropped': {
    verdict: 'fail',
    title: 'Port 25 to the outside is closed: every connection ran into silence',
    fix: 'No probe can be made from this machine, and no address is at fault. {closers} Otherwise open TCP port 25 to the outside in the firewalls of this host and its network.'
  },
  'port.refused': {
    verdict: 'fail',
    title: 'Port 25 to the outside is closed: every connection was refused',
    fix: 'Servers that take mail do not all refuse: a firewall between here and there answers for them. Let TCP port 25 out there. {closers}'
  },
  'port.unreachable': {
    verdict: 'fail',
    title: 'There is no way to any of the mail servers',
    fix: 'Check the network and its default route, for the kind of address (IPv4 or IPv6) that was tried; a local firewall can say the same.'
  },
  'port.none-open': {
    verdict: 'fail',
    title: 'No connection to port 25 of a mail server came about',
    fix: 'Let TCP port 25 out in the firewalls of this host and its network. {closers}'
  },
  'port.unclear': {
    verdict: 'unknown',
    title: 'Only one mail server was tried, and it did not answer',
    fix: 'One server alone can be down. Try with servers of more operators.'
  },
  'port.not-tried': { verdict: 'unknown', title: 'No mail server was there to try port 25 with' },
  'ip.known': { verdict: 'pass', title: 'The address that servers see is known' },
  'ip.differs': {
    verdict: 'warn',
    title: 'Servers see another address than the given one',
    fix: 'Give --ip {seen} if probes go out from there, or bind them to {ip}.'
  },
  'ip.not-public': {
    verdict: 'unknown',
    title: 'The given address is not one of the public internet',
    fix: 'Give with --ip the public address that servers see, not the one inside your network.'
  },
  'ip.unknown': {
    verdict: 'unknown',
    title: 'The address that servers see is not known',
    fix: 'Give it with --ip. Reverse DNS and blocklists were not checked without it.'
  },
  'ptr.confirmed': { verdict: 'pass', title: 'The reverse DNS name exists and leads back to the address' },
  'ptr.missing': {
    verdict: 'fail',
    title: 'The address has no reverse DNS name',
    fix: 'Whoever gave you the address (the hosting provider, in its panel) publishes: {reverse}. PTR {ehlo}. Many servers refuse addresses without one.'
  },
  'ptr.not-confirmed': {
    verdict: 'fail',
    title: 'The reverse DNS name does not lead back to the address',
    fix: 'Publish: {name}. {type} {ip}'
  },
  'ptr.unknown': { verdict: 'unknown', title: 'The reverse DNS name could not be asked for', fix: tryAgain },
  'ptr.not-asked': { verdict: 'unknown', title: 'The reverse DNS name was not asked for' },
  'ehlo.agrees': { verdict: 'pass', title: 'The EHLO name leads to the address and is its reverse DNS name' },
  'ehlo.differs-from-ptr': {
    verdict: 'warn',
    title: 'The EHLO name is not the reverse DNS name of the address',
    fix: 'Greet with {name}, or have the reverse name set: {reverse}. PTR {ehlo}.'
  },
  'ehlo.other-address': {
    verdict: 'warn',
    title: 'The EHLO name leads to another address',
    fix: 'Publish: {ehlo}. {type} {ip}'
  },
  'ehlo.resolves': { verdict: 'pass', title: 'The EHLO name has an address' },
  'ehlo.no-address': {
    verdict: 'fail',
    title: 'The EHLO name has no address',
    fix: 'Publish: {ehlo}. {type} {ip}'
  },
  'ehlo.bad-name': {
    verdict: 'fail',
    title: 'The EHLO name is not the full name of a host',
    fix: 'Greet with the full name of this host in a domain of yours, such as probe.example.com, that leads to its address (RFC 5321 §2.3.5).'
  },
  'ehlo.unknown': { verdict: 'unknown', title: 'The address of the EHLO name could not be asked for', fix: tryAgain },
  'mail-from.routed': { verdict: 'pass', title: 'Mail to the domain of the MAIL FROM address has a way back' },
  'mail-from.null': {
    verdict: 'warn',
    title: 'Probes go out with an empty sender (MAIL FROM:<>)',
    fix: 'It is allowed (RFC 5321 §4.5.5), but it is meant for bounces, and the Backscatterer list has senders of such probes. An address of your own domain is better.'
  },
  'mail-from.no-route': {
    verdict: 'fail',
    title: 'Mail to the domain of the MAIL FROM address has no way back',
    fix: 'Publish: {domain}. MX 10 {ehlo}. Or use an address of a domain that takes mail; servers refuse senders to whom nothing can be returned.'
  },
  'mail-from.null-mx': {
    verdict: 'fail',
    title: 'The domain of the MAIL FROM address says that it takes no mail',
    fix: 'Use an address of a domain that takes mail: RFC 7505 §4.2 lets servers refuse this one.'
  },
  'mail-from.bad-address': {
    verdict: 'fail',
    title: 'MAIL FROM is no address',
    fix: 'Give one such as probe@example.com, or <> for an empty sender.'
  },
  'mail-from.unknown': {
    verdict: 'unknown',
    title: 'The way to the domain of the MAIL FROM address could not be asked for',
    fix: tryAgain
  },
  'spf.present': { verdict: 'pass', title: 'The sending domain has one SPF record' },
  'spf.missing': {
    verdict: 'warn',
    title: 'The sending domain has no SPF record',
    fix: 'Publish: {domain}. TXT "v=spf1 {mechanism} ~all"'
  },
  'spf.multiple': {
    verdict: 'fail',
    title: 'The sending domain has more than one SPF record',
    fix: 'Keep one TXT record that begins with v=spf1 and put the mechanisms of all into it: two are an error in every check (RFC 7208 §4.5).'
  },
  'spf.sends-nothing': {
    verdict: 'fail',
    title: 'The SPF record of the sending domain says that it sends no mail',
    fix: 'Publish: {domain}. TXT "v=spf1 {mechanism} -all"'
  },
  'spf.unknown': { verdict: 'unknown', title: 'The SPF record could not be asked for', fix: tryAgain },
  'blocklist.not-listed': { verdict: 'pass', title: 'Not on {list}' },
  'blocklist.listed': {
    verdict: 'fail',
    title: 'On {list}',
    fix: 'Find and stop the cause, then have the address taken off: {delisting}. {how}'
  },
  'blocklist.listed-low': { verdict: 'warn', title: 'On {list}, by which few servers refuse', fix: '{how} See {delisting}.' },
  'blocklist.refused': {
    verdict: 'unknown',
    title: '{list} does not answer questions from here',
    fix: 'This is no listing. Ask through a resolver of your own instead of a public or shared one. {terms}'
  },
  'blocklist.dead': {
    verdict: 'unknown',
    title: '{list} does not know its own test entry',
    fix: `It is down or emptied, or your resolver strips answers in 127.0.0.0/8 (if every list says this, it does: look for rebind protection). ${listTest}`
  },
  'blocklist.lists-everything': {
    verdict: 'unknown',
    title: '{list} lists what must not be listed',
    fix: `It is broken or was given up, and lists everything. ${listTest}`
  },
  'blocklist.odd-answer': {
    verdict: 'unknown',
    title: '{list} gave an answer outside 127.0.0.0/8',
    fix: 'No blocklist answers so: a resolver on the way rewrites answers, or the zone was parked. Ask through a resolver of your own.'
  },
  'blocklist.no-answer': { verdict: 'unknown', title: '{list} did not answer', fix: tryAgain },
  'blocklist.not-asked': { verdict: 'unknown', title: 'No blocklist was asked' }
}

/** Characters of one line of evidence; what DNS says can be 64 kB. */
const maxLine = 500

/** What others wrote comes without control, format and line characters, so that a terminal can show it. */
const printable = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()

const oneLine = (text: string): string => {
  const line = printable(text.slice(0, 4 * maxLine))
  return line.length > maxLine ? `${line.slice(0, maxLine)}…` : line
}

/** Values are our own texts, addresses and names, so that their length is bounded. */
const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template
    .replace(/\{([a-z]+)\}/g, (_, name: string) => (Object.hasOwn(values, name) ? printable(values[name] ?? '') : ''))
    .replace(/ {2,}/g, ' ')
    .trim()

/** A finding in the words of its code; a place that has no value is left out. */
export const finding = (code: FindingCode, evidence: readonly string[], values: Readonly<Record<string, string>> = {}): Finding => {
  const { verdict, fix } = words[code]
  return { code, verdict, evidence: evidence.map(oneLine), ...(fix === undefined ? {} : { fix: fill(fix, values) }) }
}

/** The outcome in a few words, for a heading. `list` is the name of the blocklist where the code is about one. */
export const findingTitle = (code: FindingCode, list = 'a blocklist'): string => fill(words[code].title, { list })
