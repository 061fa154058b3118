import { mostInVain } from './alert.ts'
import type { Share } from './alert-rule.ts'
import { beforeMinutes, type MinuteRing, openMinuteRing } from './minute-ring.ts'

/** Attempts at one provider, from one of our addresses to it, or all of them. */
export type Scope = {
  readonly tried: MinuteRing
  readonly delivered: MinuteRing
  /** The minute of the last delivery, as the log has it. */
  readonly lastDelivered: () => number | undefined
  /** Minutes of the longest silence between two deliveries in the day before the last one. */
  readonly longestSilence: () => number
  /** Distinct messages since then, up to `mostInVain`. */
  readonly inVain: () => number
  /** Deliveries out of attempts in the day before, without what was tried in vain since the last. */
  readonly usual: () => Share
  readonly add: (minute: number, isDelivered: boolean, key: number | undefined) => boolean
  readonly advance: (minute: number) => void
}

export const openScope = (now: number): Scope => {
  const tried = openMinuteRing(now)
  const delivered = openMinuteRing(now)
  const vain = new Set<number>()
  let vainAttempts = 0
  let unnamed = 0
  let last: number | undefined
  /** Silences of more than a minute, by the minute that ended them: the rings forget a night before the next one is over. */
  let silences: { readonly end: number; readonly minutes: number }[] = []
  const deliver = (minute: number): void => {
    if (last !== undefined && minute - last > 1) {
      silences = silences.filter(({ end }) => end > minute - beforeMinutes)
      silences.push({ end: minute, minutes: minute - last - 1 })
    }
    if (last === undefined || minute > last) last = minute
  }
  return {
    tried,
    delivered,
    lastDelivered: () => last,
    longestSilence: () =>
      silences.reduce((most, { end, minutes }) => (end > (last ?? 0) - beforeMinutes && minutes > most ? minutes : most), 0),
    inVain: () => Math.min(mostInVain, vain.size + unnamed),
    usual: () => ({
      met: delivered.before() + delivered.recent(),
      tried: Math.max(0, tried.before() + tried.recent() - vainAttempts)
    }),
    add: (minute, isDelivered, key) => {
      if (isDelivered) {
        delivered.add(minute, 1)
        deliver(minute)
        if (vainAttempts > 0) vain.clear()
        vainAttempts = unnamed = 0
      } else {
        vainAttempts++
        if (key === undefined) unnamed++
        else if (vain.size < mostInVain) vain.add(key)
      }
      return tried.add(minute, 1)
    },
    advance: (minute) => {
      tried.advance(minute)
      delivered.advance(minute)
    }
  }
}
