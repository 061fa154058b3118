import { recentMinutes } from './minute-ring.ts'

/** Whether a message was met a short while ago already: for ten minutes at least, twenty at most. */
export type Distinct = {
  /** True: it is new. Where there are too many to remember, a message that comes again is taken for a new one. */
  readonly isNew: (key: number, minute: number) => boolean
}

/** Of one cause at one provider in ten minutes; far above what makes an alert. */
const most = 2_000

export const openDistinct = (): Distinct => {
  let young = new Set<number>()
  let old = new Set<number>()
  let began = 0
  return {
    isNew: (key, minute) => {
      if (minute - began >= recentMinutes) {
        old = minute - began >= 2 * recentMinutes ? new Set() : young
        young = new Set()
        began = minute
      }
      if (young.has(key)) return false
      if (young.size < most) young.add(key)
      return !old.has(key)
    }
  }
}
