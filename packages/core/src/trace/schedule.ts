/** Servers whose usual retry times are known. */
export type RetryProgram = 'postfix' | 'exim' | 'sendmail'

/** Milliseconds since 1970. */
export type RetryTimes = {
  /** Between these the next attempt is due; absent where only the administrator's own setting tells. */
  readonly from?: number
  readonly to?: number
  /** The queue gives up at the first attempt after this. */
  readonly givesUp?: number
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** postconf -d of Postfix 3.7; src/qmgr/qmgr_active.c: the message waits as long as it is old already, within these. */
const postfix = {
  minimal_backoff_time: 300 * second,
  maximal_backoff_time: 4_000 * second,
  queue_run_delay: 300 * second,
  maximal_queue_lifetime: 5 * day
}

/** src/src/configure.default of Exim: `F,2h,15m; G,16h,1h,1.5; F,4d,6h`, counted from the first failure (specification, chapter 32). */
const exim = {
  first: 2 * hour,
  firstEvery: 15 * minute,
  growing: 16 * hour,
  growingFrom: hour,
  factor: 1.5,
  last: 4 * day,
  lastEvery: 6 * hour
}
/** memory: QUEUEINTERVAL of Debian's exim4; the specification's example of the daemon is `-q30m` too. */
const eximQueueRun = 30 * minute

/** cf/m4/proto.m4 of sendmail: Timeout.queuereturn. How often the queue is run is an option of the start alone. */
const sendmail = { queuereturn: 5 * day }

/**
 * When the next attempt is due and when the queue gives up, with the settings that the server comes with: after an arrival, a first failure and a
 * last attempt, in milliseconds since 1970, and the time between the last two attempts where there were two.
 */
export const retryTimes = (
  program: RetryProgram,
  {
    arrived,
    firstFailed,
    last,
    gap
  }: { readonly arrived?: number | undefined; readonly firstFailed: number; readonly last: number; readonly gap?: number | undefined }
): RetryTimes => {
  if (program === 'sendmail') return arrived === undefined ? {} : { givesUp: arrived + sendmail.queuereturn }
  if (program === 'postfix') {
    const age = last - (arrived ?? firstFailed)
    const from = last + Math.max(postfix.minimal_backoff_time, Math.min(postfix.maximal_backoff_time, age))
    return {
      from,
      to: from + postfix.queue_run_delay,
      ...(arrived === undefined ? {} : { givesUp: arrived + postfix.maximal_queue_lifetime })
    }
  }
  const failing = last - firstFailed
  const every =
    failing < exim.first ? exim.firstEvery : failing < exim.growing ? Math.max(exim.growingFrom, (gap ?? 0) * exim.factor) : exim.lastEvery
  return { from: last + every, to: last + every + eximQueueRun, givesUp: firstFailed + exim.last }
}
