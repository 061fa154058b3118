import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from './store-error.ts'

/** `PRAGMA application_id` of our files, so that another program's database is never written into: "wbsu". */
const applicationId = 0x77_62_73_75

/**
 * One step for each version of the schema; a step is never changed once released. Dates are milliseconds since 1970, UTC.
 * `entries.date` is NULL where the source tells no date that can be believed.
 */
const migrations: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
   CREATE TABLE entries (
     hash BLOB NOT NULL, stream TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT, evidence TEXT, file TEXT, place INTEGER, esp TEXT,
     date INTEGER, added INTEGER NOT NULL, expires INTEGER, PRIMARY KEY (hash, stream, reason)) WITHOUT ROWID;
   CREATE TABLE addresses (hash BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
   CREATE TABLE history (
     hash BLOB PRIMARY KEY, delivered INTEGER, bounced INTEGER, cause TEXT, detail TEXT, final INTEGER) WITHOUT ROWID;
   CREATE TABLE counted (hash BLOB NOT NULL, date INTEGER NOT NULL, cause TEXT NOT NULL, PRIMARY KEY (hash, date)) WITHOUT ROWID;
   CREATE TABLE removals (hash BLOB NOT NULL, stream TEXT NOT NULL, date INTEGER NOT NULL, PRIMARY KEY (hash, stream)) WITHOUT ROWID;
   CREATE TABLE audit (
     id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, count INTEGER NOT NULL,
     source TEXT NOT NULL, words TEXT, hash BLOB);
   CREATE INDEX audit_hash ON audit (hash) WHERE hash IS NOT NULL;
   CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
   CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;`
]

const schemaVersion = migrations.length

const numberOf = (db: DatabaseSync, pragma: string): number => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])

/** Runs `work` in one transaction that writes: all of it or nothing. Waits for other writers as long as the store's timeout. */
export const inTransaction = <T>(db: DatabaseSync, work: () => T): T => {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** Brings a store to the version of this program. A file that is not ours, or is of a newer version, is refused and not touched. */
export const migrate = (db: DatabaseSync, file: string): void => {
  const check = (): number => {
    const version = numberOf(db, 'user_version')
    const foreign = numberOf(db, 'application_id') !== applicationId
    if (foreign && (version !== 0 || numberOf(db, 'schema_version') !== 0))
      throw new StoreError('not-a-store', file, `${file} is a database of another program. Name another file with --store.`)
    if (version > schemaVersion)
      throw new StoreError(
        'schema-newer',
        file,
        `${file} was written by a newer version of whybounce (store ${version}, this one knows ${schemaVersion}). Update whybounce.`
      )
    return version
  }
  if (check() === schemaVersion) return
  inTransaction(db, () => {
    // Asked again inside: another process may have come first.
    const version = check()
    for (const step of migrations.slice(version)) db.exec(step)
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`)
  })
}
