import { UsageError } from '../usage.ts'

export const runWatch = (_args: readonly string[]): Promise<number> => Promise.reject(new UsageError('being written'))
