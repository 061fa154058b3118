const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Named zones of RFC 5322 §4.3 and some that mail servers write, in minutes east of UTC. */
const zones: Readonly<Record<string, number>> = {
  ut: 0,
  gmt: 0,
  utc: 0,
  z: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  jst: 540,
  cet: 60,
  cest: 120,
  met: 60,
  mest: 120,
  bst: 60,
  eet: 120,
  eest: 180,
  msk: 180,
  wet: 0,
  west: 60
}

const pattern =
  /(\d{1,2})[\s-]{1,4}([a-z]{3})[a-z]{0,6}[\s-]{1,4}(\d{2,4})[\s,]{1,4}(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?(?:\s{0,4}([+-]\d{4}|[a-z]{1,4}))?/i

/** A date with its comment fits in this. */
const maxDate = 200

/** A date of RFC 5322 §3.3 (and its obsolete forms) as ISO 8601 in UTC; undefined where it is none. */
export const parseDate = (value: string | undefined): string | undefined => {
  if (value === undefined) return undefined
  const match = pattern.exec(value.length > maxDate ? value.slice(0, maxDate) : value)
  if (match === null) return undefined
  const [, day, name = '', year = '', hour, minute, second, zone] = match
  const month = months.indexOf(name.toLowerCase())
  if (month < 0 || Number(day) > 31 || Number(hour) > 24 || Number(minute) > 59) return undefined
  // RFC 5322 §4.3: two digits are 2000 up to 49, then 1900; three digits are years since 1900.
  const short = Number(year)
  const full = year.length === 2 ? (short < 50 ? 2_000 + short : 1_900 + short) : year.length === 3 ? 1_900 + short : short
  const offset =
    zone === undefined
      ? 0
      : /^[+-]/.test(zone)
        ? Math.floor(Number(zone) / 100) * 60 + (Number(zone) % 100)
        : Object.hasOwn(zones, zone.toLowerCase())
          ? (zones[zone.toLowerCase()] ?? 0)
          : 0
  const time = Date.UTC(full, month, Number(day), Number(hour), Number(minute), Number(second ?? 0)) - offset * 60_000
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z')
}
