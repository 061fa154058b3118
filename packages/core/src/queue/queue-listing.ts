import type { LogZone } from '../log/log-zone.ts'
import { eximQueue } from './exim-queue.ts'
import { postqueueJson } from './postqueue-json.ts'
import type { QueueEntry, QueueFormat } from './queue-entry.ts'
import { sendmailQueue } from './sendmail-queue.ts'
import { smtpctlQueue } from './smtpctl-queue.ts'

/** A queue in numbers: what a check of the machine looks at. */
export type QueueListing = {
  readonly count: number
  /** Of `count`, those that nobody tries until somebody lets them go. */
  readonly held: number
  /** Seconds since 1970 of the oldest that is tried; of the oldest that is held. */
  readonly oldest?: number
  readonly oldestHeld?: number
  /** Why messages wait, the most frequent first, with how many. */
  readonly reasons: readonly (readonly [reason: string, count: number])[]
  /** The mail server is not running, by its own words. */
  readonly down: boolean
}

/** Reasons that are told apart; replies hold queue ids and addresses, so that each can be another one. */
const maxReasons = 1_000
const shownReasons = 3
/** Characters by which reasons are the same: what follows are ids and times. */
const reasonLength = 120

type Counting = { readonly add: (entry: QueueEntry) => void; readonly listing: (down: boolean) => QueueListing }

const openCounting = (): Counting => {
  const reasons = new Map<string, number>()
  let [count, held, oldest, oldestHeld] = [0, 0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  return {
    add: ({ arrived, status, recipients, continued }) => {
      if (continued) return
      const since = arrived === undefined ? Number.POSITIVE_INFINITY : Date.parse(arrived) / 1_000
      count++
      if (status === 'hold' || status === 'frozen') {
        held++
        oldestHeld = Math.min(oldestHeld, since)
      } else oldest = Math.min(oldest, since)
      const key = recipients.find(({ reason }) => reason !== undefined)?.reason?.slice(0, reasonLength)
      if (key !== undefined && (reasons.has(key) || reasons.size < maxReasons)) reasons.set(key, (reasons.get(key) ?? 0) + 1)
    },
    listing: (down) => ({
      count,
      held,
      ...(Number.isFinite(oldest) ? { oldest } : {}),
      ...(Number.isFinite(oldestHeld) ? { oldestHeld } : {}),
      reasons: [...reasons].sort((one, other) => other[1] - one[1]).slice(0, shownReasons),
      down
    })
  }
}

const count = (format: QueueFormat, text: string, now: number, zone: LogZone = 0): Counting => {
  const counting = openCounting()
  const reader = format.open(counting.add, { now, zone })
  for (const line of text.split('\n')) reader.line(line)
  reader.end()
  return counting
}

/** `postqueue -j`. */
export const parsePostqueue = (text: string, errors: string): QueueListing =>
  count(postqueueJson, text, 0).listing(errors.includes('Mail system is down'))

/** `exim -bp`. `now` in milliseconds: it prints ages. */
export const parseEximQueue = (text: string, now: number): QueueListing => count(eximQueue, text, now).listing(false)

/** `sendmail -bp`. It prints no year, and local time. */
export const parseSendmailQueue = (text: string, now: number, zone: LogZone): QueueListing => {
  const listing = count(sendmailQueue, text, now, zone).listing(false)
  // Lines without a date (a message that is just being written) count too.
  const total = Number(/^\s*Total requests: (\d{1,9})$/m.exec(text)?.[1] ?? 0)
  return { ...listing, count: Math.max(listing.count, total) }
}

/** `smtpctl show queue`. */
export const parseSmtpctlQueue = (text: string): QueueListing =>
  count(smtpctlQueue, text, 0).listing(text.split('\n').some((row) => row.split('|', 13)[11] === 'offline'))
