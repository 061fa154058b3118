import type { ProviderLimit, Sending, SendingDefault } from '../knowledge/knowledge.ts'

/** Where the hourly number of a group comes from: the provider's page, a report of others, our own default, or the caller. */
export type Basis = 'published' | 'reported' | 'own' | 'told'

/** Recipients that share one receiver, and what it takes. */
export type PlanGroup = {
  /** Id of the provider, a domain or an MX operator, or `other`. */
  readonly id: string
  readonly name: string
  /** Messages an hour at most, in any 60 minutes. */
  readonly perHour: number
  readonly basis: Basis
  readonly why: string
  readonly source?: string
  readonly limit?: ProviderLimit
  /** Our own default, where that is the basis. */
  readonly own?: SendingDefault
  /** Recipients for each of `tiers`. */
  readonly counts: readonly number[]
}

export type GroupKind = 'provider' | 'operator' | 'domain' | 'other'

const defaultIds: Readonly<Record<GroupKind, string>> = {
  provider: 'provider-per-hour',
  operator: 'provider-per-hour',
  domain: 'domain-per-hour',
  other: 'other-per-hour'
}

/** One of our own numbers (knowledge/sending/defaults.toml). An id that is not there is a mistake in this program: a RangeError. */
export const ownDefault = (sending: Sending, id: string): SendingDefault => {
  const found = sending.defaults.find((one) => one.id === id)
  if (found === undefined) throw new RangeError(`knowledge/sending/defaults.toml has no ${id}`)
  return found
}

/** The provider on whose servers a provider's mailboxes lie: itself, as a rule. */
export const servingProvider = (sending: Sending, id: string): string =>
  sending.limits.find(({ provider }) => provider === id)?.countsAs ?? id

/** A group with its hourly limit and the reason for it. `told` is what the caller set (`--providers gmail=5000/h`), and wins. */
export const groupOf = (
  sending: Sending,
  group: { readonly id: string; readonly name: string; readonly kind: GroupKind; readonly counts: readonly number[] },
  told?: number
): PlanGroup => {
  const { id, name, kind, counts } = group
  const limit = kind === 'provider' ? sending.limits.find(({ provider }) => provider === id) : undefined
  const base = { id, name, counts, ...(limit === undefined ? {} : { limit, source: limit.source }) }
  if (told !== undefined) return { ...base, perHour: told, basis: 'told', why: `${told} an hour: as you set it.` }
  if (limit?.perHour !== undefined)
    return { ...base, perHour: limit.perHour, basis: limit.by === 'provider' ? 'published' : 'reported', why: limit.says }
  const own = ownDefault(sending, defaultIds[kind])
  return { ...base, perHour: own.value, basis: 'own', own, why: limit === undefined ? own.why : `${limit.says} ${own.why}` }
}
