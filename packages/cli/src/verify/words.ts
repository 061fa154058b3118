import { adviseOn, defaultDiagnoser, diagnose } from '@whybounce/core'
import { addressCodes, addressCodeText, verdicts } from '@whybounce/core/address'
import type { Verdict } from '@whybounce/probe'

/** What a reason of a verdict means, in words: the same that every other surface shows for the same cause. */
export type ReasonWords = { readonly title: string; readonly says: string; readonly do: string }

const own: ReadonlyMap<string, ReasonWords> = new Map(verdicts.reasons.map((reason) => [reason.id, reason]))
const told = new Map<string, ReasonWords>()

const ofCause = (cause: string, detail: string | undefined): ReasonWords => {
  const { causeOf, knowledge } = defaultDiagnoser()
  const code = cause === 'bad-address-syntax' || cause === 'unusual-address' ? addressCodes.find((known) => known === detail) : undefined
  if (code !== undefined) {
    // `what is wrong: what to do`, in one sentence.
    const [says = '', step = ''] = addressCodeText[code].split(/:\s(?=[^:]*$)/)
    return {
      title: says.replace(/\.$/, ''),
      says: /[.!?]$/.test(says) ? says : `${says}.`,
      do: step === '' ? 'Correct it, or take it off the list.' : `${step.charAt(0).toUpperCase()}${step.slice(1)}`
    }
  }
  const known = knowledge.causes.some(({ id }) => id === cause)
  if (!known) return { title: cause, says: '', do: '' }
  const { facts: _facts, ...nothing } = diagnose('')
  const { group, party, action } = causeOf(cause)
  const advice = adviseOn(defaultDiagnoser(), {
    ...nothing,
    facts: {},
    cause,
    ...(detail === undefined ? {} : { detail }),
    group,
    party,
    action,
    evidence: []
  })
  const steps = advice.fixes.find(({ role }) => role === 'list-owner')?.steps ?? advice.fixes[0]?.steps ?? []
  return { title: advice.title, says: advice.happened, do: steps[0] ?? advice.action.title }
}

/** The words of a verdict's first reason. What stands in the way of an unknown one has its own words; what to do is always the same. */
export const verdictWords = ({ verdict, reasons }: Pick<Verdict, 'verdict' | 'reasons'>): ReasonWords => {
  const [reason = 'nothing-against'] = reasons
  const words = reasonWords(reason)
  return verdict === 'unknown' && !own.has(reason) ? { ...words, do: own.get('unclear')?.do ?? words.do } : words
}

/** The words of a reason such as `user-unknown`, `bad-address-syntax/double-dot`, `catch-all`, `suppressed-locally/complaint`. */
export const reasonWords = (reason: string): ReasonWords => {
  const known = own.get(reason) ?? told.get(reason)
  if (known !== undefined) return known
  const [cause = '', detail] = reason.split('/')
  const words = (detail === undefined || cause !== 'unusual-address' ? own.get(cause) : undefined) ?? ofCause(cause, detail)
  told.set(reason, words)
  return words
}

export const verdictTitle = (id: string): string => verdicts.verdicts.find((verdict) => verdict.id === id)?.title ?? id
