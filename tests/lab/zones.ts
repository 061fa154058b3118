import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A zone of the lab. Records are lines of a zone file (RFC 1035 §5), names relative to the zone; SOA and NS are added. */
export type Zone = {
  readonly records: readonly string[]
  /** `expired`: the signatures ended a month ago. `ds-alone`: the parent has a DS record, the zone is not signed. `other-key`: the DS record is of another key. */
  readonly signed?: 'yes' | 'expired' | 'ds-alone' | 'other-key'
  /** Of the zone itself. */
  readonly nameServers?: readonly string[]
  /** At the parent, where it says something else. */
  readonly delegatedTo?: readonly string[]
  /** More lines for the parent, such as glue. */
  readonly atParent?: readonly string[]
  /** What the second name server holds instead: nothing at all (it refuses), or other records. */
  readonly second?: 'absent' | readonly string[]
  /** Both servers are told of the zone, and have no data for it: SERVFAIL. */
  readonly broken?: true
  /** Seconds for which it may be kept that a record is missing; 600 where nothing is said. */
  readonly negativeTtl?: number
  readonly serial?: { readonly first: number; readonly second: number }
}
export type Zones = Readonly<Record<string, Zone>>

export const rootServer = '44.128.53.1'
export const nameServers: readonly [string, string] = ['44.128.53.11', '44.128.54.12']
/** Another address of the second, that does not answer by TCP. */
export const withoutTcp = '44.128.54.13'
/** Nobody is there: what is sent to it is lost. */
export const silentAddress = '44.128.240.1'

const usualServers = ['ns1.dns-lab.net.', 'ns2.dns-lab.net.']
const tldServer = 'a.gtld-servers.net.'

/** The zone of the lab's own name servers. */
const infrastructure: Zones = {
  'dns-lab.net': {
    records: [
      `ns1 A ${nameServers[0]}`,
      `ns2 A ${nameServers[1]}`,
      `silent A ${silentAddress}`,
      `silent2 A ${silentAddress}`,
      `ns3 A ${nameServers[0]}`,
      'alias CNAME ns2',
      'inside A 10.5.3.53',
      `no-tcp A ${withoutTcp}`
    ],
    atParent: [`ns1.dns-lab.net. A ${nameServers[0]}`, `ns2.dns-lab.net. A ${nameServers[1]}`]
  }
}

const soa = (serial: number, negativeTtl: number): string =>
  `@ ${negativeTtl} IN SOA ns1.dns-lab.net. hostmaster.dns-lab.net. ${serial} 7200 900 1209600 ${negativeTtl}`

const zoneText = (
  origin: string,
  servers: readonly string[],
  records: readonly string[],
  serial = 2_026_010_101,
  negativeTtl = 600
): string =>
  [`$ORIGIN ${origin}`, '$TTL 3600', soa(serial, negativeTtl), ...servers.map((server) => `@ NS ${server}`), ...records, ''].join('\n')

type ZoneFiles = {
  /** Zone names and the files that serve them; a file that is not there makes the server answer SERVFAIL. */
  readonly root: ReadonlyMap<string, string>
  readonly first: ReadonlyMap<string, string>
  readonly second: ReadonlyMap<string, string>
  /** The root's DNSKEY, as a trust anchor. */
  readonly anchor: string
}

const run = (folder: string, program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

/** Seconds since 1970, so many days off today. */
const days = (count: number): string => String(Math.floor(Date.now() / 1_000) + count * 86_400)

/** Writes all zone files, signed where they are to be, with the zones above them up to a root of our own. */
export const writeZones = (folder: string, given: Zones, reverse: readonly string[]): ZoneFiles => {
  mkdirSync(folder, { recursive: true })
  const zones: Zones = { ...infrastructure, ...given }
  const first = new Map<string, string>()
  const second = new Map<string, string>()
  const atParents = new Map<string, string[]>([['arpa', [...reverse]]])
  const addTo = (parent: string, lines: readonly string[]): void => void atParents.set(parent, [...(atParents.get(parent) ?? []), ...lines])

  const newKey = (name: string): string => run(folder, 'ldns-keygen', '-k', '-a', 'ECDSAP256SHA256', '-r', '/dev/urandom', name)
  const dsOf = (key: string): string => readFileSync(join(folder, `${key}.ds`), 'utf8').trim()
  const sign = (name: string, file: string, key: string, from = -1, to = 30): string => {
    run(folder, 'ldns-signzone', '-i', days(from), '-e', days(to), '-o', name, '-f', `${file}.signed`, file, key)
    return `${file}.signed`
  }

  for (const [name, zone] of Object.entries(zones)) {
    const servers = zone.nameServers ?? usualServers
    const write = (server: string, records: readonly string[], serial: number | undefined): string => {
      const file = join(folder, `${name}.${server}.zone`)
      writeFileSync(file, zoneText(`${name}.`, servers, records, serial, zone.negativeTtl))
      return file
    }
    const parent = name.split('.').at(-1) ?? ''
    addTo(
      parent,
      (zone.delegatedTo ?? servers).map((server) => `${name}. NS ${server}`)
    )
    addTo(parent, zone.atParent ?? [])
    const key = zone.signed === undefined ? undefined : newKey(name)
    if (key !== undefined) addTo(parent, [dsOf(zone.signed === 'other-key' ? newKey(name) : key)])
    if (zone.broken) {
      for (const server of [first, second]) server.set(name, join(folder, `${name}.none`))
      continue
    }
    const signed = (file: string): string => {
      if (key === undefined || zone.signed === 'ds-alone') return file
      return zone.signed === 'expired' ? sign(name, file, key, -60, -30) : sign(name, file, key)
    }
    const file = signed(write('first', zone.records, zone.serial?.first))
    first.set(name, file)
    if (zone.second === undefined && zone.serial === undefined) second.set(name, file)
    else if (zone.second !== 'absent') second.set(name, signed(write('second', zone.second ?? zone.records, zone.serial?.second)))
  }

  const root = new Map<string, string>()
  const rootLines = [`${tldServer} A ${rootServer}`, `a.root-servers.net. A ${rootServer}`]
  addTo('net', rootLines)
  for (const [tld, lines] of atParents) {
    const file = join(folder, `${tld}.zone`)
    writeFileSync(file, zoneText(`${tld}.`, [tldServer], lines))
    const key = newKey(tld)
    root.set(tld, sign(tld, file, key))
    rootLines.push(`${tld}. NS ${tldServer}`, dsOf(key))
  }
  const file = join(folder, 'root.zone')
  writeFileSync(file, zoneText('.', ['a.root-servers.net.'], rootLines))
  const key = newKey('.')
  root.set('.', sign('.', file, key))
  return { root, first, second, anchor: join(folder, `${key}.key`) }
}
