import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { fieldsOf, firstText, idOf, itemsOf, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Mailjet, Event API: one event a request, or an array of the last second's.
 *
 * Source: https://dev.mailjet.com/email/guides/webhooks/, as guides/_event-api.md of github.com/mailjet/api-documentation: events, fields and
 * the table of errors. `MessageID` is larger than a JavaScript number holds exactly; the rounded one still joins the events of a message.
 * memory: `comment`, in which newer events carry the server's answer; `Message_GUID`.
 */
const words = wordsOf({
  delivered: ['sent'],
  failed: ['bounce', 'blocked'],
  complaint: ['spam'],
  unsubscribe: ['unsub'],
  ignored: ['open', 'click']
})

/** "We didn't try to send it": the address bounced before, or was in the campaign already. */
const suppressing = ['preblocked', 'duplicate in campaign']

const kindOf = (word: string, error: string): 'delayed' | 'suppressed' | 'failed' => {
  // "This is a temporary error … Delivery will be re-attempted."
  if (error === 'greylisted') return 'delayed'
  return word === 'blocked' && suppressing.includes(error) ? 'suppressed' : 'failed'
}

const readEvent = (item: unknown): ItemReading => {
  const event = fieldsOf(item)
  const word = textOf(event.event) ?? ''
  const kind = words.get(word)
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  const error = textOf(event.error)?.trim().toLowerCase() ?? ''
  return attempt('mailjet', {
    kind: kind === 'failed' ? kindOf(word, error) : kind,
    recipient: event.email,
    messageId: event.mj_message_id ?? event.Message_GUID,
    id: event.MessageID ?? event.mj_message_id,
    time: timeOf(event.time),
    text: firstText(event.smtp_reply, event.comment, event.error),
    labels: {
      // 0 is "no campaign".
      campaign: firstText(event.customcampaign) ?? (event.mj_campaign_id === 0 ? undefined : event.mj_campaign_id),
      'custom-id': idOf(event.CustomID),
      classification: firstText(event.error_related_to, event.source)
    }
  })
}

export const mailjet: WebhookFormat = {
  id: 'mailjet',
  name: 'Mailjet',
  recognise: (payload) => {
    const event = fieldsOf(itemsOf(payload)[0])
    if (textOf(event.event) === undefined) return 0
    return event.mj_campaign_id !== undefined || event.mj_contact_id !== undefined || event.MessageID !== undefined ? 1 : 0
  },
  read: (payload) => readItems(itemsOf(payload), readEvent)
}
