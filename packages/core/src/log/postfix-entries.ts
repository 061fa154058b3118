import { kept, openMemory } from './syslog-join.ts'

/** What the lines of a message told of it before its deliveries. */
export type PostfixEntry = { sender?: string; size?: number; client?: string; messageId?: string }

/** The messages that are in Postfix's queue, by queue id, as far as they are remembered. Queue ids are used again. */
export type PostfixEntries = {
  readonly get: (queueId: string) => Readonly<PostfixEntry> | undefined
  /** What is known of it; if nothing is, from now on that there is one. */
  readonly open: (queueId: string) => Readonly<PostfixEntry>
  /** A new message: what was known under its id was of another one. */
  readonly begin: (queueId: string, client?: string) => void
  /** qmgr's `from=<sender>, size=…`. */
  readonly from: (queueId: string, sender: string, size: number | undefined) => void
  readonly messageId: (queueId: string, messageId: string) => void
  /** Recipients that wait, with the last thing that was said of them. */
  readonly waiting: (queueId: string) => Map<string, string> | undefined
  readonly wait: (queueId: string, recipient: string, text: string) => void
  readonly settle: (queueId: string, recipient: string) => void
  readonly settleAll: (queueId: string) => void
  readonly remove: (queueId: string) => void
  readonly clear: () => void
}

/** Recipients of one message that are remembered as waiting; a message has fifty by default (default_destination_recipient_limit), in all a thousand. */
const maxWaiting = 100_000

/** Adds a recipient to those that wait, unless they are too many. */
export const addWaiting = (waiting: Map<string, string>, recipient: string, text: string): void => {
  if (waiting.size < maxWaiting || waiting.has(recipient)) waiting.set(kept(recipient), kept(text))
}

type Held = PostfixEntry & { waiting?: Map<string, string> }

/** `remember`: entries at most; the older half goes first. */
export const openEntries = (remember: number | undefined): PostfixEntries => {
  const entries = openMemory<Held>(remember)
  const set = (queueId: string, entry: Held): Held => {
    entries.set(queueId, entry)
    return entry
  }
  const open = (queueId: string): Held => entries.get(queueId) ?? set(queueId, {})
  return {
    get: entries.get,
    open,
    begin: (queueId, client) => void set(queueId, client === undefined ? {} : { client: kept(client) }),
    from: (queueId, sender, size) => {
      const entry = open(queueId)
      entry.sender = kept(sender)
      if (size !== undefined) entry.size = size
    },
    messageId: (queueId, messageId) => {
      open(queueId).messageId = kept(messageId)
    },
    waiting: (queueId) => entries.get(queueId)?.waiting,
    wait: (queueId, recipient, text) => {
      const entry = open(queueId)
      entry.waiting ??= new Map()
      addWaiting(entry.waiting, recipient, text)
    },
    settle: (queueId, recipient) => void entries.get(queueId)?.waiting?.delete(recipient),
    settleAll: (queueId) => {
      const entry = entries.get(queueId)
      if (entry !== undefined) delete entry.waiting
    },
    remove: entries.delete,
    clear: entries.clear
  }
}
