import type { Context, Diagnoser } from '../diagnose/diagnose.ts'
import { typedValue } from './delivery-status.ts'
import { draftOf, type Found } from './draft.ts'
import { plainSender, withoutVerp } from './envelope.ts'
import { finish, isPseudo } from './finish.ts'
import type { Notice } from './notice.ts'
import { findReason } from './reason.ts'
import type { SesRecipient } from './ses-notification.ts'
import { headerEvidence, verdictOn } from './verdict.ts'

const isoTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/

/** The recipients of an Amazon SES notification that came by mail. */
export const fromSes = (
  diagnoser: Diagnoser,
  notice: Notice,
  recipients: readonly SesRecipient[],
  wanted: readonly string[] | undefined
): Found[] =>
  recipients.map(({ kind, recipient, status, diagnosticCode, time, messageId, subject, sender, feedbackType }) => {
    const event = { ...draftOf(notice, kind, wanted), recipient }
    if (time !== undefined && isoTime.test(time)) event.time = time
    if (messageId !== undefined) event.messageId = messageId
    if (subject !== undefined) event.subject = subject
    if (sender !== undefined) event.sender = withoutVerp(plainSender(sender))
    if (kind === 'failed') {
      const context: Context = { recipient, ...(status === undefined || isPseudo(status) ? {} : { status }) }
      return finish(
        diagnoser,
        event,
        findReason(diagnoser, [typedValue(diagnosticCode)?.value, status === undefined ? undefined : `${status} `], context),
        status
      )
    }
    if (kind === 'delivered') return { event: { ...event, outcome: 'delivered' as const }, text: '' }
    const text = `Feedback-Type: ${feedbackType ?? 'abuse'}`
    return {
      event: {
        ...event,
        diagnosis: verdictOn(diagnoser, 'complaint-or-unsubscribe', 'complaint', headerEvidence('feedback-type', text, 'RFC 5965'))
      },
      text
    }
  })
