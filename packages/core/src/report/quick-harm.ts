import type { Diagnoser, Diagnosis } from '../diagnose/diagnose.ts'
import { type MaskMemo, openMaskMemo } from '../diagnose/mask-memo.ts'
import type { CauseRowCount } from './cause-rows.ts'
import type { CountName } from './counts.ts'
import type { HarmedAttempt } from './tally.ts'

/**
 * What is known of failed attempts by their texts, all but ids, addresses and the like (diagnose/mask-text.ts): of 56,000 in a log of
 * 200 MB, 99 % are like one before, and counting them without an event takes a fifth of the time.
 */
type KnownHarm = {
  readonly name: CountName
  readonly diagnosis: Diagnosis
  /** Where the reply quotes our own address, in the text as it stands in the log; -1: nowhere. */
  readonly quoteAt: number
  /** By provider and sender key. */
  readonly rows: Map<string | undefined, Map<string, CauseRowCount>>
}

export type QuickHarm = {
  /** What is known of this attempt; undefined: the event that follows tells it, and `learn` is for that. */
  readonly find: (attempt: Readonly<HarmedAttempt>) => KnownHarm | undefined
  /** Whether the event that comes is of an attempt that was looked for, and is like none before. */
  readonly isNew: () => boolean
  /** The attempt that was looked for last has been counted, or is another event. */
  readonly forget: () => void
  /** Of the attempt that was looked for last, by its event. `quoted`: our own address, as far as the reply quotes it. */
  readonly add: (name: CountName, diagnosis: Diagnosis, quoted: string | undefined) => void
}

/** Attempts that are told as events before what is needed here is worth building. */
const patience = 200

const deferredMark = 1
const bouncedMark = 2

export const openQuickHarm = (diagnoser: Diagnoser): QuickHarm => {
  let memo: MaskMemo<KnownHarm> | undefined
  let seen = 0
  let last: Readonly<HarmedAttempt> | undefined

  const placeOf = (quoted: string | undefined, { bytes, textFrom, textTo }: Readonly<HarmedAttempt>): number => {
    if (quoted === undefined) return -1
    for (let at = textFrom; at + quoted.length <= textTo; at++) if (isAt(quoted, bytes, at)) return at - textFrom
    return -1
  }

  return {
    find: (attempt) => {
      last = undefined
      if (memo === undefined) {
        if (++seen < patience) return undefined
        memo = openMaskMemo(diagnoser)
      }
      if (!memo.readBytes(attempt.bytes, attempt.textFrom, attempt.textTo, attempt, attempt.isDeferred ? deferredMark : bouncedMark))
        return undefined
      last = attempt
      return memo.get()
    },
    isNew: () => last !== undefined && memo?.get() === undefined,
    forget: () => {
      last = undefined
    },
    add: (name, diagnosis, quoted) => {
      if (memo === undefined || last === undefined || memo.get() !== undefined) return
      const quoteAt = placeOf(quoted, last)
      if (quoted === undefined || quoteAt >= 0) memo.set({ name, diagnosis, quoteAt, rows: new Map() })
    }
  }
}

/** Whether the text quotes this address at a place, and no longer one. */
export const quotes = (ip: string, { bytes, textFrom }: Readonly<HarmedAttempt>, at: number): boolean => {
  const behind = bytes[textFrom + at + ip.length] ?? 0
  return isAt(ip, bytes, textFrom + at) && !(behind >= 0x30 && behind <= 0x39)
}

/** Whether a text of ASCII stands there. */
const isAt = (text: string, bytes: Uint8Array, at: number): boolean => {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false
  return true
}
