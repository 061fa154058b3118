import type { DialogueOptions } from './dialogue.ts'

export type Timeouts = Readonly<Record<'connect' | 'greeting' | 'command' | 'starttls' | 'total', number>>
export type Limits = Readonly<Record<'reply' | 'total', number>>

/**
 * Milliseconds. RFC 5321 §4.5.3.2 wants five minutes for most replies, of a client that has mail to deliver. A probe loses
 * nothing but an answer: it waits for a greeting that is held back on purpose and for a RCPT that is asked on elsewhere, and
 * not for a server that is out of order. Each is for the whole of a reply, so that a byte now and then wins no time.
 */
const defaultTimeouts: Timeouts = { connect: 10_000, greeting: 30_000, command: 30_000, starttls: 20_000, total: 300_000 }

/** Bytes. A reply line has 512 (RFC 5321 §4.5.3.1.5): a hundred of them; and in all some ten thousand answers to RCPT. */
const defaultLimits: Limits = { reply: 65_536, total: 1_048_576 }

/** What a timer of Node can wait. */
const longestTimeout = 2_147_483_647

/** Throws RangeError: a zero, a NaN or a string would switch a bound off without a word, since every comparison with it is false. */
export const boundsOf = (options: Pick<DialogueOptions, 'timeouts' | 'limits'>): { timeouts: Timeouts; limits: Limits } => {
  const timeouts = { ...defaultTimeouts, ...given(options.timeouts) }
  const limits = { ...defaultLimits, ...given(options.limits) }
  for (const [name, value] of Object.entries(timeouts)) {
    if (!(typeof value === 'number' && value > 0 && value <= longestTimeout))
      throw new RangeError(`timeouts.${name} must be milliseconds, above 0`)
  }
  for (const [name, value] of Object.entries(limits)) {
    if (!(Number.isSafeInteger(value) && value > 0)) throw new RangeError(`limits.${name} must be whole bytes, above 0`)
  }
  return { timeouts, limits }
}

const given = <T extends object>(values: T | undefined): Partial<T> => {
  const kept: Partial<T> = { ...values }
  for (const key of Object.keys(kept) as (keyof T)[]) if (kept[key] === undefined) delete kept[key]
  return kept
}
