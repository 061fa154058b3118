import { once } from 'node:events'
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import type { Readable } from 'node:stream'

/** What a file holds, told by its beginning and not by its name. */
export type InputKind = 'mail' | 'json-lines' | 'json' | 'csv' | 'text' | 'empty'

/** Enough for a header line and a first row. */
const headBytes = 64 * 1024

/** A message or mailbox begins with a header field (RFC 5322 §2.2) or an mbox separator. */
const looksLikeMail = /^(?:From \S|[!-9;-~]+:(?:[ \t]|$))/

export const delimiters = [',', ';', '\t', '|'] as const

const parses = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Its elements are the rows, not the object itself: `{"items": [{…}]}`. */
const holdsRows = (value: object): boolean =>
  Array.isArray(value) || Object.values(value).some((field: unknown) => Array.isArray(field) && typeof field[0] === 'object')

/** What the text of a head, decoded, holds. */
export const kindOfText = (head: string): InputKind => {
  // Lists of addresses have comments; they tell nothing of what follows.
  const text = head
    .replace(/^\ufeff/, '')
    .replace(/^(?:\s*#[^\n]*\n)+/, '')
    .trimStart()
  if (text === '') return 'empty'
  const end = text.indexOf('\n')
  const line = (end < 0 ? text : text.slice(0, end)).trimEnd()
  if (text.startsWith('{') || text.startsWith('[')) {
    const value = parses(line)
    return typeof value === 'object' && value !== null && !holdsRows(value) ? 'json-lines' : 'json'
  }
  if (looksLikeMail.test(line)) return 'mail'
  if (line.startsWith('"') || delimiters.some((delimiter) => line.includes(delimiter))) return 'csv'
  // One column: with a header it is a table of one column, without one a list of addresses.
  return line.includes('@') ? 'text' : 'csv'
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

const encodingOf = (head: Uint8Array): Encoding =>
  head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8'

export type Input = {
  /** As it was named; `-` is standard input. */
  readonly file: string
  readonly kind: InputKind
  readonly encoding: Encoding
  /** Its beginning as text. */
  readonly head: string
  /** Bytes on disk; undefined where it is a stream. */
  readonly size: number | undefined
  /** The bytes from the start, once. */
  readonly bytes: () => AsyncIterable<Buffer>
}

const headOfFile = (file: string): Buffer => {
  const handle = openSync(file, 'r')
  try {
    const head = Buffer.alloc(headBytes)
    return head.subarray(0, readSync(handle, head, 0, headBytes, 0))
  } finally {
    closeSync(handle)
  }
}

/** The first bytes of a stream, put back into it. */
const headOfStream = async (stream: Readable): Promise<Buffer> => {
  for (;;) {
    const chunk: unknown = stream.read()
    if (Buffer.isBuffer(chunk)) {
      stream.unshift(chunk)
      return chunk
    }
    if (stream.readableEnded || stream.destroyed) return Buffer.alloc(0)
    await Promise.race([once(stream, 'readable'), once(stream, 'end')])
  }
}

/** Packed files and Outlook's are for the reader of mail: they hold bytes that no text does. */
const isBinary = (head: Uint8Array): boolean => head.subarray(0, 1_024).includes(0) || (head[0] === 0x1f && head[1] === 0x8b)

/** Opens a file, a folder or standard input (`-`). The file exists; whether it can be read, the caller learns from what is thrown. */
export const openInput = async (file: string): Promise<Input> => {
  const known = file === '-' ? undefined : statSync(file)
  if (known?.isDirectory()) return { file, kind: 'mail', encoding: 'utf-8', head: '', size: undefined, bytes: () => process.stdin }
  const isFile = known?.isFile() === true
  // A pipe with a name (`<(command)`) can be read only once, as standard input.
  const stream: Readable = file === '-' || isFile ? process.stdin : createReadStream(file)
  const head = isFile ? headOfFile(file) : await headOfStream(stream)
  const encoding = encodingOf(head)
  const text = new TextDecoder(encoding).decode(head)
  return {
    file,
    kind: encoding === 'utf-8' && isBinary(head) ? 'mail' : kindOfText(text),
    encoding,
    head: text,
    size: isFile ? known?.size : undefined,
    bytes: () => (isFile ? createReadStream(file, { highWaterMark: 1 << 20 }) : stream)
  }
}
