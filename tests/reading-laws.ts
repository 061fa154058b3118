import { eventKinds } from '../packages/core/src/event/delivery-event.ts'
import type { MessageReading } from '../packages/core/src/message/read.ts'

/** What must hold for the reading of any bytes at all. Gives the law that is broken, or undefined. */
export const brokenLaw = ({ events, texts, unreadable }: MessageReading): string | undefined => {
  if (unreadable === undefined && events.length === 0) return 'a readable message gives at least one event'
  if (unreadable !== undefined && events.length > 0) return 'an unreadable message gives no event'
  if (texts.length !== events.length) return 'each event has its text'
  for (const [index, event] of events.entries()) {
    if (!eventKinds.includes(event.kind)) return `${event.kind} is no kind`
    if (event.recipient !== undefined && (event.recipient === '' || /[\n\r]/.test(event.recipient) || event.recipient.length > 20_000))
      return 'a recipient is one line'
    if (event.time !== undefined && Number.isNaN(Date.parse(event.time))) return `${event.time} is no time`
    if (event.diagnosticCode !== undefined && event.diagnosticCode.length > 4_096) return 'a diagnostic code is bounded'
    if ((event.kind === 'auth-report' || event.kind === 'not-spam' || event.kind === 'other') && event.diagnosis !== undefined)
      return 'these kinds suppress nobody'
    const evidence = event.diagnosis?.evidence[0]
    if (evidence?.span !== undefined && evidence.words !== (texts[index] ?? '').slice(...evidence.span))
      return 'the words of the evidence stand where it says'
    if (event.diagnosis?.action === 'suppress' && event.kind !== 'failed' && event.kind !== 'complaint' && event.kind !== 'unsubscribe')
      return 'only failures and complaints suppress'
    if (event.diagnosis?.action === 'suppress' && event.outcome === 'expired') return 'a queue that gave up suppresses nobody'
    JSON.stringify(event)
  }
  return undefined
}
