export type { QueueEntry, QueueFormat, QueueRecipient, QueueStatus } from './queue/queue-entry.ts'
export * from './queue/queue-events.ts'
export * from './queue/queue-formats.ts'
export * from './queue/queue-listing.ts'
