import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { fieldsOf, firstText, isFields, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Unisender Go: `{ events_by_user: [{ events: [{ event_name, event_data }] }] }`, or one event with its members at the top.
 *
 * Sources: https://godocs.unisender.ru/email-statuses (the statuses), https://godocs.unisender.ru/web-api-ref (webhooks).
 * memory: `delivery_status`, that times are UTC, that it tries again after `soft_bounced`, `transactional_spam_block` (a server refuses our mail as spam: about
 * a domain, not about a message).
 */
const words = wordsOf({
  delivered: ['delivered'],
  delayed: ['soft_bounced', 'delayed'],
  failed: ['hard_bounced'],
  complaint: ['spam'],
  unsubscribe: ['unsubscribed'],
  ignored: ['accepted', 'sent', 'opened', 'clicked', 'subscribed']
})

/** Unisender did not send: the person had unsubscribed, or the address had been found dead before. */
const suppressing = ['err_unsubscribed', 'err_not_available']

const readEvent = (item: unknown): ItemReading => {
  const outer = fieldsOf(item)
  const event = isFields(outer.event_data) ? outer.event_data : outer
  if (outer.event_name === 'transactional_spam_block')
    return attempt('unisender-go', {
      kind: 'other',
      time: timeOf(event.block_time),
      remoteMta: event.domain,
      text: firstText(event.block_type),
      labels: { classification: 'transactional_spam_block' }
    })
  const kind = words.get(textOf(event.status) ?? '')
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  const info = fieldsOf(event.delivery_info)
  return attempt('unisender-go', {
    kind: kind === 'failed' && suppressing.includes(textOf(info.delivery_status) ?? '') ? 'suppressed' : kind,
    recipient: event.email,
    id: event.job_id,
    time: timeOf(event.event_time),
    text: firstText(info.destination_response, info.delivery_status, event.comment),
    labels: { project: event.project_name, classification: info.delivery_status }
  })
}

/** A user without events stays as it is, and is unread. */
const eventsOf = (user: unknown): readonly unknown[] => {
  const { events } = fieldsOf(user)
  return Array.isArray(events) ? events : [user]
}

export const unisenderGo: WebhookFormat = {
  id: 'unisender-go',
  name: 'Unisender Go',
  recognise: (payload) => {
    const fields = fieldsOf(payload)
    return Array.isArray(fields.events_by_user) || textOf(fields.event_name)?.startsWith('transactional_') ? 1 : 0
  },
  read: (payload) => {
    const users = fieldsOf(payload).events_by_user
    return readItems(Array.isArray(users) ? users.flatMap(eventsOf) : [payload], readEvent)
  }
}
