import type { Diagnosis } from '../diagnose/diagnose.ts'
import type { Code } from '../knowledge/knowledge.ts'

/** Small words that every surface says alike. */

/** What kind of thing a code is. */
export const codeKindWords: Readonly<Record<Code['kind'], string>> = {
  reply: 'SMTP reply code',
  status: 'enhanced status code',
  'dots-lost': 'enhanced status code that lost its dots',
  product: 'code of one product',
  errno: 'operating-system error',
  unregistered: 'not registered',
  error: 'error of a client, library or provider'
}

/** A wait in seconds as people say it; empty where there is none. */
export const waitText = (seconds: number | undefined): string => {
  if (seconds === undefined) return ''
  if (seconds < 120) return `not before ${seconds} seconds`
  return seconds < 7_200 ? `not before ${Math.round(seconds / 60)} minutes` : `not before ${Math.round(seconds / 3_600)} hours`
}

/** Why a diagnosis is as sure as it is. */
export const surenessText = ({ confidence, evidence }: Diagnosis): string => {
  if (confidence === 'none') return 'Nothing in this text tells the cause.'
  if (evidence[0]?.words === undefined) return 'The code alone says so.'
  if (confidence === 'weak') return 'The words only hide the real error.'
  return confidence === 'likely' ? 'These words usually mean this.' : 'The words are known to mean this.'
}

/**
 * Whether the debug output of the sending program would tell more: where the diagnosis is weak, and at 500 to 504, which
 * complain about a command, so that only the dialogue shows what was wrong (RFC 5321 §4.2.3).
 */
export const wantsTranscript = ({ confidence, replyCode }: Diagnosis): boolean =>
  confidence === 'weak' || confidence === 'none' || (replyCode !== undefined && replyCode >= 500 && replyCode <= 504)
