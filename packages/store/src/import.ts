import type { DatabaseSync } from 'node:sqlite'
import type { AddressBook } from './address-book.ts'
import type { AuditTrail } from './audit.ts'
import { believedDate, type NewEntry } from './entry.ts'
import type { HistoryBook } from './history.ts'
import { type EventFields, meaningOf } from './policy.ts'
import { disprovedByDelivery } from './reason.ts'
import type { WriteOutcome, Writer } from './writer.ts'

/** What could not be put on the list, and why: `no-address` (there is none, or it is redacted), `other-key` (a hash of another store). */
export type Rejected<T> = { readonly item: T; readonly problem: 'no-address' | 'other-key' }

/** Counts of entries, by what became of them. */
export type EntryTally = { readonly [outcome in WriteOutcome]: number } & { readonly rejected: readonly Rejected<NewEntry>[] }

/** Counts of events, by what they meant; those that suppress are counted by what became of the entry too. */
export type EventTally = { readonly [outcome in WriteOutcome]: number } & {
  readonly delivered: number
  /** Entries that a delivery took off the list. */
  readonly cleared: number
  /** Failures that pass, noted. */
  readonly counted: number
  /** Entries for too many of these. */
  readonly repeated: number
  readonly expired: number
  readonly notTheRecipient: number
  readonly waits: number
  readonly unregisteredFeedback: number
  readonly notAboutDelivery: number
  /** The failing mailbox is not the one that was written to: it lies behind an alias or a forward. */
  readonly forwarded: number
  /** Deliveries and passing failures without a date that can be believed: not noted. */
  readonly undated: number
  readonly rejected: readonly Rejected<EventFields>[]
}

type Counts<T> = { -readonly [name in keyof T as T[name] extends number ? name : never]: number }

export type Parts = {
  readonly db: DatabaseSync
  readonly book: AddressBook
  readonly writer: Writer
  readonly history: HistoryBook
  readonly audit: AuditTrail
  readonly keyId: string
  readonly now: () => number
}

export type EventOptions = {
  readonly stream?: string | undefined
  readonly esp?: string | undefined
  /** Complaints of a Feedback-Type that is not registered suppress too. */
  readonly allFeedback?: boolean | undefined
  /** Where a failing mailbox lies behind an alias, the address that was written to is suppressed as well. */
  readonly includeOriginal?: boolean | undefined
  readonly expires?: string | undefined
}

/** The caller holds a transaction. */
export const writeEntries = ({ book, writer, keyId }: Parts, entries: Iterable<NewEntry>): EntryTally => {
  const counts: Counts<EntryTally> = { added: 0, known: 0, removed: 0, 'delivered-since': 0 }
  const rejected: Rejected<NewEntry>[] = []
  writer.begin()
  for (const entry of entries) {
    const { address, hash: told } = entry
    if (address === undefined && told !== undefined) {
      if (entry.key !== keyId || !book.isHash(told)) rejected.push({ item: entry, problem: 'other-key' })
      else counts[writer.write(Buffer.from(told, 'hex'), entry, undefined)]++
      continue
    }
    const hash = address === undefined ? undefined : book.hashOf(address)
    if (hash === undefined) rejected.push({ item: entry, problem: 'no-address' })
    else counts[writer.write(hash, entry, address)]++
  }
  return { ...counts, rejected }
}

const sameAddress = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase()

/** The caller holds a transaction. */
export const writeEvents = (parts: Parts, events: Iterable<EventFields>, options: EventOptions): EventTally => {
  const { db, book, writer, history, audit, now } = parts
  const stream = options.stream ?? ''
  const counts: Counts<EventTally> = {
    added: 0,
    known: 0,
    removed: 0,
    'delivered-since': 0,
    delivered: 0,
    cleared: 0,
    counted: 0,
    repeated: 0,
    expired: 0,
    notTheRecipient: 0,
    waits: 0,
    unregisteredFeedback: 0,
    notAboutDelivery: 0,
    forwarded: 0,
    undated: 0
  }
  const rejected: Rejected<EventFields>[] = []
  writer.begin()
  const disproved = disprovedByDelivery.filter((reason) => reason !== 'repeated-soft-bounces')
  const clear = db.prepare(
    `DELETE FROM entries WHERE hash = ? AND reason IN (${disproved.map((reason) => `'${reason}'`).join(', ')}) AND date IS NOT NULL AND date < ?`
  )
  const repeatedStreams = db.prepare(`SELECT stream FROM entries WHERE hash = ? AND reason = 'repeated-soft-bounces'`)
  const clearRepeated = db.prepare(`DELETE FROM entries WHERE hash = ? AND stream = ? AND reason = 'repeated-soft-bounces'`)
  const forget = db.prepare('DELETE FROM addresses WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM entries WHERE hash = ?1)')

  const entryOf = (event: EventFields, reason: NewEntry['reason'], date: string | undefined): NewEntry => ({
    reason,
    stream,
    detail: event.cause === undefined || event.cause === null ? undefined : event.detail ? `${event.cause}/${event.detail}` : event.cause,
    evidence: event.diagnosticCode ?? undefined,
    file: event.file,
    offset: event.offset,
    esp: options.esp,
    date,
    expires: options.expires
  })

  const takeDelivery = (hash: Buffer, date: number, event: EventFields): void => {
    history.delivered(hash, date)
    let cleared = Number(clear.run(hash, date).changes)
    const since = writer.lastDelivered(hash) ?? 0
    for (const row of repeatedStreams.all(hash))
      if (history.runSince(hash, Math.max(since, writer.removedUntil(hash, String(row.stream)))) === undefined)
        cleared += Number(clearRepeated.run(hash, String(row.stream)).changes)
    if (cleared === 0) return
    counts.cleared += cleared
    forget.run(hash)
    audit.note({ action: 'cleared-by-delivery', count: cleared, source: event.file ?? '', hash })
  }

  const takeCount = (hash: Buffer, recipient: string, date: number, event: EventFields): void => {
    history.bounced(hash, date, event, false)
    history.count(hash, date, event.cause ?? '')
    counts.counted++
    const latest = history.runSince(hash, Math.max(writer.lastDelivered(hash) ?? 0, writer.removedUntil(hash, stream)))
    if (latest === undefined) return
    if (writer.write(hash, entryOf(event, 'repeated-soft-bounces', new Date(latest).toISOString()), recipient) === 'added')
      counts.repeated++
  }

  for (const event of events) {
    const meaning = meaningOf(event, options.allFeedback === true)
    if (meaning.means === 'nothing') {
      if (meaning.why === 'waits') counts.waits++
      else if (meaning.why === 'unregistered-feedback') counts.unregisteredFeedback++
      else counts.notAboutDelivery++
      continue
    }
    const recipient = event.recipient ?? undefined
    const hash = recipient === undefined ? undefined : book.hashOf(recipient)
    if (recipient === undefined || hash === undefined) {
      rejected.push({ item: event, problem: 'no-address' })
      continue
    }
    const date = believedDate(event.time, now())
    if (meaning.means === 'delivered') {
      counts.delivered++
      if (date === undefined) counts.undated++
      else takeDelivery(hash, date, event)
    } else if (meaning.means === 'count') {
      if (date === undefined) counts.undated++
      else takeCount(hash, recipient, date, event)
    } else if (meaning.means === 'bounced') {
      if (meaning.why === 'expired') counts.expired++
      else counts.notTheRecipient++
      if (date !== undefined) history.bounced(hash, date, event, false)
    } else {
      if (meaning.bounced && date !== undefined) history.bounced(hash, date, event, true)
      const entry = entryOf(event, meaning.reason, event.time ?? undefined)
      counts[writer.write(hash, entry, recipient)]++
      const original = event.originalRecipient ?? undefined
      if (original !== undefined && !sameAddress(original, recipient)) {
        counts.forwarded++
        const originalHash = options.includeOriginal === true ? book.hashOf(original) : undefined
        if (originalHash !== undefined) counts[writer.write(originalHash, entry, original)]++
      }
    }
  }
  return { ...counts, rejected }
}
