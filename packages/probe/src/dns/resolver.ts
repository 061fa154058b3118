import { getServers } from 'node:dns'
import { createCache } from './answer-cache.ts'
import { type Asked, type AskOptions, askServers } from './ask-servers.ts'
import { createLimiter } from './limiter.ts'
import { openNameServer, parseServerAddress, type ServerAddress } from './name-server.ts'
import { failedReading, maxAliases, type Reading } from './read-answer.ts'
import { typeNumbers } from './record-data.ts'
import { encodeName, plainName } from './wire-name.ts'

export type RecordType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'PTR' | 'NS' | 'SOA' | 'CNAME' | 'TLSA' | 'DS' | 'DNSKEY' | 'RRSIG'

/**
 * What DNS said. `no-data`: the name exists, without this type. `failed` answers say nothing about the name:
 * they must never make an address undeliverable.
 */
export type DnsAnswer = {
  /** In lower case, without the last dot. */
  readonly name: string
  readonly type: RecordType
  readonly status: 'found' | 'no-data' | 'nxdomain' | 'failed'
  /**
   * For `failed`: `servfail, refused, formerr, notimp, timeout, bad-answer, loop, unreachable, too-long, bad-name`.
   * `bad-answer`: unsound, contradicting itself or beside the question. `too-long`: a name or label over the limits of RFC 1035, or
   * a chain of more than 8 CNAMEs. `bad-name`: what DNS cannot be asked for, such as an empty label. `refused` also where the
   * resolver's own policy blocked the name.
   */
  readonly failure?: string
  /** RFC 8914: what the server added in words (`DNSSEC Bogus`), or what else is known of a failure. */
  readonly extendedError?: string
  /** Data of the asked type, CNAMEs followed: addresses and names as strings, MX as `preference exchange`, TXT joined. Hostile text. */
  readonly records: readonly string[]
  /** The names of the CNAME chain after the asked one. */
  readonly aliases: readonly string[]
  /** Seconds for which this answer holds (RFC 2308 for negative ones). */
  readonly ttl: number
  /** The AD bit of the answering server: worth as much as the server and the way to it. */
  readonly authenticated: boolean
  /** `address:port`. */
  readonly server?: string
  readonly fromCache: boolean
}

export type ResolverOptions = {
  /** `address` or `address:port` (IPv6 with a port in brackets); by default those of the system. */
  readonly servers?: readonly string[]
  /** Milliseconds to wait for one answer; 3,000 by default. */
  readonly timeout?: number
  /** How often all servers are asked; 2 by default. */
  readonly tries?: number
  /** Questions on the way at once; 200 by default. */
  readonly concurrency?: number
  /** Answers kept; 100,000 by default. One over 1 kB counts as several. */
  readonly cacheSize?: number
  /** Milliseconds, for TTLs; the system's monotonic clock by default. */
  readonly now?: () => number
}

export type Resolver = {
  /** Rejects only for a type that is none of ours. A name in any letter case, with or without the last dot, IDNs as A-labels. */
  readonly query: (name: string, type: RecordType) => Promise<DnsAnswer>
  /**
   * `questions` that went out by UDP, `byTcp`, `cacheHits`, `shared` (asked while the same question was on its way), `retries`,
   * `timeouts`, `truncated` answers, `strays` (datagrams that answer nothing we asked).
   */
  readonly counters: () => Readonly<Record<string, number>>
  /** `address:port` of the servers that are asked. */
  readonly servers?: readonly string[]
  /** What is on its way fails as `unreachable`. */
  readonly close: () => void
}

type Kept = Asked & { readonly expires: number }

/** Characters of an answer that count as one place in the cache. */
const weightUnit = 1_024

/**
 * A stub resolver: asks recursive servers, with a cache of positive, negative (RFC 2308) and, for seconds, failed answers (RFC 9520).
 * Throws TypeError or RangeError on options that make no sense; with no usable server, every answer is `failed`, `unreachable`.
 */
export const openResolver = (options: ResolverOptions = {}): Resolver => {
  const now = options.now ?? (() => performance.now())
  const closing = new AbortController()
  const counted = { questions: 0, byTcp: 0, cacheHits: 0, shared: 0, retries: 0, timeouts: 0, truncated: 0, strays: 0 }
  const addresses =
    options.servers?.map(requireServer) ??
    getServers()
      .map(parseServerAddress)
      .filter((server) => server !== undefined)
  const servers = addresses.map((address) => openNameServer(address, () => void counted.strays++))
  const cache = createCache<Kept>(positive('cacheSize', options.cacheSize ?? 100_000))
  const limit = createLimiter(positive('concurrency', options.concurrency ?? 200))
  const inFlight = new Map<string, Promise<Kept>>()
  const asking: AskOptions = {
    timeout: positive('timeout', options.timeout ?? 3_000),
    tries: positive('tries', options.tries ?? 2),
    now,
    count: (what) => void counted[what]++,
    signal: closing.signal
  }

  const recall = (name: string, type: RecordType, time: number): Kept | undefined =>
    cache.get(`${type} ${name}`, time) ?? cache.get(`- ${name}`, time) ?? deniedAbove(name, time)

  /**
   * RFC 8020: under a name that does not exist there is nothing. Servers that deny an existing name only because it has no records of
   * its own would make us deny what lies under it, so the parent's denial counts only where DNSSEC proved it.
   */
  const deniedAbove = (name: string, time: number): Kept | undefined => {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const above = cache.get(`- ${name.slice(dot + 1)}`, time)
      if (above?.reading.authenticated) return above
    }
    return undefined
  }

  const keep = (name: string, type: RecordType, asked: Asked): Kept => {
    const { reading } = asked
    const kept: Kept = { ...asked, expires: now() + reading.ttl * 1_000 }
    if (reading.ttl === 0 || closing.signal.aborted) return kept
    const size = reading.records.reduce((sum, record) => sum + record.length, 0)
    // A denial is of the name, whatever type was asked (RFC 2308 §5); of an alias, it is the chain's last name that is denied.
    const key = reading.kind === 'nxdomain' && reading.aliases.length === 0 ? `- ${name}` : `${type} ${name}`
    cache.set(key, kept, kept.expires, 1 + Math.floor(size / weightUnit))
    return kept
  }

  /** One name, without the CNAMEs that the server left to us. */
  const lookUp = (name: string, type: RecordType, wireName: Uint8Array): Kept | Promise<Kept> => {
    const kept = recall(name, type, now())
    if (kept !== undefined) {
      counted.cacheHits++
      return kept
    }
    const key = `${type} ${name}`
    const running = inFlight.get(key)
    if (running !== undefined) {
      counted.shared++
      return running
    }
    const started = limit(async () => keep(name, type, await askServers(servers, name, wireName, type, asking))).finally(() =>
      inFlight.delete(key)
    )
    inFlight.set(key, started)
    return started
  }

  const query = async (asked: string, type: RecordType): Promise<DnsAnswer> => {
    if (typeNumbers[type] === undefined) throw new TypeError(`no such record type: ${type}`)
    const name = plainName(asked)
    const aliases: string[] = []
    let fromCache = true
    let authenticated = true
    let ttl = Number.POSITIVE_INFINITY
    let current = name
    const answer = (reading: Reading, server?: string): DnsAnswer => ({
      name,
      type,
      status: reading.kind === 'found' || reading.kind === 'no-data' || reading.kind === 'nxdomain' ? reading.kind : 'failed',
      ...(reading.failure === undefined ? {} : { failure: reading.failure }),
      ...(reading.extendedError === undefined ? {} : { extendedError: reading.extendedError }),
      records: reading.records,
      aliases,
      ttl: Math.min(ttl, reading.ttl),
      authenticated: authenticated && reading.authenticated,
      ...(server === undefined ? {} : { server }),
      fromCache
    })
    for (;;) {
      const wireName = encodeName(current)
      if (typeof wireName === 'string') return answer(failedReading(wireName))
      const looked = lookUp(current, type, wireName)
      const { reading, server, expires } = looked instanceof Promise ? await looked : looked
      if (looked instanceof Promise) fromCache = false
      ttl = Math.min(ttl, Math.max(0, Math.ceil((expires - now()) / 1_000)))
      for (const alias of reading.aliases) {
        if (alias === name || aliases.includes(alias)) return answer(failedReading('loop'), server)
        if (aliases.length === maxAliases) return answer(failedReading('too-long', 'a chain of too many CNAMEs'), server)
        aliases.push(alias)
      }
      if (reading.kind !== 'alias') return answer(reading, server)
      authenticated &&= reading.authenticated
      current = aliases.at(-1) ?? current
    }
  }

  return {
    query,
    counters: () => ({ ...counted }),
    servers: servers.map(({ label }) => label),
    close: () => {
      closing.abort()
      for (const server of servers) server.udp.close()
    }
  }
}

const requireServer = (text: string): ServerAddress => {
  const server = parseServerAddress(text)
  if (server === undefined) throw new TypeError(`not the address of a DNS server: ${text}`)
  return server
}

const positive = (option: string, value: number): number => {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${option} must be a whole number above 0, not ${value}`)
  return value
}
