import type { CheckpointValue } from './checkpoint.ts'
import { actOn } from './imap-act.ts'
import { fetchBatch, type ImapItem, itemsOf, planBatches, type Received, searchUids } from './imap-fetch.ts'
import { checkImapOptions, type ImapOptions, type ImapSettings } from './imap-options.ts'
import { openSession } from './imap-session.ts'

export type ImapBatch = {
  /** From 1 on. */
  readonly number: number
  /** In the order of UIDs. What could not be read is an item too. */
  readonly items: readonly ImapItem[]
  /** The highest UID it is about. */
  readonly lastUid: number
}

export type ImapSource = {
  /** Messages that were in the mailbox when it was opened and are to be read. What comes in later is for the next start. */
  readonly total: number
  /** Once. It goes on by itself behind a lost connection: no message comes twice, and none is left out. */
  readonly batches: () => AsyncGenerator<ImapBatch, void, void>
  /**
   * To be called when what a batch gave is written and flushed, in the order of the batches. Remembers it in the checkpoint, then marks or moves
   * those of its messages that `uids` names, or all that came. A restart begins behind the last batch that was acknowledged; what was
   * remembered and not yet marked or moved is done then.
   */
  readonly acknowledge: (batch: ImapBatch, uids?: ReadonlySet<number>) => Promise<void>
  /** Signs out. */
  readonly close: () => Promise<void>
}

/**
 * Opens a mailbox over IMAP (RFC 9051, RFC 3501) for reading. Reading changes nothing: no message becomes seen, none is ever deleted.
 * Memory holds one batch. Throws a TypeError or RangeError for options that cannot be meant, a SourceError for what the network, the server or
 * the account do, and the signal's reason.
 */
export const openImap = async (options: ImapOptions): Promise<ImapSource> => {
  const settings = checkImapOptions(options)
  const { checkpoint, target, notice } = settings
  const acts = settings.flag !== undefined || settings.moveTo !== undefined
  const session = await openSession(settings)
  try {
    const remembered = positionIn(checkpoint?.get(target.key))
    const known = remembered?.uidValidity === session.uidValidity ? remembered : undefined
    if (remembered !== undefined && known === undefined)
      notice({
        code: 'uidvalidity-changed',
        words: `"${target.mailbox}" on ${target.host} was made anew since the last time (UIDVALIDITY changed). It is read again from its beginning.`
      })
    let lastUid = known?.lastUid ?? 0
    let toActOn: readonly number[] = acts ? (known?.toActOn ?? []) : []
    const save = (): void => {
      checkpoint?.set(target.key, { uidValidity: session.uidValidity, lastUid, ...(toActOn.length === 0 ? {} : { toActOn }) })
      checkpoint?.save()
    }
    const act = async (uids: readonly number[]): Promise<void> => {
      if (uids.length === 0) return
      await session.run((connection) => actOn(connection, settings, uids))
      const done = new Set(uids)
      toActOn = toActOn.filter((uid) => !done.has(uid))
      save()
    }
    if (toActOn.length > 0) {
      notice({ code: 'acting-again', words: `${toActOn.length} messages of the last time are marked or moved now.` })
      await act(toActOn)
    }
    const uids = await session.run((connection) => searchUids(connection, settings, lastUid))
    let acknowledged = 0
    let begun = false
    return {
      total: uids.length,
      batches: () => {
        if (begun) throw new TypeError('The batches of a mailbox are read once; open it again.')
        begun = true
        return readBatches(session, settings, uids)
      },
      acknowledge: async (batch, chosen) => {
        if (batch.number <= acknowledged) return
        // Behind one that is not written yet the checkpoint would lose messages.
        if (batch.number !== acknowledged + 1)
          throw new RangeError(`Batch ${acknowledged + 1} is to be acknowledged before batch ${batch.number}`)
        acknowledged = batch.number
        lastUid = batch.lastUid
        const came = acts ? batch.items.flatMap((item) => ('uid' in item ? [item.uid] : [])) : []
        const meant = chosen === undefined ? came : came.filter((uid) => chosen.has(uid))
        toActOn = [...toActOn, ...meant]
        save()
        await act(meant)
      },
      close: session.close
    }
  } catch (error) {
    await session.close()
    throw error
  }
}

type Reading = Awaited<ReturnType<typeof openSession>>

async function* readBatches(session: Reading, settings: ImapSettings, uids: readonly number[]): AsyncGenerator<ImapBatch, void, void> {
  const plan = planBatches(uids, settings)
  for (let number = 1; plan.left() > 0; number++) {
    const received: Received = new Map()
    const batch = await session.run(async (connection) => {
      const planned = await plan.next(connection)
      // Cut short where more came than the server had said; what did come is a batch of its own.
      if (await fetchBatch(connection, settings, planned, received)) return planned
      const whole = planned.findIndex((uid) => !received.has(uid))
      const cut = planned.slice(0, whole < 1 ? 1 : whole)
      await fetchBatch(connection, settings, cut, received)
      return cut
    })
    const lastUid = batch.at(-1)
    if (lastUid === undefined) return
    plan.drop(batch.length)
    yield { number, items: itemsOf(settings, batch, received), lastUid }
  }
}

type Position = { readonly uidValidity: string; readonly lastUid: number; readonly toActOn: readonly number[] }

/** Checkpoint files can be edited; what makes no sense is as if it were not there. */
const positionIn = (value: CheckpointValue | undefined): Position | undefined => {
  if (typeof value !== 'object' || value === null || !('uidValidity' in value) || !('lastUid' in value)) return undefined
  const { uidValidity, lastUid } = value
  if (typeof uidValidity !== 'string' || !isUid(lastUid)) return undefined
  const toActOn = 'toActOn' in value && Array.isArray(value.toActOn) ? value.toActOn.filter(isUid) : []
  return { uidValidity, lastUid, toActOn }
}

const isUid = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
