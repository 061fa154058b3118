import { isSuppressionReason, type SuppressionReason } from '@whybounce/store'

/** A name as it is compared: `Hard Bounce`, `hard_bounce` and `HardBounce` are one. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/**
 * Words that lists use for why an address gets no mail, in plain form. Only words that mean the same everywhere are here: `blocked` is a
 * refused message at one service and a person's wish at another, so it has to be told with --reason.
 */
const reasonWords: Readonly<Record<SuppressionReason, readonly string[]>> = {
  complaint: ['complaint', 'complained', 'spam', 'spamcomplaint', 'spamreport', 'spamreported', 'markedasspam', 'abuse'],
  unsubscribe: ['unsubscribe', 'unsubscribed', 'unsub', 'optout', 'optedout', 'listunsubscribe', 'unsubscribelink', 'groupunsubscribe'],
  manual: ['manual', 'manualsuppression', 'manuallyadded'],
  'hard-bounce': ['bounce', 'bounced', 'hardbounce', 'hardbounced', 'hard', 'permanent', 'permanentbounce', 'cleaned'],
  'repeated-soft-bounces': ['repeatedsoftbounces'],
  'invalid-address': ['invalid', 'invalidemail', 'invalidaddress']
}

/** Words that say that the address is not to be suppressed. */
const sparingWords: readonly string[] = [
  'softbounce',
  'softbounced',
  'soft',
  'transient',
  'temporary',
  'deferred',
  'delayed',
  'delivered',
  'active',
  'subscribed',
  'notspam'
]

const meanings: ReadonlyMap<string, SuppressionReason | 'spared'> = new Map([
  ...Object.entries(reasonWords).flatMap(([reason, words]) =>
    isSuppressionReason(reason) ? words.map((word): [string, SuppressionReason] => [word, reason]) : []
  ),
  ...sparingWords.map((word): [string, 'spared'] => [word, 'spared'])
])

/** The reason that a word stands for, `spared` where it asks for none, undefined where it tells nothing certain. */
export const reasonOfWord = (word: string): SuppressionReason | 'spared' | undefined =>
  isSuppressionReason(word) ? word : meanings.get(plainName(word))
