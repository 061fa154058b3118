import { UsageError } from '../usage.ts'

export const runReport = (_args: readonly string[]): Promise<number> => Promise.reject(new UsageError('being written'))
