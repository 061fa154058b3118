import { fork } from 'node:child_process'
import { Resolver as NodeResolver } from 'node:dns/promises'
import { once } from 'node:events'
import { findMailRoute } from '../packages/probe/src/dns/mail-route.ts'
import { openResolver } from '../packages/probe/src/dns/resolver.ts'
import { startDnsServer } from '../tests/dns/dns-server.ts'

/**
 * `node bench/dns.ts`: mail routes of distinct domains per second, against a DNS server in a process of its own on 127.0.0.1, beside
 * Node's resolver (c-ares) asked for the same records. Each domain is asked for its MX, each MX host for A and AAAA.
 * `--count N` domains (50,000 where not given).
 */
const at = process.argv.indexOf('--count')
const count = at < 0 ? 50_000 : Number(process.argv[at + 1])
const concurrency = 200

if (process.argv.includes('--serve')) {
  const hosts = (name: string): string =>
    name.startsWith('shared') ? `mx.operator${Number(name.slice(6, name.indexOf('.'))) % 1_000}.test` : `mx.${name}`
  const server = await startDnsServer(
    (name, type) => {
      if (type === 'MX') return [`10 ${hosts(name)}`]
      return type === 'A' ? ['8.8.8.8'] : []
    },
    { fast: true }
  )
  process.send?.(server.address)
  process.on('disconnect', () => process.exit())
} else {
  const child = fork(import.meta.filename, ['--serve'])
  const [address]: string[] = await once(child, 'message')
  await run(address ?? '')
  child.disconnect()
}

async function run(address: string): Promise<void> {
  /** Runs `work` for each domain, so many at once; wall-clock time and our own CPU time, in seconds. */
  const measure = async (
    kind: string,
    work: (domain: string) => Promise<boolean>
  ): Promise<{ wall: number; cpu: number; right: number }> => {
    let next = 0
    let right = 0
    const start = performance.now()
    const used = process.cpuUsage()
    const walk = async (): Promise<void> => {
      while (next < count) if (await work(`${kind}${next++}.test`)) right++
    }
    await Promise.all(Array.from({ length: concurrency }, walk))
    const { user, system } = process.cpuUsage(used)
    return { wall: (performance.now() - start) / 1_000, cpu: (user + system) / 1_000_000, right }
  }
  const row = (name: string, { wall, cpu, right }: { wall: number; cpu: number; right: number }, note = ''): void => {
    const rate = (seconds: number): string =>
      Math.round(count / seconds)
        .toLocaleString('en')
        .padStart(8)
    console.log(
      `${name.padEnd(40)}${rate(wall)} /s  ${rate(cpu)} /s of our CPU  ${right === count ? '' : `${count - right} WITHOUT ROUTE  `}${note}`
    )
  }

  const ours = async (kind: string): Promise<void> => {
    const resolver = openResolver({ servers: [address], concurrency })
    const result = await measure(kind, async (domain) => (await findMailRoute(resolver, domain)).status === 'hosts')
    const { questions, timeouts, cacheHits, shared } = resolver.counters()
    row(`ours, ${kind} MX hosts`, result, `${questions} questions, ${timeouts} timeouts, ${cacheHits} from the cache, ${shared} shared`)
    resolver.close()
  }
  const peer = async (kind: string): Promise<void> => {
    const resolver = new NodeResolver({ timeout: 3_000, tries: 2 })
    resolver.setServers([address])
    const none = (): string[] => []
    const result = await measure(kind, async (domain) => {
      const mx = await resolver.resolveMx(domain).catch(() => [])
      const host = mx[0]?.exchange
      if (host === undefined) return false
      const [a] = await Promise.all([resolver.resolve4(host).catch(none), resolver.resolve6(host).catch(none)])
      return a.length > 0
    })
    row(`node:dns (c-ares), ${kind} MX hosts`, result, 'without what a route is made of')
  }

  console.log(`${count.toLocaleString('en')} domains, ${concurrency} at once, Node ${process.versions.node}\n`)
  for (const kind of ['own', 'shared']) {
    // Once through, so that the server has its answers ready and the compiler has seen the code.
    const warm = openResolver({ servers: [address], concurrency })
    await measure(kind, async (domain) => (await findMailRoute(warm, domain)).status === 'hosts')
    warm.close()
    await ours(kind)
    await peer(kind)
  }
}
