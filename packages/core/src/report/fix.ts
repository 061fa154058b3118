import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import { adviseOn } from '../explain/advice.ts'

/**
 * A summary has room for one sentence; `whybounce causes CAUSE` has the rest, and the checks. A very short one ("Find which server says
 * so.") is only the beginning of a step.
 */
const firstSentence = (text: string): string =>
  (/^.{30,}?[.!?](?=\s+[\p{Lu}`]|$)/su.exec(text)?.[0] ?? text).replace(/ \(the checks? below\)| with the checks? below/, '')

/** Steps for those whose own server or domain is at fault begin so. */
const forOwners = /^If it is your (?:own server|own group|domain)\b/

/** Who acts is named before the step: that the server is theirs need not be said again. */
const withoutCondition = (step: string): string =>
  step
    .replace(/^If it is your own server, /, 'On the server, ')
    .replace(/^If it is your own server and /, 'If ')
    .replace(/^If it is your domain, /, 'For the domain, ')

/** Who must act, and their first step: what `whybounce explain` says of such an event, in a sentence. */
export const fixOf = (
  diagnoser: Diagnoser,
  diagnosis: Diagnosis
): { readonly title: string; readonly party: string; readonly fix: string } => {
  const { advice, software: _program, detail: told, ...rest } = diagnosis
  const detail = told === 'expired' ? undefined : told
  const cause = diagnoser.causeOf(diagnosis.cause)
  const usual = cause.details.find(({ id }) => id === detail)?.party ?? cause.party
  // What a rule says about one reply may not hold for its neighbours: the cause's own first step does. But where the rule says that
  // somebody else must act, the cause's steps are for the wrong one.
  const isUsual = diagnosis.party === usual
  const about: Diagnosis = {
    ...rest,
    facts: {},
    ...(detail === undefined ? {} : { detail }),
    ...(isUsual ? { evidence: [] } : advice === undefined ? {} : { advice })
  }
  const { title, party, action, first, role, fixes } = adviseOn(diagnoser, about)
  const stepsFor = (name: string): readonly string[] => fixes.find((fix) => fix.role === name)?.steps ?? []
  const shown = stepsFor(role).length > 0 ? stepsFor(role) : (fixes[0]?.steps ?? [])
  const fitting =
    diagnosis.party === 'receiving-admin'
      ? [...shown, ...stepsFor('domain-admin')].find((step) => forOwners.test(step))
      : isUsual
        ? undefined
        : shown.find((step) => !forOwners.test(step))
  const fix =
    diagnosis.party === 'nobody' ? `${action.title}.` : (first ?? withoutCondition(firstSentence(fitting ?? shown[0] ?? action.title)))
  return { title, party: party.title, fix }
}
