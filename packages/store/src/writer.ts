import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { believedDate, maxEvidenceLength, maxStreamLength, type NewEntry, storedName } from './entry.ts'
import { disprovedByDelivery } from './reason.ts'
import { sealAddress } from './seal.ts'
import { withoutAddresses } from './without-addresses.ts'

/** What became of one entry. `removed`: somebody took the address off the list after that date, or the entry has no date to compare. */
export type WriteOutcome = 'added' | 'known' | 'removed' | 'delivered-since'

export type Writer = {
  /** To be called at the beginning of each transaction: other processes may have removed addresses since the last one. */
  readonly begin: () => void
  readonly write: (hash: Uint8Array, entry: NewEntry, spelling: string | undefined) => WriteOutcome
  /** The date up to which what is heard about an address counts no more; 0 where there is none. Milliseconds. */
  readonly removedUntil: (hash: Uint8Array, stream: string) => number
  readonly lastDelivered: (hash: Uint8Array) => number | undefined
}

const numberIn = (row: Record<string, unknown> | undefined, name: string): number | undefined => {
  const value = row?.[name]
  return typeof value === 'number' ? value : undefined
}

/**
 * Puts entries into the store; the caller holds a transaction. Whatever the order in which sources are read, and however often, the result
 * is the same: an entry keeps its latest date and its longest expiry, and loses to a later removal and, unless a person asked for it, to a
 * later delivery.
 */
export const openWriter = (db: DatabaseSync, seal: Buffer | undefined, now: () => number): Writer => {
  const prepared = (sql: string): StatementSync => db.prepare(sql)
  const insert = prepared(
    `INSERT INTO entries (hash, stream, reason, detail, evidence, file, place, esp, date, added, expires)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
  )
  const renew = prepared(
    `UPDATE entries SET detail = ?, evidence = ?, file = ?, place = ?, esp = ?, date = ?
     WHERE hash = ? AND stream = ? AND reason = ? AND (date IS NULL OR date < ?)`
  )
  const extend = prepared(
    `UPDATE entries SET expires = ?4 WHERE hash = ?1 AND stream = ?2 AND reason = ?3 AND expires IS NOT NULL AND (?4 IS NULL OR expires < ?4)`
  )
  const keep = prepared('INSERT INTO addresses (hash, sealed) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const removal = prepared(`SELECT max(date) AS date FROM removals WHERE hash = ? AND stream IN ('*', ?)`)
  const delivery = prepared('SELECT delivered FROM history WHERE hash = ?')

  const anyRemoval = prepared('SELECT 1 FROM removals LIMIT 1')
  // Most stores have none, and to ask for each row of an import costs a tenth of it.
  let hasRemovals = true
  const begin = (): void => {
    hasRemovals = anyRemoval.get() !== undefined
  }
  const removedUntil: Writer['removedUntil'] = (hash, stream) => (hasRemovals ? (numberIn(removal.get(hash, stream), 'date') ?? 0) : 0)
  const lastDelivered: Writer['lastDelivered'] = (hash) => numberIn(delivery.get(hash), 'delivered')

  const write: Writer['write'] = (hash, entry, spelling) => {
    const stream = (entry.stream ?? '').slice(0, maxStreamLength)
    const time = now()
    const date = believedDate(entry.date, time)
    const removed = removedUntil(hash, stream)
    // Without a date nobody can say that it came after the removal.
    if (removed > 0 && (date === undefined || date <= removed)) return 'removed'
    if (disprovedByDelivery.includes(entry.reason)) {
      const delivered = lastDelivered(hash)
      if (delivered !== undefined && date !== undefined && date < delivered) return 'delivered-since'
    }
    const expires = entry.expires === undefined ? null : Date.parse(entry.expires)
    // Where addresses are kept too: these words are not encrypted.
    const evidence = entry.evidence === undefined ? null : withoutAddresses(entry.evidence, maxEvidenceLength)
    const said = [storedName(entry.detail), evidence, storedName(entry.file), entry.offset ?? null, storedName(entry.esp)] as const
    const isNew = insert.run(hash, stream, entry.reason, ...said, date ?? null, time, expires).changes === 1
    if (!isNew) {
      if (date !== undefined) renew.run(...said, date, hash, stream, entry.reason, date)
      extend.run(hash, stream, entry.reason, expires)
    }
    if (seal !== undefined && spelling !== undefined) keep.run(hash, sealAddress(seal, hash, spelling))
    return isNew ? 'added' : 'known'
  }
  return { begin, write, removedUntil, lastDelivered }
}
