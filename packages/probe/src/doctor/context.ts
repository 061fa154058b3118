import { setMaxListeners } from 'node:events'
import type { Finding } from '@whybounce/core/finding'
import { findMailRoute } from '../dns/mail-route.ts'
import type { DnsAnswer, Resolver } from '../dns/resolver.ts'
import { openDialogue } from '../smtp/dialogue.ts'
import type { Context, DoctorOptions } from './check.ts'

const late = (name: string, type: DnsAnswer['type']): DnsAnswer => ({
  name,
  type,
  status: 'failed',
  failure: 'timeout',
  extendedError: 'the time for the examination was up',
  records: [],
  aliases: [],
  ttl: 0,
  authenticated: false,
  fromCache: false
})

/** What the checks of one run share. `close` ends what is still on its way. */
export const openContext = (
  options: DoctorOptions,
  timeout: number
): { readonly context: Context; readonly add: (found: Finding) => void; readonly close: () => void } => {
  const { target, resolver } = options
  const ending = new AbortController()
  const timer = setTimeout(() => ending.abort(), timeout)
  const stop = (): void => ending.abort()
  options.signal?.addEventListener('abort', stop, { once: true })
  const { signal } = ending
  // One listener a check and a dialogue: no leak.
  setMaxListeners(0, signal)
  const timeUp = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  if (options.signal?.aborted) stop()

  const found: Finding[] = []
  const made = new Map<string, Promise<unknown>>()
  const once = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const known = made.get(key) as Promise<T> | undefined
    if (known !== undefined) return known
    const started = make()
    made.set(key, started)
    return started
  }
  const query: Resolver['query'] = (name, type) =>
    once(`${type} ${name.toLowerCase()}`, () => Promise.race([resolver.query(name, type), timeUp.then(() => late(name, type))]))
  const asking: Resolver = { ...resolver, query }
  const allowPrivate = options.allowPrivate ?? false
  const { localAddress, roots, ehloName } = options
  const receiver = target.kind === 'domain' || target.kind === 'address' ? target.domain : undefined

  const context: Context = {
    options,
    target,
    receiver,
    sender: options.from ?? (target.kind === 'domain' ? target.domain : undefined),
    deep: options.deep ?? false,
    allowPrivate,
    signal,
    now: options.now ?? (() => new Date()),
    query,
    resolver: asking,
    route: (domain) => once(`route ${domain}`, () => findMailRoute(asking, domain, { allowPrivate })),
    open: (dialogue) =>
      openDialogue({
        ...dialogue,
        ehloName,
        signal,
        ...(localAddress === undefined ? {} : { localAddress }),
        ...(roots === undefined ? {} : { roots })
      }),
    once,
    found: () => found
  }
  return {
    context,
    add: (one) => void found.push(one),
    close: () => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', stop)
      ending.abort()
    }
  }
}
