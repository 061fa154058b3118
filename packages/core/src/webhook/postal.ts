import type { EventKind } from '../event/delivery-event.ts'
import { attempt, type ItemReading, readItems, type Told } from './attempt.ts'
import { type Fields, fieldsOf, ipOf, isFields, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Postal: `{ event: "MessageSent", timestamp, uuid, payload }`, one attempt or bounce a request.
 *
 * Source: github.com/postalserver/docs, content/4.developer/4.webhooks.md (https://docs.postalserver.io/developer/webhooks).
 */
const statusEvents: ReadonlyMap<string, EventKind> = new Map([
  ['MessageSent', 'delivered'],
  ['MessageDelayed', 'delayed'],
  ['MessageDeliveryFailed', 'failed'],
  // Kept back until somebody releases it.
  ['MessageHeld', 'delayed']
])

const otherEvents = ['MessageLinkClicked', 'MessageLoaded', 'DomainDNSError', 'SendLimitApproaching', 'SendLimitExceeded']

/** Postal cuts them to 250 characters. */
const maxDetails = 500

/** `Message sent by SMTP to mx.example.com (192.0.2.1) (from 198.51.100.1)`: the hosts of the attempt stand in the details alone. */
const hostsIn = (details: string): Pick<Told, 'remoteMta' | 'localIp'> => {
  const [, remoteMta, localIp] = / to ([\w.-]{1,255}) \([0-9a-f:.]{2,45}\)(?: \(from ([0-9a-f:.]{2,45})\))?/i.exec(details) ?? []
  return { remoteMta, localIp: ipOf(localIp) }
}

const tell = (kind: EventKind, event: Fields, message: Fields): ItemReading => {
  const payload = fieldsOf(event.payload)
  const output = textOf(payload.output)
  const details = textOf(payload.details)?.slice(0, maxDetails) ?? ''
  return attempt('postal', {
    kind,
    recipient: message.to,
    sender: message.from,
    messageId: message.message_id,
    id: message.id,
    subject: message.subject,
    time: timeOf(payload.timestamp) ?? timeOf(event.timestamp),
    text: output ?? details,
    ...hostsIn(details),
    labels: { tags: message.tag, classification: payload.status, details: output === undefined ? undefined : details }
  })
}

const readEvent = (item: unknown): ItemReading => {
  const event = fieldsOf(item)
  const name = textOf(event.event) ?? ''
  if (otherEvents.includes(name)) return 'ignored'
  const payload = fieldsOf(event.payload)
  // A bounce is told by what it holds: the message and the letter about it.
  if (isFields(payload.bounce) && isFields(payload.original_message)) return tell('failed', event, payload.original_message)
  const kind = statusEvents.get(name)
  if (kind === undefined || !isFields(payload.message)) return 'unread'
  // The same events tell how mail that Postal received was handed on.
  if (payload.message.direction === 'incoming') return 'ignored'
  const suppressed = name === 'MessageHeld' && /\bsuppression list\b/i.test(textOf(payload.details) ?? '')
  return tell(suppressed ? 'suppressed' : kind, event, payload.message)
}

export const postal: WebhookFormat = {
  id: 'postal',
  name: 'Postal',
  recognise: (payload) => {
    const event = fieldsOf(payload)
    const name = textOf(event.event) ?? ''
    if (!isFields(event.payload)) return 0
    return statusEvents.has(name) || otherEvents.includes(name) || name === 'MessageBounced' ? 1 : event.uuid === undefined ? 0 : 0.5
  },
  read: (payload) => readItems([payload], readEvent)
}
