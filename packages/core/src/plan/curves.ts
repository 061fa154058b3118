import type { WarmUpCurve } from '../knowledge/knowledge.ts'

/** What a warm-up allows on a day; absent where nothing limits any more. */
export type DayCap = { readonly perDay?: number; readonly perHour?: number }

/** A curve that goes on growing passes every number that can be counted. */
const maxVolume = Number.MAX_SAFE_INTEGER

/** What a curve allows on its `day`, from 1. */
export const capOfDay = (curve: WarmUpCurve, day: number): DayCap => {
  const table = curve.perDay ?? curve.perHour ?? []
  const volume = table[day - 1] ?? grown(curve, table, day)
  return volume === undefined ? {} : curve.perDay === undefined ? { perHour: volume } : { perDay: volume }
}

const grown = (curve: WarmUpCurve, table: readonly number[], day: number): number | undefined => {
  const last = table.at(-1)
  if (curve.growth === undefined || last === undefined) return undefined
  const steps = Math.ceil((day - table.length) / (curve.every ?? 1))
  // 1.4 has no exact form in binary: 391.9999… is 392.
  return Math.min(maxVolume, Math.floor(last * curve.growth ** steps + 1e-6))
}

/**
 * The gentlest curve that begins as `curve` does and holds so many recipients within so many days, growing by one factor a day. More than
 * double a day is what Gmail warns of (https://support.google.com/a/answer/81126): the caller says so.
 */
export const stretchCurve = (
  curve: WarmUpCurve,
  days: number,
  recipients: number
): { readonly curve: WarmUpCurve; readonly factor: number } => {
  const first = curve.perDay?.[0] ?? 1
  const volumes = (factor: number): number[] =>
    Array.from({ length: days }, (_, at) => Math.ceil(Math.min(maxVolume, first * factor ** at) - 1e-6))
  const isEnough = (factor: number): boolean => volumes(factor).reduce((sum, volume) => sum + volume, 0) >= recipients
  // In one day there is no growth: the day holds all of them.
  if (days < 2) return { factor: recipients / first, curve: told(curve, [Math.max(first, recipients)], 'All on one day.') }
  let low = 1
  let high = Math.max(2, recipients)
  for (let step = 0; step < bisections && !isEnough(low); step++) {
    const middle = (low + high) / 2
    if (isEnough(middle)) high = middle
    else low = middle
  }
  const factor = isEnough(low) ? low : high
  const perDay = volumes(factor)
  const says = `${first} on the first day, ${factor.toFixed(2)} times as many on each following day: the least growth with which the list is done in ${days} days.`
  return { factor, curve: told(curve, perDay, says) }
}

/** Enough to tell two factors apart that differ in a whole recipient. */
const bisections = 100

const told = (curve: WarmUpCurve, perDay: readonly number[], says: string): WarmUpCurve => ({
  id: `${perDay.length}-days`,
  name: `${perDay.length} ${perDay.length === 1 ? 'day' : 'days'}`,
  perDay,
  own: true,
  says,
  source: curve.source,
  verified: curve.verified
})
