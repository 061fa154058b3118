import { UsageError } from '../usage.ts'

export const runTrace = (_args: readonly string[]): Promise<number> => Promise.reject(new UsageError('being written'))
