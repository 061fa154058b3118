import type { DeliveryEvent } from '../event/delivery-event.ts'
import type { LogZone } from './log-zone.ts'

/** What a log tells of one delivery attempt, beyond the event. */
export type LogEvent = DeliveryEvent & {
  /** The program that wrote the line, as the log names it: `postfix/smtp`, `exim`. */
  readonly program?: string
  /** The host that wrote the line. */
  readonly host?: string
  /** Bytes of the message. */
  readonly size?: number
  /** Who handed the message in: name and address as the log has them. */
  readonly client?: string
  /** Seconds from arrival to this attempt. */
  readonly delay?: number
  /** Headers of the campaign, where the log has them (`campaign`, `jobId`, `vmta`, tags), in lower case. */
  readonly labels?: Readonly<Record<string, string>>
}

/**
 * What became of a line. `event`: it is one, or ends one. `part`: it belongs to a message whose event comes elsewhere. `ignored`: it is
 * known and tells nothing of delivery. `unread`: it looks like one of delivery, and was not understood: counted, with a sample, and trouble.
 */
export type LineVerdict = 'event' | 'part' | 'ignored' | 'unread'

export type LogReaderOptions = {
  /** Milliseconds since 1970: dates without a year are the last such ones before it. */
  readonly now: number
  /** For times without a zone; UTC by default. */
  readonly zone?: LogZone
  /** Entries that are remembered to join lines; the oldest go first. 100,000 by default. */
  readonly remember?: number
  /** The lines at the head of a file that name its columns (CSV), where reading begins behind them: at a checkpoint, in a rotated piece. */
  readonly header?: readonly string[]
  /** Whether an event of a service was posted before, where several files are read as one: webhooks ask. Each file by itself where there is none. */
  readonly isRepeated?: (event: LogEvent) => boolean
}

/** Reads one log, line by line. Pure: no I/O, no clock. Never throws on what a line contains. */
export type LogReader = {
  /** One line without its line end. Time grows with its length only. */
  readonly line: (line: string) => LineVerdict
  /** The log ends: what was still to be told is told. */
  readonly end: () => void
}

export type LogFormat = {
  /** `postfix`, `exim`: what `--format` takes. */
  readonly id: string
  readonly name: string
  /** From 0 (certainly not) to 1 (certainly), out of the first lines (at most 100) of a log. */
  readonly recognise: (firstLines: readonly string[]) => number
  readonly open: (emit: (event: LogEvent) => void, options: LogReaderOptions) => LogReader
}
