import type { LogEvent } from '@whybounce/core/log'
import { lasting } from './report/figures.ts'
import { counted } from './terminal.ts'

/** What a queue listing tells of a message for which it gives no reason. */
const states: Readonly<Record<string, string>> = {
  active: 'being sent',
  deferred: 'put off',
  frozen: 'frozen',
  hold: 'on hold',
  incoming: 'not tried yet'
}

const stateOf = ({ kind, labels }: LogEvent): string | undefined =>
  kind === 'delayed' && labels !== undefined && Object.hasOwn(labels, 'queue') ? labels.queue : undefined

/** Whether it waits in a queue whose listing does not say why. */
export const waitsUntold = (event: LogEvent): boolean => stateOf(event) !== undefined && event.diagnosticCode === undefined

/** `frozen, in the queue for 4 days`; undefined where it is not out of a queue listing. */
export const queueWords = (event: LogEvent): string | undefined => {
  const state = stateOf(event)
  if (state === undefined) return undefined
  const words = Object.hasOwn(states, state) ? (states[state] ?? state) : state
  return event.delay === undefined ? words : `${words}, in the queue for ${lasting(event.delay)}`
}

/** postsuper(1), -H; the Exim specification, chapter 5, -Mt. */
const releases: Readonly<Record<string, string>> = { frozen: 'exim -Mt ID', hold: 'postsuper -H ID in Postfix' }

export type QueueSummary = {
  readonly add: (event: LogEvent) => void
  /** Sentences; none where no queue was listed. */
  readonly print: () => readonly string[]
}

/** What waits in the queues that were listed, and what of it nobody tries. */
export const openQueueSummary = (): QueueSummary => {
  const stuck = new Map<string, number>()
  let waiting = 0
  let longest: LogEvent | undefined
  return {
    add: (event) => {
      const state = stateOf(event)
      if (state === undefined) return
      waiting++
      if (event.delay !== undefined && event.delay > (longest?.delay ?? -1)) longest = event
      if (Object.hasOwn(releases, state)) stuck.set(state, (stuck.get(state) ?? 0) + 1)
    },
    print: () => [
      ...(waiting === 0
        ? []
        : [
            `${counted(waiting, 'recipient')} ${waiting === 1 ? 'waits' : 'wait'} in the queue${
              longest?.delay === undefined
                ? ''
                : `, ${waiting === 1 ? '' : 'the longest '}for ${lasting(longest.delay)}: ${longest.recipient ?? 'an unknown recipient'}${longest.queueId === undefined ? '' : ` (${longest.queueId})`}`
            }.`
          ]),
      ...[...stuck].map(
        ([state, count]) =>
          `${count.toLocaleString('en')} of them ${count === 1 ? 'is' : 'are'} ${states[state]}: not tried before somebody lets ${count === 1 ? 'it' : 'them'} go (${releases[state]}).`
      )
    ]
  }
}
