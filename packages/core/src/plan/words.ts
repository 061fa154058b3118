import type { PlanGroup } from './limits.ts'
import type { Batch, PlanOptions } from './schedule.ts'
import { tierWords } from './tiers.ts'

/** `1,234,567`, the same on every machine. */
export const formatCount = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')

const basisWords: Readonly<Record<PlanGroup['basis'], string>> = {
  published: 'published',
  reported: 'reported by others',
  own: 'our own default, nothing is published',
  told: 'as you set it'
}

/** Why a batch stands where it stands: who is in it, and what holds it back. One line. */
export const reasonOf = (batch: Batch, group: PlanGroup, options: PlanOptions): string => {
  const day = `day ${batch.day}`
  const held =
    batch.limitedBy === 'provider'
      ? `${group.name} gets at most ${formatCount(group.perHour)} an hour (${basisWords[group.basis]})`
      : batch.limitedBy === 'warm-up'
        ? `${day} (warm-up day ${warmUpDay(batch, options)}) allows ${formatCount(batch.dayCap)} in all (${options.warmUp?.curve.name ?? ''})`
        : batch.limitedBy === 'daily'
          ? `${formatCount(options.perDay ?? 0)} in any 24 hours`
          : `${formatCount(options.perHour)} an hour in all`
  return `${tierWords[batch.tier]}; ${held}`
}

export const warmUpDay = (batch: Batch, options: PlanOptions): number => (options.warmUp?.firstDay ?? 1) + batch.day - 1
