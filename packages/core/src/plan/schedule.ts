import type { WarmUpCurve } from '../knowledge/knowledge.ts'
import { capOfDay } from './curves.ts'
import type { PlanGroup } from './limits.ts'
import { dropOuts, roomIn24Hours, type Sent } from './rolling.ts'
import { shareOut } from './share.ts'
import { type Tier, tiers } from './tiers.ts'
import { formatDay, type Hours, type Zone } from './zone.ts'

/*
 * Cuts recipients, counted by receiver and tier, into batches over time.
 *
 * Promise: if every batch goes out evenly between its two instants, no 60 minutes ever hold more than a receiver's hourly limit or than
 * the total, no 24 hours more than the daily limit, and no day more than the warm-up allows.
 * Policy: a day's mail is spread over the day's hours (Gmail: "avoid sending emails in bursts"), engaged readers first within each
 * receiver; a receiver's share of a day follows its share of the list; the last day ends as soon as the limits allow.
 * Pure: no clock, nothing random; the same input gives the same batches.
 */

export type PlanOptions = {
  /** Milliseconds since 1970. */
  readonly start: number
  readonly hours: Hours
  readonly zone: Zone
  /** Messages an hour in all. */
  readonly perHour: number
  /** Messages in any 24 hours. */
  readonly perDay?: number
  readonly warmUp?: { readonly curve: WarmUpCurve; readonly firstDay: number }
  /** Recipients in a batch at most. */
  readonly batch: number
}

/** What sets the pace of a batch: the receiver's hourly limit, the total rate, the daily limit, or the warm-up. */
export type LimitedBy = 'provider' | 'rate' | 'daily' | 'warm-up'

export type Batch = {
  /** From 1, by `notBefore`. */
  readonly number: number
  /** Index into the groups given. */
  readonly group: number
  readonly tier: Tier
  readonly recipients: number
  /** Milliseconds since 1970; the batch goes out evenly between the two. */
  readonly notBefore: number
  readonly notAfter: number
  /** Messages an hour of this batch, rounded up. */
  readonly rate: number
  /** Day of sending, from 1, and its date on the zone's calendar. */
  readonly day: number
  readonly date: string
  readonly limitedBy: LimitedBy
  /** Messages of all batches that this day allowed. */
  readonly dayCap: number
}

export type PlanEnd = { readonly unplanned: number; readonly days: number }

const hour = 3_600_000
/** Ten years: a list that takes longer at this rate will never be sent, and says so instead of filling the disk. */
export const maxPlanDays = 3_660
/** A receiver for each so many messages of the total: several receivers at once cost one message an hour each, to rounding. */
const messagesForEachGroup = 20

type Allotment = { readonly group: number; readonly counts: number[] }

/** The batches, one day after another. A number that is no positive whole one throws a RangeError. */
export function* planBatches(groups: readonly PlanGroup[], options: PlanOptions): Generator<Batch, PlanEnd> {
  for (const [name, value] of Object.entries({ perHour: options.perHour, batch: options.batch, perDay: options.perDay ?? 1 }))
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number from 1, not ${value}`)
  for (const { id, perHour } of groups)
    if (!Number.isSafeInteger(perHour) || perHour < 1)
      throw new RangeError(`perHour of ${id} must be a whole number from 1, not ${perHour}`)
  const left = groups.map(({ counts }) => tiers.map((_, tier) => counts[tier] ?? 0))
  // The same on every day: what one day leaves of an hour or of 24 hours is what the next may count on.
  const margin = groupsAtOnce(groups, left, Math.min(options.perHour, options.perDay ?? options.perHour)) - 1
  const sent: Sent[] = []
  let total = sum(left.map(sum))
  let day = 0
  let number = 0
  let date = options.zone.dayOf(options.start)
  for (let calendar = 0; calendar < maxPlanDays && total > 0; calendar++, date = options.zone.dayAfter(date)) {
    const window = options.zone.window(date, options.hours)
    const from = Math.max(window.start, options.start)
    if (from >= window.end) continue
    day++
    const cap = options.warmUp === undefined ? {} : capOfDay(options.warmUp.curve, options.warmUp.firstDay + day - 1)
    const slowest = Math.min(options.perHour, options.perDay ?? options.perHour, cap.perHour ?? options.perHour)
    const atOnce = groupsAtOnce(groups, left, slowest)
    const slot = chooseSlot(options, cap, from, window.end, { always: Math.max(0, margin), today: atOnce - 1 }, sent)
    if (slot.cap < 1) continue
    const allotted = allot(groups, left, slot.cap, (slot.end - slot.start) / hour, atOnce)
    const count = sum(allotted.map(({ counts }) => sum(counts)))
    if (count === 0) continue
    total -= count
    // The last mail is done as soon as the pace allows; a receiver that is slower than that takes its own time.
    const soonest = total > 0 ? slot.end - slot.start : ((slot.end - slot.start) * count) / slot.cap
    sent.push({ start: slot.start, end: slot.end, count })
    while ((sent[0]?.end ?? slot.start) < slot.start - 24 * hour) sent.shift()
    const batches = allotted.flatMap((one) => {
      const own = (sum(one.counts) * hour) / (groups[one.group]?.perHour ?? 1)
      const end = slot.start + Math.min(slot.end - slot.start, Math.max(soonest, total > 0 ? 0 : own))
      const limitedBy = isFull(one, groups, left, slot) || (total === 0 && own > soonest) ? 'provider' : slot.by
      return cutUp(one, options.batch, slot.start, end).map(
        (cut) => ({ ...cut, day, date: formatDay(date), dayCap: slot.cap, limitedBy }) as const
      )
    })
    batches.sort(
      (one, other) => one.notBefore - other.notBefore || one.group - other.group || tiers.indexOf(one.tier) - tiers.indexOf(other.tier)
    )
    for (const batch of batches) yield { number: ++number, ...batch }
  }
  return { unplanned: total, days: day }
}

/** Receivers served on one day. */
const groupsAtOnce = (groups: readonly PlanGroup[], left: readonly (readonly number[])[], slowest: number): number =>
  Math.min(groups.filter((_, group) => sum(left[group] ?? []) > 0).length, 1 + Math.floor(slowest / messagesForEachGroup))

type Slot = { readonly start: number; readonly end: number; readonly cap: number; readonly by: LimitedBy }

/**
 * When on this day mail goes out, and how much. With a daily limit the day may begin later: where yesterday's mail is still among the
 * last 24 hours, the beginning that lets out most is taken.
 */
const chooseSlot = (
  options: PlanOptions,
  cap: ReturnType<typeof capOfDay>,
  from: number,
  end: number,
  margin: { readonly always: number; readonly today: number },
  sent: readonly Sent[]
): Slot => {
  const starts = options.perDay === undefined ? [from] : [from, ...dropOuts(sent, from, end).sort((one, other) => one - other)]
  let best: Slot = { start: from, end, cap: 0, by: 'rate' }
  for (const start of starts) {
    const hours = (end - start) / hour
    const bounds: [LimitedBy, number][] = [['rate', Math.floor((options.perHour - margin.always) * hours + 1e-9)]]
    if (cap.perHour !== undefined) bounds.push(['warm-up', Math.floor((cap.perHour - margin.today) * hours + 1e-9)])
    if (cap.perDay !== undefined) bounds.push(['warm-up', cap.perDay])
    if (options.perDay !== undefined) bounds.push(['daily', roomIn24Hours(sent, start, end, options.perDay - margin.always)])
    const [by, least] = bounds.reduce((low, one) => (one[1] < low[1] ? one : low))
    if (least > best.cap) best = { start, end, cap: least, by }
  }
  return best
}

/** Gives the day's capacity out, the best tier first; takes it off `left`. */
const allot = (groups: readonly PlanGroup[], left: number[][], capacity: number, hours: number, atOnce: number): Allotment[] => {
  const room = groups.map(({ perHour }) => Math.floor(perHour * hours + 1e-9))
  const given = new Map<number, number[]>()
  let open = capacity
  for (let tier = 0; tier < tiers.length && open > 0; tier++) {
    const wanting = groups
      .map((_, group) => group)
      .filter((group) => (left[group]?.[tier] ?? 0) > 0 && (room[group] ?? 0) > 0)
      .sort(
        (one, other) =>
          Number(given.has(other)) - Number(given.has(one)) || (left[other]?.[tier] ?? 0) - (left[one]?.[tier] ?? 0) || one - other
      )
    const chosen = wanting.filter(
      (group, at) => given.has(group) || given.size + at - wanting.filter((one) => given.has(one)).length < atOnce
    )
    const shares = shareOut(
      chosen.map((group) => Math.min(left[group]?.[tier] ?? 0, room[group] ?? 0)),
      open
    )
    chosen.forEach((group, at) => {
      const share = shares[at] ?? 0
      if (share === 0) return
      const counts = given.get(group) ?? tiers.map(() => 0)
      counts[tier] = share
      given.set(group, counts)
      room[group] = (room[group] ?? 0) - share
      const row = left[group]
      if (row !== undefined) row[tier] = (row[tier] ?? 0) - share
      open -= share
    })
  }
  return [...given].map(([group, counts]) => ({ group, counts })).sort((one, other) => one.group - other.group)
}

type Cut = Pick<Batch, 'group' | 'tier' | 'recipients' | 'notBefore' | 'notAfter' | 'rate'>

/** One receiver's mail of a day, message i of n at the i-th n-th of the time, cut where a tier ends and where a batch is full. */
const cutUp = ({ group, counts }: Allotment, most: number, start: number, end: number): Cut[] => {
  const all = sum(counts)
  const at = (message: number): number => start + ((end - start) * message) / all
  const cuts: Cut[] = []
  let done = 0
  tiers.forEach((tier, index) => {
    const count = counts[index] ?? 0
    const pieces = Math.ceil(count / most)
    for (let piece = 0; piece < pieces; piece++) {
      const recipients = Math.floor(((piece + 1) * count) / pieces) - Math.floor((piece * count) / pieces)
      const notBefore = at(done)
      done += recipients
      const notAfter = at(done)
      cuts.push({ group, tier, recipients, notBefore, notAfter, rate: Math.ceil((all * hour) / (end - start) - 1e-6) })
    }
  })
  return cuts
}

/** The receiver takes no more on this day, and more was there. */
const isFull = ({ group, counts }: Allotment, groups: readonly PlanGroup[], left: readonly (readonly number[])[], slot: Slot): boolean =>
  sum(counts) >= Math.floor(((groups[group]?.perHour ?? 0) * (slot.end - slot.start)) / hour + 1e-9) && sum(left[group] ?? []) > 0

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
