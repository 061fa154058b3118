import type { Stage } from '../knowledge/knowledge.ts'

/**
 * Names and numbers that stand around a reply: who said it, to whom, at which step. They fill the placeholders of the
 * commands that an answer offers, tell the provider, and narrow the rules down. Each is read where a known program
 * writes it; what is not there stays undefined.
 */
export type Facts = {
  recipient?: string
  /** The recipient's domain, where only that is named. */
  recipientDomain?: string
  sender?: string
  /** The sending domain, where the reply names it without an address. */
  senderDomain?: string
  remoteMta?: string
  remoteIp?: string
  /** The sending side's own address, as the other side quotes it. */
  localIp?: string
  port?: number
  stage?: Stage
  selector?: string
}

const address = '[^\\s<>;,"\']{1,256}@[^\\s<>;,"\'()]{1,255}'
const host = '[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?'
const ip = '\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f:]{2,39}(?::\\d{1,3}(?:\\.\\d{1,3}){3})?'

const recipientPlaces: readonly RegExp[] = [
  new RegExp(`\\b(?:orig_)?to=<(${address})>`, 'i'),
  new RegExp(`\\bRCPT TO: ?<(${address})>`, 'i'),
  new RegExp(`^(?:Final|Original)-Recipient: *(?:rfc822|utf-8) *; *<?(${address})`, 'im'),
  new RegExp(`\\bto=(${address})`, 'i'),
  new RegExp(`(?:\\*\\*|==|=>|->) (?:<)?(${address})`),
  new RegExp(
    `^[ \\t]*(?:[245]\\d\\d[ -])?(?:[245]\\.\\d{1,3}\\.\\d{1,3} )?<(${address})>(?!:?\\.{0,3} ?(?:Sender|Domain of sender|sender))`,
    'm'
  ),
  new RegExp(`SMTPRecipientsRefused: \\{'(${address})'`),
  new RegExp(`"(?:recipient|email|rcpt|to)" *: *"(${address})"`, 'i')
]

const senderPlaces: readonly RegExp[] = [
  new RegExp(`\\bfrom=<(${address})>`, 'i'),
  new RegExp(`\\bMAIL FROM: ?<(${address})>`, 'i'),
  new RegExp(`\\bF=<(${address})>`),
  new RegExp(`<(${address})>[:.]{0,3} ?(?:Sender|Domain of sender)`, 'i')
]

/** Where providers name the domain that they checked. */
const senderDomainPlaces: readonly RegExp[] = [
  new RegExp(`\\bSPF \\[(${host})\\]`, 'i'),
  new RegExp(`\\b(?:sending|sender|from|envelope) domain:? \\[?(${host}\\.[A-Za-z]{2,63})\\b`, 'i'),
  new RegExp(`\\bemail from (${host}\\.[A-Za-z]{2,63}) is not accepted due to domain's DMARC policy`, 'i'),
  new RegExp(`\\bDMARC policy (?:of|for) (?:domain )?\\[?(${host}\\.[A-Za-z]{2,63})\\b`, 'i'),
  new RegExp(`\\bsmtp\\.mailfrom=(?:[^\\s@;]{0,64}@)?(${host}\\.[A-Za-z]{2,63})\\b`, 'i')
]

/** Where servers and resolvers name the domain that they could not reach. */
const recipientDomainPlaces: readonly RegExp[] = [
  new RegExp(`\\bmail for (${host}) loops back`, 'i'),
  new RegExp(`\\bName service error for name=(${host})`, 'i'),
  new RegExp(`\\blookup of (${host}) (?:responded|failed)`, 'i')
]

/** Host, then address in brackets, then perhaps a port; any of the three may be missing. */
const remotePlaces: readonly RegExp[] = [
  new RegExp(`\\bhost (${host})\\[(${ip})\\](?::(\\d+))? (?:said|refused)`, 'i'),
  new RegExp(`\\b(?:host|Host) (${host}) ?\\[(${ip})\\](?::(\\d+))?`),
  new RegExp(`\\bhost:? (${host}) ?\\((${ip})\\)(?::(\\d+))?`, 'i'),
  new RegExp(`\\bby (${host})\\. \\[(${ip})\\](?::(\\d+))?`),
  new RegExp(`\\brelay=(${host})\\.?,? ?\\[(${ip})\\](?::(\\d+))?`, 'i'),
  new RegExp(`\\bH=(${host}) \\[(${ip})\\](?::(\\d+))?`),
  new RegExp(
    `\\b(?:connect to|lost connection with|conversation with|delivery via|certificate (?:verification|verify) failed for) (${host})\\[(${ip})\\](?::(\\d+))?`,
    'i'
  ),
  new RegExp(`^Remote-MTA: *dns *; *(${host})(?: \\((?:TCP-)?\\[?(${ip})\\|?(\\d+)?)?`, 'im'),
  new RegExp(`<(${host}) #[245]\\.\\d{1,3}\\.\\d{1,3} smtp;`),
  new RegExp(`^[ \\t]*Remote system: *dns; *(${host})`, 'im'),
  new RegExp(`^Server: *<(${host})> \\[(${ip})\\]`, 'm'),
  new RegExp(`while talking to (${host}?)\\.?:`, 'i'),
  new RegExp(`\\b(?:Could not connect to SMTP host|Couldn't connect to host(?:, port)?): (${host})(?:, ?(?:port:? ?)?()(\\d+))?`, 'i'),
  new RegExp(`\\bgetaddrinfo [A-Z_]+ (${host})`),
  new RegExp(`\\bdial tcp: lookup (${host})`),
  new RegExp(`\\bServer: '(${host})'(?:.{0,200}?\\bPort: ()(\\d+))?`, 's'),
  new RegExp(`\\bFQDN=(${host})`),
  new RegExp(`^Generating server: (${host})`, 'im')
]

const addressPortPlaces: readonly RegExp[] = [
  /\bconnect E[A-Z]+ \[?([0-9A-Fa-f.:]{2,45}?|localhost)\]?:(\d{1,5})\b/,
  /\bdial tcp \[?([0-9A-Fa-f.:]{2,45}?)\]?:(\d{1,5})\b/,
  /\bConnect(?:ing|ed) to \[?([0-9A-Fa-f.:]{2,45}?)\]?[: ](\d{1,5})\b/i
]

const stageWords: readonly (readonly [RegExp, Stage])[] = [
  [
    /end[ -]of[ -](?:data|message)|message body|after sending the message|after I sent the message|Message failed|SMTPDataError/i,
    'end-of-data'
  ],
  [/^RCPT$|RCPT TO|does not like recipient|recipients? (?:were |was )?rejected|RecipientsRefused|AddressFailed/i, 'rcpt'],
  [/^MAIL$|MAIL FROM|sender was rejected|Mail command failed|SenderRefused|SenderFailed/i, 'mail'],
  [/\bAUTH\b|Invalid login|AuthenticationError|AuthenticationFailed|authenticate/i, 'auth'],
  [/STARTTLS|TLS handshake|Cannot start TLS/i, 'starttls'],
  [/\bDATA\b|Data command failed/i, 'data'],
  [/initial (?:server )?greeting|initial connection|refused to talk to me|Greeting never received|Invalid greeting|banner/i, 'greeting'],
  [/\b(?:EHLO|HELO|LHLO)\b/i, 'ehlo'],
  [
    /\bconnect(?:ion)? (?:to|timed out|refused|E[A-Z]{4,})|Connection (?:timed out|refused)|dial tcp|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|^CONNECT/i,
    'connect'
  ],
  [/getaddrinfo|no such host|Name service error|Host or domain name not found|DNS lookup/i, 'dns']
]

/** The words by which a program says at which command it got its answer, most telling form first. */
const stagePlaces: readonly RegExp[] = [
  /\(in reply to ([A-Za-z ]{2,40}?) command/i,
  /\bafter (?:pipelined )?((?:end of data|RCPT TO|MAIL FROM|DATA|EHLO|HELO|AUTH|STARTTLS|initial connection|sending data block|message body|CONNECT)[^:]{0,80}):/i,
  /\bwhile (?:sending|receiving|performing) (?:the )?((?!mail\.)[A-Za-z -]{2,60})/i,
  /\bcommand: '([A-Z ]{2,20})'/,
  /\b(RCPT TO|MAIL FROM|DATA|AUTH|STARTTLS|EHLO) command failed/i,
  /\breject(?:_warning)?: ([A-Z-]{4,20}) from/,
  /\b(refused to talk to me|Invalid login|Mail command failed|Data command failed|Message failed|all recipients were rejected)\b/,
  /\b(?:SMTP)?(AuthenticationError|RecipientsRefused|SenderRefused|SMTPDataError|AddressFailed|SenderFailed)/,
  /\b(AuthenticationFailed)Exception/
]

export const stageOfWords = (words: string): Stage | undefined => stageWords.find(([pattern]) => pattern.test(words))?.[1]

/** Only this much of an input is searched for names around the reply: they stand near its head, and it may be a whole mailbox. */
const maxFactsLength = 65_536

const firstMatch = (places: readonly RegExp[], text: string): RegExpExecArray | undefined => {
  for (const place of places) {
    const match = place.exec(text)
    if (match !== null) return match
  }
  return undefined
}

const isPublicIp = (value: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(value) && value.split('.').every((part) => Number(part) < 256) && !/^(0|10|127|255)\./.test(value)

/** Words before an address that make it the other server's, or no address at all ("version 4.97.1.2"). */
const notOurs = /(?:version|release|\bv|connect(?:ed|ion)? to|connection with|server|(?:host|mx|to|by) [^\s[(]{1,255}) ?[[(]?$/i

/** qmail names the other server by its address: "198.51.100.9 does not like recipient." */
const saysOthers = /^[\])]? ?(?:does not like|failed after|said\b|refused|:\d{2,5}\b)/i

/** The sender's address as the other side quotes it: the first IPv4 address in the reply that is not the remote server's. */
export const quotedIp = (reply: string, remoteIp: string | undefined): string | undefined => {
  for (const match of reply.matchAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g)) {
    const [ip] = match
    if (ip === remoteIp || !isPublicIp(ip) || notOurs.test(reply.slice(Math.max(0, match.index - 80), match.index))) continue
    if (!saysOthers.test(reply.slice(match.index + ip.length, match.index + ip.length + 24))) return ip
  }
  return undefined
}

/** Words of which at least one stands wherever a remote host is named: one look instead of twenty. */
const remoteWords =
  /\bhost|relay=|H=|connect|conversation|delivery via|Remote|talking to|getaddrinfo|lookup|Server: |FQDN=|Generating|\bby \S{3,255}\. \[|\d smtp;/i

/** Reads the facts out of a text, of which `from` to `to` is the reply itself. */
export const readFacts = (whole: string, from: number, to: number): Facts => {
  const text = whole.length > maxFactsLength ? whole.slice(0, maxFactsLength) : whole
  const facts: Facts = {}
  const hasAddress = text.includes('@')
  const recipient = hasAddress ? firstMatch(recipientPlaces, text)?.[1] : undefined
  if (recipient !== undefined) facts.recipient = recipient
  const sender = hasAddress ? firstMatch(senderPlaces, text)?.[1] : undefined
  if (sender !== undefined) facts.sender = sender
  const recipientDomain = recipient === undefined ? firstMatch(recipientDomainPlaces, text)?.[1] : undefined
  if (recipientDomain !== undefined) facts.recipientDomain = recipientDomain.toLowerCase()
  const senderDomain = firstMatch(senderDomainPlaces, text)?.[1]
  if (senderDomain !== undefined) facts.senderDomain = senderDomain.toLowerCase()
  Object.assign(facts, decidingFacts(text, from, to))
  const target = firstMatch(addressPortPlaces, text)
  if (target?.[1] && facts.remoteIp === undefined) facts.remoteIp = target[1]
  if (target?.[2]) facts.port = Number(target[2])
  const localIp = quotedIp(text.slice(from, to), facts.remoteIp)
  if (localIp !== undefined) facts.localIp = localIp
  const selector = text.includes('._domainkey') ? /\b([A-Za-z0-9_-]{1,63})\._domainkey\b/.exec(text)?.[1] : undefined
  if (selector !== undefined) facts.selector = selector
  return facts
}

/** The facts by which rules are chosen: who said it, at which step. A quarter of the time of reading a bounce went into the others. */
export const decidingFacts = (whole: string, from: number, to: number): Facts => {
  const text = whole.length > maxFactsLength ? whole.slice(0, maxFactsLength) : whole
  const facts: Facts = {}
  const remote = remoteWords.test(text) ? firstMatch(remotePlaces, text) : undefined
  if (remote?.[1]) facts.remoteMta = remote[1]
  if (remote?.[2]) facts.remoteIp = remote[2]
  if (remote?.[3]) facts.port = Number(remote[3])
  const stage = stageOfWords(firstMatch(stagePlaces, text)?.[1] ?? '') ?? stageOfLocalError(text.slice(from, to))
  if (stage !== undefined) facts.stage = stage
  return facts
}

/** An error that our own side made tells the step by its words alone: it never reached a command. */
const stageOfLocalError = (text: string): Stage | undefined => {
  if (/^\s*[245](?:\d\d[ -]|\.\d{1,3}\.\d)/.test(text)) return undefined
  const stage = stageOfWords(text.slice(0, 2_000))
  return stage === 'connect' || stage === 'dns' || stage === 'auth' || stage === 'starttls' || stage === 'greeting' ? stage : undefined
}
