import { parseIp } from '../record/spf-network.ts'

/** Reading what a stranger posted: a parsed JSON value or a form, of which nothing is known. Nothing here throws. */
export type Fields = Readonly<Record<string, unknown>>

const none: Fields = {}

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The members of an object; of anything else none. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : none)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** An array as it is, one thing as a list of one: most services send either. */
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** A string that says something. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined)

/** The first of several that says something: services leave fields empty rather than out. */
export const firstText = (...values: readonly unknown[]): string | undefined => values.map(textOf).find((text) => text !== undefined)

/** A word of a list as a person would write it: `MailboxFull`, `mailbox_full` → `Mailbox full`, `mailbox full`. */
export const spokenOf = (value: unknown): string | undefined =>
  textOf(value)
    ?.slice(0, 200)
    .replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replaceAll('_', ' ')

/** Identifiers come as strings and as numbers. */
export const idOf = (value: unknown): string | undefined => (typeof value === 'number' ? String(value) : textOf(value)?.trim())

/** JSON inside a string (SNS, forms), undefined where it is none. */
export const parseJson = (value: unknown): unknown => {
  if (typeof value !== 'string') return undefined
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** Numbers above this are milliseconds: as seconds they would lie in the year 5138. */
const firstMilliseconds = 100_000_000_000

/** The end of the year 9999, where ISO 8601 has no fifth digit. */
const lastTime = 253_402_300_799_999

const isoPattern =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:[.,](\d{1,9}))?\s?(Z|UTC|[+-]\d\d:?\d\d)?$/i

const isoOf = (milliseconds: number): string | undefined =>
  milliseconds >= 0 && milliseconds <= lastTime ? new Date(milliseconds).toISOString().replace('.000Z', 'Z') : undefined

const parseIso = (text: string): string | undefined => {
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = isoPattern.exec(text) ?? []
  if (year === undefined) return undefined
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  const minutes = offset === null ? 0 : Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3]))
  const thousandths = Number(fraction.padEnd(3, '0').slice(0, 3))
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), thousandths)
  return isoOf(local - minutes * 60_000)
}

/**
 * A time as services write it, as ISO 8601 in UTC: seconds or milliseconds since 1970 as a number or its digits, with a fraction or without;
 * ISO 8601 with a zone, without one in UTC. Undefined where it is none.
 */
export const timeOf = (value: unknown): string | undefined => {
  const text = typeof value === 'string' ? value.trim() : undefined
  if (text !== undefined && text.length > 40) return undefined
  if (text !== undefined && !/^\d{1,15}(?:\.\d{1,9})?$/.test(text)) return parseIso(text)
  const told = text === undefined ? value : Number(text)
  if (typeof told !== 'number' || !(told > 0)) return undefined
  return isoOf(Math.floor(told >= firstMilliseconds ? told : told * 1_000))
}

/** An IP address, undefined where a placeholder stands (`xxx.xxx.xxx.xxx`). */
export const ipOf = (value: unknown): string | undefined => {
  const text = textOf(value)?.trim()
  return text !== undefined && parseIp(text) !== undefined ? text : undefined
}
