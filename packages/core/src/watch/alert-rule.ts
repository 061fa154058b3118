import { recentMinutes } from './minute-ring.ts'

/**
 * When `whybounce watch` rings, in numbers. Each minute of the log's own time, over the ten minutes that are over and the day before them:
 *
 * **A cause rises** at a provider (or from one of our addresses to it) when all of these hold:
 * - it harmed at least 10 messages (a message and recipient that is tried again counts once);
 * - at least 1 of 100 attempts there met it, and that share is at least 4 times the share of the day before;
 * - so many would come by chance less than once in 100 million such minutes (Poisson), the share of the day before taken as
 *   (met + 1) ÷ (tried + 1): where little is known, much has to happen;
 * - the log reaches back at least an hour before those ten minutes: a new log has nothing to compare with;
 * - it was not as bad yesterday at this time, half an hour to either side: what comes every day is no rise.
 * It ends when, for 10 minutes on end, its share was below half of what would have made it ring, or fewer than 5 messages met it.
 *
 * **Nothing is delivered any more** at a provider, or anywhere, when since the last delivery there at least 10 minutes have passed and
 * 10 messages were tried in vain, of which by the day before's share at least one would have arrived but for once in 100 million times.
 * It ends 10 minutes after the first delivery, when the share of the last 10 minutes is at least half of what is usual.
 *
 * **Delivery stopped** without anything failing, when the log is a day old, at least 100 messages were delivered in that day, and nothing
 * has been for at least 15 minutes and 3 times the day's longest silence. It ends 10 minutes after the first delivery.
 *
 * Shares, not numbers, so that a campaign or the night changes nothing by itself; attempts, not messages, in the shares, because both sides of
 * a share must be counted alike.
 */
export const rule = {
  leastMessages: 10,
  leastShare: 0.01,
  times: 4,
  chance: 1e-8,
  /** Minutes of log before those that are looked at. */
  history: 60,
  /** Of the share that rings: below it, an alert comes to its end. */
  endsBelow: 0.5,
  endsBelowMessages: 5,
  quietMinutes: 10,
  /** Minutes to either side of this time yesterday. */
  aroundYesterday: 30,
  leastDelivered: 100,
  silence: 15,
  timesSilence: 3
} as const

/** Logarithm of n! by Stirling's series; exact to ten digits from 10 on. */
const logFactorial = (n: number): number => {
  if (n < 10) {
    let product = 1
    for (let factor = 2; factor <= n; factor++) product *= factor
    return Math.log(product)
  }
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3)
}

/** The probability that a Poisson number of this mean is at least `count`. */
export const poissonTail = (count: number, mean: number): number => {
  if (count <= mean || count <= 0) return 1
  if (mean <= 0) return 0
  let term = Math.exp(count * Math.log(mean) - mean - logFactorial(count))
  let sum = 0
  // Above the mean the terms fall faster than a geometric series of mean ÷ count.
  for (let at = count; term > sum * 1e-12 && at < count + 100_000; at++) {
    sum += term
    term *= mean / (at + 1)
  }
  return Math.min(1, sum)
}

/** Attempts that met a cause, out of those that were made. */
export type Share = { readonly met: number; readonly tried: number }

export const shareOf = ({ met, tried }: Share): number => (tried === 0 ? 0 : met / tried)

/** The share from which on a cause rings, given what was before. */
const ringingShare = (before: Share): number => Math.max(rule.leastShare, rule.times * shareOf(before))

export const isRise = (messages: number, recent: Share, before: Share): boolean =>
  messages >= rule.leastMessages &&
  recent.tried > 0 &&
  shareOf(recent) >= ringingShare(before) &&
  poissonTail(recent.met, (recent.tried * (before.met + 1)) / (before.tried + 1)) < rule.chance

/** Whether a minute counts towards the end of an alert; `before` is what was before it began. */
export const isQuiet = (messages: number, recent: Share, before: Share): boolean =>
  messages < rule.endsBelowMessages || shareOf(recent) < rule.endsBelow * ringingShare(before)

/** As bad yesterday at this time: at least half the share, of enough attempts. */
export const isDaily = (yesterday: Share, recent: Share): boolean =>
  yesterday.met >= rule.leastMessages && shareOf(yesterday) >= shareOf(recent) / 2

/** Messages tried since the last delivery, where of those before `delivered` out of `tried` attempts came through. */
export const isStandstill = (messages: number, minutes: number, usual: Share): boolean =>
  messages >= rule.leastMessages &&
  minutes >= recentMinutes &&
  usual.met >= rule.leastMessages &&
  (1 - usual.met / (usual.tried + 1)) ** messages < rule.chance
