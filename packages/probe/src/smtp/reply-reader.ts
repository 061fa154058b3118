import { isUtf8 } from 'node:buffer'

/** A reply as it came, before it is known what it answers. */
export type RawReply = {
  /** 0 where it was no SMTP reply. */
  readonly code: number
  /** Its lines as sent, without their ends, joined by line feeds. */
  readonly text: string
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const hyphen = 0x2d
const space = 0x20

/**
 * Bytes of a connection in, replies (RFC 5321 §4.2) out; the same replies however the bytes are cut.
 * Takes lines that end with LF alone. UTF-8 where it is (RFC 6531), else Latin-1, so that no byte is lost.
 *
 * Bad input: a line that starts with no code ends its reply, which then has code 0. Lines of one reply whose codes differ
 * break RFC 5321 §4.2.1: where they agree whether it worked (first digit), the last line counts; where not, the code is 0.
 * A reply longer than `limit` bytes sets `tooLong`, and nothing more is read or kept. Work and memory are linear in the bytes.
 */
export class ReplyReader {
  readonly #limit: number
  /** The beginning of an unfinished line. */
  #held = Buffer.alloc(0)
  #heldLength = 0
  /** The finished lines of an unfinished reply, and their code: 0 where they contradict each other. */
  #lines: string | undefined
  #code = 0
  /** Of the unfinished reply so far. */
  #bytes = 0
  #tooLong = false

  constructor(limit: number) {
    this.#limit = limit
  }

  get tooLong(): boolean {
    return this.#tooLong
  }

  /** Bytes of a reply that has begun and not ended. */
  get unfinished(): number {
    return this.#bytes
  }

  push(chunk: Buffer): readonly RawReply[] {
    const replies: RawReply[] = []
    let from = 0
    while (from < chunk.length && !this.#tooLong) {
      const end = chunk.indexOf(lineFeed, from)
      const upTo = end < 0 ? chunk.length : end + 1
      this.#bytes += upTo - from
      if (this.#bytes > this.#limit) {
        this.#tooLong = true
        this.#held = Buffer.alloc(0)
        this.#lines = undefined
      } else if (end < 0) {
        this.#hold(chunk, from, upTo)
      } else if (this.#heldLength === 0) {
        this.#endLine(chunk, from, end, replies)
      } else {
        this.#hold(chunk, from, end)
        const length = this.#heldLength
        this.#heldLength = 0
        this.#endLine(this.#held, 0, length, replies)
      }
      from = upTo
    }
    return replies
  }

  /** Grows by doubling: a server that sends byte by byte must not make us copy the line for each. */
  #hold(chunk: Buffer, from: number, to: number): void {
    const length = this.#heldLength + to - from
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#held.length, 256))
      this.#held.copy(larger, 0, 0, this.#heldLength)
      this.#held = larger
    }
    chunk.copy(this.#held, this.#heldLength, from, to)
    this.#heldLength = length
  }

  #endLine(bytes: Buffer, from: number, lineEnd: number, replies: RawReply[]): void {
    const to = lineEnd > from && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd
    const text = decode(bytes, from, to)
    const lines = this.#lines
    const lineCode = codeOf(bytes, from, to)
    const code = lines === undefined || sameClass(lineCode, this.#code) ? lineCode : 0
    if (lineCode !== 0 && to > from + 3 && bytes[from + 3] === hyphen) {
      this.#code = code
      this.#lines = lines === undefined ? text : `${lines}\n${text}`
      return
    }
    this.#lines = undefined
    this.#bytes = 0
    replies.push({ code, text: lines === undefined ? text : `${lines}\n${text}` })
  }
}

const sameClass = (one: number, other: number): boolean => Math.floor(one / 100) === Math.floor(other / 100)

/** `250`, `250 text`, `250-text`; 0 for anything else. RFC 5321 §4.2 has a first digit of 2 to 5. */
const codeOf = (bytes: Buffer, from: number, to: number): number => {
  if (to - from < 3) return 0
  const after = to - from > 3 ? bytes[from + 3] : space
  if (after !== space && after !== hyphen) return 0
  let code = 0
  for (let at = from; at < from + 3; at++) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return 0
    code = code * 10 + digit
  }
  return code >= 200 && code <= 599 ? code : 0
}

const decode = (bytes: Buffer, from: number, to: number): string => {
  const text = bytes.toString('utf8', from, to)
  return text.includes('\ufffd') && !isUtf8(bytes.subarray(from, to)) ? bytes.toString('latin1', from, to) : text
}
