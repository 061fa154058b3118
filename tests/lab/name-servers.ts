import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientAddress, type Namespaces, startIn } from './netns.ts'
import { nameServers, rootServer, writeZones, type Zones } from './zones.ts'

/**
 * Addresses, inside the client's namespace, of the resolver that validates DNSSEC, of one that does not, and of one that validates and
 * keeps a log of what it is asked.
 */
export const resolvers = { validating: '127.0.0.53', plain: '127.0.0.54', watched: '127.0.0.55' } as const

/** `name type` of each question that the watched resolver was asked, in order. */
export const watchedQuestions = ({ folder }: Pick<Namespaces, 'folder'>): readonly string[] =>
  readFileSync(join(folder, 'unbound-watched', 'log'), 'utf8')
    .split('\n')
    .flatMap((line) => /info: 127\.0\.0\.1 (\S+\. [A-Z]+) IN$/.exec(line)?.slice(1) ?? [])

const nsd = (folder: string, address: string, zones: ReadonlyMap<string, string>): string => `server:
  ip-address: ${address}
  username: ""
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
remote-control:
  control-enable: no
`

/** Starts the servers of the root, the two of all other zones, and two resolvers. */
export const startNameServers = ({ client, server, folder }: Namespaces, zones: Zones, reverse: readonly string[]): void => {
  const files = writeZones(join(folder, 'zones'), zones, reverse)
  const prepare = (name: string, write: (at: string) => string): string => {
    const at = join(folder, name)
    mkdirSync(at)
    writeFileSync(join(at, 'conf'), write(at))
    return at
  }
  for (const [name, address, served] of [
    ['nsd-root', rootServer, files.root],
    ['nsd-first', nameServers[0], files.first],
    ['nsd-second', nameServers[1], files.second]
  ] as const) {
    const at = prepare(name, (path) => nsd(path, address, served))
    startIn(server, at, '/usr/sbin/nsd', '-d', '-c', join(at, 'conf'))
  }
  const hints = join(folder, 'root.hints')
  writeFileSync(hints, `. 3600000 NS a.root-servers.net.\na.root-servers.net. 3600000 A ${rootServer}\n`)
  for (const [name, modules, addresses] of [
    ['unbound-validating', 'validator iterator', [resolvers.validating, clientAddress]],
    ['unbound-plain', 'iterator', [resolvers.plain]],
    ['unbound-watched', 'validator iterator', [resolvers.watched]]
  ] as const) {
    const at = prepare(name, (path) => unbound(path, modules, addresses, hints, files.anchor))
    startIn(client, at, '/usr/sbin/unbound', '-d', '-c', join(at, 'conf'))
  }
}
