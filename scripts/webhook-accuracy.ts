import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogEvent } from '../packages/core/src/log/log-reader.ts'
import { webhookFormatOf, webhookFormats } from '../packages/core/src/webhook.ts'
import { corpora } from './bounce-accuracy.ts'

/**
 * `node scripts/webhook-accuracy.ts`: agreement with the webhook payloads of another project's tests. Of each payload: that its own service
 * knows it and no other does, the kind, the recipient and the reason where the tests say them literally; then, apart, id, time and tags.
 * That project's reject reasons (`bounced`, `blocked`) are its own classes and are not compared: causes are told by the diagnosis. Where a payload tells
 * nothing of delivery (an open), there is no event whose recipient could be compared.
 */
type Row = {
  readonly esp: string
  readonly test: string
  readonly payload: unknown
  readonly expect: readonly (readonly [string, unknown])[]
}

/** Our id of a service where the corpus has another. */
const ids: Readonly<Record<string, string>> = { amazon_ses: 'ses', unisender_go: 'unisender-go' }

/** Their word for what happened, and the kinds that we have for it. Where `ignored` stands, the payload tells nothing of delivery. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  delivered: ['delivered'],
  deferred: ['delayed'],
  bounced: ['failed'],
  // Refused by the service itself: for us suppressed where the address stands on its list.
  rejected: ['failed', 'suppressed'],
  failed: ['failed'],
  complained: ['complaint'],
  unsubscribed: ['unsubscribe'],
  autoresponded: ['auto-reply'],
  // Their "queued" is also Postal's held message; held because of a suppression list it is suppressed for us.
  queued: ['ignored', 'suppressed'],
  sent: ['ignored'],
  opened: ['ignored'],
  clicked: ['ignored'],
  subscribed: ['ignored'],
  unknown: ['ignored']
}

/** Where we differ for good, and why. */
const reasons: Readonly<Record<string, string>> = {
  'amazon_ses time': 'theirs is the time of the SNS envelope, which the corpus does not hold',
  'amazon_ses tags': "theirs are that project's own headers",
  'mailjet tags': 'the campaign is our label `campaign`',
  'mailjet id': 'a number that JavaScript rounds',
  'sendgrid id': "theirs is that project's own argument"
}

const checks = ['service', 'kind', 'recipient', 'reason', 'id', 'time', 'tags'] as const
type Check = (typeof checks)[number]

export type WebhookDifference = {
  readonly esp: string
  readonly test: string
  readonly check: Check
  readonly expected: string
  readonly got: string
}

type Tally = { compared: number; agreed: number }

export type WebhookAccuracy = {
  readonly payloads: ReadonlyMap<string, number>
  readonly tallies: Readonly<Record<Check, Tally>>
  readonly unread: number
  readonly differences: readonly WebhookDifference[]
}

const folded = (value: unknown): string => String(value).replace(/\s+/g, ' ').trim()
const bare = (value: unknown): string => folded(value).replace(/^<|>$/g, '')

/** `<datetime(2016, 4, 27, 16, 28, 50, microsecond=396393, tzinfo=get_fixed_timezone(-4 * 60))>` in milliseconds; Python counts finer. */
const pythonTime = (value: unknown): number | undefined => {
  const [, date, micro = '0', zone = 'timezone.utc'] =
    /^<datetime\(([\d, ]+?)(?:, microsecond=(\d+))?, tzinfo=(.+?)\)>$/.exec(String(value)) ?? []
  if (date === undefined) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = date.split(',').map(Number)
  const hours = /^get_fixed_timezone\((-?\d+) \* 60\)$/.exec(zone)?.[1] ?? '0'
  return Date.UTC(year, month - 1, day, hour - Number(hours), minute, second, Math.floor(Number(micro) / 1_000))
}

/** What the tests say in the order of the events, literally; placeholders in angle brackets stand for the test's own variables. */
const literal = (row: Row, field: string): readonly unknown[] =>
  row.expect.filter(([name, value]) => name === field && !/^<.*[[(].*>$/.test(String(value))).map(([, value]) => value)

const reasonsOf = ({ diagnosticCode, feedbackType, labels }: LogEvent): readonly string[] =>
  [diagnosticCode, feedbackType, labels?.classification?.replace(',', ': '), labels?.details].filter((text) => text !== undefined)

/** Undefined where the corpus is not at hand. */
export const measureWebhooks = (): WebhookAccuracy | undefined => {
  const path = join(corpora, 'events', 'webhooks.jsonl')
  if (!existsSync(path)) return undefined
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((text): Row => JSON.parse(text))
  const payloads = new Map<string, number>()
  const tallies = Object.fromEntries(checks.map((check) => [check, { compared: 0, agreed: 0 }])) as Record<Check, Tally>
  const differences: WebhookDifference[] = []
  let unread = 0
  for (const row of rows) {
    const { esp, test, payload } = row
    payloads.set(esp, (payloads.get(esp) ?? 0) + 1)
    const compare = (check: Check, agrees: boolean, expected: unknown, got: unknown): void => {
      tallies[check].compared++
      if (agrees) tallies[check].agreed++
      else differences.push({ esp, test, check, expected: folded(expected), got: folded(got) })
    }
    const id = ids[esp] ?? esp
    const knowing = webhookFormats.filter((format) => format.recognise(payload) > 0).map((format) => format.id)
    compare('service', knowing.length === 1 && knowing[0] === id && webhookFormatOf(payload)?.id === id, id, knowing.join(' and '))
    const reading = webhookFormats.find((format) => format.id === id)?.read(payload)
    if (reading === undefined) continue
    const { events } = reading
    unread += reading.unread
    const [event] = events
    for (const word of literal(row, 'event_type')) {
      const got = event?.kind ?? (reading.ignored > 0 && reading.unread === 0 ? 'ignored' : 'nothing')
      compare('kind', (kinds[String(word)] ?? []).includes(got) && events.every(({ kind }) => kind === got), word, got)
    }
    if (event === undefined) continue
    literal(row, 'recipient').forEach((address, at) => {
      compare('recipient', events[at]?.recipient === address, address, events[at]?.recipient)
    })
    // "No answer" is that no server's reply is told; the service's own reason may be.
    for (const text of literal(row, 'mta_response'))
      if (text === null) compare('reason', event.replyCode === undefined, 'no reply', `${event.replyCode} ${event.diagnosticCode}`)
      else compare('reason', event.diagnosticCode === folded(text), text, event.diagnosticCode)
    if (!literal(row, 'mta_response').some((text) => text !== null))
      for (const text of literal(row, 'description'))
        if (text !== null && text !== '') compare('reason', reasonsOf(event).includes(folded(text)), text, reasonsOf(event).join(' | '))
    for (const messageId of literal(row, 'message_id'))
      compare('id', [event.messageId, event.queueId].includes(bare(messageId)), messageId, `${event.messageId} ${event.queueId}`)
    for (const [field, value] of row.expect) {
      const time = field === 'timestamp' ? pythonTime(value) : undefined
      if (time !== undefined) compare('time', Date.parse(event.time ?? '') === time, new Date(time).toISOString(), event.time)
    }
    for (const tags of literal(row, 'tags')) compare('tags', (event.labels?.tags ?? '') === String(tags), tags, event.labels?.tags)
  }
  return { payloads, tallies, unread, differences }
}

/** Per service, then each difference. Empty where the corpus is not at hand. */
export const printWebhooks = (accuracy: WebhookAccuracy | undefined = measureWebhooks()): string => {
  if (accuracy === undefined) return ''
  const { payloads, tallies, unread, differences } = accuracy
  const count = [...payloads.values()].reduce((sum, number) => sum + number, 0)
  const services = [...payloads].map(([esp, number]) => {
    const differing = new Set(differences.filter((difference) => difference.esp === esp).map(({ test }) => test)).size
    return `  ${esp.padEnd(14)} ${String(number).padStart(3)} payloads, ${number - differing} agree`
  })
  return [
    `${count} webhook payloads, ${unread} unread: ${checks.map((check) => `${check} ${tallies[check].agreed} of ${tallies[check].compared}`).join(', ')}`,
    ...services,
    ...differences.map(
      ({ esp, test, check, expected, got }) =>
        `  ${esp} ${test}: ${check} expected ${expected}, got ${got} (${reasons[`${esp} ${check}`] ?? 'unexplained'})`
    )
  ].join('\n')
}

if (import.meta.main) process.stdout.write(`${printWebhooks() || `No corpus at ${corpora}; set WHYBOUNCE_CORPORA.`}\n`)
