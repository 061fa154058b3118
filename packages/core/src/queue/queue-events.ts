import { attemptEvent } from '../log/attempt.ts'
import type { LogEvent, LogFormat } from '../log/log-reader.ts'
import { decidingFacts } from '../reply/facts.ts'
import { emptyHead, readHead } from '../reply/head.ts'
import { peel } from '../reply/peel.ts'
import { formatStatus } from '../reply/status.ts'
import type { QueueEntry, QueueFormat, QueueRecipient } from './queue-entry.ts'
import { queueFormats } from './queue-formats.ts'
import { isoTime } from './queue-time.ts'

type Told = Partial<Pick<LogEvent, 'diagnosticCode' | 'replyCode' | 'status' | 'remoteMta' | 'stage'>>

/** A reason is what a log would say of the last attempt: the reply in its wrapper, or what kept the server from getting one. */
const toldBy = (reason: string): Told => {
  const { from, to } = peel(reason)
  const head = emptyHead()
  readHead(head, reason, from, to)
  const { remoteMta, stage } = decidingFacts(reason, from, to)
  return {
    diagnosticCode: reason,
    ...(head.replyCode === 0 ? {} : { replyCode: head.replyCode }),
    ...(head.status === 0 ? {} : { status: formatStatus(head.status) }),
    ...(remoteMta === undefined ? {} : { remoteMta }),
    ...(stage === undefined ? {} : { stage })
  }
}

/**
 * What waits, as events of kind `delayed`, one a recipient: `time` is when the listing was printed, `delay` the seconds since the message
 * arrived, `diagnosticCode` the reason where there is one, `labels.queue` the entry's status. A recipient whose address the listing cut off
 * has none, and neither has the null sender. `now` in milliseconds. What is active or incoming was perhaps never tried: who counts attempts leaves out events without a text.
 */
export const queueEvents = (entry: QueueEntry, program: string, now: number): readonly LogEvent[] => {
  const { queueId, sender, size, arrived, status } = entry
  const delay = arrived === undefined ? undefined : Math.max(0, Math.floor((now - Date.parse(arrived)) / 1_000))
  let [lastReason, lastTold]: [string | undefined, Told] = [undefined, {}]
  const eventOf = ({ address, reason, cut }: QueueRecipient): LogEvent => {
    // The recipients of a message mostly wait for one reason.
    if (reason !== lastReason) [lastReason, lastTold] = [reason, reason === undefined ? {} : toldBy(reason)]
    return attemptEvent('delayed', {
      ...lastTold,
      recipient: cut ? undefined : address,
      sender,
      queueId,
      size,
      delay,
      program,
      time: isoTime(now),
      labels: { queue: status }
    })
  }
  return entry.recipients.map(eventOf)
}

const asLogFormat = ({ id, name, program, recognise, open }: QueueFormat): LogFormat => ({
  id,
  name,
  recognise,
  open: (emit, options) =>
    open((entry) => {
      for (const event of queueEvents(entry, program, options.now)) emit(event)
    }, options)
})

/** Listings as formats of a log: the same reader, the same accounting, events for entries. */
export const queueLogFormats: readonly LogFormat[] = queueFormats.map(asLogFormat)
