import type { EventKind } from '../event/delivery-event.ts'
import { attempt, type ItemReading, readItems, wordsOf } from './attempt.ts'
import { fieldsOf, firstText, idOf, ipOf, isFields, itemsOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * SparkPost: an array of `{ msys: { message_event: { type, … } } }`; `{ msys: {} }` tries the address.
 *
 * Sources: SparkPost's own description of events (https://developers.sparkpost.com/api/events, as `allWebhookEvent` in
 * https://deploy-preview-577--developers-sparkpost.netlify.app/page-data/sq/d/3859448388.json: types and fields),
 * https://support.sparkpost.com/docs/deliverability/bounce-classification-codes (classes),
 * https://docs.airship.com/platform/email/bounce-handling/ (class 26), https://support.sparkpost.com/docs/faq/understanding-delays-bounces.
 */
const words = wordsOf({
  delivered: ['delivery'],
  delayed: ['delay'],
  failed: ['bounce', 'out_of_band', 'policy_rejection', 'generation_failure', 'generation_rejection'],
  complaint: ['spam_complaint'],
  unsubscribe: ['list_unsubscribe', 'link_unsubscribe'],
  ignored: [
    'injection',
    'sms_status',
    'open',
    'initial_open',
    'click',
    'amp_open',
    'amp_initial_open',
    'amp_click',
    // Mail that SparkPost received for us, and its own affairs.
    'relay_injection',
    'relay_rejection',
    'relay_delivery',
    'relay_tempfail',
    'relay_permfail',
    'ab_test_completed',
    'ab_test_cancelled',
    'success',
    'error'
  ]
})

/** Classes of a bounce that is none. */
const classes: ReadonlyMap<string, EventKind | 'ignored'> = new Map([
  ['26', 'suppressed'],
  ['60', 'auto-reply'],
  ['80', 'ignored'],
  ['90', 'unsubscribe'],
  ['100', 'challenge']
])

/** SparkPost itself refused: because of its list of suppressed addresses, or of another policy, which only the text tells. */
const refusesItself = (type: string, bounceClass: string): boolean =>
  type === 'policy_rejection' || type === 'generation_rejection' || bounceClass === '25'

const readEvent = (item: unknown): ItemReading => {
  const msys = fieldsOf(item).msys
  if (!isFields(msys)) return 'unread'
  const [name, inner] = Object.entries(msys)[0] ?? []
  if (name === undefined) return 'ignored'
  const event = fieldsOf(inner)
  const type = idOf(event.type) ?? ''
  const bounceClass = idOf(event.bounce_class) ?? ''
  const word = words.get(type)
  const kind = word === 'failed' ? (classes.get(bounceClass) ?? word) : word
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  // `reason` is the same text with what differs from message to message taken out.
  const text = firstText(event.raw_reason, event.reason)
  const suppressed = kind === 'failed' && refusesItself(type, bounceClass) && /\bsuppressed\b/i.test(text ?? '')
  return attempt('sparkpost', {
    kind: suppressed ? 'suppressed' : kind,
    recipient: event.raw_rcpt_to ?? event.rcpt_to,
    sender: event.msg_from ?? event.friendly_from,
    messageId: event.transmission_id,
    id: event.message_id ?? event.transmission_id,
    subject: event.subject,
    time: timeOf(event.timestamp),
    replyCode: event.error_code,
    text,
    remoteMta: ipOf(event.ip_address),
    localIp: ipOf(event.sending_ip),
    feedbackType: firstText(event.fbtype)?.toLowerCase(),
    size: Number(idOf(event.msg_size)),
    labels: {
      metadata: event.rcpt_meta,
      tags: event.rcpt_tags,
      campaign: event.campaign_id,
      template: event.template_id,
      pool: event.ip_pool,
      subaccount: event.subaccount_id,
      classification: bounceClass
    }
  })
}

export const sparkpost: WebhookFormat = {
  id: 'sparkpost',
  name: 'SparkPost',
  recognise: (payload) => (isFields(fieldsOf(itemsOf(payload)[0]).msys) ? 1 : 0),
  read: (payload) => readItems(itemsOf(payload), readEvent)
}
