import type { Action, Cause, Detail, Group, Knowledge, Origin, Party, Permanence, Rule, Stage } from '../knowledge/knowledge.ts'
import { decidingFacts, type Facts, readFacts } from '../reply/facts.ts'
import { isPlainReply, type Peeled, peel, wholeText } from '../reply/peel.ts'
import { formatStatus, statusNumber, withoutClass } from '../reply/status.ts'
import type { CompiledPhrases } from './phrase-table.ts'
import { buildOriginFinder, type OriginFinder } from './providers.ts'
import { retryHint } from './retry-hint.ts'
import { buildRuleMatcher, type Level, levels, type Match, type RuleMatcher } from './rules.ts'

/** How sure a diagnosis is: `none` is undetermined, `weak` rests on a code alone. */
export type Confidence = 'certain' | 'likely' | 'weak' | 'none'

/** Why a diagnosis says what it says (law: evidence always). */
export type Evidence = {
  readonly rule: string
  readonly level: Level
  /** The words of the input that matched; absent for a rule of codes alone. */
  readonly words?: string
  /** Their place in the input, in UTF-16 code units. */
  readonly span?: readonly [number, number]
  readonly source: string
  /** Day on which the source was read, ISO 8601. */
  readonly verified: string
}

/** What a caller knows about a reply beside its text. All optional. */
export type Context = {
  /** Id of the receiving provider (`gmail`), as in knowledge/providers. */
  readonly provider?: string | undefined
  readonly remoteMta?: string | undefined
  readonly recipient?: string | undefined
  readonly stage?: Stage | undefined
  readonly replyCode?: number | undefined
  readonly status?: string | undefined
  /** Only the facts that decide (remote host, step): for callers who know recipient and sender from elsewhere. */
  readonly brief?: true | undefined
}

/** What a failed delivery means. Times in seconds; absent where not known. */
export type Diagnosis = {
  readonly cause: string
  readonly detail?: string
  readonly group: Group
  /** As the server told it by its code; absent where it gave none. Never the same thing as the cause. */
  readonly permanence?: Permanence
  readonly party: Party
  readonly also?: Party
  readonly action: Action
  readonly provider?: string
  readonly software?: string
  readonly stage?: Stage
  readonly confidence: Confidence
  readonly evidence: readonly Evidence[]
  readonly advice?: string
  readonly retryAfter?: number
  readonly link?: string
  readonly replyCode?: number
  readonly status?: string
  /** `local`: our own side made the error, no server answered. */
  readonly saidBy?: 'remote' | 'local'
  readonly facts: Facts
}

type Filling = { -readonly [field in keyof Diagnosis]: Diagnosis[field] }

export type Diagnoser = {
  readonly knowledge: Knowledge
  readonly matcher: RuleMatcher
  readonly origins: OriginFinder
  /** One diagnosis for one reply or log line. Never throws on what a text contains. */
  readonly diagnose: (text: string, context?: Context) => Diagnosis
  /** The same for a text that is nothing but a reply (`isPlainReply`): looks for no wrapper and no facts, six times as fast. */
  readonly diagnosePlain: (text: string, context?: Context) => Diagnosis
  readonly causeOf: (id: string) => Cause
  readonly ruleOf: (id: string) => Rule | undefined
}

const permanenceOf = (replyCode: number, status: number): Permanence | undefined => {
  // The reply code is what the sending server acts on (RFC 5321 §4.2.1), so a 4xx stays transient with a 5.x.x status beside it.
  const digit = replyCode !== 0 ? Math.floor(replyCode / 100) : Math.floor(status / 1_000_000)
  return digit === 5 ? 'permanent' : digit === 4 ? 'transient' : undefined
}

export const buildDiagnoser = (knowledge: Knowledge, compiled?: CompiledPhrases): Diagnoser => {
  const matcher = buildRuleMatcher(knowledge, compiled)
  const origins = buildOriginFinder(knowledge)
  const causes = new Map(knowledge.causes.map((cause) => [cause.id, cause]))
  const rules = new Map(knowledge.rules.map((rule) => [rule.id, rule]))

  const causeOf = (id: string): Cause => {
    const cause = causes.get(id)
    if (cause === undefined) throw new RangeError(`no such cause: ${id}`)
    return cause
  }

  const providerOf = (context: Context, facts: Facts): number => {
    if (context.provider !== undefined) return origins.byId(context.provider)
    const host = context.remoteMta ?? facts.remoteMta
    return host === undefined ? -1 : origins.ofHost(host)
  }

  const hostOf = (recipient: string | undefined): number =>
    recipient === undefined ? -1 : origins.ofDomain(recipient.slice(recipient.lastIndexOf('@') + 1))

  const diagnose = (text: string, context: Context = {}): Diagnosis => {
    const peeled = peel(text)
    const facts = context.brief ? decidingFacts(text, peeled.from, peeled.to) : readFacts(text, peeled.from, peeled.to)
    return diagnosePeeled(
      text,
      context,
      peeled,
      facts,
      hostOf(context.recipient ?? facts.recipient ?? (isPlainReply(text) ? addressIn(text) : undefined))
    )
  }

  const diagnosePlain = (text: string, context: Context = {}): Diagnosis =>
    diagnosePeeled(text, context, wholeText(text), {}, hostOf(context.recipient ?? addressIn(text)))

  const diagnosePeeled = (text: string, context: Context, peeled: Peeled, facts: Facts, host: number): Diagnosis => {
    const stage = context.stage ?? facts.stage
    const provider = providerOf(context, facts)
    const matchContext = {
      provider,
      host,
      stage,
      replyCode: context.replyCode ?? peeled.replyCode,
      status: statusNumber(context.status ?? peeled.status ?? '')
    }
    let match = matcher.match(text, peeled.from, peeled.to, matchContext)
    // Where the reply itself says little, the words around it may ("… Connection timed out", "SMTP connect() failed").
    if (match.level >= weakIndex && (peeled.from > 0 || peeled.to < text.length)) {
      const inner = { ...match }
      const outer = matcher.match(text, 0, text.length, { ...matchContext, replyCode: inner.replyCode, status: inner.status })
      const better = outer.rule >= 0 && (inner.rule < 0 || outer.level < inner.level)
      match = better ? { ...outer, replyCode: inner.replyCode, status: inner.status } : inner
    }
    return conclude(text, match, peeled, facts, stage, provider)
  }

  const conclude = (
    text: string,
    match: Match,
    peeled: Peeled,
    facts: Facts,
    stage: Stage | undefined,
    knownProvider: number
  ): Diagnosis => {
    const rule = knowledge.rules[match.rule]
    const sender = rule !== undefined && match.level >= generalIndex ? senderDetail(rule.cause, stage, match.status) : undefined
    const cause = causeOf(sender === undefined ? (rule?.cause ?? 'undetermined') : 'invalid-sender')
    const detailId =
      sender ??
      rule?.detail ??
      (rule === undefined ? unknownDetail(match) : undefined) ??
      (isExpired(cause, match, peeled, text) ? 'expired' : undefined)
    const detail = detailId === undefined ? undefined : cause.details.find(({ id }) => id === detailId)
    const origin = rule === undefined ? undefined : knowledge.origins[rule.origin]
    // What a rule says of the recipient is not said of the sender, where the words turn out to be about him.
    const told = sender === undefined ? rule : undefined
    const party = told?.party ?? detail?.party ?? cause.party
    const also = told?.also ?? detail?.also ?? cause.also
    const provider = knownProvider >= 0 ? knowledge.origins[knownProvider] : origin?.kind === 'provider' ? origin : undefined
    const permanence = permanenceOf(match.replyCode, match.status)
    const wait = permanence === 'permanent' ? undefined : (retryHint(text, peeled.from, peeled.to) ?? rule?.retryAfter)
    // Filled field by field: a dozen spreads a line cost a third of the time of reading a log.
    const diagnosis: Filling = {
      cause: cause.id,
      group: cause.group,
      party,
      action: actionOf(cause, detail, permanence, told, origin),
      confidence: confidenceOf(match, rule),
      evidence: rule === undefined ? [] : [evidenceOf(text, match, rule)],
      facts
    }
    if (detailId !== undefined) diagnosis.detail = detailId
    if (permanence !== undefined) diagnosis.permanence = permanence
    if (also !== undefined && also !== party) diagnosis.also = also
    if (provider !== undefined) diagnosis.provider = provider.id
    const software = softwareOf(origin) ?? peeled.wrapper
    if (software !== undefined) diagnosis.software = software
    if (stage !== undefined) diagnosis.stage = stage
    if (told?.advice !== undefined) diagnosis.advice = told.advice
    if (wait !== undefined) diagnosis.retryAfter = wait
    if (told?.link !== undefined) diagnosis.link = told.link
    if (match.replyCode !== 0) diagnosis.replyCode = match.replyCode
    if (match.status !== 0) diagnosis.status = formatStatus(match.status)
    if (peeled.saidBy !== undefined) diagnosis.saidBy = peeled.saidBy
    return diagnosis
  }

  const evidenceOf = (text: string, match: Match, rule: Rule): Evidence => ({
    rule: rule.id,
    level: levels[match.level] ?? 'wrapper',
    ...(match.end === 0 ? {} : { words: text.slice(match.start, match.end), span: [match.start, match.end] as const }),
    source: knowledge.sources[rule.source] ?? '',
    verified: rule.verified
  })

  const confidenceOf = (match: Match, rule: Rule | undefined): Confidence => {
    if (rule === undefined || rule.cause === 'undetermined') return 'none'
    if (match.level <= softwareIndex) return 'certain'
    if (match.level >= statusIndex) return 'weak'
    const ofCodes = knowledge.rules[matcher.ruleOfCodes(match.replyCode, match.status)]
    if (match.level === generalIndex && ofCodes?.cause === rule.cause) return 'certain'
    return 'likely'
  }

  return { knowledge, matcher, origins, diagnose, diagnosePlain, causeOf, ruleOf: (id) => rules.get(id) }
}

const softwareIndex = levels.indexOf('software text')
const generalIndex = levels.indexOf('general text')
const weakIndex = levels.indexOf('weak text')
const statusIndex = levels.indexOf('status')

const softwareOf = (origin: Origin | undefined): string | undefined =>
  origin !== undefined && ['mta', 'filter', 'esp', 'client', 'blocklist'].includes(origin.kind) ? origin.id : undefined

/** The first address in angle brackets, which in a plain reply is the recipient's unless the sender is what was refused. */
const addressIn = (text: string): string | undefined => {
  const start = text.indexOf('<')
  if (start < 0) return undefined
  const end = text.indexOf('>', start)
  return end < 0 || /^>[:.]{0,3} ?(?:Domain of )?sender/i.test(text.slice(end, end + 24)) ? undefined : text.slice(start + 1, end)
}

const actionOf = (
  cause: Cause,
  detail: Detail | undefined,
  permanence: Permanence | undefined,
  rule: Rule | undefined,
  origin: Origin | undefined
): Action => {
  // Law 2: an undetermined 4xx retries, an undetermined 5xx stops and never suppresses.
  if (cause.id === 'undetermined' && permanence !== undefined) return permanence === 'transient' ? 'retry' : 'stop-and-fix'
  // A fault that the sending side itself must mend, in its server or its client's settings, is there again at each retry.
  const mends = cause.group === 'technical' || origin?.kind === 'client'
  if (rule?.party === 'sender-admin' && mends && permanence !== 'transient') return 'stop-and-fix'
  return detail?.action ?? cause.action
}

/** What an undetermined text is where it is no refusal: a reply that accepts, or no reply at all. */
const unknownDetail = ({ replyCode, status }: Match): string | undefined => {
  const digit = replyCode !== 0 ? Math.floor(replyCode / 100) : Math.floor(status / 1_000_000)
  if (digit === 2 || digit === 3) return 'accepted'
  return digit === 0 ? 'no-error' : undefined
}

/** Causes that general words tell of an address, whoever's it is. */
const addressDetails: Readonly<Record<string, string>> = {
  'user-unknown': 'address',
  'mailbox-disabled': 'address',
  'bad-address-syntax': 'address',
  'domain-not-found': 'domain',
  'domain-not-accepting-mail': 'domain'
}

/**
 * At MAIL FROM no recipient has been named yet, and 5.1.7 and 5.1.8 are about the sender by their definition (RFC 3463 §3.2):
 * "user unknown" then speaks of the sender's address. Gives the detail of invalid-sender, or undefined where it is not so.
 */
const senderDetail = (cause: string, stage: Stage | undefined, status: number): string | undefined => {
  const subject = withoutClass(status)
  return stage === 'mail' || subject === 1_007 || subject === 1_008 ? addressDetails[cause] : undefined
}

/** The queue gave up: 4.4.7 or 5.4.7 beside a text that tells the underlying cause, or a log line that says so. */
const isExpired = (cause: Cause, match: Match, peeled: Peeled, text: string): boolean => {
  if (cause.id === 'delivery-expired' || cause.group === 'outcome') return false
  return match.expired || withoutClass(match.status) === 4_007 || (peeled.wrapper === 'postfix' && /\bstatus=expired\b/.test(text))
}
