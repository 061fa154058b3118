/** Every outcome that a check can have; the words for people are made from it in one place (`self-check/words.ts`). */
export const findingCodes = [
  'port.open',
  'port.dropped',
  'port.refused',
  'port.unreachable',
  'port.none-open',
  'port.unclear',
  'port.not-tried',
  'ip.known',
  'ip.differs',
  'ip.not-public',
  'ip.unknown',
  'ptr.confirmed',
  'ptr.missing',
  'ptr.not-confirmed',
  'ptr.unknown',
  'ptr.not-asked',
  'ehlo.agrees',
  'ehlo.differs-from-ptr',
  'ehlo.other-address',
  'ehlo.resolves',
  'ehlo.no-address',
  'ehlo.bad-name',
  'ehlo.unknown',
  'mail-from.routed',
  'mail-from.null',
  'mail-from.no-route',
  'mail-from.null-mx',
  'mail-from.bad-address',
  'mail-from.unknown',
  'spf.present',
  'spf.missing',
  'spf.multiple',
  'spf.sends-nothing',
  'spf.unknown',
  'blocklist.not-listed',
  'blocklist.listed',
  'blocklist.listed-low',
  'blocklist.refused',
  'blocklist.dead',
  'blocklist.lists-everything',
  'blocklist.odd-answer',
  'blocklist.no-answer',
  'blocklist.not-asked'
] as const
export type FindingCode = (typeof findingCodes)[number]

/** `unknown`: the check could not be completed, or its answer proves nothing. It is neither good nor bad news. */
export type FindingVerdict = 'pass' | 'warn' | 'fail' | 'unknown'

/** What one check found. Every text is one line, free of control characters, whatever DNS or a server said. */
export type Finding = {
  readonly code: FindingCode
  readonly verdict: FindingVerdict
  /** What was asked and answered, one line each. */
  readonly evidence: readonly string[]
  /** What to do, with the very record to publish where there is one. */
  readonly fix?: string
}
