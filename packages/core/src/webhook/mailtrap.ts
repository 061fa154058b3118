import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { fieldsOf, firstText, ipOf, isFields, itemsOf, listOf, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Mailtrap, email sending: `{ events: […] }`, in its JSON Lines form one event a line.
 *
 * Sources: github.com/mailtrap/mailtrap-docs, documentation/email-api-smtp/webhooks.md (batches, forms) and
 * documentation/email-api-smtp/analytics/statuses-and-events.md (after a soft bounce and a suspension it tries again; a reject is a
 * suspension that lasted, or an address on the suppression list). memory: names of the members, https://api-docs.mailtrap.io.
 */
const words = wordsOf({
  delivered: ['delivery'],
  delayed: ['soft bounce', 'soft_bounce', 'suspension'],
  failed: ['bounce', 'reject'],
  complaint: ['spam', 'spam complaint', 'spam_complaint'],
  unsubscribe: ['unsubscribe'],
  ignored: ['open', 'click']
})

const readEvent = (item: unknown): ItemReading => {
  const event = fieldsOf(item)
  const word = textOf(event.event) ?? ''
  const kind = words.get(word)
  // Of the other kind of webhook: what people did in the account.
  if (kind === 'ignored' || word.startsWith('activity_log.')) return 'ignored'
  if (kind === undefined) return 'unread'
  const text = firstText(event.response, event.reason)
  const suppressed = word === 'reject' && /suppress/i.test(text ?? '')
  return attempt('mailtrap', {
    kind: suppressed ? 'suppressed' : kind,
    recipient: event.email,
    id: event.message_id,
    time: timeOf(event.timestamp),
    replyCode: event.response_code,
    text,
    localIp: ipOf(event.sending_ip),
    labels: { tags: event.category, metadata: event.custom_variables, stream: event.sending_stream, classification: event.bounce_category }
  })
}

const isEvent = (item: unknown): boolean => {
  const event = fieldsOf(item)
  return textOf(event.event) !== undefined && (event.sending_stream !== undefined || event.sending_domain_name !== undefined)
}

export const mailtrap: WebhookFormat = {
  id: 'mailtrap',
  name: 'Mailtrap',
  recognise: (payload) => {
    const events = fieldsOf(payload).events
    const first = Array.isArray(events) ? events[0] : itemsOf(payload)[0]
    if (isEvent(first)) return 1
    return Array.isArray(events) && isFields(first) && words.has(textOf(first.event) ?? '') ? 0.6 : 0
  },
  read: (payload) => {
    const events = fieldsOf(payload).events
    return readItems(Array.isArray(events) ? listOf(events) : itemsOf(payload), readEvent)
  }
}
