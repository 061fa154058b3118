import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { fieldsOf, firstText, ipOf, isFields, itemsOf, listOf, parseJson, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Mailchimp Transactional (Mandrill): a form whose `mandrill_events` is the JSON of up to 1,000 events.
 *
 * Sources: https://mailchimp.com/developer/transactional/docs/webhooks/ (event, sync and inbound webhooks),
 * https://mandrill.zendesk.com/hc/en-us/articles/360038740734-Message-Event-Webhook-Format (keys),
 * https://gist.github.com/lorenanicole/01cfa75361adc6a944a1 (the service's own test payload, with `smtp_events`),
 * https://support.transfrm.com/hc/en-us/articles/218548958-Mandrill-Trigger-Events (what the rejection list holds).
 * memory: the reasons of `msg.reject`.
 */
const words = wordsOf({
  delivered: ['delivered'],
  delayed: ['deferral'],
  failed: ['hard_bounce', 'soft_bounce', 'reject'],
  complaint: ['spam'],
  unsubscribe: ['unsub'],
  // `send` says that Mandrill took the message, `delivered` that the other server did.
  ignored: ['send', 'open', 'click', 'inbound']
})

/** The address stands on the rejection list. Other rejections are about the sender, the account or a rule. */
const suppressing = ['hard-bounce', 'soft-bounce', 'spam', 'unsub', 'custom']

const readEvent = (item: unknown): ItemReading => {
  const event = fieldsOf(item)
  // Sync events: an address was put on a list or taken from it.
  if (event.event === undefined && textOf(event.type) !== undefined && textOf(event.action) !== undefined) return 'ignored'
  const word = textOf(event.event) ?? ''
  const kind = words.get(word)
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  const message = fieldsOf(event.msg)
  // The attempts so far; the last one is what the event is about.
  const last = fieldsOf(listOf(message.smtp_events).at(-1))
  const reject = isFields(message.reject) ? textOf(message.reject.reason) : textOf(message.reject)
  return attempt('mandrill', {
    kind: word === 'reject' && suppressing.includes(reject ?? '') ? 'suppressed' : kind,
    recipient: message.email,
    sender: message.sender,
    id: message._id ?? event._id,
    subject: message.subject,
    time: timeOf(event.ts) ?? timeOf(message.ts),
    text: firstText(message.diag, last.diag, reject, message.bounce_description),
    remoteMta: ipOf(last.destination_ip),
    localIp: ipOf(last.source_ip),
    labels: {
      tags: message.tags,
      metadata: message.metadata,
      template: message.template,
      subaccount: message.subaccount,
      classification: firstText(message.bounce_description, reject)
    }
  })
}

/** The events, whether the form was taken apart already or not; undefined where there are none. */
const eventsOf = (payload: unknown): unknown => {
  const form = fieldsOf(payload).mandrill_events
  return form === undefined ? payload : (parseJson(form) ?? form)
}

export const mandrill: WebhookFormat = {
  id: 'mandrill',
  name: 'Mailchimp Transactional (Mandrill)',
  recognise: (payload) => {
    if (fieldsOf(payload).mandrill_events !== undefined) return 1
    const event = fieldsOf(itemsOf(payload)[0])
    if (textOf(event.event) !== undefined && isFields(event.msg)) return 1
    return textOf(event.action) !== undefined && (isFields(event.reject) || isFields(event.entry)) ? 1 : 0
  },
  read: (payload) => readItems(itemsOf(eventsOf(payload)), readEvent)
}
