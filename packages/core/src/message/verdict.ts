import type { Diagnoser, Diagnosis, Evidence } from '../diagnose/diagnose.ts'
import type { FoundMark } from './marks.ts'

/** The verdict on a notice that says by its kind what it means, not by an error text: a complaint, an automatic answer. */
export const verdictOn = ({ causeOf }: Diagnoser, causeId: string, detailId: string | undefined, evidence: Evidence): Diagnosis => {
  const cause = causeOf(causeId)
  const detail = cause.details.find(({ id }) => id === detailId)
  return {
    cause: cause.id,
    ...(detail === undefined ? {} : { detail: detail.id }),
    group: cause.group,
    party: detail?.party ?? cause.party,
    action: detail?.action ?? cause.action,
    confidence: 'certain',
    evidence: [evidence],
    facts: {}
  }
}

/** A header that tells: the RFC that defines it is the source. */
export const headerEvidence = (header: string, value: string, source: string): Evidence => ({
  rule: `message.${header}`,
  level: 'software text',
  words: value,
  span: [0, value.length],
  source,
  verified: '2026-11-25'
})

export const markEvidence = ({ mark, from, to }: FoundMark, text: string): Evidence => ({
  rule: `message.${mark.means}`,
  level: 'general text',
  words: text.slice(from, to),
  span: [from, to],
  source: mark.source,
  verified: mark.verified
})
