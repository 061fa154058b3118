import type { PlanGroup } from './limits.ts'
import type { Batch, LimitedBy } from './schedule.ts'
import { type Tier, tiers } from './tiers.ts'

type GroupSummary = {
  /** Index into the groups. */
  readonly group: number
  readonly recipients: number
  readonly batches: number
  readonly firstDay: number
  readonly notBefore: number
  readonly notAfter: number
  /** The most that one day sends there. */
  readonly busiestDay: number
  readonly limitedBy: LimitedBy
}

type DaySummary = { readonly day: number; readonly date: string; readonly recipients: number; readonly allowed: number }

export type PlanSummary = {
  readonly recipients: number
  readonly batches: number
  readonly notBefore: number | undefined
  readonly notAfter: number | undefined
  readonly days: readonly DaySummary[]
  readonly groups: readonly GroupSummary[]
  readonly tiers: Readonly<Record<Tier, number>>
  /** Recipients by what held their batch back, the most first. */
  readonly limits: readonly { readonly by: LimitedBy; readonly recipients: number }[]
}

type Open = {
  recipients: number
  batches: number
  firstDay: number
  notBefore: number
  notAfter: number
  busiest: number
  today: number
  day: number
  by: Map<LimitedBy, number>
}

/** Sums batches up as they come; remembers days and groups, no batch. */
export const openSummary = (groups: readonly PlanGroup[]): { readonly add: (batch: Batch) => void; readonly result: () => PlanSummary } => {
  const open = new Map<number, Open>()
  const days: { day: number; date: string; recipients: number; allowed: number }[] = []
  const byTier = new Map<Tier, number>()
  const limits = new Map<LimitedBy, number>()
  let recipients = 0
  let batches = 0
  let notBefore: number | undefined
  let notAfter: number | undefined
  const add = (batch: Batch): void => {
    recipients += batch.recipients
    batches++
    notBefore = Math.min(notBefore ?? batch.notBefore, batch.notBefore)
    notAfter = Math.max(notAfter ?? batch.notAfter, batch.notAfter)
    count(byTier, batch.tier, batch.recipients)
    count(limits, batch.limitedBy, batch.recipients)
    const last = days.at(-1)
    if (last?.day === batch.day) last.recipients += batch.recipients
    else days.push({ day: batch.day, date: batch.date, recipients: batch.recipients, allowed: batch.dayCap })
    const group = open.get(batch.group) ?? {
      recipients: 0,
      batches: 0,
      firstDay: 0,
      notBefore: batch.notBefore,
      notAfter: batch.notAfter,
      busiest: 0,
      today: 0,
      day: batch.day,
      by: new Map<LimitedBy, number>()
    }
    if (group.day !== batch.day) Object.assign(group, { day: batch.day, today: 0 })
    group.recipients += batch.recipients
    group.batches++
    group.today += batch.recipients
    group.busiest = Math.max(group.busiest, group.today)
    if (batch.day === 1) group.firstDay += batch.recipients
    group.notAfter = Math.max(group.notAfter, batch.notAfter)
    count(group.by, batch.limitedBy, batch.recipients)
    open.set(batch.group, group)
  }
  return {
    add,
    result: () => ({
      recipients,
      batches,
      notBefore,
      notAfter,
      days,
      groups: groups.flatMap((_, group) => {
        const one = open.get(group)
        return one === undefined
          ? []
          : [
              {
                group,
                recipients: one.recipients,
                batches: one.batches,
                firstDay: one.firstDay,
                notBefore: one.notBefore,
                notAfter: one.notAfter,
                busiestDay: one.busiest,
                limitedBy: most(one.by)[0]?.[0] ?? 'rate'
              }
            ]
      }),
      tiers: Object.fromEntries(tiers.map((tier) => [tier, byTier.get(tier) ?? 0])) as Record<Tier, number>,
      limits: most(limits).map(([by, held]) => ({ by, recipients: held }))
    })
  }
}

const count = <T>(counts: Map<T, number>, key: T, more: number): void => void counts.set(key, (counts.get(key) ?? 0) + more)
const most = <T>(counts: ReadonlyMap<T, number>): [T, number][] => [...counts].sort((one, other) => other[1] - one[1])
