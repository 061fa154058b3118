import type { DatabaseSync } from 'node:sqlite'
import type { EventFields } from './policy.ts'

/** What is known of the deliveries to an address; dates ISO 8601, UTC. */
export type History = {
  readonly delivered?: string
  /** The last failure; `cause` and `detail` as the diagnosis has them. `final`: the address itself was at fault. */
  readonly bounced?: { readonly date: string; readonly cause?: string; readonly detail?: string; readonly final: boolean }
  /** Failures of causes that pass (a full mailbox), as far as they still count towards `repeated-soft-bounces`. */
  readonly counted: number
}

export type HistoryBook = {
  readonly delivered: (hash: Uint8Array, date: number) => void
  readonly bounced: (hash: Uint8Array, date: number, event: EventFields, final: boolean) => void
  /** Notes a failure that passes. Two events of one address at the same instant are the same event. */
  readonly count: (hash: Uint8Array, date: number, cause: string) => void
  /** The last date of the latest run of failures within the window that is long enough, counted after `since`; undefined where there is none. */
  readonly runSince: (hash: Uint8Array, since: number) => number | undefined
  readonly read: (hash: Uint8Array, since: number) => History
}

export type CountLimits = {
  /** So many failures … */
  readonly failures: number
  /** … within so many milliseconds suppress. */
  readonly within: number
}

export const openHistory = (db: DatabaseSync, limits: CountLimits): HistoryBook => {
  const deliver = db.prepare(
    `INSERT INTO history (hash, delivered) VALUES (?, ?)
     ON CONFLICT (hash) DO UPDATE SET delivered = excluded.delivered WHERE delivered IS NULL OR delivered < excluded.delivered`
  )
  const bounce = db.prepare(
    `INSERT INTO history (hash, bounced, cause, detail, final) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (hash) DO UPDATE SET bounced = excluded.bounced, cause = excluded.cause, detail = excluded.detail, final = excluded.final
     WHERE bounced IS NULL OR bounced < excluded.bounced`
  )
  const note = db.prepare('INSERT INTO counted (hash, date, cause) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const dates = db.prepare('SELECT date FROM counted WHERE hash = ? AND date > ? ORDER BY date DESC')
  const tally = db.prepare('SELECT count(*) AS count FROM counted WHERE hash = ? AND date > ?')
  const known = db.prepare('SELECT delivered, bounced, cause, detail, final FROM history WHERE hash = ?')
  return {
    delivered: (hash, date) => {
      deliver.run(hash, date)
    },
    bounced: (hash, date, { cause, detail }, final) => {
      bounce.run(hash, date, cause ?? null, detail ?? null, final ? 1 : 0)
    },
    count: (hash, date, cause) => {
      note.run(hash, date, cause)
    },
    runSince: (hash, since) => {
      const run: number[] = []
      for (const { date } of dates.iterate(hash, since)) {
        if (typeof date !== 'number') continue
        run.push(date)
        if (run.length > limits.failures) run.shift()
        const latest = run[0] ?? date
        if (run.length === limits.failures && latest - date <= limits.within) return latest
      }
      return undefined
    },
    read: (hash, since) => {
      const row = known.get(hash)
      const counted = Number(tally.get(hash, Math.max(since, Number(row?.delivered ?? 0)))?.count ?? 0)
      return {
        ...(typeof row?.delivered === 'number' ? { delivered: new Date(row.delivered).toISOString() } : {}),
        ...(typeof row?.bounced === 'number'
          ? {
              bounced: {
                date: new Date(row.bounced).toISOString(),
                ...(typeof row.cause === 'string' ? { cause: row.cause } : {}),
                ...(typeof row.detail === 'string' ? { detail: row.detail } : {}),
                final: row.final === 1
              }
            }
          : {}),
        counted
      }
    }
  }
}
