import { adviseOn, type Diagnoser, type Diagnosis, surenessText } from '@whybounce/core'
import type { Zone } from '@whybounce/core/plan'
import { explainEvent, fixOf } from '@whybounce/core/report'
import { millisecondsOf, type TraceMessage, type TraceNext, type TraceRecipient } from '@whybounce/core/trace'
import { lasting } from '../report/figures.ts'
import { counted, fit, printable, type Terminal, wrap } from '../terminal.ts'
import { happenings } from './happenings.ts'
import { nextWords, outcomeWords } from './words.ts'

/** Times take nineteen letters. */
const margin = '  '
const indent = ' '.repeat(23)
/** Behind the word that a paragraph begins with. */
const deeper = ' '.repeat(11)
const colours = { good: 'green', bad: 'red', waits: 'yellow', plain: 'reset' } as const
/** A complaint has no text that could be diagnosed. */
const refused = 'complaint-or-unsubscribe'
/** Recipients, causes and words of an answer that are shown where --all is not said. */
const shownRecipients = 10
const shownCauses = 5
const shownText = 400

export type StoryOptions = {
  readonly terminal: Terminal
  readonly zone: Zone
  readonly diagnoser: Diagnoser
  /** The last time that the logs tell, ISO 8601. */
  readonly logEnd: string | undefined
  readonly all: boolean
}

/** The diagnoses of a story, each once, the last first: what stands in the way is what was said last. */
export const diagnosesOf = ({ attempts }: TraceMessage, diagnoser: Diagnoser): readonly Diagnosis[] => {
  const found = new Map<string, Diagnosis>()
  const seen = new Set<string>()
  for (const { event } of attempts.toReversed()) {
    const text = `${event.kind === 'delivered'}\n${event.diagnosticCode ?? ''}`
    if (seen.has(text)) continue
    seen.add(text)
    const diagnosis = event.diagnosis ?? explainEvent(diagnoser, event)
    if (diagnosis === undefined) continue
    const key = `${diagnosis.cause}\n${diagnosis.detail ?? ''}`
    if (!found.has(key)) found.set(key, diagnosis)
    if (found.size >= shownCauses) break
  }
  return [...found.values()]
}

export const senderWords = ({ sender, isNull }: TraceMessage): string =>
  sender === undefined ? (isNull ? '<> (a notice)' : 'an unknown sender') : printable(sender)

/** Lines behind a margin, the first of which has its own. */
const hang = (text: string, room: number, deep: string, first: string = deep): string =>
  first + wrap(text, Math.max(minRoom, room - deep.length)).replaceAll('\n', `\n${deep}`)
const minRoom = 30

/** What the sender should do where nothing more happens by itself. */
const actionWords = (message: TraceMessage, diagnoser: Diagnoser): string => {
  if (isRefused(message)) return ` ${diagnoser.knowledge.actions[diagnoser.causeOf(refused).action]?.title}.`
  const diagnosis = deciding(message, diagnoser)
  return diagnosis === undefined || diagnosis.confidence === 'none' ? '' : ` ${adviseOn(diagnoser, diagnosis).action.title}.`
}

const isRefused = ({ recipients }: TraceMessage): boolean => recipients.some(({ refusal }) => refusal !== undefined)

/** What stands in the way of the first recipient who did not get it. */
export const deciding = ({ recipients }: TraceMessage, diagnoser: Diagnoser): Diagnosis | undefined => {
  const event = recipients.find(({ next, refusal }) => next.kind === 'act' && refusal === undefined)?.last?.event
  return event === undefined ? undefined : (event.diagnosis ?? explainEvent(diagnoser, event))
}

/** One message's story, told in order. */
export const storyText = (message: TraceMessage, options: StoryOptions): string => {
  const { terminal, zone, diagnoser, all } = options
  const { paint, fullWidth, width } = terminal
  const lines: string[] = []
  const ids = message.queueIds.map(printable).join(' → ')
  const messageId = message.messageId === undefined ? '' : `<${printable(message.messageId)}>`
  lines.push(paint('bold', [ids, messageId].filter((part) => part !== '').join('  ') || 'A message without an id'))
  const to =
    message.recipients.length === 1 ? printable(message.recipients[0]?.recipient ?? '') : counted(message.recipients.length, 'recipient')
  const others = message.otherRecipients > 0 ? ` (and ${counted(message.otherRecipients, 'other recipient')})` : ''
  const size = message.size === undefined ? '' : `, ${counted(message.size, 'byte')}`
  const toWhom = message.recipients.length === 0 ? '' : ` to ${to}${others}`
  lines.push(hang(`from ${senderWords(message)}${toWhom}${size}`, width, margin), '')

  let text = ''
  for (const told of happenings(message, all)) {
    const time = told.at === undefined ? ' '.repeat(19) : zone.format(told.at)
    lines.push(`${margin}${paint('dim', time)}  ${paint(colours[told.sign], hang(told.words, fullWidth, indent, ''))}`)
    if (told.text === undefined || told.text === text) continue
    text = told.text
    lines.push(paint('dim', hang(all ? text : fit(text, shownText), fullWidth, indent)))
  }
  // Of one recipient's, none is: those of the others are.
  if (message.attemptsLeftOut > 0 && message.recipients.length > 1)
    lines.push(`${indent}${counted(message.attemptsLeftOut, 'attempt')} more are counted and not kept.`)
  lines.push('')
  if (message.recipients.length > 1) lines.push(...recipientLines(message, options))
  for (const [index, diagnosis] of diagnosesOf(message, diagnoser).entries()) {
    const label = message.outcome === 'delivered' ? 'Delay' : index > 0 && message.recipients.length === 1 ? 'Earlier' : 'Cause'
    lines.push(...causeLines(diagnosis, label, options))
  }
  if (isRefused(message))
    lines.push(hang(`${diagnoser.causeOf(refused).title} (${refused})`, width, deeper, `${margin}${paint('bold', 'Cause'.padEnd(9))}`))
  lines.push(hang(outcomeSentence(message, zone), width, deeper, `${margin}${paint('bold', 'Outcome')}  `), ...nextLines(message, options))
  return lines.join('\n')
}

/** What happens next; where it is not the same for all, for whom. */
const nextLines = (message: TraceMessage, { terminal, zone, diagnoser, logEnd }: StoryOptions): readonly string[] => {
  const kinds = new Map<string, TraceRecipient[]>()
  for (const one of message.recipients) {
    const known = kinds.get(one.next.kind)
    if (known === undefined) kinds.set(one.next.kind, [one])
    else known.push(one)
  }
  const first = `${margin}${terminal.paint('bold', 'Next')}     `
  const tell = (next: TraceNext, whom: string, start: string): string => {
    const action = next.kind === 'act' ? actionWords(message, diagnoser) : ''
    return hang(`${whom}${nextWords(next, message, zone, logEnd)}${action}`, terminal.width, deeper, start)
  }
  if (kinds.size <= 1) return [tell(message.next, '', first)]
  return [...kinds.values()].map((recipients, index) => {
    const [one] = recipients
    const whom = recipients.length === 1 ? printable(one?.recipient ?? '') : counted(recipients.length, 'recipient')
    return tell(one?.next ?? message.next, `${whom}: `, index === 0 ? first : deeper)
  })
}

/** A diagnosis in two lines. What came before the last answer, and what a message got over, is told without a repair. */
const causeLines = (
  diagnosis: Diagnosis,
  label: 'Cause' | 'Delay' | 'Earlier',
  { terminal, diagnoser }: StoryOptions
): readonly string[] => {
  const { title, party, fix } = fixOf(diagnoser, diagnosis)
  const id = diagnosis.detail === undefined ? diagnosis.cause : `${diagnosis.cause}/${diagnosis.detail}`
  const isKnown = diagnosis.confidence !== 'none'
  return [
    hang(`${title} (${id})`, terminal.width, deeper, `${margin}${terminal.paint('bold', label.padEnd(9))}`),
    ...(label === 'Cause' ? [hang(isKnown ? `${party}: ${fix}` : surenessText(diagnosis), terminal.width, deeper)] : [])
  ]
}

const recipientLines = ({ recipients }: TraceMessage, { all, terminal }: StoryOptions): readonly string[] => {
  const counts = new Map<string, number>()
  for (const { outcome } of recipients) counts.set(outcomeWords[outcome], (counts.get(outcomeWords[outcome]) ?? 0) + 1)
  const sums = [...counts].map(([word, count]) => `${count.toLocaleString('en')} ${word}`).join(', ')
  // Who did not get it comes first.
  const sorted = recipients.toSorted((one, other) => Number(one.outcome === 'delivered') - Number(other.outcome === 'delivered'))
  const shown = all ? sorted : sorted.slice(0, shownRecipients)
  const hidden = recipients.length - shown.length
  return [
    `${margin}${terminal.paint('bold', 'Recipients')}  ${sums}`,
    ...shown.map(
      ({ recipient, outcome, attempts }) =>
        `${margin}  ${outcomeWords[outcome].padEnd(10)} ${printable(recipient)}, ${counted(attempts, 'attempt')}`
    ),
    ...(hidden > 0 ? [`${margin}  … and ${counted(hidden, 'recipient')} more: --all shows them`] : []),
    ''
  ]
}

const outcomeSentence = (message: TraceMessage, zone: Zone): string => {
  const { outcome, attempts, first } = message
  const end = endOf(message)
  const tries = message.recipients.length === 1 ? (message.recipients[0]?.attempts ?? 0) : attempts.length + message.attemptsLeftOut
  const took =
    first === undefined
      ? ''
      : outcome === 'pending'
        ? ` since ${zone.format(first)}`
        : end === undefined || end - first < 1_000
          ? ''
          : ` after ${lasting((end - first) / 1_000)}`
  const tried = tries === 0 ? (attempts.length === 0 ? ', no attempt yet' : '') : `, ${counted(tries, 'attempt')}`
  return outcome === 'mixed' ? 'not the same for all recipients' : `${outcomeWords[outcome]}${took}${outcome === 'refused' ? '' : tried}`
}

/** The last attempt ends it, or who took it out: what the server writes behind that is the tidying up, what the recipient says comes later. */
const endOf = ({ outcome, recipients, steps, last }: TraceMessage): number | undefined => {
  const times =
    outcome === 'removed'
      ? steps.filter(({ is }) => is === 'removed').map(({ time }) => time)
      : recipients.map((one) => one.last?.event.time)
  return times.map(millisecondsOf).reduce((end, at) => (at === undefined || (end !== undefined && end > at) ? end : at), undefined) ?? last
}
