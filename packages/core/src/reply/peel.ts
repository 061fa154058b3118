/**
 * Finds the reply inside what a program wrote around it: log line, DSN field, exception, dialog.
 *
 * Accepts any text. Gives the span of the innermost reply, who made the error (the remote server, or the own side, which
 * never got an answer), and the program that wrote the wrapper. A text without a known wrapper is its own reply.
 * Every pattern is linear: one pass, no nested repetition.
 */
export type Peeled = {
  readonly from: number
  readonly to: number
  /** Codes that the wrapper tells beside the reply; 0 for none. */
  readonly replyCode: number
  readonly status: string | undefined
  readonly saidBy: 'remote' | 'local' | undefined
  /** Id of the program in knowledge/ that wrote the wrapper. */
  readonly wrapper: string | undefined
}

type Wrapper = {
  readonly software: string | undefined
  /** Letters that `begin` cannot do without: looking for them first costs a fifth of trying it. */
  readonly needs?: string
  /** The text up to where the reply begins. */
  readonly begin: RegExp
  /** Where the reply ends, searched from its beginning; the end of the text otherwise. */
  readonly end?: RegExp
  readonly saidBy: 'remote' | 'local'
}

/** Innermost first: the first wrapper that is found wins. */
const wrappers: readonly Wrapper[] = [
  // Exchange Online: "Remote server returned message detected as spam -> 554 …".
  { software: 'exchange-server', begin: /\bRemote server returned [^'\n>]{1,160}? -> (?=[245]\d\d)/i, saidBy: 'remote' },
  // Postfix: smtp_chat.c and smtp_trouble.c write "host X[ip] said: …  (in reply to RCPT TO command)".
  {
    software: 'postfix',
    needs: 'host ',
    begin: /\bhost \S{1,300}\[[^\]\s]{1,60}\](?::\d+)? (?:said|refused to talk to me): /,
    end: / ?\(in reply to [^)]{1,60}\)|\)$/,
    saidBy: 'remote'
  },
  {
    software: 'postfix',
    needs: 'NOQUEUE: ',
    begin: /\bNOQUEUE: (?:reject|reject_warning|milter-reject|filter): [^:]{1,40} from \S{1,300}: (?=[245]\d\d[ -])/,
    end: /; from=</,
    saidBy: 'local'
  },
  {
    software: 'postfix',
    needs: 'status=',
    begin: /\bstatus=(?:bounced|deferred|expired|undeliverable|sent|deliverable|SOFTBOUNCE) \(/,
    end: /\)\s*$/,
    saidBy: 'local'
  },
  // Exim: transports/smtp.c.
  {
    software: 'exim',
    needs: 'SMTP error from remote ',
    begin:
      /SMTP error from remote (?:mail server|mailer) after (?:pipelined )?[^\n]{1,500}?:\s{1,40}(?:host \S{1,300} \[[^\]]{1,60}\](?::\d+)?:\s{1,40})?(?=[245]\d\d[ -])/,
    saidBy: 'remote'
  },
  {
    software: 'exim',
    needs: 'SMTP error from remote ',
    begin: /SMTP error from remote (?:mail server|mailer) after [^\n]{1,300}?:\s+/,
    saidBy: 'remote'
  },
  { software: 'exim', needs: 'LMTP error after ', begin: /\bLMTP error after [^\n]{1,300}?: /, saidBy: 'remote' },
  // OpenSMTPD: `result="TempFail" stat="451 …"`, older `relay: TempFail for …, stat=451 …`; its LMTP client puts the reply in quotes.
  {
    software: 'opensmtpd',
    needs: 'Fail',
    begin:
      /\b(?:result="?|relay: )(?:TempFail|PermFail)\b[^\n]{0,400}?\bstat="?(?:Error \((?:temporary|permanent) failure: "?)?(?:LMTP server error: )?/,
    end: /"?\)?"?\s*$/,
    saidBy: 'remote'
  },
  // sendmail: "reply=550 …" in the log, "<<< 550 …" in the transcript of its DSN.
  { software: 'sendmail', needs: 'reply=', begin: /\breply=(?=[245]\d\d[ -])/, end: /, stat=/, saidBy: 'remote' },
  { software: 'sendmail', needs: '<<< ', begin: /^<<< (?=[45]\d\d[ -])/m, end: /\n(?!<<< )/, saidBy: 'remote' },
  { software: 'sendmail', needs: 'stat=', begin: /\bstat=(?:Deferred: |Service unavailable[:;]? ?)?/, saidBy: 'local' },
  // qmail-remote.c; qmail-send writes its log with underscores.
  { software: 'qmail', needs: 'Remote', begin: /Remote[ _]host[ _]said:[ _]/, end: /\n\s*\n|\/Giving_up/, saidBy: 'remote' },
  { software: 'qmail', needs: 'delivery ', begin: /\bdelivery \d+: (?:failure|deferral): /, saidBy: 'local' },
  // Exchange: DSN for administrators, and the queue's last error.
  {
    software: 'exchange-server',
    begin: /\bRemote (?:Server|host) returned '?(?:(?:[245]\d\d [\d.]{5,11} )?<[^>\n]{0,300}?smtp;\s*)?/i,
    end: /'\s*$|>'/m,
    saidBy: 'remote'
  },
  {
    software: 'exchange-server',
    needs: 'smtp;',
    begin: /^[245]\d\d [245]\.\d{1,3}\.\d{1,3} <[^>\n]{0,300}?smtp;\s*(?=[245]\d\d)/,
    end: />'?\s*$/,
    saidBy: 'remote'
  },
  { software: 'exchange-server', needs: 'LED=', begin: /\bLED=(?=[245]\d\d)/, end: /\}/, saidBy: 'remote' },
  { software: 'exchange-server', needs: '#', begin: /#(?=[245]\d\d \d\.\d+\.\d+)/, end: /#(?:#|SMTP#)|#$/, saidBy: 'local' },
  // RFC 3464 §2.3.6, folded lines included.
  {
    software: undefined,
    begin: /^Diagnostic-Code: *(?:smtp|x-[a-z-]+|lmtp|unknown|expired) *; */im,
    end: /\r?\n(?![ \t])/,
    saidBy: 'remote'
  },
  // dma, net.c: "host [ip] did not like our RCPT TO:".
  { software: undefined, needs: 'did not like our ', begin: /\bdid not like our [A-Z ]{2,20}:\s?/, saidBy: 'remote' },
  // Gmail's own bounce.
  {
    software: undefined,
    begin: /\b(?:The error that the other server returned was|The response(?: from the remote server)? was):\s{0,4}/i,
    end: /\r?\n[ \t]*\r?\n/,
    saidBy: 'remote'
  },
  // Client libraries.
  { software: 'dotnet', needs: 'The server response was', begin: /The server response was: /, end: /\r?\n/, saidBy: 'remote' },
  { software: 'php', needs: 'with message', begin: /with message "(?=[245]\d\d)/, end: /"(?=[.,\s]|$)/, saidBy: 'remote' },
  { software: 'php', needs: 'Detail: ', begin: /\bDetail: (?=.{0,2000}SMTP code:)/s, saidBy: 'remote' },
  {
    software: 'php',
    needs: 'SERVER -> CLIENT',
    begin: /SERVER -> CLIENT: (?=[45]\d\d)/,
    end: /\n(?!\S* ?SERVER -> CLIENT: [45]\d\d)/,
    saidBy: 'remote'
  },
  { software: 'python', begin: /\(\d{3}, b?['"]/, end: /['"](?:, '[^'\n]*')?\)/, saidBy: 'remote' },
  {
    software: 'nodemailer',
    needs: 'response: ',
    begin: /\bresponse: ['"`](?=[245]\d\d)/,
    end: /['"`],?\s*(?:\n|$|\w+:)/,
    saidBy: 'remote'
  },
  {
    software: 'nodemailer',
    begin:
      /\b(?:Invalid login|Message failed|Data command failed|Mail command failed|Can't send mail - all recipients were rejected|Recipient command failed|Invalid greeting[^:\n]{0,40}|Invalid HELO[^:\n]{0,40}): (?:response=)?(?=[245]\d\d|\d\.\d)/,
    end: /\n[ \t]+at /,
    saidBy: 'remote'
  },
  {
    software: 'java',
    needs: 'Exception: ',
    begin:
      /(?:SMTPAddressFailedException|SMTPSendFailedException|SMTPSenderFailedException|AuthenticationFailedException|SendFailedException|MessagingException): (?=[245]\d\d)/,
    end: /\n[ \t]*(?:at |;|\.{3} \d+ more)/,
    saidBy: 'remote'
  },
  {
    software: 'outlook-app',
    begin: /(?:Server Response|Server error|The server responded): '?/i,
    end: /',? (?:Port|Server Error|Account|Error Number)|'\s*$/,
    saidBy: 'remote'
  },
  {
    software: 'thunderbird',
    needs: 'The mail server responded',
    begin: /The mail server responded:?\s+/,
    end: /\.?\s+Please (?:check|verify)/,
    saidBy: 'remote'
  },
  // Monolog, which Laravel and Symfony log with.
  {
    software: undefined,
    begin: /^\[\d{4}-\d\d-\d\d[T ][^\]\n]{5,40}\] [\w.]{1,60}: (?!.{0,400}[: ][45]\d\d[ -])/m,
    end: / \{"exception":/,
    saidBy: 'local'
  },
  {
    software: undefined,
    begin: /\b(?:server|host|MTA|remote) (?:said|says|replied|responded|answered|returned)(?: with)?:? ['"]?(?=[245]\d\d|[245]\.\d)/i,
    saidBy: 'remote'
  }
]

/** A server that asks the sender's own server about the sender quotes its answer: that "user unknown" is not the recipient. */
const isAboutSender = /Sender (?:address rejected|verif)[^\n]*$/i

/** Wrappers stand near the reply; of a longer input only this much is searched for one. */
const maxWrapperLength = 262_144

/** A text that is its own reply. */
export const wholeText = (text: string): Peeled => ({
  from: 0,
  to: text.length,
  replyCode: 0,
  status: undefined,
  saidBy: undefined,
  wrapper: undefined
})

/** Codes that a wrapper gives in fields of its own, beside the reply. */
const codesBeside = (text: string): { replyCode: number; status: string | undefined } => {
  const status =
    /\bdsn=([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ??
    /^Status: *([245]\.\d{1,3}\.\d{1,3})\b/im.exec(text)?.[1] ??
    /\bAdditional SMTP info: ([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1]
  const code =
    /\bSMTP code: ([245]\d\d)\b/.exec(text)?.[1] ??
    /\bresponseCode: ([245]\d\d)\b/.exec(text)?.[1] ??
    /\bbut got code "([45]\d\d)"/.exec(text)?.[1] ??
    /\(([245]\d\d), b?['"]/.exec(text)?.[1] ??
    /\bServer Error: ([245]\d\d)\b/i.exec(text)?.[1]
  return { replyCode: code === undefined ? 0 : Number(code), status }
}

const beginsWithCode = /^\s*[245]\d\d(?:[ \t-]|$)/

/** Longer texts, and those of several lines, may hold more than one reply. */
const maxPlainLength = 2_000

/** Whether a text is one line that begins with a reply code and has no wrapper inside: the usual line of a list of replies. */
export const isPlainReply = (text: string): boolean => {
  const first = text.charCodeAt(0)
  const mark = text.charCodeAt(3)
  return (
    (first === 0x35 || first === 0x34) &&
    (mark === 0x20 || mark === 0x2d) &&
    text.length > 8 &&
    text.length < maxPlainLength &&
    text.charCodeAt(4) > 0x20 &&
    text.indexOf('\n') < 0 &&
    text.indexOf(' said') < 0 &&
    text.indexOf('(in reply') < 0 &&
    text.indexOf('smtp;') < 0 &&
    text.indexOf(' -> ') < 0
  )
}

export const peel = (text: string): Peeled => {
  const near = text.length > maxWrapperLength ? text.slice(0, maxWrapperLength) : text
  for (const { software, needs, begin, end, saidBy } of wrappers) {
    if (needs !== undefined && !near.includes(needs)) continue
    const match = begin.exec(near)
    if (match === null || isAboutSender.test(near.slice(Math.max(0, match.index - 200), match.index))) continue
    const from = match.index + match[0].length
    const behind = end === undefined ? undefined : end.exec(near.slice(from))
    const to = behind === undefined || behind === null ? text.length : from + behind.index
    if (to <= from) continue
    return { from, to, ...codesBeside(near), saidBy, wrapper: software }
  }
  if (beginsWithCode.test(near)) return wholeText(text)
  const place = replyPlace(near)
  return { ...wholeText(text), ...codesBeside(near), ...place }
}

/**
 * A reply code in the middle of an unknown program's words: `… failed: 550 5.1.1 …`, `(535) …`, `login - 535 …`.
 * Without an enhanced status code beside it only codes that servers send count, and none that a port, an HTTP status or a
 * setting introduces.
 */
const codeWithStatus = /(?:^|[\s:;("'=[>,])(?=[245]\d\d[ -]{1,2}#?[([]?[245]\.\d{1,3}\.\d{1,3}\b)/
const codeAlone =
  /(?<!\b(?:port|http|status_?code|status|errno|line))(?:: |; | - |^|["'(>=]|\berror |\bcode |SERVER:)(?=(?:421|432|45[0-5]|50[0-4]|521|52[35]|53[03458]|54[12]|55[0-7]|571)(?:[ -](?![\d.]+\s*(?:ms|seconds|bytes))|["')]|$))/im

const replyPlace = (text: string): { from: number; saidBy: 'remote' } | undefined => {
  // Most texts without a code at their head have none at all: one quick look saves two slow ones.
  if (!/[245]\d\d/.test(text)) return undefined
  const place = codeWithStatus.exec(text) ?? codeAlone.exec(text)
  return place === null ? undefined : { from: place.index + place[0].length, saidBy: 'remote' }
}
