import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import { type Check, type Knowledge, type Role, type Rule, roles } from '../knowledge/knowledge.ts'
import type { Facts } from '../reply/facts.ts'

/** The words of an answer: the same on every surface, because they come from knowledge/ alone. */
export type Advice = {
  readonly title: string
  readonly happened: string
  /** What to do about exactly this text, where a rule knows more than its cause. */
  readonly first?: string
  readonly why: readonly string[]
  /** The role whose steps are shown first: who most likely reads this. */
  readonly role: Role
  readonly fixes: readonly { readonly role: Role; readonly title: string; readonly steps: readonly string[] }[]
  readonly checks: readonly Check[]
  readonly not: readonly string[]
  readonly party: { readonly id: string; readonly title: string; readonly says: string }
  readonly also?: { readonly id: string; readonly title: string; readonly says: string }
  readonly action: { readonly id: string; readonly title: string; readonly says: string }
  readonly group: { readonly id: string; readonly title: string; readonly says: string }
}

/** What stands in a command where the input does not tell the value. */
const placeholders = {
  recipient: 'RECIPIENT',
  domain: 'DOMAIN',
  sender: 'SENDER',
  'sender-domain': 'SENDER-DOMAIN',
  ip: 'IP',
  host: 'HOST',
  port: 'PORT',
  selector: 'SELECTOR'
} as const
type Placeholder = keyof typeof placeholders

/** Commands are copied into shells and the input is hostile: only values of these forms get in. */
const safeName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?$/
const safeAddress = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/
const safeIp = /^[0-9A-Fa-f.:]{2,45}$/

const domainOf = (address: string | undefined): string | undefined => address?.slice(address.lastIndexOf('@') + 1)

const valueFor = (name: Placeholder, facts: Facts, asksDns: boolean): string | undefined => {
  const value: Record<Placeholder, string | undefined> = {
    recipient: facts.recipient,
    domain: domainOf(facts.recipient) ?? facts.recipientDomain,
    sender: facts.sender,
    'sender-domain': facts.senderDomain ?? domainOf(facts.sender),
    ip: facts.localIp,
    // DNS is asked for names; an address there would be a question without a meaning.
    host: facts.remoteMta ?? (asksDns ? undefined : facts.remoteIp),
    port: facts.port === undefined ? undefined : String(facts.port),
    selector: facts.selector
  }
  const pattern = name === 'recipient' || name === 'sender' ? safeAddress : name === 'ip' ? safeIp : safeName
  const found = value[name]
  return found !== undefined && (pattern.test(found) || (name === 'host' && safeIp.test(found))) ? found : undefined
}

/** Fills `{domain}` and its like from the facts; what is not known becomes a word in capitals to be replaced by hand. */
export const fillPlaceholders = (text: string, facts: Facts): string =>
  text.replace(/\{([a-z-]+)\}/g, (whole, name: string) =>
    name in placeholders
      ? (valueFor(name as Placeholder, facts, /^(?:dig|getent|host) /.test(text)) ?? placeholders[name as Placeholder])
      : whole
  )

const withoutRepeats = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())]

/** The full answer to a diagnosis: what happened, who must act, what to do. */
export const adviseOn = (diagnoser: Diagnoser, diagnosis: Diagnosis): Advice => {
  const { knowledge, causeOf, ruleOf } = diagnoser
  const cause = causeOf(diagnosis.cause)
  const detail = cause.details.find(({ id }) => id === diagnosis.detail)
  // Any cause can be the one that stood in the way until the queue gave up; the words for that are told once.
  const expired =
    detail === undefined && diagnosis.detail === 'expired'
      ? causeOf('delivery-expired').details.find(({ id }) => id === 'expired')
      : undefined
  const rule = ruleOf(diagnosis.evidence[0]?.rule ?? '')
  const fill = (text: string): string => fillPlaceholders(text, diagnosis.facts)
  const term = (
    table: Readonly<Record<string, { title: string; says: string }>>,
    id: string
  ): { id: string; title: string; says: string } => ({
    id,
    title: table[id]?.title ?? id,
    says: table[id]?.says ?? ''
  })
  const first = diagnosis.advice ?? (rule?.means === undefined ? undefined : rule.means)
  const fixes = roles.flatMap((role) => {
    const general = detail?.fix?.[role] ?? cause.fix[role] ?? []
    const own = role === 'developer' ? (rule?.fix ?? []) : []
    // A rule's own steps often stand in its advice already.
    const steps = withoutRepeats([own, general]).filter((step) => !(first ?? '').includes(step.replace(/\.$/, '')))
    return steps.length === 0 ? [] : [{ role, title: knowledge.roles[role]?.title ?? role, steps: steps.map(fill) }]
  })
  const checks = [...(detail?.checks ?? []), ...cause.checks].map(({ run, tells }) => ({ run: fill(run), tells }))
  return {
    title: detail?.title ?? cause.title,
    happened: [detail?.happened ?? cause.happened, expired?.happened].filter((words) => words !== undefined).join(' '),
    ...(first === undefined ? {} : { first: fill(first) }),
    why: withoutRepeats([rule?.why ?? [], detail?.why ?? cause.why]),
    role: readerOf(knowledge, rule, diagnosis) ?? cause.role ?? roleOf(diagnosis.party),
    fixes,
    checks: checks.filter(({ run }, index) => checks.findIndex((other) => other.run === run) === index),
    not: detail?.not ?? cause.not,
    party: term(knowledge.parties, diagnosis.party),
    ...(diagnosis.also === undefined ? {} : { also: term(knowledge.parties, diagnosis.also) }),
    action: term(knowledge.actions, diagnosis.action),
    group: term(knowledge.groups, diagnosis.group)
  }
}

/** The foreign taxonomy's word for a diagnosis, or undefined where the taxonomy is not known. */
export const labelOf = ({ knowledge }: Diagnoser, diagnosis: Diagnosis, taxonomy: string): string | undefined => {
  const labels = knowledge.labels[taxonomy]?.labels
  if (labels === undefined) return undefined
  return labels[`${diagnosis.cause}:${diagnosis.permanence ?? ''}`] ?? labels[diagnosis.cause]
}

/** Whoever pastes what a library or mail client wrote reads it in that role. */
const readerOf = ({ origins }: Knowledge, rule: Rule | undefined, { software }: Diagnosis): Role | undefined => {
  const client = [rule === undefined ? undefined : origins[rule.origin], origins.find(({ id }) => id === software)].find(
    (origin) => origin?.kind === 'client'
  )
  return client === undefined ? undefined : (client.role ?? 'developer')
}

/** The role that should see its steps first, by who must act. */
const roleOf = (party: string): Role =>
  party === 'recipient' ? 'recipient' : party === 'list-owner' ? 'list-owner' : party === 'sender-content' ? 'developer' : 'server-admin'
