import type { ProbeAnswer } from './probe-answer.ts'

/** One question to ask of a mail server. Times are milliseconds since 1970. */
export type ProbeTask = {
  readonly id: number
  /** `control`: an invented mailbox, which tells whether the domain accepts everything. */
  readonly kind: 'address' | 'control'
  /** What it is known by: the canonical mailbox, so that two spellings are one question. */
  readonly mailbox: string
  /** As it goes on the wire, without angle brackets. */
  readonly address: string
  /** A-labels. */
  readonly domain: string
  readonly operator: string
  readonly provider?: string
  /** Tasks with the same mail hosts share sessions. */
  readonly hosts: string
  readonly smtputf8: boolean
  readonly attempts: number
}

export type NewTask = Omit<ProbeTask, 'id' | 'attempts'>

/** What came of a task. With `retryAt` it is asked again then; `uncounted` answers (the server wanted us slower) are no attempt. */
export type TaskResult = { readonly task: ProbeTask; readonly answer: ProbeAnswer; readonly retryAt?: number; readonly uncounted?: true }

export type OperatorTasks = { readonly operator: string; readonly waiting: number; readonly nextAt: number }

/**
 * What is still to be asked, and what was answered: survives the process. A claimed task is in the hands of one session;
 * claims end with the process.
 */
export type ProbeTasks = {
  readonly add: (tasks: readonly NewTask[]) => void
  readonly operators: () => readonly OperatorTasks[]
  /** When the operator's next unclaimed task is due. */
  readonly nextDue: (operator: string) => number | undefined
  /** Due tasks of one operator, controls first, that all have the same mail hosts and need the same extensions. Written down as asked now: the budget survives a kill. */
  readonly claim: (operator: string, now: number, most: number) => readonly ProbeTask[]
  /** A new task that is claimed at once. */
  readonly addClaimed: (task: NewTask) => ProbeTask | undefined
  readonly release: (tasks: readonly ProbeTask[]) => void
  readonly record: (results: readonly TaskResult[]) => void
  /** What was recorded of these is not believed any more. */
  readonly reopen: (tasks: readonly ProbeTask[]) => void
  /**
   * Nobody answers at these hosts: one attempt more for every unclaimed task there that had no more than `attempts`, so that sessions which
   * fail together count once; those that had `most` attempts end with this answer.
   */
  readonly postpone: (operator: string, hosts: string, answer: ProbeAnswer, retryAt: number, attempts: number, most: number) => void
  /** Ends all waiting tasks of an operator with this answer; those that have an answer of their own keep it. */
  readonly giveUp: (operator: string, answer: ProbeAnswer) => void
  /** Times at which recipients of each operator were asked since then, oldest first: the budget survives a restart. */
  readonly askedSince: (since: number) => ReadonlyMap<string, readonly number[]>
  /** Whether a domain accepts everything; `waiting` while its control is still to be asked. */
  readonly catchAll: (domain: string, now: number) => boolean | 'waiting' | undefined
}
