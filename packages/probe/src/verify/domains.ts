import type { MailHost, MailRoute } from '../dns/mail-route.ts'
import type { VerifyState } from './state.ts'
import type { RouteFacts } from './verdict.ts'

/** The routes of all domains of a run: each is asked once, kept in memory as far as there is room, and in the state. */
export type Domains = {
  /** Begins to ask, unless it is known; resolves when there is room for more questions. */
  readonly want: (domain: string) => Promise<void> | undefined
  readonly get: (domain: string) => RouteFacts | Promise<RouteFacts>
  /** Resolves when everything that was wanted is known and written down. */
  readonly settled: () => Promise<void>
}

/** Routes in memory; the others are read from the state. */
const maxKept = 20_000
/** Questions that wait in memory; the list is read no faster than DNS answers. */
const maxPending = 5_000
const saveEvery = 500

const usable = (host: MailHost): boolean => host.addresses.length > 0 && (host.problem === undefined || host.problem === 'alias')

export const routeFacts = (route: MailRoute, now: number): RouteFacts => {
  const { status, implicit, provider, operator, evidence, ttl } = route
  const hosts = route.hosts.filter(usable)
  return {
    status,
    implicit,
    ...(provider === undefined ? {} : { provider }),
    operator,
    evidence,
    ttl,
    ...(route.hosts.some(({ problem }) => problem === 'literal') ? { literal: true } : {}),
    hosts: hosts.map(({ name, preference, addresses: found }) => ({ name, preference, addresses: found })),
    checkedAt: new Date(now).toISOString()
  }
}

export const openDomains = (ask: (domain: string) => Promise<MailRoute>, state: VerifyState): Domains => {
  const kept = new Map<string, RouteFacts>()
  const pending = new Map<string, Promise<RouteFacts>>()
  let unsaved: [string, RouteFacts][] = []
  let waiting: (() => void)[] = []
  let failure: unknown

  const keep = (domain: string, route: RouteFacts): void => {
    kept.set(domain, route)
    if (kept.size > maxKept)
      for (const oldest of kept.keys()) {
        kept.delete(oldest)
        break
      }
  }
  const save = (): void => {
    if (unsaved.length === 0) return
    state.saveRoutes(unsaved, Date.now())
    unsaved = []
  }
  const known = (domain: string): RouteFacts | undefined => {
    const near = kept.get(domain)
    if (near !== undefined) return near
    const far = state.route(domain, Date.now())
    if (far !== undefined) keep(domain, far)
    return far
  }
  const begin = (domain: string): Promise<RouteFacts> => {
    const running = pending.get(domain)
    if (running !== undefined) return running
    const answer = ask(domain).then((route) => {
      const facts = routeFacts(route, Date.now())
      keep(domain, facts)
      unsaved.push([domain, facts])
      if (unsaved.length >= saveEvery) save()
      return facts
    })
    pending.set(domain, answer)
    answer
      .catch((error) => {
        failure ??= error
      })
      .finally(() => {
        pending.delete(domain)
        if (pending.size < maxPending) {
          const woken = waiting
          waiting = []
          for (const wake of woken) wake()
        }
      })
    return answer
  }
  const check = (): void => {
    if (failure !== undefined) throw failure
  }

  return {
    want: (domain) => {
      if (known(domain) !== undefined) return undefined
      begin(domain)
      check()
      return pending.size < maxPending ? undefined : new Promise((resolve) => waiting.push(resolve))
    },
    get: (domain) => known(domain) ?? begin(domain),
    settled: async () => {
      while (pending.size > 0) await Promise.allSettled(pending.values())
      check()
      save()
    }
  }
}
