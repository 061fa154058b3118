import type { DeliveryEvent, EventKind } from '../event/delivery-event.ts'
import type { MessageReading } from './read.ts'

/** What each kind of notice is called; those about delivery are counted by their recipients. */
export const isNoBounce = 'This message is no bounce, no complaint and no automatic answer'

const nameOf: Readonly<Record<EventKind, string>> = {
  failed: 'A bounce message',
  suppressed: 'A bounce message',
  delayed: 'A delay warning',
  delivered: 'A delivery notice',
  relayed: 'A delivery notice',
  expanded: 'A delivery notice',
  complaint: 'A complaint',
  unsubscribe: 'A request to unsubscribe',
  'not-spam': 'A feedback report',
  'auth-report': 'A report about failed authentication',
  'address-changed': 'A change of address',
  'auto-reply': 'An automatic answer',
  challenge: "A challenge from the recipient's filter",
  other: isNoBounce
}

/** The worst comes first: a message that reports a failure is a bounce message, whatever else it reports. */
const aboutDelivery: readonly EventKind[] = ['failed', 'suppressed', 'delayed', 'delivered', 'relayed', 'expanded']

/** Events of one name, by the recipients they are about: the same one may stand in a report twice. */
const countOf = (events: readonly DeliveryEvent[]): number => {
  const named = events.flatMap(({ recipient }) => (recipient === undefined ? [] : [recipient.toLowerCase()]))
  return new Set(named).size
}

const recipientsText = (count: number): string =>
  count === 0 ? ' that names no recipient' : ` about ${count.toLocaleString('en')} ${count === 1 ? 'recipient' : 'recipients'}`

/** One line that says what a mail message turned out to be, and why not all of it was read; undefined for what is no message. */
export const whatWasRead = ({ events, partial }: MessageReading): { read: string; partial?: string } | undefined => {
  const kinds = aboutDelivery.filter((kind) => events.some((event) => event.kind === kind))
  const kind = kinds[0] ?? events[0]?.kind
  if (kind === undefined) return undefined
  const mixed =
    kinds.length < 2 ? '' : `: ${kinds.map((one) => `${countOf(events.filter((event) => event.kind === one))} ${one}`).join(', ')}`
  return {
    read: nameOf[kind] + (kinds.length === 0 ? '' : recipientsText(countOf(events)) + mixed),
    ...(partial === undefined ? {} : { partial })
  }
}
