/** Milliseconds since 1970 of minute 0. */
export const begin: number = Date.UTC(2026, 0, 5)
let ids = 0
/** A delivery attempt by Postfix in a minute of the log; without words it was delivered. */
export const attempt = (minute: number, words?: string, host = 'gmail-smtp-in.l.google.com', service = 'smtp'): string => {
  const time = new Date(begin + minute * 60_000).toISOString()
  const result =
    words === undefined
      ? 'dsn=2.0.0, status=sent (250 2.0.0 OK)'
      : `dsn=5.0.0, status=bounced (host ${host}[192.0.2.25] said: ${words} (in reply to end of DATA command))`
  ids++
  return `${time} mx1 postfix/${service}[42]: ${(0x1000000000 + ids).toString(16).toUpperCase()}: to=<u${ids}@example.net>, relay=${host}[192.0.2.25]:25, delay=1, delays=0/0/0/1, ${result}\n`
}
export const unauthenticated: string =
  '550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.'
export const minutes = (from: number, to: number, each: (minute: number) => string): string =>
  Array.from({ length: to - from }, (_, offset) => each(from + offset)).join('')
/** Three deliveries a minute. */
export const steady = (from: number, to: number): string =>
  minutes(from, to, (minute) => attempt(minute).concat(attempt(minute), attempt(minute)))
/** A delivery a minute, and two bounces. */
export const incident = (from: number, to: number): string =>
  minutes(from, to, (minute) => attempt(minute).concat(attempt(minute, unauthenticated), attempt(minute, unauthenticated)))
