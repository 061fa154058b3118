import type { Diagnosis } from '../diagnose/diagnose.ts'
import type { Party, Permanence } from '../knowledge/knowledge.ts'

export const alertKinds = ['cause-rising', 'nothing-delivered', 'delivery-stopped'] as const
export type AlertKind = (typeof alertKinds)[number]

/**
 * Something that somebody must look at now, or its end: the shape of a line of `whybounce watch --json` with `type` `alert`. Times are the log's, ISO
 * 8601, UTC; `null` where not known or where it does not apply.
 */
export type WatchAlert = {
  /** The same from its beginning to its end, and when it comes again. */
  readonly id: string
  readonly kind: AlertKind
  readonly state: 'firing' | 'ended'
  /** When it was found, or found to be over; the rest is as it was when it was found. */
  readonly time: string
  /** When it began to ring. */
  readonly since: string
  /** What happened, in a sentence. */
  readonly says: string
  /** Id of the provider; null: any other server, or all. */
  readonly provider: string | null
  readonly providerName: string | null
  /** Of our own addresses, the one that it is about; null: it is about none by itself. */
  readonly senderIp: string | null
  readonly service: string | null
  /** From where what rises was sent most, as far as it is known; at most three. */
  readonly senders: readonly { readonly senderIp: string | null; readonly service: string | null; readonly attempts: number }[]
  readonly cause: string | null
  readonly detail: string | null
  readonly title: string | null
  readonly permanence: Permanence | null
  /** Distinct messages harmed, in the last ten minutes, or since the last delivery (counted up to 64). */
  readonly messages: number
  /** In the last ten minutes: attempts that met the cause, and all that were made there. */
  readonly attempts: number
  readonly tried: number
  /** From 0 to 1: now, and in the day before it began. Of attempts that met the cause, or that were delivered. */
  readonly share: number
  readonly usualShare: number
  readonly party: Party | null
  readonly partyTitle: string | null
  readonly fix: string
  readonly example: AlertExample | null
}

export type AlertExample = {
  /** Without control characters, cut at 1,000 letters. */
  readonly text: string
  readonly time: string | null
  readonly recipient: string | null
  readonly queueId: string | null
}

/** An attempt that stands for others, as it is kept. */
export type Kept = {
  readonly diagnosis: Diagnosis
  readonly text: string
  readonly time: string | undefined
  readonly recipient: string | undefined
  readonly queueId: string | undefined
}

/** 12 %, 0.4 %, 100 %. */
export const percent = (share: number): string => {
  const value = share * 100
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`
}

export type AlertFigures = {
  readonly kind: AlertKind
  /** `Gmail`, `other servers`, `all servers`. */
  readonly where: string
  /** `192.0.2.3`, `smtp-out3`. */
  readonly from: string | undefined
  readonly title: string | undefined
  readonly messages: number
  readonly share: number
  readonly usualShare: number
  /** Since the last delivery. */
  readonly minutes: number
}

/** The highest number of messages that are told apart while nothing is delivered. */
export const mostInVain = 64

const counted = (count: number, word: string): string => `${count.toLocaleString('en')} ${count === 1 ? word : `${word}s`}`
const lasting = (minutes: number): string =>
  minutes < 120 ? counted(minutes, 'minute') : `${Math.floor(minutes / 60)} hours${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`

/** What happened, in a sentence; the title is the cause's own. */
export const alertSays = ({ kind, where, from, title, messages, share, usualShare, minutes }: AlertFigures): string => {
  const sent = from === undefined ? '' : ` from ${from}`
  switch (kind) {
    case 'cause-rising':
      return `At ${where}${sent}: ${title}. ${counted(messages, 'message')} in 10 minutes, ${percent(share)} of attempts; before: ${percent(usualShare)}.`
    case 'nothing-delivered':
      return `At ${where}: nothing delivered for ${lasting(minutes)}. ${messages >= mostInVain ? `${mostInVain} messages or more` : counted(messages, 'message')} tried in vain; before, ${percent(usualShare)} of attempts were delivered.`
    case 'delivery-stopped':
      return messages > 0
        ? `Nothing was delivered anywhere for ${lasting(minutes)}. ${messages >= mostInVain ? `${mostInVain} messages or more` : counted(messages, 'message')} tried in vain; before, ${percent(usualShare)} of attempts were delivered.`
        : `Nothing was delivered for ${lasting(minutes)}, and nothing failed.`
  }
}

/** Said where nothing arrives anywhere: whatever the replies say, not all of the others broke at once. */
export const ownSideFix =
  'What fails everywhere at once is mostly wrong on this side: look at this machine, its network, its name servers, its firewall and its own address.'

/** Said where no cause is known that could tell its own fix: nothing in the log is about it. */
export const silenceFix = 'Look whether the mail server runs, whether mail comes in, and whether this log is still the one that it writes.'
