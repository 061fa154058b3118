import type { LogEvent } from '../log/log-reader.ts'

/** What a payload gave. Nothing is lost: what is of no kind that we know is counted. */
export type WebhookReading = {
  readonly events: readonly LogEvent[]
  /** Items of the payload that are known and tell nothing of delivery (opens, clicks). */
  readonly ignored: number
  /** Items that were not understood, with a few of them as text. */
  readonly unread: number
  readonly samples: readonly string[]
}

export type WebhookFormat = {
  /** `ses`, `sendgrid`: what `--format` takes. */
  readonly id: string
  readonly name: string
  /** Whether a parsed payload is of this service, from 0 to 1. */
  readonly recognise: (payload: unknown) => number
  /** Pure; never throws on what a payload contains. Forms (Mailgun's old ones) come as objects of strings. */
  readonly read: (payload: unknown) => WebhookReading
}
