/** How gently one operator is asked: sessions at once, recipients in any minute, recipients in one session. `Infinity` is no limit. */
export type Budget = { readonly sessions: number; readonly perMinute: number; readonly perSession: number }

const minute = 60_000

/** The recipients asked of one operator in the last minute, so that no minute holds more than the budget allows. */
export type Window = {
  /** How many may be asked now. */
  readonly room: (now: number) => number
  /** From when at least one may be asked. */
  readonly opensAt: (now: number) => number
  readonly spend: (now: number, recipients: number) => void
  /** From now on fewer a minute: the operator asked for it. */
  readonly slow: () => void
}

/** Times are milliseconds since 1970; `earlier` are the ones asked before this process began, oldest first. */
export const openWindow = (perMinute: number, earlier: readonly number[]): Window => {
  let limit = perMinute
  let asked = [...earlier]
  let from = 0
  const forget = (now: number): void => {
    while (from < asked.length && (asked[from] ?? 0) <= now - minute) from++
    if (from > 1_000 && from > asked.length / 2) {
      asked = asked.slice(from)
      from = 0
    }
  }
  const room = (now: number): number => {
    if (limit === Number.POSITIVE_INFINITY) return limit
    forget(now)
    return Math.max(0, limit - (asked.length - from))
  }
  return {
    room,
    opensAt: (now) => (room(now) > 0 ? now : (asked[asked.length - limit] ?? now) + minute),
    spend: (now, recipients) => {
      if (limit === Number.POSITIVE_INFINITY) return
      for (let spent = 0; spent < recipients; spent++) asked.push(now)
    },
    slow: () => {
      limit = limit === Number.POSITIVE_INFINITY ? slowestStart : Math.max(1, Math.floor(limit / 2))
    }
  }
}

/** Recipients a minute for an operator without a limit that asks us to go slower. */
const slowestStart = 60
