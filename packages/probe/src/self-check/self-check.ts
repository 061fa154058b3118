import { type Blocklists, blocklists, type PortCloser, probing } from '@whybounce/core'
import { type Finding, finding } from '@whybounce/core/finding'
import type { DnsAnswer, Resolver } from '../dns/resolver.ts'
import { type Dial, dialTcp } from './dial.ts'
import { checkEhloName, checkReverseName } from './host-names.ts'
import { checkOutboundPort, type PortTarget } from './outbound-port.ts'
import { findOwnAddress, interfaceAddresses } from './own-address.ts'
import { checkOwnListing } from './own-listing.ts'
import { checkSenderDomain } from './sender-domain.ts'

export type SelfCheckOptions = {
  readonly resolver: Resolver
  readonly ehloName: string
  /** `probe@example.com`; `<>` or an empty text for the null sender. */
  readonly mailFrom: string
  /** MX hosts of the list's largest operators. */
  readonly targets: readonly PortTarget[]
  /** The address that servers see, as the operator gives it. */
  readonly ip?: string
  /** The address that a server saw, from its EHLO reply. */
  readonly echoedAddress?: string
  readonly interfaces?: readonly string[]
  readonly dial?: Dial
  readonly blocklists?: Blocklists
  readonly portClosers?: readonly PortCloser[]
  /** For tests and closed networks: our own address and the sender's mail hosts need not be public. */
  readonly allowPrivate?: boolean
  /** Milliseconds: for one connection (5,000), and for everything together (15,000). What is not known by then is unknown. */
  readonly timeouts?: { readonly dial?: number; readonly total?: number }
}

export type SelfCheck = {
  /** Nothing speaks against probing from here. What could not be checked does not either. */
  readonly fit: boolean
  readonly points: readonly Finding[]
}

const dialTimeout = 5_000
const totalTimeout = 15_000

/** What stays behind when time is up: the question itself cannot be called back. */
const lateAnswer = (name: string, type: DnsAnswer['type']): DnsAnswer => ({
  name,
  type,
  status: 'failed',
  failure: 'timeout',
  records: [],
  aliases: [],
  ttl: 0,
  authenticated: false,
  fromCache: false
})

/**
 * Whether this machine may probe: its port 25 leads out, its address has a confirmed reverse name, is on no blocklist that counts,
 * and the names it gives are sound. A prober that is not fit gets refusals that say nothing about addresses, and harms the
 * reputation of the address it asks from. Everything is asked side by side; nothing is sent but DNS questions and TCP connections
 * that are closed at once. Never rejects for what the network does; throws TypeError or RangeError where an option makes no sense.
 */
export const selfCheck = async (options: SelfCheckOptions): Promise<SelfCheck> => {
  const { ehloName, mailFrom, ip: given, echoedAddress, allowPrivate = false } = options
  const { dial: dialMs = dialTimeout, total: totalMs = totalTimeout } = options.timeouts ?? {}
  // A NaN or a negative number would be taken for one millisecond, and everything would be unknown.
  for (const [name, value] of [['dial', dialMs] as const, ['total', totalMs] as const])
    if (!(value > 0 && value <= 600_000)) throw new RangeError(`the timeout ${name} must be above 0 and at most 600000 milliseconds`)

  const own = findOwnAddress({
    ...(given === undefined ? {} : { ip: given }),
    ...(echoedAddress === undefined ? {} : { echoed: echoedAddress }),
    interfaces: options.interfaces ?? interfaceAddresses(),
    allowPrivate
  })
  const { ip } = own

  const { promise: timeUp, resolve: end } = Promise.withResolvers<void>()
  const timer = setTimeout(end, totalMs)
  const inTime = async <T>(work: () => Promise<T>, late: T): Promise<T> =>
    Promise.race([(async () => work())().catch(() => late), timeUp.then(() => late)])
  const query: Resolver['query'] = (name, type) => inTime(() => options.resolver.query(name, type), lateAnswer(name, type))
  const resolver: Resolver = { ...options.resolver, query }
  const dial: Dial = (...target) => inTime(() => (options.dial ?? dialTcp)(...target), 'timeout')

  try {
    const reverse = ip === undefined ? undefined : checkReverseName(query, ip, ehloName)
    const [port, ptr, ehlo, sender, listing] = await Promise.all([
      checkOutboundPort(options.targets, dial, Math.min(dialMs, totalMs), options.portClosers ?? probing.portClosers),
      reverse === undefined
        ? [finding('ptr.not-asked', ['the own address is not known'])]
        : reverse.then((check) => [check.finding, ...check.also]),
      checkEhloName(query, ehloName, ip, reverse),
      checkSenderDomain(resolver, mailFrom, ehloName, ip, allowPrivate),
      ip === undefined
        ? [finding('blocklist.not-asked', ['the own address is not known'])]
        : checkOwnListing(query, ip, options.blocklists ?? blocklists)
    ])
    const points = [port, ...own.findings, ...ptr, ehlo, ...sender, ...listing]
    return { fit: points.every(({ verdict }) => verdict !== 'fail'), points }
  } finally {
    clearTimeout(timer)
    end()
  }
}
