import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { fieldsOf, firstText, ipOf, itemsOf, parseJson, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Brevo (Sendinblue): one event a request, or an array of them.
 *
 * Sources: https://developers.brevo.com/docs/transactional-webhooks (events, fields; `ts_event` and `ts_epoch` are UTC, `date` is not),
 * https://developers.brevo.com/reference/gettransacemailcontent (what the events mean),
 * https://schemas.apis.io/schemas/brevo/brevo-email-event/ (the same events in camel case).
 * memory: batches as arrays; marketing webhooks (`camp_id`, `campaign name`, list events); that Brevo does not retry after a soft bounce, and
 * that `blocked` is mail that it did not try to send.
 */
const words = wordsOf({
  delivered: ['delivered'],
  delayed: ['deferred'],
  failed: ['hard_bounce', 'hardBounce', 'soft_bounce', 'softBounce', 'invalid_email', 'invalid', 'error'],
  suppressed: ['blocked'],
  complaint: ['spam', 'complaint'],
  unsubscribe: ['unsubscribe', 'unsubscribed'],
  ignored: [
    'request',
    'sent',
    'opened',
    'open',
    'unique_opened',
    'uniqueOpened',
    'proxy_open',
    'proxyOpen',
    'unique_proxy_open',
    'uniqueProxyOpen',
    'click',
    'clicked',
    'list_addition',
    'contact_updated',
    'contact_deleted',
    'inboundEmailProcessed'
  ]
})

/** The word says why: Brevo found that the address is none, and gives no reason beside it. */
const telling = ['invalid_email', 'invalid']

const readEvent = (item: unknown): ItemReading => {
  const event = fieldsOf(item)
  const word = textOf(event.event) ?? ''
  const kind = words.get(word)
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  return attempt('brevo', {
    kind,
    recipient: event.email,
    sender: event.sender_email,
    messageId: event['message-id'],
    subject: event.subject,
    time: timeOf(event.ts_event) ?? timeOf(event.ts_epoch) ?? timeOf(event.s_epoch) ?? timeOf(event.ts),
    text: firstText(event.reason, telling.includes(word) ? 'invalid email' : undefined),
    localIp: ipOf(event.sending_ip),
    labels: {
      // `tag` is one tag, or the JSON of several.
      tags: event.tags ?? parseJson(event.tag) ?? event.tag,
      campaign: firstText(event['campaign name']) ?? event.camp_id,
      template: event.template_id
    }
  })
}

const marks = ['message-id', 'ts_event', 'ts_epoch', 's_epoch', 'camp_id']

export const brevo: WebhookFormat = {
  id: 'brevo',
  name: 'Brevo',
  recognise: (payload) => {
    const event = fieldsOf(itemsOf(payload)[0])
    if (textOf(event.event) === undefined || event.email === undefined) return 0
    return marks.some((name) => event[name] !== undefined) ? 1 : 0
  },
  read: (payload) => readItems(itemsOf(payload), readEvent)
}
