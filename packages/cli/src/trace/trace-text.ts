import type { Diagnoser } from '@whybounce/core'
import type { Zone } from '@whybounce/core/plan'
import { millisecondsOf, type TraceMessage } from '@whybounce/core/trace'
import { columnsOf, counted, fit, printable, type Terminal } from '../terminal.ts'
import type { TraceSettings } from './options.ts'
import type { TraceResult } from './read-trace.ts'
import { diagnosesOf, senderWords, storyText } from './story-text.ts'
import { outcomeWords } from './words.ts'

/** Messages that are listed, and of how many each is told in full, where --all is not said. */
const shownMessages = 15
const fewMessages = 3
const shownSamples = 3

/** What was found, for people. */
export const traceText = (result: TraceResult, settings: TraceSettings, terminal: Terminal, diagnoser: Diagnoser): string => {
  const { messages, older } = result
  const { query, zone, all } = settings
  const parts: string[] = []
  if (messages.length === 0) parts.push(nothingFound(result, settings))
  else {
    const count = messages.length + older.messages
    parts.push(
      `${terminal.paint('bold', `${counted(count, 'message')} with ${printable(query.text)}`)}${terminal.paint('dim', `, in ${searched(result, zone)}`)}`
    )
    if (count > 1) parts.push(messageList(result, settings, terminal, diagnoser))
    const told = all || messages.length <= fewMessages ? messages : messages.slice(-1)
    for (const message of told) parts.push(storyText(message, { terminal, zone, diagnoser, logEnd: result.to, all }))
    const untold = messages.length - told.length
    if (untold > 0)
      parts.push(
        `The last is told. Of the other ${untold === 1 ? 'one' : untold.toLocaleString('en')}: whybounce trace QUEUE-ID, or --all.`
      )
  }
  const trouble = troubleLines(result)
  if (trouble.length > 0) parts.push(trouble.join('\n'))
  return `${parts.join('\n\n')}\n`
}

/** `2 files (12,345 lines, 2026-11-24 03:00:01 to 2026-11-26 01:00:00)`. */
const searched = ({ files, from, to }: TraceResult, zone: Zone): string => {
  const lines = files.reduce((sum, file) => sum + file.lines, 0)
  const [begin, end] = [millisecondsOf(from), millisecondsOf(to)]
  const period = begin === undefined || end === undefined ? '' : `, ${zone.format(begin)} to ${zone.format(end)} ${zone.name}`
  return `${counted(files.length, 'file')} (${counted(lines, 'line')}${period})`
}

const nothingFound = (result: TraceResult, { query, since, until, zone }: TraceSettings): string => {
  const limits = [
    since === undefined ? '' : `since ${zone.format(since)}`,
    until === undefined ? '' : `until ${zone.format(until)}`
  ].filter((words) => words !== '')
  const lines = [
    `Nothing about ${printable(query.text)}${limits.length === 0 ? '' : ` ${limits.join(' ')}`} in ${searched(result, zone)}.`,
    ...result.files.slice(0, 20).map(({ file, format, lines }) => `  ${printable(file)}: ${counted(lines, 'line')}, ${format}`)
  ]
  if (result.files.length > 20) lines.push(`  … and ${counted(result.files.length - 20, 'file')} more`)
  if (result.nearMisses.length > 0) {
    lines.push('', 'Nearly the same is there:')
    for (const { value, times } of result.nearMisses) lines.push(`  ${printable(value)} (${counted(times, 'time')})`)
  } else if (result.files.length > 0)
    lines.push('', 'Older logs may be rotated and packed (mail.log.1, mail.log.2.gz): name them, or their folder.')
  return lines.join('\n')
}

const messageList = (result: TraceResult, { zone, all }: TraceSettings, terminal: Terminal, diagnoser: Diagnoser): string => {
  const { messages, older } = result
  const shown = all ? messages : messages.slice(-shownMessages)
  const counts = new Map<string, number>()
  for (const { outcome } of messages) counts.set(outcomeWords[outcome], (counts.get(outcomeWords[outcome]) ?? 0) + 1)
  for (const name of ['delivered', 'failed', 'expired', 'pending'] as const)
    if (older[name] > 0) counts.set(outcomeWords[name], (counts.get(outcomeWords[name]) ?? 0) + older[name])
  if (older.other > 0) counts.set('unknown', (counts.get('unknown') ?? 0) + older.other)
  const hidden = messages.length - shown.length
  return [
    `  ${[...counts].map(([word, count]) => `${count.toLocaleString('en')} ${word}`).join(', ')}`,
    ...(older.messages > 0
      ? [
          `  ${counted(older.messages, 'older one is', 'older ones are')} counted by ${older.messages === 1 ? 'its' : 'their'} last known end and not told.`
        ]
      : []),
    ...(hidden > 0 ? [`  … ${counted(hidden, 'message')} before these: --all shows them`] : []),
    ...shown.map((message) => listLine(message, zone, terminal, diagnoser))
  ].join('\n')
}

const colours: Readonly<Record<string, 'green' | 'red' | 'yellow'>> = {
  delivered: 'green',
  failed: 'red',
  expired: 'red',
  refused: 'red',
  pending: 'yellow'
}
const outcomeWidth = 11

/** `  2026-11-24 10:02:03  delivered  news@example.com → user@example.org  4ZxKQ8  greylisted`. */
const listLine = (message: TraceMessage, zone: Zone, terminal: Terminal, diagnoser: Diagnoser): string => {
  const { outcome, recipients, first, queueIds } = message
  const time = first === undefined ? ' '.repeat(19) : zone.format(first)
  const to = recipients.length === 1 ? printable(recipients[0]?.recipient ?? '') : counted(recipients.length, 'recipient')
  const cause = outcome === 'delivered' ? undefined : diagnosesOf(message, diagnoser)[0]?.cause
  const rest = [`${senderWords(message)} → ${to}`, printable(queueIds[0] ?? ''), cause ?? ''].filter((part) => part !== '').join('  ')
  const colour = colours[outcome]
  const word = outcomeWords[outcome].padEnd(outcomeWidth)
  const room = terminal.isTerminal ? Math.max(20, terminal.fullWidth - 23 - outcomeWidth) : Math.max(200, columnsOf(rest))
  return `  ${terminal.paint('dim', time)}  ${colour === undefined ? word : terminal.paint(colour, word)}${fit(rest, room)}`
}

const troubleLines = ({ files, problems, mail, notes }: TraceResult): readonly string[] => {
  const unread = files.reduce((sum, file) => sum + file.unread, 0)
  const named = files.flatMap(({ file, unreadNamed }) => unreadNamed.map((sample) => ({ file, ...sample })))
  return [
    ...notes.map(printable),
    ...problems.map(({ file, problem }) => `${printable(file)}: ${printable(problem)}`),
    ...files.flatMap(({ file, problem }) => (problem === undefined ? [] : [`${printable(file)}: ${printable(problem)}`])),
    ...mail.map((file) => `${file === '-' ? 'Standard input' : printable(file)} is no log.`),
    ...(unread > 0 ? [`${counted(unread, 'line')} looked like a delivery and ${unread === 1 ? 'was' : 'were'} not understood.`] : []),
    ...named.slice(0, shownSamples).map(({ file, line, text }) => `  ${printable(file)}:${line}: ${fit(printable(text), 200)}`)
  ]
}
