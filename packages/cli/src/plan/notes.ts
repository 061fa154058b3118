import { formatCount, type PlanGroup, type PlanOptions, type PlanSummary, sending, type WarmUpCurve } from '@whybounce/core/plan'
import type { CountedList } from './count-list.ts'
import type { PlanSettings } from './options.ts'

/** A number of the plan, what it says and where it comes from. */
export type Proof = { readonly of: string; readonly value: string; readonly why: string; readonly source: string | null }

export type PlanNumbers = { readonly rate: Proof; readonly factor: number | undefined; readonly curve: WarmUpCurve | undefined }

/** Every number that the plan kept to, with its reason and source. */
export const proofsOf = (
  settings: PlanSettings,
  numbers: PlanNumbers,
  options: PlanOptions,
  groups: readonly PlanGroup[],
  summary: PlanSummary
): Proof[] => {
  const used = new Set(summary.groups.map(({ group }) => group))
  const batch = sending.defaults.find(({ id }) => id === 'batch')
  return [
    numbers.rate,
    ...(options.perDay === undefined
      ? []
      : settings.sender?.perDay === options.perDay
        ? [proof('a day', `${formatCount(options.perDay)} in any 24 hours`, settings.sender.says, settings.sender.source)]
        : [proof('a day', `${formatCount(options.perDay)} in any 24 hours`, 'As you set it.', null)]),
    ...(numbers.curve === undefined ? [] : [proof('warm-up', numbers.curve.name, numbers.curve.says, numbers.curve.source)]),
    ...groups.flatMap((group, at) =>
      used.has(at) && group.id !== 'other' && group.basis !== 'own'
        ? [proof(group.name, `${formatCount(group.perHour)} an hour`, group.why, group.source ?? null)]
        : []
    ),
    ...ownGroups(groups, used),
    ...(settings.batch === undefined && batch !== undefined
      ? [proof('batches', `at most ${formatCount(options.batch)}`, batch.why, null)]
      : [])
  ]
}

const proof = (of: string, value: string, why: string, source: string | null): Proof => ({ of, value, why, source })

/** Groups with our own default: what is known of each all the same, and once for each default why it is what it is. */
const ownGroups = (groups: readonly PlanGroup[], used: ReadonlySet<number>): Proof[] => {
  const own = groups.filter((group, at) => used.has(at) && group.own !== undefined)
  const known = own.flatMap(({ name, perHour, limit }) =>
    limit === undefined ? [] : [proof(name, `${formatCount(perHour)} an hour, our own default`, limit.says, limit.source)]
  )
  const defaults = [...new Set(own.flatMap((group) => group.own ?? []))]
  return [
    ...known,
    ...defaults.map((one) => {
      const members = own.filter((group) => group.own === one).map(({ name }) => name)
      const more = members.length > 5 ? ` and ${members.length - 5} more` : ''
      return proof(`${members.slice(0, 5).join(', ')}${more}`, `${formatCount(one.value)} an hour, our own default`, one.why, null)
    })
  ]
}

/** What the plan takes for granted, because nobody told otherwise. */
export const assumptionsOf = (settings: PlanSettings, counted: CountedList): string[] => [
  'One sending IP address, one message for each recipient, and nothing else sent from it meanwhile.',
  'Batches go out evenly between their two times; one that goes out at once passes an hourly limit by at most its size.',
  ...(settings.startTold ? [] : ['It begins with the next full hour: --start sets another time.']),
  ...(counted.columns?.provider === undefined && !settings.dns
    ? [
        'Receivers are told by the domain alone: company domains at Gmail, Microsoft 365 and others stand under "other domains" or their own name (--dns finds their hosts).'
      ]
    : []),
  ...(settings.curve === undefined ? ['The sender is known to the receivers already; a new IP address or domain needs --warm-up.'] : [])
]

/** What a person should know before the first batch. */
export const warningsOf = (settings: PlanSettings, numbers: PlanNumbers, counted: CountedList, summary: PlanSummary): string[] => [
  ...summary.groups.flatMap(({ group, busiestDay }) => {
    const { limit, name } = counted.groups[group] ?? {}
    return [
      ...(limit?.newSender === undefined || (settings.curve === undefined && limit.provider !== 't-online') ? [] : [limit.newSender]),
      ...(limit?.bulkFrom === undefined || busiestDay < limit.bulkFrom
        ? []
        : [
            `${name} gets up to ${formatCount(busiestDay)} a day: from ${formatCount(limit.bulkFrom)} on it demands SPF, DKIM and DMARC (${limit.source}).`
          ])
    ]
  }),
  ...(numbers.factor !== undefined && numbers.factor >= 2
    ? [
        `In ${settings.warmUpDays} days the volume must grow ${numbers.factor.toFixed(1)} times a day; Gmail warns of doubling at once (https://support.google.com/a/answer/81126). Take more days, or reach fewer people.`
      ]
    : []),
  ...(counted.columns !== undefined && counted.columns.unused.length > 0
    ? [
        `Not used: the column ${counted.columns.unused.join(', ')}, since nobody told its scale. --engaged-column NAME --engaged-from N uses it.`
      ]
    : []),
  ...(settings.engagedColumn !== undefined && counted.rows > 0 && counted.columns?.named === undefined
    ? [`The list has no column ${settings.engagedColumn}: nobody counts as engaged by it.`]
    : []),
  ...(counted.crowded > 0
    ? [
        `${formatCount(counted.crowded)} more domains are large enough for batches of their own; they go with the other domains, whose hourly number then holds for all together.`
      ]
    : []),
  ...(counted.uncounted > 0
    ? [
        `${formatCount(counted.uncounted)} recipients are at domains past the first 200,000 of the list: they go with the other domains, and no number for one domain is kept for them.`
      ]
    : []),
  ...(counted.unanswered > 0
    ? [
        `DNS did not answer for ${formatCount(counted.unanswered)} of ${formatCount(counted.asked)} domains: their receiver is not known, which says nothing against them.`
      ]
    : [])
]
