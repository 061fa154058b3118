import type { Stage } from '../knowledge/knowledge.ts'
import { stageOfWords } from '../reply/facts.ts'

/**
 * Cuts a paste into the errors that it holds, one piece each: a transcript has one for each refusal, a log one for each
 * failed delivery, a table of refused recipients one for each of them. A paste that holds one error is one piece.
 *
 * Policy: a piece is never empty, and a text in which nothing is recognised stays whole, so that nothing is lost.
 */
export type Piece = {
  /** What is diagnosed. */
  readonly text: string
  /** Where it begins in the input; absent where the input had to be decoded (JSON). */
  readonly at?: number
  readonly stage?: Stage
  readonly recipient?: string
}

export type PasteKind = 'reply' | 'log' | 'transcript' | 'dsn' | 'exception' | 'json' | 'text'

export type Pieces = { readonly kind: PasteKind; readonly pieces: readonly Piece[] }

type Line = { readonly text: string; readonly at: number }

const linesOf = (text: string): Line[] => {
  const lines: Line[] = []
  let at = 0
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ text: text.slice(at, match.index), at })
    at = match.index + match[0].length
  }
  if (at < text.length) lines.push({ text: text.slice(at), at })
  return lines
}

const logPrefix = /^(?:<\d+>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|@[0-9a-f]{24} |\d{10}\.\d{3,6} )/

const failedDelivery =
  /\bstatus=(?:bounced|deferred|expired|undeliverable|SOFTBOUNCE)\b|\bNOQUEUE: |\b(?:milter-)?reject: | (?:\*\*|==) \S+@|\bstat=(?!Sent)|\bdelivery \d+: (?:failure|deferral)|\brejected (?:RCPT|MAIL|EHLO|after DATA|connection)|\bresult="?(?:PermFail|TempFail)|\b(?:TempFail|PermFail)\b|\bto=<[^>]*>.{0,400}\bdsn=[45]\.|\b(?:warning|error|fatal|timeout|lost connection)\b/i

const delivered = /\bstatus=sent\b|\bstat=Sent\b| (?:=>|->) \S+|\bCompleted$|\bdelivery \d+: success/

const fromLog = (lines: readonly Line[]): Piece[] | undefined => {
  const filled = lines.filter(({ text }) => text.trim() !== '')
  const dated = filled.filter(({ text }) => logPrefix.test(text))
  if (dated.length < 2 || dated.length * 2 < filled.length) return undefined
  const failures = dated.filter(({ text }) => failedDelivery.test(text) && !delivered.test(text))
  if (failures.length === 0) return undefined
  return failures.map(({ text, at }) => ({ text, at }))
}

/** Marks of the tools: sendmail `<<<`, `>>>`; swaks `<-`, `<~`, `<**`, ` ->`; curl `<`, `>`; Nodemailer and PHPMailer `S:`, `SERVER -> CLIENT:`. */
const serverMark =
  /^(?:\s*(?:<-- |<(?:-|~|\*\*|=|<{1,2})?(?!\w)|=>|S:|SERVER -> CLIENT:|\[[^\]]{1,40}\] S:|DEBUG SMTP: <|reply: b?'|\d\d:\d\d:\d\d\.?\d* S:|\*\*\* )\s*)/
const clientMark = /^(?:\s*(?:>{2,3}|-{0,2}~?>|~>|\*>|C:|CLIENT -> SERVER:|\[[^\]]{1,40}\] C:|send: b?'|\d\d:\d\d:\d\d\.?\d* C:|--> )\s*)/
const clientCommand = /^(?:EHLO|HELO|LHLO|MAIL FROM|RCPT TO|DATA|STARTTLS|AUTH|RSET|QUIT|NOOP|VRFY|\.$)/i

/**
 * A dialogue, with each refusal and the command that it answers. Marks tell who speaks; where there are none (telnet),
 * a line that begins with a code is the server's and one that begins with a command the client's.
 */
const fromTranscript = (lines: readonly Line[]): Piece[] | undefined => {
  let commands = 0
  let replies = 0
  let stage: Stage = 'greeting'
  let recipient: string | undefined
  const pieces: Piece[] = []
  let open: { text: string; at: number; code: string } | undefined
  const close = (): void => {
    if (open === undefined) return
    pieces.push({ text: open.text, at: open.at, stage, ...(stage === 'rcpt' && recipient !== undefined ? { recipient } : {}) })
    open = undefined
  }
  // sendmail repeats a refusal in words of its own: "550 <user@example.com>... User unknown" whatever the server said.
  let before = ''
  for (const { text, at } of lines) {
    const server = serverMark.exec(text)
    const client = server === null ? clientMark.exec(text) : null
    const skipped = (server ?? client)?.[0].length ?? 0
    const said = text.slice(skipped)
    const reply = /^\s*([2-5]\d\d)(?:[ -]|$)/.exec(said)
    const isEcho = reply !== null && server === null && /^\s*<<</.test(before)
    if (isEcho) {
      replies++
      continue
    }
    before = text
    if (reply !== null && client === null) {
      replies++
      const code = reply[1] ?? ''
      if (open !== undefined && open.code === code) {
        open.text += `\n${said}`
      } else {
        close()
        if (/^[45]/.test(code)) open = { text: said, at: at + skipped, code }
        // What follows the go-ahead is the message, and the next reply answers its end.
        if (code === '354') stage = 'end-of-data'
      }
      continue
    }
    if (clientCommand.test(said.trim())) {
      close()
      commands++
      stage = said.trim() === '.' ? 'end-of-data' : (stageOfWords(said) ?? stage)
      recipient = /RCPT TO: ?<?([^\s<>]{1,256}@[^\s<>]{1,255})>?/i.exec(said)?.[1] ?? recipient
    }
  }
  close()
  return commands > 0 && replies > 1 && pieces.length > 0 ? pieces : undefined
}

/** The per-recipient blocks of a DSN (RFC 3464 §2.3), parted by empty lines. */
const fromDsn = (text: string): Piece[] | undefined => {
  const starts = [...text.matchAll(/^(?:Original-Recipient|Final-Recipient):/gim)].map(({ index }) => index)
  if (starts.length === 0) return undefined
  const pieces: Piece[] = []
  let from = -1
  for (const start of starts) {
    if (from >= 0 && !/\r?\n[ \t]*\r?\n/.test(text.slice(from, start))) continue
    if (from >= 0) pieces.push({ text: text.slice(from, start), at: from })
    from = start
  }
  pieces.push({ text: text.slice(from), at: from })
  // With one recipient the human part and the header before it help too.
  return pieces.length === 1 ? [{ text, at: 0 }] : pieces
}

/** smtplib's SMTPRecipientsRefused: {'user@example.com': (550, b'5.1.1 …'), …}. */
const fromPythonDict = (text: string): Piece[] | undefined => {
  const pieces: Piece[] = []
  for (const match of text.matchAll(/['"]([^\s'"]{1,256}@[^\s'"]{1,255})['"]: \((\d{3}), b?(['"])((?:\\.|(?!\3)[^\\]){0,4096})\3\)/g)) {
    const [whole, recipient = '', code = '', , said = ''] = match
    pieces.push({ text: `${code} ${said}`, at: match.index + whole.indexOf(said) - code.length - 1, stage: 'rcpt', recipient })
  }
  return pieces.length > 1 ? pieces : undefined
}

/** Replies one below the other: a line that ends a reply (`550 `) followed by a line with a code begins a new one. */
const fromReplies = (lines: readonly Line[]): Piece[] | undefined => {
  const filled = lines.filter(({ text }) => text.trim() !== '')
  const coded = filled.filter(({ text }) => /^\s*["']?[245]\d\d(?:[ -]|$)/.test(text))
  if (coded.length < 2 || coded.length * 2 < filled.length) return undefined
  const pieces: { text: string; at: number; ended: boolean; code: string }[] = []
  for (const { text, at } of filled) {
    // The first line may stand behind a wrapper: "Remote host said: 550-5.7.1 …", with the reply's other lines below it.
    const code = /^\s*["']?([245]\d\d)([ -]|$)/.exec(text) ?? (pieces.length === 0 ? /[:\s]([245]\d\d)(-)\S/.exec(text) : null)
    const last = pieces.at(-1)
    const continues = last !== undefined && (code === null || (!last.ended && code[1] === last.code))
    if (continues) {
      last.text += `\n${text}`
      if (code !== null) last.ended = code[2] !== '-'
    } else pieces.push({ text, at, ended: code?.[2] !== '-', code: code?.[1] ?? '' })
  }
  const failures = pieces.filter(({ code }) => !code.startsWith('2'))
  return failures.length > 1 ? failures.map(({ text, at }) => ({ text, at })) : undefined
}

/** Paragraphs that each begin like an error of their own. */
const fromParagraphs = (text: string): Piece[] | undefined => {
  const pieces: Piece[] = []
  let from = 0
  for (const gap of [...text.matchAll(/\r?\n(?:[ \t]*\r?\n)+/g), undefined]) {
    const to = gap?.index ?? text.length
    const paragraph = text.slice(from, to)
    if (paragraph.trim() !== '') pieces.push({ text: paragraph, at: from })
    from = to + (gap?.[0].length ?? 0)
  }
  const errors = pieces.filter(({ text: paragraph }) =>
    /^\s*(?:[45]\d\d[ -]|(?:\w+[.:])*\w*(?:Error|Exception)\b|connect E[A-Z]+)/.test(paragraph)
  )
  return errors.length > 1 && errors.length === pieces.length ? errors : undefined
}

const jsonFields =
  /^(?:response|message|error|errors|text|reason|diagnostic_?code|diagnostic|description|detail|details|smtp_?response|raw|reply|bounce_?(?:message|reason)|status_?message|stack|cause|rejectedErrors|event-data|delivery-status|attempt-?response|log|msg|content|output)$/i

/** More nesting than this is no error object. */
const maxJsonDepth = 12

/** Comparing each string with each other is for the fields of one error, not for a list of thousands. */
const maxCompared = 64

const stringsOf = (value: unknown, key: string, depth: number, found: string[]): void => {
  if (depth > maxJsonDepth) return
  if (typeof value === 'string') {
    if (key === '' || jsonFields.test(key)) found.push(value)
  } else if (Array.isArray(value)) for (const item of value) stringsOf(item, key, depth + 1, found)
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) stringsOf(item, name, depth + 1, found)
}

const fromJson = (text: string): Piece[] | undefined => {
  const trimmed = text.trim()
  if (!/^[[{"]/.test(trimmed) || !/[\]}"]$/.test(trimmed)) return undefined
  let value: unknown
  try {
    value = JSON.parse(trimmed)
  } catch {
    return undefined
  }
  const strings: string[] = []
  stringsOf(value, '', 0, strings)
  const different = [...new Set(strings)].filter((one) => one.trim() !== '')
  // An error's message often stands again in its stack: the longer one is left out where it only repeats.
  const repeats = (one: string): boolean => different.some((other) => other !== one && other.length > 8 && one.includes(other))
  const distinct = different.length > maxCompared ? different : different.filter((one) => !repeats(one))
  return distinct.length === 0 ? undefined : distinct.map((piece) => ({ text: piece }))
}

export const splitErrors = (text: string): Pieces => {
  const json = fromJson(text)
  if (json !== undefined) {
    const pieces = json.flatMap((piece) => splitErrors(piece.text).pieces.map(({ at, ...rest }) => rest))
    return { kind: 'json', pieces }
  }
  const whole = [{ text, at: 0 }]
  const refused = fromPythonDict(text)
  if (refused !== undefined) return { kind: 'exception', pieces: refused }
  if (!/[\r\n]/.test(text)) return { kind: kindOfLine(text), pieces: whole }
  const dsn = fromDsn(text)
  if (dsn !== undefined) return { kind: 'dsn', pieces: dsn }
  const lines = linesOf(text)
  const log = fromLog(lines)
  if (log !== undefined) return { kind: 'log', pieces: log }
  const transcript = fromTranscript(lines)
  if (transcript !== undefined) return { kind: 'transcript', pieces: transcript }
  const replies = fromReplies(lines)
  if (replies !== undefined) return { kind: 'reply', pieces: replies }
  const paragraphs = fromParagraphs(text)
  if (paragraphs !== undefined) return { kind: 'text', pieces: paragraphs }
  return { kind: kindOfLine(text), pieces: whole }
}

const kindOfLine = (text: string): PasteKind => {
  if (/^\s*[245]\d\d[ -]/.test(text)) return 'reply'
  if (logPrefix.test(text)) return 'log'
  if (/\b(?:Error|Exception|Traceback|Fatal)\b|\n\s+at \S/.test(text)) return 'exception'
  return 'text'
}
