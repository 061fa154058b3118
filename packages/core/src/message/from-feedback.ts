import type { Diagnoser } from '../diagnose/diagnose.ts'
import { parseDate } from './dates.ts'
import { draftOf, type Found, inOneLine, orNobody } from './draft.ts'
import { withoutVerp } from './envelope.ts'
import { isKnownFeedback, readFeedback } from './feedback.ts'
import type { Headers } from './headers.ts'
import type { Notice } from './notice.ts'
import { headerEvidence, verdictOn } from './verdict.ts'

/** A feedback report (RFC 5965, 6591, 6430): one event for each recipient that it names or that can be recovered. */
export const fromFeedback = (diagnoser: Diagnoser, notice: Notice, fields: Headers, wanted: readonly string[] | undefined): Found[] => {
  const feedback = readFeedback(fields, notice.returned)
  const { kind, type } = feedback
  const text = `Feedback-Type: ${type === '' ? 'abuse' : type}`
  const detail = kind === 'complaint' || kind === 'unsubscribe' ? kind : undefined
  const diagnosis =
    detail === undefined
      ? undefined
      : {
          ...verdictOn(diagnoser, 'complaint-or-unsubscribe', detail, headerEvidence('feedback-type', text, 'RFC 5965')),
          ...(isKnownFeedback(type) ? {} : { confidence: 'likely' as const })
        }
  return orNobody(feedback.recipients).map((recipient) => {
    const event = draftOf(notice, kind, wanted)
    if (type !== '') event.feedbackType = type
    if (recipient !== undefined) event.recipient = recipient
    if (feedback.sender !== undefined) event.sender = withoutVerp(feedback.sender)
    if (feedback.reportingMta !== undefined) event.reportingMta = feedback.reportingMta
    if (feedback.sourceIp !== undefined) event.localIp = feedback.sourceIp
    const time = parseDate(feedback.arrival)
    if (time !== undefined) event.time = time
    if (diagnosis !== undefined) {
      event.diagnosis = diagnosis
      event.diagnosticCode = inOneLine(text)
    }
    return { event, text }
  })
}
