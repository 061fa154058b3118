import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { type Fields, fieldsOf, firstText, isFields, itemsOf, listOf, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Resend (signed by Svix): `{ type: "email.bounced", created_at, data }`, a message with all its recipients.
 *
 * Sources: https://resend.com/docs/webhooks/event-types (types and what they mean), https://resend.com/docs/webhooks/emails/bounced.
 * memory: `bounce.type` and `bounce.subType`, which are those of Amazon SES; `bounce.diagnosticCode`, `failed.reason`, `suppressed.message`,
 * `message_id`, the forms of `tags`.
 */
const words = wordsOf({
  delivered: ['email.delivered'],
  delayed: ['email.delivery_delayed'],
  failed: ['email.bounced', 'email.failed'],
  suppressed: ['email.suppressed'],
  complaint: ['email.complained'],
  ignored: ['email.sent', 'email.scheduled', 'email.opened', 'email.clicked', 'email.received']
})

const suppressing = ['Suppressed', 'OnAccountSuppressionList']

/** An object of names and values, in some versions a list of them. */
const tagsOf = (tags: unknown): unknown =>
  Array.isArray(tags) ? Object.fromEntries(tags.map(fieldsOf).map(({ name, value }) => [textOf(name) ?? '', value])) : tags

/** What the server said where Resend knows it, else Resend's own words. */
const reasonOf = (data: Fields): string | undefined => {
  const bounce = fieldsOf(data.bounce)
  const codes = listOf(bounce.diagnosticCode).filter((code) => typeof code === 'string')
  return firstText(codes.join(' '), bounce.message, fieldsOf(data.failed).reason, fieldsOf(data.suppressed).message)
}

const readEvent = (item: unknown): ItemReading => {
  const event = fieldsOf(item)
  const type = textOf(event.type) ?? ''
  const kind = words.get(type)
  // Domains, contacts and the suppression list have events of their own.
  if (kind === 'ignored' || /^(?:domain|contact|suppression)\./.test(type)) return 'ignored'
  if (kind === undefined) return 'unread'
  const data = fieldsOf(event.data)
  const bounce = fieldsOf(data.bounce)
  const listed = suppressing.includes(textOf(bounce.subType) ?? '')
  const recipients = itemsOf(data.to)
  return (recipients.length === 0 ? [undefined] : recipients).map((recipient) =>
    attempt('resend', {
      kind: listed ? 'suppressed' : kind,
      recipient,
      sender: data.from,
      messageId: data.message_id,
      id: data.email_id,
      subject: data.subject,
      time: timeOf(event.created_at),
      text: reasonOf(data),
      labels: { tags: tagsOf(data.tags), campaign: data.broadcast_id, classification: [bounce.type, bounce.subType] }
    })
  )
}

export const resend: WebhookFormat = {
  id: 'resend',
  name: 'Resend',
  recognise: (payload) => {
    const event = fieldsOf(payload)
    const type = textOf(event.type)
    if (type === undefined || !isFields(event.data)) return 0
    return words.has(type) ? 1 : /^(?:email|domain|contact|suppression)\./.test(type) ? 0.6 : 0
  },
  read: (payload) => readItems([payload], readEvent)
}
