import type { Kept } from './alert.ts'
import { openDistinct } from './distinct.ts'
import { type MinuteRing, openMinuteRing, recentMinutes } from './minute-ring.ts'
import type { Scope } from './scope.ts'

/** One cause within one scope: at a provider, or from one of our addresses to it. */
export type CauseSeries = {
  readonly key: string
  readonly provider: string | undefined
  /** Of `SenderAddresses`; undefined: from all of them. */
  readonly senderKey: string | undefined
  readonly scope: Scope
  readonly met: MinuteRing
  readonly permanent: () => number
  /** Distinct messages in the ten minutes that are over. */
  readonly messages: () => number
  readonly kept: () => Kept
  readonly add: (minute: number, key: number | undefined, kept: Kept) => void
  readonly advance: (minute: number) => void
}

/** The last hour by the minute is what the screen shows. */
export const shownMinutes = 60

export const openCauseSeries = (
  about: { readonly key: string; readonly provider: string | undefined; readonly senderKey: string | undefined; readonly scope: Scope },
  now: number,
  first: Kept
): CauseSeries => {
  const met = openMinuteRing(now)
  const distinct = openDistinct()
  const fresh = new Map<number, number>()
  const permanent = new Map<number, number>()
  let over = now
  let kept = first
  const count = (counts: Map<number, number>, minute: number): void => void counts.set(minute, (counts.get(minute) ?? 0) + 1)
  const drop = (counts: Map<number, number>, minutes: number): void => {
    for (const minute of counts.keys()) if (minute <= over - minutes) counts.delete(minute)
  }
  return {
    ...about,
    met,
    permanent: () => [...permanent.values()].reduce((sum, value) => sum + value, 0),
    messages: () => {
      let sum = 0
      for (const [minute, value] of fresh) if (minute <= over) sum += value
      return sum
    },
    kept: () => kept,
    add: (minute, key, newest) => {
      met.add(minute, 1)
      kept = newest
      if (minute > over - recentMinutes && (key === undefined || distinct.isNew(key, minute))) count(fresh, minute)
      if (newest.diagnosis.permanence === 'permanent' && minute > over - shownMinutes) count(permanent, minute)
    },
    advance: (minute) => {
      over = minute
      met.advance(minute)
      if (fresh.size > 0) drop(fresh, recentMinutes)
      if (permanent.size > 0) drop(permanent, shownMinutes)
    }
  }
}
