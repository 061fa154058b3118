import type { Diagnoser } from '../diagnose/diagnose.ts'
import type { DeliveryEvent } from '../event/delivery-event.ts'
import { decidingFacts } from '../reply/facts.ts'
import { recipientOf } from './delivery-status.ts'
import { type Draft, draftOf, type Found, orNobody } from './draft.ts'
import { finish, sameClass } from './finish.ts'
import { withStage } from './from-status.ts'
import type { Headers } from './headers.ts'
import type { Told } from './kind.ts'
import type { Notice } from './notice.ts'
import { placesIn } from './places.ts'
import { codesInWords, findReason, memoryFor, type Reason } from './reason.ts'
import { recipientsOf } from './recipients.ts'
import { headerEvidence, verdictOn } from './verdict.ts'

const isKnown = (reason: Reason | undefined): reason is Reason =>
  reason !== undefined && (reason.diagnosis.confidence === 'certain' || reason.diagnosis.confidence === 'likely')

/** A failure that the text tells of a recipient: what makes an unknown notice one. */
export const hasKnownFailure = (diagnoser: Diagnoser, notice: Notice): boolean => {
  const [recipient] = recipientsOf(notice)
  return recipient !== undefined && isKnown(findReason(diagnoser, placesIn(notice)(recipient, []), { recipient }))
}

/** An entry as notices have them: the recipient begins its line or stands behind a label, and a code or our subject is told, too. */
export const hasEntry = (diagnoser: Diagnoser, notice: Notice): boolean => {
  const entry = notice.human.mentions.find(({ kind }) => kind === 'line' || kind === 'label')
  if (entry === undefined) return false
  const reason = findReason(diagnoser, placesIn(notice)(entry.address, []), { recipient: entry.address })
  const { replyCode, status } = reason?.diagnosis ?? {}
  return isKnown(reason) && (replyCode !== undefined || status !== undefined || notice.human.subject() !== undefined)
}

/** A notice that follows no standard: its recipients, and what it says of each. */
export const fromText = (diagnoser: Diagnoser, notice: Notice, told: Told, wanted: readonly string[] | undefined): Found[] => {
  const recipients = recipientsOf(notice)
  const places = placesIn(notice)
  const shared = draftOf(notice, 'failed', wanted)
  const memory = memoryFor(recipients.length)
  return orNobody(recipients).map((recipient) => {
    const reason = findReason(diagnoser, places(recipient, []), { recipient }, memory)
    const kind =
      told.kind === 'delayed' ||
      (told.kind === 'failed-or-delayed' && reason?.diagnosis.permanence !== 'permanent') ||
      (recipients.length > 1 && isSaidToWait(notice, recipient))
        ? 'delayed'
        : 'failed'
    const event: Draft = { ...shared, kind }
    if (recipient !== undefined) event.recipient = recipient
    const found = withStage(finish(diagnoser, event, reason, undefined), notice)
    return recipients.length > 1 ? found : { ...found, event: { ...found.event, ...missing(found.event, notice.human.text) } }
  })
}

/** "<user@example.com> delivery delayed; will continue trying", beside others that failed. */
const isSaidToWait = ({ human }: Notice, recipient: string | undefined): boolean => {
  const mention = human.mentions.find(({ key }) => key === recipient?.toLowerCase())
  return (
    mention !== undefined &&
    /\bdelivery (?:is |was )?delayed\b|\b(?<!not )(?:will|we'll) (?:continue|keep) (?:trying|to try)\b/i.test(
      human.text.slice(mention.from, mention.to)
    )
  )
}

/** A notice about one recipient may name codes and server far from the words that tell the cause. */
const missing = (
  { replyCode, status, remoteMta, stage }: DeliveryEvent,
  text: string
): Pick<DeliveryEvent, 'replyCode' | 'status' | 'remoteMta' | 'stage'> => {
  const near = replyCode === undefined ? codesInWords(text) : { replyCode }
  const both = status ?? (sameClass(near.status, near.replyCode) ? near.status : undefined)
  const told = decidingFacts(text, 0, text.length)
  const host = remoteMta ?? told.remoteMta
  const step = stage ?? told.stage
  return {
    ...(near.replyCode === undefined ? {} : { replyCode: near.replyCode }),
    ...(both === undefined ? {} : { status: both }),
    ...(host === undefined ? {} : { remoteMta: host }),
    ...(step === undefined ? {} : { stage: step })
  }
}

/** A disposition notification (RFC 8098): a receipt, unless it says that a filter of the recipient refused the message (RFC 5429). */
export const fromDisposition = (
  diagnoser: Diagnoser,
  notice: Notice,
  disposition: Headers,
  told: Told,
  wanted: readonly string[] | undefined
): Found[] => {
  const recipient = recipientOf(disposition.get('final-recipient')) ?? recipientOf(disposition.get('original-recipient'))
  const refused = /automatic-action\/[^;]*;\s*(?:deleted|denied|failed)/i.test(disposition.get('disposition') ?? '')
  const reason = refused ? findReason(diagnoser, placesIn(notice)(recipient, []), { recipient }) : undefined
  const known = reason !== undefined && reason.diagnosis.confidence !== 'none'
  // A receipt for a message that was deleted unread is not a refusal; it says nothing about one.
  const saysSo = told.kind === 'failed' || /rejected/i.test(notice.headers.get('auto-submitted') ?? '')
  if (!refused || !(known || saysSo))
    return [{ text: '', event: { ...draftOf(notice, 'other', wanted), ...(recipient === undefined ? {} : { recipient }) } }]
  const event = draftOf(notice, 'failed', wanted)
  if (recipient !== undefined) event.recipient = recipient
  const words = disposition.get('disposition') ?? ''
  const byFilter = {
    text: words,
    diagnosis: verdictOn(diagnoser, 'recipient-refused', undefined, headerEvidence('disposition', words, 'RFC 5429'))
  }
  return [finish(diagnoser, event, known ? reason : byFilter, undefined)]
}
