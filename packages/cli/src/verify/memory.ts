import { existsSync } from 'node:fs'
import type { Delivered, Suppressed } from '@whybounce/probe'
import { openStore, storePath } from '../suppress/store-path.ts'
import { UsageError } from '../usage.ts'

/** What our own suppression list and delivery history say of addresses. */
export type Memory = {
  readonly of: (address: string) => { readonly suppressed?: Suppressed; readonly history?: Delivered }
  readonly close: () => void
}

const nothing = {}
export const noMemory: Memory = { of: () => nothing, close: () => undefined }

const day = 86_400_000

/** The store that is named, or the usual one where there is one. `maxAge`: days for which a delivery proves that an address works. */
export const openMemory = (named: string | undefined, stream: string | undefined, maxAge: number): Memory => {
  const path = storePath(named, process.env)
  if (!existsSync(path)) {
    if (named !== undefined)
      throw new UsageError(`There is no suppression list ${path}. Make one with: whybounce suppress import FILE --store ${path}`)
    return noMemory
  }
  const store = openStore(path, {})
  const since = Date.now() - maxAge * day
  return {
    of: (address) => {
      const [found] = store.check([address], { stream })
      if (found?.verdict === 'suppressed') {
        const { reason, detail, date, evidence } = found.entry
        return {
          suppressed: {
            reason,
            ...(detail === undefined ? {} : { detail }),
            ...(date === undefined ? {} : { date }),
            ...(evidence === undefined ? {} : { evidence })
          }
        }
      }
      const { delivered, bounced } = store.history(address) ?? {}
      // A failure after the last delivery leaves nothing proven.
      const proven = delivered !== undefined && Date.parse(delivered) >= since && (bounced === undefined || bounced.date < delivered)
      return proven ? { history: { deliveredAt: delivered } } : nothing
    },
    close: () => store.close()
  }
}
