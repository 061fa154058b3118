import { addEvent, addNote, type Entry, millisecondsOf, newEntry, openBudget, type TraceAttempt } from './entry.ts'
import { isWithin, keyOf, type TraceWindow } from './find.ts'
import type { LineNote } from './line-note.ts'
import { nextQueueId } from './next-queue-id.ts'
import type { TraceQuery } from './query.ts'

export type Teller = {
  readonly event: (attempt: TraceAttempt) => void
  readonly note: (note: LineNote) => void
  /** Queue ids that were named by messages of this look and were not looked for: the next look takes them in. */
  readonly further: () => ReadonlySet<string>
  readonly entries: () => readonly Entry[]
}

/** Entries that one look collects: ids are used again, and on several servers. */
const maxEntries = 20_000
/** Queue ids that are followed from one server to the next. */
const maxFurther = 10_000

/**
 * A look at the logs for messages whose keys are known: all that is said of them, in the order of the lines. A queue id that is used again
 * (Postfix's short ones are) begins a new message where a message arrives under it.
 */
export const openTeller = (query: TraceQuery, window: TraceWindow, keys: ReadonlySet<string>): Teller => {
  const entries: Entry[] = []
  const current = new Map<string, Entry>()
  /** By queue id, of whatever server. */
  const latest = new Map<string, Entry>()
  const further = new Set<string>()
  const budget = openBudget()

  const entryOf = (key: string, queueId: string | undefined, host: string | undefined, time: string | undefined): Entry | undefined => {
    const place = `${host ?? ''}\n${key}`
    const known = current.get(place) ?? elsewhere(key, queueId, host, time)
    if (known === undefined) return begin(place, queueId, host)
    current.set(place, known)
    known.host ??= host
    return known
  }
  /** A queue listing does not name its server: what it says is of the message that is not over. */
  const elsewhere = (key: string, queueId: string | undefined, host: string | undefined, time: string | undefined): Entry | undefined => {
    if (queueId === undefined) return undefined
    const entry = host === undefined ? latest.get(key) : current.get(`\n${key}`)
    if (entry === undefined || (host !== undefined && entry.host !== undefined)) return undefined
    const [end, at] = [millisecondsOf(entry.ended), millisecondsOf(time)]
    return entry.ended === undefined || (end !== undefined && at !== undefined && at <= end + sameMoment) ? entry : undefined
  }
  const begin = (place: string, queueId: string | undefined, host: string | undefined): Entry | undefined => {
    if (entries.length >= maxEntries) return undefined
    const entry = newEntry(queueId, host)
    entries.push(entry)
    current.set(place, entry)
    if (queueId !== undefined) latest.set(queueId, entry)
    return entry
  }

  const follow = (id: string | undefined): void => {
    if (id !== undefined && !keys.has(id) && further.size < maxFurther) further.add(id)
  }

  return {
    event: (attempt) => {
      const { event, file, line } = attempt
      // That it was taken out of the queue, a note of the same line tells.
      if (event.kind === 'other') return
      const key = keyOf(event, file, line)
      if (!keys.has(key)) {
        // The queue before the one that is known.
        const next = nextQueueId(event.diagnosticCode ?? '')
        if (next !== undefined && keys.has(next)) follow(event.queueId)
        return
      }
      const entry = entryOf(key, event.queueId, event.host, event.time)
      if (entry === undefined) return
      addEvent(entry, query, attempt, isWithin(window, event.time), budget)
      for (const id of entry.nextIds) follow(id)
    },
    note: (note) => {
      if (!keys.has(note.queueId)) {
        // A bounce message names what it is about, and not the other way round (Exim).
        if (note.other !== undefined && keys.has(note.other)) follow(note.queueId)
        return
      }
      const place = `${note.host ?? ''}\n${note.queueId}`
      const known = current.get(place) ?? elsewhere(note.queueId, note.queueId, note.host, note.time)
      const isAnother = note.is === 'arrived' && known !== undefined && isOver(known, note)
      const entry = known === undefined || isAnother ? begin(place, note.queueId, note.host) : known
      if (entry === undefined) return
      current.set(place, entry)
      entry.host ??= note.host
      addNote(entry, query, note, isWithin(window, note.time), budget)
      if (note.is === 'notice' || note.is === 'arrived') follow(note.other)
    },
    further: () => further,
    entries: () => entries
  }
}

/** Lines of one second may stand in another order than they were written. */
const sameMoment = 2_000

const isOver = (entry: Entry, { time }: LineNote): boolean => {
  if (entry.ended === undefined && entry.arrived === undefined) {
    const arrived = millisecondsOf(time)
    return arrived !== undefined && entry.first !== undefined && arrived > entry.first + sameMoment
  }
  const before = millisecondsOf(entry.ended || entry.arrived)
  const arrived = millisecondsOf(time)
  return before === undefined || arrived === undefined || entry.ended !== undefined || arrived > before + sameMoment
}
