import { timingSafeEqual } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { readKeys, type StoreKeys } from './key.ts'
import { inTransaction, migrate } from './schema.ts'
import { StoreError } from './store-error.ts'

/** So long a writer waits for another; an import commits a batch every fraction of a second. Milliseconds. */
const busyTimeout = 30_000

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return ''
  if ('errcode' in error) return String(error.errcode)
  return 'code' in error ? String(error.code) : ''
}

/** SQLite's result codes (https://sqlite.org/rescode.html): primary codes are the low byte. */
const primary = { busy: 5, readOnly: 8, cannotOpen: 14, notADatabase: 26 } as const

/** What the database or the file system threw, as an error of the store; anything else as it is. */
export const storeErrorOf = (error: unknown, file: string): unknown => {
  const code = codeOf(error)
  const result = Number(code) & 0xff
  if (result === primary.notADatabase)
    return new StoreError('not-a-store', file, `${file} is not a suppression store. Name another file with --store.`, error)
  if (result === primary.busy)
    return new StoreError('busy', file, `Another program has been writing to ${file} for ${busyTimeout / 1_000} seconds. Try again.`, error)
  if (
    result === primary.readOnly ||
    result === primary.cannotOpen ||
    ['EACCES', 'EISDIR', 'ENOENT', 'ENOTDIR', 'EROFS', 'EPERM'].includes(code)
  )
    return new StoreError('unwritable', file, `${file} cannot be opened for writing. Look at its owner and folder.`, error)
  return error
}

/** Node's own `recursive` goes round for ever where the system refuses with ENOENT, as /proc does (seen with Node 24.21). */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another process came first.
    if (!existsSync(folder)) throw error
  }
}

/** The file and its keys. A file that does not exist is made, readable by its owner only; so is the key of a new store. */
export const openDatabase = (file: string, givenKey: string | undefined): { readonly db: DatabaseSync; readonly keys: StoreKeys } => {
  let db: DatabaseSync | undefined
  try {
    if (!existsSync(file)) {
      makeFolder(dirname(file))
      closeSync(openSync(file, 'a', 0o600))
    }
    db = new DatabaseSync(file, { timeout: busyTimeout })
    migrate(db, file)
    // mmap: a million entries are more than the cache holds, and each look-up would be a read of its own (https://sqlite.org/mmap.html).
    // WAL: readers and one writer at once, and a crash loses no commit; FULL: nor does a power cut (https://sqlite.org/wal.html).
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA mmap_size = 1073741824')
    return { db, keys: checkedKeys(db, file, givenKey) }
  } catch (error) {
    db?.close()
    throw storeErrorOf(error, file)
  }
}

/** A wrong key would answer "not suppressed" for everybody: so the store knows a value that only its own key makes. */
const checkedKeys = (db: DatabaseSync, file: string, givenKey: string | undefined): StoreKeys => {
  const stored = (): Uint8Array | undefined => {
    const value = db.prepare(`SELECT value FROM meta WHERE name = 'key-check'`).get()?.value
    return value instanceof Uint8Array ? value : undefined
  }
  const keys = readKeys(file, stored() === undefined, givenKey)
  if (stored() === undefined)
    inTransaction(db, () => db.prepare(`INSERT INTO meta (name, value) VALUES ('key-check', ?) ON CONFLICT DO NOTHING`).run(keys.check))
  const check = stored()
  if (check === undefined || check.length !== keys.check.length || !timingSafeEqual(check, keys.check))
    throw new StoreError(
      'key-wrong',
      file,
      `The key is not the one that ${file} was made with, so no address in it can be found. Use the key file that belongs to it (${file}.key), or set WHYBOUNCE_KEY to its text.`
    )
  return keys
}
