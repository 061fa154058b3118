/** Servers that receive, each for one domain at an address of its own, and what they say. */
export type Receiver = {
  readonly domain: string
  /** In the server's namespace; port 25. */
  readonly address: string
  /** Nobody listens where it is false. */
  readonly listens?: false
  /** Bytes that it takes at most (RFC 1870). */
  readonly maxSize?: number
  /** What is said instead of 250; of a recipient by how often it was named before. */
  readonly mail?: string
  readonly rcpt?: (recipient: string, before: number) => string | undefined
  /** At the end of the data. */
  readonly data?: string
}

/** As Gmail says it, in several lines. */
const unauthenticated = [
  '550-5.7.26 This mail has been blocked because the sender is unauthenticated.',
  '550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.',
  '550 5.7.26 For instructions on setting up authentication, go to https://support.google.com/mail/answer/81126#authentication - gsmtp'
].join('\r\n')

export const receivers: readonly Receiver[] = [
  { domain: 'accepts.example', address: '44.128.1.1' },
  {
    domain: 'unknown.example',
    address: '44.128.1.2',
    rcpt: (recipient) =>
      recipient.startsWith('good')
        ? undefined
        : `550 5.1.1 <${recipient}>: Recipient address rejected: User unknown in virtual mailbox table`
  },
  { domain: 'full.example', address: '44.128.1.3', rcpt: () => '552 5.2.2 Mailbox full' },
  {
    domain: 'listed.example',
    address: '44.128.1.4',
    rcpt: () =>
      '554 5.7.1 Service unavailable; Client host [44.128.200.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/44.128.200.1'
  },
  { domain: 'unauthenticated.example', address: '44.128.1.5', data: unauthenticated },
  {
    domain: 'grey.example',
    address: '44.128.1.6',
    rcpt: (recipient, before) => (before === 0 ? `450 4.2.0 <${recipient}>: Recipient address rejected: Greylisted` : undefined)
  },
  { domain: 'busy.example', address: '44.128.1.7', mail: '421 4.7.0 Too many messages from your address, rate limited, try again later' },
  { domain: 'closed.example', address: '44.128.1.8', listens: false },
  { domain: 'small.example', address: '44.128.1.9', maxSize: 2_000 },
  { domain: 'stuck.example', address: '44.128.1.10', rcpt: () => '451 4.3.0 Temporary lookup failure' }
]

/** A domain that does not exist, and one whose name servers fail. */
export const missingDomain = 'missing.example'
export const failingDomain = 'failing.example'

/** The last reply over one recipient, lines parted by CRLF; over the sender, where nobody had been named yet. */
export type Verdict = { readonly domain: string; readonly recipient: string | null; readonly reply: string }
