import type { Diagnoser } from '../diagnose/diagnose.ts'
import type { LineVerdict, LogEvent } from '../log/log-reader.ts'
import type { WatchAlert } from './alert.ts'
import { openAlerts } from './alerts.ts'
import { type Counters, openCounters } from './counters.ts'
import { keptOf } from './kept.ts'
import { openLeap } from './leap.ts'
import { beforeMinutes, recentMinutes } from './minute-ring.ts'
import { type Attempt, openAttemptReader } from './read-attempt.ts'
import { openMinuteCounts, summaryOf, type WatchSummary } from './summary.ts'
import { openWaitingCount } from './waiting.ts'
import { openWindows } from './windows.ts'

export type WatchOptions = {
  /** An alert began or ended. */
  readonly alert?: (alert: WatchAlert) => void
  /** A minute of the log is over. */
  readonly minute?: (summary: WatchSummary) => void
  /** Our addresses by the service that sends from them: `smtp-out3` → `192.0.2.3`. */
  readonly senderIps?: Readonly<Record<string, string>>
}

/**
 * Watches a stream of events: counts over rolling windows, and rings by the rule in alert-rule.ts. Its clock is the time that the events tell,
 * to the minute: the same log gives the same alerts, whenever it is read. Memory is bounded; what finds no place is counted.
 */
export type Watch = {
  /** `now`, milliseconds since 1970: an event that claims to be of more than a day later has no time. */
  readonly event: (event: LogEvent, now: number) => void
  readonly line: (verdict: LineVerdict, count?: number) => void
  /** Milliseconds since 1970 on the log's clock: what was silent until then has been silent until then. */
  readonly tick: (time: number) => void
  /**
   * While learning, events fill the windows and nothing is told or counted in `counters`: they were there before. Leaving it tells what is
   * firing, unless an earlier run has told it.
   */
  readonly learn: (isLearning: boolean, tellFiring?: boolean) => void
  readonly summary: () => WatchSummary
  readonly counters: Counters
  /** The time of the newest event, milliseconds since 1970; undefined: there was none with a time. */
  readonly lastEvent: () => number | undefined
}

const minuteLength = 60_000
/** Clocks differ, and time zones where a log names none. */
const maxAhead = 86_400_000
/** Minutes that an event may be ahead of all before it: a queue run, a batch, two clocks that differ. */
const mostAhead = 15
/** A silence is looked at minute by minute up to here; after that nothing of the windows is left. */
const mostSteps = recentMinutes + beforeMinutes + 60

export const openWatch = (diagnoser: Diagnoser, options: WatchOptions = {}): Watch => {
  const reader = openAttemptReader(diagnoser, options.senderIps)
  const counters = openCounters()
  const waiting = openWaitingCount()
  let learning = false
  let clock: Clock | undefined
  let newest: number | undefined
  const leap = openLeap<{ readonly event: LogEvent; readonly attempt: Attempt; readonly isDated: boolean }>()

  const begin = (minute: number): Clock => {
    const windows = openWindows(minute - 1)
    const counts = openMinuteCounts(minute - 1)
    return { windows, counts, alerts: openAlerts(diagnoser, windows, reader.senders), began: minute, current: minute }
  }

  /** The minutes before this one are over. */
  const goTo = (minute: number): Clock => {
    clock ??= begin(minute)
    if (minute - clock.current > 2 * mostSteps) {
      // Whatever a silence makes ring does so while there is a day before it.
      step(clock, clock.current + mostSteps)
      clock.current = minute - mostSteps
    }
    step(clock, minute)
    return clock
  }

  const step = (of: Clock, minute: number): void => {
    while (of.current < minute) {
      const over = of.current++
      of.windows.advance(over)
      of.counts.advance(over)
      for (const alert of of.alerts.look(over, of.began)) if (!learning) options.alert?.(alert)
      if (over % 60 === 0) waiting.prune(over)
      if (!learning) options.minute?.(summary())
    }
  }

  const summary = (): WatchSummary =>
    summaryOf({
      windows: clock?.windows,
      counts: clock?.counts,
      minute: clock === undefined ? undefined : clock.current - 1,
      firing: clock?.alerts.firing() ?? [],
      diagnoser,
      senders: reader.senders,
      waiting: waiting.size(),
      lines: counters.lines(),
      unread: counters.unread(),
      limits: limits()
    })

  const limits = (): readonly string[] => {
    const say = (count: number, one: string, many: string): readonly string[] =>
      count === 0 ? [] : [`${count.toLocaleString('en')} ${count === 1 ? one : many}`]
    return [
      ...say(
        clock?.windows.leftOut() ?? 0,
        'attempt is of a cause or provider beyond those that are followed: no alert tells of it.',
        'attempts are of causes or providers beyond those that are followed: no alert tells of them.'
      ),
      ...say(
        clock?.windows.late() ?? 0,
        'attempt came more than a day late, and is in the totals only.',
        'attempts came more than a day late, and are in the totals only.'
      ),
      ...say(
        counters.undated(),
        'event has no time, and counts for when it was read.',
        'events have no time, and count for when they were read.'
      ),
      ...say(waiting.forgotten(), 'waiting message is not followed any more.', 'waiting messages are not followed any more.')
    ]
  }

  const count = (event: LogEvent, attempt: Attempt, isDated: boolean): void => {
    if (isDated && (newest === undefined || attempt.time > newest)) newest = attempt.time
    if (!learning) counters.add(attempt, reader.senders.resolve(attempt.senderKey).ip, isDated)
    const told = Math.floor(attempt.time / minuteLength)
    if (!isDated && clock === undefined) return
    const minute = isDated ? told : (clock?.current ?? 0)
    const { windows, counts } = goTo(Math.max(minute, clock?.current ?? minute))
    counts.add(attempt, minute)
    if (attempt.isInbound || attempt.name === 'complained') return
    if (attempt.key !== undefined) {
      if (attempt.name === 'deferred') waiting.waits(attempt.key, minute)
      else waiting.ended(attempt.key)
    }
    windows.add(attempt, minute, attempt.diagnosis === undefined ? undefined : keptOf(event, attempt.diagnosis))
  }

  return {
    event: (event, now) => {
      const attempt = reader.read(event)
      if (attempt === undefined) return
      const isDated = attempt.time <= now + maxAhead
      // What is of now is no mistake of a clock: mail goes on after a quiet night.
      const isOfNow = Math.abs(now - attempt.time) <= mostAhead * minuteLength
      const isAhead = isDated && !isOfNow && clock !== undefined && Math.floor(attempt.time / minuteLength) > clock.current + mostAhead
      for (const { held, isBelieved } of leap.take({ event, attempt, isDated }, isAhead))
        count(held.event, held.attempt, held.isDated && isBelieved)
    },
    line: (verdict, count = 1) => {
      if (!learning) counters.line(verdict, count)
    },
    tick: (time) => {
      for (const { held } of leap.flush()) count(held.event, held.attempt, false)
      if (clock !== undefined && Number.isFinite(time)) goTo(Math.max(clock.current, Math.floor(time / minuteLength)))
    },
    learn: (isLearning, tellFiring = false) => {
      if (learning && !isLearning && tellFiring) for (const alert of clock?.alerts.firing() ?? []) options.alert?.(alert)
      learning = isLearning
    },
    summary,
    counters,
    lastEvent: () => newest
  }
}

type Clock = {
  readonly windows: ReturnType<typeof openWindows>
  readonly counts: ReturnType<typeof openMinuteCounts>
  readonly alerts: ReturnType<typeof openAlerts>
  /** The first minute, and the one that is being counted. */
  readonly began: number
  current: number
}
