import type { EventKind } from '../event/delivery-event.ts'

/**
 * What a row of an unknown log tells of, out of its words and codes. A word in a column made for it decides; else the reply code, then the
 * enhanced status code (RFC 3463 §2: 2 success, 4 transient, 5 permanent). What stays open is no event: a guess would be one.
 */
const words: Readonly<Record<string, EventKind>> = {
  delivered: 'delivered',
  delivery: 'delivered',
  sent: 'delivered',
  send: 'delivered',
  success: 'delivered',
  succeeded: 'delivered',
  successful: 'delivered',
  ok: 'delivered',
  accepted: 'delivered',
  completed: 'delivered',
  delayed: 'delayed',
  delay: 'delayed',
  deferred: 'delayed',
  deferral: 'delayed',
  defer: 'delayed',
  retry: 'delayed',
  pending: 'delayed',
  transient: 'delayed',
  tempfail: 'delayed',
  temporary: 'delayed',
  soft: 'delayed',
  softbounce: 'delayed',
  softbounced: 'delayed',
  temporaryfailure: 'delayed',
  softfail: 'delayed',
  failed: 'failed',
  failure: 'failed',
  fail: 'failed',
  bounced: 'failed',
  bounce: 'failed',
  hard: 'failed',
  hardbounce: 'failed',
  hardbounced: 'failed',
  blockbounce: 'failed',
  technicalbounce: 'failed',
  unknownbounce: 'failed',
  permanentfailure: 'failed',
  invalidemail: 'failed',
  hardfail: 'failed',
  permanent: 'failed',
  permfail: 'failed',
  rejected: 'failed',
  reject: 'failed',
  undelivered: 'failed',
  undeliverable: 'failed',
  blocked: 'failed',
  error: 'failed',
  expired: 'failed',
  relayed: 'relayed',
  expanded: 'expanded',
  complaint: 'complaint',
  complained: 'complaint',
  spamreport: 'complaint',
  spamcomplaint: 'complaint',
  reportedspam: 'complaint',
  markedasspam: 'complaint',
  spam: 'complaint',
  abuse: 'complaint',
  unsubscribe: 'unsubscribe',
  unsubscribed: 'unsubscribe',
  optout: 'unsubscribe',
  optedout: 'unsubscribe',
  suppressed: 'suppressed',
  suppression: 'suppressed',
  dropped: 'suppressed'
}

/** Known to be about something else than delivery. */
const otherWords = new Set(
  'open opened click clicked received reception injection injected queued processed submitted request requests info connect connected disconnect disconnected'.split(
    ' '
  )
)

const plain = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s_-]/g, '')
    .slice(0, 40)

/** What the word of a column says; `ignored` where it is known and tells nothing of delivery, undefined where it is not known. */
export const kindOfWord = (word: string): EventKind | 'ignored' | undefined => {
  const bare = plain(word)
  return Object.hasOwn(words, bare) ? words[bare] : otherWords.has(bare) ? 'ignored' : undefined
}

export const isExpiredWord = (word: string): boolean => plain(word) === 'expired'

export const kindOfCodes = (replyCode: number | undefined, status: string | undefined): EventKind | undefined => {
  const digit = replyCode === undefined ? Number(status?.[0] ?? 0) : Math.floor(replyCode / 100)
  return digit === 2 ? 'delivered' : digit === 4 ? 'delayed' : digit === 5 ? 'failed' : undefined
}
