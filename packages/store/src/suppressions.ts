import { userInfo } from 'node:os'
import { openAddressBook } from './address-book.ts'
import { type AuditRecord, openAudit } from './audit.ts'
import { type Entry, entryOf, hexOf, type NewEntry } from './entry.ts'
import { type History, openHistory } from './history.ts'
import { type EntryTally, type EventOptions, type EventTally, type Parts, writeEntries, writeEvents } from './import.ts'
import { openDatabase, storeErrorOf } from './open-database.ts'
import type { EventFields } from './policy.ts'
import { type SuppressionReason, suppressionReasons } from './reason.ts'
import { inTransaction } from './schema.ts'
import { openSealed } from './seal.ts'
import { StoreError } from './store-error.ts'
import { openWriter } from './writer.ts'

export type SuppressionsOptions = {
  /** The text of the key; absent: WHYBOUNCE_KEY, else the file beside the store, made with it. */
  readonly key?: string | undefined
  /** Addresses are kept, encrypted, beside their hashes; otherwise nobody, the owner included, can list them. */
  readonly keepAddresses?: boolean
  /** So many passing failures (a full mailbox) within so many days suppress. */
  readonly softFailures?: number
  readonly softDays?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Who the audit trail names. */
  readonly who?: string
}

/** Why 4 in 30 days: three to five failures in a month is the common practice; no standard names a figure. */
export const defaultSoftFailures = 4
export const defaultSoftDays = 30

export type CheckResult =
  | { readonly address: string; readonly verdict: 'suppressed'; readonly entry: Entry }
  | { readonly address: string; readonly verdict: 'clear' }
  /** It is no address, so nobody can tell. */
  | { readonly address: string; readonly verdict: 'unreadable' }

export type Removal = { readonly stream: string; readonly date: string }

export type Explanation = {
  readonly hash: string
  /** Those that have expired too. */
  readonly entries: readonly Entry[]
  readonly history: History
  readonly removals: readonly Removal[]
  readonly audit: readonly AuditRecord[]
}

export type ExportOptions = {
  readonly stream?: string | undefined
  readonly reason?: SuppressionReason | undefined
  /** With the addresses, where they are kept. A StoreError (`addresses-not-kept`) where the store keeps none. */
  readonly addresses?: boolean | undefined
}

export type Import = {
  /** A batch, in one transaction. */
  readonly add: (entries: Iterable<NewEntry>) => EntryTally
  readonly addEvents: (events: Iterable<EventFields>, options?: EventOptions) => EventTally
  /** Writes the end of the import into the audit trail. */
  readonly finish: () => void
}

const dayInMilliseconds = 24 * 60 * 60 * 1_000

const accountName = (): string => {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

const keyIdBytes = 4

/** Addresses in one question to the database. */
const checkedAtOnce = 2_000

const rankOf = ({ reason }: Entry): number => suppressionReasons.indexOf(reason)

/** Opens a suppression store, making it where there is none. Throws a StoreError where it cannot be used, the key's faults included. */
export const openSuppressions = (file: string, options: SuppressionsOptions = {}): Suppressions => new Suppressions(file, options)

/** A suppression list and delivery history in one SQLite file. Synchronous; several processes may have it open at once. */
export class Suppressions {
  readonly file: string
  /** Tells exports of this key from those of others; tells nothing of the key. */
  readonly keyId: string
  readonly #parts: Parts
  readonly #seal: Buffer
  readonly #entries: ReturnType<Parts['db']['prepare']>
  readonly #many: ReturnType<Parts['db']['prepare']>

  constructor(file: string, options: SuppressionsOptions) {
    const { now = Date.now, softFailures = defaultSoftFailures, softDays = defaultSoftDays, keepAddresses = false } = options
    if (!Number.isSafeInteger(softFailures) || softFailures < 1) throw new RangeError('softFailures must be a whole number above 0')
    if (!(softDays > 0 && Number.isFinite(softDays))) throw new RangeError('softDays must be a number above 0')
    const { db, keys } = openDatabase(file, options.key ?? process.env.WHYBOUNCE_KEY)
    this.file = file
    this.keyId = keys.check.toString('hex', 0, keyIdBytes)
    this.#seal = keys.seal
    this.#parts = {
      db,
      book: openAddressBook(keys.hash),
      writer: openWriter(db, keepAddresses ? keys.seal : undefined, now),
      history: openHistory(db, { failures: softFailures, within: softDays * dayInMilliseconds }),
      audit: openAudit(db, options.who ?? accountName(), now),
      keyId: this.keyId,
      now
    }
    this.#entries = db.prepare('SELECT * FROM entries WHERE hash = ?')
    this.#many = db.prepare(
      'SELECT asked.key AS at, entries.* FROM json_each(?) AS asked CROSS JOIN entries ON entries.hash = unhex(asked.value)'
    )
  }

  #write<T>(work: () => T): T {
    try {
      return inTransaction(this.#parts.db, work)
    } catch (error) {
      throw storeErrorOf(error, this.file)
    }
  }

  /** Puts some entries on the list, with a line in the audit trail for each that is new. For many, `openImport`. */
  add(entries: readonly NewEntry[], source = 'by hand'): EntryTally {
    const { book, audit } = this.#parts
    return this.#write(() => {
      const total: EntryTally = { added: 0, known: 0, removed: 0, 'delivered-since': 0, rejected: [] }
      return entries.reduce((sum, entry) => {
        const tally = writeEntries(this.#parts, [entry])
        if (tally.added > 0) {
          const hash = entry.address === undefined ? undefined : book.hashOf(entry.address)
          audit.note({ action: 'add', count: 1, source, words: [entry.reason, entry.stream].filter(Boolean).join(' for '), hash })
        }
        return {
          added: sum.added + tally.added,
          known: sum.known + tally.known,
          removed: sum.removed + tally.removed,
          'delivered-since': sum['delivered-since'] + tally['delivered-since'],
          rejected: [...sum.rejected, ...tally.rejected]
        }
      }, total)
    })
  }

  /** Events of one source, as `whybounce events --json` prints them: suppresses whom they are final about, and keeps the history of all. */
  addEvents(events: Iterable<EventFields>, options: EventOptions & { readonly source?: string } = {}): EventTally {
    const work = this.openImport(options.source ?? 'events')
    const tally = work.addEvents(events, options)
    work.finish()
    return tally
  }

  /** A large import, batch by batch. Cut short at any point and begun again, it ends in the same list. */
  openImport(source: string): Import {
    const { audit } = this.#parts
    let added = 0
    this.#write(() => audit.note({ action: 'import-begun', count: 0, source }))
    return {
      add: (entries) => {
        const tally = this.#write(() => writeEntries(this.#parts, entries))
        added += tally.added
        return tally
      },
      addEvents: (events, options = {}) => {
        const tally = this.#write(() => writeEvents(this.#parts, events, options))
        added += tally.added + tally.repeated
        return tally
      },
      finish: () => this.#write(() => audit.note({ action: 'import-done', count: added, source }))
    }
  }

  /** One answer for each address, in their order. With a stream, entries of other streams do not count; without one, all do. */
  check(addresses: readonly string[], options: { readonly stream?: string | undefined } = {}): CheckResult[] {
    const results: CheckResult[] = []
    for (let from = 0; from < addresses.length; from += checkedAtOnce)
      this.#checkSome(addresses.slice(from, from + checkedAtOnce), options.stream, results)
    return results
  }

  #checkSome(addresses: readonly string[], stream: string | undefined, results: CheckResult[]): void {
    const { book, now } = this.#parts
    const time = now()
    const hashes = addresses.map((address) => book.hexOf(address))
    const strongest = new Map<number, Entry>()
    // One question for all: asking the database costs more than its answer does (2.1 µs each alone, 1.0 together).
    for (const row of this.#many.iterate(`["${hashes.map((hash) => hash ?? '').join('","')}"]`)) {
      const entry = entryOf(row)
      if (stream !== undefined && entry.stream !== '' && entry.stream !== stream) continue
      if (typeof row.expires === 'number' && row.expires <= time) continue
      const at = Number(row.at)
      const other = strongest.get(at)
      if (other === undefined || rankOf(entry) < rankOf(other)) strongest.set(at, entry)
    }
    for (const [at, address] of addresses.entries()) {
      const entry = strongest.get(at)
      if (entry !== undefined) results.push({ address, verdict: 'suppressed', entry })
      else results.push({ address, verdict: hashes[at] === undefined ? 'unreadable' : 'clear' })
    }
  }

  /** The entries of an address, the strongest reason first. */
  #of(hash: Uint8Array): Entry[] {
    return this.#entries
      .all(hash)
      .map((row) => entryOf(row))
      .sort((one, other) => rankOf(one) - rankOf(other))
  }

  /** Everything that is kept about an address; undefined for what is no address. */
  why(address: string): Explanation | undefined {
    const { book, audit, db } = this.#parts
    const found = book.hashOf(address)
    if (found === undefined) return undefined
    const hash = Buffer.from(found)
    const removals = db
      .prepare('SELECT stream, date FROM removals WHERE hash = ? ORDER BY date')
      .all(hash)
      .map((row) => ({ stream: String(row.stream), date: new Date(Number(row.date)).toISOString() }))
    return {
      hash: hexOf(hash),
      entries: this.#of(hash),
      history: this.#historyOf(hash),
      removals,
      audit: [...audit.records(hash)]
    }
  }

  /** When mail to an address last arrived and last failed; undefined for what is no address. Both may be absent. */
  history(address: string): History | undefined {
    const hash = this.#parts.book.hashOf(address)
    return hash === undefined ? undefined : this.#historyOf(hash)
  }

  #historyOf(hash: Uint8Array): History {
    const { history, writer } = this.#parts
    writer.begin()
    return history.read(hash, writer.removedUntil(hash, ''))
  }

  /**
   * Takes an address off the list, for one stream or for all, and remembers it: what happened before cannot bring it back, what happens
   * later can. Returns the number of entries removed, undefined for what is no address.
   */
  remove(address: string, options: { readonly reason: string; readonly stream?: string | undefined }): number | undefined {
    const { book, audit, db, now } = this.#parts
    const found = book.hashOf(address)
    if (found === undefined) return undefined
    const hash = Buffer.from(found)
    const { stream } = options
    return this.#write(() => {
      const removed =
        stream === undefined
          ? db.prepare('DELETE FROM entries WHERE hash = ?').run(hash).changes
          : db.prepare('DELETE FROM entries WHERE hash = ? AND stream = ?').run(hash, stream).changes
      db.prepare(
        'INSERT INTO removals (hash, stream, date) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET date = max(date, excluded.date)'
      ).run(hash, stream ?? '*', now())
      db.prepare('DELETE FROM addresses WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM entries WHERE hash = ?1)').run(hash)
      audit.note({ action: 'remove', count: Number(removed), source: stream ?? '', words: options.reason, hash })
      return Number(removed)
    })
  }

  /** The entries, in an order that tells nothing; a consistent picture even while others write. Expired ones are in it. */
  *export(options: ExportOptions = {}): Generator<Entry, void, void> {
    const { db } = this.#parts
    if (options.addresses === true && db.prepare('SELECT 1 FROM addresses LIMIT 1').get() === undefined)
      throw new StoreError(
        'addresses-not-kept',
        this.file,
        'This store keeps hashes only, from which no address can be told. Addresses are kept from the first import with --keep-addresses on.'
      )
    const rows = db
      .prepare(
        `SELECT entries.*, sealed FROM entries LEFT JOIN addresses USING (hash)
         WHERE (?1 IS NULL OR stream = ?1) AND (?2 IS NULL OR reason = ?2)`
      )
      .iterate(options.stream ?? null, options.reason ?? null)
    for (const row of rows) {
      const sealed = options.addresses === true && row.sealed instanceof Uint8Array ? row.sealed : undefined
      const hash = row.hash instanceof Uint8Array ? row.hash : new Uint8Array()
      yield entryOf(row, sealed === undefined ? undefined : openSealed(this.#seal, hash, sealed))
    }
  }

  /** Writes down that the list left the house. */
  noteExport(count: number, words: string): void {
    this.#write(() => this.#parts.audit.note({ action: 'export', count, source: '', words }))
  }

  /** The audit trail, oldest first. */
  audit(): Generator<AuditRecord, void, void> {
    return this.#parts.audit.records()
  }

  /** May be called again. */
  close(): void {
    if (this.#parts.db.isOpen) this.#parts.db.close()
  }
}
