import type { Connection } from './imap-connection.ts'
import { SourceError } from './imap-error.ts'
import type { ImapSettings } from './imap-options.ts'
import { type SourceMessage, type SourceProblem, tooLong } from './item.ts'

type ImapMessage = SourceMessage & {
  readonly uid: number
  /** Only its beginning was fetched; a problem beside it says so too. */
  readonly partial: boolean
}

export type ImapItem = ImapMessage | SourceProblem

/** What is in the mailbox behind the given UID, in the order of UIDs. */
export const searchUids = async (connection: Connection, settings: ImapSettings, after: number): Promise<number[]> => {
  const { client, within } = connection
  const query = { ...(after === 0 ? { all: true } : { uid: `${after + 1}:*` }), ...(settings.unseenOnly ? { seen: false } : {}) }
  const found = await within('search', client.search(query, { uid: true }))
  if (!Array.isArray(found)) throw new SourceError('command-refused', 'search', `${settings.target.host} refused to list the messages.`)
  // RFC 9051 §6.4.8: n:* contains the last message even where its UID is below n.
  return found.filter((uid) => uid > after)
}

/** Cuts the list into batches by the sizes the server names. */
export type Planner = {
  readonly left: () => number
  /** The same again until it is dropped. */
  readonly next: (connection: Connection) => Promise<readonly number[]>
  readonly drop: (count: number) => void
}

export const planBatches = (uids: readonly number[], { maxMessageBytes, batchMessages, batchBytes }: ImapSettings): Planner => {
  let at = 0
  let sizes = new Map<number, number>()
  const readSizes = async ({ client, within }: Connection): Promise<void> => {
    const asked = uids.slice(at, at + batchMessages)
    const rows = client.fetch(asked.join(','), { uid: true, size: true }, { uid: true })
    const read = new Map<number, number>()
    for (let row = await within('sizes', rows.next()); row.done !== true; row = await within('sizes', rows.next()))
      if (row.value.size !== undefined) read.set(row.value.uid, row.value.size)
    // One that is gone has none; the fetch will tell.
    for (const uid of asked) if (!read.has(uid)) read.set(uid, 0)
    sizes = read
  }
  return {
    left: () => uids.length - at,
    next: async (connection) => {
      const first = uids[at]
      if (first === undefined) return []
      if (!sizes.has(first)) await readSizes(connection)
      let bytes = 0
      let end = at
      for (let uid = uids[end]; uid !== undefined && end - at < batchMessages; uid = uids[++end]) {
        const size = sizes.get(uid)
        if (size === undefined) break
        bytes += Math.min(size, maxMessageBytes)
        if (bytes > batchBytes && end > at) break
      }
      return uids.slice(at, end)
    },
    drop: (count) => {
      at += count
    }
  }
}

/** What came of a batch so far: kept over a lost connection, so that nothing is fetched twice. */
export type Received = Map<number, ImapItem>

/**
 * Fetches what is not received yet, without marking it as seen (PEEK). Servers name sizes that are not true (RFC822.SIZE is an estimate with
 * some), so the size decides nothing: one byte more than the limit is asked for, and where it comes, the message is longer.
 * Stops early where far more comes than was planned; false: the rest is still to be fetched.
 */
export const fetchBatch = async (
  connection: Connection,
  settings: ImapSettings,
  uids: readonly number[],
  received: Received
): Promise<boolean> => {
  const missing = uids.filter((uid) => !received.has(uid))
  if (missing.length === 0) return true
  try {
    return await fetchMessages(connection, settings, missing, received)
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== 'command-refused') throw error
    // Exchange and others refuse the whole command for one message that they cannot make out. One by one shows which.
    for (const uid of missing.filter((each) => !received.has(each))) await fetchAlone(connection, settings, uid, received)
    // It refuses them all: that is no matter of a message. Passing them over would lose them.
    if (missing.length > 1 && missing.every((uid) => isProblem(received.get(uid)))) throw error
    return true
  }
}

const isProblem = (item: ImapItem | undefined): boolean => item !== undefined && 'problem' in item

const fetchAlone = async (connection: Connection, settings: ImapSettings, uid: number, received: Received): Promise<void> => {
  try {
    await fetchMessages(connection, settings, [uid], received)
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== 'command-refused') throw error
    received.set(uid, { file: nameOf(settings, uid), offset: 0, problem: `The message could not be read. ${error.message}` })
  }
}

const fetchMessages = async (
  connection: Connection,
  settings: ImapSettings,
  uids: readonly number[],
  received: Received
): Promise<boolean> => {
  const { client, within } = connection
  const { maxMessageBytes, batchBytes } = settings
  const enough = 2 * Math.max(batchBytes, maxMessageBytes)
  const asked = new Set(uids)
  const rows = client.fetch(uids.join(','), { uid: true, source: { start: 0, maxLength: maxMessageBytes + 1 } }, { uid: true })
  let bytes = 0
  for (let row = await within('fetch', rows.next()); row.done !== true; row = await within('fetch', rows.next())) {
    const { uid, source } = row.value
    // A server tells of other messages' flags in between.
    if (source === undefined || !asked.has(uid)) continue
    const partial = source.length > maxMessageBytes
    received.set(uid, {
      file: nameOf(settings, uid),
      offset: 0,
      bytes: partial ? source.subarray(0, maxMessageBytes) : source,
      uid,
      partial
    })
    bytes += source.length
    if (bytes > enough) {
      // What else comes of this command is read and let go.
      await within('fetch', rows.return(undefined))
      return false
    }
  }
  return true
}

/** The items of a batch in the order of UIDs, with a problem for each that is not whole or did not come. */
export const itemsOf = (settings: ImapSettings, uids: readonly number[], received: Received): readonly ImapItem[] =>
  uids.flatMap((uid): readonly ImapItem[] => {
    const file = nameOf(settings, uid)
    const item = received.get(uid)
    if (item === undefined)
      return [{ file, offset: 0, problem: 'The message was gone when it was to be read: another program moved or deleted it.' }]
    if ('problem' in item || !item.partial) return [item]
    return [item, { file, offset: 0, problem: tooLong(settings.maxMessageBytes) }]
  })

const nameOf = ({ target }: ImapSettings, uid: number): string => `${target.name};uid=${uid}`
