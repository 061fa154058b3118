import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { fieldsOf, firstText, ipOf, itemsOf, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Twilio SendGrid, Event Webhook: an array of events, one recipient each.
 *
 * Sources: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event (delivery, engagement and account events, fields),
 * http://sendgrid.com/docs/API_Reference/Webhooks/event_deprecated.html (reasons of `dropped`),
 * https://twilio.com/docs/sendgrid/v2-api/blocks (a bounce of type `blocked` is about the message, not the address).
 * memory: `ip` of a delivery event is the sending address, of an open or click the reader's.
 */
const words = wordsOf({
  delivered: ['delivered'],
  delayed: ['deferred'],
  failed: ['bounce', 'dropped'],
  complaint: ['spamreport'],
  unsubscribe: ['unsubscribe', 'group_unsubscribe'],
  ignored: ['processed', 'open', 'click', 'group_resubscribe', 'account_status_change']
})

/** SendGrid did not try, because the address stands on one of its lists. Other reasons are about the message or the address's form. */
const suppressing = ['bounced address', 'unsubscribed address', 'spam reporting address']

const readItem = (item: unknown): ItemReading => {
  const event = fieldsOf(item)
  const word = textOf(event.event)
  const kind = words.get(word ?? '')
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  const reason = firstText(event.reason, event.response)
  const listed = word === 'dropped' && suppressing.includes(reason?.trim().toLowerCase() ?? '')
  return attempt('sendgrid', {
    kind: listed ? 'suppressed' : kind,
    recipient: event.email,
    messageId: event['smtp-id'],
    id: event.sg_message_id,
    time: timeOf(event.timestamp),
    status: event.status,
    text: reason,
    localIp: kind === 'delivered' || kind === 'failed' || kind === 'delayed' ? ipOf(event.ip) : undefined,
    labels: {
      tags: event.category,
      campaign: event.marketing_campaign_name,
      classification: firstText(event.bounce_classification, event.type)
    }
  })
}

export const sendgrid: WebhookFormat = {
  id: 'sendgrid',
  name: 'Twilio SendGrid',
  recognise: (payload) => {
    const event = fieldsOf(itemsOf(payload)[0])
    if (textOf(event.event) === undefined) return 0
    if (event.sg_event_id !== undefined || event.sg_message_id !== undefined) return 1
    return event['smtp-id'] !== undefined ? 0.6 : 0
  },
  read: (payload) => readItems(itemsOf(payload), readItem)
}
