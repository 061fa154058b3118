import { openZone, type Zone } from '@whybounce/core/plan'
import { UsageError } from './usage.ts'

/** The zone of this machine's clock. */
export const localZone = (): Zone => openZone(new Intl.DateTimeFormat().resolvedOptions().timeZone)

/** `--time-zone`; this machine's zone where it is not given. */
export const readZone = (name: string | undefined): Zone => {
  if (name === undefined) return localZone()
  try {
    return openZone(name)
  } catch {
    throw new UsageError('--time-zone takes a name such as Europe/Berlin, America/New_York or UTC.')
  }
}
