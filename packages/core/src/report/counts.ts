import type { LogEvent } from '../log/log-reader.ts'
import { type Counts, countNames } from './report.ts'

/** What an attempt or a message is counted as: the place in `countNames`. */
export type CountName = (typeof countNames)[number]

export type Counting = { -readonly [name in keyof Counts]: number }

export const noCounts = (): Counting => ({ delivered: 0, deferred: 0, bounced: 0, expired: 0, complained: 0, suppressed: 0 })

export const totalOf = (counts: Counts): number => countNames.reduce((sum, name) => sum + counts[name], 0)

/** What an event of our own mail is counted as; undefined: it tells nothing of a delivery. */
export const countNameOf = ({ kind, outcome }: LogEvent): CountName | undefined => {
  switch (kind) {
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return 'delivered'
    case 'delayed':
      return 'deferred'
    case 'failed':
      return outcome === 'expired' ? 'expired' : 'bounced'
    case 'complaint':
      return 'complained'
    case 'suppressed':
      return 'suppressed'
    default:
      return undefined
  }
}
