import type { Cause, Detail, Knowledge, Origin, Rule } from './knowledge.ts'

/**
 * The knowledge comes in two parts, so that a page can find causes before it has loaded every sentence about them:
 * what is needed to name a cause, and the texts that advise on it.
 */
const ruleTexts = ['advice', 'link', 'source', 'verified', 'title', 'means', 'why', 'fix'] as const
const causeTexts = ['why', 'not', 'example', 'fix', 'checks', 'sources'] as const
const detailTexts = ['why', 'not', 'fix', 'checks'] as const
const originTexts = ['note', 'pages'] as const

type Fields = Readonly<Record<string, unknown>>

export type Matching = {
  readonly origins: readonly Fields[]
  readonly rules: readonly Fields[]
  readonly causes: readonly (Fields & { readonly details: readonly Fields[] })[]
  readonly parties: Knowledge['parties']
  readonly groups: Knowledge['groups']
  readonly stages: Knowledge['stages']
  readonly roles: Knowledge['roles']
  readonly actions: Knowledge['actions']
}

/** In the order of `Matching`: the texts of rule 3 stand at index 3. */
export type Texts = {
  readonly origins: readonly Fields[]
  readonly rules: readonly Fields[]
  readonly causes: readonly (Fields & { readonly details: readonly Fields[] })[]
  readonly sources: readonly string[]
  readonly labels: Knowledge['labels']
}

const cut = (from: object, names: readonly string[]): { kept: Fields; taken: Fields } => {
  const entries = Object.entries(from)
  return {
    kept: Object.fromEntries(entries.filter(([name]) => !names.includes(name))),
    taken: Object.fromEntries(entries.filter(([name]) => names.includes(name)))
  }
}

export const splitKnowledge = (knowledge: Knowledge): { matching: Matching; texts: Texts } => {
  const { origins, rules, causes, sources, labels, ...terms } = knowledge
  const cutOrigins = origins.map((origin) => cut(origin, originTexts))
  const cutRules = rules.map((rule) => cut(rule, ruleTexts))
  const cutCauses = causes.map(({ details, ...cause }) => ({ ...cut(cause, causeTexts), details: details.map((detail) => cut(detail, detailTexts)) }))
  return {
    matching: {
      ...terms,
      origins: cutOrigins.map(({ kept }) => kept),
      rules: cutRules.map(({ kept }) => kept),
      causes: cutCauses.map(({ kept, details }) => ({ ...kept, details: details.map((detail) => detail.kept) }))
    },
    texts: {
      sources,
      labels,
      origins: cutOrigins.map(({ taken }) => taken),
      rules: cutRules.map(({ taken }) => taken),
      causes: cutCauses.map(({ taken, details }) => ({ ...taken, details: details.map((detail) => detail.taken) }))
    }
  }
}

/** What stands for the texts until they are there: every answer is whole in form, and says less. */
const noCauseTexts: Fields = { why: [], not: [], example: '', fix: {}, checks: [], sources: [] }
const noRuleTexts: Fields = { source: 0, verified: '' }

/** The knowledge out of its parts; without texts it names causes, and advises on nothing. */
export const joinKnowledge = (matching: Matching, texts?: Texts): Knowledge => ({
  parties: matching.parties,
  groups: matching.groups,
  stages: matching.stages,
  roles: matching.roles,
  actions: matching.actions,
  origins: matching.origins.map((origin, index) => ({ ...origin, ...texts?.origins[index] }) as Origin),
  rules: matching.rules.map((rule, index) => ({ ...noRuleTexts, ...rule, ...texts?.rules[index] }) as Rule),
  causes: matching.causes.map((cause, index) => ({
    ...noCauseTexts,
    ...cause,
    ...texts?.causes[index],
    details: cause.details.map((detail, at) => ({ ...detail, ...texts?.causes[index]?.details[at] }) as Detail)
  })) as unknown as Cause[],
  sources: texts?.sources ?? [],
  labels: texts?.labels ?? {}
})
