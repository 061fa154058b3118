import type { Zone } from '@whybounce/core/plan'
import {
  millisecondsOf,
  type NoticeKind,
  type RetryProgram,
  type TraceMessage,
  type TraceNext,
  type TraceOutcome,
  type TraceRecipient
} from '@whybounce/core/trace'
import { printable } from '../terminal.ts'

/** How a message ended, in a word; the words of `whybounce report` where it has them. */
export const outcomeWords: Readonly<Record<TraceOutcome | 'mixed', string>> = {
  delivered: 'delivered',
  failed: 'bounced',
  expired: 'expired',
  pending: 'waiting',
  refused: 'refused',
  'handed-on': 'handed on',
  removed: 'removed',
  unknown: 'unknown',
  mixed: 'mixed'
}

export const noticeWords: Readonly<Record<NoticeKind, string>> = {
  failed: 'the sender was told that it failed',
  delayed: 'the sender was told that it is late',
  delivered: 'the sender was told that it was delivered',
  postmaster: 'the postmaster was told'
}

const programs: Readonly<Record<RetryProgram, string>> = { postfix: 'Postfix', exim: 'Exim', sendmail: 'sendmail' }

/** How a message on hold is let go: postsuper(1), exim(8), sendmail(8). memory: sendmail's. */
const releases: Readonly<Record<RetryProgram, string>> = { postfix: 'postsuper -H', exim: 'exim -Mt', sendmail: 'sendmail -qQI' }

/** What happens next by itself, in sentences. `logEnd`: ISO 8601. */
export const nextWords = (next: TraceNext, message: TraceMessage, zone: Zone, logEnd: string | undefined): string => {
  switch (next.kind) {
    case 'retry':
      return retryWords(next, zone, logEnd)
    case 'held': {
      const how = next.program === undefined ? '' : ` (${releases[next.program]} ${message.queueIds.at(-1) ?? ''})`
      return `It is on hold: nothing happens until somebody lets it go${how}.`
    }
    case 'act':
      return message.outcome === 'expired'
        ? 'Nothing more happens by itself: the queue has given it up.'
        : 'Nothing more happens by itself.'
    case 'client-retries':
      return 'This server did not take it for now: the sending server tries again by itself.'
    case 'client-tells':
      return 'This server did not take it: the sending server tells its sender.'
    case 'unknown':
      return message.outcome === 'handed-on'
        ? 'Another program of that machine has it, and its log is not among these.'
        : 'It left the queue, and no line of these logs says how.'
    case 'nothing':
      if (message.outcome === 'removed') return 'Nothing: somebody took it out of the queue.'
      return nothingWords(message)
  }
}

const nothingWords = ({ recipients }: TraceMessage): string => {
  const forwarded = recipients.map(({ last }) => (last?.event.diagnosticCode?.startsWith('forwarded as ') ? last.next : undefined))
  if (forwarded.length > 0 && forwarded.every((id) => id !== undefined))
    return `It was sent on as ${printable(forwarded[0] ?? '')}, of which these logs do not tell.`
  return recipients.every(isInMailbox)
    ? "Nothing: it is where the mailbox is. In which folder it lies, the mailbox's own rules decide."
    : 'Nothing: the other server has it. Whether it lies in the inbox or among the spam, only that server knows.'
}

/** Postfix's local(8), virtual(8) and lmtp(8) give mail to where the mailboxes are; only smtp(8) gives it to another server. */
const isInMailbox = ({ last }: TraceRecipient): boolean => /\/(?:local|virtual|lmtp)$/.test(last?.event.program ?? '')

const retryWords = (next: Extract<TraceNext, { kind: 'retry' }>, zone: Zone, logEnd: string | undefined): string => {
  const { program, from, to, givesUp, overdue } = next
  const end = givesUp === undefined ? '' : ` It gives up after ${zone.format(givesUp)}.`
  if (program === undefined) return 'The server that has it tries again; how often is not in these logs.'
  const usual = `by ${programs[program]}'s usual settings`
  if (from === undefined || to === undefined)
    return `The server tries again each time that its queue is run.${end === '' ? '' : `${end.slice(0, -1)} (${usual}).`}`
  if (overdue) {
    const last = millisecondsOf(logEnd)
    return `The next attempt was due before ${zone.format(to)} ${usual}, and the logs go on until ${last === undefined ? 'later' : zone.format(last)} without it: it is set otherwise, the queue does not run, or a log is missing.${end}`
  }
  return `The server tries again: due between ${zone.format(from)} and ${zone.format(to).slice(11)} ${usual}.${end}`
}
