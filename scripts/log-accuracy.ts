import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { exim } from '../packages/core/src/log/exim.ts'
import type { LineVerdict, LogEvent } from '../packages/core/src/log/log-reader.ts'
import { postfix } from '../packages/core/src/log/postfix.ts'
import { openLineNotes } from '../packages/core/src/trace/line-note.ts'
import { corpora } from './bounce-accuracy.ts'

/**
 * `node scripts/log-accuracy.ts`: the readers of Postfix and Exim beside lines of other projects. Of the 191 lines of postfix-grok-patterns each
 * stands as its daemon writes it, with the fields that project reads: those that our events have are compared, and that a line which is no
 * delivery and no refusal gives no event. The logs of Exim's own test suite have no expectations beside them: counted is whether each delivery
 * line became an event, and that nothing is unread.
 */
type Results = Readonly<Record<string, string>>
export type PostfixLine = { readonly name: string; readonly daemon: string; readonly line: string; readonly results: Results }

const now = Date.parse('2026-11-25T00:00:00Z')

/** The pattern names the daemon; those of parts of a line have none. */
const partsOnly = new Set(['command_counter_data', 'delays', 'relay', 'tls_features'])
export const isPart = ({ name }: PostfixLine): boolean => partsOnly.has(name.replace(/_\d+\.yaml$/, ''))

/** All lines of the corpus; none where it is not at hand. */
export const readPostfixLines = (): readonly PostfixLine[] => {
  const folder = join(corpora, 'logs', 'postfix-grok-patterns', 'test')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const { pattern, data, results } = parse(readFileSync(join(folder, name), 'utf8'), { schema: 'failsafe' })
      const daemon = /POSTFIX_([A-Z_]+)/.exec(pattern)?.[1]?.toLowerCase().replace('_', '-') ?? ''
      return { name, daemon: daemon === 'script' ? 'postfix-script' : daemon, line: data, results: results ?? {} }
    })
}

const checks = [
  'read',
  'event',
  'queueId',
  'kind',
  'recipient',
  'sender',
  'remoteMta',
  'status',
  'replyCode',
  'text',
  'client',
  'notice'
] as const
type Check = (typeof checks)[number]
export type LogDifference = { readonly name: string; readonly check: Check; readonly expected: string; readonly got: string }
export type LogAccuracy = {
  readonly lines: number
  readonly tallies: Readonly<Record<Check, { compared: number; agreed: number }>>
  readonly differences: readonly LogDifference[]
}

const kinds: Readonly<Record<string, string>> = { sent: 'delivered', deferred: 'delayed', bounced: 'failed', expired: 'failed' }

/** Answers to address verification (verify(8)): nothing was to be delivered. */
const isVerification = (status: string | undefined): boolean => /^(?:un)?deliverable/.test(status ?? '')
const isDelivery = ({ line, results }: PostfixLine): boolean =>
  results.postfix_status !== undefined && line.includes('to=') && !isVerification(results.postfix_status)
const isRefusal = ({ line }: PostfixLine): boolean => /^(?:\w+: )?(?:milter-)?reject: /.test(line)
/** The queue gives up on recipients whose lines are not there. */
const isExpiry = ({ line }: PostfixLine): boolean => /status=(?:force-)?expired/.test(line)

const fieldOf = (pairs: string | undefined, name: string): string | undefined =>
  new RegExp(`(?:^|[ ,])${name}=<([^>]*)>`).exec(pairs ?? '')?.[1]

/** Undefined where the corpus is not at hand. */
export const measurePostfixLines = (): LogAccuracy | undefined => {
  const lines = readPostfixLines()
  if (lines.length === 0) return undefined
  const tallies = Object.fromEntries(checks.map((check) => [check, { compared: 0, agreed: 0 }])) as Record<
    Check,
    { compared: number; agreed: number }
  >
  const differences: LogDifference[] = []
  for (const one of lines.filter((line) => !isPart(line))) {
    const compare = (check: Check, expected: unknown, got: unknown): void => {
      if (expected === undefined) return
      tallies[check].compared++
      if (expected === got) tallies[check].agreed++
      else differences.push({ name: one.name, check, expected: String(expected), got: String(got) })
    }
    compareLine(one, compare)
  }
  return { lines: lines.length, tallies, differences }
}

const compareLine = (one: PostfixLine, compare: (check: Check, expected: unknown, got: unknown) => void): void => {
  const { daemon, results } = one
  const events: LogEvent[] = []
  const reader = postfix.open((event) => void events.push(event), { now })
  const line = `Nov  1 12:00:00 mx1 postfix/${daemon}[123]: ${one.line}`
  const verdict = reader.line(line)
  reader.end()
  compare('read', true, verdict !== 'unread')
  compare('event', isDelivery(one) || isRefusal(one) || isExpiry(one) ? 1 : 0, events.length)
  compare('notice', results.postfix_bounce_queueid, openLineNotes({ now })(line)?.other)
  const [event] = events
  if (event === undefined) return
  const pairs = results.postfix_keyvalue_data
  compare('queueId', results.postfix_queueid === 'NOQUEUE' ? undefined : results.postfix_queueid, event.queueId)
  compare('kind', kinds[results.postfix_status ?? ''] ?? 'failed', event.kind)
  compare('recipient', fieldOf(pairs, 'to'), event.recipient ?? '')
  // VERP, BATV and SRS are taken off.
  const sender = fieldOf(pairs, 'from')
  compare('sender', sender?.includes('=') ? undefined : sender, event.sender ?? '')
  const relay = /, relay=([^,[ ]+)\[/.exec(one.line)?.[1]
  compare('remoteMta', relay ?? results.postfix_relay_hostname, event.remoteMta)
  compare('status', /, dsn=([\d.]+)/.exec(pairs ?? '')?.[1] ?? results.postfix_status_code_enhanced, event.status)
  compare('replyCode', results.postfix_status_code, String(event.replyCode))
  const text = Object.entries(results).find(([name]) => name.endsWith('_response'))?.[1]
  compare('text', text?.replace(/\s+/g, ' ').trim(), event.diagnosticCode)
  if (results.postfix_client_ip !== undefined) compare('client', true, event.client?.includes(results.postfix_client_ip))
}

export type EximLogs = {
  readonly logs: number
  readonly lines: number
  /** Lines with a delivery flag that became an event, and those of a retry that was not due. */
  readonly delivered: number
  readonly notDue: number
  readonly refused: number
  readonly missed: readonly string[]
  readonly unread: readonly string[]
}

const deliveryLine = /^[0-9-]{10} [0-9:.]{8,12} (?:[+-]\d{4} )?(?:\[\w+\] )?[\w-]{16,23} (?:=>|->|>>|\*>|\*\*|==) /

/** The logs of Exim's test suite; undefined where they are not at hand. */
export const measureEximLogs = (): EximLogs | undefined => {
  const folder = join(corpora, 'logs', 'exim')
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder)
  const missed: string[] = []
  const unread: string[] = []
  const count = { lines: 0, delivered: 0, notDue: 0, refused: 0 }
  for (const name of names) {
    const reader = exim.open(
      ({ direction }) => {
        if (direction === 'inbound') count.refused++
      },
      { now }
    )
    for (const line of readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')) {
      count.lines++
      const verdict: LineVerdict = reader.line(line)
      if (verdict === 'unread') unread.push(`${name}: ${line}`)
      if (!deliveryLine.test(line)) continue
      if (verdict === 'event') count.delivered++
      else if (verdict === 'part' && line.includes(': retry time not reached')) count.notDue++
      else missed.push(`${name}: ${line}`)
    }
    reader.end()
  }
  return { logs: names.length, ...count, missed, unread }
}

/** What agrees, then each difference. Empty where no corpus is at hand. */
export const printLogs = (
  postfixLines: LogAccuracy | undefined = measurePostfixLines(),
  eximLogs: EximLogs | undefined = measureEximLogs()
): string => {
  const parts: string[] = []
  if (postfixLines !== undefined) {
    const { lines, tallies, differences } = postfixLines
    parts.push(
      `${lines} Postfix lines: ${checks.map((check) => `${check} ${tallies[check].agreed} of ${tallies[check].compared}`).join(', ')}`,
      ...differences.map(({ name, check, expected, got }) => `  ${name}: ${check} expected ${expected}, got ${got || 'none'}`)
    )
  }
  if (eximLogs !== undefined) {
    const { logs, lines, delivered, notDue, refused, missed, unread } = eximLogs
    parts.push(
      `${logs} Exim logs, ${lines} lines: ${delivered} delivery lines and ${refused} refusals told, ${notDue} retries that were not due, ${missed.length} missed, ${unread.length} unread`,
      ...[...missed, ...unread].map((line) => `  ${line.slice(0, 300)}`)
    )
  }
  return parts.join('\n')
}

if (import.meta.main) process.stdout.write(`${printLogs() || `No corpus at ${corpora}; set WHYBOUNCE_CORPORA.`}\n`)
