import { rawMessage } from './bytes.ts'
import { readHeaders } from './headers.ts'

/** A message shows what it is within its first headers. */
const maxLook = 16_384

const telling = ['received', 'return-path', 'from', 'subject', 'date', 'message-id', 'mime-version', 'content-type', 'delivered-to', 'to']

/** Whether a paste or a file is a whole mail message: it begins with headers, and among them are those that every message has. */
export const looksLikeMessage = (input: string | Uint8Array): boolean => {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input.slice(0, maxLook)) : input.subarray(0, maxLook)
  const raw = rawMessage(bytes)
  if (!/^\s*(?:>?From \S|[A-Za-z][A-Za-z0-9-]{1,60}[ \t]{0,2}:)/.test(raw.text.slice(0, 400))) return false
  const headers = readHeaders(raw, 0, raw.text.length)
  const known = telling.filter((name) => headers.has(name)).length
  return known >= 3 && (headers.has('from') || headers.has('received') || headers.has('return-path'))
}
