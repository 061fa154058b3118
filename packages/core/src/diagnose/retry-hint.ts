const unitSeconds: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|sec|secs|second|seconds|sekunden|секунд\w*)$/i, 1],
  [/^(?:m|min|mins|minute|minutes|minuten|минут\w*)$/i, 60],
  [/^(?:h|hr|hrs|hour|hours|stunden?|час\w*)$/i, 3_600],
  [/^(?:d|day|days|tagen?)$/i, 86_400]
]

/** Waits longer than this are no retry hint but a mistake, or the lifetime of something else. */
const maxHint = 7 * 86_400

const places: readonly RegExp[] = [
  /\b(?:retry|try(?:\s+again)?|again|wait|come back|resend|back|deferred|delayed|greylisted|greylisting)\b[^.\n]{0,40}?\b(?:in|after|for|at least)?\s?(\d{1,6})\s?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?)\b/i,
  /\b(\d{1,6})\s?(seconds?|secs?|minutes?|mins?|hours?)\b[^.\n]{0,20}\b(?:later|before|remaining|left)\b/i,
  /\b(?:retry|again|wait|back)\b[^.\n]{0,30}?\b(\d{1,2}):(\d{2}):(\d{2})\b/i
]

/** Replies are short; of a longer text only this much is searched for a wait. */
const maxSearched = 4_096

/** The wait in seconds that the text asks for ("try again in 5 minutes", "retry after 00:05:00"), where it tells one. */
export const retryHint = (text: string, from: number, to: number): number | undefined => {
  const near = text.slice(from, Math.min(to, from + maxSearched))
  for (const place of places) {
    const match = place.exec(near)
    if (match === null) continue
    const [, amount = '', unit = '', last] = match
    const seconds =
      last === undefined
        ? Number(amount) * (unitSeconds.find(([pattern]) => pattern.test(unit))?.[1] ?? 0)
        : Number(amount) * 3_600 + Number(unit) * 60 + Number(last)
    if (seconds > 0 && seconds <= maxHint) return seconds
  }
  return undefined
}
