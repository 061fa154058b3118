import { attempt, type ItemReading, readItems, type Told, wordsOf } from './attempt.ts'
import { type Fields, fieldsOf, firstText, textOf, timeOf } from './payload.ts'
import type { WebhookFormat } from './webhook-reader.ts'

/**
 * Postmark: one record a request, told apart by `RecordType`.
 *
 * Sources: https://postmarkapp.com/email-webhooks (records), https://postmarkapp.com/developer/webhooks/subscription-change-webhook
 * (an address is added to the suppression list after a hard bounce, a complaint, an unsubscription or by hand),
 * https://app.unpkg.com/postmark@4.0.2/files/dist/client/models/bounces/Bounce.d.ts (fields and types of a bounce).
 * memory: what each type of bounce means, https://postmarkapp.com/developer/api/bounce-api#bounce-types.
 */
const bounceTypes = wordsOf({
  failed: [
    'HardBounce',
    'SoftBounce',
    'DnsError',
    'SpamNotification',
    'VirusNotification',
    'Unknown',
    'BadEmailAddress',
    'Blocked',
    'SMTPApiError',
    'DMARCPolicy',
    'TemplateRenderingFailed'
  ],
  // "Message delayed": the one type after which Postmark still tries.
  delayed: ['Transient'],
  complaint: ['SpamComplaint'],
  unsubscribe: ['Unsubscribe'],
  suppressed: ['ManuallyDeactivated', 'Unconfirmed'],
  'auto-reply': ['AutoResponder'],
  'address-changed': ['AddressChange'],
  challenge: ['ChallengeVerification'],
  // InboundError is about mail that Postmark received for us.
  ignored: ['Subscribe', 'OpenRelayTest', 'InboundError']
})

const sharedBy = (record: Fields): Omit<Told, 'kind' | 'time'> => ({
  recipient: firstText(record.Email, record.Recipient),
  sender: record.From,
  id: record.MessageID,
  subject: record.Subject,
  labels: {
    tags: record.Tag,
    metadata: record.Metadata,
    stream: record.MessageStream,
    classification: firstText(record.Type, record.SuppressionReason)
  }
})

/** Added to the suppression list, or taken from it. */
const readChange = (record: Fields): ItemReading => {
  if (record.SuppressSending !== true) return 'ignored'
  const shared = { ...sharedBy(record), time: timeOf(record.ChangedAt) }
  switch (textOf(record.SuppressionReason)) {
    case 'HardBounce':
      return attempt('postmark', { kind: 'failed', ...shared })
    case 'SpamComplaint':
      return attempt('postmark', { kind: 'complaint', ...shared })
    default:
      // By the recipient's own hand it is an unsubscription, by ours (`Customer`, `Admin`) a decision about the address.
      return attempt('postmark', { kind: record.Origin === 'Recipient' ? 'unsubscribe' : 'suppressed', outcome: 'none', ...shared })
  }
}

const readRecord = (item: unknown): ItemReading => {
  const record = fieldsOf(item)
  switch (textOf(record.RecordType)) {
    case 'Delivery':
      return attempt('postmark', { kind: 'delivered', ...sharedBy(record), time: timeOf(record.DeliveredAt), text: record.Details })
    case 'Bounce':
    case 'SpamComplaint': {
      const kind = bounceTypes.get(textOf(record.Type) ?? '')
      if (kind === undefined) return 'unread'
      if (kind === 'ignored') return 'ignored'
      const text = firstText(record.Details, record.Description)
      return attempt('postmark', { kind, ...sharedBy(record), time: timeOf(record.BouncedAt), text })
    }
    case 'SubscriptionChange':
      return readChange(record)
    case 'Open':
    case 'Click':
    case 'Inbound':
      return 'ignored'
    default:
      return 'unread'
  }
}

export const postmark: WebhookFormat = {
  id: 'postmark',
  name: 'Postmark',
  recognise: (payload) => (textOf(fieldsOf(payload).RecordType) === undefined ? 0 : 1),
  read: (payload) => readItems([payload], readRecord)
}
