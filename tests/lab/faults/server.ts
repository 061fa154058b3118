import { domain, domainAt } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { eximHosts, filteredHosts, otherHosts, postfixHosts } from '../hosts.ts'
import { scriptedHosts } from '../scripts.ts'
import { silentAddress, type Zone, type Zones } from '../zones.ts'

const zones: Record<string, Zone> = {}

/** A domain `ID-lab.net` with a server at an address. */
const serverFault = (
  id: string,
  what: string,
  madeWith: string,
  address: string,
  codes: Fault['codes'],
  more: Partial<Fault> = {}
): Fault => {
  const name = `${id}-lab.net`
  zones[name] ??= domainAt(name, address)
  return { id, area: 'server', what, madeWith, args: [name], codes, ...more }
}
const exim = (name: keyof typeof eximHosts): string => eximHosts[name].address
const down = ['server.none-reached'] as const
/** Scripted servers offer no TLS. */
const bare = ['tls.not-offered'] as const
const scripted = scriptedHosts

export const serverFaults: readonly Fault[] = [
  serverFault('closed', 'Nobody listens on the MX host', 'the kernel', filteredHosts.closed, ['server.refused'], { besides: down }),
  serverFault(
    'their-firewall-resets',
    'Their firewall answers with a reset',
    'iptables REJECT tcp-reset',
    filteredHosts.reset,
    ['server.refused'],
    { besides: down }
  ),
  serverFault(
    'their-firewall-icmp-port',
    'Their firewall answers with ICMP port unreachable',
    'iptables REJECT icmp-port-unreachable',
    filteredHosts.portUnreachable,
    ['server.refused'],
    { besides: down }
  ),
  serverFault(
    'their-firewall-prohibits',
    'Their firewall says that it is forbidden',
    'iptables REJECT icmp-admin-prohibited',
    filteredHosts.prohibited,
    ['server.no-route'],
    { besides: down }
  ),
  serverFault(
    'their-host-unreachable',
    'A router before them says that there is no such host',
    'iptables REJECT icmp-host-unreachable',
    filteredHosts.hostUnreachable,
    ['server.no-route'],
    { besides: down }
  ),
  serverFault('their-firewall-drops', 'Their firewall swallows everything', 'iptables DROP', filteredHosts.dropped, ['server.timed-out'], {
    besides: down
  }),
  serverFault(
    'no-route-to-them',
    'There is no route to their network',
    'ip route unreachable',
    filteredHosts.noRoute,
    ['server.no-route'],
    { besides: down }
  ),
  serverFault('one-mx-down', 'One of two MX hosts is down', 'a silent address, Postfix', silentAddress, ['server.timed-out']),
  serverFault('not-smtp', 'A web server answers on port 25', 'scripted', scripted.notSmtp, ['server.not-smtp'], { besides: down }),
  serverFault('silent', 'The connection opens and nobody greets', 'scripted', scripted.silent, ['server.no-greeting'], {
    besides: down,
    args: ['silent-lab.net', '--timeout', '45s']
  }),
  serverFault('drips', 'The greeting comes letter by letter and does not end', 'scripted', scripted.drips, ['server.drips'], {
    besides: down,
    args: ['drips-lab.net', '--timeout', '45s']
  }),
  serverFault('floods', 'The greeting has 10 MB', 'scripted', scripted.floods, ['server.floods'], { besides: down }),
  serverFault('closes', 'The server closes at once', 'scripted', scripted.closes, ['server.closes'], { besides: down }),
  serverFault('resets', 'The server resets the connection', 'scripted', scripted.resets, ['server.reset'], { besides: down }),
  serverFault('stops', 'The server greets and then says nothing more', 'scripted', scripted.stops, ['server.stops-answering'], {
    besides: down,
    args: ['stops-lab.net', '--timeout', '45s']
  }),
  serverFault('no-ehlo', 'A server from before 1995', 'scripted', scripted.noEhlo, ['server.no-ehlo'], {
    besides: [...bare, 'server.no-8bitmime']
  }),
  serverFault('busy', '421 instead of a greeting', 'Exim', exim('mx.busy-lab.net'), ['server.refuses-for-now'], { besides: down }),
  serverFault(
    'listed',
    'Our address is listed, and refused with 554 before a word',
    'Exim',
    exim('mx.listed-lab.net'),
    ['server.refuses-our-address'],
    { besides: down, cause: 'ip-blocklisted' }
  ),
  serverFault('refuses-mail', '554 No SMTP service here', 'scripted', scripted.refusesMail, ['server.refuses'], { besides: down }),
  serverFault('picky-ehlo', 'The EHLO name is refused', 'Exim', exim('mx.picky-ehlo-lab.net'), ['server.ehlo-refused'], { besides: down }),
  serverFault('grey', 'Greylisting', 'Postfix, Postgrey', postfixHosts['mx.grey-lab.net'].address, ['server.greylists'], {
    args: ['john@grey-lab.net']
  }),
  serverFault('tarpit', 'Twelve seconds for each recipient', 'Exim', exim('mx.tarpit-lab.net'), ['server.tarpits']),
  serverFault('no-bounces', 'The empty sender is refused', 'Exim', exim('mx.no-bounces-lab.net'), ['server.null-sender-refused']),
  serverFault('reputation', 'Our address is refused at RCPT, as listed', 'scripted', scripted.reputation, ['server.refuses-our-address'], {
    besides: bare,
    cause: 'ip-blocklisted'
  }),
  serverFault('rate-limit', 'Too many recipients from here', 'scripted', scripted.rateLimit, ['server.rate-limits'], { besides: bare }),
  serverFault('small', 'Messages of 1 MB at most', 'Exim', exim('mx.small-lab.net'), ['server.size-small']),
  serverFault('no-eight-bit', 'No 8BITMIME', 'scripted', scripted.noEightBit, ['server.no-8bitmime'], { besides: bare }),
  serverFault('no-postmaster', 'postmaster@ is refused', 'Exim', exim('mx.no-postmaster-lab.net'), ['server.postmaster-refused']),
  serverFault(
    'literal-name',
    'The server greets with an address that is not its own',
    'scripted',
    scripted.literalName,
    ['server.greets-without-name'],
    { besides: bare }
  ),
  serverFault(
    'local-name',
    'The server calls itself localhost.localdomain',
    'scripted',
    scripted.localName,
    ['server.greets-without-name'],
    { besides: bare }
  ),
  serverFault('masked', 'A Cisco firewall covers the greeting', 'scripted', scripted.masked, ['rewrite.banner-masked'], {
    besides: [...bare, 'server.greets-without-name']
  }),
  serverFault(
    'keywords-masked',
    'A Cisco firewall blots out what is offered',
    'scripted',
    scripted.keywordsMasked,
    ['rewrite.keywords-masked'],
    { besides: [...bare, 'rewrite.starttls-masked'] }
  ),
  serverFault('starttls-masked', 'A Cisco firewall blots out STARTTLS', 'scripted', scripted.starttlsMasked, ['rewrite.starttls-masked'], {
    besides: [...bare, 'rewrite.keywords-masked']
  }),
  serverFault('slow-greeting', 'The greeting takes eight seconds', 'Exim', exim('mx.slow-greeting-lab.net'), ['server.greets-slowly']),
  serverFault(
    'early-talk',
    'Clients that talk before the greeting are turned away',
    'Exim',
    exim('mx.early-talk-lab.net'),
    ['server.refuses-early-talk'],
    { args: ['early-talk-lab.net', '--deep', '--reach', 'mx1.healthy-lab.net:25', '--reach', 'mx2.healthy-lab.net:25'], besides: bare }
  ),
  serverFault('relay', 'An open relay', 'Postfix', postfixHosts['mx.relay-lab.net'].address, ['server.open-relay'], {
    args: ['mx.relay-lab.net:25', '--relay-test']
  }),
  serverFault('unknown-user', 'The recipient does not exist', 'Exim', exim('mx.unknown-user-lab.net'), ['server.recipient-refused'], {
    args: ['john@unknown-user-lab.net'],
    cause: 'user-unknown'
  }),
  serverFault(
    'full-mailbox',
    'The mailbox of the recipient is full',
    'Exim',
    exim('mx.full-mailbox-lab.net'),
    ['server.recipient-refused'],
    { args: ['john@full-mailbox-lab.net'], cause: 'mailbox-full' }
  ),
  serverFault('catch-all', 'Every address is accepted', 'Exim', exim('mx.catch-all-lab.net'), ['server.takes-any-recipient'], {
    args: ['john@catch-all-lab.net']
  }),
  serverFault('old-exim', 'A server of 2019 with known holes', 'scripted', scripted.oldExim, ['version.insecure'], {
    besides: [...bare, 'version.ended']
  }),
  serverFault('no-abuse', 'abuse@ is refused', 'scripted', scripted.noAbuse, ['server.abuse-refused'], { besides: bare }),
  serverFault('lost', 'The connection breaks after EHLO', 'scripted', scripted.lost, ['server.lost'], { besides: down }),
  serverFault('ended', 'A server that is no longer maintained', 'scripted', scripted.ended, ['version.ended'], {
    besides: [...bare, 'version.insecure']
  }),
  serverFault('wants-login', 'An MX host that wants a login', 'scripted', scripted.wantsLogin, ['server.wants-login'], { besides: bare }),
  serverFault(
    'wrong-server',
    'The MX record leads to a server that does not know the domain',
    'sendmail',
    otherHosts['mx.sendmail-lab.net'].address,
    ['server.recipient-domain-refused'],
    { besides: ['tls.other-name'], cause: 'relay-denied' }
  )
]

zones['one-mx-down-lab.net'] = domain('one-mx-down-lab.net', {
  mx: ['@ MX 10 mx', '@ MX 20 mx1.healthy-lab.net.'],
  more: [`mx A ${silentAddress}`]
})

export const serverZones: Zones = zones
