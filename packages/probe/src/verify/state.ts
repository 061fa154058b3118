import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { ProbeAnswer } from './probe-answer.ts'
import type { NewTask, ProbeTask, ProbeTasks, TaskResult } from './tasks.ts'
import type { RouteFacts } from './verdict.ts'

/** What a check of a list has found out so far, in one SQLite file: domains, questions, answers. Survives the process. */
export type VerifyState = ProbeTasks & {
  readonly route: (domain: string, now: number) => RouteFacts | undefined
  readonly saveRoutes: (routes: readonly (readonly [domain: string, route: RouteFacts])[], now: number) => void
  /** The answer for a mailbox as far as it is known; one that waits for its next turn has `retryAt`. */
  readonly answer: (mailbox: string, now: number) => ProbeAnswer | undefined
  /** Opens again what is worth another question in a new run: blocks at once, what stayed unclear after an hour, everything after a month. */
  readonly renew: (now: number) => void
  /** One domain each of the operators with the most waiting questions. */
  readonly largest: (operators: number) => readonly string[]
  readonly counts: () => { readonly waiting: number; readonly done: number }
  readonly close: () => void
}

const version = 1
/** Seconds after which an unclear answer, and any answer, is asked for anew by a new run. */
const unclearLasts = 3_600
const answerLasts = 30 * 86_400
/** Seconds for which it is remembered that a domain accepts everything, or does not. */
const controlLasts = 30 * 86_400

const schema = `
  CREATE TABLE IF NOT EXISTS domain (name TEXT PRIMARY KEY, route TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS task (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, mailbox TEXT NOT NULL UNIQUE, address TEXT NOT NULL, domain TEXT NOT NULL, operator TEXT NOT NULL,
    provider TEXT, hosts TEXT NOT NULL, smtputf8 INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER, asked INTEGER, answer TEXT
  );
  CREATE INDEX IF NOT EXISTS task_due ON task (operator, due) WHERE due IS NOT NULL;
  CREATE INDEX IF NOT EXISTS task_hosts ON task (operator, hosts, smtputf8, due) WHERE due IS NOT NULL;
  CREATE INDEX IF NOT EXISTS task_control ON task (domain) WHERE kind = 'control';
`

type TaskRow = {
  id: number
  kind: 'address' | 'control'
  mailbox: string
  address: string
  domain: string
  operator: string
  provider: string | null
  hosts: string
  smtputf8: number
  attempts: number
}

const taskOf = ({ provider, smtputf8, ...row }: TaskRow): ProbeTask => ({
  ...row,
  ...(provider === null ? {} : { provider }),
  smtputf8: smtputf8 === 1
})

/** Controls come before what else is due: without them nothing at their domain is proven. */
const firstDue = { address: 0, control: -1 } as const

const columns = 'id, kind, mailbox, address, domain, operator, provider, hosts, smtputf8, attempts'

const takesAll = ({ kind }: ProbeAnswer): boolean | undefined => (kind === 'accepted' ? true : kind === 'refused' ? false : undefined)

/**
 * Opens or makes the state file, for this process alone. Throws a RangeError where the file is of another version, and what SQLite
 * says where it is in use or no state at all. Claims are kept in memory:
 * what a process had asked when it died, without writing down the answer, is asked again.
 */
export const openVerifyState = (path: string): VerifyState => {
  // It holds addresses: for its owner alone, from the first byte on.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
  const db = new DatabaseSync(path)
  db.exec(
    'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 500; PRAGMA wal_autocheckpoint = 10000; PRAGMA cache_size = -32000'
  )
  const found = Number(Object.values(db.prepare('PRAGMA user_version').get() ?? {})[0] ?? 0)
  if (found !== 0 && found !== version) {
    db.close()
    throw new RangeError(`${path} was written by another version of whybounce; remove it to begin anew`)
  }
  try {
    db.exec(`${schema} PRAGMA user_version = ${version}`)
  } catch (error) {
    db.close()
    throw error
  }

  const claimed = new Set<number>()

  const getRoute = db.prepare('SELECT route FROM domain WHERE name = ? AND expires > ?')
  const putRoute = db.prepare('INSERT OR REPLACE INTO domain VALUES (?, ?, ?)')
  const putTask = db.prepare(
    'INSERT OR IGNORE INTO task (kind, mailbox, address, domain, operator, provider, hosts, smtputf8, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'
  )
  const allOperators = db.prepare(
    'SELECT operator, count(*) AS waiting, min(due) AS nextAt FROM task WHERE due IS NOT NULL GROUP BY operator'
  )
  const dueOf = db.prepare('SELECT id, due, hosts, smtputf8 FROM task WHERE operator = ? AND due IS NOT NULL ORDER BY due')
  const some = db.prepare(
    `SELECT ${columns} FROM task WHERE operator = ? AND hosts = ? AND smtputf8 = ? AND due IS NOT NULL AND due <= ? ORDER BY due`
  )
  const putClaimed = db.prepare(
    `INSERT OR IGNORE INTO task (kind, mailbox, address, domain, operator, provider, hosts, smtputf8, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING ${columns}`
  )
  const waitingAt = db.prepare('SELECT id FROM task WHERE operator = ? AND hosts = ? AND due IS NOT NULL AND attempts <= ?')
  const waitingOf = db.prepare('SELECT id FROM task WHERE operator = ? AND due IS NOT NULL')
  const markAsked = db.prepare('UPDATE task SET asked = ? WHERE id = ?')
  const reopen = db.prepare('UPDATE task SET due = 0, answer = NULL WHERE id = ?')
  const renew = db.prepare(
    `UPDATE task SET due = 0, attempts = 0 WHERE due IS NULL AND kind = 'address' AND (
       (answer ->> 'reason' = 'prober-blocked') OR (answer ->> 'kind' IN ('unclear', 'no-answer', 'skipped') AND asked <= ?) OR asked <= ?)`
  )
  const dropUnclear = db.prepare(
    "DELETE FROM task WHERE kind = 'control' AND due IS NULL AND answer ->> 'kind' NOT IN ('accepted', 'refused')"
  )
  const postpone = db.prepare(
    'UPDATE task SET attempts = attempts + 1, answer = coalesce(answer, ?), due = CASE WHEN attempts + 1 >= ? THEN NULL ELSE max(due, ?) END WHERE id = ?'
  )
  const putAnswer = db.prepare('UPDATE task SET attempts = attempts + ?, due = ?, asked = ?, answer = ? WHERE id = ?')
  const giveUp = db.prepare('UPDATE task SET due = NULL, answer = coalesce(answer, ?) WHERE id = ?')
  const asked = db.prepare('SELECT operator, asked FROM task WHERE asked > ? ORDER BY asked')
  const control = db.prepare("SELECT due, answer, asked FROM task WHERE domain = ? AND kind = 'control' ORDER BY id DESC LIMIT 1")
  const dropControl = db.prepare("DELETE FROM task WHERE domain = ? AND kind = 'control' AND due IS NULL AND asked <= ?")
  const getAnswer = db.prepare("SELECT domain, due, answer FROM task WHERE mailbox = ? AND kind = 'address'")
  const count = db.prepare('SELECT count(due) AS waiting, count(*) - count(due) AS done FROM task')

  const together = (write: () => void): void => {
    if (db.isTransaction) {
      write()
      return
    }
    db.exec('BEGIN IMMEDIATE')
    try {
      write()
      db.exec('COMMIT')
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }

  const controlOf = (domain: string, now: number): ProbeAnswer | undefined => {
    const row = control.get(domain)
    if (row === undefined || row.due !== null || Number(row.asked) <= now - controlLasts * 1_000) return undefined
    return JSON.parse(String(row.answer))
  }

  const catchAll: ProbeTasks['catchAll'] = (domain, now) => {
    const row = control.get(domain)
    if (row === undefined) return undefined
    if (row.due !== null) return 'waiting'
    if (Number(row.asked) <= now - controlLasts * 1_000) {
      dropControl.run(domain, now - controlLasts * 1_000)
      return undefined
    }
    return takesAll(JSON.parse(String(row.answer)))
  }

  return {
    route: (domain, now) => {
      const row = getRoute.get(domain, now)
      return row === undefined ? undefined : JSON.parse(String(row.route))
    },
    saveRoutes: (routes, now) =>
      together(() => {
        for (const [domain, route] of routes) {
          const life = route.status === 'dns-failure' ? failureLife : Math.max(minRouteLife, route.ttl)
          putRoute.run(domain, JSON.stringify(route), now + life * 1_000)
        }
      }),
    add: (tasks: readonly NewTask[]) =>
      together(() => {
        for (const { kind, mailbox, address, domain, operator, provider, hosts, smtputf8 } of tasks)
          putTask.run(kind, mailbox, address, domain, operator, provider ?? null, hosts, smtputf8 ? 1 : 0, firstDue[kind])
      }),
    operators: () =>
      allOperators
        .all()
        .map(({ operator, waiting, nextAt }) => ({ operator: String(operator), waiting: Number(waiting), nextAt: Number(nextAt) })),
    nextDue: (operator) => {
      for (const { id, due } of dueOf.iterate(operator)) if (!claimed.has(Number(id))) return Number(due)
      return undefined
    },
    claim: (operator, now, most) => {
      let first: { hosts: SQLOutputValue; smtputf8: SQLOutputValue } | undefined
      for (const { id, due, hosts = null, smtputf8 = null } of dueOf.iterate(operator)) {
        if (Number(due) > now) break
        if (claimed.has(Number(id))) continue
        first = { hosts, smtputf8 }
        break
      }
      if (first === undefined) return []
      const tasks: ProbeTask[] = []
      for (const row of some.iterate(operator, first.hosts, first.smtputf8, now)) {
        if (claimed.has(Number(row.id))) continue
        tasks.push(taskOf(row as unknown as TaskRow))
        if (tasks.length >= most) break
      }
      together(() => {
        for (const { id } of tasks) {
          claimed.add(id)
          markAsked.run(now, id)
        }
      })
      return tasks
    },
    addClaimed: ({ kind, mailbox, address, domain, operator, provider, hosts, smtputf8 }) => {
      const row = putClaimed.get(kind, mailbox, address, domain, operator, provider ?? null, hosts, smtputf8 ? 1 : 0, firstDue[kind])
      if (row === undefined) return undefined
      const task = taskOf(row as unknown as TaskRow)
      claimed.add(task.id)
      return task
    },
    postpone: (operator, hosts, answer, retryAt, attempts, most) => {
      const text = JSON.stringify(answer)
      together(() => {
        for (const { id } of waitingAt.all(operator, hosts, attempts))
          if (!claimed.has(Number(id))) postpone.run(text, most, retryAt, id ?? null)
      })
    },
    reopen: (tasks) =>
      together(() => {
        for (const { id } of tasks) reopen.run(id)
      }),
    renew: (now) =>
      together(() => {
        renew.run(now - unclearLasts * 1_000, now - answerLasts * 1_000)
        dropUnclear.run()
      }),
    release: (tasks) => {
      for (const { id } of tasks) claimed.delete(id)
    },
    record: (results: readonly TaskResult[]) =>
      together(() => {
        for (const { task, answer, retryAt, uncounted } of results)
          putAnswer.run(uncounted ? 0 : 1, retryAt ?? null, Date.parse(answer.at), JSON.stringify(answer), task.id)
        for (const { task } of results) claimed.delete(task.id)
      }),
    giveUp: (operator, answer) => {
      const text = JSON.stringify(answer)
      together(() => {
        for (const { id } of waitingOf.all(operator)) if (!claimed.has(Number(id))) giveUp.run(text, id ?? null)
      })
    },
    askedSince: (since) => {
      const times = new Map<string, number[]>()
      for (const { operator, asked: at } of asked.iterate(since)) {
        const known = times.get(String(operator))
        if (known === undefined) times.set(String(operator), [Number(at)])
        else known.push(Number(at))
      }
      return times
    },
    catchAll,
    answer: (mailbox, now) => {
      const row = getAnswer.get(mailbox)
      if (row === undefined) return undefined
      const waits = row.due !== null
      if (row.answer === null) return { kind: 'skipped', reason: 'not-asked', at: new Date(now).toISOString(), attempts: 0 }
      const answer: ProbeAnswer = JSON.parse(String(row.answer))
      const control = answer.kind === 'accepted' || answer.kind === 'refused' ? controlOf(String(row.domain), now) : undefined
      // Hosts of one domain can differ: a backup takes everything. Only what the same host said of an invented mailbox counts.
      const known = control === undefined || control.host !== answer.host ? undefined : takesAll(control)
      return {
        ...answer,
        ...(waits ? { retryAt: new Date(Number(row.due)).toISOString() } : {}),
        ...(typeof known === 'boolean' ? { catchAll: known } : {})
      }
    },
    largest: (operators) =>
      db
        .prepare('SELECT min(domain) AS domain FROM task WHERE due IS NOT NULL GROUP BY operator ORDER BY count(*) DESC LIMIT ?')
        .all(operators)
        .map((row) => String(row.domain)),
    counts: () => {
      const row = count.get()
      return { waiting: Number(row?.waiting ?? 0), done: Number(row?.done ?? 0) }
    },
    close: () => db.close()
  }
}

/** Seconds: within one run, and in the run that goes on after it, each domain is asked once, whatever its TTL. */
const minRouteLife = 6 * 3_600
/** Seconds for which it is not asked again what could not be told. */
const failureLife = 15 * 60
