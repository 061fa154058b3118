/**
 * Takes out of a text what nobody else should see: passwords, AUTH exchanges, tokens, addresses.
 * Used wherever a text is shared or kept as an example. Domains of addresses stay (they tell the provider), local parts
 * do not; IP addresses stay, since a blocklisting is about one.
 *
 * Accepts any string; linear. The result explains the same as the input: no word that a rule reads is touched.
 */
type Step = readonly [RegExp, string]

const steps: readonly Step[] = [
  // AUTH PLAIN and LOGIN carry the password in base64, as the initial response or as the answers to 334.
  [/\b(AUTH\s+(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER|CRAM-MD5|NTLM)\s+)(?!redacted@)[A-Za-z0-9+/=]{4,}/gi, '$1[redacted]'],
  [/(^|\n)((?:[ \t]*334 [^\n]*\n)(?:[ \t]*(?:[~\->C:]{1,4}\s*)?))[A-Za-z0-9+/=]{4,}(?=\r?(?:\n|$))/g, '$1$2[redacted]'],
  [
    /(^[ \t]*(?:[~\->]{1,3}>|C:|CLIENT -> SERVER:)[ \t]*)(?=[A-Za-z0-9+/]{0,512}=?=?\s*$)(?!(?:EHLO|HELO|DATA|QUIT|RSET|NOOP|STARTTLS)\s*$)[A-Za-z0-9+/]{8,512}={0,2}(?=\s*$)/gim,
    '$1[redacted]'
  ],
  [
    /((?:["']?\b(?:pass(?:word|wd|phrase)?|pwd|secret|api[-_ ]?key|access[-_ ]?token|refresh[-_ ]?token|client[-_ ]?secret|auth[-_ ]?token|token|smtp_pass(?:word)?)["']?)\s*(?:[:=]|=>)\s*)(?!\[redacted\])(?:"[^"\n]{0,1024}"|'[^'\n]{0,1024}'|[^\s,;)}\]]{1,1024})/gi,
    '$1[redacted]'
  ],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, '$1 [redacted]'],
  [/\b(smtps?:\/\/)[^\s/@:]{1,256}:[^\s/@]{1,256}@/gi, '$1[redacted]@'],
  [
    /\b(?:SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|re_[A-Za-z0-9_]{16,}|key-[0-9a-f]{32}|xkeysib-[A-Za-z0-9-]{20,}|AKIA[0-9A-Z]{16}|ya29\.[A-Za-z0-9_-]{20,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*)/g,
    '[redacted]'
  ]
]

/** RFC 5321 §4.5.3.1.1 allows 64 octets before the @; tags of VERP and SRS are longer in practice. */
const maxLocalPart = 256

const endsLocalPart = /[\s<>()[\]{},;:"'|\\@]/
/** Log fields and headers put a name and `=` before an address; elsewhere the `=` is VERP's or SRS's and part of it. */
const fieldBefore =
  /^(?:to|orig_to|from|rcpt|recipient|sender|user|sasl_username|mail|email|smtp\.mailfrom|header\.from|envelope-from|f|s|r|h)=/i
const beginsDomain = /[\p{L}\p{N}_[-]/u

/**
 * Where the local part before the `@` at `at` begins: back to the first letter that cannot be in one, or to the quote
 * that opens a quoted one. Walks back from each `@`, since a pattern tried at every letter is slow on a long line.
 */
const localPartStart = (text: string, at: number, from: number): number => {
  let start = at
  if (text[at - 1] === '"') {
    const quote = text.lastIndexOf('"', at - 2)
    if (quote >= Math.max(from, at - maxLocalPart) && !/[\n@]/.test(text.slice(quote, at))) return quote
  }
  while (start > from && at - start < maxLocalPart && !endsLocalPart.test(text[start - 1] ?? ' ')) start--
  return start + (fieldBefore.exec(text.slice(start, at))?.[0].length ?? 0)
}

const redactAddresses = (text: string): string => {
  const parts: string[] = []
  let from = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localPartStart(text, at, from)
    if (start === at || !beginsDomain.test(text[at + 1] ?? '')) continue
    parts.push(text.slice(from, start), 'redacted')
    from = at
  }
  parts.push(text.slice(from))
  return parts.join('')
}

export const redact = (text: string): string => {
  let result = text
  for (const [pattern, replacement] of steps) result = result.replace(pattern, replacement)
  return redactAddresses(result)
}
