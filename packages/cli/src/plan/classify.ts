import { domainToASCII } from 'node:url'
import { defaultDiagnoser } from '@whybounce/core'
import {
  findPlanColumns,
  isLeftOut,
  type LeftOut,
  type PlanColumns,
  placeRow,
  type Receiver,
  readFacts,
  sending,
  servingProvider,
  tiers
} from '@whybounce/core/plan'
import { type ListInfo, type ListRow, readCells } from '@whybounce/sources'

/** What becomes of a row: its tier (an index) and receiver, or why it gets no mail. */
export type Placed = { readonly tier: number; readonly receiver: Receiver; readonly domain: string } | LeftOut

export type Classifier = {
  readonly place: (row: ListRow) => Placed
  /** The columns that were recognised; of JSON lines, those of the last row. */
  readonly columns: () => PlanColumns | undefined
}

export type ClassifierOptions = {
  readonly now: number
  readonly engagedColumn?: string | undefined
  readonly engagedFrom?: number | undefined
}

/** A mail domain as DNS has it; the first letter is none that a spreadsheet or a shell takes for more than a name. */
const mailDomain = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/

const domainOf = (address: string): string | undefined => {
  const text = address.slice(address.lastIndexOf('@') + 1).replace(/\.$/, '')
  if (text === '' || text.length > 253 || address.lastIndexOf('@') < 1) return undefined
  const lower = text.toLowerCase()
  if (mailDomain.test(lower)) return lower
  // Only names in other scripts have to be translated: that is slow, and forgives what is no domain.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
  const ascii = /[^\u0000-\u007f]/.test(lower) ? domainToASCII(lower) : ''
  return mailDomain.test(ascii) ? ascii : undefined
}

/** The receiver of a provider's id, name or MX operator; of a bare domain where neither is known. */
export const receiverOf = (domain: string, provider: string): Receiver => {
  const { origins, knowledge } = defaultDiagnoser()
  const told = provider === '' ? -1 : origins.byId(provider)
  const origin = knowledge.origins[told >= 0 ? told : origins.ofDomain(domain)]
  if (told < 0 && mailDomain.test(provider.toLowerCase())) return { kind: 'operator', id: provider.toLowerCase() }
  return origin === undefined ? { kind: 'domain', id: domain } : { kind: 'provider', id: servingProvider(sending, origin.id) }
}

/** Reads rows of a list. The same row is placed the same each time. */
export const openClassifier = (info: ListInfo, options: ClassifierOptions): Classifier => {
  const { now, engagedColumn, engagedFrom } = options
  let columns = info.header === undefined ? undefined : findPlanColumns(info.header, engagedColumn)
  let keys = ''
  const read = (row: ListRow): readonly string[] => {
    if (info.format !== 'jsonl') return columns === undefined || isEmpty(columns) ? [] : readCells(row, info)
    const entries = objectEntries(row.raw)
    const now = entries.map(([name]) => name).join('\n')
    if (columns === undefined || now !== keys) {
      columns = findPlanColumns(
        entries.map(([name]) => name),
        engagedColumn
      )
      keys = now
    }
    return entries.map(([, value]) => value)
  }
  return {
    columns: () => columns,
    place: (row) => {
      if (row.problem !== undefined) return 'unreadable'
      const domain = domainOf(row.address)
      if (domain === undefined) return 'no-address'
      const cells = read(row)
      const place = columns === undefined ? 'sendable' : placeRow(readFacts(columns, cells, engagedFrom), now)
      if (isLeftOut(place)) return place
      const provider = columns?.provider === undefined ? '' : (cells[columns.provider] ?? '').trim()
      return { tier: tiers.indexOf(place), receiver: receiverOf(domain, provider), domain }
    }
  }
}

const isEmpty = ({ verdict, suppressed, provider, named, dates, counts, flags }: PlanColumns): boolean =>
  [verdict, suppressed, provider, named].every((at) => at === undefined) && dates.length + counts.length + flags.length === 0

/** The plain values of a line of JSON by name; none of a line that is no object. */
const objectEntries = (raw: string): [string, string][] => {
  try {
    const value: unknown = JSON.parse(raw)
    return typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).map(([name, field]) => [name, ['string', 'number', 'boolean'].includes(typeof field) ? String(field) : ''])
  } catch {
    return []
  }
}
