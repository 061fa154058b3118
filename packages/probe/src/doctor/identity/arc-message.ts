import type { Authentication } from './dkim-mailauth.ts'
import type { Outcome } from './dmarc-message.ts'

/** ARC (RFC 8617 §5.2): what forwarders sealed. Messages without are not mentioned. */
export const arcOutcome = (arc: Authentication['arc']): Outcome | undefined => {
  if (arc === false || arc.status.result === 'none') return undefined
  const { result, comment } = arc.status
  const evidence = typeof arc.i === 'number' && arc.i > 0 ? [`ARC seals: ${arc.i}`] : []
  if (result === 'pass') return { code: 'arc.valid', evidence, values: {} }
  // Only what the message or its keys did wrong has a comment; a failed question has none.
  const failedQuestion = comment === undefined || (arc.signature !== false && arc.signature?.status?.result === 'temperror')
  if (failedQuestion) return { code: 'arc.unknown', evidence, values: {} }
  return { code: 'arc.failed', evidence: [...evidence, comment], values: { reason: comment } }
}
