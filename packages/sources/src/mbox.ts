import type { Emit, Sink } from './item.ts'
import { tooLong } from './item.ts'
import { carriesDate, contentLengthIn, maxSeparatorLength, startsField, unquoted } from './mbox-lines.ts'

/**
 * Splits an mbox: mboxo, mboxrd, mboxcl and mboxcl2, with LF, CRLF or mixed line ends (RFC 4155, and what programs write).
 *
 * A message begins at a line `From ` with the shape of a separator (a date and a time in it) that follows an empty line or begins
 * the file. Some programs forget the empty line: then a header field must follow. Any other `From ` line belongs to the message.
 * Content-Length is believed only where a separator or the end follows the bytes it counts: it is wrong in many files.
 * `>From ` loses one `>` in the body, unless the message turned out to be mboxcl2, which does not quote.
 * The empty line that ends a message is not part of it. Nothing is lost: what stands between two separators is emitted as it is.
 *
 * Memory: blocks grow only as far as one message does, and that is bounded; every byte is copied a constant number of times.
 */
export const splitMbox = (emit: Emit, maxMessageBytes: number, base = 0): Sink => {
  let block: Buffer = Buffer.alloc(0)
  /** Offset in the file of the first byte of `block`. */
  let origin = base
  /** How much of `block` has no separator in it beyond its first byte. */
  let searched = 0
  /** A message beyond the limit is being passed over. */
  let passing = false
  let waiting: Buffer[] = []
  let waitingBytes = 0

  const work = (atEnd: boolean): void => {
    const joined = joinBlock(block, waiting)
    waiting = []
    waitingBytes = 0
    const find = separatorFinder(joined, atEnd)
    const lengthAt = nextOccurrence(joined, '\nContent-Length:')
    const quoteAt = nextOccurrence(joined, '>From ')
    let start = 0
    let from = searched
    for (;;) {
      const found = find(from)
      let next = found.at
      let quoted = true
      if (next !== undefined && !passing && lengthAt(start) < next) {
        const told = toldEnd(joined, start, next, maxMessageBytes, atEnd)
        if (told === 'more') {
          from = next - 1
          break
        }
        if (told !== undefined) {
          next = told
          quoted = false
        }
      }
      if (next === undefined && atEnd) next = joined.length
      if (next === undefined) {
        from = found.resume
        // Far enough beyond the limit that a separator line at its beginning and an empty one at its end make no difference.
        if (!passing && found.resume - start > maxMessageBytes + maxSeparatorLength + 2) {
          const body = bodyStart(joined, start)
          emit.message(joined.subarray(body, body + maxMessageBytes), origin + start)
          emit.problem(tooLong(maxMessageBytes), origin + start)
          passing = true
        }
        if (passing) start = Math.max(start, found.resume - 2)
        break
      }
      if (!passing) emitOne(joined, start, next, quoted && quoteAt(start) < next)
      passing = false
      start = next
      from = next
      if (next === joined.length) break
    }
    block = joined.subarray(start)
    origin += start
    searched = Math.max(0, from - start)
  }

  const emitOne = (joined: Buffer, start: number, next: number, isQuoted: boolean): void => {
    const body = bodyStart(joined, start)
    const bytes = joined.subarray(Math.min(body, next), withoutEmptyLine(joined, body, next))
    if (bytes.length === 0) {
      if (next > start) emit.problem('There is a separator line of an mbox, but no message after it.', origin + start)
    } else if (bytes.length > maxMessageBytes) {
      emit.message(bytes.subarray(0, maxMessageBytes), origin + start)
      emit.problem(tooLong(maxMessageBytes), origin + start)
    } else emit.message(isQuoted ? unquoted(bytes) : bytes, origin + start)
  }

  return {
    write: (piece) => {
      waiting.push(piece)
      waitingBytes += piece.length
      // A long message is put together in steps that double: each byte of it is copied twice, however small the pieces.
      if (waitingBytes >= block.length) work(false)
      return true
    },
    end: () => {
      if (block.length + waitingBytes > 0) work(true)
    }
  }
}

const joinBlock = (block: Buffer, waiting: readonly Buffer[]): Buffer => {
  const only = waiting[0]
  return block.length === 0 && waiting.length === 1 && only !== undefined ? only : Buffer.concat([block, ...waiting])
}

/** Positions of a text, asked for in ascending order: each part of the block is searched once. */
const nextOccurrence = (block: Buffer, text: string): ((from: number) => number) => {
  let at = -1
  return (from) => {
    if (at < from) {
      const found = block.indexOf(text, from, 'latin1')
      at = found < 0 ? Number.POSITIVE_INFINITY : found
    }
    return at
  }
}

const lf = 0x0a
const cr = 0x0d

/** After the separator line. A file that begins without one begins with the message. */
const bodyStart = (block: Buffer, start: number): number => {
  if (block.toString('latin1', start, start + 5) !== 'From ') return start
  const length = block.subarray(start, start + maxSeparatorLength).indexOf(lf)
  return length < 0 ? start : start + length + 1
}

const withoutEmptyLine = (block: Buffer, body: number, end: number): number => {
  if (end - 1 < body || block[end - 1] !== lf) return end
  if (end - 1 === body || block[end - 2] === lf) return end - 1
  return block[end - 2] === cr && (end - 2 === body || block[end - 3] === lf) ? end - 2 : end
}

type Found = { readonly at?: number; readonly resume: number }

/** Bytes after a separator line that decide whether a header field begins there. */
const fieldWindow = 100

const separatorFinder =
  (block: Buffer, atEnd: boolean) =>
  (from: number): Found => {
    for (let line = block.indexOf('\nFrom ', from, 'latin1'); line >= 0; line = block.indexOf('\nFrom ', line + 1, 'latin1')) {
      const at = line + 1
      const window = block.subarray(at, at + maxSeparatorLength)
      const length = window.indexOf(lf)
      if (length < 0) {
        if (!atEnd && window.length < maxSeparatorLength) return { resume: line }
        continue
      }
      if (!carriesDate(window.toString('latin1', 0, length))) continue
      const afterEmpty = block[line - 1] === lf || (block[line - 1] === cr && block[line - 2] === lf)
      if (afterEmpty) return { at, resume: at }
      const after = block.subarray(at + length + 1, at + length + 1 + fieldWindow)
      if (!atEnd && after.length < fieldWindow) return { resume: line }
      if (startsField(after)) return { at, resume: at }
    }
    return { resume: Math.max(from, block.length - 5) }
  }

/**
 * Where Content-Length says that the message ends, if that lies beyond the separator found and another one (or the end) is there.
 * Then the separator found was an unquoted line of an mboxcl2 message.
 */
const toldEnd = (block: Buffer, start: number, found: number, maxMessageBytes: number, atEnd: boolean): number | 'more' | undefined => {
  const told = contentLengthIn(block, bodyStart(block, start), found)
  if (told === undefined) return undefined
  const end = told.headerEnd + told.length
  if (end <= found || end - start > maxMessageBytes) return undefined
  if (!atEnd && block.length < end + maxSeparatorLength + 4) return 'more'
  if (end > block.length) return undefined
  let at = end
  for (let line = 0; line < 2 && at < block.length; line++) {
    if (block[at] === lf) at += 1
    else if (block[at] === cr && block[at + 1] === lf) at += 2
  }
  if (at === block.length) return at
  const length = block.subarray(at, at + maxSeparatorLength).indexOf(lf)
  const line = block.toString('latin1', at, at + Math.max(length, 0))
  return block[at - 1] === lf && line.startsWith('From ') && carriesDate(line) ? at : undefined
}
