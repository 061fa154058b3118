import type { Stage } from '../knowledge/knowledge.ts'
import { hostName } from './attempt.ts'
import { type StalwartKeys, type StalwartLine, textWithin } from './stalwart-line.ts'
import { kept } from './syslog-join.ts'

/** What stood in the way of a host, a domain or a recipient. */
export type Trouble = {
  readonly text: string
  readonly replyCode?: number
  readonly remoteMta?: string | undefined
  readonly stage?: Stage | undefined
}

/** An attempt of Stalwart's queue while its lines come in. */
export type Attempt = {
  readonly sender: string | undefined
  readonly size: number | undefined
  /** Who has no answer yet. */
  readonly waiting: Set<string>
  readonly failed: Set<string>
  /** The last trouble with each domain; under '' what no domain was named for. */
  readonly troubles: Map<string, Trouble>
  domain: string
}

/** Of one message; further recipients are told without a state. */
export const maxRecipients = 10_000

/** Letters of a reason that are remembered. */
const maxReason = 4_096

/** Stages of what goes wrong before a recipient is named. */
export const troubleStages: Readonly<Record<string, Stage>> = {
  'mx-lookup-failed': 'dns',
  'ip-lookup-failed': 'dns',
  'null-mx': 'dns',
  'connect-error': 'connect',
  'greeting-failed': 'greeting',
  'ehlo-rejected': 'ehlo',
  'start-tls-error': 'starttls',
  'start-tls-unavailable': 'starttls',
  'implicit-tls-error': 'starttls',
  'auth-failed': 'auth',
  'mail-from-rejected': 'mail',
  'rcpt-to-failed': 'rcpt',
  'message-rejected': 'end-of-data',
  'rate-limit-exceeded': 'queue',
  'concurrency-limit-exceeded': 'queue',
  'missing-outbound-hostname': 'queue'
}

export const beginAttempt = (keys: StalwartKeys): Attempt => {
  const to = keys.get('to')
  const size = Number(textWithin(keys, ['size']) ?? Number.NaN)
  return {
    sender: kept(textWithin(keys, ['from']) ?? ''),
    size: size > 0 ? size : undefined,
    waiting: new Set((Array.isArray(to) ? to : []).slice(0, maxRecipients).map(kept)),
    failed: new Set(),
    troubles: new Map(),
    domain: ''
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

export const setTrouble = ({ troubles, domain }: Attempt, trouble: Trouble): void => {
  if (troubles.size < maxRecipients || troubles.has(domain)) troubles.set(domain, trouble)
}

export const troubleOf = ({ troubles }: Attempt, recipient: string): Trouble | undefined =>
  troubles.get(domainOf(recipient)) ?? troubles.get('')

export const codeIn = (keys: StalwartKeys): number | undefined => {
  const code = Number(textWithin(keys, ['code']) ?? Number.NaN)
  return Number.isInteger(code) && code >= 200 && code < 600 ? code : undefined
}

/** The answer or the error that a line tells, with the code in front of its words. */
export const readTrouble = ({ keys, description, type }: StalwartLine): Trouble => {
  const replyCode = codeIn(keys)
  const words = kept((textWithin(keys, ['reason']) ?? textWithin(keys, ['details']) ?? description).slice(0, maxReason))
  const step = type.slice(type.indexOf('.') + 1)
  return {
    text: replyCode === undefined || words.startsWith(`${replyCode}`) ? words : `${replyCode} ${words}`,
    ...(replyCode === undefined ? {} : { replyCode }),
    remoteMta: hostName(textWithin(keys, ['hostname'])),
    stage: Object.hasOwn(troubleStages, step) ? troubleStages[step] : undefined
  }
}
