import { parseDate } from '../message/dates.ts'
import { type LogZone, minutesEast } from './log-zone.ts'

/** ISO 8601 in any of the ways that logs write it; the zone may be missing. */
const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d:?\d\d|UTC|GMT)?$/i

/** ISO 8601 in UTC as it is given out: most logs write it, and it need not be written anew. */
const plain = /^(?:19[7-9]\d|[2-9]\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(?!000)\d{3})?Z$/

/** A time with its zone's name fits in this. */
const maxTime = 64

/** Seconds, milliseconds, microseconds and nanoseconds since 1970 differ by their size: 1e11 s is the year 5138, 1e11 ms is 1973. */
export const isoOfEpoch = (epoch: number): string | undefined => {
  const size = Math.abs(epoch)
  const milliseconds = size < 1e11 ? epoch * 1_000 : size < 1e14 ? epoch : size < 1e17 ? epoch / 1_000 : epoch / 1e6
  return isoOf(milliseconds)
}

const isoOf = (milliseconds: number): string | undefined => {
  const date = new Date(Math.round(milliseconds))
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1_970 || date.getUTCFullYear() > 9_999
    ? undefined
    : date.toISOString().replace('.000Z', 'Z')
}

const minutesOf = (zone: string): number =>
  /^[+-]/.test(zone) ? (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) : 0

/**
 * A time of a log as ISO 8601 in UTC: ISO 8601, RFC 5322, or seconds, milliseconds, microseconds or nanoseconds since 1970.
 * `zone`: of times that name none. Undefined where it is none of these.
 */
export const readLogTime = (value: string | undefined, zone: LogZone = 0): string | undefined => {
  const text = value?.trim() ?? ''
  if (text === '' || text.length > maxTime) return undefined
  if (plain.test(text)) return text
  if (/^\d{9,19}(?:\.\d{1,9})?$/.test(text)) return isoOfEpoch(Number(text))
  const match = iso.exec(text)
  if (match === null) return parseDate(text)
  const [, year, month, day, hour, minute, second = '0', fraction = '', named] = match
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31 || Number(hour) > 24 || Number(minute) > 59)
    return undefined
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const offset = named === undefined ? minutesEast(zone, local) : minutesOf(named)
  return isoOf(local + Math.floor(Number(`0.${fraction || '0'}`) * 1_000) - offset * 60_000)
}
