import type { LogEvent } from '../log/log-reader.ts'
import { plainSender, withoutVerp } from '../message/envelope.ts'

/** What a message is looked for by: an address, a Message-ID or a queue id. Which of them it is, the log decides. */
export type TraceQuery = {
  /** As it was asked, without angle brackets. */
  readonly text: string
  /** In lower case: what every line holds that names it, also where the address is inside another one (VERP, SRS). */
  readonly needle: string
}

/** RFC 5322 §2.1.1: no line of a message is longer, and so no Message-ID. */
const maxQuery = 998

/** `<a@example.com>`, `a@example.com`, `4Zabc…`; undefined of what is empty, too long or more than one line. */
export const parseTraceQuery = (text: string): TraceQuery | undefined => {
  const trimmed = text.trim().replace(/^message-id\s{0,8}[:=]\s{0,8}/i, '')
  const bare = trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed
  if (bare === '' || bare === '@' || bare.length > maxQuery || /[\r\n\0]/.test(bare)) return undefined
  const at = bare.lastIndexOf('@')
  return { text: bare, needle: (at > 0 ? bare.slice(0, at) : bare).toLowerCase() }
}

/** RFC 5321 §2.4 lets a local part differ by case alone; nobody who looks for a person means that. */
const isSame = (one: string | undefined, other: string): boolean =>
  one !== undefined && one.length === other.length && one.toLowerCase() === other.toLowerCase()

export const isRecipient = ({ text }: TraceQuery, event: Pick<LogEvent, 'recipient' | 'originalRecipient' | 'newRecipient'>): boolean =>
  isSame(event.recipient, text) || isSame(event.originalRecipient, text) || isSame(event.newRecipient, text)

/** Sender, Message-ID or queue id: the message as a whole, with all of its recipients. Ids differ by case alone. */
export const isMessage = (
  { text }: TraceQuery,
  event: { readonly sender?: string | undefined; readonly messageId?: string | undefined; readonly queueId?: string | undefined }
): boolean =>
  event.queueId === text ||
  event.messageId === text ||
  isSame(event.sender, text) ||
  // The readers take VERP, BATV and SRS off.
  (text.includes('=') && isSame(event.sender, withoutVerp(plainSender(text))))

/**
 * A value that is nearly the one asked for: the same local part at another domain, an id that only differs by case, an id or address of
 * which it is a part. Undefined where it is not near.
 */
export const nearMiss = ({ text, needle }: TraceQuery, event: LogEvent): string | undefined => {
  for (const value of [event.recipient, event.originalRecipient, event.sender, event.messageId, event.queueId]) {
    if (value === undefined || value.length < needle.length) continue
    const lower = value.toLowerCase()
    if (text.includes('@') ? lower.startsWith(`${needle}@`) : lower.includes(needle)) return value
  }
  return undefined
}
