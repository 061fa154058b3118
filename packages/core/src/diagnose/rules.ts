import type { Knowledge, Origin, Rule, Stage } from '../knowledge/knowledge.ts'
import { emptyHead, type Head, readHead } from '../reply/head.ts'
import { statusNumber, withoutClass } from '../reply/status.ts'
import type { CompiledPhrases } from './phrase-table.ts'
import { buildPhraseFinder, type PhraseFinder } from './phrases.ts'

/**
 * Decides which rule speaks for a reply. One total order, so that the answer never depends on the order of files:
 * level, then the longer matched phrase, then the earlier place, then the rule id.
 */
export const levels = [
  'provider text and code',
  'provider text',
  'blocklist text',
  'software text',
  'general text',
  'weak text',
  'provider code',
  'status',
  'reply code',
  'wrapper'
] as const
export type Level = (typeof levels)[number]

const providerTextAndCode = 0
const providerText = 1
const blocklistText = 2
const softwareText = 3
const generalText = 4
const weakText = 5
const providerCode = 6
const statusCode = 7
const replyCodeLevel = 8
const wrapperText = 9

/** What is known about a reply beside its words. Origins are indexes into `Knowledge.origins`, -1 where unknown. */
export type MatchContext = {
  /** The provider that said it, known from its MX name or told by the caller. */
  readonly provider: number
  /** The provider that hosts the recipient's domain: lets its rules match, but excludes nobody else's. */
  readonly host: number
  readonly stage: Stage | undefined
  /** Codes that the wrapper told, where the text has none of its own; 0 where it did not. */
  readonly replyCode: number
  readonly status: number
}

export const noContext: MatchContext = { provider: -1, host: -1, stage: undefined, replyCode: 0, status: 0 }

/** The result of one match; the matcher fills the same object again, so that reading a log allocates nothing. */
export type Match = {
  /** Index into `Knowledge.rules`, -1 where nothing matched. */
  rule: number
  level: number
  /** Span of the matched words in the text; both 0 for a rule of codes alone. */
  start: number
  end: number
  replyCode: number
  status: number
  /** Where the words of the reply begin, behind its codes. */
  textStart: number
  /** Whether any words say that the queue gave up, whatever else stood in the way. */
  expired: boolean
}

export type RuleMatcher = {
  readonly match: (text: string, from: number, to: number, context: MatchContext) => Match
  /** The rule that the codes alone would give: what the text's verdict is compared with. -1 for none. */
  readonly ruleOfCodes: (replyCode: number, status: number) => number
  readonly finder: PhraseFinder
}

type Candidate = {
  readonly rule: number
  readonly level: number
  readonly hasCodes: boolean
  readonly replies: readonly number[]
  /** Status numbers; those below a million hold for any class. */
  readonly statuses: readonly number[]
  readonly stage: Stage | undefined
  readonly origin: number
  readonly operator: string | undefined
  readonly ofProvider: boolean
  readonly knownProvider: boolean
  readonly unless: readonly number[]
  readonly expires: boolean
  readonly needsCode: boolean
  /** No condition beside its words: most rules, and so the quick way for most texts. */
  readonly plain: boolean
}

const hasLevel = (rule: Rule, origin: Origin): number => {
  if (rule.wrapper) return wrapperText
  if (rule.says === undefined) {
    if (origin.kind === 'code') return rule.status === undefined ? replyCodeLevel : statusCode
    return providerCode
  }
  if (rule.weak) return weakText
  if (origin.kind === 'general') return generalText
  // Whatever server quotes it: a list's own name tells more than that server's words around it.
  if (origin.kind === 'blocklist') return blocklistText
  return origin.kind === 'provider' ? providerText : softwareText
}

/** Every different phrase of the rules, in the order in which the matcher numbers them. */
export const phrasesOf = (rules: readonly Rule[]): string[] => [
  ...new Set(rules.flatMap((rule) => [...(rule.unless ?? []), ...(rule.says ?? [])]))
]

/** `compiled` are the phrases of just these rules, compiled before; they are compiled here where it is absent. */
export const buildRuleMatcher = (knowledge: Knowledge, compiled?: CompiledPhrases): RuleMatcher => {
  const phrases = phrasesOf(knowledge.rules)
  const phraseIndex = new Map(phrases.map((phrase, index) => [phrase, index]))
  const indexOf = (phrase: string): number => phraseIndex.get(phrase) ?? -1

  const ofPhrase: Candidate[][] = []
  const ofProvider = new Map<number, Candidate[]>()
  const ofStatus = new Map<number, number>()
  const ofReply = new Map<number, number>()

  knowledge.rules.forEach((rule, index) => {
    const origin = knowledge.origins[rule.origin]
    if (origin === undefined) throw new RangeError(`rule ${rule.id} has no origin`)
    const level = hasLevel(rule, origin)
    const candidate: Candidate = {
      rule: index,
      level,
      hasCodes: rule.reply !== undefined || rule.status !== undefined,
      replies: rule.reply ?? [],
      statuses: (rule.status ?? []).map(statusNumber),
      stage: rule.stage,
      origin: rule.origin,
      operator: origin.operator,
      ofProvider: origin.kind === 'provider',
      knownProvider: rule.knownProvider === true,
      unless: (rule.unless ?? []).map(indexOf),
      expires: rule.cause === 'delivery-expired',
      needsCode: rule.needsCode === true,
      plain:
        origin.kind !== 'provider' &&
        rule.reply === undefined &&
        rule.status === undefined &&
        rule.stage === undefined &&
        rule.unless === undefined
    }
    if (level === statusCode) for (const status of candidate.statuses) ofStatus.set(status, index)
    else if (level === replyCodeLevel) for (const reply of candidate.replies) ofReply.set(reply, index)
    else if (level === providerCode) ofProvider.set(rule.origin, [...(ofProvider.get(rule.origin) ?? []), candidate])
    for (const phrase of rule.says ?? []) {
      const at = indexOf(phrase)
      const list = ofPhrase[at]
      if (list === undefined) ofPhrase[at] = [candidate]
      else list.push(candidate)
    }
  })

  const finder = buildPhraseFinder(phrases, compiled)
  const operatorOf = (origin: number): string | undefined => knowledge.origins[origin]?.operator
  const head: Head = emptyHead()
  const match: Match = { rule: -1, level: 0, start: 0, end: 0, replyCode: 0, status: 0, textStart: 0, expired: false }

  const codesMatch = (candidate: Candidate): boolean => {
    if (!candidate.hasCodes) return true
    if (
      candidate.needsCode &&
      ((candidate.replies.length > 0 && match.replyCode === 0) || (candidate.statuses.length > 0 && match.status === 0))
    )
      return false
    if (candidate.replies.length > 0 && match.replyCode !== 0 && !candidate.replies.includes(match.replyCode)) return false
    if (candidate.statuses.length === 0 || match.status === 0) return true
    return candidate.statuses.some((status) => (status < 1_000_000 ? status === withoutClass(match.status) : status === match.status))
  }

  const hasCodesOf = (candidate: Candidate): boolean =>
    candidate.hasCodes && (match.replyCode !== 0 || match.status !== 0) && codesMatch(candidate)

  /** The level at which a candidate matches here, or -1 where its conditions do not hold. */
  const levelHere = (candidate: Candidate, context: MatchContext): number => {
    if (!codesMatch(candidate)) return -1
    if (candidate.stage !== undefined && context.stage !== undefined && candidate.stage !== context.stage) return -1
    let level = candidate.level
    if (candidate.ofProvider) {
      const known =
        context.provider === candidate.origin ||
        context.host === candidate.origin ||
        (candidate.operator !== undefined && context.provider >= 0 && operatorOf(context.provider) === candidate.operator)
      if (!known) {
        // A text that only this provider is known to use tells the provider; among lists' names the longer text decides.
        if (candidate.knownProvider || context.provider >= 0) return -1
        if (level < blocklistText) level = blocklistText
      } else if (level === providerText && hasCodesOf(candidate)) level = providerTextAndCode
    }
    for (const phrase of candidate.unless) if (finder.isFound(phrase)) return -1
    return level
  }

  const chooseText = (context: MatchContext): void => {
    let bestLength = 0
    let bestPlace = 0
    for (let index = 0; index < finder.count(); index++) {
      const found = finder.found[index]
      if (found === undefined) break
      const candidates = ofPhrase[found.phrase]
      if (candidates === undefined) continue
      const length = finder.lengthOf(found.phrase)
      for (const candidate of candidates) {
        // What cannot win any more need not be asked for its conditions: a level only rises by them for providers.
        if (match.rule >= 0 && !candidate.ofProvider && candidate.level > match.level && !candidate.expires) continue
        const level = candidate.plain ? candidate.level : levelHere(candidate, context)
        if (level < 0) continue
        if (candidate.expires) match.expired = true
        if (match.rule >= 0) {
          if (
            level !== match.level
              ? level > match.level
              : length !== bestLength
                ? length < bestLength
                : found.firstWord !== bestPlace
                  ? found.firstWord > bestPlace
                  : candidate.rule > match.rule
          )
            continue
        }
        match.rule = candidate.rule
        match.level = level
        bestLength = length
        bestPlace = found.firstWord
        match.start = finder.words.start[found.firstWord] ?? 0
        match.end = finder.words.end[found.lastWord] ?? 0
      }
    }
  }

  const chooseCode = (context: MatchContext): void => {
    for (const origin of [context.provider, context.host]) {
      for (const candidate of ofProvider.get(origin) ?? []) {
        const given = (candidate.statuses.length === 0 || match.status !== 0) && (candidate.replies.length === 0 || match.replyCode !== 0)
        if (!given || levelHere(candidate, context) < 0 || (match.level < providerCode && match.rule >= 0)) continue
        take(candidate.rule, providerCode)
        return
      }
    }
    if (match.rule >= 0 && match.level < statusCode) return
    const ofCodes = ruleOfCodes(match.replyCode, match.status)
    if (ofCodes >= 0) take(ofCodes, knowledge.rules[ofCodes]?.status === undefined ? replyCodeLevel : statusCode)
  }

  const take = (rule: number, level: number): void => {
    match.rule = rule
    match.level = level
    match.start = 0
    match.end = 0
  }

  const ruleOfCodes = (replyCode: number, status: number): number => {
    const exact = ofStatus.get(status) ?? ofStatus.get(withoutClass(status))
    if (status !== 0 && exact !== undefined) return exact
    return ofReply.get(replyCode) ?? -1
  }

  return {
    finder,
    ruleOfCodes,
    match: (text, from, to, context) => {
      readHead(head, text, from, to)
      match.replyCode = head.replyCode !== 0 ? head.replyCode : context.replyCode
      match.status = head.status !== 0 ? head.status : context.status
      match.textStart = head.textStart
      match.rule = -1
      match.level = wrapperText + 1
      match.start = 0
      match.end = 0
      match.expired = false
      finder.read(text, head.textStart, to, head.replyCode)
      if (finder.count() > 0) chooseText(context)
      if (match.rule < 0 || match.level > weakText) chooseCode(context)
      return match
    }
  }
}
