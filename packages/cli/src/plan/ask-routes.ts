import { keyOf, type Receiver, type ReceiverCounts } from '@whybounce/core/plan'
import { type MailRoute, openResolver, openRoutes } from '@whybounce/probe'
import type { Progress } from '../progress.ts'
import { receiverOf } from './classify.ts'

/** What DNS says about the receivers of a list. */
export type ReceiverRoutes = {
  /** Who really takes the mail of a receiver; itself where DNS did not say. */
  readonly of: (receiver: Receiver) => Receiver | 'no-mail-host'
  readonly asked: number
  readonly unanswered: number
}

/** Domains asked for at once; the resolver bounds the questions that are on the way. */
const atOnce = 100

/** Statuses that say for certain that no mail can be taken. A failed question is none of them, nor is a private address. */
const definite: readonly MailRoute['status'][] = ['nxdomain', 'null-mx', 'no-mail-host', 'dangling']

/** Asks for the MX of every domain whose provider the list does not tell. */
export const askRoutes = async (servers: readonly string[], counted: ReceiverCounts, progress: Progress): Promise<ReceiverRoutes> => {
  const domains = [...counted.receivers()].filter(({ receiver }) => receiver.kind === 'domain').map(({ receiver }) => receiver)
  const found = new Map<string, Receiver | 'no-mail-host'>()
  const resolver = openResolver(servers.length === 0 ? {} : { servers })
  const routes = openRoutes(resolver, { concurrency: atOnce })
  let next = 0
  let unanswered = 0
  const ask = async (): Promise<void> => {
    for (let receiver = domains[next++]; receiver !== undefined; receiver = domains[next++]) {
      const route = await routes.of(receiver.id)
      if (definite.includes(route.status)) found.set(keyOf(receiver), 'no-mail-host')
      else if (route.status === 'hosts') found.set(keyOf(receiver), receiverOf(receiver.id, route.provider ?? route.operator))
      else if (route.status === 'dns-failure') unanswered++
      progress.show(next / Math.max(1, domains.length), `Asking DNS: ${Math.min(next, domains.length).toLocaleString('en')} domains`)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, domains.length) }, ask))
  } finally {
    resolver.close()
    progress.clear()
  }
  return { of: (receiver) => found.get(keyOf(receiver)) ?? receiver, asked: domains.length, unanswered }
}
