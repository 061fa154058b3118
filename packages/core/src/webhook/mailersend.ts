import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { fieldsOf, firstText, isFields, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * MailerSend: `{ type: "activity.hard_bounced", data }`, one activity a request.
 *
 * Source: event names and what they mean in MailerSend's Go library (github.com/mailersend/mailersend-go, constants of webhook events).
 * memory: the members of `data`, https://developers.mailersend.com/api/v1/webhooks.html (`email.message.id`, `email.recipient.email`,
 * `morph.reason`). Seen in a receiver that others published, not in the documentation: `email`, `message_id` and `meta` in its second
 * version, `inbound_message.rejected`, `webhook.test`.
 */
const words = wordsOf({
  delivered: ['activity.delivered'],
  delayed: ['activity.deferred'],
  failed: ['activity.soft_bounced', 'activity.hard_bounced'],
  complaint: ['activity.spam_complaint'],
  unsubscribe: ['activity.unsubscribed'],
  ignored: [
    'activity.sent',
    'activity.opened',
    'activity.opened_unique',
    'activity.clicked',
    'activity.clicked_unique',
    'activity.survey_opened',
    'activity.survey_submitted',
    // Its own affairs and mail that it received for us.
    'sender_identity.verified',
    'maintenance.start',
    'maintenance.end',
    'inbound_forward.failed',
    'inbound_message.rejected',
    'email_single.verified',
    'email_list.verified',
    'bulk_email.completed',
    'recipient.on_hold_added',
    'recipient.on_hold_removed',
    'webhook.test'
  ]
})

const readActivity = (item: unknown): ItemReading => {
  const activity = fieldsOf(item)
  const type = textOf(activity.type) ?? ''
  const kind = words.get(type)
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  const data = fieldsOf(activity.data)
  const email = fieldsOf(data.email)
  // Why, in the first version of the webhooks and in the second.
  const why = isFields(data.morph) ? data.morph : fieldsOf(data.meta)
  return attempt('mailersend', {
    kind,
    recipient: isFields(data.email) ? fieldsOf(email.recipient).email : data.email,
    sender: email.from ?? data.from,
    id: fieldsOf(email.message).id ?? data.message_id,
    subject: email.subject ?? data.subject,
    time: timeOf(data.created_at) ?? timeOf(activity.created_at),
    text: firstText(why.readable_reason, why.reason),
    labels: { tags: email.tags ?? data.tags, template: firstText(data.template_id), classification: type.replace(/^activity\./, '') }
  })
}

export const mailersend: WebhookFormat = {
  id: 'mailersend',
  name: 'MailerSend',
  recognise: (payload) => {
    const { type } = fieldsOf(payload)
    return words.has(textOf(type) ?? '') ? 1 : textOf(type)?.startsWith('activity.') ? 0.6 : 0
  },
  read: (payload) => readItems([payload], readActivity)
}
