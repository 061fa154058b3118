import type { EventKind, Outcome } from '../event/delivery-event.ts'
import { attempt, type ItemReading, readItems, type Words, wordsOf } from './attempt.ts'
import { type Fields, fieldsOf, firstText, idOf, ipOf, isFields, listOf, parseJson, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Mailgun: JSON with `event-data` and, until 2023, forms with the same things in flat fields. What its Events API gives is read as well: the
 * same events by themselves, or as `items` of a page.
 *
 * Sources: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads,
 * https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-types (severity; what is dropped),
 * https://help.mailgun.com/hc/en-us/articles/14048832145051-Legacy-Webhooks,
 * https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http (mail that a route posts).
 * memory: reasons `suppress-bounce`, `suppress-complaint`, `suppress-unsubscribe` and `old`, codes 605 to 607, `enhanced-code`.
 */
const words: Words = wordsOf({
  delivered: ['delivered'],
  failed: ['failed', 'rejected', 'bounced', 'dropped'],
  complaint: ['complained'],
  unsubscribe: ['unsubscribed'],
  ignored: ['accepted', 'stored', 'opened', 'clicked', 'list_member_uploaded', 'list_member_upload_error', 'list_uploaded']
})

/** "Not delivering to previously bounced address", "… who unsubscribed", "… who marked your messages as spam". */
const suppressing = ['605', '606', '607']

/** What a failure is: put off, not tried, given up, or refused. `old` is a message that was tried for too long. */
const failureOf = (severity: unknown, reason: string, code: unknown): { readonly kind: EventKind; readonly outcome?: Outcome } =>
  severity === 'temporary'
    ? { kind: 'delayed' }
    : reason.startsWith('suppress-') || suppressing.includes(idOf(code) ?? '')
      ? { kind: 'suppressed' }
      : { kind: 'failed', ...(reason === 'old' ? { outcome: 'expired' as const } : {}) }

const readEventData = (event: Fields): ItemReading => {
  const kind = words.get(textOf(event.event) ?? '')
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  const delivery = fieldsOf(event['delivery-status'])
  const envelope = fieldsOf(event.envelope)
  const message = fieldsOf(event.message)
  const headers = fieldsOf(message.headers)
  const reject = fieldsOf(event.reject)
  const reason = textOf(event.reason) ?? ''
  return attempt('mailgun', {
    ...(kind === 'failed' ? failureOf(event.severity, reason, delivery.code) : { kind }),
    recipient: event.recipient ?? headers.to,
    sender: envelope.sender ?? headers.from,
    messageId: headers['message-id'],
    subject: headers.subject,
    time: timeOf(event.timestamp),
    status: delivery['enhanced-code'],
    replyCode: delivery.code,
    text: firstText(delivery.message, delivery.description, reject.reason, reject.description),
    remoteMta: delivery['mx-host'],
    localIp: ipOf(envelope['sending-ip']),
    size: message.size,
    labels: {
      tags: event.tags,
      metadata: event['user-variables'],
      campaign: listOf(event.campaigns).map((campaign) => fieldsOf(campaign).name),
      classification: reason
    }
  })
}

/** The headers come as pairs, in forms as JSON in a string. */
const headersOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(listOf(parseJson(value) ?? value).map((pair) => [textOf(listOf(pair)[0])?.toLowerCase() ?? '', listOf(pair)[1]]))

const readForm = (form: Fields): ItemReading => {
  // A route posts inbound mail to the same address where it is set up so.
  if (form.event === undefined && isRouted(form)) return 'ignored'
  const kind = words.get(textOf(form.event) ?? '')
  if (kind === undefined) return 'unread'
  if (kind === 'ignored') return 'ignored'
  const headers = headersOf(form['message-headers'])
  const reason = textOf(form.reason) ?? ''
  return attempt('mailgun', {
    ...(kind === 'failed' ? failureOf(undefined, reason, form.code) : { kind }),
    recipient: form.recipient,
    sender: headers.get('from'),
    messageId: firstText(form['Message-Id'], form['message-id'], headers.get('message-id')),
    subject: headers.get('subject'),
    time: timeOf(form.timestamp),
    status: form.code,
    replyCode: form.code,
    text: firstText(form.error, form.description, form.notification),
    labels: {
      tags: form['X-Mailgun-Tag'] ?? form.tag,
      campaign: firstText(form['campaign-name'], form['campaign-id']),
      classification: reason
    }
  })
}

const isRouted = (form: Fields): boolean =>
  form.recipient !== undefined && form.sender !== undefined && (form['body-plain'] !== undefined || form['body-html'] !== undefined)

/** An event as the Events API gives it, without the wrapper of a webhook. */
const isEventData = (fields: Fields): boolean => isFields(fields['delivery-status']) || isFields(fields.message) || isFields(fields.flags)

const isPage = (fields: Fields): boolean => Array.isArray(fields.items) && isFields(fields.paging)

/** Members that Mailgun's forms have and those of no other service. */
const marks = ['message-headers', 'X-Mailgun-Sid', 'X-Mailgun-Tag', 'Message-Id']

export const mailgun: WebhookFormat = {
  id: 'mailgun',
  name: 'Mailgun',
  recognise: (payload) => {
    const fields = fieldsOf(payload)
    if (isFields(fields['event-data']) || isPage(fields)) return 1
    if (isRouted(fields)) return 0.6
    if (textOf(fields.event) === undefined) return 0
    if (marks.some((name) => fields[name] !== undefined)) return 1
    if (!words.has(textOf(fields.event) ?? '')) return 0
    // Others that post one flat object name the recipient `email`.
    return fields.email === undefined && fields.msg === undefined ? 0.5 : 0
  },
  read: (payload) =>
    readItems(isPage(fieldsOf(payload)) ? listOf(fieldsOf(payload).items) : [payload], (item) => {
      const fields = fieldsOf(item)
      const inner = fields['event-data']
      return isFields(inner) ? readEventData(inner) : isEventData(fields) ? readEventData(fields) : readForm(fields)
    })
}
