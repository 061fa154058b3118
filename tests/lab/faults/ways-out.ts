import { domainAt } from '../domains.ts'
import type { Fault } from '../fault.ts'
import { scriptedHosts } from '../scripts.ts'
import { silentAddress, type Zones } from '../zones.ts'

const machine = ['--from', 'healthy-lab.net', '--ip', '44.128.200.25', '--ehlo', 'out.healthy-lab.net'] as const
const twoHosts = ['--reach', 'mx0.reach-lab.net', '--reach', 'mx1.reach-lab.net'] as const

/** What a test machine is like, and no concern of these faults. */
export const ofThisMachine = [
  'clock.not-kept',
  'clock.wrong',
  'disk.low',
  'disk.full',
  'memory.low',
  'host-name.not-full',
  'host-name.no-address',
  'queue.old',
  'queue.long',
  'queue.frozen'
] as const

const wayOut = (
  id: string,
  what: string,
  madeWith: string,
  group: Fault['group'],
  codes: Fault['codes'],
  more: Partial<Fault> = {}
): Fault => ({
  id,
  area: 'ways-out',
  what,
  madeWith,
  args: [...machine, ...twoHosts],
  ...(group === undefined ? {} : { group }),
  codes,
  ...more,
  besides: [...ofThisMachine, ...(more.besides ?? [])]
})

const followsFrom = ['port.dropped', 'server.timed-out', 'server.none-reached'] as const

export const waysOutFaults: readonly Fault[] = [
  wayOut('port-25-dropped', 'The cloud swallows everything to port 25', 'iptables DROP', 'port25Dropped', ['port.dropped'], {
    cause: 'connection-failed'
  }),
  wayOut('port-25-reset', 'A firewall answers port 25 with a reset', 'iptables REJECT tcp-reset', 'port25Reset', ['port.refused'], {
    cause: 'connection-failed'
  }),
  wayOut(
    'port-25-icmp-port',
    'A firewall answers port 25 with ICMP port unreachable',
    'iptables REJECT icmp-port-unreachable',
    'port25PortUnreachable',
    ['port.refused']
  ),
  wayOut('port-25-prohibited', 'A firewall says that port 25 is forbidden', 'iptables REJECT icmp-admin-prohibited', 'port25Prohibited', [
    'port.prohibited'
  ]),
  wayOut('no-route', 'The machine has no default route', 'ip rule, unreachable', undefined, ['port.unreachable'], {
    withoutRoute: true,
    besides: ['ipv6.leads-nowhere', 'resolver.silent']
  }),
  wayOut('all-ports-dropped', 'Every port of mail is swallowed', 'iptables DROP', 'allDropped', ['port.dropped']),
  wayOut('one-of-two-down', 'One of two servers is down, the port is open', 'iptables DROP', 'port25OnlyOneDropped', ['port.open']),
  wayOut('port-587-dropped', 'Port 587 is closed, others are open', 'iptables DROP', 'port587Dropped', ['port.submission-closed']),
  wayOut(
    'port-25-intercepted',
    'The access provider answers port 25 itself, for everyone',
    'iptables DNAT, scripted',
    'port25Intercepted',
    ['intercept.answers-for-all'],
    {
      besides: ['intercept.same-server', 'tls.not-offered', 'port.family-closed']
    }
  ),
  wayOut('ipv6-leads-nowhere', 'IPv6 is set up, and nothing comes through', 'ip6tables DROP', 'ipv6Dropped', ['ipv6.leads-nowhere'], {
    args: [...machine, '--reach', 'mx1.healthy-lab.net:25', '--reach', 'mx2.healthy-lab.net:25'],
    besides: ['port.family-closed']
  }),
  {
    id: 'port-25-dropped-for-a-domain',
    area: 'ways-out',
    what: 'Mail to one domain does not go out, because no mail at all goes out',
    madeWith: 'iptables DROP',
    args: ['healthy-lab.net', ...twoHosts],
    group: 'port25Dropped',
    codes: ['port.dropped', 'server.timed-out'],
    besides: [...followsFrom]
  },
  {
    id: 'their-servers-down',
    area: 'ways-out',
    what: 'The servers of one domain are down, others are reached',
    madeWith: 'a silent address',
    args: ['their-servers-down-lab.net', ...twoHosts],
    codes: ['server.timed-out', 'server.none-reached', 'port.theirs-down']
  }
]

export const waysOutZones: Zones = {
  'reach-lab.net': {
    records: ['@ MX 10 mx0', `mx0 A ${scriptedHosts.reach1}`, `mx1 A ${scriptedHosts.reach2}`]
  },
  'their-servers-down-lab.net': domainAt('their-servers-down-lab.net', silentAddress)
}
