import type { LogEvent } from '../log/log-reader.ts'
import { messageKey } from '../report/message-key.ts'
import { waitingKey } from '../report/waiting.ts'

/** Services post again within a day; of a busy sender that is some millions of events, of most far fewer. 16 MB at the most. */
const mostRemembered = 200_000

/**
 * Tells whether an event was told before. A service that got no answer in time posts the same events once more, with the same
 * ids and times; to count them would make two bounces of one. An event without time, id or recipient may be another one that looks alike,
 * and counts. memory: SendGrid gives `sg_event_id` to find such, SNS delivers at least once.
 */
export const openRepeatedEvents = (most: number = mostRemembered): ((event: LogEvent) => boolean) => {
  let recent = new Set<number>()
  let older = new Set<number>()
  return ({ program, kind, time, recipient, messageId, queueId, replyCode, status, diagnosticCode, labels }) => {
    if (time === undefined || recipient === undefined || queueId === undefined) return false
    const { high, low } = messageKey(
      JSON.stringify([program, kind, time, messageId, queueId, replyCode, status, diagnosticCode, labels]),
      recipient
    )
    const key = waitingKey(high, low)
    if (recent.has(key) || older.has(key)) return true
    recent.add(key)
    if (recent.size * 2 >= most) {
      older = recent
      recent = new Set()
    }
    return false
  }
}
