import type { DatabaseSync } from 'node:sqlite'
import { hexOf } from './entry.ts'

export type AuditAction = 'add' | 'import-begun' | 'import-done' | 'remove' | 'cleared-by-delivery' | 'export'

/** One line of the trail. An `import-begun` without its `import-done` was interrupted; read it again, it adds nothing twice. */
export type AuditRecord = {
  readonly id: number
  /** ISO 8601, UTC. */
  readonly time: string
  /** The account at the operating system. */
  readonly who: string
  readonly action: AuditAction
  /** Entries added, removed or written out. */
  readonly count: number
  readonly source: string
  readonly words?: string
  /** Of the address that it is about, where it is about one. */
  readonly hash?: string
}

type AuditNote = {
  readonly action: AuditAction
  readonly count: number
  readonly source: string
  readonly words?: string | undefined
  readonly hash?: Uint8Array | undefined
}

const maxWords = 1_000

/** The append-only trail: the database itself refuses to change or delete what is in it. */
export type AuditTrail = {
  readonly note: (note: AuditNote) => void
  readonly records: (hash?: Uint8Array) => Generator<AuditRecord, void, void>
}

export const openAudit = (db: DatabaseSync, who: string, now: () => number): AuditTrail => {
  const insert = db.prepare('INSERT INTO audit (time, who, action, count, source, words, hash) VALUES (?, ?, ?, ?, ?, ?, ?)')
  return {
    note: ({ action, count, source, words, hash }) => {
      insert.run(now(), who, action, count, source.slice(0, maxWords), words?.slice(0, maxWords) ?? null, hash ?? null)
    },
    records: function* (hash) {
      // A statement of its own for each reading: two may be under way at once.
      const rows =
        hash === undefined
          ? db.prepare('SELECT * FROM audit ORDER BY id').iterate()
          : db.prepare('SELECT * FROM audit WHERE hash = ? ORDER BY id').iterate(hash)
      for (const row of rows)
        yield {
          id: Number(row.id),
          time: new Date(Number(row.time)).toISOString(),
          who: String(row.who),
          // What is in the column was written from the closed list.
          action: String(row.action) as AuditAction,
          count: Number(row.count),
          source: String(row.source),
          ...(typeof row.words === 'string' ? { words: row.words } : {}),
          ...(row.hash instanceof Uint8Array ? { hash: hexOf(row.hash) } : {})
        }
    }
  }
}
