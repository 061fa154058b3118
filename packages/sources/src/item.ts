/** One message as it was stored. `bytes` may be a part of a larger block: copy what is kept for long, or the block stays in memory. */
export type SourceMessage = {
  readonly file: string
  /** Bytes before it in the file, or in what the file unpacks to. */
  readonly offset: number
  readonly bytes: Uint8Array
  /** Where in its container: the Maildir folder (`new`, `cur`), the name inside a tar archive. */
  readonly place?: string
}

/** What could not be read, or not all of it. */
export type SourceProblem = {
  readonly file: string
  readonly offset: number
  /** Sentences: what is wrong, what to do. */
  readonly problem: string
  readonly place?: string
}

export type SourceItem = SourceMessage | SourceProblem

export type SourceLimits = {
  /** Of a message longer than this (bytes), this much is handed out, with a problem that says so. */
  readonly maxMessageBytes?: number
}

/** No server takes a message larger than this; it is also what the message reader reads of one. */
export const defaultMaxMessageBytes: number = 64 * 1024 * 1024

/** Where a reader puts what it finds; the file and the place are known to whoever made it. */
export type Emit = {
  readonly message: (bytes: Uint8Array, offset: number) => void
  readonly problem: (problem: string, offset: number) => void
}

/** Takes content in pieces of any size and emits the messages in it. What it emits does not depend on how the pieces are cut. */
export type Sink = {
  /** The piece is the sink's from then on: it may be emitted in parts. False: enough, the rest would not be looked at. */
  readonly write: (piece: Buffer) => boolean
  readonly end: () => void
}

export const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`

export const tooLong = (limit: number): string => `The message is longer than ${megabytes(limit)}; only its beginning was read.`
