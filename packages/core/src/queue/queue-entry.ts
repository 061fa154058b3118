import type { LineVerdict, LogReader, LogReaderOptions } from '../log/log-reader.ts'

/**
 * Where a message stands. `deferred`: an attempt failed, or the listing does not tell more than that it waits. `hold`, `frozen`: nobody
 * tries it until somebody lets it go. `incoming`: not tried yet, as far as the listing tells.
 */
export type QueueStatus = 'active' | 'deferred' | 'hold' | 'frozen' | 'incoming'

export type QueueRecipient = {
  readonly address: string
  /** Why it waits, as the listing has it; absent where it gives no reason. */
  readonly reason?: string
  /** The listing cut the address off: what is here is its beginning. */
  readonly cut?: true
}

/** A message in a queue, with the recipients it still has. Strings are a stranger's: whoever prints them takes control characters out. */
export type QueueEntry = {
  readonly queueId: string
  /** Envelope sender; `<>` for the null sender (RFC 5321 §4.5.5). */
  readonly sender?: string
  readonly recipients: readonly QueueRecipient[]
  /** Bytes; rounded where the listing rounds them. */
  readonly size?: number
  /** ISO 8601, UTC; to the minute, the hour or the day where the listing says no more. */
  readonly arrived?: string
  readonly status: QueueStatus
  /** More recipients of the entry before: it had too many for one. */
  readonly continued?: true
}

/** What a program prints of its queue. Lines are accounted for as a log's are: `event` is a recipient that waits. */
export type QueueFormat = {
  /** `postqueue`, `exim-queue`: what `--format` takes. */
  readonly id: string
  readonly name: string
  /** The program whose queue it is, as events name it: `postfix`. */
  readonly program: string
  /** From 0 (certainly not) to 1 (certainly), out of the first lines. */
  readonly recognise: (firstLines: readonly string[]) => number
  /** `now`: when the listing was printed. */
  readonly open: (emit: (entry: QueueEntry) => void, options: LogReaderOptions) => LogReader
}

/** A line with an address (RFC 5321 allows 256 octets) and a reply of many lines is far below; longer ones are no listing. */
export const maxQueueLine = 65_536
/** Recipients of one entry that are held in memory; a message to a whole list comes in several entries. */
const maxRecipients = 10_000
/** Replies are quoted in full by Postfix, and a hostile server's may have megabytes. */
const maxReason = 4_096

type EntryHead = Omit<QueueEntry, 'recipients' | 'continued'>

/** Gathers the lines of one entry; the next head, or the end, gives it out. */
export type Entries = {
  readonly begin: (head: EntryHead) => LineVerdict
  /** `unread` where no entry has begun. */
  readonly recipient: (address: string, reason?: string, cut?: boolean) => LineVerdict
  /** The reason of the recipients that come from here on, until there is another. */
  readonly reason: (reason: string | undefined) => LineVerdict
  /** The reason of the recipient that came last. */
  readonly reasonOfLast: (reason: string) => LineVerdict
  readonly status: (status: QueueStatus) => LineVerdict
  readonly isOpen: () => boolean
  readonly end: () => void
}

export const shortReason = (reason: string): string => (reason.length > maxReason ? reason.slice(0, maxReason) : reason)

export const openEntries = (emit: (entry: QueueEntry) => void): Entries => {
  let head: EntryHead | undefined
  let recipients: QueueRecipient[] = []
  let reasonNow: string | undefined
  let continued = false

  const give = (): void => {
    if (head === undefined) return
    emit({ ...head, recipients, ...(continued ? { continued } : {}) })
    recipients = []
  }
  const end = (): void => {
    if (!continued || recipients.length > 0) give()
    head = undefined
    recipients = []
    reasonNow = undefined
    continued = false
  }
  const ifOpen = (act: () => void): LineVerdict => {
    if (head === undefined) return 'unread'
    act()
    return 'part'
  }
  return {
    begin: (next) => {
      end()
      head = next
      return 'part'
    },
    recipient: (address, reason = reasonNow, cut = false) => {
      if (head === undefined) return 'unread'
      if (recipients.length === maxRecipients) {
        give()
        continued = true
      }
      recipients.push({ address, ...(reason === undefined ? {} : { reason: shortReason(reason) }), ...(cut ? { cut } : {}) })
      return 'event'
    },
    reason: (reason) => ifOpen(() => (reasonNow = reason)),
    reasonOfLast: (reason) => {
      const last = recipients.pop()
      if (last === undefined) return 'unread'
      recipients.push({ ...last, reason: shortReason(reason) })
      return 'part'
    },
    status: (status) => ifOpen(() => (head = head === undefined ? head : { ...head, status })),
    isOpen: () => head !== undefined,
    end
  }
}

/** Where a listing tells no status: a reason means that an attempt failed. */
export const statusOf = (hasReason: boolean): QueueStatus => (hasReason ? 'deferred' : 'incoming')
