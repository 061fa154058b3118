import { emptyHead, readHead, readStatus } from './head.ts'
import { formatStatus } from './status.ts'

/**
 * A reply of an SMTP server (RFC 5321 §4.2): its code, enhanced status code (RFC 2034), and text.
 * Absent where the text has none.
 */
export type Reply = {
  readonly replyCode?: number
  readonly status?: string
  /** The text of each line without its codes. */
  readonly lines: readonly string[]
  /** The lines joined by spaces. */
  readonly text: string
}

/** RFC 5321 sets no limit; more lines than this are no reply but a document, and are joined into the last one. */
const maxReplyLines = 100

/**
 * Reads a reply: multi-line (`550-…`, `550 …`), doubled codes (`550 550`), codes left in the middle of a joined line,
 * an enhanced status code on any line, no code at all. Never throws; a text without a code is all text.
 */
export const parseReply = (input: string): Reply => {
  const head = emptyHead()
  const lines: string[] = []
  let replyCode = 0
  let status = 0
  const parts = input.trimEnd().split(/\r\n|\n|\r|\\r\\n|\\n(?=\d{3}[ -])/)
  const rest = parts.splice(maxReplyLines - 1)
  if (rest.length > 0) parts.push(rest.join(' '))
  for (const part of parts) {
    readHead(head, part, 0, part.length)
    if (replyCode === 0) replyCode = head.replyCode
    if (status === 0) status = head.status
    const ownCode = head.replyCode === 0 || head.replyCode === replyCode
    lines.push(...unjoin(ownCode ? part.slice(head.textStart).trim() : part.trim(), replyCode))
  }
  if (status === 0) status = statusWithin(lines.join(' '))
  return {
    ...(replyCode === 0 ? {} : { replyCode }),
    ...(status === 0 ? {} : { status: formatStatus(status) }),
    lines,
    text: lines.filter((line) => line !== '').join(' ')
  }
}

/** Logs join the lines of a reply: `550-5.7.26 first line 550-5.7.26 second line 550 5.7.26 last line`. */
const unjoin = (line: string, replyCode: number): string[] => {
  if (replyCode === 0) return [line]
  const join = new RegExp(`\\s${replyCode}(?:-(?:\\d\\.\\d{1,3}\\.\\d{1,3})?| \\d\\.\\d{1,3}\\.\\d{1,3})(?=\\s|[A-Za-z])`)
  return line.split(join).map((part) => part.trim())
}

/** An enhanced status code in the text: `(#5.1.1)`, `[5.7.1]`, `dsn=5.1.1`; not a part of an IP address or version. */
const statusWithin = (text: string): number => {
  const found = { status: 0 }
  for (const match of text.slice(0, 4_096).matchAll(/(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/g)) {
    readStatus(found, match[0], 0, match[0].length)
    if (found.status !== 0) return found.status
  }
  return 0
}
