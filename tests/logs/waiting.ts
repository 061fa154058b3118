import { setTimeout as sleep } from 'node:timers/promises'
import { inNamespace } from '../lab/netns.ts'

/** Longest that anything may take, in milliseconds; on a busy machine most things take a second. */
const patience = 60_000
/** How often something is done again that may have come too soon: a queue that was still being filled when it was flushed. */
const again = 2_000

/** Waits until it is so; `what` says what did not come. `act` is done at once, and again while it does not help. */
export const until = async (what: string, isSo: () => boolean, act: () => void = () => {}): Promise<void> => {
  const start = performance.now()
  let acted = Number.NEGATIVE_INFINITY
  while (!isSo()) {
    const now = performance.now()
    if (now - start > patience) throw new Error(`did not happen: ${what}`)
    if (now - acted > again) {
      act()
      acted = now
    }
    await sleep(100)
  }
}

/** Whether somebody listens at a port of 127.0.0.1 in a namespace. */
export const listens = (namespace: string, port: number): boolean =>
  inNamespace(namespace, '/bin/cat', '/proc/net/tcp').includes(
    `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`
  )
