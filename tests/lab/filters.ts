import { filteredHosts } from './hosts.ts'
import { inNamespace, type Namespaces } from './netns.ts'
import { scriptedHosts } from './scripts.ts'
import { withoutTcp } from './zones.ts'

/**
 * Faults of the network around the client, by the group that the doctor runs as: so that many runs, each behind another firewall,
 * can go on at once in one namespace.
 */
export const groups = {
  /** Port 25 is dropped, as at most clouds. */
  port25Dropped: 5_001,
  /** Port 25 is answered with a reset. */
  port25Reset: 5_002,
  port25PortUnreachable: 5_003,
  port25Prohibited: 5_004,
  /** Whatever goes to port 25 lands at a filter of the access provider. */
  port25Intercepted: 5_006,
  /** All that mail uses is dropped. */
  allDropped: 5_007,
  ipv6Dropped: 5_008,
  port587Dropped: 5_009,
  port25OnlyOneDropped: 5_010
} as const

/** A user for whom the routing table has no way out: its rules know users, and no groups. */
export const userWithoutRoute = 5_100

/** Sets them up, and the firewalls in front of servers. */
export const setUpFilters = ({ client, server }: Namespaces): void => {
  const both = (...args: readonly string[]): void => {
    for (const program of ['iptables', 'ip6tables']) inNamespace(client, `/usr/sbin/${program}`, ...args)
  }
  const out = (group: number, ports: string, ...then: readonly string[]): void =>
    both('-A', 'OUTPUT', '-m', 'owner', '--gid-owner', String(group), '-p', 'tcp', '-m', 'multiport', '--dports', ports, ...then)
  out(groups.port25Dropped, '25', '-j', 'DROP')
  out(groups.port25Reset, '25', '-j', 'REJECT', '--reject-with', 'tcp-reset')
  out(groups.allDropped, '25,465,587,2525', '-j', 'DROP')
  out(groups.port587Dropped, '587', '-j', 'DROP')
  const of = (program: 'iptables' | 'ip6tables', group: number, ...rest: readonly string[]): string =>
    inNamespace(client, `/usr/sbin/${program}`, ...rest.slice(0, 2), '-m', 'owner', '--gid-owner', String(group), ...rest.slice(2))
  for (const [group, kind, kind6] of [
    [groups.port25PortUnreachable, 'icmp-port-unreachable', 'icmp6-port-unreachable'],
    [groups.port25Prohibited, 'icmp-admin-prohibited', 'icmp6-adm-prohibited']
  ] as const) {
    of('iptables', group, '-A', 'OUTPUT', '-p', 'tcp', '--dport', '25', '-j', 'REJECT', '--reject-with', kind)
    of('ip6tables', group, '-A', 'OUTPUT', '-p', 'tcp', '--dport', '25', '-j', 'REJECT', '--reject-with', kind6)
  }
  of('ip6tables', groups.ipv6Dropped, '-A', 'OUTPUT', '-p', 'tcp', '-j', 'DROP')
  of('iptables', groups.port25OnlyOneDropped, '-A', 'OUTPUT', '-d', scriptedHosts.reach1, '-p', 'tcp', '--dport', '25', '-j', 'DROP')

  const intercepted = [
    '-t',
    'nat',
    '-A',
    'OUTPUT',
    '-m',
    'owner',
    '--gid-owner',
    String(groups.port25Intercepted),
    '-p',
    'tcp',
    '--dport',
    '25'
  ]
  inNamespace(client, '/usr/sbin/iptables', ...intercepted, '-j', 'DNAT', '--to-destination', `${scriptedHosts.interceptor}:25`)

  for (const family of ['-4', '-6']) {
    inNamespace(client, '/usr/sbin/ip', family, 'rule', 'add', 'uidrange', `${userWithoutRoute}-${userWithoutRoute}`, 'table', '103')
    inNamespace(client, '/usr/sbin/ip', family, 'route', 'add', 'unreachable', 'default', 'table', '103')
  }
  inNamespace(client, '/usr/sbin/ip', 'route', 'add', 'unreachable', `${filteredHosts.noRoute}/32`)

  const before = (address: string, ...then: readonly string[]): string =>
    inNamespace(server, '/usr/sbin/iptables', '-A', 'INPUT', '-d', address, '-p', 'tcp', ...then)
  before(withoutTcp, '-j', 'DROP')
  before(filteredHosts.dropped, '-j', 'DROP')
  before(filteredHosts.reset, '-j', 'REJECT', '--reject-with', 'tcp-reset')
  before(filteredHosts.portUnreachable, '-j', 'REJECT', '--reject-with', 'icmp-port-unreachable')
  before(filteredHosts.prohibited, '-j', 'REJECT', '--reject-with', 'icmp-admin-prohibited')
  before(filteredHosts.hostUnreachable, '-j', 'REJECT', '--reject-with', 'icmp-host-unreachable')
}
