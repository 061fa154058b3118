import { type Diagnosis, diagnose } from '@whybounce/core'
import type { MailHost } from '../dns/mail-route.ts'
import { type Budget, openWindow, type Window } from './budget.ts'
import { answerOf, pauseFor, resultOf, type Schedule, waitFor } from './interpret.ts'
import { type ProbeAnswer, speaksOfProber } from './probe-answer.ts'
import { inventMailbox, runSession, type SessionOptions, type SessionResult } from './session.ts'
import type { ProbeTask, ProbeTasks, TaskResult } from './tasks.ts'

export type PlannerOptions = SessionOptions & {
  readonly hostsOf: (task: ProbeTask) => Promise<readonly MailHost[]>
  readonly budgetOf: (operator: string) => Budget
  /** Milliseconds until a transient answer is asked again, one for each further attempt. A wait that the server states comes first. */
  readonly retryAfter?: readonly number[]
  /** Sessions at once over all operators. */
  readonly maxSessions?: number
  /** Milliseconds since 1970: after this no session begins, and nothing is waited for. */
  readonly until?: number
  readonly onProgress?: (progress: ProbeProgress) => void
  /** Everything that was said, session by session: for the story of one address. */
  readonly onSession?: (result: SessionResult) => void
}

export type ProbeProgress = {
  readonly asked: number
  readonly sessions: number
  /** The next time at which a server wants to be asked again, where nothing else is to be done until then. */
  readonly waitsUntil?: number
}

export type ProbeSummary = { readonly asked: number; readonly sessions: number; readonly blocked: ReadonlyMap<string, ProbeAnswer> }

const minute = 60_000
/** Greylisting as a rule lets through after 5 minutes (Postgrey's default), some after 15 or 30. */
export const usualRetries: readonly number[] = [5 * minute, 15 * minute, 30 * minute]
/** How often an operator may ask us to slow down before we stop asking it. */
const mostPauses = 3
/** That many answers in a row which may be about us are about us. */
const mostDoubts = 3
/** Node's timers hold no longer. */
const longestTimer = 0x7fff_ffff

type Operator = {
  readonly name: string
  readonly budget: Budget
  readonly window: Window
  running: number
  pausedUntil: number
  pauses: number
  doubts: number
  blocked: boolean
  timer?: NodeJS.Timeout | undefined
  queued: boolean
}

/**
 * Asks all tasks, each operator within its budget: sessions reused, the invented mailbox last, transient answers asked again on
 * schedule, and no further question to an operator whose answer speaks of us. Resolves when nothing is left to be asked before
 * `until`; rejects only where the state cannot be written or the signal ends it.
 */
export const runProbes = (tasks: ProbeTasks, options: PlannerOptions): Promise<ProbeSummary> =>
  new Promise((resolve, reject) => {
    const schedule: Schedule = { waits: options.retryAfter ?? usualRetries, told: options.retryAfter !== undefined }
    const maxSessions = options.maxSessions ?? 100
    const senderDomain = options.mailFrom.slice(options.mailFrom.lastIndexOf('@') + 1)
    const ours = [options.mailFrom, senderDomain, options.ehloName].filter((name) => name !== '')
    const until = options.until ?? Number.POSITIVE_INFINITY
    const operators = new Map<string, Operator>()
    const blocked = new Map<string, ProbeAnswer>()
    const sleeping = new Map<Operator, number>()
    let ready: Operator[] = []
    let running = 0
    let asked = 0
    let sessions = 0
    let ended = false

    const end = (error?: unknown): void => {
      if (ended) return
      ended = true
      for (const { timer } of operators.values()) clearTimeout(timer)
      options.signal?.removeEventListener('abort', abort)
      if (error === undefined) resolve({ asked, sessions, blocked })
      else reject(error)
    }
    const abort = (): void => {
      if (running === 0) end(options.signal?.reason)
    }
    options.signal?.addEventListener('abort', abort)

    const enqueue = (operator: Operator): void => {
      if (operator.queued || operator.blocked) return
      operator.queued = true
      ready.push(operator)
    }

    const sleep = (operator: Operator, at: number): void => {
      if (at >= until) return
      clearTimeout(operator.timer)
      sleeping.set(operator, at)
      operator.timer = setTimeout(
        () => {
          sleeping.delete(operator)
          enqueue(operator)
          pump()
        },
        Math.min(longestTimer, Math.max(0, at - Date.now()))
      )
    }

    const report = (): void => {
      if (options.onProgress === undefined) return
      const waits = running === 0 && sleeping.size > 0 ? Math.min(...sleeping.values()) : undefined
      options.onProgress({ asked, sessions, ...(waits === undefined ? {} : { waitsUntil: waits }) })
    }

    const pump = (): void => {
      if (ended) return
      try {
        while (running < maxSessions && ready.length > 0 && !options.signal?.aborted) {
          const queue = ready
          ready = []
          for (const operator of queue) {
            if (running >= maxSessions) {
              ready.push(operator)
              continue
            }
            operator.queued = false
            begin(operator)
          }
        }
      } catch (error) {
        end(error)
        return
      }
      report()
      if (running > 0) return
      if (options.signal?.aborted) end(options.signal.reason)
      else if (ready.length === 0 && sleeping.size === 0) end()
    }

    /** One session more with this operator, if its budget and the time allow. */
    const begin = (operator: Operator): void => {
      const now = Date.now()
      if (operator.blocked || operator.running >= operator.budget.sessions || now >= until) return
      if (operator.pausedUntil > now) {
        sleep(operator, operator.pausedUntil)
        return
      }
      const room = Math.min(operator.window.room(now), operator.budget.perSession)
      if (room < 1) {
        sleep(operator, operator.window.opensAt(now))
        return
      }
      // One place is kept for the invented mailbox.
      const claimed = tasks.claim(operator.name, now, Number.isFinite(room) ? Math.max(1, Math.min(room - 1, manyAtOnce)) : manyAtOnce)
      if (claimed.length === 0) {
        const next = tasks.nextDue(operator.name)
        if (next !== undefined) sleep(operator, Math.max(next, now + 1))
        return
      }
      operator.window.spend(now, claimed.length)
      operator.running++
      running++
      sessions++
      ask(operator, claimed).then(
        () => {
          operator.running--
          running--
          enqueue(operator)
          pump()
        },
        (error) => {
          operator.running--
          running--
          end(error)
        }
      )
      enqueue(operator)
    }

    const ask = async (operator: Operator, claimed: readonly ProbeTask[]): Promise<void> => {
      const [first] = claimed
      if (first === undefined) return
      let asking = claimed.length
      const result = await runSession(
        claimed,
        await options.hostsOf(first),
        (answered, host) => {
          const controls = takeAnswers(operator, answered, host, operator.budget.perSession - asking)
          if (controls !== 'stop') asking += controls.length
          return controls
        },
        options
      )
      options.onSession?.(result)
      asked += result.replies.length
      settle(operator, first, result)
    }

    /** Writes the answers down, and says what is to be asked next in the session: `stop` where an answer speaks of us. */
    const takeAnswers = (operator: Operator, answered: SessionResult['replies'], host: string, room: number): ProbeTask[] | 'stop' => {
      const now = Date.now()
      const results: TaskResult[] = []
      let block: ProbeAnswer | undefined
      let slower: { readonly diagnosis: Diagnosis; readonly text: string } | undefined
      for (const { task, reply, diagnosis } of answered) {
        const result = resultOf(task, reply, diagnosis, now, schedule, host, ours)
        if (diagnosis?.cause === 'rate-limited') slower = { diagnosis, text: reply.text }
        const ofUs = diagnosis === undefined ? 'no' : speaksOfProber(diagnosis, { text: reply.text, recipient: task.address, ours })
        if (ofUs === 'no' && result.answer.kind !== 'unclear') operator.doubts = 0
        if (ofUs === 'perhaps') operator.doubts++
        if (ofUs === 'yes' || (ofUs === 'perhaps' && operator.doubts >= mostDoubts)) {
          block = { ...result.answer, kind: 'skipped', reason: 'prober-blocked' }
          results.push({ task, answer: block })
        } else results.push(result)
        // The server ends the session and wants us later; a new session for each of the others would be none of its business.
        if (reply.code === 421) operator.pausedUntil = now + waitFor(reply.text, diagnosis ?? diagnose(reply.text), 0, schedule)
      }
      tasks.record(results)
      if (slower !== undefined) block ??= slowDown(operator, slower, host, now)
      if (block !== undefined) blockOperator(operator, block)
      return operator.blocked ? 'stop' : controlsFor(operator, answered, room)
    }

    const slowDown = (
      operator: Operator,
      { diagnosis, text }: { readonly diagnosis: Diagnosis; readonly text: string },
      host: string | undefined,
      now: number
    ): ProbeAnswer | undefined => {
      operator.pauses++
      operator.pausedUntil = now + pauseFor(text, diagnosis)
      operator.window.slow()
      return operator.pauses > mostPauses ? { ...answerOf('skipped', diagnosis, text, host, now, 1), reason: 'prober-blocked' } : undefined
    }

    const blockOperator = (operator: Operator, answer: ProbeAnswer): void => {
      operator.blocked = true
      blocked.set(operator.name, answer)
      tasks.giveUp(operator.name, answer)
    }

    /** An invented mailbox for each domain that has just accepted one of its addresses, where nothing is known of it yet. */
    const controlsFor = (operator: Operator, answered: SessionResult['replies'], room: number): ProbeTask[] => {
      const now = Date.now()
      const controls: ProbeTask[] = []
      for (const { task, reply } of answered) {
        if (task.kind !== 'address' || reply.code < 200 || reply.code > 299 || tasks.catchAll(task.domain, now) !== undefined) continue
        const { domain, provider, hosts, smtputf8 } = task
        const address = `${inventMailbox()}@${domain}`
        const control = {
          kind: 'control',
          mailbox: address,
          address,
          domain,
          operator: operator.name,
          hosts,
          smtputf8
        } as const
        const known = provider === undefined ? control : { ...control, provider }
        if (controls.length >= room || operator.window.room(now) < 1) {
          tasks.add([known])
          continue
        }
        operator.window.spend(now, 1)
        const added = tasks.addClaimed(known)
        if (added !== undefined) controls.push(added)
      }
      return controls
    }

    /** What is left of a session: who was not asked, and why. */
    const settle = (operator: Operator, first: ProbeTask, { replies, doubted, left, refusal, noSmtputf8, host }: SessionResult): void => {
      const now = Date.now()
      tasks.reopen(doubted)
      if (noSmtputf8) {
        const answer: ProbeAnswer = {
          kind: 'skipped',
          reason: 'smtputf8-not-offered',
          ...(host === undefined ? {} : { host }),
          at: new Date(now).toISOString(),
          attempts: 1
        }
        tasks.record(left.map((task) => ({ task, answer })))
        return
      }
      tasks.release(left)
      if (operator.blocked) {
        const known = blocked.get(operator.name)
        if (known !== undefined) tasks.giveUp(operator.name, known)
        return
      }
      if (refusal === undefined) return
      const told = answerOf(refusal.answered ? 'unclear' : 'no-answer', refusal.diagnosis, refusal.text, host, now, first.attempts + 1)
      const answer: ProbeAnswer = refusal.slow ? { ...told, reason: 'server-too-slow' } : told
      let block: ProbeAnswer | undefined
      if (refusal.answered && speaksOfProber(refusal.diagnosis, { text: refusal.text, recipient: '', ours }) !== 'no')
        block = { ...answer, kind: 'skipped', reason: 'prober-blocked' }
      else if (refusal.diagnosis.cause === 'rate-limited') block = slowDown(operator, refusal, host, now)
      // Where some were answered, the session only ended early, and the rest goes into the next one.
      else if (replies.length === 0) {
        const wait = waitFor(refusal.text, refusal.diagnosis, first.attempts, schedule)
        tasks.postpone(operator.name, first.hosts, answer, now + wait, first.attempts, schedule.waits.length + 1)
      }
      if (block !== undefined) blockOperator(operator, block)
    }

    try {
      const earlier = tasks.askedSince(Date.now() - minute)
      for (const { operator: name } of tasks.operators()) {
        const budget = options.budgetOf(name)
        const operator: Operator = {
          name,
          budget,
          window: openWindow(budget.perMinute, earlier.get(name) ?? []),
          running: 0,
          pausedUntil: 0,
          pauses: 0,
          doubts: 0,
          blocked: false,
          queued: false
        }
        operators.set(name, operator)
        enqueue(operator)
      }
    } catch (error) {
      end(error)
      return
    }
    pump()
  })

/** Recipients of one session where no budget limits them. */
const manyAtOnce = 100
