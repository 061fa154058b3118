import type { LogEvent } from '../log/log-reader.ts'
import type { Report } from './report.ts'

export type TallyOptions = {
  /** Milliseconds since 1970: what is more than a day later has no usable time. */
  readonly now?: number
  /** Divisions beside provider and sender-ip: of `groupNames`, or the name of a label. */
  readonly by?: readonly string[]
  /** Milliseconds since 1970: events before and from then on are left out. */
  readonly since?: number
  readonly until?: number
  /** Our addresses by the service that sends from them: `smtp-out3` → `192.0.2.3`. */
  readonly senderIps?: Readonly<Record<string, string>>
  /** Causes that an earlier report had, as `cause/detail/provider` keys: the others are new. */
  readonly known?: ReadonlySet<string>
}

/** A delivery that a reader of bytes tells; the object is used again for the next. Strings are the same objects each time (interned). */
export type DeliveredAttempt = {
  /** Seconds since 1970; NaN: not known. */
  seconds: number
  /** Hashes of message and recipient (`messageKey`). */
  high: number
  low: number
  host: string | undefined
  /** `postfix/smtp-out3/smtp` */
  program: string | undefined
  remoteMta: string | undefined
  domain: string | undefined
  sender: string | undefined
}

/** An attempt that did not deliver, as a reader of bytes tells it; the object is used again for the next. */
export type HarmedAttempt = DeliveredAttempt & {
  /** Else it bounced. */
  isDeferred: boolean
  /** The status code that the log has beside the text: `5.1.1`. */
  status: string | undefined
  /** The text, from `textFrom` to `textTo`: until the call returns. */
  bytes: Uint8Array
  textFrom: number
  textTo: number
}

/** Sums up events. Memory grows with what waits and with the kinds of trouble, not with the log. */
export type Tally = {
  /** Diagnoses the event where it has words and no diagnosis. */
  readonly event: (event: LogEvent, file: string, line: number) => void
  /** Not for relays on the same machine (`localhost`, `127.0.0.1`): whether those were deliveries is told by their text, by `event`. */
  readonly delivered: (attempt: Readonly<DeliveredAttempt>) => void
  /** Counts what is known by its text alone (all but ids, addresses and the like): true. Else the next `event` must be this attempt. */
  readonly harmed: (attempt: Readonly<HarmedAttempt>) => boolean
  readonly addFile: (file: {
    readonly file: string
    readonly format: string
    readonly lines: number
    readonly bytes: number
    readonly problem: string | null
    readonly events: number
    readonly ignored: number
    readonly unread: number
    readonly samples: readonly { readonly line: number; readonly text: string }[]
  }) => void
  /** What there is so far; adding may go on. */
  readonly report: () => Report
}
