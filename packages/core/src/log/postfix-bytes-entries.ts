import { emptyKey, hashByte } from '../report/message-key.ts'
import { addWaiting, type PostfixEntries, type PostfixEntry } from './postfix-entries.ts'
import { kept } from './syslog-join.ts'

/**
 * The memory of `PostfixEntries` for a reader of bytes: one table of integers, and senders as bytes in one piece of memory. A log of 1 GB has
 * a million messages; as objects and strings they kept the garbage collector busy for more time than reading took. Of a message only the
 * sender is remembered: that is all that a `Tally` asks for. What is remembered and forgotten is the same as in `openMemory`: two
 * generations, of which the older one goes as a whole.
 */
export type ByteEntries = {
  /** The same memory for the reader of lines. */
  readonly entries: PostfixEntries
  /** The place of a message, or -1; it holds until the next one is put in. */
  readonly find: (high: number, low: number) => number
  /** The place of a message, which is put in where it is not there. */
  readonly open: (high: number, low: number) => number
  /** A new message under an id, whose old one has no recipients that wait. */
  readonly begin: (high: number, low: number) => void
  /** Keeps a sender. Reads up to three bytes behind `to`. */
  readonly from: (high: number, low: number, view: DataView, from: number, to: number) => void
  readonly hasWaiting: (place: number) => boolean
  readonly remove: (place: number) => void
  readonly senderAt: (place: number) => string | undefined
}

const usualMemory = 100_000

/** An entry: both halves of its key, its state, and where its sender begins (plus one; 0: not told). */
const entrySize = 4
const stateField = 2
const senderField = 3

const empty = 0
const old = 1
const young = 2
const generation = 3
const waitingBit = 4

const leastCapacity = 1_024
/** Where it is full, it is put in order: in a small one too often. */
const leastNames = 65_536
/** Some 160 bytes for each of 100,000 senders. Beyond that the older ones go early: a hostile sender may have a name of 60 kB. */
const maxNames = 16 * 1024 * 1024
const lengthBytes = 4
/** Bytes behind a name that copying by fours may write to. */
const slack = 4

/** `remember`: entries at most. `decode` reads UTF-8. */
export const openByteEntries = (
  remember: number | undefined,
  decode: (bytes: Uint8Array, from: number, to: number) => string
): ByteEntries => {
  const half = Math.max(1, Math.floor((remember ?? usualMemory) / 2))
  const encoder = new TextEncoder()
  let table = new Int32Array(leastCapacity * entrySize)
  let mask = leastCapacity - 1
  let names = new Uint8Array(leastNames)
  let namesView = new DataView(names.buffer)
  let namesEnd = 0
  let count = 0
  let youngCount = 0
  let waiting = new Map<string, Map<string, string>>()

  const slotOf = (high: number, low: number): number => ((high ^ (low >>> 7)) & mask) * entrySize

  const find = (high: number, low: number): number => {
    const end = table.length
    for (let at = slotOf(high, low); ; ) {
      if (table[at + stateField] === empty) return -1
      if (table[at] === high && table[at + 1] === low) return at
      at += entrySize
      if (at === end) at = 0
    }
  }

  const place = (high: number, low: number, state: number): number => {
    let at = slotOf(high, low)
    while (table[at + stateField] !== empty) {
      at += entrySize
      if (at === table.length) at = 0
    }
    table[at] = high
    table[at + 1] = low
    table[at + stateField] = state
    table[at + senderField] = 0
    return at
  }

  const lives = (state: number, dropOld: boolean): boolean => state !== empty && !(dropOld && (state & generation) === old)

  /** Bytes of names that are still somebody's. */
  const liveNames = (dropOld: boolean): number => {
    let live = 0
    for (let at = 0; at < table.length; at += entrySize) {
      const sender = table[at + senderField] ?? 0
      if (sender !== 0 && lives(table[at + stateField] ?? empty, dropOld)) live += lengthBytes + namesView.getInt32(sender - 1, true)
    }
    return live
  }

  /** Builds table and names anew, without gaps; with `dropOld` without the old generation, and the young one is the old one from now on. */
  const renew = (dropOld: boolean, capacity: number, room: number): void => {
    const before = table
    const namesBefore = names
    const viewBefore = namesView
    const needed = (liveNames(dropOld) + room + slack) * 2
    names = new Uint8Array(Math.max(leastNames, 2 ** Math.ceil(Math.log2(needed))))
    namesView = new DataView(names.buffer)
    table = new Int32Array(capacity * entrySize)
    mask = capacity - 1
    namesEnd = 0
    count = 0
    for (let at = 0; at < before.length; at += entrySize) {
      const state = before[at + stateField] ?? empty
      if (!lives(state, dropOld)) continue
      const to = place(before[at] ?? 0, before[at + 1] ?? 0, dropOld ? (state & ~generation) | old : state)
      count++
      const sender = before[at + senderField] ?? 0
      if (sender === 0) continue
      const length = lengthBytes + viewBefore.getInt32(sender - 1, true)
      names.set(namesBefore.subarray(sender - 1, sender - 1 + length), namesEnd)
      table[to + senderField] = namesEnd + 1
      namesEnd += length
    }
    if (!dropOld) return
    youngCount = 0
    if (waiting.size > 0) waiting = new Map([...waiting].filter(([queueId]) => findId(queueId) >= 0))
  }

  /** Room for a name; entries may move. */
  const makeRoom = (length: number): void => {
    const room = length + lengthBytes
    if (namesEnd + room + slack <= names.length) return
    if (liveNames(false) + room <= maxNames) {
      renew(false, mask + 1, room)
      return
    }
    const isStillFull = liveNames(true) + room > maxNames
    renew(true, mask + 1, room)
    if (isStillFull) renew(true, mask + 1, room)
  }

  const insert = (high: number, low: number): number => {
    if (youngCount >= half) renew(true, mask + 1, 0)
    if ((count + 1) * 2 > mask) renew(false, (mask + 1) * 2, 0)
    count++
    youngCount++
    return place(high, low, young)
  }

  const open = (high: number, low: number): number => {
    const at = find(high, low)
    return at >= 0 ? at : insert(high, low)
  }

  /** Closes the gap, so that whoever stands behind it because of it is found again. */
  const remove = (at: number): void => {
    count--
    if (((table[at + stateField] ?? 0) & generation) === young) youngCount--
    let gap = at
    for (let next = gap; ; ) {
      next += entrySize
      if (next === table.length) next = 0
      if (table[next + stateField] === empty) break
      const home = slotOf(table[next] ?? 0, table[next + 1] ?? 0)
      const mayMove = gap <= next ? home <= gap || home > next : home <= gap && home > next
      if (!mayMove) continue
      table.copyWithin(gap, next, next + entrySize)
      gap = next
    }
    table[gap + stateField] = empty
  }

  const begin = (high: number, low: number): void => {
    const at = find(high, low)
    if (at >= 0 && ((table[at + stateField] ?? 0) & generation) === young) {
      table[at + stateField] = young
      table[at + senderField] = 0
      return
    }
    if (at >= 0) remove(at)
    insert(high, low)
  }

  const from = (high: number, low: number, view: DataView, start: number, to: number): void => {
    const length = to - start
    open(high, low)
    makeRoom(length)
    const at = find(high, low)
    if (at < 0) return
    table[at + senderField] = namesEnd + 1
    namesView.setInt32(namesEnd, length, true)
    namesEnd += lengthBytes
    // By fours: subarray and set take three times as long for the usual thirty bytes.
    for (let index = 0; index < length; index += 4) namesView.setInt32(namesEnd + index, view.getInt32(start + index, true), true)
    namesEnd += length
  }

  const senderAt = (at: number): string | undefined => {
    const sender = table[at + senderField] ?? 0
    const begins = sender - 1 + lengthBytes
    return sender === 0 ? undefined : decode(names, begins, begins + namesView.getInt32(sender - 1, true))
  }

  const hasWaiting = (at: number): boolean => ((table[at + stateField] ?? 0) & waitingBit) !== 0

  const key = emptyKey()
  const first = { ...key }
  const hashId = (queueId: string): void => {
    key.high = first.high
    key.low = first.low
    for (let at = 0; at < queueId.length; at++) hashByte(key, queueId.charCodeAt(at))
  }
  const findId = (queueId: string): number => {
    hashId(queueId)
    return find(key.high, key.low)
  }
  const openId = (queueId: string): number => {
    hashId(queueId)
    return open(key.high, key.low)
  }
  const entryAt = (at: number): PostfixEntry => {
    const sender = senderAt(at)
    return sender === undefined ? {} : { sender }
  }

  const entries: PostfixEntries = {
    get: (queueId) => {
      const at = findId(queueId)
      return at < 0 ? undefined : entryAt(at)
    },
    open: (queueId) => entryAt(openId(queueId)),
    begin: (queueId) => {
      waiting.delete(queueId)
      hashId(queueId)
      begin(key.high, key.low)
    },
    from: (queueId, sender) => {
      hashId(queueId)
      const bytes = encoder.encode(`${sender}\0\0\0`)
      from(key.high, key.low, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length - 3)
    },
    messageId: (queueId) => void openId(queueId),
    waiting: (queueId) => waiting.get(queueId),
    wait: (queueId, recipient, text) => {
      const at = openId(queueId)
      table[at + stateField] = (table[at + stateField] ?? 0) | waitingBit
      const list = waiting.get(queueId) ?? new Map<string, string>()
      if (list.size === 0) waiting.set(kept(queueId), list)
      addWaiting(list, recipient, text)
    },
    settle: (queueId, recipient) => {
      const at = findId(queueId)
      if (at >= 0 && hasWaiting(at)) waiting.get(queueId)?.delete(recipient)
    },
    settleAll: (queueId) => {
      const at = findId(queueId)
      if (at >= 0) table[at + stateField] = (table[at + stateField] ?? 0) & ~waitingBit
      waiting.delete(queueId)
    },
    remove: (queueId) => {
      const at = findId(queueId)
      if (at >= 0) remove(at)
      waiting.delete(queueId)
    },
    clear: () => {
      table = new Int32Array(leastCapacity * entrySize)
      mask = leastCapacity - 1
      names = new Uint8Array(leastNames)
      namesView = new DataView(names.buffer)
      namesEnd = 0
      count = 0
      youngCount = 0
      waiting = new Map()
    }
  }

  return { entries, find, open, begin, from, hasWaiting, remove, senderAt }
}
