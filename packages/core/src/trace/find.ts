import type { LogEvent } from '../log/log-reader.ts'
import { millisecondsOf } from './entry.ts'
import type { LineNote } from './line-note.ts'
import { nextQueueId } from './next-queue-id.ts'
import { isMessage, isRecipient, nearMiss, type TraceQuery } from './query.ts'

/** A time that is asked for, in milliseconds since 1970. */
export type TraceWindow = { readonly since?: number | undefined; readonly until?: number | undefined }

export const isWithin = ({ since, until }: TraceWindow, time: string | undefined): boolean => {
  if (since === undefined && until === undefined) return true
  const at = millisecondsOf(time)
  return at !== undefined && (since === undefined || at >= since) && (until === undefined || at < until)
}

/** By what the lines of a message are told from others: its queue id, else its Message-ID and recipient; of a refusal who wanted what. */
export const keyOf = (event: LogEvent, file: string, line: number): string => {
  if (event.queueId !== undefined) return event.queueId
  if (event.direction === 'inbound') return `refused\n${event.client ?? ''}\n${event.sender ?? ''}\n${event.recipient ?? ''}`
  if (event.messageId !== undefined) return `message\n${event.messageId}\n${event.recipient ?? ''}`
  return `line\n${file}\n${line}`
}

/** Messages by their last known end that were found and are too old to be told one by one. */
type OlderCounts = { messages: number; delivered: number; failed: number; expired: number; pending: number; other: number }

export type Found = {
  /** Keys of the messages that are told: the youngest. */
  readonly keys: ReadonlySet<string>
  readonly older: Readonly<OlderCounts>
  readonly nearMisses: readonly { readonly value: string; readonly times: number }[]
}

export type Finder = {
  /** `named`: the line holds the needle of the query. */
  readonly event: (event: LogEvent, file: string, line: number, named: boolean) => void
  readonly note: (note: LineNote) => void
  readonly found: () => Found
}

/** Messages that are told at most, and at least half of them: each takes another look at the log. */
export const maxMessages = 2_000
const maxNear = 1_000
const shownNear = 5
/** A message to thousands goes to as many servers: only those of one's own matter, and they are few. */
const maxNext = 50

type Light = { outcome: keyof Omit<OlderCounts, 'messages'>; next: Set<string> }

/**
 * The first look at the logs: which messages the query names. Memory holds the youngest 1,000 to 2,000; those before are counted by their
 * ends, each once as long as its lines stand within 1,000 messages of each other.
 */
export const openFinder = (query: TraceQuery, window: TraceWindow, most: number = maxMessages): Finder => {
  // Two generations: taking the oldest out of one Map walks over the holes that former ones left (openMemory in syslog-join.ts).
  let young = new Map<string, Light>()
  let old = new Map<string, Light>()
  const older: OlderCounts = { messages: 0, delivered: 0, failed: 0, expired: 0, pending: 0, other: 0 }
  const near = new Map<string, number>()

  const messageOf = (key: string): Light => {
    const known = young.get(key)
    if (known !== undefined) return known
    const light: Light = old.get(key) ?? { outcome: 'other', next: new Set() }
    old.delete(key)
    if (young.size >= Math.max(1, Math.floor(most / 2))) {
      for (const { outcome } of old.values()) {
        older.messages++
        older[outcome]++
      }
      old = young
      young = new Map()
    }
    young.set(key, light)
    return light
  }

  return {
    event: (event, file, line, named) => {
      const next =
        named || young.has(event.queueId ?? '') || old.has(event.queueId ?? '') ? nextQueueId(event.diagnosticCode ?? '') : undefined
      if (!isRecipient(query, event) && !isMessage(query, event) && next !== query.text) {
        if (named) addNear(near, nearMiss(query, event))
        return
      }
      if (!isWithin(window, event.time)) return
      const light = messageOf(keyOf(event, file, line))
      light.outcome = event.outcome ?? 'other'
      if (next !== undefined && light.next.size < maxNext) light.next.add(next)
    },
    note: (note) => {
      if ((isMessage(query, note) || note.other === query.text) && isWithin(window, note.time)) {
        const light = messageOf(note.queueId)
        if (note.is === 'notice' && note.other !== undefined && light.next.size < maxNext) light.next.add(note.other)
      }
    },
    found: () => ({
      keys: new Set([...old, ...young].flatMap(([key, { next }]) => [key, ...next])),
      older,
      nearMisses: [...near]
        .sort((one, other) => other[1] - one[1])
        .slice(0, shownNear)
        .map(([value, times]) => ({ value, times }))
    })
  }
}

const addNear = (near: Map<string, number>, value: string | undefined): void => {
  if (value === undefined || value.length > 320) return
  const times = near.get(value)
  if (times !== undefined || near.size < maxNear) near.set(value, (times ?? 0) + 1)
}
