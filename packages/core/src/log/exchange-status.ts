/**
 * The recipient-status field of Exchange's message tracking log: one status per recipient, in the order of recipient-address, apart by `;`,
 * which statuses hold themselves. Two forms:
 * `250 2.1.5 Recipient OK;550 4.4.7 QUEUE.Expired;<text>` and `[{LED=450 4.4.317 …};{MSG=};{FQDN=mx.example.com};{IP=192.0.2.1};{LRT=…}]`.
 * Sources: learn.microsoft.com/exchange/mail-flow/transport-logs/message-tracking ("Fields in the message tracking log files");
 * the bracketed form as Exchange Online's traces show it (learn.microsoft.com/answers/questions/1280411). memory: what LED, FQDN, IP and
 * LRT stand for (last error, host and address that were tried, time of the last try).
 */
/** An error text longer than this is a page; each recipient gets it, so that the length would count as often. */
const maxText = 4_096

export type RecipientStatus = { readonly text: string; readonly remoteMta?: string | undefined; readonly remoteIp?: string | undefined }

const bracketed = (status: string): RecipientStatus => {
  const led = valueNamed(status, 'LED')
  const server = valueNamed(status, 'FQDN') ?? quoted(status, '[LastAttemptedServerName=')
  const ip = valueNamed(status, 'IP') ?? quoted(status, '[LastAttemptedIP=')
  return { text: (led ?? valueNamed(status, 'MSG') ?? '').slice(0, maxText), remoteMta: server, remoteIp: ip }
}

/** `{LED=…}` up to the `}` that ends it: the text itself holds braces and brackets, but no `};{`. */
const valueNamed = (status: string, name: string): string | undefined => {
  const from = status.indexOf(`{${name}=`)
  if (from < 0) return undefined
  const start = from + name.length + 2
  const next = status.indexOf('};{', start)
  const end = next < 0 ? status.lastIndexOf('}') : next
  const value = status.slice(start, end < start ? status.length : end).trim()
  return value === '' ? undefined : value
}

const quoted = (status: string, name: string): string | undefined => {
  const from = status.indexOf(name)
  const end = from < 0 ? -1 : status.indexOf(']', from)
  return end < 0 ? undefined : status.slice(from + name.length, end) || undefined
}

const statusOf = (text: string): RecipientStatus =>
  text.includes('{LED=') || text.includes('{MSG=') ? bracketed(text) : { text: text.trim().slice(0, maxText) }

/**
 * A status for each of `count` recipients. Where their numbers differ, one status is everyone's, and of several each recipient gets
 * the whole text: a reason too many is better than another's. Never throws.
 */
export const readRecipientStatus = (field: string, count: number): readonly RecipientStatus[] => {
  const whole = field.trim()
  const parts =
    count < 2
      ? [whole]
      : whole.startsWith('[{')
        ? whole.split(/(?<=\}\]);(?=\[\{)/)
        : whole.split(/;(?=[245]\d\d[ -]|To(?:;|$)|Cc(?:;|$)|Bcc(?:;|$))/)
  if (parts.length === count) return parts.map(statusOf)
  const shared = statusOf(whole)
  return Array.from({ length: count }, () => shared)
}
