import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientAddress, inNamespace, type Namespaces, startIn } from './netns.ts'
import { nameServers, rootServer, withoutTcp, writeZones, type Zones } from './zones.ts'

/** Addresses inside the client's namespace. */
export const resolvers = {
  /** Validates DNSSEC. */
  validating: '127.0.0.53',
  /** Does not. */
  plain: '127.0.0.54',
  /** Validates, and keeps a log of what it is asked. */
  watched: '127.0.0.55',
  /** Gives an address for every name under `com`. */
  rewriting: '127.0.0.56',
  /** Nobody is there. */
  none: '127.0.0.57',
  /** Google's address; who answers is the validating one. */
  public: '8.8.8.8'
} as const

/** `name type` of each question that the watched resolver was asked, in order. */
export const watchedQuestions = ({ folder }: Pick<Namespaces, 'folder'>): readonly string[] =>
  readFileSync(join(folder, 'unbound-watched', 'log'), 'utf8')
    .split('\n')
    .flatMap((line) => /info: 127\.0\.0\.1 (\S+\. [A-Z]+) IN$/.exec(line)?.slice(1) ?? [])

const nsd = (folder: string, addresses: readonly string[], zones: ReadonlyMap<string, string>): string => `server:
${addresses.map((address) => `  ip-address: ${address}\n`).join('')}  username: ""
  chroot: ""
  zonesdir: "/"
  database: ""
  pidfile: "${folder}/pid"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${[...zones].map(([name, file]) => `zone:\n  name: "${name}"\n  zonefile: "${file}"\n`).join('')}`

const unbound = (folder: string, modules: string, addresses: readonly string[], hints: string, anchor: string): string => `server:
${addresses.map((address) => `  interface: ${address}\n`).join('')}  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: "${folder}/pid"
  use-syslog: no
  logfile: "${folder}/log"
  module-config: "${modules}"
  root-hints: "${hints}"
  trust-anchor-file: "${anchor}"
  access-control: 0.0.0.0/0 allow
  num-threads: 1
  do-ip6: no
  ede: yes
  val-log-level: 2
  log-queries: ${addresses.includes(resolvers.watched) ? 'yes' : 'no'}
${addresses.includes(resolvers.rewriting) ? '  local-zone: "com." redirect\n  local-data: "com. A 44.128.99.99"\n' : ''}remote-control:
  control-enable: no
`

/** Starts the servers of the root, the two of all other zones, and the resolvers. */
export const startNameServers = ({ client, server, folder }: Namespaces, zones: Zones, reverse: readonly string[]): void => {
  const files = writeZones(join(folder, 'zones'), zones, reverse)
  const prepare = (name: string, write: (at: string) => string): string => {
    const at = join(folder, name)
    mkdirSync(at)
    writeFileSync(join(at, 'conf'), write(at))
    return at
  }
  for (const [name, addresses, served] of [
    ['nsd-root', [rootServer], files.root],
    ['nsd-first', [nameServers[0]], files.first],
    ['nsd-second', [nameServers[1], withoutTcp], files.second]
  ] as const) {
    const at = prepare(name, (path) => nsd(path, addresses, served))
    startIn(server, at, '/usr/sbin/nsd', '-d', '-c', join(at, 'conf'))
  }
  // As an address of its own it would count as this machine's.
  for (const protocol of ['udp', 'tcp'])
    // biome-ignore format: a command line
    inNamespace(client, '/usr/sbin/iptables', '-t', 'nat', '-A', 'OUTPUT', '-d', resolvers.public, '-p', protocol, '--dport', '53', '-j', 'DNAT', '--to-destination', `${clientAddress}:53`)
  const hints = join(folder, 'root.hints')
  writeFileSync(hints, `. 3600000 NS a.root-servers.net.\na.root-servers.net. 3600000 A ${rootServer}\n`)
  for (const [name, modules, addresses] of [
    ['unbound-validating', 'validator iterator', [resolvers.validating, clientAddress]],
    ['unbound-plain', 'iterator', [resolvers.plain]],
    ['unbound-watched', 'validator iterator', [resolvers.watched]],
    ['unbound-rewriting', 'iterator', [resolvers.rewriting]]
  ] as const) {
    const at = prepare(name, (path) => unbound(path, modules, addresses, hints, files.anchor))
    startIn(client, at, '/usr/sbin/unbound', '-d', '-c', join(at, 'conf'))
  }
}
