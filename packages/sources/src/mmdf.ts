import type { Emit, Sink } from './item.ts'
import { tooLong } from './item.ts'

const separator = Buffer.from('\x01\x01\x01\x01\n', 'latin1')

/** Splits an MMDF folder: a line of four ^A before and after each message. A `From ` line at its beginning is the transport's. */
export const splitMmdf = (emit: Emit, maxMessageBytes: number, base = 0): Sink => {
  let block: Buffer = Buffer.alloc(0)
  let origin = base
  let searched = 0
  let passing = false
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let isEmpty = true

  const emitOne = (bytes: Buffer, at: number): void => {
    if (bytes.length === 0) return
    isEmpty = false
    const body = bytes.toString('latin1', 0, 5) === 'From ' ? bytes.indexOf(0x0a) + 1 : 0
    emit.message(bytes.subarray(body, body + maxMessageBytes), at)
    if (bytes.length - body > maxMessageBytes) emit.problem(tooLong(maxMessageBytes), at)
  }

  const work = (atEnd: boolean): void => {
    const joined = Buffer.concat([block, ...waiting])
    waiting = []
    waitingBytes = 0
    let start = 0
    let from = searched
    for (;;) {
      const found = joined.indexOf(separator, from)
      // Four ^A are a line of their own; inside a line they are text. Mail has no such bytes in practice, so that either reading is safe.
      if (found < 0) break
      if (!passing) emitOne(joined.subarray(start, found), origin + start)
      passing = false
      start = found + separator.length
      from = start
    }
    const rest = joined.subarray(start)
    if (atEnd) {
      if (!passing) emitOne(rest, origin + start)
      // As of an empty file: what was named and gave nothing is said.
      if (isEmpty) emit.problem('The mailbox holds no message.', base)
      block = Buffer.alloc(0)
      return
    }
    if (!passing && rest.length > maxMessageBytes + 2_000) {
      emitOne(rest, origin + start)
      passing = true
    }
    const kept = passing ? Math.min(rest.length, separator.length - 1) : rest.length
    block = rest.subarray(rest.length - kept)
    origin += joined.length - kept
    searched = Math.max(0, kept - separator.length + 1)
  }

  return {
    write: (piece) => {
      waiting.push(piece)
      waitingBytes += piece.length
      if (waitingBytes >= block.length) work(false)
      return true
    },
    end: () => work(true)
  }
}
