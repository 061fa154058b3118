import { createReadStream, type Stats, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { feed } from '../unpack.ts'
import { wordsFor } from '../walk.ts'
import { ListError } from './list-error.ts'

/** A list's bytes, unpacked where they are packed (gzip, zstd), with what is known of how far they are read. */
export type ListBytes = {
  readonly name: string
  /** The next piece of at least so many bytes, or what is left; undefined at the end. */
  readonly next: (atLeast: number) => Promise<Buffer | undefined>
  readonly bytesRead: () => number
  readonly bytesTotal: number | undefined
  /** Sentences, once the end came too early: the packed file is damaged, the disk cannot be read. */
  readonly problem: () => string | undefined
  readonly close: () => Promise<void>
}

const pieceBytes = 256 * 1024

export const openListBytes = (source: string | Readable): ListBytes => {
  let bytesRead = 0
  let problem: string | undefined
  let bytesTotal: number | undefined
  let stream: Readable
  if (typeof source === 'string') {
    const stats = lookAt(source)
    bytesTotal = stats.isFile() ? stats.size : undefined
    stream = createReadStream(source, { highWaterMark: pieceBytes })
  } else stream = source

  async function* counted(): AsyncGenerator<Buffer, void, void> {
    for await (const piece of stream) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.isBuffer(piece) ? piece : undefined
      if (bytes === undefined) throw new TypeError('The stream of a list must give bytes.')
      bytesRead += bytes.length
      yield bytes
    }
  }

  async function* unpacked(): AsyncGenerator<Buffer, void, void> {
    const waiting: Buffer[] = []
    const write = (piece: Buffer): true => waiting.push(piece) > 0 || true
    for await (const fed of feed(counted(), { write, end: () => undefined })) {
      for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) yield piece
      if (fed !== undefined) problem = listWords(fed.problem)
    }
  }

  const pieces = unpacked()
  return {
    name: typeof source === 'string' ? source : '',
    next: async (atLeast) => {
      const parts: Buffer[] = []
      for (let length = 0; length < atLeast; ) {
        const piece = await pieces.next()
        if (piece.done === true) break
        parts.push(piece.value)
        length += piece.value.length
      }
      return parts.length < 2 ? parts[0] : Buffer.concat(parts)
    },
    bytesRead: () => bytesRead,
    bytesTotal,
    problem: () => problem,
    close: async () => {
      await pieces.return()
      stream.destroy()
    }
  }
}

const lookAt = (path: string): Stats => {
  let stats: Stats
  try {
    stats = statSync(path)
  } catch (error) {
    throw new ListError('unreadable', `${path}: ${wordsFor(error)}`, { cause: error })
  }
  if (stats.isDirectory()) throw new ListError('unreadable', `${path} is a folder. Name one file with the list in it.`)
  return stats
}

/** The words are made for mail: a list has no last message. */
const listWords = (problem: string): string => problem.replace('the last message may be incomplete', 'the last row may be incomplete')
