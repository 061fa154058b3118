import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDiagnoser } from '../packages/core/src/diagnose/diagnose.ts'
import type { DeliveryEvent } from '../packages/core/src/event/delivery-event.ts'
import { buildMessageReader, type MessageReader } from '../packages/core/src/message/read.ts'
import { readSources } from '../packages/sources/src/index.ts'
import { compileKnowledge } from './knowledge/compile.ts'
import { readMarks } from './knowledge/marks.ts'
import { type Dispute, disputeOf } from './label-disputes.ts'

/**
 * Agreement with the labelled bounce messages that lie beside the repository: recipients found, causes through the silver
 * labels (a label of that tool stands for a set of causes), hard or not where that tool's reason lets it count.
 */
type Expected = { recipient?: string; reason: string; hardbounce: boolean; status: string }
type Row = { file: string; expect: Expected[] | null; expect_alt?: Expected[] }

export type Miss = {
  readonly file: string
  readonly what: 'recipient' | 'cause' | 'hard' | 'extra'
  readonly expected: string
  readonly got: string
  readonly text: string
}

export type BounceAccuracy = {
  readonly messages: number
  readonly recipients: number
  readonly found: number
  readonly causes: number
  readonly causesOf: number
  readonly hard: number
  readonly hardOf: number
  readonly misses: readonly Miss[]
}

const root = join(import.meta.dirname, '..')
export const corpora: string = process.env.WHYBOUNCE_CORPORA ?? join(root, '..', 'shared', 'corpora')

/** Reasons of that tool for which "hard" says nothing (its own note). */
const uncounted = new Set(['filtered', 'rejected', 'blocked', 'onhold', 'undefined', 'feedback', 'vacation', 'delivered', ''])

export const buildReader = (): MessageReader => {
  const { knowledge, problems } = compileKnowledge(join(root, 'knowledge'))
  return buildMessageReader(buildDiagnoser(knowledge), readMarks(join(root, 'knowledge'), [...problems]))
}

/** The words of that tool: a delivered message has no cause, a report of any type is feedback. */
const agrees = (event: DeliveryEvent, reason: string, sets: Record<string, string[]>): boolean => {
  if (reason === 'feedback') return ['complaint', 'unsubscribe', 'auth-report', 'not-spam'].includes(event.kind)
  if (reason === 'delivered') return ['delivered', 'relayed', 'expanded'].includes(event.kind)
  if (reason === 'vacation') return ['auto-reply', 'challenge', 'address-changed'].includes(event.kind)
  const { diagnosis } = event
  if (diagnosis === undefined) return false
  const set = sets[reason] ?? []
  // "expired" is the queue's giving up, whatever stood in the way: ours is the cause underneath with that detail.
  return set.includes(diagnosis.cause) || (reason === 'expired' && diagnosis.detail === 'expired')
}

/** What that tool calls hard: no such user, no such host, moved, does not accept mail. A suspended mailbox is not hard there. */
const hardThere = new Set(['user-unknown', 'bad-address-syntax', 'domain-not-found', 'mailbox-moved', 'domain-not-accepting-mail'])

export const isHard = ({ diagnosis }: DeliveryEvent): boolean => diagnosis !== undefined && hardThere.has(diagnosis.cause)

/** A file may hold more than one message, and is read as `whybounce events` reads it. */
const eventsOf = async (read: MessageReader, file: string): Promise<{ events: DeliveryEvent[]; problem: string | undefined }> => {
  const events: DeliveryEvent[] = []
  let problem: string | undefined
  for await (const batch of readSources([file]))
    for (const item of batch) {
      if ('problem' in item) problem = item.problem
      else {
        const reading = read(item.bytes)
        events.push(...reading.events)
        problem ??= reading.unreadable
      }
    }
  return { events, problem }
}

export const measureBounces = async (read: MessageReader): Promise<BounceAccuracy | undefined> => {
  const folder = join(corpora, 'bounces')
  if (!existsSync(join(folder, 'expected.jsonl'))) return undefined
  const rows = readFileSync(join(folder, 'expected.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): Row => JSON.parse(line))
  const sets: Record<string, string[]> = JSON.parse(readFileSync(join(corpora, 'silver-labels.json'), 'utf8')).sisimai
  const misses: Miss[] = []
  let recipients = 0
  let found = 0
  let causes = 0
  let causesOf = 0
  let hard = 0
  let hardOf = 0
  for (const row of rows) {
    const { events, problem } = await eventsOf(read, join(folder, row.file))
    if (row.expect === null) continue
    const shown = (list: readonly DeliveryEvent[]): string =>
      list.map(({ recipient, kind, diagnosis }) => `${kind}:${recipient ?? '-'}:${diagnosis?.cause ?? '-'}`).join(' ')
    const left = [...events]
    row.expect.forEach((expected, index) => {
      recipients++
      const at = left.findIndex(
        ({ recipient }) => expected.recipient === undefined || recipient?.toLowerCase() === expected.recipient.toLowerCase()
      )
      const event = at < 0 ? undefined : left.splice(at, 1)[0]
      if (event === undefined) {
        misses.push({
          file: row.file,
          what: 'recipient',
          expected: `${expected.recipient ?? '-'} (${expected.reason})`,
          got: problem ?? shown(events),
          text: ''
        })
        return
      }
      found++
      const rest = { file: row.file, text: event.diagnosticCode ?? '' }
      const rule = event.diagnosis?.evidence[0]?.rule ?? ''
      const alternatives = [expected, ...(row.expect_alt?.[index] === undefined ? [] : [row.expect_alt[index]])]
      causesOf++
      if (alternatives.some(({ reason }) => agrees(event, reason, sets))) causes++
      else
        misses.push({
          ...rest,
          what: 'cause',
          expected: alternatives.map(({ reason }) => reason).join('|'),
          got: `${event.kind} ${event.diagnosis?.cause ?? '-'}/${event.diagnosis?.detail ?? ''} ${rule}`
        })
      if (alternatives.some(({ reason }) => uncounted.has(reason))) return
      hardOf++
      if (alternatives.some(({ hardbounce }) => hardbounce === isHard(event))) hard++
      else
        misses.push({
          ...rest,
          what: 'hard',
          expected: `${expected.reason} hard=${expected.hardbounce}`,
          got: `${event.diagnosis?.cause ?? '-'} ${rule}`
        })
    })
    for (const event of left)
      misses.push({ file: row.file, what: 'extra', expected: '', got: shown([event]), text: event.diagnosticCode ?? '' })
  }
  return { messages: rows.length, recipients, found, causes, causesOf, hard, hardOf, misses }
}

const share = (part: number, of: number): string => `${part} of ${of} = ${((part / of) * 100).toFixed(2)} %`

/** The figures as `npm run accuracy` prints them: by the labels as they are, then without those that docs/accuracy.md disputes. */
export const printBounces = (
  { messages, recipients, found, causes, causesOf, hard, hardOf, misses }: BounceAccuracy,
  all: boolean
): string => {
  const without = (about: Dispute['about']): number =>
    misses.filter(({ what, file }) => what === about && disputeOf(file, about) !== undefined).length
  const row = (name: string, right: number, of: number, disputed: number): string =>
    `  ${name.padEnd(12)}${share(right, of).padEnd(26)}without ${disputed} disputed labels ${share(right, of - disputed)}`
  const out = [
    `${messages} bounce messages, ${recipients} recipients`,
    row('recipients', found, recipients, without('recipient')),
    row('cause', causes, causesOf, without('cause')),
    row('hard or not', hard, hardOf, without('hard')),
    `  events for others than the labelled recipients: ${misses.filter(({ what }) => what === 'extra').length}`
  ]
  const open = misses.filter(({ what, file }) => (what === 'extra' ? all : all || disputeOf(file, what) === undefined))
  if (open.length > 0) out.push('', all ? 'Every difference:' : 'Misses:')
  for (const { file, what, expected, got, text } of open) {
    const why = what === 'extra' ? undefined : disputeOf(file, what)?.why
    out.push(`  ${what} ${file}: ${expected} → ${got}${why === undefined ? '' : `\n      disputed: ${why}`}\n      ${text.slice(0, 200)}`)
  }
  return `${out.join('\n')}\n`
}
