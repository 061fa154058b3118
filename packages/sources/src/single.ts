import type { Emit, Sink } from './item.ts'
import { tooLong } from './item.ts'

/** All of it is one message. Stops at the limit: what an archive unpacks to may have no end. */
export const singleMessage = (emit: Emit, maxMessageBytes: number, base = 0): Sink =>
  collected(maxMessageBytes, (bytes, complete) => {
    emit.message(bytes, base)
    if (!complete) emit.problem(tooLong(maxMessageBytes), base)
  })

/** Collects the content, as far as `limit`, and hands it over in one. */
export const collected = (limit: number, done: (bytes: Buffer, complete: boolean) => void): Sink => {
  const pieces: Buffer[] = []
  let length = 0
  return {
    write: (piece) => {
      if (length <= limit) pieces.push(piece)
      length += piece.length
      return length <= limit
    },
    end: () => {
      const only = pieces[0]
      const bytes = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces)
      done(bytes.subarray(0, limit), bytes.length <= limit)
    }
  }
}

/** An Apple Mail file: a line with the length of the message, the message, a property list. */
export const emlxMessage = (emit: Emit, maxMessageBytes: number, base = 0): Sink =>
  collected(maxMessageBytes, (bytes, complete) => {
    const start = bytes.indexOf(0x0a) + 1
    const length = Number(bytes.toString('latin1', 0, start).trim())
    emit.message(bytes.subarray(start, start + length), base)
    if (!complete || start + length > bytes.length)
      emit.problem(complete ? 'The file ends before the message does; what is there was read.' : tooLong(maxMessageBytes), base)
  })
