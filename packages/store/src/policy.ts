import type { DeliveryEvent } from '@whybounce/core'
import type { SuppressionReason } from './reason.ts'

/** The fields of a delivery event that decide, named as `whybounce events --json` prints them; `null` and absent mean the same. */
export type EventFields = {
  readonly kind: DeliveryEvent['kind']
  readonly outcome?: string | null | undefined
  readonly recipient?: string | null | undefined
  readonly originalRecipient?: string | null | undefined
  readonly feedbackType?: string | null | undefined
  readonly cause?: string | null | undefined
  readonly detail?: string | null | undefined
  readonly action?: string | null | undefined
  readonly diagnosticCode?: string | null | undefined
  /** ISO 8601. */
  readonly time?: string | null | undefined
  readonly file?: string | undefined
  readonly offset?: number | undefined
}

/** What an event means for its recipient. `nothing` says why, so that a summary can. */
export type EventMeaning =
  | { readonly means: 'suppress'; readonly reason: SuppressionReason; readonly bounced: boolean }
  | { readonly means: 'count' }
  | { readonly means: 'delivered' }
  | { readonly means: 'bounced'; readonly why: 'expired' | 'not-the-recipient' }
  | { readonly means: 'nothing'; readonly why: 'waits' | 'unregistered-feedback' | 'not-about-delivery' }

/**
 * Feedback types that stand for a complaint: RFC 5965 §7.3, and the registry that it made. Any other type is `other` to a reader
 * (§3.5), but nobody can say what it asks for.
 */
const complaintTypes: readonly string[] = ['abuse', 'fraud', 'virus', 'other']

/** Causes that lie with the recipient and may pass: one says nothing, many in a row do. */
const countedCauses: readonly string[] = ['mailbox-full']

/**
 * The policy. A failure suppresses only where the diagnosis says that the address is at fault; a message that waits or that a queue gave up
 * on never does, nor what was refused for the sender's sake. Of feedback, what a person asked for; reports about authentication and
 * "not spam" are no complaint.
 */
export const meaningOf = (event: EventFields, allFeedback: boolean): EventMeaning => {
  switch (event.kind) {
    case 'delivered':
      return { means: 'delivered' }
    case 'complaint': {
      const type = (event.feedbackType ?? '').toLowerCase()
      return type === '' || complaintTypes.includes(type) || allFeedback
        ? { means: 'suppress', reason: 'complaint', bounced: false }
        : { means: 'nothing', why: 'unregistered-feedback' }
    }
    case 'unsubscribe':
      return { means: 'suppress', reason: 'unsubscribe', bounced: false }
    case 'delayed':
      return { means: 'nothing', why: 'waits' }
    case 'failed':
      if (event.outcome === 'expired' || event.outcome === 'pending' || event.detail === 'expired')
        return { means: 'bounced', why: 'expired' }
      if (event.action === 'suppress') return { means: 'suppress', reason: 'hard-bounce', bounced: true }
      if (countedCauses.includes(event.cause ?? '')) return { means: 'count' }
      return { means: 'bounced', why: 'not-the-recipient' }
    default:
      return { means: 'nothing', why: 'not-about-delivery' }
  }
}
