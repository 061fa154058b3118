import { type Answer, blocklists, defaultExplainer, type Facts } from '@whybounce/core'
import { type Finding, submission, type WhyRule, why } from '@whybounce/core/finding'
import { type DoctorOptions, parseTarget, type Target } from '@whybounce/probe'
import { block, printable, type Terminal } from '../terminal.ts'
import { UsageError } from '../usage.ts'
import type { DoctorSettings } from './options.ts'

/** What `--why` found in a pasted error, and what is to be examined for it. */
export type WhyPlan = {
  readonly answer: Answer
  readonly rule: WhyRule | undefined
  /** Names of the blocklists that the error names: what others say proves nothing about these. */
  readonly lists: readonly string[]
  readonly options: DoctorOptions
}

export type WhyConclusion = {
  readonly outcome: 'confirmed' | 'refuted' | 'unknown' | 'outside'
  readonly cause: string
  readonly detail?: string
  readonly says: string
  /** Codes of the findings that decided. */
  readonly by: readonly string[]
}

const domainOf = (address: string | undefined): string | undefined => {
  const target = address === undefined ? undefined : parseTarget(address)
  return target === undefined || typeof target === 'string' || target.kind !== 'address' ? undefined : target.domain
}

const plain = (text: string | undefined): Target | undefined => {
  const target = text === undefined ? undefined : parseTarget(text)
  return target === undefined || typeof target === 'string' || target.kind === 'machine' ? undefined : target
}

/** Whom the text is about on the receiving side: the recipient, its domain, or the server that was talked to. */
const receiverOf = (facts: Facts, exactly: boolean): Target | undefined => {
  const { recipient, recipientDomain, remoteMta, remoteIp, port } = facts
  if (recipient !== undefined) {
    const domain = domainOf(recipient)
    if (domain !== undefined) return exactly ? plain(recipient) : { kind: 'domain', domain }
  }
  if (recipientDomain !== undefined) return plain(recipientDomain)
  const host = remoteMta ?? remoteIp
  if (host === undefined) return undefined
  const target = plain(host)
  if (target?.kind === 'domain') return { kind: 'host', host: target.domain, port: port ?? 25 }
  return target?.kind === 'host' ? { ...target, port: port ?? 25 } : target
}

/** The server through which a provider lets its users send: what a refused login is about. */
const submissionOf = (provider: string | undefined): Target | undefined => {
  const known = submission.find(({ id, knownAs }) => provider !== undefined && (id === provider || knownAs?.includes(provider)))
  const host = known?.hosts.find((name) => !name.includes('*'))
  const port = known?.implicit[0] ?? known?.starttls[0]
  return host === undefined || port === undefined ? undefined : { kind: 'host', host, port }
}

const missing = (needs: string, option: string): UsageError =>
  new UsageError(`The text does not say ${needs}. Add it: whybounce doctor ${option} --why '…'`)

/** The blocklists that a text names, by zone, id or name. */
const listsIn = (text: string): readonly { readonly id: string; readonly name: string }[] => {
  const lower = text.toLowerCase()
  return blocklists.lists.filter(
    ({ zone, name }) => (zone !== undefined && !zone.includes('{') && lower.includes(zone)) || lower.includes(name.toLowerCase())
  )
}

/** Diagnoses a pasted error and says what is to be examined for it. What the command line gives goes before what the text says. */
export const readWhy = (text: string, settings: DoctorSettings): WhyPlan => {
  const [answer] = defaultExplainer().explain(text).answers
  if (answer === undefined || answer.diagnosis.cause === 'undetermined')
    throw new UsageError(
      "The text tells no cause that could be checked. Paste the whole error, with its code; see also: whybounce explain '…'"
    )
  const { cause, detail, facts } = answer.diagnosis
  const rules = why.rules.filter((rule) => rule.cause === cause)
  const rule = rules.find((one) => one.detail !== undefined && one.detail === detail) ?? rules.find((one) => one.detail === undefined)
  const named = rule?.confirmedBy.includes('blocklist.') ? listsIn(text) : []
  const lists = named.map(({ name }) => name)
  const doctor =
    named.length === 0
      ? settings.doctor
      : { ...settings.doctor, blocklists: [...(settings.doctor.blocklists ?? []), ...named.map(({ id }) => ({ id }))] }
  const given = doctor.target.kind === 'machine' ? undefined : doctor.target
  if (rule === undefined) return { answer, rule, lists, options: { ...doctor, only: [] } }
  const from = doctor.from ?? facts.senderDomain ?? domainOf(facts.sender) ?? (given?.kind === 'domain' ? given.domain : undefined)
  const ip = doctor.ip ?? facts.localIp
  const selectors = doctor.selectors ?? (facts.selector === undefined ? undefined : [facts.selector])
  const sender = {
    ...(from === undefined ? {} : { from }),
    ...(ip === undefined ? {} : { ip }),
    ...(selectors === undefined ? {} : { selectors })
  }
  const only = rule.stages
  if (rule.side === 'sender' || rule.side === 'machine') {
    if (from === undefined && ip === undefined && doctor.message === undefined)
      throw missing('which domain or address sent it', '--from DOMAIN --ip IP')
    return { answer, rule, lists, options: { ...doctor, ...sender, target: given ?? { kind: 'machine' }, only } }
  }
  const target =
    given ??
    receiverOf(facts, rule.side === 'address') ??
    (cause === 'smtp-auth-failed' ? submissionOf(answer.diagnosis.provider) : undefined)
  if (target === undefined) throw missing('whom it was for', 'RECIPIENT-OR-DOMAIN')
  return { answer, rule, lists, options: { ...doctor, ...sender, target, only } }
}

/** Whether what was found bears the cause out. */
export const concludeWhy = ({ answer, rule, lists }: WhyPlan, findings: readonly Finding[]): WhyConclusion => {
  const { cause, detail } = answer.diagnosis
  const conclude = (outcome: WhyConclusion['outcome'], by: readonly Finding[]): WhyConclusion => ({
    outcome,
    cause,
    ...(detail === undefined ? {} : { detail }),
    says: why.conclusion[outcome].replace('{title}', answer.advice.title),
    by: [...new Set(by.map(({ code }) => code))]
  })
  if (rule === undefined) return conclude('outside', [])
  const begins = (marks: readonly string[]): readonly Finding[] =>
    findings.filter(({ code }) => marks.some((mark) => code.startsWith(mark)))
  // Greylisting is no fault, and still what the error speaks of: its finding is `unknown` and leads to the same cause.
  const bad = begins(rule.confirmedBy).filter(
    (found) =>
      found.verdict === 'fail' ||
      (found.verdict === 'warn' && (found.harm !== 'later' || found.cause === cause)) ||
      (found.verdict === 'unknown' && found.cause === cause)
  )
  if (bad.length > 0) return conclude('confirmed', bad)
  const proving = begins(rule.proves)
  // That six lists do not list an address says nothing about the seventh, which the error names.
  const tells = (found: Finding): boolean =>
    !found.code.startsWith('blocklist.') ||
    (lists.length > 0 && lists.every((name) => `${found.title} ${found.evidence.join(' ')}`.includes(name)))
  const passed = proving.filter((found) => found.verdict === 'pass' && tells(found))
  if (passed.length > 0 && proving.every(({ verdict }) => verdict !== 'unknown')) return conclude('refuted', passed)
  return conclude('unknown', proving)
}

const marks = { confirmed: ['✗', 'red'], refuted: ['✓', 'green'], unknown: ['?', 'cyan'], outside: ['?', 'cyan'] } as const

export const whyText = {
  head: ({ answer }: WhyPlan, { paint, width }: Terminal): string =>
    `${paint('bold', 'The error says')}\n${block(printable(`${answer.advice.title}. ${answer.advice.happened}`), width, '  ')}\n\n`,
  conclusion: ({ outcome, says, by }: WhyConclusion, { paint, width }: Terminal): string => {
    const [sign, colour] = marks[outcome]
    return `${paint(colour, sign)} ${block(says, width, '  ', '')}${by.length === 0 ? '' : `\n  ${paint('dim', by.join(', '))}`}\n\n`
  }
}
