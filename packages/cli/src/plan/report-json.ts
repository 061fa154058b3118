import type { PlanReport } from './print-summary.ts'

/** The summary as JSON: times in UTC, `null` where there is none. */
export const reportJson = ({
  summary,
  groups,
  options,
  leftOut,
  proofs,
  assumptions,
  warnings,
  unplanned
}: PlanReport): Record<string, unknown> => {
  const iso = (instant: number | undefined): string | null =>
    instant === undefined ? null : new Date(Math.ceil(instant / 1_000) * 1_000).toISOString()
  return {
    recipients: summary.recipients,
    batchCount: summary.batches,
    notBefore: iso(summary.notBefore),
    notAfter: iso(summary.notAfter),
    timeZone: options.zone.name,
    perHour: options.perHour,
    perDay: options.perDay ?? null,
    warmUp: options.warmUp === undefined ? null : { curve: options.warmUp.curve.id, firstDay: options.warmUp.firstDay },
    firstDay: summary.days[0]?.recipients ?? 0,
    unplanned,
    leftOut: Object.fromEntries(leftOut),
    tiers: summary.tiers,
    limitedBy: summary.limits,
    days: summary.days,
    providers: summary.groups.map((one) => {
      const group = groups[one.group]
      return {
        provider: group?.id,
        name: group?.name,
        recipients: one.recipients,
        batches: one.batches,
        firstDay: one.firstDay,
        busiestDay: one.busiestDay,
        perHour: group?.perHour,
        basis: group?.basis,
        why: group?.why,
        source: group?.source ?? null,
        connections: group?.limit?.connections ?? null,
        messagesPerConnection: group?.limit?.messagesPerConnection ?? null,
        limitedBy: one.limitedBy,
        notBefore: iso(one.notBefore),
        notAfter: iso(one.notAfter)
      }
    }),
    numbers: proofs,
    assumptions,
    warnings
  }
}
