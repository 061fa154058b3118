/** Seconds from 2001 to 2100, as the services write times in numbers; the same in milliseconds. */
const unixSeconds = /^\d{9,10}(?:\.\d{1,9})?$/
const unixMilliseconds = /^\d{12,13}$/
/** ISO 8601 with or without a zone (then UTC), and the form of RFC 5322 §3.3. Day and month in figures only are not guessed at. */
const isoLike = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i
const mailLike = /^(?:[A-Za-z]{3}, ?)?\d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}(?::\d{2})? ?(?:GMT|UTC|Z|[+-]\d{4})$/

const iso = (time: number): string | undefined =>
  Number.isFinite(time) && Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : undefined

/** A date out of a list as ISO 8601, undefined where it cannot be told. */
export const listDate = (value: unknown): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim()
  if (unixSeconds.test(text)) return iso(Number(text) * 1_000)
  if (unixMilliseconds.test(text)) return iso(Number(text))
  const found = isoLike.exec(text)
  if (found !== null) {
    const [, day, time = '00:00', zone = 'Z'] = found
    return iso(Date.parse(`${day}T${time}${/^(?:z|utc)$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`))
  }
  return mailLike.test(text) ? iso(Date.parse(text)) : undefined
}
