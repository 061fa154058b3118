import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DeliveryEvent } from '../packages/core/src/event/delivery-event.ts'

/** Messages beside what must be read out of them: tests/messages/FAMILY/NAME.eml and NAME.json. */
export type ExpectedEvent = {
  readonly kind: string
  readonly recipient?: string | null
  readonly newRecipient?: string | null
  /** Any of these is right: where words leave two causes open, both stand here. */
  readonly cause?: readonly string[] | null
  readonly detail?: string | null
  readonly status?: string | null
  readonly replyCode?: number | null
  readonly action?: string | null
  readonly remoteMta?: string | null
  readonly sender?: string | null
  readonly messageId?: string | null
  readonly subject?: string | null
  readonly outcome?: string
  readonly originalRecipient?: string
  readonly stage?: string
  readonly time?: string
  readonly localIp?: string
  readonly queueId?: string
  readonly reportingMta?: string
  /** What to do: the action of the diagnosis (`action` is the Action field of a notice). */
  readonly advice?: string
  /** Fields that must not be there. */
  readonly absent?: readonly (keyof DeliveryEvent)[]
}

export type Fixture = { readonly name: string; readonly bytes: Uint8Array; readonly events: readonly ExpectedEvent[] }

const folder = join(import.meta.dirname, 'messages')

export const readFixtures = (): Fixture[] =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort()
    .flatMap((family) =>
      readdirSync(join(folder, family))
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => {
          const expected: { events: ExpectedEvent[] } = JSON.parse(readFileSync(join(folder, family, name), 'utf8'))
          return {
            name: `${family}/${name.slice(0, -5)}`,
            bytes: readFileSync(join(folder, family, `${name.slice(0, -5)}.eml`)),
            events: expected.events
          }
        })
    )

/** What differs between an expected event and the one that was read, a phrase each; nothing where all that is told agrees. */
const differences = (expected: ExpectedEvent, event: DeliveryEvent): string[] => {
  const found: string[] = []
  const compare = (name: string, want: string | number | null | undefined, got: string | number | undefined): void => {
    if (want !== undefined && want !== null && String(want).toLowerCase() !== String(got ?? '').toLowerCase())
      found.push(`${name} ${got ?? '-'} instead of ${want}`)
  }
  compare('kind', expected.kind, event.kind)
  compare('recipient', expected.recipient, event.recipient)
  compare('newRecipient', expected.newRecipient, event.newRecipient)
  const cause = event.diagnosis?.cause
  if (expected.cause !== undefined && expected.cause !== null && expected.cause.length > 0 && !expected.cause.includes(cause ?? ''))
    found.push(`cause ${cause ?? '-'} (${event.diagnosis?.evidence[0]?.rule ?? 'no rule'}) instead of ${expected.cause.join(' or ')}`)
  compare('detail', expected.detail, event.diagnosis?.detail)
  compare('status', expected.status, event.status)
  compare('replyCode', expected.replyCode, event.replyCode)
  compare('action', expected.action, event.dsnAction)
  compare('remoteMta', expected.remoteMta, event.remoteMta)
  compare('sender', expected.sender, event.sender)
  compare('messageId', expected.messageId, event.messageId)
  compare('subject', expected.subject, event.subject)
  compare('outcome', expected.outcome, event.outcome)
  compare('originalRecipient', expected.originalRecipient, event.originalRecipient)
  compare('stage', expected.stage, event.stage)
  compare('time', expected.time, event.time)
  compare('localIp', expected.localIp, event.localIp)
  compare('queueId', expected.queueId, event.queueId)
  compare('reportingMta', expected.reportingMta, event.reportingMta)
  compare('advice', expected.advice, event.diagnosis?.action)
  for (const field of expected.absent ?? []) if (event[field] !== undefined) found.push(`${field} ${event[field]} instead of none`)
  return found
}

/** All differences of a message: events are paired by recipient, then by place. */
export const differencesOf = (expected: readonly ExpectedEvent[], events: readonly DeliveryEvent[]): string[] => {
  const left = [...events]
  const take = (want: ExpectedEvent): DeliveryEvent | undefined => {
    const at = left.findIndex(({ recipient }) => recipient?.toLowerCase() === want.recipient?.toLowerCase())
    return left.splice(at < 0 ? 0 : at, 1)[0]
  }
  const found = expected.flatMap((want) => {
    const event = take(want)
    return event === undefined ? [`no event for ${want.recipient ?? want.kind}`] : differences(want, event)
  })
  return [...found, ...left.map(({ kind, recipient }) => `one more event: ${kind} ${recipient ?? '-'}`)]
}
