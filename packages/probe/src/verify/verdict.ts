import type { VerdictName } from '@whybounce/core'
import type { AddressCheck, Suggestion } from '@whybounce/core/address'
import type { MailHost, MailRoute } from '../dns/mail-route.ts'
import type { ProbeAnswer } from './probe-answer.ts'

export type VerdictLevel = 'syntax' | 'mx' | 'probe' | 'history'

/** The part of a mail route that a verdict rests on. */
export type RouteFacts = Pick<MailRoute, 'status' | 'implicit' | 'provider' | 'operator' | 'evidence' | 'ttl'> & {
  /** An MX record names an IP address instead of a host. */
  readonly literal?: true
  /** The hosts that can be asked, by preference. */
  readonly hosts?: readonly MailHost[]
  readonly checkedAt: string
}

/** Why mail must not or need not be sent, out of our own memory. Dates are ISO 8601. */
export type Suppressed = { readonly reason: string; readonly detail?: string; readonly date?: string; readonly evidence?: string }
export type Delivered = { readonly deliveredAt: string }

/** All that is known of an address when it is judged. Absent means: not checked. */
export type Findings = {
  readonly check: AddressCheck
  readonly canonical?: string
  readonly flags: readonly string[]
  readonly suggestion?: Suggestion
  readonly homographOf?: string
  readonly suppressed?: Suppressed
  readonly history?: Delivered
  readonly route?: RouteFacts
  readonly probe?: ProbeAnswer
}

/**
 * What is said of one address. `reasons`: causes (`user-unknown`, `bad-address-syntax/doubled-dot`) and the reasons of
 * knowledge/verdicts.toml, the deciding one first. `score`: 0 to 1, how likely mail arrives, for sorting; no probability that was measured.
 * `expiresAt`: from then on the verdict is to be made anew.
 */
export type Verdict = {
  readonly address: string
  readonly verdict: VerdictName
  readonly level: VerdictLevel
  readonly reasons: readonly string[]
  readonly flags: readonly string[]
  readonly score: number
  readonly checks: Readonly<Record<string, unknown>>
  readonly suggestion?: string
  readonly canonical?: string
  readonly provider?: string
  readonly evidence: readonly string[]
  readonly checkedAt: string
  readonly expiresAt: string
}

type Judgement = { readonly verdict: VerdictName; readonly level: VerdictLevel; readonly reason: string; readonly lasts: number }

const day = 86_400
/** Seconds for which a verdict holds: a dead mailbox seldom comes back, an accepted one may close, a doubt is cheap to ask again. */
const lasts = { syntax: 365 * day, dead: 180 * day, accepted: 30 * day, route: 7 * day, unknown: day } as const

/** The cause of a domain that DNS says takes no mail. */
const routeCauses: Partial<Record<MailRoute['status'], string>> = {
  nxdomain: 'domain-not-found',
  'no-mail-host': 'domain-not-found',
  'null-mx': 'domain-not-accepting-mail/null-mx',
  dangling: 'routing-error/misconfigured'
}

const judgeSyntax = ({ check }: Findings): Judgement | undefined => {
  const { level, code } = check
  if (level === 'invalid' || level === 'rfc5322')
    return { verdict: 'undeliverable', level: 'syntax', reason: `bad-address-syntax/${code ?? level}`, lasts: lasts.syntax }
  if (level === 'rfc5321') return { verdict: 'risky', level: 'syntax', reason: `unusual-address/${code ?? level}`, lasts: lasts.syntax }
  return undefined
}

const judgeRoute = ({ route }: Findings): Judgement | undefined => {
  if (route === undefined || route.status === 'hosts') return undefined
  const cause = routeCauses[route.status]
  // Against RFC 5321 §5.1, and some servers deliver to it all the same.
  if (route.status === 'dangling' && route.literal)
    return { verdict: 'risky', level: 'mx', reason: 'routing-error/misconfigured', lasts: lasts.route }
  if (cause !== undefined) return { verdict: 'undeliverable', level: 'mx', reason: cause, lasts: Math.max(route.ttl, lasts.route) }
  // Filtering resolvers answer 127.0.0.1 or 0.0.0.0 for names they block, and inner ones have inner addresses: no definite no.
  if (route.status === 'private') return { verdict: 'unknown', level: 'mx', reason: 'private-address', lasts: lasts.unknown }
  return { verdict: 'unknown', level: 'mx', reason: 'dns-failure', lasts: lasts.unknown }
}

const withDetail = ({ cause, detail }: ProbeAnswer): string => (detail === undefined ? (cause ?? 'undetermined') : `${cause}/${detail}`)

/** `refused` answers have a cause of the address: all others are `unclear` (`speaksOfAddress`). */
const judgeProbe = ({ probe }: Findings): Judgement | undefined => {
  if (probe === undefined) return undefined
  const judged = (verdict: VerdictName, reason: string, seconds: number): Judgement => ({ verdict, level: 'probe', reason, lasts: seconds })
  switch (probe.kind) {
    case 'accepted':
      if (probe.catchAll === undefined) return judged('sendable', 'accepted-unproven', lasts.route)
      return probe.catchAll ? judged('risky', 'catch-all', lasts.accepted) : judged('deliverable', 'accepted', lasts.accepted)
    case 'refused':
      // A server that takes invented mailboxes and refuses this one contradicts itself.
      return probe.catchAll ? judged('risky', 'catch-all', lasts.route) : judged('undeliverable', withDetail(probe), lasts.dead)
    case 'unclear':
      return probe.cause === 'mailbox-full' || probe.cause === 'recipient-refused'
        ? judged('risky', withDetail(probe), lasts.route)
        : judged('unknown', withDetail(probe), lasts.unknown)
    case 'no-answer':
      return judged('unknown', probe.reason ?? withDetail(probe), lasts.unknown)
    case 'skipped':
      return probe.reason === 'smtputf8-not-offered'
        ? judged('risky', probe.reason, lasts.route)
        : { verdict: 'unknown', level: 'mx', reason: probe.reason ?? 'not-asked', lasts: lasts.unknown }
  }
}

/** What makes an address risky that every check let through. */
const doubts = ({ flags, suggestion, homographOf }: Findings): string[] => [
  ...(homographOf === undefined ? [] : ['homograph']),
  ...(suggestion !== undefined && suggestion.confidence !== 'weak' ? ['probable-typo'] : []),
  ...(flags.includes('disposable') ? ['disposable'] : []),
  ...(flags.includes('no-reply') ? ['no-reply'] : [])
]

const scores: Readonly<Record<VerdictName, number>> = { deliverable: 0.98, sendable: 0.9, unknown: 0.6, risky: 0.4, undeliverable: 0 }

const evidenceOf = ({ suppressed, history, route, probe, homographOf }: Findings): string[] => {
  const lines: string[] = []
  if (suppressed !== undefined)
    lines.push(
      `suppression list: ${[suppressed.reason, suppressed.detail, suppressed.date, suppressed.evidence].filter(Boolean).join(', ')}`
    )
  if (history !== undefined) lines.push(`delivered ${history.deliveredAt}`)
  if (homographOf !== undefined) lines.push(`looks like ${homographOf}`)
  if (route !== undefined) lines.push(...route.evidence)
  if (probe?.reply !== undefined) lines.push(`${probe.host ?? 'mail host'}: ${probe.reply}`)
  return lines
}

/**
 * The verdict over an address out of what was found (pure). Order: our own suppression list, then the first check that says a
 * definite no, then our own delivery history, the probe, and the doubts that make a fine address risky. What could not be
 * asked makes `unknown`, never `undeliverable`.
 */
export const judge = (findings: Findings, now: Date): Verdict => {
  const { check, suggestion, suppressed, history, route, probe } = findings
  const own: Judgement | undefined =
    suppressed === undefined
      ? undefined
      : {
          verdict: 'undeliverable',
          level: 'history',
          reason: `suppressed-locally/${suppressed.reason}`,
          lasts: lasts.route
        }
  const lately: Judgement | undefined =
    history === undefined ? undefined : { verdict: 'deliverable', level: 'history', reason: 'delivered-before', lasts: lasts.accepted }
  const fine: Judgement = {
    verdict: 'sendable',
    level: route === undefined ? 'syntax' : 'mx',
    reason: 'nothing-against',
    lasts: route === undefined ? lasts.syntax : lasts.route
  }
  const dead = judgeSyntax(findings)
  const routed = judgeRoute(findings)
  const decided =
    own ?? dead ?? (routed?.verdict === 'undeliverable' ? routed : undefined) ?? lately ?? routed ?? judgeProbe(findings) ?? fine
  const doubted = doubts(findings)
  const doubtful = (decided.verdict === 'deliverable' || decided.verdict === 'sendable') && doubted.length > 0
  // Without DNS nothing is known of the domain: the doubts are named, and the verdict stays with the syntax.
  // A name made to deceive is no matter of DNS.
  const verdict = doubtful && (decided.level !== 'syntax' || findings.homographOf !== undefined) ? 'risky' : decided.verdict
  return {
    address: check.address,
    verdict,
    level: decided.level,
    reasons: doubtful
      ? [...doubted, ...(decided.reason === fine.reason ? [] : [decided.reason])]
      : [decided.reason, ...(suppressed?.detail === undefined ? [] : [suppressed.detail]), ...doubted],
    flags: findings.flags,
    score: scoreOf(verdict, findings),
    checks: {
      syntax: {
        level: check.level,
        ...(check.code === undefined ? {} : { code: check.code, position: check.position }),
        needsSmtputf8: check.needsSmtputf8
      },
      ...(suggestion === undefined ? {} : { typo: { kind: suggestion.kind, confidence: suggestion.confidence } }),
      ...(route === undefined
        ? {}
        : { mx: { status: route.status, implicit: route.implicit, provider: route.provider ?? null, operator: route.operator } }),
      ...(probe === undefined ? {} : { probe }),
      ...(suppressed === undefined ? {} : { suppressed }),
      ...(history === undefined ? {} : { history })
    },
    ...suggested(check, suggestion),
    ...(findings.canonical === undefined ? {} : { canonical: findings.canonical }),
    ...(route?.provider === undefined ? {} : { provider: route.provider }),
    evidence: evidenceOf(findings),
    checkedAt: probe?.at ?? route?.checkedAt ?? isoTime(now.getTime()),
    // A verdict from an answer of last week does not hold a week longer.
    expiresAt: isoTime((decided.level === 'probe' && probe !== undefined ? Date.parse(probe.at) : now.getTime()) + decided.lasts * 1_000)
  }
}

/** Times written lately: a list has the same few for a million addresses, and writing them was a tenth of a verdict. */
const written = new Map<number, string>()

const isoTime = (time: number): string => {
  const known = written.get(time)
  if (known !== undefined) return known
  if (written.size > 1_000) written.clear()
  const text = new Date(time).toISOString()
  written.set(time, text)
  return text
}

/** What to write instead: the mended or plain form, else the domain that was meant. */
const suggested = (check: AddressCheck, suggestion: Suggestion | undefined): { suggestion?: string } => {
  const plain = check.level === 'rfc5322' || check.level === 'invalid' ? (check.normalized ?? check.repair) : undefined
  const better = suggestion?.address ?? plain
  return better === undefined ? {} : { suggestion: better }
}

const scoreOf = (verdict: VerdictName, { flags, probe }: Findings): number => {
  const less = (flags.includes('role') ? 0.05 : 0) + (flags.includes('disposable') ? 0.1 : 0) + (probe?.kind === 'no-answer' ? 0.2 : 0)
  return Math.round(Math.max(0, scores[verdict] - less) * 100) / 100
}
