/** A mail server that sends, and writes a log. */
export type Sender = {
  readonly name: 'postfix' | 'exim'
  /** Of 127.0.0.1, where mail is handed in. */
  readonly port: number
  readonly log: string
  /** How often the log tells of an attempt for a recipient. */
  readonly attempts: (recipient: string) => number
  readonly isDelivered: (recipient: string) => boolean
  /** The queue gave up on it. */
  readonly isExpired: (recipient: string) => boolean
  /** Notices of non-delivery that have come to the one who sent. */
  readonly notices: () => number
  /** Everything that waits is tried again, soon. */
  readonly flush: () => void
  /** From now on the queue keeps what was not delivered at once. */
  readonly bePatient: () => Promise<void>
  /** An administrator ends the waiting of one message. */
  readonly giveUp: (recipient: string) => void
  readonly stop: () => void
}

/** Who sends, on the servers that send. */
export const newsletter = 'news@sender-lab.example'
