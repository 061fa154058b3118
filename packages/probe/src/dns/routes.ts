import { createCache } from './answer-cache.ts'
import { createLimiter } from './limiter.ts'
import { findMailRoute, type MailRoute } from './mail-route.ts'
import type { Resolver } from './resolver.ts'
import { plainName } from './wire-name.ts'

export type RoutesOptions = {
  readonly allowPrivate?: boolean
  /** Domains asked for at once; 100 by default. Each has up to 41 questions, which the resolver bounds on its own. */
  readonly concurrency?: number
  /** Routes kept; 50,000 by default. */
  readonly cacheSize?: number
  /** Milliseconds; the system's monotonic clock by default. */
  readonly now?: () => number
}

export type Routes = {
  /** The route of a domain (plain ASCII, IDNs as A-labels). */
  readonly of: (domain: string) => Promise<MailRoute>
}

/**
 * Routes for one run over a list: each domain is asked for once, however many of its addresses there are, so that all of them get
 * the same verdict. A route that was found holds for the run, past its TTL; a `dns-failure` for its TTL only, so that what
 * could not be told now can be told later.
 */
export const openRoutes = (resolver: Resolver, options: RoutesOptions = {}): Routes => {
  const now = options.now ?? (() => performance.now())
  const limit = createLimiter(options.concurrency ?? 100)
  const cache = createCache<MailRoute>(options.cacheSize ?? 50_000)
  const inFlight = new Map<string, Promise<MailRoute>>()
  const find = async (domain: string): Promise<MailRoute> => {
    const route = await findMailRoute(resolver, domain, { allowPrivate: options.allowPrivate ?? false })
    const expires = route.status === 'dns-failure' ? now() + route.ttl * 1_000 : Number.POSITIVE_INFINITY
    cache.set(domain, route, expires)
    return route
  }
  return {
    of: async (asked) => {
      const domain = plainName(asked)
      const known = cache.get(domain, now()) ?? inFlight.get(domain)
      if (known !== undefined) return known
      const started = limit(() => find(domain)).finally(() => inFlight.delete(domain))
      inFlight.set(domain, started)
      return started
    }
  }
}
