import type { Context, Diagnoser } from '../diagnose/diagnose.ts'
import { typedValue } from './delivery-status.ts'
import { draftOf, type Found } from './draft.ts'
import { plainSender, withoutVerp } from './envelope.ts'
import { finish, isPseudo } from './finish.ts'
import type { Notice } from './notice.ts'
import { findReason, type Reason } from './reason.ts'
import type { SesRecipient } from './ses-notification.ts'
import { headerEvidence, verdictOn } from './verdict.ts'

const isoTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/

/** What the kind of bounce says where no server's answer stands beside it. */
const causeOfSubType: Readonly<Record<string, string>> = {
  Suppressed: 'suppressed-locally',
  OnAccountSuppressionList: 'suppressed-locally',
  MailboxFull: 'mailbox-full',
  MessageTooLarge: 'message-too-large',
  AttachmentRejected: 'prohibited-attachment',
  ContentRejected: 'spam-content'
}

const ofSubType = (diagnoser: Diagnoser, subType: string | undefined): Reason | undefined => {
  if (subType === undefined || !Object.hasOwn(causeOfSubType, subType)) return undefined
  const text = `bounceSubType: ${subType}`
  const source = 'https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html'
  return {
    text,
    diagnosis: verdictOn(diagnoser, causeOfSubType[subType] ?? '', undefined, headerEvidence('bounce-sub-type', text, source))
  }
}

/** The recipients of an Amazon SES notification that came by mail. */
export const fromSes = (
  diagnoser: Diagnoser,
  notice: Notice,
  recipients: readonly SesRecipient[],
  wanted: readonly string[] | undefined
): Found[] =>
  recipients.map(({ kind, recipient, status, diagnosticCode, time, messageId, subject, sender, bounceSubType, feedbackType }) => {
    const event = { ...draftOf(notice, kind, wanted), recipient }
    if (time !== undefined && isoTime.test(time)) event.time = time
    if (messageId !== undefined) event.messageId = messageId
    if (subject !== undefined) event.subject = subject
    if (sender !== undefined) event.sender = withoutVerp(plainSender(sender))
    if (kind === 'failed') {
      const context: Context = { recipient, ...(status === undefined || isPseudo(status) ? {} : { status }) }
      const places = [typedValue(diagnosticCode)?.value, status === undefined ? undefined : `${status} `]
      const reason = findReason(diagnoser, places, context)
      const byType = reason === undefined || reason.diagnosis.confidence === 'none' ? ofSubType(diagnoser, bounceSubType) : undefined
      return finish(diagnoser, event, byType ?? reason, status)
    }
    if (kind === 'delivered') return { event: { ...event, outcome: 'delivered' as const }, text: '' }
    if (feedbackType !== undefined) event.feedbackType = feedbackType
    // A report about authentication, or that mail is no spam after all, suppresses nobody.
    if (kind !== 'complaint' && kind !== 'unsubscribe') return { event, text: '' }
    const text = `Feedback-Type: ${feedbackType ?? 'abuse'}`
    return {
      event: {
        ...event,
        diagnosis: verdictOn(diagnoser, 'complaint-or-unsubscribe', kind, headerEvidence('feedback-type', text, 'RFC 5965'))
      },
      text
    }
  })
