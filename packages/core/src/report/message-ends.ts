import { addEnd, addMessage, type CauseRowCount } from './cause-rows.ts'
import { type Counting, type CountName, noCounts } from './counts.ts'
import type { GroupCount } from './groups.ts'
import { type Met, openWaitingList, type Waiting } from './waiting.ts'

/** What becomes of messages: those that wait, with what they met, and the ends of all. A key stands for one recipient of one message. */
export type MessageEnds = {
  readonly waitingFor: (key: number | undefined) => Waiting | undefined
  readonly isWaiting: () => boolean
  /** A failed attempt: its message waits on, or came to its end. */
  readonly meet: (
    name: CountName,
    of: readonly GroupCount[],
    row: CauseRowCount,
    key: number | undefined,
    waiting: Waiting | undefined,
    domain: string | undefined
  ) => void
  readonly deliver: (key: number | undefined, of: readonly GroupCount[]) => void
  /** It goes on under another id, and is told of there. */
  readonly handOn: (key: number | undefined) => void
  /** Somebody took it out of the queue: it waits no more, and nobody got it. */
  readonly takeOut: (key: number | undefined) => void
  /** It waits without anything that went wrong. */
  readonly wait: (key: number | undefined, of: readonly GroupCount[]) => void
  /** Of a kind that is no end: complaints. */
  readonly count: (name: CountName, of: readonly GroupCount[]) => void
  /** Of messages by their ends, with those that wait now. */
  readonly counts: () => Counting
  readonly waiting: () => readonly Waiting[]
  /** Messages that were forgotten, and are counted as still waiting. */
  readonly forgotten: () => number
}

export const openMessageEnds = (): MessageEnds => {
  const messages = noCounts()
  const endWaiting = (waiting: Waiting): void => {
    messages.deferred++
    for (const group of waiting.groups) group.messages.deferred++
    for (const met of waiting.met) addEnd(met, 'waiting')
  }
  const list = openWaitingList(endWaiting)

  const count = (name: CountName, of: readonly GroupCount[]): void => {
    messages[name]++
    for (const group of of) group.messages[name]++
  }
  const waitingFor = (key: number | undefined): Waiting | undefined => (key === undefined ? undefined : list.get(key))

  /** What it met on its way is told its end. */
  const conclude = (key: number | undefined, isDelivered: boolean, last?: CauseRowCount): void => {
    const waiting = list.size() === 0 ? undefined : waitingFor(key)
    if (key === undefined || waiting === undefined) return
    for (const met of waiting.met) {
      addEnd(met, isDelivered ? 'recovered' : 'lost')
      if (met.row === last) addEnd(met, 'ended')
    }
    list.delete(key)
  }

  /** Counts a message where it had not met this row before; undefined: it had. */
  const meetRow = (
    row: CauseRowCount,
    waiting: Waiting | undefined,
    of: readonly GroupCount[],
    domain: string | undefined
  ): Met | undefined => {
    const before = waiting?.met ?? []
    if (before.some((met) => met.row === row)) return undefined
    const { causeKey } = row
    const met = { row, isFirst: !before.some((other) => other.row.causeKey === causeKey) }
    addMessage(met, domain)
    for (const { causes } of of) causes.set(causeKey, (causes.get(causeKey) ?? 0) + 1)
    waiting?.met.push(met)
    return met
  }

  return {
    waitingFor,
    isWaiting: () => list.size() > 0,
    meet: (name, of, row, key, before, domain) => {
      if (name === 'deferred' && key !== undefined) {
        const waiting = before ?? { met: [], groups: of }
        waiting.groups = of
        waiting.lastRow = row
        list.set(key, waiting)
        meetRow(row, waiting, of, domain)
        return
      }
      const met = meetRow(row, before, of, domain)
      if (before === undefined && met !== undefined) {
        addEnd(met, name === 'deferred' ? 'waiting' : 'lost')
        if (name !== 'deferred') addEnd(met, 'ended')
      }
      conclude(key, false, row)
      count(name, of)
    },
    deliver: (key, of) => {
      conclude(key, true)
      count('delivered', of)
    },
    handOn: (key) => conclude(key, true),
    takeOut: (key) => {
      const waiting = waitingFor(key)
      if (waiting === undefined) return
      count('bounced', waiting.groups)
      conclude(key, false)
    },
    wait: (key, of) => {
      if (waitingFor(key) !== undefined) return
      const waiting: Waiting = { met: [], groups: of }
      if (key === undefined) endWaiting(waiting)
      else list.set(key, waiting)
    },
    count,
    // Asking for a report must not end what still waits.
    counts: () => ({ ...messages, deferred: messages.deferred + list.size() }),
    waiting: () => [...list.values()],
    forgotten: list.forgotten
  }
}
