import { type CauseEntry, type CauseRow, causeEntries, type Report } from '@whybounce/core/report'

/** How many messages, and at whom or from where. */
export type Part = { readonly name: string; readonly messages: number; readonly isNew: boolean }

/** An entry with what its line names. */
export type ToldEntry = CauseEntry & {
  /** The most messages first. */
  readonly providers: readonly Part[]
  readonly senders: readonly Part[]
  readonly domains: readonly { readonly domain: string; readonly messages: number }[]
}

/** How a server that belongs to no known provider is called. */
export const otherServers = 'other servers'

/** Where a mail went, and from where it came. */
export const providerOf = ({ provider, providerName }: Pick<CauseRow, 'provider' | 'providerName'>): string =>
  providerName ?? provider ?? otherServers
export const senderOf = ({ senderIp, service }: Pick<CauseRow, 'senderIp' | 'service'>): string => senderIp ?? service ?? 'not known'

/** Values with their messages, the most first. */
export const sumBy = (
  rows: readonly CauseRow[],
  nameOf: (row: CauseRow) => string,
  messagesOf: (row: CauseRow) => number = ({ messages }) => messages
): [string, number][] => {
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + messagesOf(row))
  return [...sums].sort((a, b) => b[1] - a[1])
}

const partsOf = (rows: readonly CauseRow[], nameOf: (row: CauseRow) => string | null): readonly Part[] => {
  const parts = new Map<string, Part>()
  for (const row of rows) {
    const name = nameOf(row)
    if (name === null) continue
    const known = parts.get(name)
    parts.set(name, { name, messages: (known?.messages ?? 0) + row.messages, isNew: row.isNew || (known?.isNew ?? false) })
  }
  return [...parts.values()].sort((one, other) => other.messages - one.messages)
}

const domainsOf = (rows: readonly CauseRow[]): ToldEntry['domains'] => {
  const domains = new Map<string, number>()
  for (const row of rows) for (const { domain, messages } of row.domains) domains.set(domain, (domains.get(domain) ?? 0) + messages)
  return [...domains].map(([domain, messages]) => ({ domain, messages })).sort((one, other) => other.messages - one.messages)
}

const told = (entry: CauseEntry): ToldEntry => ({
  ...entry,
  providers: partsOf(entry.rows, providerOf),
  senders: partsOf(entry.rows, (row) => row.senderIp ?? row.service),
  domains: domainsOf(entry.rows)
})

/** The causes of a report as entries, parted by what they need; the most messages harmed first. */
export const groupCauses = (causes: Report['causes']): Readonly<Record<CauseRow['needs'], readonly ToldEntry[]>> => {
  const entries = causeEntries(causes).map(told)
  return { fix: entries.filter(({ needs }) => needs === 'fix'), nothing: entries.filter(({ needs }) => needs === 'nothing') }
}

/** `authentication-failed/spf`: what `whybounce causes` takes. */
export const causeId = ({ cause, detail }: { readonly cause: string; readonly detail: string | null }): string =>
  detail === null ? cause : `${cause}/${detail}`
