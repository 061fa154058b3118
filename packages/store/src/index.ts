export type { AuditAction, AuditRecord } from './audit.ts'
export { believedDate, type Entry, maxStreamLength, type NewEntry } from './entry.ts'
export type { History } from './history.ts'
export type { EntryTally, EventOptions, EventTally, Rejected } from './import.ts'
export { type EventFields, type EventMeaning, meaningOf } from './policy.ts'
export { isSuppressionReason, type SuppressionReason, suppressionReasons } from './reason.ts'
export { StoreError, type StoreErrorCode } from './store-error.ts'
export {
  type CheckResult,
  defaultSoftDays,
  defaultSoftFailures,
  type Explanation,
  type ExportOptions,
  type Import,
  openSuppressions,
  type Removal,
  Suppressions,
  type SuppressionsOptions
} from './suppressions.ts'
export type { WriteOutcome } from './writer.ts'
