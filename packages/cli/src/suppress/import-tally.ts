import type { EntryTally, EventFields, EventTally, NewEntry, Rejected } from '@whybounce/store'
import { printable } from '../terminal.ts'

type Unread = { readonly file: string; readonly at: number; readonly problem: string }

/** What an import came to; every row is in exactly one of the counts of rows, every event in one of those of events. */
export type ImportTally = {
  readonly count: (name: CountName, by?: number) => void
  readonly spare: (cause: string | undefined) => void
  readonly unread: (unread: Unread) => void
  readonly entries: (tally: EntryTally) => void
  readonly events: (tally: EventTally) => void
  readonly troubled: () => boolean
  readonly toJson: () => Record<string, unknown>
  readonly print: () => string
}

const countNames = {
  rows: 'rows and events read',
  added: 'added',
  known: 'on the list already',
  removed: 'left off: removed by hand since, or without a date to compare',
  deliveredSince: 'left off: mail has arrived since',
  repeated: 'added for repeated failures that pass',
  cleared: 'taken off: mail has arrived since',
  spared: 'not the fault of the address, or not for suppression',
  delivered: 'deliveries noted',
  counted: 'failures that pass, noted',
  expired: 'given up on by a queue: no reason to suppress',
  notTheRecipient: 'failures that are not the fault of the address',
  waits: 'delays',
  unregisteredFeedback: 'complaints of an unregistered Feedback-Type (--all-feedback takes them)',
  notAboutDelivery: 'events about something else',
  forwarded: 'failures behind an alias or forward (--include-original)',
  undated: 'without a date that can be believed, so not noted',
  ignored: 'files that are no mail, passed over'
} as const
type CountName = keyof typeof countNames

/** So many examples of what was not read are shown; all are counted. */
const maxSamples = 5

const problems: Readonly<Record<Rejected<unknown>['problem'], string>> = {
  'no-address': 'There is no address that can be suppressed.',
  'other-key': 'The hash was made with another key than that of this store.'
}

export const openTally = (): ImportTally => {
  const counts = new Map<CountName, number>()
  const spared = new Map<string, number>()
  const samples: Unread[] = []
  let unreadCount = 0
  const count: ImportTally['count'] = (name, by = 1) => {
    if (by > 0) counts.set(name, (counts.get(name) ?? 0) + by)
  }
  const unread: ImportTally['unread'] = (one) => {
    unreadCount++
    if (samples.length < maxSamples) samples.push(one)
  }
  const outcomes = (tally: EntryTally | EventTally): void => {
    count('added', tally.added)
    count('known', tally.known)
    count('removed', tally.removed)
    count('deliveredSince', tally['delivered-since'])
  }
  const reject = ({ item, problem }: Rejected<NewEntry> | Rejected<EventFields>): void =>
    unread({ file: item.file ?? '', at: item.offset ?? 0, problem: problems[problem] })
  return {
    count,
    spare: (cause) => {
      count('spared')
      if (cause !== undefined) spared.set(cause, (spared.get(cause) ?? 0) + 1)
    },
    unread,
    entries: (tally) => {
      outcomes(tally)
      tally.rejected.forEach(reject)
    },
    events: (tally) => {
      outcomes(tally)
      for (const name of eventCounts) count(name, tally[name])
      tally.rejected.forEach(reject)
    },
    troubled: () => unreadCount > 0,
    toJson: () => ({
      ...Object.fromEntries(Object.keys(countNames).map((name) => [name, counts.get(name as CountName) ?? 0])),
      sparedCauses: Object.fromEntries(spared),
      unread: { count: unreadCount, samples }
    }),
    print: () => {
      const lines = Object.entries(countNames).flatMap(([name, words]) => {
        const number = counts.get(name as CountName) ?? 0
        return number === 0 ? [] : [`${number.toLocaleString('en').padStart(12)}  ${words}`]
      })
      for (const [cause, number] of spared) lines.push(`${number.toLocaleString('en').padStart(12)}    of these ${printable(cause)}`)
      if (unreadCount > 0) lines.push(`${unreadCount.toLocaleString('en').padStart(12)}  not read, such as:`)
      for (const { file, at, problem } of samples) lines.push(`              ${printable(file)}:${at}: ${printable(problem)}`)
      return `${lines.join('\n')}\n`
    }
  }
}

const eventCounts = [
  'repeated',
  'cleared',
  'delivered',
  'counted',
  'expired',
  'notTheRecipient',
  'waits',
  'unregisteredFeedback',
  'notAboutDelivery',
  'forwarded',
  'undated'
] as const
