import type { VerdictName } from '../knowledge/knowledge.ts'

/**
 * Who is written to first: people who opened or clicked lately (a receiver judges a sender by what its readers do), then addresses
 * that a check found good, then those of which nothing is known, and last those that may harm. The order of SparkPost's warm-up guide
 * (30, then 60, then 90 days; https://www.sparkpost.com/docs/deliverability/ip-warm-up-overview/), continued by our verdicts.
 */
export const tiers = ['engaged-30', 'engaged-60', 'engaged-90', 'deliverable', 'sendable', 'idle', 'unknown', 'risky'] as const
export type Tier = (typeof tiers)[number]

export const tierWords: Readonly<Record<Tier, string>> = {
  'engaged-30': 'opened or clicked within 30 days',
  'engaged-60': 'opened or clicked within 60 days',
  'engaged-90': 'opened or clicked within 90 days, or marked as engaged',
  deliverable: 'checked: deliverable',
  sendable: 'nothing known against them',
  idle: 'no sign of a reader for 90 days',
  unknown: 'checked: unknown',
  risky: 'checked: risky, so last'
}

/** Why a row gets no mail in this plan. */
export const leftOutReasons = ['undeliverable', 'suppressed', 'no-address', 'unreadable', 'no-mail-host'] as const
export type LeftOut = (typeof leftOutReasons)[number]

export const leftOutWords: Readonly<Record<LeftOut, string>> = {
  undeliverable: 'the check says undeliverable',
  suppressed: 'on the suppression list',
  'no-address': 'no address in the row',
  unreadable: 'the row could not be read',
  'no-mail-host': 'DNS says that the domain takes no mail'
}

/** What a row of the list tells of its recipient. */
export type RowFacts = {
  readonly verdict?: VerdictName
  readonly suppressed?: boolean
  /** The latest open, click or reply, in milliseconds since 1970. */
  readonly lastEngaged?: number
  /** A yes or a no about engagement without a date; counts above zero are a yes. */
  readonly engaged?: boolean
}

const day = 86_400_000

/**
 * The tier of a row, or why it is left out. What a check said against an address outweighs an open; an open within 90 days outweighs a
 * check that found nothing out, since somebody read the mail. A date after `now` is no engagement: it proves a clock wrong.
 */
export const placeRow = (facts: RowFacts, now: number): Tier | LeftOut => {
  if (facts.suppressed === true) return 'suppressed'
  if (facts.verdict === 'undeliverable') return 'undeliverable'
  if (facts.verdict === 'risky') return 'risky'
  const age = facts.lastEngaged === undefined ? undefined : (now - facts.lastEngaged) / day
  if (age !== undefined && age >= 0 && age <= 90) return age <= 30 ? 'engaged-30' : age <= 60 ? 'engaged-60' : 'engaged-90'
  if (facts.engaged === true && age === undefined) return 'engaged-90'
  if (facts.verdict === 'unknown') return 'unknown'
  if (facts.engaged === false || (age !== undefined && age > 90)) return 'idle'
  return facts.verdict === 'deliverable' ? 'deliverable' : 'sendable'
}

export const isLeftOut = (placed: Tier | LeftOut): placed is LeftOut => (leftOutReasons as readonly string[]).includes(placed)
