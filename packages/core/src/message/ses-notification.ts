import type { EventKind } from '../event/delivery-event.ts'
import { recipientOf } from './delivery-status.ts'
import { feedbackTypeOf, kindOfFeedback } from './feedback.ts'

/**
 * Amazon SES notifications as Amazon SNS mails them: JSON in the text, with a footer behind it.
 * Fields: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 */
export type SesRecipient = {
  readonly kind: EventKind
  readonly recipient: string
  readonly status?: string
  readonly diagnosticCode?: string
  readonly bounceSubType?: string
  readonly feedbackType?: string
  readonly time?: string
  readonly messageId?: string
  readonly subject?: string
  readonly sender?: string
}

const maxRecipients = 1_000

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const fieldOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined)
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, maxRecipients) : [])

/**
 * The JSON document at the beginning of the text, without the footer behind it; SNS may put it into an envelope of its own.
 * Lines too long for a mail server were broken on the way, with or without the `!` that sendmail leaves, inside strings too.
 */
const parseStart = (text: string): unknown => {
  const start = text.trimStart()
  if (!start.startsWith('{') || !/"(?:notificationType|eventType|Type)"/.test(start.slice(0, 4_096))) return undefined
  const footer = start.indexOf('\n--\n')
  const json = (footer < 0 ? start : start.slice(0, footer)).trim()
  for (const candidate of [json, json.replace(/!\n ?/g, ''), json.replace(/\n ?/g, '')]) {
    try {
      const document: unknown = JSON.parse(candidate)
      const enclosed = textOf(fieldOf(document, 'Message'))
      return enclosed === undefined ? document : JSON.parse(enclosed)
    } catch {
      // The next form is tried; a text that is no JSON is a text.
    }
  }
  return undefined
}

/** `"Name" <user@example.com>`, as it stood in the message's header. */
const addressIn = (value: unknown): string | undefined => recipientOf(textOf(value)?.split(/[\r\n]/)[0])

/** The recipients of a notification, or undefined where the text is none. */
export const readSesNotification = (text: string): readonly SesRecipient[] | undefined => {
  const document = parseStart(text)
  const type = textOf(fieldOf(document, 'notificationType')) ?? textOf(fieldOf(document, 'eventType'))
  const mail = fieldOf(document, 'mail')
  const common = fieldOf(mail, 'commonHeaders')
  const messageId = /<?([^<>\s]+)>?/.exec(textOf(fieldOf(common, 'messageId')) ?? '')?.[1]
  const subject = textOf(fieldOf(common, 'subject'))
  const sender = textOf(fieldOf(mail, 'source'))
  const shared = (part: unknown): Partial<SesRecipient> => {
    const time = textOf(fieldOf(part, 'timestamp')) ?? textOf(fieldOf(mail, 'timestamp'))
    return {
      ...(time === undefined ? {} : { time }),
      ...(messageId === undefined ? {} : { messageId }),
      ...(subject === undefined ? {} : { subject }),
      ...(sender === undefined ? {} : { sender })
    }
  }
  const found: SesRecipient[] = []
  if (type === 'Bounce') {
    const bounce = fieldOf(document, 'bounce')
    const bounceSubType = textOf(fieldOf(bounce, 'bounceSubType'))
    for (const entry of listOf(fieldOf(bounce, 'bouncedRecipients'))) {
      const recipient = addressIn(fieldOf(entry, 'emailAddress'))
      const status = /^[245]\.\d{1,3}\.\d{1,3}$/.exec(textOf(fieldOf(entry, 'status')) ?? '')?.[0]
      const diagnosticCode = textOf(fieldOf(entry, 'diagnosticCode'))
      if (recipient !== undefined)
        found.push({
          kind: 'failed',
          recipient,
          ...shared(bounce),
          ...(bounceSubType === undefined ? {} : { bounceSubType }),
          ...(status === undefined ? {} : { status }),
          ...(diagnosticCode === undefined ? {} : { diagnosticCode })
        })
    }
  } else if (type === 'Complaint') {
    const complaint = fieldOf(document, 'complaint')
    const feedbackType = feedbackTypeOf(textOf(fieldOf(complaint, 'complaintFeedbackType')))
    for (const entry of listOf(fieldOf(complaint, 'complainedRecipients'))) {
      const recipient = addressIn(fieldOf(entry, 'emailAddress'))
      if (recipient !== undefined)
        found.push({
          kind: kindOfFeedback(feedbackType),
          recipient,
          ...shared(complaint),
          ...(feedbackType === '' ? {} : { feedbackType })
        })
    }
  } else if (type === 'Delivery') {
    const delivery = fieldOf(document, 'delivery')
    for (const entry of listOf(fieldOf(delivery, 'recipients'))) {
      const recipient = addressIn(entry)
      if (recipient !== undefined) found.push({ kind: 'delivered', recipient, ...shared(delivery) })
    }
  }
  return found.length === 0 ? undefined : found
}
