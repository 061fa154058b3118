import { homedir } from 'node:os'
import { join } from 'node:path'
import { openSuppressions, StoreError, type Suppressions, type SuppressionsOptions } from '@whybounce/store'
import { UsageError } from '../usage.ts'

/** Where the list is kept: as told, else WHYBOUNCE_STORE, else the place for data of the XDG base directory specification. */
export const storePath = (told: string | undefined, env: NodeJS.ProcessEnv = process.env): string => {
  const named = told ?? env.WHYBOUNCE_STORE
  if (named !== undefined && named !== '') return named
  const data = env.XDG_DATA_HOME
  return join(data === undefined || data === '' ? join(homedir(), '.local', 'share') : data, 'whybounce', 'suppressions.sqlite')
}

/** The store, or one sentence about why it cannot be used and what to do. */
export const openStore = (told: string | undefined, options: SuppressionsOptions): Suppressions => {
  try {
    return openSuppressions(storePath(told), options)
  } catch (error) {
    if (error instanceof StoreError) throw new UsageError(error.message)
    throw error
  }
}
