import { type Entry, millisecondsOf } from './entry.ts'
import { buildMessage, type TraceMessage, type TraceNotice } from './message.ts'

/** A message reaches the next server of its own within this; a queue id that was used again is another one's. Milliseconds. */
const nearInTime = 24 * 3_600_000
/** Two queues with one Message-ID hold the same message where one takes it within this of the other's last word. Milliseconds. */
const follows = 60_000

const isNear = (one: Entry, other: Entry, within: number): boolean =>
  one.first === undefined ||
  one.last === undefined ||
  other.first === undefined ||
  other.last === undefined ||
  (other.first <= one.last + within && one.first <= other.last + within)

/**
 * The messages that are told, the oldest first: queues that the query names, joined with those before and behind them (`queued as`), with
 * those of the same Message-ID that follow at once, and with the notices that were made about them.
 */
export const tellMessages = (entries: readonly Entry[], logEnd: number | undefined): readonly TraceMessage[] => {
  const byId = new Map<string, Entry[]>()
  const handing = new Map<string, Entry[]>()
  for (const entry of entries) {
    add(byId, entry.queueId, entry)
    for (const id of entry.nextIds) add(handing, id, entry)
    if (entry.isNotice && entry.other !== undefined) add(byId, aboutKey(entry.other), entry)
  }
  const neighbours = (entry: Entry): readonly Entry[] =>
    [
      ...[...entry.nextIds].flatMap((id) => byId.get(id) ?? []),
      ...(entry.queueId === undefined ? [] : (handing.get(entry.queueId) ?? [])),
      ...(entry.other === undefined || entry.isNotice ? [] : (byId.get(entry.other) ?? []))
    ].filter((other) => other !== entry && isNear(entry, other, nearInTime))

  const groups = new Map<Entry, Entry[]>()
  for (const entry of entries) {
    if (entry.matched === undefined || groups.has(entry)) continue
    const group: Entry[] = []
    const waiting = [entry]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (groups.has(next)) continue
      groups.set(next, group)
      group.push(next)
      waiting.push(...neighbours(next))
    }
  }
  joinByMessageId(groups)
  const ordered = [...new Set(groups.values())].map((group) => group.toSorted((one, other) => (one.first ?? 0) - (other.first ?? 0)))
  const noticesOf = openNotices(byId, logEnd)
  const told = new Set<Entry>()
  const built = ordered.map((group) => ({ group, notices: noticesOf(group, told) }))
  return built
    .filter(({ group }) => !group.every((entry) => told.has(entry)))
    .map(({ group, notices }) => buildMessage(group, notices, logEnd))
    .toSorted((one, other) => (one.first ?? 0) - (other.first ?? 0))
}

const add = (map: Map<string, Entry[]>, key: string | undefined, entry: Entry): void => {
  if (key === undefined) return
  const list = map.get(key)
  if (list === undefined) map.set(key, [entry])
  else list.push(entry)
}

const joinByMessageId = (groups: Map<Entry, Entry[]>): void => {
  const last = new Map<string, Entry>()
  for (const entry of [...groups.keys()].toSorted((one, other) => (one.first ?? 0) - (other.first ?? 0))) {
    if (entry.messageId === undefined) continue
    const before = last.get(entry.messageId)
    last.set(entry.messageId, entry)
    if (before === undefined || !isNear(before, entry, follows)) continue
    const [into, from] = [groups.get(before), groups.get(entry)]
    if (into === undefined || from === undefined || into === from) continue
    // A sender that gives all of its messages one Message-ID does not make them one: servers pass a message on, they do not multiply it.
    if (into.length + from.length > longestWay) continue
    into.push(...from)
    for (const one of from) groups.set(one, into)
  }
}

/** Servers and filters that one message goes through. */
const longestWay = 20

/** The notices about a group, and how they fared; those are told with it and not as messages of their own. */
const openNotices =
  (byId: ReadonlyMap<string, readonly Entry[]>, logEnd: number | undefined) =>
  (group: readonly Entry[], told: Set<Entry>): readonly TraceNotice[] => {
    const notices: TraceNotice[] = []
    const seen = new Set<string>()
    for (const entry of group)
      for (const step of entry.steps) {
        if (step.is !== 'notice' || step.queueId === undefined || seen.has(step.queueId)) continue
        seen.add(step.queueId)
        const at = millisecondsOf(step.time)
        const own = (byId.get(step.queueId) ?? []).find(
          (notice) => notice !== entry && (at === undefined || notice.first === undefined || Math.abs(notice.first - at) < nearInTime)
        )
        const fate = fateOf(own, logEnd)
        notices.push({ ...step, ...fate })
        if (own !== undefined && isToldInPassing(own, fate.outcome)) told.add(own)
      }
    // Exim does not say that it made a notice: the notice says what it is about.
    for (const entry of group)
      for (const notice of entry.queueId === undefined ? [] : reportsOn(byId, entry.queueId)) {
        if (notice.queueId === undefined || seen.has(notice.queueId)) continue
        seen.add(notice.queueId)
        const fate = fateOf(notice, logEnd)
        const time = notice.arrived === undefined ? {} : { time: notice.arrived }
        notices.push({ is: 'notice', notice: 'failed', queueId: notice.queueId, ...time, ...fate })
        if (isToldInPassing(notice, fate.outcome)) told.add(notice)
      }
    return notices
  }

/** A notice that was asked for by its own id, or that did not get through, has a story of its own. */
const isToldInPassing = ({ matched }: Entry, outcome: TraceNotice['outcome']): boolean => matched !== 'message' && outcome === 'delivered'

const reportsOn = (byId: ReadonlyMap<string, readonly Entry[]>, queueId: string): readonly Entry[] => byId.get(aboutKey(queueId)) ?? []

/** No queue id has a line end. */
const aboutKey = (queueId: string): string => `about\n${queueId}`

const fateOf = (notice: Entry | undefined, logEnd: number | undefined): Pick<TraceNotice, 'outcome' | 'recipient'> => {
  if (notice === undefined) return {}
  const { outcome, recipients } = buildMessage([notice], [], logEnd)
  const [recipient] = recipients
  return { ...(outcome === 'mixed' ? {} : { outcome }), ...(recipient === undefined ? {} : { recipient: recipient.recipient }) }
}
