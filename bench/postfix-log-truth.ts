/** What a reader must find in a log that was made up. */
export type LogTruth = {
  /** Attempts. */
  sent: number
  deferred: number
  bounced: number
  /** Sent, deferred and bounced. */
  deliveries: number
  /** Queue entries that were given up. */
  expired: number
  /** Mail of others that was refused. */
  smtpdReject: number
  /** Queue entries that ended. */
  removed: number
  /** Attempts by receiver, `sent, deferred, bounced` and enhanced status code. */
  by: Record<string, number>
  /** Queue id and recipient, each once, by what became of it. */
  messages: { delivered: number; bounced: number; expired: number; waiting: number }
  lines: number
  bytes: number
  /** From the first message to the last. */
  hours: number
}

export const emptyTruth = (): LogTruth => ({
  sent: 0,
  deferred: 0,
  bounced: 0,
  deliveries: 0,
  expired: 0,
  smtpdReject: 0,
  removed: 0,
  by: {},
  messages: { delivered: 0, bounced: 0, expired: 0, waiting: 0 },
  lines: 0,
  bytes: 0,
  hours: 0
})
