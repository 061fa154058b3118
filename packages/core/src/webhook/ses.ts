import type { EventKind } from '../event/delivery-event.ts'
import type { LogEvent } from '../log/log-reader.ts'
import { feedbackTypeOf, kindOfFeedback } from '../message/feedback.ts'
import { attempt, type ItemReading, readItems, type Told } from './attempt.ts'
import { type Fields, fieldsOf, firstText, ipOf, isFields, listOf, parseJson, spokenOf, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Amazon SES: notifications (`notificationType`) and event publishing (`eventType`), by themselves, as a string in the envelope of Amazon
 * SNS, as the `detail` of EventBridge, or as the records that SQS and SNS hand to a function of Lambda.
 *
 * Sources: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html (recipients, bounce and complaint objects),
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html (event types; `mail.messageId` is Amazon's,
 * `commonHeaders.messageId` the message's own), …/event-publishing-retrieving-sns-examples.html,
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ses.EmailSendingEvent.html (soft bounces come only when SES has given up),
 * https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/sesv2/aws.sdk.kotlin.services.sesv2.model/-complaint/complaint-sub-type.html.
 * memory: the tag `ses:outgoing-ip`, the text with which SES tests a topic, members of the subscription and deliveryDelay objects, EventBridge,
 * records (`Records[].Sns`, `Records[].body`, `Messages[].Body`), the subtype `CustomTimeoutExceeded`.
 */
const program = 'ses'

/** SES did not try: the address stands on a suppression list. */
const suppressing = ['Suppressed', 'OnAccountSuppressionList']

/** What SES calls a bounce or delay when it does not know more. */
const vague = ['General', 'Undetermined']

/** SES leaves out what the server answered where it has only read a bounce message; then its own word for it tells the cause. */
const causeIn = (word: unknown): string | undefined => (vague.includes(textOf(word) ?? '') ? undefined : spokenOf(word))

/** One notification may name several recipients, or none. */
const each = (recipients: readonly unknown[], make: (recipient: unknown) => LogEvent): readonly LogEvent[] =>
  recipients.length === 0 ? [make(undefined)] : recipients.map(make)

const firstOf = (value: unknown): unknown => listOf(value)[0]

const sharedBy = (mail: Fields, part: Fields): Omit<Told, 'kind'> => {
  const common = fieldsOf(mail.commonHeaders)
  const tags = fieldsOf(mail.tags)
  const own = Object.entries(tags).filter(([name]) => !name.startsWith('ses:'))
  return {
    sender: mail.source,
    id: mail.messageId,
    messageId: common.messageId,
    subject: common.subject,
    time: timeOf(part.timestamp) ?? timeOf(mail.timestamp),
    reportingMta: part.reportingMTA,
    remoteMta: ipOf(part.remoteMtaIp),
    localIp: ipOf(firstOf(tags['ses:outgoing-ip'])),
    labels: {
      tags: Object.fromEntries(own.map(([name, values]) => [name, firstOf(values)])),
      'configuration-set': firstOf(tags['ses:configuration-set'])
    }
  }
}

/** Whether the preferences after the change want less mail than before. */
const unsubscribes = (subscription: Fields): boolean => {
  const preferences = fieldsOf(subscription.newTopicPreferences)
  return (
    preferences.unsubscribeAll === true ||
    listOf(preferences.topicSubscriptionStatus).some((topic) => fieldsOf(topic).subscriptionStatus === 'OptOut')
  )
}

const readNotification = (item: unknown): ItemReading => {
  const notification = fieldsOf(item)
  const type = firstText(notification.eventType, notification.notificationType)
  const mail = fieldsOf(notification.mail)
  const ofEach = (kind: EventKind, part: Fields, recipients: readonly unknown[], told: Partial<Told> = {}): readonly LogEvent[] => {
    const shared = sharedBy(mail, part)
    return each(recipients, (recipient) => {
      const fields = isFields(recipient) ? recipient : { emailAddress: recipient }
      const { emailAddress, status, diagnosticCode } = fields
      const labels = { ...shared.labels, ...told.labels }
      const text = firstText(diagnosticCode, told.text)
      return attempt(program, { kind, ...shared, status, ...told, text, recipient: emailAddress, labels })
    })
  }
  switch (type) {
    case 'Bounce': {
      const bounce = fieldsOf(notification.bounce)
      const subType = textOf(bounce.bounceSubType)
      const kind = suppressing.includes(subType ?? '') ? 'suppressed' : 'failed'
      const labels = { classification: [bounce.bounceType, bounce.bounceSubType] }
      // The time that the sender gave it ran out: the queue gave up.
      const told =
        subType === 'CustomTimeoutExceeded' ? { outcome: 'expired' as const } : { text: kind === 'failed' ? causeIn(subType) : undefined }
      return ofEach(kind, bounce, listOf(bounce.bouncedRecipients), { labels, ...told })
    }
    case 'Complaint': {
      const complaint = fieldsOf(notification.complaint)
      const feedbackType = feedbackTypeOf(textOf(complaint.complaintFeedbackType))
      const kind = suppressing.includes(textOf(complaint.complaintSubType) ?? '') ? 'suppressed' : kindOfFeedback(feedbackType)
      return ofEach(kind, complaint, listOf(complaint.complainedRecipients), feedbackType === '' ? {} : { feedbackType })
    }
    case 'Delivery': {
      const delivery = fieldsOf(notification.delivery)
      return ofEach('delivered', delivery, listOf(delivery.recipients), { text: delivery.smtpResponse })
    }
    case 'DeliveryDelay': {
      const delay = fieldsOf(notification.deliveryDelay)
      return ofEach('delayed', delay, listOf(delay.delayedRecipients), {
        labels: { classification: delay.delayType },
        text: causeIn(delay.delayType)
      })
    }
    case 'Reject': {
      const reject = fieldsOf(notification.reject)
      return ofEach('failed', reject, listOf(mail.destination), { text: reject.reason })
    }
    case 'Rendering Failure': {
      const failure = fieldsOf(notification.failure)
      return ofEach('failed', failure, listOf(mail.destination), { text: failure.errorMessage, labels: { template: failure.templateName } })
    }
    case 'Subscription': {
      const subscription = fieldsOf(notification.subscription)
      return unsubscribes(subscription) ? ofEach('unsubscribe', subscription, listOf(mail.destination)) : 'ignored'
    }
    case 'Send':
    case 'Open':
    case 'Click':
    // Inbound mail, of SES's receiving half.
    case 'Received':
      return 'ignored'
    default:
      return 'unread'
  }
}

const isEnvelope = (fields: Fields): boolean =>
  textOf(fields.Type) !== undefined && (fields.TopicArn !== undefined || fields.Message !== undefined)

/** The notification inside what was posted, or what the envelope itself is. */
const unwrap = (payload: unknown): unknown => {
  const fields = fieldsOf(payload)
  if (fields.source === 'aws.ses' && isFields(fields.detail)) return fields.detail
  if (!isEnvelope(fields)) return payload
  return parseJson(fields.Message) ?? payload
}

/** Of a record of SQS or SNS what was published; of anything else the thing itself. */
const publishedIn = (record: unknown): unknown => {
  const { Sns, body, Body } = fieldsOf(record)
  return Sns ?? parseJson(body) ?? parseJson(Body) ?? record
}

/** A function of Lambda gets `Records`, who polls a queue `Messages`; a post is one by itself. */
const itemsIn = (payload: unknown): readonly unknown[] => {
  const { Records, Messages } = fieldsOf(payload)
  const records = [...listOf(Records), ...listOf(Messages)]
  return records.length === 0 ? [payload] : records.map(publishedIn)
}

const readEnvelope = (item: unknown): ItemReading => {
  const fields = fieldsOf(item)
  const inner = unwrap(item)
  if (inner !== item) return readNotification(inner)
  if (!isEnvelope(fields)) return readNotification(item)
  // SNS asks whether the address may be subscribed; SES writes a plain sentence to try a topic.
  const confirms = fields.Type === 'SubscriptionConfirmation' || fields.Type === 'UnsubscribeConfirmation'
  return confirms || textOf(fields.Message)?.startsWith('Successfully validated SNS topic') ? 'ignored' : 'unread'
}

export const ses: WebhookFormat = {
  id: 'ses',
  name: 'Amazon SES',
  recognise: (payload) => {
    const [item] = itemsIn(payload)
    const inner = fieldsOf(unwrap(item))
    if (firstText(inner.notificationType, inner.eventType) !== undefined)
      return isFields(inner.mail) || isEnvelope(fieldsOf(item)) ? 1 : 0.5
    return isEnvelope(fieldsOf(item)) ? 0.4 : 0
  },
  read: (payload) => readItems(itemsIn(payload), readEnvelope)
}
