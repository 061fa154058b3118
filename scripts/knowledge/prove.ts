import { buildDiagnoser, type Diagnoser } from '../../packages/core/src/diagnose/diagnose.ts'
import { problemOfPhrase } from '../../packages/core/src/diagnose/phrase-table.ts'
import { maxPhrasesPerAnchor } from '../../packages/core/src/diagnose/phrases.ts'
import { foldText } from '../../packages/core/src/diagnose/words.ts'
import type { Compiled } from './compile.ts'
import type { Problem } from './read.ts'

/** A rule whose source was read longer ago than this is worth a second look: providers reword their texts within two years. */
const staleAfterDays = 730

/**
 * Every rule proves itself: its example must come out with its own id. Also finds ties (the same phrase and conditions),
 * phrases too short to mean anything, and sources that were read long ago (a warning).
 */
export const prove = ({ knowledge, reference, places }: Compiled, today: Date): Problem[] => {
  const problems: Problem[] = []
  const problem = (id: string, message: string): void => {
    problems.push({ ...(places.get(id) ?? { file: 'knowledge', line: 1 }), message: `${id}: ${message}` })
  }

  const unfit = new Set<string>()
  for (const rule of knowledge.rules) {
    const phrases = [
      ...(rule.says ?? []).map((phrase) => [phrase, 'says'] as const),
      ...(rule.unless ?? []).map((phrase) => [phrase, 'unless'] as const)
    ]
    for (const [phrase, use] of phrases) {
      const wrong = problemOfPhrase(phrase, use)
      if (wrong === undefined) continue
      problem(rule.id, `the phrase "${phrase}" ${wrong}`)
      unfit.add(rule.id)
    }
    const age = (today.getTime() - Date.parse(rule.verified)) / 86_400_000
    if (age > staleAfterDays)
      problems.push({
        ...(places.get(rule.id) ?? { file: 'knowledge', line: 1 }),
        message: `${rule.id}: verified ${rule.verified}, ${Math.floor(age)} days ago`,
        stale: true
      })
  }
  for (const [id, message] of findTies(
    knowledge.rules,
    knowledge.origins.map(({ kind }) => kind)
  ))
    problem(id, message)
  if (!knowledge.causes.some(({ id }) => id === 'undetermined')) {
    problem('causes/undetermined.toml', 'is missing, nothing can be proved without it')
    return problems
  }

  const diagnoser = buildDiagnoser({ ...knowledge, rules: knowledge.rules.filter(({ id }) => !unfit.has(id)) })
  const { fullestAnchor } = diagnoser.matcher.finder.size
  if (fullestAnchor > maxPhrasesPerAnchor)
    problems.push({
      file: 'knowledge',
      line: 1,
      message: `${fullestAnchor} phrases share their rarest words: ${diagnoser.matcher.finder.fullest.slice(0, 4).join(' | ')} …`
    })
  for (const rule of diagnoser.knowledge.rules) {
    const wrong = problemOfExample(diagnoser, rule.id, reference.examples[rule.id] ?? '')
    if (wrong !== undefined) problem(rule.id, wrong)
  }
  return problems
}

const problemOfExample = ({ diagnose, knowledge, ruleOf }: Diagnoser, id: string, example: string): string | undefined => {
  const rule = ruleOf(id)
  const origin = rule === undefined ? undefined : knowledge.origins[rule.origin]
  const needsProvider = origin?.kind === 'provider' && (rule?.knownProvider === true || rule?.says === undefined)
  const winner = diagnose(example, needsProvider ? { provider: origin.id } : {}).evidence[0]
  if (winner === undefined) return `its example matches no rule: ${example}`
  if (winner.rule === id) return undefined
  return `its example comes out as ${winner.rule} (${winner.level}${winner.words === undefined ? '' : `, "${winner.words.replace(/\s+/g, ' ')}"`}): ${example}`
}

type Tied = {
  readonly id: string
  readonly origin: number
  readonly says?: readonly string[]
  readonly reply?: readonly number[]
  readonly status?: readonly string[]
  readonly stage?: string
  readonly knownProvider?: true
  readonly unless?: readonly string[]
}

/** Rules with the same phrase and conditions: nothing but the id would decide between them. */
const findTies = (rules: readonly Tied[], kinds: readonly string[]): [string, string][] => {
  const seen = new Map<string, string>()
  const ties: [string, string][] = []
  for (const rule of rules) {
    const scope = rule.knownProvider || (rule.says === undefined && kinds[rule.origin] !== 'code') ? `origin ${rule.origin}` : ''
    const kind = kinds[rule.origin] === 'general' ? 'general' : kinds[rule.origin] === 'code' ? 'code' : 'named'
    const conditions = JSON.stringify([scope, kind, rule.reply, rule.status, rule.stage, rule.unless])
    for (const phrase of rule.says ?? ['']) {
      const key = `${phrase.split('…').map(foldText).join('…')} ${phrase.endsWith('*')} ${conditions}`
      const other = seen.get(key)
      if (other !== undefined && other !== rule.id) ties.push([rule.id, `the same phrase and conditions as ${other}: "${phrase}"`])
      else seen.set(key, rule.id)
    }
  }
  return ties
}
