export * from './report/message-key.ts'
export { openTally } from './report/open-tally.ts'
export * from './report/report.ts'
export type { DeliveredAttempt, Tally, TallyOptions } from './report/tally.ts'
